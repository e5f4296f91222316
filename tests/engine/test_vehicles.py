"""Vehicles: fleets of one service or two, lost and come back."""

import pytest
from worlds import PlanBuilder, line, run, told

from sim.engine import ENGINES

each_engine = pytest.mark.parametrize("engine", ENGINES)


@each_engine
def test_a_train_set_returns_empty_after_idling(engine: str) -> None:
    b = PlanBuilder(period_s=100)
    sets = b.fleet(home=1, return_after_s=20, returns_s=[30, 30])
    b.options(b.chain(line(b, fleet=sets)))
    b.consignment(0)
    b.consignment(5)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "0 boarded c0 t0 service 0",
        "0 departed t0 service 0",
        "5 released c1 chain 0",
        "10 arrived t0 leg 0: 10 s running",
        "10 unloaded c0 t0 service 0",
        "10 delivered c0 chain 0",
        "10 freed t0 fleet 0",
        "60 returned fleet 0: 30 s running",
        "60 waited c1 service 0: 55 s vehicle",
        "60 boarded c1 t1 service 0",
        "60 departed t1 service 0",
        "70 arrived t1 leg 0: 10 s running",
        "70 unloaded c1 t1 service 0",
        "70 delivered c1 chain 0",
        "70 freed t1 fleet 0",
    ]


@each_engine
def test_two_opposite_services_share_one_fleet(engine: str) -> None:
    b = PlanBuilder()
    sets = b.fleet(home=1)
    b.options(b.chain(line(b, fleet=sets)))
    b.options(b.chain(line(b, fleet=sets, end=1)))
    b.consignment(0)
    b.consignment(1)
    b.consignment(2, options=1)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "0 boarded c0 t0 service 0",
        "0 departed t0 service 0",
        "1 released c1 chain 0",
        "2 released c2 chain 1",
        "10 arrived t0 leg 0: 10 s running",
        "10 unloaded c0 t0 service 0",
        "10 delivered c0 chain 0",
        "10 freed t0 fleet 0",
        "10 waited c2 service 1: 8 s vehicle",
        "10 boarded c2 t20 service 1",
        "10 departed t20 service 1",
        "20 arrived t20 leg 1: 10 s running",
        "20 unloaded c2 t20 service 1",
        "20 delivered c2 chain 1",
        "20 freed t20 fleet 0",
        "20 waited c1 service 0: 19 s vehicle",
        "20 boarded c1 t1 service 0",
        "20 departed t1 service 0",
        "30 arrived t1 leg 0: 10 s running",
        "30 unloaded c1 t1 service 0",
        "30 delivered c1 chain 0",
        "30 freed t1 fleet 0",
    ]


@each_engine
def test_lost_vehicles_go_as_they_become_idle_and_come_back_home(engine: str) -> None:
    b = PlanBuilder()
    sets = b.fleet(home=2, withdrawn=[(0, 0), (4, 1), (8, 2), (40, 0)])
    b.options(b.chain(line(b, fleet=sets)))
    for release_s in (0, 5, 6):
        b.consignment(release_s)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "0 boarded c0 t0 service 0",
        "0 departed t0 service 0",
        "5 released c1 chain 0",
        "6 released c2 chain 0",
        "10 arrived t0 leg 0: 10 s running",
        "10 unloaded c0 t0 service 0",
        "10 delivered c0 chain 0",
        "10 freed t0 fleet 0",
        "40 waited c1 service 0: 35 s vehicle",
        "40 boarded c1 t1 service 0",
        "40 departed t1 service 0",
        "40 waited c2 service 0: 34 s vehicle",
        "40 boarded c2 t2 service 0",
        "40 departed t2 service 0",
        "50 arrived t1 leg 0: 10 s running",
        "50 unloaded c1 t1 service 0",
        "50 delivered c1 chain 0",
        "50 freed t1 fleet 0",
        "50 arrived t2 leg 0: 10 s running",
        "50 unloaded c2 t2 service 0",
        "50 delivered c2 chain 0",
        "50 freed t2 fleet 0",
    ]
