"""The books that the replay keeps: lines by class, slots of a timetable, vehicles at two ends."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import PlanBuilder

from sim.audit.books import FleetBook, Queue, Timetable, Turns
from sim.contract import DAY_S, NEVER, StepKind

EXPRESS, ORDINARY = 0, 1
arrivals = st.lists(st.tuples(st.sampled_from([EXPRESS, ORDINARY]), st.integers(0, 3)), max_size=8)
"""Class, and seconds after the one before: whoever comes is numbered in order."""


def line_of(came: list[tuple[int, int]]) -> tuple[Queue, list[tuple[int, int, int]]]:
    """A line, and (class, second, number) of those in it."""
    line, now_s, those = Queue(), 0, []
    for who, (express, later_s) in enumerate(came):
        now_s += later_s
        line.join(express, who, now_s)
        those.append((express, now_s, who))
    return line, those


@settings(max_examples=100)
@given(arrivals)
def test_express_leaves_a_line_before_ordinary_and_each_in_order_of_arrival(
    came: list[tuple[int, int]],
) -> None:
    line, those = line_of(came)
    left = []
    while len(line):
        left.append(line.first())
        line.leave(left[-1])
    assert left == [who for _, _, who in sorted(those)]
    assert (line.first(), line.earliest_s()) == (-1, NEVER)


@settings(max_examples=100)
@given(arrivals)
def test_a_line_knows_since_when_each_waits_and_the_first_of_all(came: list[tuple[int, int]]) -> None:
    line, those = line_of(came)
    assert [line.since(who) for _, _, who in those] == [since_s for _, since_s, _ in those]
    assert line.since(len(came)) is None
    assert line.earliest_s() == min((since_s for _, since_s, _ in those), default=NEVER)
    line.leave(len(came))
    assert len(line) == len(came)


@settings(max_examples=100)
@given(arrivals, st.integers(1, 20))
def test_a_load_is_reached_when_those_who_came_by_then_are_as_large(
    came: list[tuple[int, int]], teu: int
) -> None:
    line, those = line_of(came)
    sizes = [1 + who % 3 for who in range(len(came))]
    seconds = [since_s for _, since_s, _ in those]
    enough = [
        at_s for at_s in seconds if sum(sizes[who] for _, since_s, who in those if since_s <= at_s) >= teu
    ]
    assert line.reaches_s(teu, sizes) == min(enough, default=NEVER)


@pytest.mark.parametrize(
    ("others", "better"),
    [
        ([], False),
        ([(ORDINARY, 4)], True),
        ([(ORDINARY, 5)], False),
        ([(EXPRESS, 8)], True),
        ([(EXPRESS, 9)], False),
    ],
)
def test_an_ordinary_one_here_since_5_gives_way_at_9_to_earlier_ones_and_to_express_ones_that_came_before(
    others: list[tuple[int, int]], better: bool
) -> None:
    line = Queue()
    for number, (express, since_s) in enumerate(others, 1):
        line.join(express, number, since_s)
    line.join(ORDINARY, 0, 5)
    assert line.has_better_claim(ORDINARY, 0, 9) == better


def test_an_express_one_gives_way_to_no_ordinary_one() -> None:
    line = Queue()
    line.join(ORDINARY, 1, 0)
    line.join(EXPRESS, 0, 5)
    assert not line.has_better_claim(EXPRESS, 0, 9)


@pytest.mark.parametrize(
    ("now_s", "used", "slot"),
    [(9, 0, -1), (10, 0, 0), (15, 0, 0), (20, 0, 0), (20, 1, 1), (21, 0, -1), (21, 1, 1), (40, 2, 2), (40, 3, -1)],
)  # fmt: skip
def test_a_departure_runs_on_the_slot_that_was_last_or_in_its_second_on_the_one_before(
    now_s: int, used: int, slot: int
) -> None:
    table = Timetable([10, 20, 30])
    table.next = used
    assert table.due(now_s) == slot


def test_a_service_without_slots_never_departs_on_one() -> None:
    assert Timetable([]).due(5) == -1


def test_draws_are_taken_from_those_of_the_day_and_beyond_its_turns_from_the_reserve() -> None:
    """Two turns on each of three days, then a reserve of two: days hold the draws 0 to 5, and the reserve 6 and 7."""
    turns = Turns(period_s=3 * DAY_S, turns=2, reserve=2)
    times_s = [0, 5, 9, DAY_S, 2 * DAY_S, 2 * DAY_S + 1, 2 * DAY_S + 2]
    assert [turns.take(at_s) for at_s in times_s] == [0, 1, 6, 2, 4, 5, 7]


def fleet(**given: object) -> FleetBook:
    b = PlanBuilder()
    b.chain(b.service((StepKind.RUN, b.leg(), 5), fleet=b.fleet(**given)))
    return FleetBook(b.plan(), 0)


def test_a_vehicle_that_is_taken_and_freed_stands_at_the_other_end_since_then() -> None:
    book = fleet(home=1, away=0)
    assert (book.since(0), book.since(1)) == (0, -1)
    book.take(0)
    book.free(1, 30)
    assert (book.since(0), book.since(1)) == (-1, 30)


def test_withdrawn_vehicles_leave_home_first_and_come_back_home() -> None:
    book = fleet(home=1, away=2, withdrawn=[(0, 0), (10, 2), (50, 0)])
    book.change(10)
    assert [len(idle) for idle in book.idle] == [0, 1]
    book.change(50)
    assert [list(idle) for idle in book.idle] == [[50, 50], [0]]


def test_a_vehicle_that_is_freed_while_some_are_owed_is_withdrawn() -> None:
    book = fleet(home=1, away=0, withdrawn=[(0, 0), (10, 1), (50, 0)])
    book.take(0)
    book.change(10)
    book.free(1, 20)
    assert (book.withdrawn, book.since(0), book.since(1)) == (1, -1, -1)


def test_a_spare_vehicle_goes_home_when_it_has_been_idle_for_its_time() -> None:
    book = fleet(home=0, away=1, return_after_s=40, returns_s=[25])
    assert (book.leaves_s(5, spare=1), book.leaves_s(60, spare=1), book.leaves_s(5, spare=0)) == (
        40,
        60,
        NEVER,
    )
    book.run_empty(1, 40)
    assert book.since(1) == -1
    assert not book.comes(64, 25, -1)
    assert book.comes(65, 25, -1)
    assert not book.comes(65, 25, -1)


def test_a_fleet_that_does_not_return_keeps_its_vehicles_away() -> None:
    assert fleet(home=0, away=1).leaves_s(5, spare=1) == NEVER


def test_times_of_empty_runs_are_used_in_turn_and_never_one_that_is_under_way() -> None:
    book = fleet(home=0, away=3, return_after_s=0, returns_s=[100, 5])
    book.run_empty(1, 0)
    book.run_empty(1, 0, service=0)
    assert sorted(book.coming.values()) == [(5, 5, 0), (100, 100, -1)]
    assert book.called(0) == 1
    assert book.comes(5, 5, 0)
    # It would be the turn of the long time, but that run is not over.
    book.run_empty(1, 10)
    assert sorted(book.coming.values()) == [(15, 5, -1), (100, 100, -1)]


def test_an_unlimited_fleet_has_a_vehicle_at_either_end_whatever_is_taken() -> None:
    book = fleet()
    book.take(0)
    book.free(1, 9)
    assert (book.since(0), book.since(1)) == (0, 0)
