"""What befell each consignment, in order, and from when on it fares otherwise in another run of the same world."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.contract import EventKind, PlaceKind
from sim.results.rides import AlongTrips, Columns, Ints, Truths, grouped, rides_of

_OF_TRIPS = (
    EventKind.WAITED,
    EventKind.DEPARTED,
    EventKind.PASSED,
    EventKind.STARTED,
    EventKind.FINISHED,
    EventKind.ARRIVED,
)
_PLACES = 2**16
"""More than there are places of a kind: a row of the log has 16 bits for them."""


@dataclass(frozen=True)
class Courses:
    """Events of consignments, those of their trips while they were aboard included, in the log's order.

    Events of consignment c are those from `first[c]` to `first[c + 1]`: since when and until when (`since_s`, `time_s`, seconds
    from the period's start; both are the same for what takes no time), and `what`: its kind with its place, as one number that
    means the same in every run of the same network.
    """

    first: Ints
    since_s: Ints
    time_s: Ints
    what: Ints


def courses_of(log: Columns, wanted: Truths) -> Courses:
    """Courses of the consignments `wanted` (n,); the others have no events."""
    own = np.flatnonzero(log.consignment[:] >= 0)
    own = own[wanted[log.consignment[own]]]
    rides = rides_of(log)
    mine = wanted[rides.consignment]
    along = AlongTrips(log, log.rows(*_OF_TRIPS, of_trips=True))
    trip = rides.trip[mine]
    begin, until = along.until(trip, rides.on[mine]), along.until(trip, rides.off[mine])
    length = until - begin
    aboard = along.rows[_ranges(begin, length)]
    row = np.concatenate((own, aboard))
    who = np.concatenate((log.consignment[own], np.repeat(rides.consignment[mine], length)))
    order = np.argsort(row, kind="stable")
    order = order[grouped(who[order])]
    row, who = row[order], who[order]
    what = (log.kind[row] * len(PlaceKind) + log.place_kind[row]) * _PLACES + log.place[row]
    time_s = log.time_s[row]
    return Courses(
        np.searchsorted(who, np.arange(len(wanted) + 1)), time_s - log.span_s[row].clip(min=0), time_s, what
    )


def met_s(a: Courses, b: Courses, of_a: Ints, of_b: Ints, start_s: int) -> Ints:
    """Second (k,) from which consignment `of_a` (k,) of a run and `of_b` (k,) of another fare differently; -1 when they never do.

    They part in the first event that is not the same in both: a train that would have passed a closed border at noon parts from
    the one that waits there at noon. Of a run over a leg, or of handling, the log knows only when it began and ended: where
    `start_s` (when what makes the difference begins) lies between, it is that.
    """
    length_a, length_b = (one.first[of + 1] - one.first[of] for one, of in ((a, of_a), (b, of_b)))
    both = np.minimum(length_a, length_b)
    at = np.repeat(np.arange(len(both)), both)
    in_a, in_b = (_ranges(one.first[of], both) for one, of in ((a, of_a), (b, of_b)))
    step = in_a - np.repeat(a.first[of_a], both)
    differs = (a.time_s[in_a] != b.time_s[in_b]) | (a.what[in_a] != b.what[in_b])
    first = both.copy()
    np.minimum.at(first, at[differs], step[differs])
    since, until = (
        np.minimum(_at(a, of_a, in_a, first, length_a), _at(b, of_b, in_b, first, length_b))
        for in_a, in_b in ((a.since_s, b.since_s), (a.time_s, b.time_s))
    )
    return np.where(until == _NEVER, -1, np.clip(start_s, since, until))


_NEVER = np.iinfo(np.int64).max


def _at(one: Courses, of: Ints, column: Ints, step: Ints, length: Ints) -> Ints:
    """A column at one event of each course, by its number; `_NEVER` where the course has ended by then."""
    found = np.full(len(of), _NEVER)
    there = step < length
    found[there] = column[one.first[of[there]] + step[there]]
    return found


def _ranges(begin: Ints, length: Ints) -> Ints:
    """Numbers from each `begin` (k,) on, `length` (k,) of them, one range after the other."""
    done = np.cumsum(length) - length
    found: Ints = np.arange(int(length.sum())) + np.repeat(begin - done, length)
    return found
