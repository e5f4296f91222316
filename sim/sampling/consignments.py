"""Consignments: when they are released, what they are, and how their shippers are minded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from sim.contract import NEVER, Ints
from sim.model import Flow, Scenario
from sim.sampling.binding import policies_with
from sim.sampling.choosing import Tariffs
from sim.sampling.quantiles import Intensity, arrivals, firsts, invert, whole
from sim.sampling.streams import DRAWS, Floats, Streams, hashes_of
from sim.units import CENTS, DAY_S, month_starts


@dataclass
class Consignments:
    """Columns by consignment, in order of release (then of flow).

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


class FlowDraws:
    """The streams of all flows, and how what is drawn of them becomes consignments. Consignment i of a flow has the same luck in
    every scenario.
    """

    def __init__(self, tariffs: Tariffs) -> None:
        scenario = tariffs.scenario
        if not scenario.flows:
            raise ValueError("a scenario needs a flow: add one")
        self._tariffs, self._scenario = tariffs, scenario
        flows = scenario.flows
        self._owners = [f"flow:{name}" for name in flows]
        self._usual = [flow_intensity(scenario, flow, []) for flow in flows.values()]
        self._size_teu = np.array([flow.consignment.value for flow in flows.values()], dtype=np.int64)
        self._express = np.array([flow.express.value if flow.express else 0.0 for flow in flows.values()])
        self._avoided = policies_with(scenario, "avoided")
        self._races = self._list_races()
        running = [shares for column in self._races for _, shares, _ in column]
        self._runners = np.array(
            [sum(share > 0 for share in shares.values()) for shares in running], dtype=np.int64
        )
        self._share = np.array([share for shares in running for share in shares.values() if share > 0])
        self._number = np.array(
            [
                names.index(name)
                for column in self._races
                for _, shares, names in column
                for name, share in shares.items()
                if share > 0
            ],
            dtype=np.int64,
        )
        self._pivots = [list(tariffs.pivots(name)) if tariffs.adaptive else [] for name in flows]
        self._width = np.array([len(chains) for chains in self._pivots], dtype=np.int64)
        self._scale = np.array([CENTS * tariffs.scale(name) for name in flows])
        self._names, self._flow_of, self._sections = self._list_streams()

    def _list_races(self) -> list[list[tuple[str, dict[str, float], list[str]]]]:
        """For each column that is decided by a race, flow by flow its purpose, the shares, and the names that count.

        Every entry of the shares runs: an exponential time of its own over its share; the first one in is taken. So when shares
        change, or an entry comes to them, only those consignments move that must.
        """
        flows, cargos, chains = (
            self._scenario.flows.values(),
            list(self._scenario.cargo),
            list(self._scenario.chains),
        )
        columns = [[("cargo", flow.cargo.value, cargos) for flow in flows]]
        if not self._tariffs.adaptive:
            ranks = [flow.routing.ranks() for flow in flows]
            columns += [
                [(f"route-{rank}", mine[rank] if rank < len(mine) else {}, chains) for mine in ranks]
                for rank in range(max(map(len, ranks)))
            ]
        return columns

    def _list_streams(self) -> tuple[bytes, Ints, list[int]]:
        """Hashes of all streams but those of releases, the flow of each, and where the sections begin: races, tastes, express, avoided
        policies, patience.
        """
        adaptive = self._tariffs.adaptive
        sections: list[list[tuple[str, int]]] = [
            [
                (f"{purpose}/{self._owners[f]}/{name}", f)
                for column in self._races
                for f, (purpose, shares, _) in enumerate(column)
                for name, share in shares.items()
                if share > 0
            ],
            # Those with which fixed routing picks chains: with nothing but the shares to tell them apart, a consignment takes
            # the same chain in both.
            [
                (f"route-0/{self._owners[f]}/{chain}", f)
                for f, chains in enumerate(self._pivots)
                for chain in chains
            ],
            [(f"express/{owner}", f) for f, owner in enumerate(self._owners)],
            [
                (f"avoid/policy:{name}/{owner}", f)
                for _, name, _ in self._avoided
                for f, owner in enumerate(self._owners)
            ],
            [(f"patience/{owner}", f) for f, owner in enumerate(self._owners)] if adaptive else [],
        ]
        streams = [stream for section in sections for stream in section]
        of = np.array([f for _, f in streams], dtype=np.int64)
        return (
            hashes_of([name for name, _ in streams]),
            of,
            firsts([len(section) for section in sections]).tolist(),
        )

    def draw(self, demand: Mapping[str, list[tuple[int, int, float]]], streams: Streams) -> Consignments:
        """Draw every release of the period; `demand` holds the factors of disruptions on the volume of flows."""
        flows = self._scenario.flows
        processes = [
            flow_intensity(self._scenario, flow, demand[name]) if demand.get(name) else usual
            for (name, flow), usual in zip(flows.items(), self._usual, strict=True)
        ]
        release_s, counts = arrivals(processes, streams, "release", self._owners)
        flow = np.repeat(np.arange(len(flows)), counts)
        within = np.arange(len(flow)) - np.repeat(firsts(counts)[:-1], counts)
        drawn = streams.each(self._names, counts[self._flow_of])
        first = firsts(counts[self._flow_of])
        races, tastes, express, avoid, patience, _ = (int(first[section]) for section in self._sections)
        np.log(drawn[:express], out=drawn[:express])
        order = np.argsort(release_s, kind="stable")  # equal ones stay by flow, and within it
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
            avoids=self._avoids(drawn[avoid:patience].reshape(len(self._avoided), len(order)))[order],
            patience_s=self._patience_s(drawn[patience:], len(order))[order],
            taste_first=taste_first,
            taste_cents=taste_cents,
        )

    def _won(self, counts: Ints, logs: Floats) -> Ints:
        """Numbers of the names that win, (columns, n), flow by flow."""
        columns = len(self._races)
        into = np.empty(columns * int(counts.sum()), dtype=np.int64)
        DRAWS.races(np.tile(counts, columns), self._runners, self._share, self._number, logs, into)
        return into.reshape(columns, int(counts.sum()))

    def _tastes(self, flow: Ints, within: Ints, counts: Ints, logs: Floats) -> tuple[Ints, Ints]:
        """Where the tastes of each consignment begin, and all of them."""
        np.negative(logs, out=logs)
        np.log(logs, out=logs)
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
