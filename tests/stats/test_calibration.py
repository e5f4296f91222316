"""Simulated figures beside observed ones: what is compared exists, and the comparison is right."""

from functools import cache

import pandas as pd
import pytest
from docs_programs import docs_program
from where import ROOT, SCENARIOS

from sim.experiment import verdict
from sim.model import Observation, Scenario, of_class
from sim.model.distributions import middle
from sim.preview import free_flow, time_between_s
from sim.scenario_file import load_scenario, observations
from sim.stats.calibration import (
    Spread,
    Window,
    place_hours,
    queue_trips,
    spread_of,
    spread_of_one,
    transit_days,
    volume_teu,
    way_days,
)

page = docs_program("write_calibration").page
DAY_S = 86_400


@cache
def shipped(name: str) -> Scenario:
    return load_scenario(SCENARIOS / f"{name}.yaml").scenario


def observation(**changes: object) -> Observation:
    given: dict[str, object] = {
        "what": "China–Poland", "period": "2024", "scenario": "baseline", "low": 13.0, "high": 15.0, "kind": "observed",
        "transit": {"corridor": "northern", "origins": ["xian"], "destinations": ["lodz"]},
        "scope": "terminal to terminal", "grade": "B", "source": "https://example.org/a",
    }  # fmt: skip
    return Observation.model_validate(given | changes)


def spread(p50: float) -> Spread:
    return Spread(p50 - 2, p50, p50 + 2, p50 - 0.1, p50 + 0.1, 10, 100)


@pytest.mark.parametrize("one", observations(), ids=lambda one: f"{one.what} {one.period}"[:60])
def test_every_observation_compares_with_something_that_exists(one: Observation) -> None:
    scenario = shipped(one.scenario)
    places = set(scenario.facilities)
    if one.transit is not None:
        assert one.transit.corridor in scenario.corridors
        assert places.issuperset(one.transit.origins) and places.issuperset(one.transit.destinations)
        assert all(scenario.chains[chain].corridor == one.transit.corridor for chain in one.transit.chains)
    if one.free_flow is not None:
        assert time_between_s(scenario, one.free_flow.chain, one.free_flow.from_, one.free_flow.to) > 0
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
        observation(low=None, high=None)


def test_what_is_apart_has_no_measure_and_says_why() -> None:
    with pytest.raises(ValueError, match="a comment that says why"):
        observation(kind="apart", transit=None, unit="d")
    left_aside = observation(kind="apart", transit=None, unit="wagons", comment="not simulated")
    text = page([(left_aside, spread_of_one(float("nan")))], [], 10, 1)
    assert (
        "| 13 – 15 wagons | not simulated |" in text.split("without a counterpart")[1].split("## Misses")[0]
    )
    assert text.endswith("## Misses\n\nNone.\n")


@pytest.mark.parametrize(
    ("p50", "words"), [(10.9, "within"), (9.1, "within"), (11.5, "1.5 d above"), (8.5, "1.5 d below")]
)
def test_a_single_figure_is_met_within_a_tenth(p50: float, words: str) -> None:
    assert verdict(observation(low=None, high=None, typical=10.0), spread(p50)) == words


def test_announced_and_free_flow_figures_are_shown_apart_and_counted() -> None:
    wanted = [
        observation(),
        observation(kind="announced", what="promised"),
        observation(transit=None, free_flow={"chain": "c"}, what="record"),
    ]
    text = page(list(zip(wanted, [spread(14.0), spread(20.0), spread_of_one(12.5)], strict=True)), [], 10, 1)
    assert "of 2 observed figures 1 are met and of 1 announced figures 0 are met" in text
    assert "| record |" in text.split("## Observed best runs, and free flow")[1].split("\n## ")[0]
    assert "| promised |" in text.split("## Announced\n")[1].split("\n## ")[0]
    assert "| **12.5** d | 0.5 d below |" in text


