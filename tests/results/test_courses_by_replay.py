"""The course of a consignment: its own events and those of the trips that it is on, in the order of the log."""

from __future__ import annotations

import numpy as np
import pytest
from named_plans import Told, told
from worlds import altered

from sim.contract import EventKind, EventLog
from sim.engine import simulate
from sim.results import Columns, Courses, courses_of, met_s

K = EventKind
OF_TRIPS = {K.WAITED, K.DEPARTED, K.PASSED, K.STARTED, K.FINISHED, K.ARRIVED}
numbers = pytest.mark.parametrize("number", range(600, 620))
Event = tuple[int, int, int, int, int]


def courses_told(one: Told) -> dict[int, list[Event]]:
    """(since, second, kind, kind of place, place) of what befell each consignment."""
    found: dict[int, list[Event]] = {c: [] for c in range(one.plan.n_consignments)}
    aboard: dict[int, set[int]] = {}
    for time_s, kind, c, t, place_kind, place, _, span_s, _ in one.log.rows.tolist():
        event = (time_s - max(span_s, 0), time_s, kind, place_kind, place)
        if c >= 0:
            found[c].append(event)
            if kind in (K.BOARDED, K.ATTACHED):
                aboard.setdefault(t, set()).add(c)
            elif kind in (K.SET_OUT, K.UNLOADED):
                aboard[t].remove(c)
        elif kind in OF_TRIPS:
            for rider in aboard.get(t, ()):
                found[rider].append(event)
    return found


def course(found: Courses, c: int) -> list[tuple[int, int, int]]:
    mine = slice(found.first[c], found.first[c + 1])
    return list(
        zip(found.since_s[mine].tolist(), found.time_s[mine].tolist(), found.what[mine].tolist(), strict=True)
    )


@numbers
def test_what_befalls_each_consignment_is_what_the_log_tells(number: int) -> None:
    one = told(number)
    found = courses_of(Columns(one.log), np.ones(one.plan.n_consignments, dtype=bool))
    meanings: dict[int, set[tuple[int, int, int]]] = {}
    for c, events in courses_told(one).items():
        mine = course(found, c)
        assert [(since, at) for since, at, _ in mine] == [event[:2] for event in events]
        for (_, _, what), event in zip(mine, events, strict=True):
            meanings.setdefault(what, set()).add(event[2:])
    # One number for one kind of event at one place, and another for every other.
    assert all(len(those) == 1 for those in meanings.values())
    assert len(meanings) == len(set().union(*meanings.values()))


@numbers
def test_consignments_that_nobody_asks_for_have_no_course_and_the_others_keep_theirs(number: int) -> None:
    one = told(number)
    n = one.plan.n_consignments
    wanted = np.arange(n) % 2 == 0
    every = courses_of(Columns(one.log), np.ones(n, dtype=bool))
    some = courses_of(Columns(one.log), wanted)
    for c in range(n):
        assert course(some, c) == (course(every, c) if wanted[c] else [])


@numbers
def test_a_run_never_parts_from_itself(number: int) -> None:
    one = told(number)
    every = np.arange(one.plan.n_consignments)
    found = courses_of(Columns(one.log), np.ones(len(every), dtype=bool))
    assert (met_s(found, found, every, every, 0) == -1).all()


def slower(one: Told) -> EventLog:
    """The log of the same plan with all work and running twice as long."""
    return simulate(altered(one.plan, work_s=2 * one.plan.work_s))


@pytest.mark.parametrize("start_s", [0, 30, 60, 100])
@numbers
def test_two_runs_of_a_consignment_part_in_the_first_event_that_is_not_the_same(
    number: int, start_s: int
) -> None:
    one = told(number)
    every = np.arange(one.plan.n_consignments)
    a, b = (courses_of(Columns(log), np.ones(len(every), dtype=bool)) for log in (one.log, slower(one)))
    for c, met in zip(every, met_s(a, b, every, every, start_s), strict=True):
        first, second = course(a, c), course(b, c)
        step = 0
        while step < min(len(first), len(second)) and first[step][1:] == second[step][1:]:
            step += 1
        there = [one_course[step] for one_course in (first, second) if step < len(one_course)]
        if not there:
            assert met == -1
            continue
        since, until = min(event[0] for event in there), min(event[1] for event in there)
        # Where the shock begins within what differs it is met there and then.
        assert met == min(max(start_s, since), until)
