"""Every way between two places: which there are, what they take in free flow, and what freight took them."""

import numpy as np
import pytest
from worlds import scenario

from sim.errors import ScenarioError
from sim.experiment import Case, Outcome, Way, lanes_asked, run_cases, ways_of
from sim.preview import free_flow

SHORT = """
period: {length: 40 d, warm_up: 3 d, cool_down: 17 d}
replications: 5
flows: {cn-de: {volume: 60 TEU/day}}
"""
LANE = "a:d"
BARRED = "policies: {ban: {territory: [RU], barred: true}}"
RAILWAY_LATER = """
openings: {bridge: {value: "2025-02-05"}}
legs: {r-d: {opening: bridge}}
"""
TWO_FLOWS = """
flows:
  rush: {origin: a, destination: d, volume: 60 TEU/day, consignment: 20 TEU, cargo: {toys: 100 %}, mass: 15 t/FEU, deadline: 12 d,
         routing: {shares: {truck: 100 %}}}
"""


def case(name: str, *changes: str) -> Case:
    return Case(name, scenario(SHORT, *changes))


def ways(*cases: Case) -> list[Way]:
    return ways_of(run_cases(cases), [LANE])


def days(outcome: Outcome, corridor: str, *flows: str) -> float:
    """The mean over replications of the median that is counted one consignment after the other."""
    found = []
    for replication in range(outcome.replications):
        cohort = outcome.ledger.open(replication)
        names = cohort.names["corridor"], cohort.names["flow"]
        taken = sorted(
            int(transit_s)
            for transit_s, c, f in zip(cohort["transit_s"], cohort["corridor"], cohort["flow"], strict=True)
            if names[0][c] == corridor and names[1][f] in flows
        )
        found.append(taken[(len(taken) - 1) // 2] / 86_400)
    return float(np.mean(found))


def test_a_way_has_the_median_of_its_freight_in_every_scenario() -> None:
    cases = [case("one"), case("two", "legs: {r-d: {running_time: 80 h}}")]
    outcomes = run_cases(cases)
    north = next(way for way in ways_of(outcomes, [LANE]) if way.corridor == "north")
    rows = [one.row for one in north.simulated]
    assert [row and row["estimate"] for row in rows] == pytest.approx(
        [days(one, "north", "cn-de") for one in outcomes]
    )
    assert all(row and row["low"] < row["estimate"] < row["high"] for row in rows)


def test_the_free_flow_is_that_of_the_quickest_open_chain_in_the_last_scenario() -> None:
    slower = """
services: {slow: {route: [k, r, d], gauge: 1520, capacity: 40 TEU, charge: 10 USD/FEU, dispatch: {when: full}}}
facilities: {d: {terminal: {time: 200 h}}}
chains: {aaa: {corridor: north, services: [west, slow]}}
flows: {cn-de: {routing: {shares: {rail: 50 %, aaa: 50 %}}}}
"""
    more = "facilities: {k: {gauge_change: {time: 99 h}}}"
    last = case("last", slower, more)
    north = next(way for way in ways(case("first"), last) if way.corridor == "north")
    assert (north.free_flow.chain, north.open_in) == ("rail", "last")
    assert north.free_flow == free_flow(last.scenario, "rail")
    assert north.free_flow.time_s > free_flow(case("first").scenario, "rail").time_s


def test_a_way_that_nobody_took_has_a_free_flow_and_says_so() -> None:
    road = next(way for way in ways(case("one")) if way.corridor == "road")
    assert road.free_flow.time_s > 14 * 86_400
    assert [(one.row, one.why_not) for one in road.simulated] == [(None, "nobody went")]


def test_a_way_is_not_open_where_its_line_opens_after_the_measured_period() -> None:
    found = {way.corridor: way for way in ways(case("later", RAILWAY_LATER), case("now"))}
    assert [one.why_not for one in found["north"].simulated] == ["not open", ""]
    assert found["north"].open_in == "now"
    # The other way round the free flow is of the first scenario, since in the last there is none.
    found = {way.corridor: way for way in ways(case("now"), case("later", RAILWAY_LATER))}
    assert [one.why_not for one in found["north"].simulated] == ["", "not open"]
    assert found["north"].open_in == "now"


def test_a_line_that_opens_on_the_last_measured_day_is_open() -> None:
    just = RAILWAY_LATER.replace("2025-02-05", "2025-01-23")
    assert [way.corridor for way in ways(case("just", just))] == ["north", "road"]
    assert [way.corridor for way in ways(case("late", RAILWAY_LATER.replace("02-05", "01-24")))] == ["road"]


def test_two_flows_of_a_lane_are_one_way_and_other_lanes_are_not_in_it() -> None:
    more = (
        TWO_FLOWS
        + """
  far: {origin: a, destination: p, volume: 60 TEU/day, consignment: 20 TEU, cargo: {toys: 100 %}, mass: 15 t/FEU, deadline: 12 d,
        routing: {shares: {rail-p: 100 %}}}
"""
    )
    outcomes = run_cases([case("one", more, BARRED)])
    (road,) = (way for way in ways_of(outcomes, [LANE]) if way.corridor == "road")
    (one,) = road.simulated
    assert one.row is not None
    assert one.row["estimate"] == pytest.approx(days(outcomes[0], "road", "cn-de", "rush"))


def test_a_way_that_only_another_scenario_has_a_flow_for_is_not_open_here() -> None:
    only_rush = "flows: {cn-de: {routing: {shares: {rail: 100 %}, fallbacks: []}}}"
    found = {way.corridor: way for way in ways(case("one", only_rush), case("two", only_rush, TWO_FLOWS))}
    assert [one.why_not for one in found["road"].simulated] == ["not open", ""]


def test_freight_that_is_not_measured_says_so() -> None:
    found = ways(case("one", "flows: {cn-de: {measured: false}}"))
    assert {one.why_not for way in found for one in way.simulated} == {"not measured"}


def test_a_lane_that_a_scenario_lacks_is_a_finding_for_each_with_what_is_near() -> None:
    other = case("other", "flows: {cn-pl: null}")
    assert lanes_asked([case("one")], ["a:p", "a:d", "a:p"]) == ["a:p", LANE]
    with pytest.raises(ScenarioError) as caught:
        lanes_asked([case("one"), other], ["a:p", "a:q"])
    said = [str(finding) for finding in caught.value.findings]
    assert [text.split(": ")[0] for text in said] == ["one", "other", "other"]
    assert 'got "a:q"; did you mean a:p or a:d?' in said[0]
    assert all(text.endswith("; did you mean a:d?") for text in said[1:])
    with pytest.raises(ScenarioError, match="there are a:d, a:p"):
        lanes_asked([case("one")], ["nowhere"])


def test_timetabled_trains_are_a_way_of_their_own() -> None:
    fast = """
services: {fast: {route: [k, r, d], gauge: 1520, class: timetabled, capacity: 40 TEU, dispatch: {when: timetable, every: 12 h}}}
chains: {express: {corridor: north, services: [west, fast]}}
flows:
  booked: {origin: a, destination: d, volume: 60 TEU/day, consignment: 20 TEU, cargo: {toys: 100 %}, mass: 15 t/FEU, deadline: 12 d,
           routing: {shares: {express: 100 %}}}
"""
    outcomes = run_cases([case("one", fast)])
    ordinary, timetabled = (way for way in ways_of(outcomes, [LANE]) if way.corridor == "north")
    assert (ordinary.timetabled, timetabled.timetabled) == (False, True)
    assert (ordinary.free_flow.chain, timetabled.free_flow.chain) == ("rail", "express")
    for way, flow in ((ordinary, "cn-de"), (timetabled, "booked")):
        (one,) = way.simulated
        assert one.row is not None
        assert one.row["estimate"] == pytest.approx(days(outcomes[0], "north", flow))
