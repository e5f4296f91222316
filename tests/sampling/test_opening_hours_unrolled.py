"""Opening hours over the days of a period, and effects that pass: against a plain reading, minute by minute."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.contract import OPEN, Cause
from sim.model import Hours, Period, Recovery
from sim.sampling.unrolling import Phase, closed_outside, fading, rate_steps
from sim.units import DAY_S, HOUR_S

QUARTER_HOUR_S = HOUR_S // 4
quarters = st.integers(0, 95).map(lambda i: i * QUARTER_HOUR_S)
opening = st.builds(
    lambda days, from_s, until_s: Hours(text="", days=tuple(sorted(days)), from_s=from_s, until_s=until_s),
    st.sets(st.integers(0, 6), min_size=1),
    quarters,
    quarters,
)
starts = st.builds(
    lambda day, from_s: datetime(2025, 1, 1 + day) + timedelta(seconds=from_s), st.integers(0, 6), quarters
)


def period(start: datetime, length_s: int) -> Period:
    return Period.model_validate({"start": start.isoformat(), "length": f"{length_s} s"})


def is_open(hours: Hours, moment: datetime) -> bool:
    """Whether a moment lies within the opening of its own day, or in that of the day before which goes past midnight."""
    for back in (0, 1):
        day = moment - timedelta(days=back)
        midnight = day.replace(hour=0, minute=0, second=0)
        opens = midnight + timedelta(seconds=hours.from_s)
        long_s = hours.until_s - hours.from_s
        closes = opens + timedelta(seconds=long_s if long_s > 0 else long_s + DAY_S)
        if day.weekday() in hours.days and opens <= moment < closes:
            return True
    return False


@settings(max_examples=40, deadline=None)
@given(opening, starts)
def test_a_place_is_open_in_its_hours_on_its_days_from_whatever_moment_a_period_starts(
    hours: Hours, start: datetime
) -> None:
    length_s = 8 * DAY_S
    steps = rate_steps(closed_outside(hours, period(start, length_s)), length_s)
    values = {step[0]: step[1] for step in steps}
    now = values[0]
    for at_s in range(0, length_s, QUARTER_HOUR_S):
        now = values.get(at_s, now)
        assert (now == OPEN) == is_open(hours, start + timedelta(seconds=at_s)), at_s
    assert all(at_s % QUARTER_HOUR_S == 0 for at_s in values)


def test_a_place_without_hours_is_never_shut() -> None:
    assert closed_outside(None, period(datetime(2025, 1, 1), DAY_S)) == ()


def test_hours_from_and_until_the_same_time_are_the_whole_day() -> None:
    hours = Hours(text="", days=(2,), from_s=6 * HOUR_S, until_s=6 * HOUR_S)
    # Wednesday, the first of January 2025, from six to six.
    steps = rate_steps(closed_outside(hours, period(datetime(2025, 1, 1), 3 * DAY_S)), 3 * DAY_S)
    assert steps == (
        (0, 0, Cause.HOURS, -1),
        (6 * HOUR_S, OPEN, -1, -1),
        (30 * HOUR_S, 0, Cause.HOURS, -1),
    )


def loss(phases: list[Phase], after_s: int) -> int:
    """Seconds times permille of an effect after a second."""
    return sum((until_s - from_s) * part for from_s, until_s, part in phases if from_s >= after_s)


def recovering(shape: str, over_s: int, steps: int | None = None) -> Recovery:
    more = {} if steps is None else {"steps": steps}
    return Recovery.model_validate({"shape": shape, "over": f"{over_s} s", **more})


@settings(max_examples=60, deadline=None)
@given(st.integers(20, 20 * DAY_S), st.sampled_from([None, 1, 2, 3, 4, 9]), st.integers(0, OPEN))
def test_half_of_an_effect_holds_on_average_while_it_passes(
    over_s: int, steps: int | None, part: int
) -> None:
    phases = fading(100, 200, part, recovering("linear" if steps is None else "steps", over_s, steps))
    assert phases[0] == (100, 200, part)
    assert all(one[1] == other[0] and one[2] >= other[2] for one, other in pairwise(phases))
    assert phases[-1][1] == 200 + over_s
    # Each level is rounded to half a permille, and each cut to a second.
    assert abs(2 * loss(phases, 200) - over_s * part) <= over_s + 2 * len(phases) * part


@pytest.mark.parametrize("recovery", [None, recovering("linear", 0), recovering("steps", 0, 3)])
def test_an_effect_without_a_recovery_or_with_one_of_no_time_is_over_at_once(
    recovery: Recovery | None,
) -> None:
    assert fading(5, 9, 700, recovery) == [(5, 9, 700)]
