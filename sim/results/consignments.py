"""The consignments table: where each went, how long it took and on what its time went, what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.contract import Cause, EventKind, Legend, SampledPlan
from sim.results.columns import CAUSE_COLUMNS
from sim.results.itineraries import Itineraries, price_cents
from sim.results.rides import AlongTrips, Columns, Ints, Rides, Truths, named, rides_of
from sim.results.surcharges import payers
from sim.units import DAY_S

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
STATUSES = ("delivered", "under way", "refused")
_DELIVERED, _UNDER_WAY, _REFUSED = range(3)
CENTS = 100


def consignments_table(
    plan: SampledPlan, log: Columns, ways: Itineraries, legend: Legend, *, causes: bool = True
) -> pd.DataFrame:
    """One row for each consignment of a replication, in order of release; columns as in `columns.CONSIGNMENTS`.

    Without `causes` the columns of seconds by cause are left out, which take most of the time.
    """
    import pandas as pd

    n = plan.n_consignments
    delivered_s, status = _deliveries(n, log)
    end_s = np.where(status == _DELIVERED, delivered_s, plan.period_s)
    transit_s = np.where(status == _REFUSED, 0, end_s - plan.release_s)
    # What was promised is of the chain that was booked; freight that turns to another way is as late by it as it is.
    promise_s = np.array([*legend.chain_quoted_s, -1], dtype=np.int64)[ways.first_chain]
    deadline_s = np.array(legend.flow_deadline_s, dtype=np.int64)[plan.flow]
    rides = rides_of(log)
    paying = payers(plan, ways.chain, ways.taken_s, legend)
    columns: dict[str, object] = {
        "scenario": named([legend.scenario], np.zeros(n, dtype=np.int64)),
        "replication": np.full(n, plan.replication),
        "consignment": np.arange(n),
        "flow": named(legend.flows, plan.flow),
        "origin": named(legend.flow_origin, plan.flow),
        "destination": named(legend.flow_destination, plan.flow),
        "direction": named(legend.flow_direction, plan.flow),
        "cargo": named(legend.cargos, plan.cargo),
        "express": plan.express == 0,
        "size_teu": plan.size_teu,
        "chain": named(legend.chains, ways.chain),
        "corridor": named(legend.corridors, corridors_of(ways.chain, legend)),
        "first_chain": named(legend.chains, ways.first_chain),
        "reroutes": ways.reroutes,
        "barred_chain": named(legend.chains, _barred_chains(n, log)),
        "status": named(STATUSES, status),
        "measured": measured(plan, legend),
        "release_s": plan.release_s,
        "departed_s": _first_departures(plan, log, rides),
        "delivered_s": delivered_s,
        "transit_s": transit_s,
        "promise_s": promise_s,
        "on_time": (status == _DELIVERED) & (transit_s <= promise_s),
        "deadline_s": deadline_s,
        "in_time": (status == _DELIVERED) & (transit_s <= deadline_s),
        "policy": named(legend.policies, _policies(n, log, paying)),
        **_money_and_carbon(plan, ways, transit_s, paying, legend),
    }
    if not causes:
        return pd.DataFrame(columns, copy=False)
    seconds = _seconds_by_cause(n, log, rides)
    columns |= {name: seconds[:, cause] for cause, name in CAUSE_COLUMNS.items()}
    columns["unfinished_s"] = transit_s - seconds.sum(axis=1)
    return pd.DataFrame(columns)


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


def _deliveries(n: int, log: Columns) -> tuple[Ints, Ints]:
    """Time of delivery (-1 when not) and status of each consignment."""
    delivered_s, status = np.full(n, -1), np.full(n, _UNDER_WAY)
    delivered, refused = log.rows(EventKind.DELIVERED), log.rows(EventKind.REFUSED)
    delivered_s[log.consignment[delivered]] = log.time_s[delivered]
    status[log.consignment[delivered]] = _DELIVERED
    status[log.consignment[refused]] = _REFUSED
    return delivered_s, status


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


def _money_and_carbon(
    plan: SampledPlan, ways: Itineraries, transit_s: Ints, paying: Mapping[int, Truths], legend: Legend
) -> dict[str, Floats]:
    """Cost, cost of time and emissions per FEU; not a number when refused."""
    n, rider = plan.n_consignments, ways.consignment
    price = np.bincount(rider, price_cents(plan, ways.service, ways.booked_s), n) / CENTS
    kg_per_t = np.array(legend.service_emissions_kg_per_t)[ways.service]
    carbon = np.bincount(rider, kg_per_t, n) * np.array(legend.flow_mass_t_per_feu)[plan.flow]
    charge = np.array(legend.flow_charge_usd_per_feu)[plan.flow]
    for policy, pays in paying.items():
        charge += np.where(pays, legend.policy_surcharge_usd_per_feu[policy], 0.0)
    time_value = np.array(legend.cargo_time_value_usd_per_feu_day)[plan.cargo]
    unknown = np.where(ways.chain < 0, np.nan, 0.0)
    return {
        "cost_usd_per_feu": price + charge + unknown,
        "time_cost_usd_per_feu": transit_s / DAY_S * time_value + unknown,
        "emissions_kg_per_feu": carbon + unknown,
    }
