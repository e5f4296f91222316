"""What a trip of a service does, part by part, worked out by hand; and how many consignments a period releases."""

import math

import pytest
from worlds import DAY_S, HOUR_S, scenario

from sim.model import Part, Scenario, parts_of
from sim.model.size import consignments, month_days

U90 = 1.2815515655446004
"""The 90th percentile of the normal distribution."""


def skew(p50: float, p90: float) -> float:
    """Mean over median of a lognormal distribution."""
    return math.exp((math.log(p90 / p50) / U90) ** 2 / 2)


def told(part: Part) -> tuple[str, str, str, int]:
    return part.work, part.place, part.leg, part.length_m


def test_a_train_runs_is_handled_at_the_border_runs_on_and_is_unloaded() -> None:
    parts = parts_of(scenario(), "far")
    assert [told(part) for part in parts] == [
        ("running", "r", "k-r", 1_000_000),
        ("border", "r", "", 0),
        ("running", "d", "r-d", 1_000_000),
        ("terminal", "d", "", 0),
    ]
    assert {part.service for part in parts} == {"far"}


def test_medians_are_those_that_are_written() -> None:
    # 1000 km at 1000 km/day, then 2 h of border work, 30 h of its own running time, 3 h in the terminal
    times = [part.time_s for part in parts_of(scenario(), "far")]
    assert times == pytest.approx([DAY_S, 2 * HOUR_S, 30 * HOUR_S, 3 * HOUR_S])


def test_means_are_those_of_lognormal_times_and_of_the_pace_and_not_of_the_speed() -> None:
    means = [part.mean_s for part in parts_of(scenario(), "far")]
    expected = [
        DAY_S * skew(1000, 1200),
        2 * HOUR_S * skew(2, 6),
        30 * HOUR_S * skew(30, 50),
        3 * HOUR_S * skew(3, 9),
    ]
    assert means == pytest.approx(expected)


def test_a_time_without_spread_is_its_own_mean() -> None:
    road, terminal = parts_of(scenario("facilities: {d: {terminal: {time: 5 h}}}"), "trucks")
    assert (road.time_s, road.mean_s) == (14 * DAY_S, 14 * DAY_S)
    assert (terminal.time_s, terminal.mean_s) == (5 * HOUR_S, 5 * HOUR_S)


def test_prices_and_emissions_are_by_length_and_a_fee_is_where_the_work_is() -> None:
    parts = parts_of(scenario("facilities: {r: {border: {fee: 70 USD/FEU}}}"), "far")
    assert [part.price_usd_per_feu for part in parts] == pytest.approx([200, 70, 200, 0])
    assert [part.emissions_kg_per_t for part in parts] == pytest.approx([19, 0, 19, 0])


def test_a_place_without_border_work_is_passed() -> None:
    world = scenario("facilities: {r: {border: null, terminal: {time: 1 h}}}")
    assert [told(part)[:2] for part in parts_of(world, "far")] == [
        ("running", "r"),
        ("running", "d"),
        ("terminal", "d"),
    ]


def test_a_ship_sails() -> None:
    world = scenario(
        """
        facilities: {a: {port: {time: 1 h}}, p: {port: {time: 6 h}}}
        legs: {sea: {between: [a, p], mode: sea, length: 20000 km, running_time: 30 d, tariff: 0.01 USD/FEU-km, emissions: 5 g/t-km}}
        services: {far-p: {unload: terminal}, ship: {route: [a, p], mode: sea, unload: port, capacity: 40 TEU, dispatch: {when: full}}}
        """
    )
    sailing, port = parts_of(world, "ship")
    assert told(sailing) == ("sailing", "p", "sea", 20_000_000)
    assert (sailing.price_usd_per_feu, sailing.emissions_kg_per_t) == pytest.approx((200, 100))
    assert (port.work, port.time_s) == ("port", 6 * HOUR_S)


def in_period(start: str, length: str, *changes: dict[str, object]) -> Scenario:
    return scenario({"period": {"start": start, "length": length}}, *changes)


@pytest.mark.parametrize(
    ("start", "length", "found"),
    [
        ("2025-01-01", "31 d", [(1, 31)]),
        ("2025-01-15", "30 d", [(1, 17), (2, 13)]),
        ("2024-02-28", "3 d", [(2, 2), (3, 1)]),
        ("2025-02-28", "3 d", [(2, 1), (3, 2)]),
        ("2025-12-31", "33 d", [(12, 1), (1, 31), (2, 1)]),
        ("2025-01-31", "36 h", [(1, 1), (2, 0.5)]),
    ],
)
def test_the_months_of_a_period_have_the_days_that_lie_in_it(
    start: str, length: str, found: list[tuple[int, float]]
) -> None:
    assert list(month_days(in_period(start, length))) == found


def test_a_season_counts_by_the_days_of_its_months() -> None:
    season = ["50 %", "150 %", *["100 %"] * 10]
    world = in_period("2025-01-15", "30 d", {"flows": {"cn-de": {"season": season}}})
    # 17 days of January at 100 TEU and 13 of February at 300, in consignments of 20 TEU
    assert consignments(world, world.flows["cn-de"]) == pytest.approx((17 * 100 + 13 * 300) / 20)
    assert consignments(world, world.flows["cn-pl"]) == pytest.approx(30 * 80 / 20)
