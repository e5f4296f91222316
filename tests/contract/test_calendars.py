"""Calendar arithmetic: the shared functions against counting second by second, and unrolled calendars of scenarios."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import DAY_S, HOUR_S, plan_of, scenario

from sim.contract import NEVER, OPEN, Cause, SampledPlan, add_work, closed_spans, next_change, next_open
from sim.model.network import read_hours
from sim.sampling import Sampler
from sim.sampling.unrolling import closed_outside


@st.composite
def calendars(draw: st.DrawFn) -> tuple[list[int], list[int], list[int]]:
    gaps = draw(st.lists(st.integers(1, 12), max_size=5))
    at_s = [0, *np.cumsum(gaps, dtype=int).tolist()]
    values = draw(st.lists(st.sampled_from([0, 250, 333, 1000]), min_size=len(at_s), max_size=len(at_s)))
    causes = draw(
        st.lists(st.sampled_from([Cause.HOURS, Cause.CLOSURE]), min_size=len(at_s), max_size=len(at_s))
    )
    return at_s, values, [int(c) if v == 0 else -1 for v, c in zip(values, causes, strict=True)]


def value_at(at_s: list[int], values: list[int], t: int) -> int:
    return [v for a, v in zip(at_s, values, strict=True) if a <= t][-1]


@given(calendars(), st.integers(0, 70), st.integers(0, 40))
def test_work_ends_in_the_first_second_in_which_enough_of_it_is_done(
    calendar: tuple, start: int, work: int
) -> None:
    at_s, values, _ = calendar
    left, t = work * OPEN, start
    while left > 0 and t < 5_000:
        left -= value_at(at_s, values, t)
        t += 1
    assert add_work(start, work, at_s, values) == (t if left <= 0 else NEVER)


@given(calendars(), st.integers(0, 70), st.integers(0, 40), st.integers(0, 40))
def test_work_in_two_pieces_never_ends_before_the_same_work_in_one(
    calendar: tuple, start: int, a: int, b: int
) -> None:
    at_s, values, _ = calendar
    middle = add_work(start, a, at_s, values)
    whole = add_work(start, a + b, at_s, values)
    assert middle == NEVER or add_work(middle, b, at_s, values) >= whole


@given(calendars(), st.integers(0, 70))
def test_the_next_opening_and_change_are_found_second_by_second(calendar: tuple, t: int) -> None:
    at_s, values, _ = calendar
    assert next_open(at_s, values, t) == next(
        (s for s in range(t, 200) if value_at(at_s, values, s) > 0), NEVER
    )
    assert next_change(at_s, t) == next((s for s in range(t + 1, 200) if s in at_s), NEVER)


@given(calendars(), st.integers(0, 70), st.integers(0, 70))
def test_closed_seconds_are_counted_by_cause(calendar: tuple, start: int, length: int) -> None:
    at_s, values, causes = calendar
    counted: dict[int, int] = {}
    for t in range(start, start + length):
        if value_at(at_s, values, t) == 0:
            cause = value_at(at_s, causes, t)
            counted[cause] = counted.get(cause, 0) + 1
    assert closed_spans(start, start + length, at_s, values, causes) == sorted(counted.items())


def test_a_slow_down_stretches_work_and_a_closure_pauses_it() -> None:
    assert add_work(0, 10, [0, 4, 10], [1000, 0, 500]) == 10 + 12
    assert add_work(4, 0, [0, 4, 10], [1000, 0, 500]) == 4
    assert add_work(0, 10, [0, 4], [1000, 0]) == NEVER


# --- unrolled calendars ----------------------------------------------------------------------------------------------


def open_spans(plan: SampledPlan, number: int) -> list[tuple[int, int]]:
    """(from, until) in which a calendar is open, in hours of the period."""
    part = slice(plan.calendar_first[number], plan.calendar_first[number + 1])
    at_s = [*plan.calendar_at_s[part].tolist(), plan.period_s]
    values = plan.calendar_value[part].tolist()
    return [(a // HOUR_S, b // HOUR_S) for a, b, v in zip(at_s, at_s[1:], values, strict=False) if v > 0]


def hours_at_r(hours: str, start: str = "2025-01-06", days: int = 3) -> list[tuple[int, int]]:
    """Open spans of the border station of the tiny world; 6 January 2025 is a Monday."""
    plan = plan_of(
        {"period": {"start": start, "length": f"{days} d"}, "facilities": {"r": {"border": {"hours": hours}}}}
    )
    return open_spans(plan, plan.station_rate[station("r.border")])


def station(name: str) -> int:
    return Sampler(scenario()).legend.stations.index(name)


@pytest.mark.parametrize(
    ("hours", "start", "days", "expected"),
    [
        ("08:00-20:00", "2025-01-06", 2, [(8, 20), (32, 44)]),
        ("22:00-06:00", "2025-01-06", 2, [(0, 6), (22, 30), (46, 48)]),
        ("00:00-05:00 +03:00", "2025-01-06", 2, [(0, 2), (21, 26), (45, 48)]),
        ("00:00-24:00", "2025-01-06", 2, [(0, 48)]),
        ("08:00-20:00", "2025-01-06T12:00", 1, [(0, 8), (20, 24)]),
        ("Mon-Tue 08:00-20:00", "2025-01-06", 9, [(8, 20), (32, 44), (176, 188), (200, 212)]),
        ("Sat-Sun 00:00-24:00", "2025-01-06", 8, [(120, 168)]),
        ("Mon-Mon 00:00-05:00 +03:00", "2025-01-06", 8, [(0, 2), (165, 170)]),
        ("Fri-Mon 08:00-20:00", "2025-01-06", 7, [(8, 20), (104, 116), (128, 140), (152, 164)]),
    ],
)
def test_opening_hours_open_when_they_say(
    hours: str, start: str, days: int, expected: list[tuple[int, int]]
) -> None:
    assert hours_at_r(hours, start, days) == expected


def test_opening_hours_before_the_period_do_not_shift_those_within_it() -> None:
    period = scenario({"period": {"start": "2025-01-06T05:00", "length": "2 d"}}).period
    shut = closed_outside(read_hours("Mon-Sun 04:00-06:00"), period)
    opened = [(a.until_s, b.from_s) for a, b in pairwise(shut)]
    assert (-HOUR_S, HOUR_S) in opened
    assert all(until_s - from_s == 2 * HOUR_S for from_s, until_s in opened)


def test_a_closed_second_has_the_cause_of_highest_precedence() -> None:
    plan = plan_of(
        "facilities: {r: {border: {hours: '08:00-20:00'}}}",
        "disruptions: {shut: {at: {id: r}, from: '2025-01-02T06:00', lasts: 4 h, effect: closed}}",
    )
    number = plan.station_rate[station("r.border")]
    part = slice(plan.calendar_first[number], plan.calendar_first[number + 1])
    steps = list(zip(plan.calendar_at_s[part].tolist(), plan.calendar_cause[part].tolist(), strict=True))
    second_day = [(t // HOUR_S - 24, cause) for t, cause in steps if DAY_S <= t < 2 * DAY_S]
    assert second_day == [(6, Cause.CLOSURE), (10, -1), (20, Cause.HOURS)]


def test_slow_downs_multiply() -> None:
    plan = plan_of(
        """
        disruptions:
          slow: {at: {id: r}, from: "2025-01-02", lasts: 2 d, effect: {rate: 50 %}}
          slower: {at: {id: r}, from: "2025-01-03", lasts: 2 d, effect: {rate: 20 %}}
        """
    )
    number = plan.station_rate[station("r.border")]
    part = slice(plan.calendar_first[number], plan.calendar_first[number + 1])
    assert (plan.calendar_at_s[part] // DAY_S).tolist() == [0, 1, 2, 3, 4]
    assert plan.calendar_value[part].tolist() == [1000, 500, 100, 200, 1000]
