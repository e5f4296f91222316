"""What measures of a replication are made of, straight from its plan and log: no table is made for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.contract import EventLog, Legend, SampledPlan, Strikes
from sim.results.consignments import (
    corridors_of,
    deadlines,
    in_window,
    measured,
    money_and_carbon,
    names_of_flows,
    promises,
)
from sim.results.disruptions import MEETING, StrikesMet, strikes_met
from sim.results.itineraries import DELIVERED, FOLLOWING, STATUSES, Floats, Itineraries, itineraries_of
from sim.results.ledger import LEDGER, Cohort
from sim.results.policies import Bindings, bindings_of
from sim.results.rides import Columns, Ints, grouped, numbered
from sim.results.surcharges import payers
from sim.results.trips import loads_of

NO_STRIKES = Strikes()
"""Of a scenario without disruptions."""


def prepare() -> None:
    """Make what reads logs ready on this machine, before workers start: else each of them would compile it for itself."""
    FOLLOWING.ready()
    MEETING.ready()


class Departures(NamedTuple):
    """Measured departures (d,) of services that are one corridor's alone, and have a capacity.

    `corridor` and `direction` are numbers in the cohort's names of those, direction -1 where the freight aboard has several or there
    is none; `fill`: load over capacity, 0 to 1.
    """

    corridor: Ints
    direction: Ints
    fill: Floats


@dataclass(frozen=True)
class Reckoning:
    """One replication as its measures see it: the measured consignments, departures, what policies did to those, what strikes met.

    `policies` and `disruptions` are the names that the numbers in `bound` and `struck` count.
    """

    scenario: str
    replication: int
    cohort: Cohort
    departures: Departures
    policies: tuple[str, ...]
    bound: Bindings
    bound_teu: Ints
    """Size of each consignment of `bound`."""
    disruptions: tuple[str, ...]
    struck: StrikesMet

    @property
    def cohort_teu(self) -> int:
        """All measured freight."""
        return int(self.cohort["size_teu"].sum())


def reckoning_of(
    plan: SampledPlan, log: EventLog, legend: Legend, strikes: Strikes = NO_STRIKES
) -> Reckoning:
    """What measures of a replication are made of, from its plan, its log, the names of their numbers, and what struck in it."""
    columns = Columns(log)
    ways = itineraries_of(plan, columns, legend)
    bound = bindings_of(plan, columns, ways, legend)
    bound = bound.of(measured(plan, legend)[bound.who])
    return Reckoning(
        legend.scenario,
        plan.replication,
        cohort_of(plan, ways, legend),
        _departures(ways, legend),
        legend.policies,
        bound,
        plan.size_teu[bound.who],
        strikes.names,
        strikes_met(plan, columns, ways, legend, strikes),
    )


def cohort_of(plan: SampledPlan, ways: Itineraries, legend: Legend) -> Cohort:
    """The measured consignments of a replication."""
    who = np.flatnonzero(measured(plan, legend))
    paying = payers(plan, ways.chain, ways.taken_s, legend)
    delivered, transit_s = ways.status == DELIVERED, ways.transit_s
    promise_s, deadline_s = promises(ways, legend), deadlines(plan, legend)
    texts = {
        **_names_of_flows(plan.flow[who], legend),
        "cargo": numbered(legend.cargos, plan.cargo[who]),
        "chain": numbered(legend.chains, ways.chain[who]),
        "corridor": numbered(legend.corridors, corridors_of(ways.chain[who], legend)),
        "status": numbered(STATUSES, ways.status[who]),
    }
    others: dict[str, NDArray[np.generic]] = {
        "number": _within_flow(plan.flow),
        "express": plan.express == 0,
        "size_teu": plan.size_teu,
        "reroutes": ways.reroutes,
        "release_s": plan.release_s,
        "transit_s": transit_s,
        "promise_s": promise_s,
        "on_time": delivered & (transit_s <= promise_s),
        "deadline_s": deadline_s,
        "in_time": delivered & (transit_s <= deadline_s),
        **money_and_carbon(plan, ways, paying, legend),
    }
    columns = {name: codes for name, (_, codes) in texts.items()} | {
        name: values[who] for name, values in others.items()
    }
    return Cohort(
        {column.name: columns[column.name] for column in LEDGER},
        {name: names for name, (names, _) in texts.items()},
    )


def _names_of_flows(flow: Ints, legend: Legend) -> dict[str, tuple[tuple[str, ...], Ints]]:
    """What the consignments have of their flows (n,), by column: names and the numbers among them; no market has only unmeasured flows."""
    found = names_of_flows(legend)
    measured_ones = zip(found["market"], legend.flow_measured, strict=True)
    found["market"] = tuple(market if counts else "" for market, counts in measured_ones)
    return {column: numbered(names, flow) for column, names in found.items()}


def _within_flow(flow: Ints) -> Ints:
    """Number of each consignment (n,) within its flow."""
    order = grouped(flow)
    counts = np.bincount(flow)
    number = np.empty(len(flow), dtype=np.int64)
    number[order] = np.arange(len(flow)) - np.repeat(counts.cumsum() - counts, counts)
    return number


def _departures(ways: Itineraries, legend: Legend) -> Departures:
    """Departures of the measured time that are counted."""
    loads = loads_of(ways, legend)
    mine = np.flatnonzero(in_window(loads.departed_s, legend) & (loads.corridor >= 0) & ~np.isnan(loads.fill))
    return Departures(loads.corridor[mine], loads.direction[mine], loads.fill[mine])
