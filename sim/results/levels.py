"""The levels table: how much waits at every gate, station and yard, every six hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.contract import EventKind, Legend, PlaceKind, SampledPlan
from sim.results.columns import LEVEL_STEP_S
from sim.results.consignments import chains_taken
from sim.results.rides import Columns, Ints, Truths, named

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


def levels_table(plan: SampledPlan, log: Columns, legend: Legend, visits: pd.DataFrame) -> pd.DataFrame:
    """One row for each moment and each place at which anything ever waits; columns as in `columns.LEVELS`."""
    import pandas as pd

    kinds: list[str] = []
    places: list[str] = []
    trips: list[NDArray[np.int64]] = []
    teu: list[NDArray[np.int64]] = []

    def add(
        kind: str, names: tuple[str, ...], place: Ints, spell: tuple[Ints, Ints], counts: Truths, load: Ints
    ) -> None:
        waiting_teu = _levels(len(names), place, spell, load, plan.period_s)
        waiting_trips = _levels(len(names), place, spell, counts.astype(np.int64), plan.period_s)
        for used in np.flatnonzero(waiting_teu.any(axis=1) | waiting_trips.any(axis=1)):
            kinds.append(kind)
            places.append(names[used])
            trips.append(waiting_trips[used])
            teu.append(waiting_teu[used])

    for kind, names in (("gate", legend.gates), ("station", legend.stations)):
        here = visits[visits["place_kind"] == kind]
        number = {name: i for i, name in enumerate(names)}
        place = here["place"].map(number).to_numpy(np.int64)
        started_s = here["started_s"].to_numpy()
        spell = here["arrived_s"].to_numpy(), np.where(started_s < 0, plan.period_s, started_s)
        add(kind, names, place, spell, np.ones(len(here), dtype=bool), here["load_teu"].to_numpy())
    consignment, at_facility, place, from_s, until_s = _in_yards(plan, log)
    for names, here_ in ((legend.services, ~at_facility), (legend.facilities, at_facility)):
        spell = from_s[here_], until_s[here_]
        load = plan.size_teu[consignment[here_]]
        add("yard", names, place[here_], spell, np.zeros(len(load), dtype=bool), load)

    moments = np.arange(0, plan.period_s, LEVEL_STEP_S)
    rows = len(kinds) * len(moments)
    every = np.repeat(np.arange(len(kinds)), len(moments))
    return pd.DataFrame(
        {
            "scenario": named([legend.scenario], np.zeros(rows, dtype=np.int64)),
            "replication": np.full(rows, plan.replication),
            "place_kind": named(kinds, every),
            "place": named(places, every),
            "time_s": np.tile(moments, len(kinds)),
            "trips": np.concatenate(trips) if trips else np.zeros(0, dtype=np.int64),
            "teu": np.concatenate(teu) if teu else np.zeros(0, dtype=np.int64),
        }
    )


def _levels(places: int, place: Ints, spell: tuple[Ints, Ints], amount: Ints, period_s: int) -> Ints:
    """Amount present (places, moments): each stays at its place from the first second of its spell until the second."""
    moments = -(-period_s // LEVEL_STEP_S)
    change = np.zeros((places, moments + 1), dtype=np.int64)
    for time_s, sign in zip(spell, (1, -1), strict=True):
        # The first moment not before the second: who leaves at a moment is no longer there.
        np.add.at(change, (place, -(-time_s // LEVEL_STEP_S)), sign * amount)
    level: Ints = np.cumsum(change, axis=1)[:, :-1]
    return level


def _in_yards(plan: SampledPlan, log: Columns) -> tuple[Ints, Truths, Ints, Ints, Ints]:
    """Spells in which consignments stand in a yard, ready for a vehicle.

    Returns consignment, whether it stands at a facility after an inspection, number of the service (or that facility)
    that it waits for, and from and until when in seconds.
    """
    rows = log.by_consignment(
        log.rows(
            EventKind.RELEASED, EventKind.CLEARED, EventKind.UNLOADED, EventKind.SET_OUT,
            EventKind.BOARDED, EventKind.ATTACHED, EventKind.DELIVERED,
            of_trips=False,
        )
    )  # fmt: skip
    who, kind = log.consignment[rows], log.kind[rows]
    last = np.append(who[1:] != who[:-1], True)[: len(rows)]
    then = np.where(last, -1, np.roll(kind, -1))
    ready = np.isin(kind, (EventKind.RELEASED, EventKind.CLEARED, EventKind.UNLOADED))
    ready &= np.isin(then, (EventKind.BOARDED, EventKind.ATTACHED, -1))
    ready &= ~((kind == EventKind.RELEASED) & last & _held_at_release(plan)[who])

    unloaded = np.bincount(who[kind == EventKind.UNLOADED], minlength=plan.n_consignments)
    chain = chains_taken(plan, log)[who[ready]]
    next_row = np.roll(rows, -1)[ready]
    open_ = last[ready]
    at_facility = (kind == EventKind.CLEARED)[ready] & (log.place_kind[rows[ready]] == PlaceKind.FACILITY)
    # One that is still there waits for the service after those that it has already left.
    service = np.where(open_, plan.chain_first[chain] + unloaded[who[ready]], 0)
    service = np.where(
        open_ & ~at_facility,
        plan.chain_service[service.clip(max=len(plan.chain_service) - 1)],
        log.place[next_row],
    )
    place = np.where(at_facility, log.place[rows[ready]], service)
    until_s = np.where(open_, plan.period_s, log.time_s[next_row])
    return who[ready], at_facility, place, log.time_s[rows[ready]], until_s


def _held_at_release(plan: SampledPlan) -> Truths:
    """Consignments that wait for a licence or payment when they are released."""
    owner = np.repeat(np.arange(plan.n_consignments), np.diff(plan.act_first))
    release_s = plan.release_s[owner]
    acts = (
        (plan.act_facility == -1)
        & (plan.act_from_s <= release_s)
        & (release_s < plan.act_until_s)
        & (plan.act_span_s > 0)
    )
    held = np.zeros(plan.n_consignments, dtype=bool)
    held[owner[acts]] = True
    return held
