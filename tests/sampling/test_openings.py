"""A dated network: parts that open, close or grow while a run goes on; and disruptions of whole corridors."""

import numpy as np
import pytest
from where import SCENARIOS
from worlds import plan_of, run, scenario

from sim.contract import OPEN, EventKind, SampledPlan
from sim.errors import ScenarioError
from sim.model import hit
from sim.model.disruptions import Target
from sim.scenario_file import load_scenario

DAY_S = 86_400
SECOND_TRACK = """
openings: {second-track: '2025-01-11'}
legs: {k-r: {before: {opening: second-track, capacity: 10 trains/day, background: 5 trains/day}}}
"""


def steps(plan: SampledPlan, number: int) -> list[tuple[int, int]]:
    part = slice(plan.calendar_first[number], plan.calendar_first[number + 1])
    return list(zip(plan.calendar_at_s[part].tolist(), plan.calendar_value[part].tolist(), strict=True))


def test_a_gate_works_at_its_former_capacity_until_the_second_track_opens() -> None:
    plan = plan_of(SECOND_TRACK)
    # Ten trains of twenty: half the rate, until day 10.
    assert (0, 500) in steps(plan, plan.gate_calendar[0])
    assert (10 * DAY_S, OPEN) in steps(plan, plan.gate_calendar[0])
    passed = [
        row["time_s"]
        for row in run(plan).rows
        if row["kind"] in (EventKind.PASSED, EventKind.BACKGROUND_PASSED) and row["place"] == 0
    ]
    gaps = np.diff([time_s for time_s in passed if time_s < 10 * DAY_S])
    assert gaps.min() >= 2 * 86_400 // 20


def test_a_stage_must_leave_a_path_and_name_an_opening() -> None:
    stage = "{opening: cku-railwy, capacity: 4 trains/day, background: 5 trains/day}"
    with pytest.raises(ScenarioError) as error:
        load_scenario(SCENARIOS / "baseline.yaml", sets=[f"legs.brest-malaszewicze-1520.before={stage}"])
    words = str(error.value)
    assert "cku-railway" in words
    assert "no path is left" in words


def test_new_freight_leaves_a_chain_that_closes_and_old_freight_arrives() -> None:
    closing = "{openings: {bridge: '2025-01-08'}, services: {far: {closing: bridge}}}"
    plan = plan_of(closing)
    log = run(plan)
    released = [
        row for row in log.rows if row["kind"] == EventKind.RELEASED and plan.flow[row["consignment"]] == 0
    ]
    chains = {row["place"] for row in released if row["time_s"] < 7 * DAY_S}
    later = {row["place"] for row in released if row["time_s"] >= 7 * DAY_S}
    assert chains == {0}
    assert later == {2}
    early = {row["consignment"] for row in released if row["time_s"] < 7 * DAY_S}
    delivered = {row["consignment"] for row in log.rows if row["kind"] == EventKind.DELIVERED}
    assert early <= delivered


def test_a_corridor_as_target_is_what_only_its_chains_use() -> None:
    world = scenario()
    north, road = Target(corridor="north"), Target(corridor="road")
    assert hit(world, north, "services") == ["west", "far", "far-p"]
    assert hit(world, north, "legs") == ["a-k", "k-r", "r-d", "r-p"]
    assert hit(world, north, "facilities") == ["k", "r", "p"]  # a and d also see the trucks
    assert hit(world, north, "fleets") == ["sets"]
    assert hit(world, north, "flows") == []
    assert hit(world, road, "services") == ["trucks"]
    assert hit(world, road, "legs") == ["a-d"]
    assert hit(world, road, "facilities") == []


def test_a_closed_corridor_dispatches_nothing() -> None:
    shut = "disruptions: {strike: {at: {corridor: road}, from: '2025-01-01', effect: closed}}"
    plan = plan_of(shut, "flows: {cn-de: {routing: {shares: {rail: 0 %, truck: 100 %}}}}")
    trucks = [row for row in run(plan).rows if row["kind"] == EventKind.DEPARTED and row["place"] == 3]
    assert trucks == []


def test_an_unknown_corridor_is_a_finding() -> None:
    file = SCENARIOS / "baseline.yaml"
    change = "disruptions.x={at: {corridor: nothern}, from: 2025-03-01, effect: closed}"
    with pytest.raises(ScenarioError, match="northern"):
        load_scenario(file, sets=[change])
