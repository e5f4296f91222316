"""Simulated counterparts of observed figures: what is compared exists, and is what was asked for."""

from functools import cache

import pandas as pd
import pytest
from where import SCENARIOS

from sim.model import Observation, Scenario, of_class
from sim.model.distributions import middle
from sim.preview import free_flow, times_between_s
from sim.scenario_file import load_scenario, observations
from sim.stats.calibration import (
    Window,
    place_hours,
    queue_trips,
    spread_of,
    transit_days,
    volume_teu,
    way_days,
)

DAY_S = 86_400


@cache
def shipped(name: str) -> Scenario:
    return load_scenario(SCENARIOS / f"{name}.yaml").scenario


def observation(**changes: object) -> Observation:
    given: dict[str, object] = {
        "what": "China–Poland", "period": "2024", "scenario": "baseline", "low": 13.0, "high": 15.0, "kind": "observed",
        "transit": {"corridor": "northern", "origins": ["xian"], "destinations": ["lodz"]},
        "scope": "terminal to terminal", "grade": "B", "source": "https://example.org/a", "statistic": "range",
    }  # fmt: skip
    return Observation.model_validate(given | changes)


@pytest.mark.parametrize("one", observations(), ids=lambda one: f"{one.what} {one.period}"[:60])
def test_every_observation_compares_with_something_that_exists(one: Observation) -> None:
    scenario = shipped(one.scenario)
    places = set(scenario.facilities)
    if one.transit is not None:
        assert one.transit.corridor in scenario.corridors
        assert places.issuperset(one.transit.origins) and places.issuperset(one.transit.destinations)
    if one.free_flow is not None:
        assert min(times_between_s(scenario, one.free_flow.chain, one.free_flow.from_, one.free_flow.to)) > 0
    if one.way is not None:
        assert any(
            one.way.from_ in run.route
            and one.way.to in run.route
            and run.route.index(one.way.from_) < run.route.index(one.way.to)
            for run in scenario.services.values()
        )
    if one.places is not None:
        for place in one.places.at:
            facility, _, operation = place.partition(".")
            assert facility in places
            assert not operation or getattr(scenario.facilities[facility], operation) is not None, place
    if one.queue is not None:
        assert places.issuperset(one.queue.gate.split(" > "))
    if one.volume is not None:
        assert one.volume.corridor in scenario.corridors
    assert one.source.startswith("http")


def test_an_observation_needs_a_number_and_one_measure() -> None:
    with pytest.raises(ValueError, match="exactly one of"):
        observation(volume={"corridor": "northern", "direction": "westbound"})
    with pytest.raises(ValueError, match="needs a number"):
        observation(low=None, high=None, statistic="single")


def test_what_is_apart_has_no_measure_and_says_why() -> None:
    with pytest.raises(ValueError, match="a comment that says why"):
        observation(kind="apart", transit=None, statistic=None, unit="d")
    with pytest.raises(ValueError, match="no measure or statistic"):
        observation(kind="apart", transit=None, unit="d", comment="not simulated")


def test_an_observation_says_what_its_figure_is_and_a_range_has_two_ends() -> None:
    with pytest.raises(ValueError, match="Add statistic: mean, median, range or single"):
        observation(statistic=None)
    with pytest.raises(ValueError, match="a range has two ends"):
        observation(high=None)
    assert observation(statistic="single", high=None, low=None, typical=14.0).typical == 14.0


def test_a_spread_has_the_mean_of_each_replication_weighted_and_its_interval() -> None:
    values = pd.DataFrame({
        "replication": [0, 0, 1, 1, 2, 2, 3, 3, 4, 4],
        "value": [1.0, 4.0, 2.0, 5.0, 3.0, 6.0, 4.0, 7.0, 5.0, 8.0],
        "weight": [2, 1, 2, 1, 2, 1, 2, 1, 2, 1],
    })  # fmt: skip
    found = spread_of(values)
    assert found.mean.estimate == pytest.approx((2 + 3 + 4 + 5 + 6) / 5)
    assert found.p50.estimate == pytest.approx((1 + 2 + 3 + 4 + 5) / 5)
    assert found.mean.low < 4 < found.mean.high and found.values == 2


def visits() -> pd.DataFrame:
    rows = [
        # replication, trip, kind, facility, to, operation, arrived, ended
        (0, 1, "leg", "a", "b", "", 0, DAY_S),
        (0, 1, "station", "b", "", "border", DAY_S, DAY_S + 7200),
        (0, 1, "leg", "b", "c", "", DAY_S + 7200, 3 * DAY_S),
        (0, 1, "station", "c", "", "gauge_change", 3 * DAY_S, 3 * DAY_S + 3600),
        (0, 2, "leg", "b", "c", "", 5 * DAY_S, 6 * DAY_S),
        (0, 3, "leg", "a", "b", "", 5 * DAY_S, -1),
    ]
    columns = ["replication", "trip", "place_kind", "facility", "to", "operation", "arrived_s", "ended_s"]
    return pd.DataFrame(rows, columns=columns).assign(measured=True)


