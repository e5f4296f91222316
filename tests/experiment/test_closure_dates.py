"""When a place is closed in a criticality run: on which Monday it begins, until when releases count, where the period is cut."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import scenario

from sim.errors import LandbridgeError
from sim.experiment import closure_of, first_monday, places_of
from sim.model import Scenario

DAY_S = 86_400
JANUARY = datetime(2025, 1, 1, tzinfo=UTC)


def starting(day: datetime, warm_up_h: int = 0, length_d: int = 200) -> Scenario:
    """The tiny world from another moment on."""
    world = scenario()
    period = world.period.model_copy(
        update={"start": day, "length": length_d * DAY_S, "warm_up": warm_up_h * 3_600}
    )
    return world.model_copy(update={"period": period})


@pytest.mark.parametrize(
    ("day", "warm_up_h", "monday"),
    [
        # 6 January 2025 is a Monday.
        ((1, 1), 0, (1, 6)),
        ((1, 6), 0, (1, 6)),
        ((1, 7), 0, (1, 13)),
        ((1, 5), 24, (1, 6)),
        # A Monday of which an hour is not measured any more is not the first one.
        ((1, 5), 25, (1, 13)),
        ((1, 1), 5 * 24, (1, 6)),
        ((1, 1), 5 * 24 + 1, (1, 13)),
    ],
)
def test_the_first_monday_is_measured_from_its_first_hour_on(
    day: tuple[int, int], warm_up_h: int, monday: tuple[int, int]
) -> None:
    found = first_monday(starting(datetime(2025, *day, tzinfo=UTC), warm_up_h))
    assert found == datetime(2025, *monday, tzinfo=UTC)


@settings(max_examples=50)
@given(st.integers(0, 800), st.integers(0, 1_500))
def test_the_first_monday_is_the_earliest_midnight_of_a_monday_that_is_measured(
    day: int, warm_up_h: int
) -> None:
    begin = JANUARY + timedelta(days=day)
    measured = begin + timedelta(hours=warm_up_h)
    found = first_monday(starting(begin, warm_up_h))
    assert found.weekday() == 0 and (found.hour, found.minute, found.second) == (0, 0, 0)
    assert measured <= found < measured + timedelta(days=7)


def test_a_closure_counts_four_weeks_of_releases_and_then_waits_for_the_last_of_them() -> None:
    found = closure_of(starting(JANUARY), JANUARY + timedelta(days=5), 14, 90)
    days = [second / DAY_S for second in (found.start_s, found.end_s, found.counted_s, found.cut_s)]
    assert days == [5, 5 + 14, 5 + 14 + 28, 5 + 14 + 90]
    assert tuple(found.window) == (5 * DAY_S, 5 * DAY_S, 47 * DAY_S)


def test_a_period_that_ends_before_is_not_lengthened() -> None:
    found = closure_of(starting(JANUARY, length_d=60), JANUARY + timedelta(days=30), 14, 90)
    assert (found.end_s, found.cut_s, found.counted_s) == (44 * DAY_S, 60 * DAY_S, 60 * DAY_S)


def test_releases_do_not_count_after_what_follows() -> None:
    found = closure_of(starting(JANUARY), JANUARY, 14, 10)
    assert found.counted_s == found.cut_s == 24 * DAY_S


@settings(max_examples=50)
@given(st.integers(0, 199), st.integers(1, 100), st.integers(0, 200))
def test_a_closure_begins_ends_counts_and_is_cut_in_that_order(begin: int, days: int, follow: int) -> None:
    found = closure_of(starting(JANUARY), JANUARY + timedelta(days=begin), days, follow)
    assert found.start_s < found.end_s
    assert found.start_s < found.counted_s <= found.cut_s <= 200 * DAY_S


@pytest.mark.parametrize("day", [-1, 200, 500])
def test_a_day_outside_the_period_is_refused_with_the_period(day: int) -> None:
    begin = JANUARY + timedelta(days=day)
    with pytest.raises(LandbridgeError, match="outside the period 2025-01-01 to 2025-07-20") as error:
        closure_of(starting(JANUARY), begin, 14, 90)
    assert f"{begin:%Y-%m-%d}" in str(error.value) and "--from" in str(error.value)


# --- which places ----------------------------------------------------------------------------------------------------


def test_all_places_are_facilities_and_then_lines_in_the_order_of_the_scenario() -> None:
    assert list(places_of(scenario(), None, [])) == [
        "a",
        "k",
        "r",
        "d",
        "p",
        "a-k",
        "k-r",
        "r-d",
        "r-p",
        "a-d",
    ]


def test_one_kind_alone_and_some_by_name() -> None:
    world = scenario()
    assert list(places_of(world, "facilities", [])) == ["a", "k", "r", "d", "p"]
    assert list(places_of(world, "legs", [])) == ["a-k", "k-r", "r-d", "r-p", "a-d"]
    named = places_of(world, None, ["k-r", "a"])
    assert [(name, spot.kind, spot.id) for name, spot in named.items()] == [
        ("a", "facility", "a"),
        ("k-r", "leg", "k-r"),
    ]


def test_a_line_and_a_facility_of_one_name_are_both_there_and_told_apart() -> None:
    line = "legs: {k: {between: [a, k], mode: road, length: 900 km, running_time: 1 d, tariff: 1 USD/FEU-km, emissions: 70 g/t-km}}"
    found = places_of(scenario(line), None, ["k"])
    assert {name: (spot.kind, spot.id) for name, spot in found.items()} == {
        "facility k": ("facility", "k"),
        "leg k": ("leg", "k"),
    }
    assert list(places_of(scenario(line), "legs", ["k"])) == ["leg k"]


@pytest.mark.parametrize(
    ("only", "name", "said"),
    [
        (None, "k-rr", "no facility or leg 'k-rr' in the scenario. Did you mean 'k-r'?"),
        ("facilities", "k-r", "no facilities 'k-r' in the scenario."),
        ("legs", "d", "no legs 'd' in the scenario."),
        (None, "quite-another", "landbridge network lists them."),
    ],
)
def test_a_name_of_no_place_is_refused_with_the_nearest(only: str | None, name: str, said: str) -> None:
    with pytest.raises(LandbridgeError) as error:
        places_of(scenario(), only, [name])
    assert said in str(error.value)
