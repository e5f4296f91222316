"""What the model says to observed figures, told again from the tables of its replications."""

import pandas as pd
import pytest
from small_runs import case_of
from worlds import scenario

from sim.experiment import Case, Replication, Study, Workers, counterparts, verdict
from sim.model import Observation
from sim.stats.calibration import Spread

DAY_S = 86_400


def observed(**asked: object) -> Observation:
    given = {
        "what": "a figure", "period": "2025", "scenario": "tiny", "low": 5.0, "high": 9.0, "kind": "observed",
        "scope": "terminal to terminal", "grade": "E", "source": "https://example.org/a", "statistic": "range",
    }  # fmt: skip
    return Observation.model_validate(given | asked)


TRANSIT = observed(transit={"corridor": "north", "origins": ["a"], "destinations": ["d"]})
PLACE = observed(places={"at": ["k.gauge_change"]}, scope="one place")
VOLUME = observed(volume={"corridor": "north", "direction": "westbound"})
FREE = observed(free_flow={"chain": "rail"})
APART = observed(kind="apart", unit="wagons", comment="not simulated", statistic=None)
ALL = [TRANSIT, FREE, PLACE, APART, VOLUME]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return case_of(tmp_path_factory.mktemp("counterparts"), 3)


@pytest.fixture(scope="module")
def found(case: Case) -> dict[str, Spread]:
    names = ["transit", "free", "place", "apart", "volume"]
    return dict(zip(names, counterparts(ALL, [case]), strict=True))


def consignments(replication: Replication) -> pd.DataFrame:
    return replication.tables.consignments


def test_transit_times_are_the_mean_over_replications_of_the_weighted_median(
    case: Case, found: dict[str, Spread]
) -> None:
    medians = []
    for done in Study([case], consignments).run():
        table = done.value
        mine = table[(table["corridor"] == "north") & (table["destination"] == "d")]
        # Every consignment of the flow is of the same size, and what is under way counts with its time so far.
        medians.append(mine["transit_s"].median() / DAY_S)
    assert found["transit"].replications == 3
    assert found["transit"].p50.estimate == pytest.approx(sum(medians) / 3, rel=0.02)
    assert found["transit"].p10 < found["transit"].p50.estimate < found["transit"].p90


def test_a_volume_is_what_was_released_scaled_to_a_year(case: Case, found: dict[str, Spread]) -> None:
    released = [
        done.value.loc[done.value["corridor"] == "north", "size_teu"].sum()
        for done in Study([case], consignments).run()
    ]
    assert found["volume"].p50.estimate == pytest.approx(sum(released) / 3 * 365 / 30)


def test_hours_at_a_place_are_at_least_the_work_there(found: dict[str, Spread]) -> None:
    assert found["place"].p10 > 0
    assert (
        found["place"].p50.estimate > 8
    )  # half of the work alone takes ten hours, and two servers have a queue


def test_free_flow_takes_no_run_and_what_is_apart_has_no_figure(found: dict[str, Spread]) -> None:
    # 1000 km at 1000 km a day twice, 30 h, the work at k, r and d.
    assert found["free"].p50.estimate == pytest.approx(2 + (30 + 10 + 2 + 3) / 24)
    assert found["free"].p50.low != found["free"].p50.low
    assert found["apart"].p50.estimate != found["apart"].p50.estimate


def test_the_counterparts_do_not_depend_on_who_does_the_work(case: Case, found: dict[str, Spread]) -> None:
    again = counterparts([VOLUME, TRANSIT], [case], workers=Workers(jobs=2))
    assert again == [found["volume"], found["transit"]]


def test_an_observation_of_a_scenario_that_is_not_run_is_an_error(case: Case) -> None:
    with pytest.raises(KeyError):
        counterparts([observed(scenario="other", free_flow={"chain": "rail"})], [case])


def test_a_verdict_follows_from_the_range_and_the_median(found: dict[str, Spread]) -> None:
    asked = {"corridor": "north", "origins": ["a"], "destinations": ["d"]}
    spread, low = found["transit"], found["transit"].p50.estimate - 1
    assert verdict(observed(transit=asked, low=low, high=low + 2), spread) == "within"
    assert verdict(observed(transit=asked, low=None, high=low, statistic="single"), spread) == "1 d above"
    assert verdict(observed(transit=asked, low=low + 3, high=None, statistic="single"), spread) == "2 d below"


def test_ordinary_and_timetabled_trains_are_told_apart_by_the_services_of_a_chain() -> None:
    fast = """
services: {fast: {route: [k, r, d], gauge: 1520, class: timetabled, capacity: 40 TEU, dispatch: {when: timetable, every: 2 d}}}
chains: {express: {corridor: north, services: [west, fast]}}
flows: {cn-de: {volume: 60 TEU/day, routing: {shares: {rail: 60 %, express: 40 %}}}}
"""
    world = Case("tiny", scenario(fast, "replications: 2"))
    asked = {"corridor": "north", "origins": ["a"], "destinations": ["d"]}
    kinds = ["all", "ordinary", "timetabled"]
    every, ordinary, timetabled = counterparts(
        [observed(transit={**asked, "trains": kind}) for kind in kinds], [world]
    )
    assert every.values == ordinary.values + timetabled.values
    assert 0 < timetabled.values < ordinary.values
    n = [int((done.value["chain"] == "express").sum()) for done in Study([world], consignments).run()]
    assert timetabled.values == sum(n) / 2
