"""Which freight may come where, and when: worked out from volumes, shares, fallbacks and dates, without a run."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import DAY_S, scenario

from sim.model import Expected, Scenario
from sim.model.reach import Reach, in_force, listed, meet, shares_of

DATES = {"openings": {"tenth": "2025-01-11", "twentieth": "2025-01-21", "later": "2026-01-01"}}
WINDOWS = st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda window: window[0] < window[1])


def reach(*changes: str) -> Reach:
    return Reach(scenario(DATES, *changes))


def test_freight_may_come_where_a_chain_of_its_flow_goes_fallbacks_too() -> None:
    assert reach().used == {
        "facilities": {"a", "k", "r", "d", "p"},
        "legs": {"a-k", "k-r", "r-d", "r-p", "a-d"},
        "services": {"west", "far", "far-p", "trucks"},
        "fleets": {"sets"},
        "flows": {"cn-de", "cn-pl"},
    }


def test_a_flow_without_a_volume_reaches_nothing() -> None:
    found = reach("flows: {cn-de: {volume: 0 TEU/day}}")
    assert (found.sending, found.measured) == (["cn-pl"], ["cn-pl"])
    assert found.used["services"] == {"west", "far-p"}
    assert found.used["fleets"] == set()


def test_what_is_not_measured_is_sent_all_the_same() -> None:
    found = reach("flows: {cn-pl: {measured: false}}")
    assert (found.sending, found.measured) == (["cn-de", "cn-pl"], ["cn-de"])
    assert "far-p" in found.used["services"]


def test_a_chain_lives_while_all_its_services_do() -> None:
    found = reach("services: {west: {opening: tenth}, far: {closing: twentieth}}")
    assert found.life("rail") == (10 * DAY_S, 20 * DAY_S)
    assert found.life("rail-p") == (10 * DAY_S, math.inf)
    assert found.life("truck") == (-math.inf, math.inf)


def test_what_opens_after_the_period_is_not_used() -> None:
    found = reach("services: {far: {opening: later}}")
    assert found.open_in(["rail", "truck"], found.period) == ["truck"]
    assert "r-d" not in found.used["legs"]
    assert found.used["fleets"] == set()


def test_a_chain_that_opens_when_a_window_ends_is_not_open_in_it() -> None:
    found = reach("services: {far: {opening: tenth}}")
    assert found.open_in(["rail"], (0, 10 * DAY_S)) == []
    assert found.open_in(["rail"], (0, 10 * DAY_S + 1)) == ["rail"]


def test_measured_releases_lie_between_warm_up_and_cool_down() -> None:
    found = reach("period: {warm_up: 5 d, cool_down: 3 d}")
    assert found.period == (0, 30 * DAY_S)
    assert found.releases == (5 * DAY_S, 27 * DAY_S)
    assert reach().releases == reach().period


def test_a_second_of_the_period_has_its_date() -> None:
    assert reach().date(0).startswith("2025-01-01")
    assert reach().date(10 * DAY_S).startswith("2025-01-11")


@pytest.mark.parametrize(
    ("begin", "end", "window"),
    [
        (None, None, (-math.inf, math.inf)),
        ("tenth", None, (10 * DAY_S, math.inf)),
        (None, "tenth", (-math.inf, 10 * DAY_S)),
        ("tenth", "twentieth", (10 * DAY_S, 20 * DAY_S)),
    ],
)
def test_a_rule_without_a_date_is_in_force_without_an_end(
    begin: str | None, end: str | None, window: tuple[float, float]
) -> None:
    world = scenario(DATES)
    dates = (None if name is None else world.openings[name].value for name in (begin, end))
    assert in_force(world, *dates) == window


@given(WINDOWS, WINDOWS)
def test_windows_meet_when_they_have_a_second_in_common(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert meet(one, other) == bool(set(range(*one)) & set(range(*other)))
    assert meet(one, other) == meet(other, one)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b", "a", "c"], "a, b, c"),
        (["a", "b", "c", "d"], "a, b, c and 1 more"),
        (["a", "b", "c", "d", "e", "d"], "a, b, c and 2 more"),
    ],
)
def test_names_are_listed_once_and_no_more_than_three(names: list[str], words: str) -> None:
    assert listed(names) == words


def test_only_shares_above_nothing_are_shares_and_fallbacks_are_none() -> None:
    world = scenario("flows: {cn-de: {routing: {shares: {rail: 100 %, truck: 0 %}, fallbacks: null}}}")
    assert list(shares_of(world)) == [("cn-de", "rail", 1), ("cn-pl", "rail-p", 1)]
    assert list(shares_of(scenario())) == [("cn-de", "rail", 1), ("cn-pl", "rail-p", 1)]


@pytest.mark.parametrize("routing", ["fixed", "adaptive"])
@pytest.mark.parametrize("day", [0, 10, 20, 29])
def test_what_is_expected_to_come_to_a_service_was_within_reach(routing: str, day: int) -> None:
    def world() -> Scenario:
        return scenario(
            DATES,
            f"choice: {{routing: {routing}}}",
            "services: {far: {opening: tenth}, trucks: {closing: twentieth}}",
        )

    coming = {name for name, teu in Expected(world()).arrivals(day * DAY_S, 1).teu.items() if teu > 0}
    assert coming
    assert coming <= Reach(world()).used["services"]
