"""Rows of the log, compiled."""

from __future__ import annotations

from sim.compiled import compiled, inlined
from sim.contract import Cause, EventKind, PlaceKind, SampledPlan
from sim.engine.calendars import add_closed
from sim.engine.layout import ROW_WORDS, Fault, World

CAUSES = len(Cause)


@inlined
def write(
    w: World,
    kind: int,
    consignment: int,
    trip: int = -1,
    place_kind: int = PlaceKind.NOWHERE,
    place: int = -1,
    cause: int = -1,
    span_s: int = 0,
    policy: int = -1,
) -> None:
    """Add a row at the present second."""
    m = w.rows
    if m >= w.rows_room:
        w.fault = Fault.LOG_FULL
        return
    w.rows = m + 1
    i = ROW_WORDS * m
    w.log[i] = w.now | consignment << 32
    w.log[i + 1] = (trip & 0xFFFFFFFF) | span_s << 32
    w.log[i + 2] = (place & 0xFFFF) | (policy & 0xFFFF) << 16 | kind << 32 | place_kind << 40 | cause << 48


@compiled
def write_spans(w: World, consignment: int, trip: int, place_kind: int, place: int) -> None:
    """Add a row for every cause in `spans`, and empty it."""
    for cause in range(CAUSES):
        span_s = w.spans[cause]
        if span_s:
            write(w, EventKind.WAITED, consignment, trip, place_kind, place, cause, span_s)
            w.spans[cause] = 0


@compiled
def write_closed(
    p: SampledPlan, w: World, since_s: int, n: int, trip: int, place_kind: int, place: int
) -> int:
    """Add a row for every cause of closed seconds since then; return the seconds that were not closed."""
    closed_s = add_closed(p, w, n, since_s, w.now)
    if closed_s:
        write_spans(w, -1, trip, place_kind, place)
    return w.now - since_s - closed_s


@compiled
def write_wait(
    p: SampledPlan, w: World, since_s: int, cause: int, n: int, trip: int, place_kind: int, place: int
) -> None:
    """Add the rows of a wait since then: closed seconds by their own cause, the rest by `cause`."""
    rest_s = write_closed(p, w, since_s, n, trip, place_kind, place)
    if rest_s:
        write(w, EventKind.WAITED, -1, trip, place_kind, place, cause, rest_s)
