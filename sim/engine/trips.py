"""Rows of the trips under way, compiled: a few thousand at a time of more than a million, so that they stay in the processor's cache.

A row is used again when its trip has ended.
"""

from __future__ import annotations

from sim.compiled import inlined
from sim.engine.layout import Trip, World


@inlined
def trip_at(w: World, k: int) -> Trip:
    """The row of a trip, or background train, under way."""
    return w.trips[w.trip_row[k]]


@inlined
def take_trip(w: World, k: int) -> Trip:
    """A row for a trip that sets off, or a background train that begins to wait; what is in it means nothing."""
    row = w.trips_free - 1
    if row >= 0:
        w.trips_free = w.trips[row].next
    else:
        row = w.trips_used
        w.trips_used = row + 1
    w.trip_row[k] = row
    return w.trips[row]


@inlined
def end_trip(w: World, k: int) -> None:
    """A trip is over: its row is free."""
    row = w.trip_row[k]
    w.trips[row].next = w.trips_free
    w.trips_free = row + 1
