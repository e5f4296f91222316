"""A log told again row by row, as a reader would: what became of every consignment and trip, without arrays or tables."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from sim.contract import Cause, EventKind, EventLog, PlaceKind, SampledPlan

K = EventKind


@dataclass
class Goods:
    """What became of a consignment."""

    release_s: int
    chain: int = -1
    first_chain: int = -1
    reroutes: int = 0
    refused: bool = False
    departed_s: int = -1
    delivered_s: int = -1
    held_s: list[int] = field(default_factory=list)
    spent_s: dict[Cause, int] = field(default_factory=lambda: defaultdict(int))
    rides: list[int] = field(default_factory=list)


@dataclass
class Way:
    """What became of a trip."""

    service: int
    departed_s: int
    load_teu: int
    unloaded_s: int = -1
    done: list[tuple[PlaceKind, int, int]] = field(default_factory=list)
    """(kind, place, second) of every gate passed, handling finished and leg run."""
    waited_s: dict[tuple[PlaceKind, int], int] = field(default_factory=lambda: defaultdict(int))


@dataclass
class Replay:
    """All consignments and trips of a log, and the yards: (service, from, until, TEU) of every wait for a vehicle."""

    goods: dict[int, Goods] = field(default_factory=dict)
    ways: dict[int, Way] = field(default_factory=dict)
    boarded: list[tuple[int, int, int]] = field(default_factory=list)
    """(consignment, service, second)."""


def replayed(plan: SampledPlan, log: EventLog) -> Replay:
    """Tell a log again."""
    story = Replay()
    aboard: dict[int, set[int]] = defaultdict(set)
    for time_s, kind, c, t, place_kind, place, cause, span_s, _ in log.rows.tolist():
        goods = story.goods.get(c)
        if kind in (K.RELEASED, K.REFUSED):
            refused = kind == K.REFUSED
            chain = -1 if refused else place
            story.goods[c] = Goods(time_s, chain, chain, refused=refused)
        elif kind == K.REROUTED:
            goods.chain, goods.reroutes = place, goods.reroutes + 1
        elif kind == K.BOARDED:
            aboard[t].add(c)
            goods.rides.append(t)
            story.boarded.append((c, place, time_s))
        elif kind == K.ATTACHED:
            aboard[t].add(c)
        elif kind in (K.SET_OUT, K.UNLOADED):
            aboard[t].discard(c)
            if kind == K.UNLOADED:
                story.ways[t].unloaded_s = time_s
        elif kind == K.DELIVERED:
            goods.delivered_s = time_s
        elif kind == K.CLEARED:
            goods.held_s.append(span_s)
        elif kind == K.DEPARTED:
            story.ways[t] = Way(place, time_s, sum(int(plan.size_teu[one]) for one in aboard[t]))
            for one in aboard[t]:
                if story.goods[one].departed_s < 0:
                    story.goods[one].departed_s = time_s
        if kind in (K.PASSED, K.FINISHED, K.ARRIVED) and t >= 0:
            story.ways[t].done.append((PlaceKind(place_kind), place, time_s))
        if kind == K.WAITED and t >= 0:
            story.ways[t].waited_s[PlaceKind(place_kind), place] += span_s
        if cause >= 0 and span_s > 0 and kind not in (K.RETURNED, K.CALLED):
            for one in [c] if c >= 0 else aboard[t]:
                story.goods[one].spent_s[Cause(cause)] += span_s
    return story