def test_a_way_is_timed_from_leaving_one_place_to_reaching_the_other_waits_included() -> None:
    assert way_days(visits(), "a", "c")["value"].tolist() == [3.0]


def test_hours_at_places_are_summed_over_a_trip() -> None:
    assert place_hours(visits(), [("b", None)])["value"].tolist() == [2.0]
    assert place_hours(visits(), [("b", None), ("c", None)])["value"].tolist() == [3.0]


def test_an_operation_tells_the_direction_of_the_trips_that_count() -> None:
    rows = [
        # replication, trip, kind, facility, operation, arrived, ended: trip 1 goes out by b and ends at c, trip 2 comes back.
        (0, 1, "station", "b", "border", 0, 3600),
        (0, 1, "gate", "c", "gauge_change", 7200, 10_800),
        (0, 1, "station", "c", "gauge_change", 10_800, 14_400),
        (0, 2, "station", "c", "border", 0, 36_000),
        (0, 2, "station", "b", "gauge_change", 40_000, 76_000),
    ]
    columns = ["replication", "trip", "place_kind", "facility", "operation", "arrived_s", "ended_s"]
    table = pd.DataFrame(rows, columns=columns).assign(measured=True)
    assert place_hours(table, [("b", "border"), ("c", "gauge_change")])["value"].tolist() == [3.0]
    assert place_hours(table, [("c", "border"), ("b", "gauge_change")])["value"].tolist() == [20.0]


def test_free_flow_between_two_places_leaves_out_the_work_at_both() -> None:
    world = shipped("baseline")
    chain = "north-dostyk-xian-warsaw"
    whole, _ = times_between_s(world, chain, None, None)
    assert whole == pytest.approx(free_flow(world, chain).time_s)
    parts = [
        times_between_s(world, chain, None, "dostyk")[0],
        times_between_s(world, chain, "dostyk", "brest")[0],
        times_between_s(world, chain, "brest", None)[0],
    ]
    dostyk, brest = world.facilities["dostyk"].gauge_change, world.facilities["brest"].border
    assert dostyk is not None and dostyk.time is not None and brest is not None and brest.time is not None
    work_s = sum(middle(of_class(time, "container").value) for time in (dostyk.time, brest.time))
    assert whole - sum(parts) == pytest.approx(work_s)
    with pytest.raises(ValueError, match="no way from brest to dostyk"):
        times_between_s(world, chain, "brest", "dostyk")


def test_transit_volume_and_queue_take_what_they_are_asked_for() -> None:
    consignments = pd.DataFrame({
        "replication": [0, 0, 1, 1], "corridor": ["northern", "ocean", "northern", "northern"],
        "chain": ["slow", "sea", "slow", "fast"], "origin": "xian", "destination": "lodz", "direction": "westbound",
        "release_s": [DAY_S, DAY_S, 2 * DAY_S, 3 * DAY_S], "departed_s": [2 * DAY_S, DAY_S, 4 * DAY_S, -1],
        "transit_s": [14 * DAY_S, 50 * DAY_S, 16 * DAY_S, 30 * DAY_S], "size_teu": [20, 20, 40, 40],
    })  # fmt: skip
    window = Window(0, 3 * DAY_S)
    every = ["slow", "fast", "sea"]
    found = spread_of(transit_days(consignments, window, "northern", ["xian"], ["lodz"], every))
    assert (found.p50.estimate, found.replications) == (15.0, 2)
    later = Window(0, 4 * DAY_S)
    assert transit_days(consignments, later, "northern", ["xian"], ["lodz"], ["fast"])["value"].tolist() == [
        30.0
    ]
    since = transit_days(consignments, later, "northern", ["xian"], ["lodz"], every, "departure")
    assert since["value"].tolist() == [13.0, 14.0]
    year = Window(0, int(36.5 * DAY_S))
    assert volume_teu(consignments, year, "northern", "westbound")["value"].tolist() == [200.0, 800.0]


def test_a_queue_is_of_the_trips_that_have_come_and_not_passed() -> None:
    rows = [
        # replication, kind, place, arrived, started
        (0, "gate", "b > c", 0, 5), (0, "gate", "b > c", 5, 9), (0, "gate", "b > c", 4, 6), (0, "gate", "b > c", 1, -1),
        (0, "gate", "b > c", 6, 7), (0, "gate", "c > b", 1, -1), (0, "leg", "b > c", 1, 9), (1, "gate", "b > c", 6, 8),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["replication", "place_kind", "place", "arrived_s", "started_s"])
    # The first passes at that second, the second comes at it; the other replication has no queue.
    assert queue_trips(table, "b > c", 5)["value"].tolist() == [3, 0]
    assert queue_trips(table, "b > c", 6)["value"].tolist() == [3, 1]
