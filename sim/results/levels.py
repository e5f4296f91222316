"""The levels table: how much waits at every gate, station and yard, every six hours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.contract import EventKind, Legend, Place, PlaceKind, SampledPlan
from sim.results.columns import LEVEL_STEP_S
from sim.results.itineraries import Itineraries
from sim.results.rides import Columns, Ints, Truths, named
from sim.results.trips import place_columns

if TYPE_CHECKING:
    import pandas as pd


def levels_table(
    plan: SampledPlan, log: Columns, ways: Itineraries, legend: Legend, visits: pd.DataFrame
) -> pd.DataFrame:
    """One row for each moment and each place at which anything ever waits; columns as in `columns.LEVELS`."""
    import pandas as pd

    kinds: list[str] = []
    places: list[Place] = []
    trips: list[Ints] = []
    teu: list[Ints] = []
    for kind, where, queue in _queues(plan, log, ways, legend, visits):
        waiting = _levels(len(where), queue, queue.trips, plan.period_s)
        waiting_teu = _levels(len(where), queue, queue.teu, plan.period_s)
        used = np.flatnonzero(waiting.any(axis=1) | waiting_teu.any(axis=1))
        kinds += [kind] * len(used)
        places += [where[i] for i in used.tolist()]
        trips += list(waiting[used])
        teu += list(waiting_teu[used])
    moments = np.arange(0, plan.period_s, LEVEL_STEP_S)
    rows = len(kinds) * len(moments)
    every = np.repeat(np.arange(len(kinds)), len(moments))
    return pd.DataFrame(
        {
            "scenario": named([legend.scenario], np.zeros(rows, dtype=np.int64)),
            "replication": np.full(rows, plan.replication),
            "place_kind": named(kinds, every),
            **place_columns(places, every),
            "time_s": np.tile(moments, len(kinds)),
            "trips": np.concatenate(trips) if trips else np.zeros(0, dtype=np.int64),
            "teu": np.concatenate(teu) if teu else np.zeros(0, dtype=np.int64),
        }
    )


@dataclass(frozen=True)
class _Queue:
    """Spells of waiting: number of the place, from and until which second, trips and TEU that wait; (k,) each."""

    place: Ints
    from_s: Ints
    until_s: Ints
    trips: Ints
    teu: Ints


def _queues(
    plan: SampledPlan, log: Columns, ways: Itineraries, legend: Legend, visits: pd.DataFrame
) -> Iterator[tuple[str, Sequence[Place], _Queue]]:
    """Yield the kind of places and the places, with all waiting there."""
    places: Sequence[Place]
    for kind, places in (("gate", legend.gate_places), ("station", legend.station_places)):
        here = visits.loc[visits["place_kind"] == kind, ["place", "arrived_s", "started_s", "load_teu"]]
        number = {place.name: i for i, place in enumerate(places)}
        place = _ints(here["place"].map(number))
        started_s, load_teu = _ints(here["started_s"]), _ints(here["load_teu"])
        until_s: Ints = np.where(started_s < 0, plan.period_s, started_s)
        queue = _Queue(place, _ints(here["arrived_s"]), until_s, np.ones_like(place), load_teu)
        yield kind, places, _with_background(plan, log, queue) if kind == "gate" else queue
    consignment, after_inspection, waits_for, from_s, to_s = _in_yards(plan, log, ways)
    yards = [Place(name, start) for name, start in zip(legend.services, legend.service_origin, strict=True)]
    set_out = [Place(name, name) for name in legend.facilities]
    for kind, places, chosen in (
        ("yard", yards, ~after_inspection),
        ("set-out", set_out, after_inspection),
    ):
        size_teu = plan.size_teu[consignment[chosen]]
        yield (
            kind,
            places,
            _Queue(waits_for[chosen], from_s[chosen], to_s[chosen], np.zeros_like(size_teu), size_teu),
        )


def _with_background(plan: SampledPlan, log: Columns, trips: _Queue) -> _Queue:
    """A queue of trips at gates, and the background trains that wait with them."""
    passed = log.rows(EventKind.BACKGROUND_PASSED)
    passed = passed[log.span_s[passed] > 0]
    # Each gate's pass in the order in which they come: those that have not passed are its last.
    gone = np.bincount(log.place[log.rows(EventKind.BACKGROUND_PASSED)], minlength=plan.n_gates)
    gate = np.repeat(np.arange(plan.n_gates), np.diff(plan.background_first))
    stay = np.arange(len(gate)) >= (plan.background_first[:-1] + gone)[gate]
    until_s = np.concatenate((log.time_s[passed], np.full(stay.sum(), plan.period_s)))
    from_s = np.concatenate((log.time_s[passed] - log.span_s[passed], plan.background_s[stay]))
    place = np.concatenate((log.place[passed], gate[stay]))
    none = np.zeros_like(place)
    return _Queue(
        np.concatenate((trips.place, place)),
        np.concatenate((trips.from_s, from_s)),
        np.concatenate((trips.until_s, until_s)),
        np.concatenate((trips.trips, none + 1)),
        np.concatenate((trips.teu, none)),
    )


def _ints(column: pd.Series[int]) -> Ints:
    """A column as whole numbers."""
    numbers: Ints = np.asarray(column, dtype=np.int64)
    return numbers


def _levels(places: int, queue: _Queue, amount: Ints, period_s: int) -> Ints:
    """Amount (k,) present by place and moment: there from the first second of its spell until the last."""
    moments = -(-period_s // LEVEL_STEP_S)
    cells = places * (moments + 1)
    # The first moment not before the second: who leaves at a moment is no longer there.
    comes, goes = (
        np.bincount(queue.place * (moments + 1) - (-time_s // LEVEL_STEP_S), amount, cells)
        for time_s in (queue.from_s, queue.until_s)
    )
    change = (comes - goes).astype(np.int64).reshape(places, moments + 1)
    level: Ints = np.cumsum(change, axis=1)[:, :-1]
    return level


def _in_yards(plan: SampledPlan, log: Columns, ways: Itineraries) -> tuple[Ints, Truths, Ints, Ints, Ints]:
    """Spells in which consignments stand in a yard, ready for a vehicle.

    Returns consignment, whether it stands at a facility after an inspection, number of the service (or that facility)
    that it waits for, and from and until when in seconds.
    """
    rows = log.rows(
        EventKind.RELEASED, EventKind.CLEARED, EventKind.UNLOADED, EventKind.SET_OUT,
        EventKind.BOARDED, EventKind.ATTACHED, EventKind.REROUTED, EventKind.DELIVERED,
        of_trips=False,
    )  # fmt: skip
    rows = log.by_consignment(rows)
    who, kind = log.consignment[rows], log.kind[rows]
    last = np.append(who[1:] != who[:-1], True)[: len(rows)]
    then = np.where(last, -1, np.roll(kind, -1))
    ready = np.isin(kind, (EventKind.RELEASED, EventKind.CLEARED, EventKind.UNLOADED, EventKind.REROUTED))
    ready &= np.isin(then, (EventKind.BOARDED, EventKind.ATTACHED, EventKind.REROUTED, -1))
    ready &= ~((kind == EventKind.RELEASED) & last & held_at_release(plan, ways.chain)[who])

    next_row, next_kind, rider = np.roll(rows, -1)[ready], then[ready], who[ready]
    at_facility = (kind == EventKind.CLEARED)[ready] & (log.place_kind[rows[ready]] == PlaceKind.FACILITY)
    # One that is still there waits for the first service of its way that it has not boarded; one that takes another
    # chain waited for the service that it turns away from.
    boarded = np.bincount(who[kind == EventKind.BOARDED], minlength=plan.n_consignments)
    to_come = (ways.booked.begin[:-1] + boarded)[rider].clip(max=len(ways.booked.service) - 1)
    rerouted = log.rows(EventKind.REROUTED)
    left = np.searchsorted(rerouted, next_row).clip(max=len(rerouted) - 1)
    place = np.where(next_kind == -1, ways.booked.service[to_come], log.place[next_row])
    turned = next_kind == EventKind.REROUTED
    place[turned] = ways.booked.left[left[turned]]
    place = np.where(at_facility, log.place[rows[ready]], place)
    until_s = np.where(next_kind == -1, plan.period_s, log.time_s[next_row])
    return rider, at_facility, place, log.time_s[rows[ready]], until_s


def held_at_release(plan: SampledPlan, chain: Ints) -> Truths:
    """Consignments that wait for a licence or payment when they are released and take a chain (n,)."""
    owner = np.repeat(np.arange(plan.n_consignments), np.diff(plan.act_first))
    release_s = plan.release_s[owner]
    chains = len(plan.chain_first) - 1
    acts = (
        (plan.act_facility == -1)
        & (plan.act_from_s <= release_s)
        & (release_s < plan.act_until_s)
        & (plan.act_span_s > 0)
        & (chain[owner] >= 0)
    )
    # The policy must meet the chain: -2 is that it does not.
    acts[acts] = plan.policy_place[plan.act_policy[acts] * chains + chain[owner[acts]]] >= -1
    held = np.zeros(plan.n_consignments, dtype=bool)
    held[owner[acts]] = True
    return held
