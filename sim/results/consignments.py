"""The consignments table: where each went, how long it took and on what its time went, what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.contract import Cause, EventKind, Legend, SampledPlan
from sim.results.columns import CAUSE_COLUMNS
from sim.results.itineraries import DELIVERED, STATUSES, Itineraries
from sim.results.rides import AlongTrips, Columns, Ints, Rides, Truths, named, rides_of
from sim.results.surcharges import payers
from sim.units import CENTS, DAY_S

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
NO_MARKET = "other"
"""The market of freight whose flow says none, beside freight whose flow does."""


def consignments_table(
    plan: SampledPlan, log: Columns, ways: Itineraries, legend: Legend, *, causes: bool = True
) -> pd.DataFrame:
    """One row for each consignment of a replication, in order of release; columns as in `columns.CONSIGNMENTS`.

    Without `causes` the columns of seconds by cause are left out, which take most of the time.
    """
    import pandas as pd

    n = plan.n_consignments
    transit_s, delivered = ways.transit_s, ways.status == DELIVERED
    promise_s, deadline_s = promises(ways, legend), deadlines(plan, legend)
    rides = rides_of(log)
    paying = payers(plan, ways.chain, ways.taken_s, legend)
    columns: dict[str, object] = {
        "scenario": named([legend.scenario], np.zeros(n, dtype=np.int64)),
        "replication": np.full(n, plan.replication),
        "consignment": np.arange(n),
        **{column: named(names, plan.flow) for column, names in names_of_flows(legend).items()},
        "cargo": named(legend.cargos, plan.cargo),
        "express": plan.express == 0,
        "size_teu": plan.size_teu,
        "chain": named(legend.chains, ways.chain),
        "corridor": named(legend.corridors, corridors_of(ways.chain, legend)),
        "first_chain": named(legend.chains, ways.first_chain),
        "reroutes": ways.reroutes,
        "barred_chain": named(legend.chains, _barred_chains(n, log)),
        "status": named(STATUSES, ways.status),
        "measured": measured(plan, legend),
        "release_s": plan.release_s,
        "departed_s": _first_departures(plan, log, rides),
        "delivered_s": ways.delivered_s,
        "transit_s": transit_s,
        "promise_s": promise_s,
        "on_time": delivered & (transit_s <= promise_s),
        "deadline_s": deadline_s,
        "in_time": delivered & (transit_s <= deadline_s),
        "policy": named(legend.policies, _policies(n, log, paying)),
        **money_and_carbon(plan, ways, paying, legend),
    }
    if not causes:
        return pd.DataFrame(columns, copy=False)
    seconds = _seconds_by_cause(n, log, rides)
    columns |= {name: seconds[:, cause] for cause, name in CAUSE_COLUMNS.items()}
    columns["unfinished_s"] = transit_s - seconds.sum(axis=1)
    return pd.DataFrame(columns)


def names_of_flows(legend: Legend) -> dict[str, tuple[str, ...]]:
    """What a consignment has of its flow, by column, and of every flow in the order of their numbers.

    What breaks figures down by something that flows have is a line here, beside its columns in `columns` and `figure_columns`.
    """
    return {
        "flow": legend.flows,
        "origin": legend.flow_origin,
        "destination": legend.flow_destination,
        "od": tuple(map(od_of, legend.flow_origin, legend.flow_destination)),
        "market": _markets(legend),
        "direction": legend.flow_direction,
    }


def od_of(origin: str, destination: str) -> str:
    """What a pair of origin and destination is called: "xian:tashkent"."""
    return f"{origin}:{destination}"


def _markets(legend: Legend) -> tuple[str, ...]:
    """The market of every flow, "other" for those without one where some of the measured flows have one."""
    measured_ones = {
        market for market, counts in zip(legend.flow_market, legend.flow_measured, strict=True) if counts
    }
    unsaid = NO_MARKET if any(measured_ones) else ""
    return tuple(market or unsaid for market in legend.flow_market)


def in_window(time_s: Ints, legend: Legend) -> NDArray[np.bool_]:
    """Whether times lie after the warm-up and before the cool-down."""
    found: NDArray[np.bool_] = (time_s >= legend.warm_up_s) & (time_s < legend.period_s - legend.cool_down_s)
    return found


def measured(plan: SampledPlan, legend: Legend) -> Truths:
    """Whether each consignment is of a measured flow and released in the measured time."""
    of_flow: Truths = np.array(legend.flow_measured, dtype=bool)[plan.flow]
    return in_window(plan.release_s, legend) & of_flow


def _barred_chains(n: int, log: Columns) -> Ints:
    """Chain that each consignment would have taken at its release, had no policy closed it; -1 when none did."""
    chain = np.full(n, -1)
    barred = log.rows(EventKind.BARRED)
    chain[log.consignment[barred]] = log.place[barred]
    return chain


def corridors_of(chain: Ints, legend: Legend) -> Ints:
    """Corridor of each chain number; -1 stays -1."""
    return np.array([*legend.chain_corridor, -1], dtype=np.int64)[chain]


def promises(ways: Itineraries, legend: Legend) -> Ints:
    """Transit time quoted to each consignment (n,), -1 where none is.

    What was promised is of the chain that was booked; freight that turns to another way is as late by it as it is.
    """
    return np.array([*legend.chain_quoted_s, -1], dtype=np.int64)[ways.first_chain]


def deadlines(plan: SampledPlan, legend: Legend) -> Ints:
    """Transit time that the shippers of each consignment (n,) count on."""
    return np.array(legend.flow_deadline_s, dtype=np.int64)[plan.flow]


def _first_departures(plan: SampledPlan, log: Columns, rides: Rides) -> Ints:
    """When the first trip of each consignment departed; -1 when not by the period's end."""
    trip_departed_s = np.full(plan.n_trips, -1)
    departed = log.rows(EventKind.DEPARTED)
    trip_departed_s[log.trip[departed]] = log.time_s[departed]
    departed_s = np.full(plan.n_consignments, -1)
    first = _first_rides(rides)
    departed_s[rides.consignment[first]] = trip_departed_s[rides.trip[first]]
    return departed_s


