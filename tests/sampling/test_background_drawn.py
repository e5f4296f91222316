"""When background trains come to a gate: evenly over the day, from the opening of a line on, by draws of their own."""

from dataclasses import fields

import numpy as np
import pytest
from worlds import plan_of, run

from sim.contract import EventKind, SampledPlan

DAY_S = 86_400
FIVE = "legs: {k-r: {background: 5 trains/day}}"
OTHER_GATE = "facilities: {r: {border: {capacity: 24 trains/day, background: 7 trains/day}}}"


def comes_s(plan: SampledPlan, gate: int = 0) -> list[int]:
    """Seconds at which the background trains of a gate come."""
    part = slice(plan.background_first[gate], plan.background_first[gate + 1])
    return plan.background_s[part].tolist()


def test_one_background_train_comes_in_each_interval_at_any_moment_of_it() -> None:
    found = np.array(comes_s(plan_of(FIVE)))
    assert found // (DAY_S // 5) == pytest.approx(np.arange(30 * 5))
    within = found % (DAY_S // 5) / (DAY_S // 5)
    # 150 uniforms: their mean is 0.5 with a standard error of 0.024.
    assert abs(within.mean() - 0.5) < 0.1
    assert within.min() < 0.1 < 0.9 < within.max()
    assert comes_s(plan_of(FIVE, replication=1)) != found.tolist()


def test_a_background_of_nothing_is_none() -> None:
    assert comes_s(plan_of("legs: {k-r: {background: 0 trains/day}}")) == comes_s(plan_of()) == []


def test_every_second_day_a_train_comes_in_two_days() -> None:
    found = comes_s(plan_of("legs: {k-r: {background: 0.5 trains/day}}"))
    assert [at_s // (2 * DAY_S) for at_s in found] == list(range(15))


def test_the_last_interval_that_the_period_cuts_off_has_its_train_or_not() -> None:
    # Seven trains in two days: the last of 105 intervals ends with the period, with 29 days half of one is left.
    of_days = "period: {length: 29 d}\nlegs: {k-r: {background: 3.5 trains/day}}"
    counts = {len(comes_s(plan_of(of_days, replication=number))) for number in range(20)}
    assert counts == {101, 102}


def test_background_trains_have_draws_of_their_own_which_a_gate_more_does_not_move() -> None:
    one, two = plan_of(FIVE), plan_of(FIVE, OTHER_GATE)
    assert comes_s(two, 0) == comes_s(one)
    assert len(comes_s(two, 1)) == 210
    # Of two that draw by themselves the moments in the intervals are a third of an interval apart, of two by the same draws nothing.
    mine, others = (
        np.array(comes_s(two, gate))[:150] * a_day / DAY_S % 1 for gate, a_day in ((0, 5), (1, 7))
    )
    assert np.abs(mine - others).mean() > 0.25


def test_more_background_trains_move_no_other_draw() -> None:
    plain, more = plan_of(), plan_of(FIVE)
    for field in fields(SampledPlan):
        if not field.name.startswith("background"):
            assert np.array_equal(getattr(plain, field.name), getattr(more, field.name)), field.name


def test_a_line_that_opens_has_its_background_trains_from_then_on_and_one_that_closes_until_then() -> None:
    opens = "openings: {bridge: '2025-01-11'}\nlegs: {k-r: {opening: bridge}}"
    assert [at_s // (DAY_S // 5) for at_s in comes_s(plan_of(FIVE, opens))] == list(range(50, 150))
    closes = "openings: {bridge: '2025-01-11'}\nlegs: {k-r: {closing: bridge}}"
    assert [at_s // (DAY_S // 5) for at_s in comes_s(plan_of(FIVE, closes))] == list(range(50))


def test_before_an_opening_a_gate_has_the_background_of_then() -> None:
    stage = "openings: {track: '2025-01-11'}\nlegs: {k-r: {before: {opening: track, capacity: 10 trains/day, background: 2 trains/day}}}"
    found = comes_s(plan_of(FIVE, stage))
    assert [at_s // (DAY_S // 2) for at_s in found[:20]] == list(range(20))
    assert [(at_s - 10 * DAY_S) // (DAY_S // 5) for at_s in found[20:]] == list(range(100))
    # One without a background until then has none.
    none = "openings: {track: '2025-01-11'}\nlegs: {k-r: {before: {opening: track, capacity: 10 trains/day}}}"
    assert comes_s(plan_of(FIVE, none))[0] >= 10 * DAY_S


def test_where_there_are_hours_background_trains_come_at_any_hour_and_only_so_many_a_day_of_opening() -> None:
    found = np.array(comes_s(plan_of(FIVE, "legs: {k-r: {hours: '00:00-05:00'}}")))
    assert len(found) == 150
    assert np.mean(found % DAY_S < 5 * 3_600) == pytest.approx(5 / 24, abs=0.1)
    weekdays = comes_s(plan_of("legs: {k-r: {background: 7 trains/day, hours: 'Mon-Fri 00:00-24:00'}}"))
    assert len(weekdays) == 150


def test_they_take_paths_from_the_trains_of_the_freight() -> None:
    def passed_by_path(*changes: str) -> tuple[int, int]:
        """How many background trains have passed, and seconds that trips waited for paths."""
        rows = run(plan_of(*changes)).rows
        waits = rows["span_s"][(rows["kind"] == EventKind.WAITED) & (rows["place_kind"] == 3)]
        return int((rows["kind"] == EventKind.BACKGROUND_PASSED).sum()), int(waits.sum())

    none, some, many = (passed_by_path(f"legs: {{k-r: {{background: {n} trains/day}}}}") for n in (0, 6, 12))
    assert (none[0], some[0]) == (0, 180)
    assert none[1] < some[1] < many[1]
