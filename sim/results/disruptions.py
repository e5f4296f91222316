"""The disruptions table: when each struck, random ones too, and what freight it met and held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.contract import NEVER, OPEN, EventKind, Hit, Legend, SampledPlan, Strike, Strikes
from sim.results.consignments import measured
from sim.results.itineraries import Itineraries
from sim.results.levels import in_yards
from sim.results.rides import Columns, Ints, Truths, load_along_trips, named
from sim.results.trips import PLACE_KINDS, Stays, alive, stays
from sim.units import DAY_S, iso, parse_date

if TYPE_CHECKING:
    import pandas as pd


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
    """What one replication did, looked up by place and time; only trips and consignments that may be met are followed."""

    def __init__(self, plan: SampledPlan, log: Columns, ways: Itineraries, strikes: Sequence[Strike]) -> None:
        self.plan, self.log, self.ways = plan, log, ways
        self.departed = log.rows(EventKind.DEPARTED)
        self.taken = log.rows(EventKind.BOARDED, EventKind.ATTACHED)
        self.set_out = log.rows(EventKind.SET_OUT)
        nothing = np.zeros(0, dtype=np.int64)
        self.stays = Stays(*[nothing] * len(Stays._fields))
        at_places = _joined(s for s in strikes if s.hit.gates or s.hit.stations or s.hit.legs)
        if at_places:
            moving = [alive(plan, log, from_s, over_s) for from_s, over_s in at_places]
            self.stays = stays(plan, log, np.logical_or.reduce(moving))
        self.waiting = (nothing,) * 4
        closed = _joined(s for s in strikes if s.hit.closed)
        if closed:
            standing = [self._under_way(from_s, over_s) for from_s, over_s in closed]
            who, inspected, service, since_s, until_s = in_yards(
                plan, log, ways, np.logical_or.reduce(standing)
            )
            mine = ~inspected
            self.waiting = who[mine], service[mine], since_s[mine], until_s[mine]

    def _under_way(self, from_s: int, until_s: int) -> Truths:
        """Consignments (n,) that are neither yet to come nor delivered at some time from a second until another."""
        delivered = self.log.rows(EventKind.DELIVERED)
        early = delivered[self.log.time_s[delivered] < from_s]
        found: Truths = self.plan.release_s < until_s
        found[self.log.consignment[early]] = False
        return found

    def met(self, strike: Strike) -> _Met:
        """What a strike met; what it held is what was at closed places, and waited for closed services, while it was whole."""
        hit = strike.hit
        here = self._stays_at(hit)
        visits = here & _overlap(self.stays.arrived_s, self.stays.end_s, strike)
        departed_s, service = self.log.time_s[self.departed], self.log.place[self.departed]
        leaving = np.isin(service, hit.fewer) & (departed_s >= strike.from_s) & (departed_s < strike.over_s)
        trips = np.unique(np.concatenate([self.stays.trip[visits], self.log.trip[self.departed[leaving]]]))
        aboard = self._aboard(trips, strike)
        who, waits_for, since_s, until_s = self.waiting
        waits = np.isin(waits_for, hit.closed) & _overlap(since_s, until_s, strike)
        consignments = np.unique(np.concatenate([aboard, who[waits], self._deciding(strike)]))
        held = 0
        if hit.closes and strike.severity == OPEN:
            chosen = np.flatnonzero(visits)
            load = load_along_trips(
                self.log, self.plan.size_teu, self.stays.trip[chosen], self.stays.end_row[chosen]
            )
            held += int(
                (load * _together_s(self.stays.arrived_s[chosen], self.stays.end_s[chosen], strike)).sum()
            )
            size = self.plan.size_teu[who[waits]]
            held += int((size * _together_s(since_s[waits], until_s[waits], strike)).sum())
        return _Met(trips, consignments, held)

    def _stays_at(self, hit: Hit) -> Truths:
        """Which visits are at places that it hits."""
        found = np.zeros(len(self.stays.trip), dtype=bool)
        for kind, places in zip(PLACE_KINDS, (hit.gates, hit.stations, hit.legs), strict=True):
            if places:
                here = self.stays.place_kind == PLACE_KINDS.index(kind)
                found |= here & np.isin(self.stays.place, places)
        return found

    def _aboard(self, trips: Ints, strike: Strike) -> Ints:
        """Consignments that were on the trips at some time of a strike: not those set out before or attached after."""
        log, n = self.log, self.plan.n_trips
        on = self.taken[np.isin(log.trip[self.taken], trips)]
        on = on[log.time_s[on] < strike.over_s]
        off = self.set_out[log.time_s[self.set_out] <= strike.from_s]
        left = np.isin(log.consignment[on] * n + log.trip[on], log.consignment[off] * n + log.trip[off])
        return log.consignment[on[~left]]

    def _deciding(self, strike: Strike) -> Ints:
        """Consignments released by flows that it hits, and those that took a chain with a service that it makes dearer, while it held."""
        plan, hit = self.plan, strike.hit
        sent = np.isin(plan.flow, hit.flows) & _within(plan.release_s, strike)
        pays = np.isin(self.ways.booked.service, hit.dearer) & _within(self.ways.booked.booked_s, strike)
        return np.concatenate([np.flatnonzero(sent), self.ways.booked.consignment[pays]])


def _joined(strikes: Iterable[Strike]) -> list[tuple[int, int]]:
    """From when until when any of the strikes holds: spells that neither meet nor overlap."""
    spells: list[tuple[int, int]] = []
    for from_s, over_s in sorted((strike.from_s, strike.over_s) for strike in strikes):
        if spells and from_s <= spells[-1][1]:
            spells[-1] = spells[-1][0], max(spells[-1][1], over_s)
        else:
            spells.append((from_s, over_s))
    return spells


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
