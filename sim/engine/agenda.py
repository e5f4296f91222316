"""The rule of time, compiled: events in the order (second, rank, entity), each one number.

Smaller comes first. Those of the present slice of time stand in order at the beginning of the agenda, the next one last; those
of every later slice are a list in no order, until it is their turn.
"""

from __future__ import annotations

from sim.compiled import compiled, inlined
from sim.engine.layout import ENTITY_BITS, MANY_OF_A_SLICE, RANK_BITS, Fault, World


@inlined
def second_of(key: int) -> int:
    """Second of an event."""
    return key >> (RANK_BITS + ENTITY_BITS)


@inlined
def rank_of(key: int) -> int:
    """Rank of an event."""
    return (key >> ENTITY_BITS) & ((1 << RANK_BITS) - 1)


@inlined
def entity_of(key: int) -> int:
    """Entity of an event."""
    return key & ((1 << ENTITY_BITS) - 1)


@inlined
def call(w: World, time_s: int, rank: int, entity: int) -> None:
    """Enter an event at its place among those of that second; what comes after the period never happens."""
    if time_s >= w.end_s:
        return
    key = (time_s << (RANK_BITS + ENTITY_BITS)) | (rank << ENTITY_BITS) | entity
    later = time_s >> w.slice_bits
    if later == w.slice:
        enter(w, key)
        return
    node = w.node_free
    if node:
        w.node_free = w.agenda[node + 1]
    else:
        node = w.node_new
        if node + 2 > w.slices:
            w.fault = Fault.AGENDA_FULL
            return
        w.node_new = node + 2
    first = w.slices + later
    w.agenda[node] = key
    w.agenda[node + 1] = w.agenda[first]
    w.agenda[first] = node


@compiled
def enter(w: World, key: int) -> None:
    """An event takes its place among those of the slice of now, of which the last comes first."""
    n = w.events
    if n >= w.events_room:
        w.fault = Fault.AGENDA_FULL
        return
    w.events = n + 1
    while n > 0 and w.agenda[n - 1] < key:
        w.agenda[n] = w.agenda[n - 1]
        n -= 1
    w.agenda[n] = key


@inlined
def turn_to_slice(w: World) -> bool:
    """Whether there is another slice with events: they become those of now."""
    at, last = w.slices + w.slice + 1, w.slices + (w.end_s >> w.slice_bits)
    while at <= last and w.agenda[at] == 0:
        at += 1
    if at > last:
        return False
    w.slice = at - w.slices
    node, free, n = w.agenda[at], w.node_free, 0
    while node:
        key, following = w.agenda[node], w.agenda[node + 1]
        w.agenda[node + 1] = free
        free, node = node, following
        m = n
        while n < MANY_OF_A_SLICE and m > 0 and w.agenda[m - 1] < key:
            w.agenda[m] = w.agenda[m - 1]
            m -= 1
        w.agenda[m] = key
        n += 1
    if n > MANY_OF_A_SLICE:
        sort(w, n)
    w.node_free, w.events = free, n
    return True


@compiled
def sort(w: World, n: int) -> None:
    """Put the first `n` events in order, by Shell's method: the last comes first."""
    gap = 1
    while 3 * gap < n:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(gap, n):
            key, m = w.agenda[i], i
            while m >= gap and w.agenda[m - gap] < key:
                w.agenda[m] = w.agenda[m - gap]
                m -= gap
            w.agenda[m] = key
        gap //= 3


@inlined
def next_event(w: World) -> int:
    """Take out the first event."""
    n = w.events - 1
    w.events = n
    return w.agenda[n]
