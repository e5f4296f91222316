"""Consignments: when they are released, what they are, and how their shippers are minded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np

from sim.contract import NEVER, Ints
from sim.model import Flow, Scenario
from sim.sampling.binding import policies_with
from sim.sampling.booked import ABSENT, Bookings
from sim.sampling.choosing import Tariffs
from sim.sampling.quantiles import Intensity, arrivals, firsts, invert, whole
from sim.sampling.streams import DRAWS, Floats, Streams, hashes_of
from sim.sampling.timetables import Runs
from sim.units import CENTS, DAY_S, month_starts


@dataclass
class Consignments:
    """Columns by consignment, in order of release (then of flow).

    `within` is the number of each within its flow; numbers that a booked flow does not use are missing.
    `rank_chain` is (n, ranks): the chain drawn in each rank, or -1; without ranks where shippers weigh their options.
    `avoids` are the policies whose territory a shipper shuns, as bits. `taste_first` is where the tastes of each begin, (n + 1,),
    in `taste_cents`: Gumbel noise in cents an FEU for each chain that its flow lists; none where options are taken in order.
    """

    release_s: Ints
    flow: Ints
    within: Ints
    size_teu: Ints
    cargo: Ints
    express: Ints
    rank_chain: Ints
    avoids: Ints
    patience_s: Ints
    taste_first: Ints
    taste_cents: Ints

    def columns(self) -> dict[str, Ints]:
        """Those that are columns of a plan."""
        return {
            field.name: getattr(self, field.name) for field in fields(self) if field.name not in _OF_NO_PLAN
        }


_OF_NO_PLAN = ("within", "rank_chain", "avoids")


def flow_intensity(scenario: Scenario, flow: Flow, factors: list[tuple[int, int, float]]) -> Intensity:
    """Releases a second of a flow over the period: volume x season x disruptions' factors."""
    period = scenario.period
    a_second = flow.volume.value / flow.consignment.value / DAY_S
    season = flow.season.value if flow.season else (1.0,) * 12
    months = dict(month_starts(period.begin, period.length))
    cuts = sorted({0, *months, *(t for a, b, _ in factors for t in (a, b) if 0 < t < period.length)})
    rates, month = [], 1
    for cut in cuts:
        month = months.get(cut, month)
        rate = a_second * season[month - 1]
        for from_s, until_s, factor in factors:
            if from_s <= cut < until_s:
                rate *= factor
        rates.append(rate)
    return Intensity(cuts, rates, period.length)


@dataclass(frozen=True)
class _Race:
    """What is decided for every consignment of a flow by a race: its cargo, or its chain of a rank.

    Every name with a share runs: an exponential time of its own over its share; the first one in is taken. So when shares change,
    or a name comes to them, only those consignments move that must.
    """

    flow: int
    purpose: str
    runners: tuple[tuple[str, int, float], ...]
    """Name, its number, its share."""

    @classmethod
    def of(cls, flow: int, purpose: str, shares: Mapping[str, float], names: list[str]) -> _Race:
        """Among the names that have a share."""
        running = ((name, names.index(name), share) for name, share in shares.items() if share > 0)
        return cls(flow, purpose, tuple(running))


