"""Background trains: they carry none of the freight, and take their turn at a gate like any other."""

import numpy as np
import pytest
from worlds import PlanBuilder, held, run, told

from sim.contract import Cause, EventKind, SampledPlan, StepKind
from sim.engine import ENGINES

GATE, HANDLE, RUN, CHECK = StepKind
each_engine = pytest.mark.parametrize("engine", ENGINES)


def world(
    *releases_s: int,
    headway_s: int = 10,
    background: tuple[int, ...] = (),
    express: bool = False,
    **gate: object,
) -> PlanBuilder:
    """Trains of one box each, which leave at once, pass a gate and run for 5 s."""
    b = PlanBuilder(period_s=400)
    g = b.gate(headway_s, background=background, **gate)
    b.options(b.chain(b.service((GATE, g), (RUN, b.leg(), 5), express=express)))
    for at_s in releases_s:
        b.consignment(at_s)
    return b


def at_gate(plan: SampledPlan, engine: str) -> list[str]:
    """What the log tells of the gate."""
    return [line for line in told(run(plan, engine)) if " gate 0" in line]


@each_engine
def test_a_background_train_passes_a_free_gate_at_once_and_a_trip_keeps_the_headway_behind_it(
    engine: str,
) -> None:
    assert told(run(world(23, background=(0, 20)).plan(), engine)) == [
        "0 background passed gate 0",
        "20 background passed gate 0",
        "23 released c0 chain 0",
        "23 boarded c0 t0 service 0",
        "23 departed t0 service 0",
        "30 waited t0 gate 0: 7 s path",
        "30 passed t0 gate 0",
        "35 arrived t0 leg 0: 5 s running",
        "35 unloaded c0 t0 service 0",
        "35 delivered c0 chain 0",
    ]


@each_engine
def test_trips_and_background_trains_stand_in_one_queue_first_come_first_served(engine: str) -> None:
    assert at_gate(world(0, 2, 4, background=(1, 3)).plan(), engine) == [
        "0 passed t0 gate 0",
        "10 background passed gate 0: 9 s",
        "20 waited t1 gate 0: 18 s path",
        "20 passed t1 gate 0",
        "30 background passed gate 0: 27 s",
        "40 waited t2 gate 0: 36 s path",
        "40 passed t2 gate 0",
    ]


@each_engine
def test_a_trip_that_goes_first_passes_background_trains_that_came_before_it(engine: str) -> None:
    assert at_gate(world(4, background=(0, 1, 2), express=True).plan(), engine) == [
        "0 background passed gate 0",
        "10 waited t0 gate 0: 6 s path",
        "10 passed t0 gate 0",
        "20 background passed gate 0: 19 s",
        "30 background passed gate 0: 28 s",
    ]


@each_engine
def test_of_those_who_come_in_one_second_a_trip_that_arrives_goes_before_a_background_train(
    engine: str,
) -> None:
    b = PlanBuilder(period_s=100)
    g = b.gate(10, background=(5, 5))
    b.options(b.chain(b.service((RUN, b.leg(), 5), (GATE, g), (RUN, b.leg(), 5))))
    b.consignment(0)
    assert at_gate(b.plan(), engine) == [
        "5 passed t0 gate 0",
        "15 background passed gate 0: 10 s",
        "25 background passed gate 0: 20 s",
    ]


@each_engine
def test_after_a_closure_those_who_waited_take_the_paths_that_later_trips_would_have_had(engine: str) -> None:
    shut = world(60, background=(0, 20, 40, 70, 90), calendar=[(0, 1000), (10, 0), (55, 1000)])
    assert at_gate(shut.plan(), engine) == [
        "0 background passed gate 0",
        "55 background passed gate 0: 35 s",
        "65 background passed gate 0: 25 s",
        "75 waited t0 gate 0: 15 s path",
        "75 passed t0 gate 0",
        "85 background passed gate 0: 15 s",
        "95 background passed gate 0: 5 s",
    ]
    # Had none come while it was closed, the trip would have passed at once.
    assert "60 passed t0 gate 0" in at_gate(
        world(60, background=(0, 70, 90), calendar=[(0, 1000), (10, 0), (55, 1000)]).plan(), engine
    )


