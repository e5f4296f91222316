"""Queues and loads, compiled: express first, first come first served within a class; each links its first to its last."""

from __future__ import annotations

from sim.compiled import compiled, inlined
from sim.contract import Express, SampledPlan
from sim.engine.layout import Line, Trip, World
from sim.engine.trips import trip_at

CLASSES = len(Express)


@inlined
def anybody(line: Line) -> bool:
    """Whether somebody stands in a line."""
    return line.head[0] != 0 or line.head[1] != 0


@inlined
def trip_joins(w: World, line: Line, express: int, k: int) -> None:
    """A trip stands at the end of its class of a gate's or station's line."""
    trip_at(w, k).next = 0
    last = line.tail[express]
    if last:
        trip_at(w, last - 1).next = k + 1
    else:
        line.head[express] = k + 1
    line.tail[express] = k + 1


@inlined
def trip_leaves(w: World, line: Line) -> int:
    """Take out the trip that goes next; -1 when nobody waits."""
    express = 0 if line.head[0] else 1
    k = line.head[express] - 1
    if k >= 0:
        following = trip_at(w, k).next
        line.head[express] = following
        if following == 0:
            line.tail[express] = 0
    return k


@inlined
def joins(p: SampledPlan, w: World, line: Line, c: int) -> None:
    """A consignment stands at the end of its class of a terminal's or yard's line, now."""
    express = p.express[c]
    last = line.tail[express]
    box = w.goods[c]
    box.next, box.previous, box.since_s = 0, last, w.now
    if last:
        w.goods[last - 1].next = c + 1
    else:
        line.head[express] = c + 1
    line.tail[express] = c + 1


@inlined
def leaves(p: SampledPlan, w: World, line: Line, c: int) -> None:
    """Take a consignment out of a line, wherever it stands."""
    express = p.express[c]
    before, after = w.goods[c].previous, w.goods[c].next
    if before:
        w.goods[before - 1].next = after
    else:
        line.head[express] = after
    if after:
        w.goods[after - 1].previous = before
    else:
        line.tail[express] = before


@inlined
def first_of(line: Line) -> int:
    """The consignment that goes next; -1 when nobody waits."""
    return (line.head[0] if line.head[0] else line.head[1]) - 1


@compiled
def goes_aboard(w: World, trip: Trip, c: int) -> None:
    """A consignment is the last in a trip's load."""
    w.goods[c].next = 0
    if trip.last:
        w.goods[trip.last - 1].next = c + 1
    else:
        trip.first = c + 1
    trip.last = c + 1
