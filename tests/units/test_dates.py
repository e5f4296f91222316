"""Dates and moments: what is written is read as the same, and months begin where the calendar says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import UnitError
from sim.units import DAY_S, FIRST_YEAR, LAST_YEAR, iso, month_starts, parse_date, seconds_since

moments = st.datetimes(datetime(1901, 1, 1), datetime(2199, 12, 31)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)


@given(moments)
def test_a_moment_that_is_written_is_read_as_the_same(moment: datetime) -> None:
    assert parse_date(iso(moment)) == moment


@given(moments, st.integers(-14 * 60, 14 * 60))
def test_a_time_with_an_offset_is_the_same_moment_in_utc(moment: datetime, minutes: int) -> None:
    there = moment.astimezone(timezone(timedelta(minutes=minutes)))
    found = parse_date(there.isoformat())
    assert found == moment
    assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize(("year", "fits"), [(1899, False), (1900, True), (2200, True), (2201, False)])
def test_years_are_those_of_three_centuries(year: int, fits: bool) -> None:
    assert fits == (FIRST_YEAR <= year <= LAST_YEAR)
    if fits:
        assert parse_date(f"{year}-06-01").year == year
    else:
        with pytest.raises(UnitError, match=f'expected a date from 1900 to 2200, got "{year}-06-01"'):
            parse_date(f"{year}-06-01")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2025-02-29", 'expected a date that exists, got "2025-02-29"'),
        ("2025-01-01T24:30", 'expected a date that exists, got "2025-01-01T24:30"'),
        ("2025-1-1", 'expected a date, got "2025-1-1"'),
        ("12/09/2025", 'expected a date, got "12/09/2025"'),
        (" 2025-09-12", 'expected a date, got "2025-09-12"'),
        ("2025-09-12T08", 'expected a date, got "2025-09-12T08"'),
        ("٢٠٢٥-09-12", 'expected a date, got "٢٠٢٥-09-12"'),
        (None, "expected a date, got nothing"),
        (True, "expected a date, got true"),
        ([2025, 9, 12], "expected a date, got a list"),
        ({"year": 2025}, "expected a date, got a mapping"),
    ],
)
def test_what_is_no_date_is_told_with_what_was_given_and_what_to_write(text: object, message: str) -> None:
    with pytest.raises(UnitError) as found:
        parse_date(text)
    assert str(found.value).startswith(message)
    assert 'Write for example "2025-09-12"' in str(found.value)


def test_a_leap_day_is_a_date_in_a_leap_year() -> None:
    assert parse_date("2024-02-29") == datetime(2024, 2, 29, tzinfo=UTC)


@given(moments, st.integers(-(10**9), 10**9))
def test_seconds_between_moments_are_those_that_were_added(start: datetime, seconds: int) -> None:
    assert seconds_since(start, start + timedelta(seconds=seconds)) == seconds


def test_a_part_of_a_second_is_left_out_before_and_after_a_moment() -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC)
    half = timedelta(milliseconds=500)
    assert (seconds_since(start, start + half), seconds_since(start, start - half)) == (0, -1)


@given(st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1)), st.integers(1, 500))
def test_months_change_on_the_days_on_which_the_calendar_changes_them(start: datetime, days: int) -> None:
    start = start.replace(microsecond=0, tzinfo=UTC)
    steps = month_starts(start, days * DAY_S)
    assert steps[0] == (0, start.month)
    for (one_s, one), (other_s, other) in pairwise(steps):
        assert one_s <= other_s
        assert other == one % 12 + 1
    for at_s, month in steps[1:]:
        begin = start + timedelta(seconds=at_s)
        assert (begin.month, begin.day, begin.hour, begin.minute, begin.second) == (month, 1, 0, 0, 0)
    # The day after the last step is still in its month, or the period ends before the next.
    last = start + timedelta(days=days) - timedelta(seconds=1)
    assert last.month == steps[-1][1]


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2025, 9, 12, 0, 0, 1, tzinfo=UTC), "2025-09-12T00:00:01Z"),
        (datetime(2025, 9, 12, 0, 1, tzinfo=UTC), "2025-09-12T00:01:00Z"),
        (date(2025, 9, 12), "2025-09-12"),
    ],
)
def test_a_time_is_written_to_the_second_and_a_day_without_one(moment: datetime | date, text: str) -> None:
    assert iso(moment) == text
