"""Weather, disruptions and openings become steps of calendars."""

from itertools import pairwise

import numpy as np
import pytest
from drawn_plans import chains_taken, near, steps_of
from worlds import DAY_S, plan_of, scenario

from sim.contract import Cause, SampledPlan
from sim.sampling import Sampler


def closed_share(plan: SampledPlan, number: int, from_day: float = 0) -> float:
    steps = [*steps_of(plan, number), (plan.period_s / DAY_S, 0, 0)]
    shut = sum(max(b[0] - max(a[0], from_day), 0) for a, b in pairwise(steps) if a[1] == 0)
    return shut / (plan.period_s / DAY_S - from_day)


def test_weather_closes_the_stated_share_of_time() -> None:
    months = ", ".join(["30 %"] * 12)
    sampler = Sampler(
        scenario(
            {"period": {"length": "360 d"}},
            f"weathers: {{storm: {{closed: [{months}], spell: {{p50: 8 h, p90: 24 h}}}}}}",
            "services: {west: {weather: storm}}",
        )
    )
    shares = []
    for r in range(40):
        plan = sampler.plan(r)
        number = plan.service_calendar[0]
        assert {cause for _, value, cause in steps_of(plan, number) if value == 0} == {Cause.WEATHER}
        shares.append(closed_share(plan, number, from_day=10))
        assert plan.service_calendar[1] == 0
    near(float(np.mean(shares)), 0.3, np.var(shares) / len(shares))
    assert np.std(shares) / np.sqrt(len(shares)) < 0.005


def test_weather_keeps_to_its_months() -> None:
    months = ", ".join(["60 %", *["0 %"] * 11])
    plan = plan_of(
        {"period": {"length": "300 d"}},
        f"weathers: {{storm: {{closed: [{months}], spell: 5 h}}}}",
        "services: {west: {weather: storm}}",
    )
    shut = [day for day, value, _ in steps_of(plan, plan.service_calendar[0]) if value == 0]
    assert shut
    assert max(shut) < 31


def test_random_disruptions_come_at_their_rate_and_season() -> None:
    months = ", ".join(["200 %"] * 6 + ["0 %"] * 6)
    sampler = Sampler(
        scenario(
            {"period": {"length": "360 d"}},
            f"""
            disruptions:
              strike: {{at: {{id: r}}, random: {{rate: 6 /year, season: [{months}]}}, lasts: 2 h, effect: closed}}
            """,
        )
    )
    starts = []
    for r in range(60):
        plan = sampler.plan(r)
        number = plan.station_rate[sampler.legend.stations.index("r.border")]
        starts += [day for day, value, _ in steps_of(plan, number) if value == 0]
    expected = 60 * 2 * 6 / 365 * 181
    near(len(starts), expected, expected)
    assert max(starts) < 182


HIT = {
    "closed by id": ("{id: r}", "closed", {"r.border"}, set()),
    "closed by tag": ("{tag: eaeu}", "closed", {"r.border"}, set()),
    "closed by tag of a leg": ("{tag: western}", "closed", set(), {"r > d"}),
    "closed by country": ("{country: DE}", "closed", {"d.terminal"}, {"r > d", "a > d"}),
}


@pytest.mark.parametrize("name", HIT)
def test_a_closure_hits_what_it_names(name: str) -> None:
    at, effect, stations, legs = HIT[name]
    change = f"disruptions: {{shut: {{at: {at}, from: '2025-01-05', lasts: 3 d, effect: {effect}}}}}"
    sampler = Sampler(scenario(change))
    plan, legend = sampler.plan(0), sampler.legend
    assert {legend.stations[i] for i in np.flatnonzero(plan.station_rate)} == stations
    assert {legend.legs[i] for i in np.flatnonzero(plan.leg_calendar)} == legs
    for number in {*plan.station_rate.tolist(), *plan.leg_calendar.tolist()} - {0}:
        assert steps_of(plan, number) == [(0, 1000, -1), (4, 0, Cause.CLOSURE), (7, 1000, -1)]


def test_a_closed_facility_dispatches_nothing() -> None:
    plan = plan_of("disruptions: {shut: {at: {id: k}, from: '2025-01-05', lasts: 3 d, effect: closed}}")
    assert [closed_share(plan, number) > 0 for number in plan.service_calendar] == [False, True, True, False]


def test_a_slow_down_slows_legs_and_stations() -> None:
    plan = plan_of("disruptions: {slow: {at: {country: RU}, from: '2025-01-05', effect: {rate: 40 %}}}")
    slowed = {steps_of(plan, number)[-1][:2] for number in plan.station_rate.tolist() if number}
    assert slowed == {(4, 400)}


def test_fewer_servers_are_the_fewest_of_all_disruptions() -> None:
    sampler = Sampler(
        scenario(
            """
            disruptions:
              one: {at: {id: k}, from: '2025-01-05', lasts: 4 d, effect: {servers: 1}}
              none: {at: {country: KZ}, from: '2025-01-07', lasts: 1 d, effect: {servers: 0}}
              many: {at: {id: k}, from: '2025-01-07', lasts: 1 d, effect: {servers: 9}}
            """
        )
    )
    plan = sampler.plan(0)
    number = plan.station_servers[sampler.legend.stations.index("k.gauge_change")]
    assert [step[:2] for step in steps_of(plan, number)] == [(0, 2), (4, 1), (6, 0), (7, 1), (8, 2)]


@pytest.mark.parametrize("at", ["{id: sets}", "{tag: wagons}", "{country: DE}"])
def test_lost_vehicles_add_up_over_disruptions(at: str) -> None:
    plan = plan_of(
        f"""
        disruptions:
          some: {{at: {at}, from: '2025-01-05', lasts: 4 d, effect: {{vehicles_lost: 2}}}}
          more: {{at: {{id: sets}}, from: '2025-01-07', effect: {{vehicles_lost: 3}}}}
        """
    )
    assert [step[:2] for step in steps_of(plan, plan.fleet_withdrawn[0])] == [(0, 0), (4, 2), (6, 5), (8, 3)]


def test_demand_of_a_country_is_that_of_the_flows_from_and_to_it() -> None:
    change = "disruptions: {less: {at: {country: DE}, from: '2025-01-01', effect: {demand: 10 %}}}"
    before, after = plan_of(), plan_of(change)
    assert (after.flow == 0).sum() < 0.3 * (before.flow == 0).sum()
    assert (after.flow == 1).sum() == (before.flow == 1).sum()


def test_a_service_and_its_chains_begin_with_the_opening_of_a_leg() -> None:
    plan = plan_of("openings: {line: '2025-01-08'}", "legs: {k-r: {opening: line}}")
    shut = [(0, 0, Cause.CLOSURE), (7, 1000, -1)]
    assert [steps_of(plan, number) == shut for number in plan.service_calendar] == [False, True, True, False]
    before = {chains_taken(plan, c, 6 * DAY_S) for c in np.flatnonzero(plan.flow == 0)}
    after = {chains_taken(plan, c, 7 * DAY_S) for c in np.flatnonzero(plan.flow == 0)}
    assert (before, after) == ({2}, {0})
    assert {chains_taken(plan, c, 6 * DAY_S) for c in np.flatnonzero(plan.flow == 1)} == {-1}


def test_an_opening_before_the_period_changes_nothing() -> None:
    change = "{openings: {line: '2024-01-08'}, legs: {k-r: {opening: line}}}"
    assert plan_of(change).digest() == plan_of().digest()
