"""Classes of trains: whose pace and work hold, who goes first, and what is said where a class has no figure."""

import pickle

import numpy as np
import pytest
import yaml
from worlds import BASE, merged, scenario

from sim.contract import EventKind, SampledPlan
from sim.engine import ENGINES, simulate
from sim.model import ByClass, Figure, Scenario, cross_check, of_class, parts_of
from sim.preview import free_flow, preview
from sim.sampling import Sampler

HOUR_S = 3_600
SPEEDS = """
railways:
  cr: {speed: {p50: null, p90: null, timetabled: 1000 km/day, block: 800 km/day, container: 500 km/day, wagon: 250 km/day}}
"""
WORK = """
facilities:
  r: {border: {time: {p50: null, p90: null, timetabled: 1 h, block: 2 h, container: 4 h, wagon: 30 h}}}
  k: {gauge_change: {time: 6 h}}
"""
TWO = """
services:
  far-p: {dispatch: {when: timetable, every: 24 h}, class: timetabled}
  slow: {route: [k, r, p], gauge: 1520, capacity: 40 TEU, dispatch: {when: timetable, every: 24 h}}
chains: {slow-p: {corridor: north, services: [west, slow]}}
flows: {cn-de: null, cn-pl: {routing: {shares: {rail-p: 50 %, slow-p: 50 %}}}}
"""
"""Two services on one route, one timetabled and one container trains of the same days."""


def classed(train_class: str) -> Scenario:
    return scenario(SPEEDS, WORK, f"services: {{far-p: {{class: {train_class}}}}}")


@pytest.mark.parametrize(
    ("train_class", "hours"),
    {
        # 1,000 km and 800 km at the class's pace, the border between them, the end.
        "timetabled": 1800 / 1000 * 24 + 1 + 3,
        "block": 1800 / 800 * 24 + 2 + 3,
        "container": 1800 / 500 * 24 + 4 + 3,
        "wagon": 1800 / 250 * 24 + 30 + 3,
    }.items(),
)
def test_a_train_has_the_pace_and_the_work_of_its_class(train_class: str, hours: float) -> None:
    world = classed(train_class)
    assert sum(part.time_s for part in parts_of(world, "far-p")) == pytest.approx(hours * HOUR_S)
    assert sum(part.mean_s for part in parts_of(world, "far-p")) == pytest.approx(hours * HOUR_S)
    # What shippers reckon with, and what is drawn for a trip.
    plan = Sampler(world).plan(0)
    s = list(world.services).index("far-p")
    assert plan.service_mean_s[s] == pytest.approx(hours * HOUR_S, abs=1)
    steps = range(plan.step_first[s], plan.step_first[s + 1])
    assert sum(
        int(plan.work_s[plan.work_first[i]]) for i in steps if plan.step_kind[i] != 0
    ) == pytest.approx(hours * HOUR_S, abs=3)


def test_a_service_is_of_container_trains_unless_it_says_otherwise() -> None:
    assert scenario(SPEEDS, WORK) == classed("container").model_copy(
        update={"services": scenario(SPEEDS, WORK).services}
    )
    assert free_flow(scenario(SPEEDS, WORK), "rail-p") == free_flow(classed("container"), "rail-p")


def rides_s(plan: SampledPlan, engine: str, service: int) -> list[int]:
    """Seconds from departure to the end of unloading of every trip of a service that ended."""
    rows = simulate(plan, engine=engine).rows
    trips = range(plan.trip_first[service], plan.trip_first[service + 1])
    left = {int(row["trip"]): int(row["time_s"]) for row in rows[rows["kind"] == EventKind.DEPARTED]}
    came = {int(row["trip"]): int(row["time_s"]) for row in rows[rows["kind"] == EventKind.UNLOADED]}
    return [came[k] - left[k] for k in trips if k in came and k in left]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_timetabled_train_is_faster_than_a_container_train_on_the_same_route(engine: str) -> None:
    world = scenario(SPEEDS, WORK, TWO)
    names = list(world.services)
    plan = Sampler(world).plan(0)
    first, ordinary = (rides_s(plan, engine, names.index(name)) for name in ("far-p", "slow"))
    assert len(first) > 5 and len(ordinary) > 5
    assert max(first) < min(ordinary)
    assert min(first) >= (1800 / 1000 * 24 + 1 + 3) * HOUR_S - 3


def test_timetabled_trains_and_no_others_go_first_in_queues() -> None:
    world = scenario(SPEEDS, WORK, TWO)
    plan = Sampler(world).plan(0)
    ranks = dict(zip(world.services, plan.service_express.tolist(), strict=True))
    assert {name for name, rank in ranks.items() if rank == 0} == {"far-p"}
    for train_class in ("block", "container", "wagon"):
        assert np.all(Sampler(classed(train_class)).plan(0).service_express == 1)


def test_the_load_of_a_station_is_the_work_of_each_class_that_comes() -> None:
    def asked(*changes: str) -> float:
        loads = {(one.kind, one.name): one for one in preview(scenario(SPEEDS, WORK, TWO, *changes)).loads}
        return loads["station", "r.border"].asked

    # A departure of each a day: one hour of work and four.
    assert asked() == pytest.approx((1 + 4) / 24)
    assert asked("services: {slow: {class: wagon}}") == pytest.approx((1 + 30) / 24)


def told(*changes: str) -> list[tuple[str, str]]:
    """Findings of the small world with changes."""
    tree: object = yaml.safe_load(BASE)
    for change in changes:
        tree = merged(tree, yaml.safe_load(change))
    return [(".".join(map(str, path)), words) for path, words in cross_check(Scenario.model_validate(tree))]


def test_a_class_that_a_service_needs_and_the_figures_lack_is_a_finding() -> None:
    speeds = "railways: {cr: {speed: {p50: null, p90: null, timetabled: 1000 km/day, block: 800 km/day}}}"
    work = "facilities: {r: {border: {time: {p50: null, p90: null, container: 4 h}}}, p: {terminal: {time: {wagon: 4 h}}}}"
    assert told(speeds) == [
        (
            "railways.cr.speed",
            "there is no figure for the class container, which west and 2 more need; there is one for timetabled, block. "
            "Add one, or give the service another class.",
        )
    ]
    assert told(work, "services: {far: {class: block}}") == [
        (
            "facilities.r.border.time",
            "there is no figure for the class block, which far needs; there is one for container. "
            "Add one, or give the service another class.",
        ),
        (
            "facilities.p.terminal.time",
            "there is no figure for the class container, which far-p needs; there is one for wagon. "
            "Add one, or give the service another class.",
        ),
    ]
    # Nothing of class wagon comes by K, where no figure is lacking.
    assert told("facilities: {k: {gauge_change: {time: {p50: null, p90: null, container: 4 h}}}}") == []


def test_a_truck_and_a_ship_have_no_class_of_train() -> None:
    assert told("services: {trucks: {class: block}}") == [
        ("services.trucks.class", "a truck has no class of train. Remove it.")
    ]


def test_figures_by_class_go_to_other_processes() -> None:
    speed = scenario(SPEEDS).railways["cr"].speed
    assert isinstance(speed, ByClass)
    there = pickle.loads(pickle.dumps(speed))
    assert of_class(there, "block").value == of_class(speed, "block").value
    one: Figure[int] = Figure(value=3)
    assert of_class(one, "wagon") is one