@pytest.mark.parametrize(("p50", "words"), [(14.0, "within"), (16.5, "1.5 d above"), (12.0, "1 d below")])
def test_the_verdict_says_by_how_much_the_median_misses(p50: float, words: str) -> None:
    assert verdict(observation(), spread(p50)) == words


def test_an_input_is_shown_with_its_deviation_and_not_judged() -> None:
    given = observation(
        kind="input",
        transit=None,
        low=None,
        high=None,
        typical=1000.0,
        volume={"corridor": "northern", "direction": "westbound"},
    )
    assert verdict(given, spread(990.0)) == "-1.0 %"
    assert "## Misses\n\nNone." in page([(given, spread(990.0))], [], 10, 1)


def test_what_is_not_simulated_is_said_and_listed_among_the_misses() -> None:
    empty = spread_of(pd.DataFrame({"replication": [], "value": [], "weight": []}))
    text = page([(observation(), empty)], [], 10, 1)
    assert "not simulated" in text.split("## Misses")[1]


def test_fitted_parameters_are_named() -> None:
    assert "`railways.ktz.speed`" in page([(observation(), spread(14))], ["railways.ktz.speed"], 10, 1)


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
    whole = time_between_s(world, chain, None, None)
    assert whole == pytest.approx(free_flow(world, chain).time_s)
    parts = [
        time_between_s(world, chain, None, "dostyk"),
        time_between_s(world, chain, "dostyk", "brest"),
        time_between_s(world, chain, "brest", None),
    ]
    dostyk, brest = world.facilities["dostyk"].gauge_change, world.facilities["brest"].border
    assert dostyk is not None and dostyk.time is not None and brest is not None and brest.time is not None
    work_s = sum(middle(of_class(time, "container").value) for time in (dostyk.time, brest.time))
    assert whole - sum(parts) == pytest.approx(work_s)
    with pytest.raises(ValueError, match="no way from brest to dostyk"):
        time_between_s(world, chain, "brest", "dostyk")


def test_transit_volume_and_queue_take_what_they_are_asked_for() -> None:
    consignments = pd.DataFrame({
        "replication": [0, 0, 1, 1], "corridor": ["northern", "ocean", "northern", "northern"],
        "chain": ["slow", "sea", "slow", "fast"], "origin": "xian", "destination": "lodz", "direction": "westbound",
        "release_s": [DAY_S, DAY_S, 2 * DAY_S, 3 * DAY_S], "departed_s": [2 * DAY_S, DAY_S, 4 * DAY_S, -1],
        "transit_s": [14 * DAY_S, 50 * DAY_S, 16 * DAY_S, 30 * DAY_S], "size_teu": [20, 20, 40, 40],
    })  # fmt: skip
    window = Window(0, 3 * DAY_S)
    found = spread_of(transit_days(consignments, window, "northern", ["xian"], ["lodz"]))
    assert (found.p50, found.replications) == (15.0, 2)
    later = Window(0, 4 * DAY_S)
    assert transit_days(consignments, later, "northern", ["xian"], ["lodz"], ["fast"])["value"].tolist() == [
        30.0
    ]
    since = transit_days(consignments, later, "northern", ["xian"], ["lodz"], since="departure")
    assert since["value"].tolist() == [13.0, 14.0]
    year = Window(0, int(36.5 * DAY_S))
    assert volume_teu(consignments, year, "northern", "westbound")["value"].tolist() == [200.0, 800.0]
    levels = pd.DataFrame(
        {
            "replication": [0, 1],
            "place_kind": "gate",
            "place": ["b > c", "b > c"],
            "time_s": [DAY_S, DAY_S],
            "trips": [3, 5],
        }
    )
    assert spread_of(queue_trips(levels, "b > c", DAY_S)).p50 == 4.0


def test_the_page_in_the_docs_shows_every_observation() -> None:
    text = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8")
    missing = [one.what for one in observations() if f"| {one.what} | {one.period} |" not in text]
    assert missing == [], "run: make calibration"