def _seconds_by_cause(n: int, log: Columns, rides: Rides) -> Ints:
    """Seconds of each consignment by cause (n, causes): its own spans, and those of its trips while it was aboard."""
    own = log.rows(EventKind.WAITED, EventKind.CLEARED, of_trips=False)
    cell = log.consignment[own] * len(Cause) + log.cause[own]
    seconds = np.bincount(cell, log.span_s[own], n * len(Cause)).astype(np.int64).reshape(n, len(Cause))
    if len(rides.trip):
        along = AlongTrips(
            log, log.rows(EventKind.WAITED, EventKind.FINISHED, EventKind.ARRIVED, of_trips=True)
        )
        cause_of, span_s = log.cause[along.rows], log.span_s[along.rows]
        begin, until = along.until(rides.trip, rides.on), along.until(rides.trip, rides.off)
        first = _first_rides(rides)
        for cause in np.flatnonzero(np.bincount(cause_of, minlength=len(Cause))):
            ridden_s = along.sums(np.where(cause_of == cause, span_s, 0), begin, until)
            seconds[rides.consignment[first], cause] += np.add.reduceat(ridden_s, first)
    return seconds


def _first_rides(rides: Rides) -> Ints:
    """Where each consignment's rides begin."""
    return np.flatnonzero(np.diff(rides.consignment, prepend=-1))


def _policies(n: int, log: Columns, paying: Mapping[int, Truths]) -> Ints:
    """The first policy in the log of each consignment, else the one that charges it, else -1."""
    policy = np.full(n, -1)
    for number, pays in reversed([*paying.items()]):
        policy[pays] = number
    acted = np.flatnonzero(log.policy[:] >= 0)[::-1]
    acted = acted[log.consignment[acted] >= 0]
    policy[log.consignment[acted]] = log.policy[acted]
    return policy


def money_and_carbon(
    plan: SampledPlan, ways: Itineraries, paying: Mapping[int, Truths], legend: Legend
) -> dict[str, Floats]:
    """Cost, cost of time and emissions per FEU (n,); not a number when refused."""
    charge = np.array(legend.flow_charge_usd_per_feu)[plan.flow]
    for policy, pays in paying.items():
        charge += np.where(pays, legend.policy_surcharge_usd_per_feu[policy], 0.0)
    time_value = np.array(legend.cargo_time_value_usd_per_feu_day)[plan.cargo]
    unknown = np.where(ways.chain < 0, np.nan, 0.0)
    return {
        "cost_usd_per_feu": ways.cents / CENTS + charge + unknown,
        "time_cost_usd_per_feu": ways.transit_s / DAY_S * time_value + unknown,
        "emissions_kg_per_feu": ways.kg_per_t * np.array(legend.flow_mass_t_per_feu)[plan.flow] + unknown,
    }
