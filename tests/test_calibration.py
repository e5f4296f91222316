"""Simulated figures beside observed ones: what is compared exists, and the comparison is right."""

from pathlib import Path

import pandas as pd
import pytest

from sim.cli.calibrating import page, verdict
from sim.model import Observation
from sim.scenario_file import load_scenario, observations
from sim.stats.calibration import (
    Spread,
    place_hours,
    queue_trips,
    spread_of,
    transit_days,
    volume_teu,
    way_days,
)

ROOT = Path(__file__).parent.parent
DAY_S = 86_400


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
    scenario = load_scenario(ROOT / "scenarios" / f"{one.scenario}.yaml").scenario
    places = set(scenario.facilities)
    if one.transit is not None:
        assert one.transit.corridor in scenario.corridors
        assert places.issuperset(one.transit.origins) and places.issuperset(one.transit.destinations)
    if one.way is not None:
        assert any(
            one.way.from_ in run.route
            and one.way.to in run.route
            and run.route.index(one.way.from_) < run.route.index(one.way.to)
            for run in scenario.services.values()
        )
    if one.places is not None:
        assert places.issuperset(one.places.at)
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
    assert "## Misses\n\nNone." in page([given], [spread(990.0)], [], 10, 1)


def test_what_is_not_simulated_is_said_and_listed_among_the_misses() -> None:
    text = page(
        [observation()], [spread_of(pd.DataFrame({"replication": [], "value": [], "weight": []}))], [], 10, 1
    )
    assert "not simulated" in text.split("## Misses")[1]


def test_fitted_parameters_are_named() -> None:
    assert "`railways.ktz.speed`" in page([observation()], [spread(14)], ["railways.ktz.speed"], 10, 1)


def visits() -> pd.DataFrame:
    rows = [
        # replication, trip, kind, place, arrived, ended
        (0, 1, "leg", "a > b", 0, DAY_S),
        (0, 1, "station", "b.border", DAY_S, DAY_S + 7200),
        (0, 1, "leg", "b > c", DAY_S + 7200, 3 * DAY_S),
        (0, 1, "station", "c.gauge_change", 3 * DAY_S, 3 * DAY_S + 3600),
        (0, 2, "leg", "b > c", 5 * DAY_S, 6 * DAY_S),
        (0, 3, "leg", "a > b", 5 * DAY_S, -1),
    ]
    columns = ["replication", "trip", "place_kind", "place", "arrived_s", "ended_s"]
    return pd.DataFrame(rows, columns=columns).assign(measured=True)


def test_a_way_is_timed_from_leaving_one_place_to_reaching_the_other_waits_included() -> None:
    assert way_days(visits(), "a", "c")["value"].tolist() == [3.0]


def test_hours_at_places_are_summed_over_a_trip() -> None:
    assert place_hours(visits(), ["b"])["value"].tolist() == [2.0]
    assert place_hours(visits(), ["b", "c"])["value"].tolist() == [3.0]


def test_transit_volume_and_queue_take_what_they_are_asked_for() -> None:
    consignments = pd.DataFrame({
        "replication": [0, 0, 1], "measured": [True, True, True], "corridor": ["northern", "ocean", "northern"],
        "origin": "xian", "destination": "lodz", "direction": "westbound", "transit_s": [14 * DAY_S, 50 * DAY_S, 16 * DAY_S],
        "size_teu": [20, 20, 40],
    })  # fmt: skip
    found = spread_of(transit_days(consignments, "northern", ["xian"], ["lodz"]))
    assert (found.p50, found.replications) == (15.0, 2)
    assert volume_teu(consignments, "northern", "westbound", 36.5)["value"].tolist() == [200.0, 400.0]
    levels = pd.DataFrame(
        {"replication": [0, 1], "place": ["b > c", "b > c"], "time_s": [DAY_S, DAY_S], "trips": [3, 5]}
    )
    assert spread_of(queue_trips(levels, "b > c", DAY_S)).p50 == 4.0


def test_the_page_in_the_docs_shows_every_observation() -> None:
    text = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8")
    missing = [one.what for one in observations() if f"| {one.what} | {one.period} |" not in text]
    assert missing == [], "run: landbridge calibrate --write docs/calibration.md"
