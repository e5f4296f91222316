"""The disruptions table: when each struck, random ones too, and what freight it met and held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.compiled import Kernels
from sim.contract import NEVER, OPEN, Hit, Legend, SampledPlan, Strike, Strikes
from sim.results.consignments import measured
from sim.results.itineraries import Itineraries
from sim.results.levels import held_at_release
from sim.results.rides import Columns, Ints, Truths, named
from sim.results.trips import place_kinds, visiting_steps
from sim.units import DAY_S, iso, parse_date

if TYPE_CHECKING:
    import pandas as pd

MEETING = Kernels(
    "sim.results.meeting",
    shared=("sim.results.log_words", "sim.contract.tables"),
    what="what disruptions meet",
    takes="about two seconds",
)
"""What was where when, straight from a log."""


@dataclass(frozen=True)
class StrikesMet:
    """What each strike (s,) met in a replication: its disruption (number in the names of the strikes), whether it holds in the measured
    time; trips, TEU, measured TEU, those of them that no earlier strike of the disruption met, and TEU-days that it held.
    """

    disruption: Ints
    event: Ints
    measured: Truths
    trips: Ints
    teu: Ints
    measured_teu: Ints
    bound_teu: Ints
    held_teu_d: NDArray[np.float64]


def strikes_met(
    plan: SampledPlan, log: Columns, ways: Itineraries, legend: Legend, strikes: Strikes
) -> StrikesMet:
    """Follow what every effect of every event that holds within the period met."""
    every = strikes.strikes
    found: list[_Met] = []
    if every:
        world = _World(plan, log, ways, every)
        found = [world.met(strike) for strike in every]
    counted = measured(plan, legend)
    known: dict[int, Truths] = {}
    bound = []
    for strike, met in zip(every, found, strict=True):
        before = known.setdefault(strike.hit.disruption, np.zeros(plan.n_consignments, dtype=bool))
        mine = met.consignments[counted[met.consignments]]
        bound.append(int(plan.size_teu[mine[~before[mine]]].sum()))
        before[mine] = True
    size_teu = plan.size_teu
    return StrikesMet(
        _ints([strike.hit.disruption for strike in every]),
        _ints([strike.event for strike in every]),
        np.array([_is_measured(strike, legend) for strike in every], dtype=bool),
        _ints([len(met.trips) for met in found]),
        _ints([int(size_teu[met.consignments].sum()) for met in found]),
        _ints([int(size_teu[met.consignments[counted[met.consignments]]].sum()) for met in found]),
        _ints(bound),
        np.array([met.held_teu_s / DAY_S for met in found], dtype=float),
    )


def disruptions_table(
    plan: SampledPlan, log: Columns, ways: Itineraries, legend: Legend, strikes: Strikes
) -> pd.DataFrame:
    """One row for each effect of each event that holds within the period; columns as in `columns.DISRUPTIONS`."""
    import pandas as pd

    every, begin = strikes.strikes, parse_date(legend.start)
    met = strikes_met(plan, log, ways, legend, strikes)
    return pd.DataFrame(
        {
            "scenario": named([legend.scenario], np.zeros(len(every), dtype=np.int64)),
            "replication": np.full(len(every), plan.replication),
            "disruption": named(strikes.names, met.disruption),
            "event": met.event,
            "part": _ints([strike.hit.part for strike in every]),
            "at": _texts([strike.hit.at for strike in every]),
            "effect": _texts([strike.hit.effect for strike in every]),
            "severity": np.array([strike.severity / OPEN for strike in every], dtype=float),
            "measured": met.measured,
            "struck_at": _texts([iso(begin + timedelta(seconds=strike.from_s)) for strike in every]),
            "from_s": _ints([strike.from_s for strike in every]),
            "until_s": _ints([_end(strike.until_s) for strike in every]),
            "over_s": _ints([_end(strike.over_s) for strike in every]),
            "trips": met.trips,
            "teu": met.teu,
            "measured_teu": met.measured_teu,
            "bound_teu": met.bound_teu,
            "held_teu_d": met.held_teu_d,
        }
    )


def _is_measured(strike: Strike, legend: Legend) -> bool:
    """Whether a strike holds at some time after the warm-up and before the cool-down."""
    return strike.from_s < legend.period_s - legend.cool_down_s and strike.over_s > legend.warm_up_s


def _end(second: int) -> int:
    """A second as tables tell it: -1 where none is told."""
    return -1 if second >= NEVER else second


def _ints(numbers: list[int]) -> Ints:
    """Whole numbers as an array."""
    return np.array(numbers, dtype=np.int64)


def _texts(texts: list[str]) -> pd.Categorical:
    """Texts as a column that repeats few."""
    distinct = list(dict.fromkeys(texts))
    return named(distinct, np.array([distinct.index(text) for text in texts], dtype=np.int64))


@dataclass(frozen=True)
class _Met:
    """Trips and consignments that a strike met, each once, and TEU-seconds that it held."""

    trips: Ints
    consignments: Ints
    held_teu_s: int


class _World:
    """What one replication did at the places and in the yards that strikes hit: rows of five numbers, as `meeting` writes them."""

    def __init__(self, plan: SampledPlan, log: Columns, ways: Itineraries, strikes: Sequence[Strike]) -> None:
        self.plan, self.ways = plan, ways
        counts = (len(plan.gate_headway_s), len(plan.station_servers), len(plan.leg_calendar))
        self._first = np.cumsum((0, *counts))
        asked_place = np.zeros(self._first[-1], dtype=np.int64)
        asked_service = np.zeros(plan.n_services, dtype=np.int64)
        for strike in strikes:
            asked_place[self._places(strike.hit)] = 1
            asked_service[list(strike.hit.closed)] = 1
        self.visits, self.rides = _there(plan, log, ways, asked_place, self._first)
        self.waits = _standing(plan, log, ways, asked_service)

    def _places(self, hit: Hit) -> Ints:
        """Gates, stations and legs that it hits, numbered through."""
        kinds = zip(self._first, (hit.gates, hit.stations, hit.legs), strict=False)
        return np.array([first + place for first, places in kinds for place in places], dtype=np.int64)

    def met(self, strike: Strike) -> _Met:
        """What a strike met; what it held is what was at closed places, and waited for closed services, while it was whole."""
        hit = strike.hit
        visits = self.visits[np.isin(self.visits[:, 1], self._places(hit))]
        visits = visits[_overlap(visits[:, 2], visits[:, 3], strike)]
        _, trip, service, departed_s = self.ways.departures.T
        leaving = trip[np.isin(service, hit.fewer) & _within(departed_s, strike)]
        trips = np.unique(np.concatenate([visits[:, 0], leaving]))
        waits = self.waits[np.isin(self.waits[:, 1], hit.closed)]
        waits = waits[_overlap(waits[:, 2], waits[:, 3], strike)]
        aboard = self._aboard(trips, strike)
        consignments = np.unique(np.concatenate([aboard, waits[:, 0], self._deciding(strike)]))
        held = 0
        if hit.closes and strike.severity == OPEN:
            held += int((visits[:, 4] * _together_s(visits[:, 2], visits[:, 3], strike)).sum())
            size_teu = self.plan.size_teu[waits[:, 0]]
            held += int((size_teu * _together_s(waits[:, 2], waits[:, 3], strike)).sum())
        return _Met(trips, consignments, held)

    def _aboard(self, trips: Ints, strike: Strike) -> Ints:
        """Consignments that were on the trips at some time of a strike: not those set out before or attached after."""
        met = np.zeros(self.plan.n_trips, dtype=bool)
        met[trips] = True
        rides = self.rides[met[self.rides[:, 1]]]
        found: Ints = rides[(rides[:, 2] < strike.over_s) & (rides[:, 3] > strike.from_s), 0]
        return found

    def _deciding(self, strike: Strike) -> Ints:
        """Consignments released by flows that it hits, and those that took a chain with a service that it makes dearer, while it held."""
        plan, hit = self.plan, strike.hit
        sent = np.flatnonzero(np.isin(plan.flow, hit.flows) & _within(plan.release_s, strike))
        if not hit.dearer:
            return sent
        booked = self.ways.booked
        pays = np.isin(booked.service, hit.dearer) & _within(booked.booked_s, strike)
        return np.concatenate([sent, booked.consignment[pays]])


def _there(
    plan: SampledPlan, log: Columns, ways: Itineraries, asked_place: Ints, first: Ints
) -> tuple[Ints, Ints]:
    """Visits (v, 5) to the places asked for, and rides (k, 5) of consignments on trips."""
    steps, begin = visiting_steps(plan)
    place = first[place_kinds(plan, steps)] + plan.step_place[steps]
    before = np.concatenate(([0], np.cumsum(asked_place[place])))[begin]
    most = int(np.diff(before)[ways.departures[:, 2]].sum())
    visits = np.empty(5 * most, dtype=np.int64)
    rides = np.empty(5 * (ways.boardings + len(ways.acts)), dtype=np.int64)
    load_teu, at, since_s = (np.zeros(plan.n_trips, dtype=np.int64) for _ in range(3))
    service, ride = np.full(plan.n_trips, -1), np.zeros(plan.n_consignments, dtype=np.int64)
    counts = np.zeros(2, dtype=np.int64)
    MEETING.be_there(
        log.words, plan.period_s, plan.size_teu, begin, place, asked_place, load_teu, at, since_s, service, ride, visits, rides, counts
    )  # fmt: skip
    return visits[: 5 * counts[0]].reshape(-1, 5), rides[: 5 * counts[1]].reshape(-1, 5)


def _standing(plan: SampledPlan, log: Columns, ways: Itineraries, asked_service: Ints) -> Ints:
    """Spells (k, 5) in which consignments wait in a yard for a service asked for."""
    if not asked_service.any():
        return np.zeros((0, 5), dtype=np.int64)
    n = plan.n_consignments
    held = held_at_release(plan, ways.chain).astype(np.int64)
    chain, stage, last = (np.zeros(n, dtype=np.int64) for _ in range(3))
    spells = np.empty(5 * (ways.boardings + int(ways.reroutes.sum()) + n), dtype=np.int64)
    count = MEETING.stand(
        log.words, plan.period_s, plan.chain_first, plan.chain_service, plan.service_from, held, asked_service,
        chain, stage, np.full(n, -1), last, spells,
    )  # fmt: skip
    return spells[: 5 * count].reshape(-1, 5)


def _within(time_s: Ints, strike: Strike) -> Truths:
    """Whether seconds lie within a strike."""
    found: Truths = (time_s >= strike.from_s) & (time_s < strike.over_s)
    return found


def _overlap(from_s: Ints, until_s: Ints, strike: Strike) -> Truths:
    """Whether spells have a second in common with a strike; one of no length does when it lies within."""
    found: Truths = (from_s < strike.over_s) & (np.maximum(until_s, from_s + 1) > strike.from_s)
    return found


def _together_s(from_s: Ints, until_s: Ints, strike: Strike) -> Ints:
    """Seconds that spells (k,) share with the whole effect of a strike."""
    shared: Ints = np.minimum(until_s, strike.until_s) - np.maximum(from_s, strike.from_s)
    return shared.clip(min=0)