class FlowDraws:
    """The streams of all flows, and how what is drawn of them becomes consignments.

    Consignment i of a flow has the same luck in every scenario.
    """

    def __init__(self, tariffs: Tariffs, bookings: Bookings) -> None:
        scenario = tariffs.scenario
        if not scenario.flows:
            raise ValueError("a scenario needs a flow: add one")
        self._tariffs, self._scenario, self._bookings = tariffs, scenario, bookings
        flows = scenario.flows
        self._owners = [f"flow:{name}" for name in flows]
        self._usual = [flow_intensity(scenario, flow, []) for flow in flows.values()]
        self._size_teu = np.array([flow.consignment.value for flow in flows.values()], dtype=np.int64)
        self._express = np.array([flow.express.value if flow.express else 0.0 for flow in flows.values()])
        self._avoided = policies_with(scenario, "avoided")
        races = self._list_races()
        runners = [runner for race in races for runner in race.runners]
        self._raced = len(races) // len(flows)
        self._runners = np.array([len(race.runners) for race in races], dtype=np.int64)
        self._number = np.array([number for _, number, _ in runners], dtype=np.int64)
        self._share = np.array([share for _, _, share in runners], dtype=np.float64)
        listed = [list(tariffs.pivots(name)) if tariffs.adaptive else [] for name in flows]
        self._width = np.array([len(chains) for chains in listed], dtype=np.int64)
        self._scale = np.array([CENTS * tariffs.scale(name) for name in flows])
        sections = self._list_streams(races, listed)
        self._sections = firsts([len(section) for section in sections]).tolist()
        streams = [stream for section in sections for stream in section]
        self._hashes = hashes_of([name for name, _ in streams])
        self._flow_of = np.array([f for _, f in streams], dtype=np.int64)

    def _list_races(self) -> list[_Race]:
        """All races: flow by flow for the cargo, then, where options are taken in order, for the chain of each rank."""
        scenario, flows = self._scenario, list(self._scenario.flows.values())
        races = [_Race.of(f, "cargo", flow.cargo.value, list(scenario.cargo)) for f, flow in enumerate(flows)]
        if self._tariffs.adaptive:
            return races
        ranks = [flow.routing.ranks() for flow in flows]
        return races + [
            _Race.of(f, f"route-{rank}", mine[rank] if rank < len(mine) else {}, list(scenario.chains))
            for rank in range(max(map(len, ranks)))
            for f, mine in enumerate(ranks)
        ]

    def _list_streams(self, races: list[_Race], listed: list[list[str]]) -> list[list[tuple[str, int]]]:
        """Names of all streams but those of releases, each with its flow, by what they are for: races, tastes (for the chains that flows
        list), express, avoided policies, patience.
        """
        owners = list(enumerate(self._owners))
        return [
            [
                (f"{race.purpose}/{self._owners[race.flow]}/{name}", race.flow)
                for race in races
                for name, _, _ in race.runners
            ],
            # Those with which fixed routing picks chains: with nothing but the shares to tell them apart, a consignment takes
            # the same chain in both.
            [(f"route-0/{owner}/{chain}", f) for f, owner in owners for chain in listed[f]],
            [(f"express/{owner}", f) for f, owner in owners],
            [(f"avoid/policy:{name}/{owner}", f) for _, name, _ in self._avoided for f, owner in owners],
            [(f"patience/{owner}", f) for f, owner in owners] if self._tariffs.adaptive else [],
        ]

    def draw(
        self, demand: Mapping[str, list[tuple[int, int, float]]], runs: Runs, streams: Streams
    ) -> Consignments:
        """Draw every release of the period; `demand` holds the factors of disruptions on the volume of flows, `runs` the departures."""
        flows = self._scenario.flows
        processes = [
            flow_intensity(self._scenario, flow, demand[name]) if demand.get(name) else usual
            for (name, flow), usual in zip(flows.items(), self._usual, strict=True)
        ]
        release_s, counts = self._releases(processes, runs, streams)
        flow = np.repeat(np.arange(len(flows)), counts)
        within = np.arange(len(flow)) - np.repeat(firsts(counts)[:-1], counts)
        drawn = streams.each(self._hashes, counts[self._flow_of])
        first = firsts(counts[self._flow_of])
        races, tastes, express, avoid, patience, _ = (int(first[section]) for section in self._sections)
        np.log(drawn[:express], out=drawn[:express])
        order = np.argsort(release_s, kind="stable")  # equal ones stay by flow, and within it
        order = order[release_s[order] != ABSENT]
        n = len(release_s)
        flow, within = flow[order], within[order]
        won = self._won(counts, drawn[races:tastes])[:, order]
        taste_first, taste_cents = self._tastes(flow, within, counts, drawn[tastes:express])
        return Consignments(
            release_s=release_s[order],
            flow=flow,
            within=within,
            size_teu=self._size_teu[flow],
            cargo=won[0],
            express=(drawn[express:avoid][order] >= self._express[flow]).astype(np.int64),
            rank_chain=won[1:].T,
            avoids=self._avoids(drawn[avoid:patience].reshape(len(self._avoided), n))[order],
            patience_s=self._patience_s(drawn[patience:], n)[order],
            taste_first=taste_first,
            taste_cents=taste_cents,
        )

    def _releases(self, processes: list[Intensity], runs: Runs, streams: Streams) -> tuple[Ints, Ints]:
        """Seconds of all that may be released, flow by flow, and how many each flow has; lots on trains that nobody takes are ABSENT."""
        booked = self._bookings.draw(processes, runs, streams)
        at_random = [
            replace(one, rate=[0.0] * len(one.rate)) if f in booked else one
            for f, one in enumerate(processes)
        ]
        release_s, counts = arrivals(at_random, streams, "release", self._owners)
        if not booked:
            return release_s, counts
        parts = np.split(release_s, np.cumsum(counts)[:-1])
        every = [booked.get(f, part) for f, part in enumerate(parts)]
        return np.concatenate(every), np.array([len(one) for one in every], dtype=np.int64)

    def _won(self, counts: Ints, logs: Floats) -> Ints:
        """Numbers of the names that win, (columns, n), flow by flow."""
        n = int(counts.sum())
        into = np.empty(self._raced * n, dtype=np.int64)
        DRAWS.races(np.tile(counts, self._raced), self._runners, self._share, self._number, logs, into)
        return into.reshape(self._raced, n)

    def _tastes(self, flow: Ints, within: Ints, counts: Ints, logs: Floats) -> tuple[Ints, Ints]:
        """Where the tastes of each consignment begin, and all of them."""
        np.negative(logs, out=logs)
        np.log(logs, out=logs)  # Gumbel noise, but for its sign
        first = firsts(self._width[flow])
        into = np.empty(first[-1], dtype=np.int64)
        begin = firsts(self._width * counts)
        DRAWS.tastes(flow, within, self._width, self._scale, begin, counts, logs, into)
        return first, into

    def _avoids(self, drawn: Floats) -> Ints:
        """Policies whose territory each consignment's shipper shuns, as bits; `drawn` is (policies, n)."""
        bits = np.zeros(drawn.shape[1], dtype=np.int64)
        for place, (_, _, rule) in enumerate(self._avoided):
            assert rule.avoided is not None
            bits |= (drawn[place] < rule.avoided.share).astype(np.int64) << place
        return bits

    def _patience_s(self, drawn: Floats, n: int) -> Ints:
        """Seconds that each consignment waits at a terminal before its shipper thinks again."""
        if not self._tariffs.adaptive:
            return np.full(n, NEVER, dtype=np.int64)
        return np.maximum(whole(invert(self._tariffs.choice.patience.value, drawn)), 1)