@each_engine
def test_background_trains_wait_for_the_opening_hours_with_the_trips(engine: str) -> None:
    night = world(30, background=(10, 50), calendar=[(0, 0), (100, 1000)], cause=Cause.HOURS)
    assert at_gate(night.plan(), engine) == [
        "100 background passed gate 0: 90 s",
        "110 waited t0 gate 0: 70 s hours",
        "110 waited t0 gate 0: 10 s path",
        "110 passed t0 gate 0",
        "120 background passed gate 0: 70 s",
    ]


@each_engine
def test_more_trains_than_paths_wait_longer_and_longer_and_none_is_lost(engine: str) -> None:
    log = run(world(background=tuple(range(0, 400, 8))).plan(), engine)
    waits_s = log.column("span_s")[log.column("kind") == EventKind.BACKGROUND_PASSED]
    assert waits_s.tolist() == [2 * i for i in range(40)]
    # The ten that came last wait still at the end: nothing tells of them.
    assert len(log) == 40


def after_a_bulletin(background: tuple[int, ...], engine: str) -> int:
    """The chain of one who chooses at second 100, when a bulletin of second 100 is known: by the gate, or for 20 cents more."""
    b = PlanBuilder(period_s=400, bulletin_s=100)
    g = b.gate(10, [(0, 1000), (10, 0), (60, 1000)], background=background)
    by_gate = b.chain(b.service((GATE, g), (RUN, b.leg(), 5), rule=held(0)))
    dearer = b.chain(b.service((RUN, b.leg(), 5), rule=held(0), price=[(0, 20)]))
    # A second is worth a cent.
    b.options(by_gate, dearer, day_cents=86_400)
    b.consignment(100)
    log = run(b.plan(), engine)
    return int(log.column("place")[log.column("kind") == EventKind.RELEASED][0])


@each_engine
def test_a_bulletin_tells_the_waits_of_background_trains_too(engine: str) -> None:
    assert after_a_bulletin((), engine) == 0
    # One waits for 45 s until second 60: that is dearer than 20 cents. With two that wait for nothing the mean is 15 s.
    assert after_a_bulletin((15,), engine) == 1
    assert after_a_bulletin((0, 15, 95), engine) == 0


@each_engine
def test_the_age_of_a_background_train_that_waits_is_told_where_none_has_passed(engine: str) -> None:
    b = PlanBuilder(period_s=400, bulletin_s=100)
    g = b.gate(30, [(0, 0), (300, 1000)], background=(70,))
    by_gate = b.chain(b.service((GATE, g), (RUN, b.leg(), 5), rule=held(0)))
    dearer = b.chain(b.service((RUN, b.leg(), 5), rule=held(0), price=[(0, 29)]))
    b.options(by_gate, dearer, day_cents=86_400)
    b.consignment(50)
    b.consignment(100)
    log = run(b.plan(), engine)
    # Nothing is known at second 50; at 100 the train has waited 30 s, the trip before it for 50 s: 40 in the mean.
    assert log.column("place")[log.column("kind") == EventKind.RELEASED].tolist() == [0, 1]


@each_engine
def test_without_freight_background_trains_come_and_go(engine: str) -> None:
    b = PlanBuilder(period_s=100)
    b.gate(5, background=(3, 3, 50))
    b.gate(1, background=(3, 99))
    b.options(b.chain(b.service((RUN, b.leg(), 5))))
    log = run(b.plan(), engine)
    assert told(log) == [
        "3 background passed gate 0",
        "3 background passed gate 1",
        "8 background passed gate 0: 5 s",
        "50 background passed gate 0",
        "99 background passed gate 1",
    ]
    assert np.all(log.column("trip") == -1)
