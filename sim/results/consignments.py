"""The consignments table: where each went, how long it took and on what its time went, what it cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.contract import Cause, EventKind, Legend, SampledPlan
from sim.results.columns import CAUSE_COLUMNS
from sim.results.rides import Columns, Ints, Rides, named, rides_of, time_along_trips
from sim.units import DAY_S

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
STATUSES = ("delivered", "under way", "refused")
_DELIVERED, _UNDER_WAY, _REFUSED = range(3)


def consignments_table(plan: SampledPlan, log: Columns, legend: Legend) -> pd.DataFrame:
    """One row for each consignment of a replication, in order of release; columns as in `columns.CONSIGNMENTS`."""
    import pandas as pd

    n = plan.n_consignments
    chain = chains_taken(plan, log)
    delivered_s, status = _deliveries(n, log)
    end_s = np.where(status == _DELIVERED, delivered_s, plan.period_s)
    transit_s = np.where(status == _REFUSED, 0, end_s - plan.release_s)
    promise_s = np.array(legend.flow_promise_s, dtype=np.int64)[plan.flow]
    rides = rides_of(log)
    surcharge, charged_by = surcharges(plan, chain, legend)
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
        "chain": named(legend.chains, chain),
        "corridor": named(legend.corridors, corridors_of(chain, legend)),
        "status": named(STATUSES, status),
        "measured": in_window(plan.release_s, legend) & np.array(legend.flow_measured, dtype=bool)[plan.flow],
        "release_s": plan.release_s,
        "departed_s": _first_departures(plan, log, rides),
        "delivered_s": delivered_s,
        "transit_s": transit_s,
        "promise_s": promise_s,
        "on_time": (status == _DELIVERED) & (transit_s <= promise_s),
        "policy": named(legend.policies, _policies(n, log, charged_by)),
        **_money_and_carbon(plan, chain, transit_s, surcharge, legend),
    }
    seconds = _seconds_by_cause(n, log, rides)
    columns |= {name: seconds[:, cause] for cause, name in CAUSE_COLUMNS.items()}
    columns["unfinished_s"] = transit_s - seconds.sum(axis=1)
    return pd.DataFrame(columns)


def in_window(time_s: Ints, legend: Legend) -> NDArray[np.bool_]:
    """Whether times lie after the warm-up and before the cool-down."""
    found: NDArray[np.bool_] = (time_s >= legend.warm_up_s) & (time_s < legend.period_s - legend.cool_down_s)
    return found


def chains_taken(plan: SampledPlan, log: Columns) -> Ints:
    """Chain of each consignment; -1 when refused."""
    chain = np.full(plan.n_consignments, -1)
    released = log.rows(EventKind.RELEASED)
    chain[log.consignment[released]] = log.place[released]
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
        aboard = time_along_trips(log).between(rides.trip, rides.on, rides.off)
        first = _first_rides(rides)
        seconds[rides.consignment[first]] += np.add.reduceat(aboard, first, axis=0)
    return seconds


def _first_rides(rides: Rides) -> Ints:
    return np.flatnonzero(np.diff(rides.consignment, prepend=-1))


def _policies(n: int, log: Columns, charged_by: Ints) -> Ints:
    """The first policy in the log of each consignment, else the one that charges it, else -1."""
    policy = charged_by.copy()
    acted = np.flatnonzero((log.policy >= 0) & (log.consignment >= 0))[::-1]
    policy[log.consignment[acted]] = log.policy[acted]
    return policy


def surcharges(plan: SampledPlan, chain: Ints, legend: Legend) -> tuple[Floats, Ints]:
    """Surcharges of each consignment in USD/FEU, and the first policy that charges it (-1: none).

    A policy charges a consignment once, by its flow, cargo, chain and time of release.
    """
    total = np.zeros(plan.n_consignments)
    charged_by = np.full(plan.n_consignments, -1)
    entries = np.array(legend.surcharges, dtype=np.int64).reshape(-1, 6)
    for policy in np.unique(entries[:, 0]):
        pays = np.zeros(plan.n_consignments, dtype=bool)
        for from_s, until_s in np.unique(entries[entries[:, 0] == policy][:, 4:], axis=0):
            mine = (entries[:, [0, 4, 5]] == (policy, from_s, until_s)).all(axis=1)
            bound = np.zeros((len(legend.flows), len(legend.cargos), len(legend.chains) + 1), dtype=bool)
            for _, flow, cargo, its_chain, _, _ in entries[mine]:
                bound[flow, cargo if cargo >= 0 else slice(None), its_chain] = True
            pays |= (
                bound[plan.flow, plan.cargo, chain] & (from_s <= plan.release_s) & (plan.release_s < until_s)
            )
        total[pays] += legend.policy_surcharge_usd_per_feu[policy]
        charged_by[pays & (charged_by < 0)] = policy
    return total, charged_by


def _money_and_carbon(
    plan: SampledPlan, chain: Ints, transit_s: Ints, surcharge: Floats, legend: Legend
) -> dict[str, Floats]:
    """Cost, cost of time and emissions per FEU; not a number when refused."""
    price = np.array([*(_along(s, legend.service_cost_usd_per_feu) for s in legend.chain_services), np.nan])
    carbon = np.array(
        [*(_along(s, legend.service_emissions_kg_per_t) for s in legend.chain_services), np.nan]
    )
    charge = np.array(legend.flow_charge_usd_per_feu)[plan.flow]
    mass = np.array(legend.flow_mass_t_per_feu)[plan.flow]
    time_value = np.array(legend.cargo_time_value_usd_per_feu_day)[plan.cargo]
    return {
        "cost_usd_per_feu": price[chain] + charge + surcharge,
        "time_cost_usd_per_feu": np.where(chain < 0, np.nan, transit_s / DAY_S * time_value),
        "emissions_kg_per_feu": carbon[chain] * mass,
    }


def _along(services: tuple[int, ...], amounts: tuple[float, ...]) -> float:
    return float(sum(amounts[s] for s in services))
