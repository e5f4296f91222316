"""What is closed or slowed down: work pauses, trains wait, and each second has its cause."""

import pytest
from golden_worlds import GATE, HANDLE, RUN
from worlds import PlanBuilder, run, told

from sim.contract import Cause
from sim.engine import ENGINES

each_engine = pytest.mark.parametrize("engine", ENGINES)


@each_engine
def test_a_trip_at_a_closed_border_waits_and_passes_at_the_reopening(engine: str) -> None:
    b = PlanBuilder()
    border = b.gate(5, [(8, 0), (30, 1000)])
    b.options(b.chain(b.service((RUN, b.leg(), 10), (GATE, border), (RUN, b.leg(), 10))))
    b.consignment(0)
    b.consignment(1)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "0 boarded c0 t0 service 0",
        "0 departed t0 service 0",
        "1 released c1 chain 0",
        "1 boarded c1 t1 service 0",
        "1 departed t1 service 0",
        "10 arrived t0 leg 0: 10 s running",
        "11 arrived t1 leg 0: 10 s running",
        "30 waited t0 gate 0: 20 s closure",
        "30 passed t0 gate 0",
        "35 waited t1 gate 0: 19 s closure",
        "35 waited t1 gate 0: 5 s path",
        "35 passed t1 gate 0",
        "40 arrived t0 leg 1: 10 s running",
        "40 unloaded c0 t0 service 0",
        "40 delivered c0 chain 0",
        "45 arrived t1 leg 1: 10 s running",
        "45 unloaded c1 t1 service 0",
        "45 delivered c1 chain 0",
    ]


@each_engine
def test_a_closure_in_the_middle_of_handling_pauses_the_work(engine: str) -> None:
    b = PlanBuilder()
    border = b.station(1, rate=[(15, 0), (40, 1000)], shut=Cause.HOURS)
    b.options(b.chain(b.service((RUN, b.leg(), 10), (HANDLE, border, 8))))
    b.consignment(0)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "0 boarded c0 t0 service 0",
        "0 departed t0 service 0",
        "10 arrived t0 leg 0: 10 s running",
        "10 started t0 station 0",
        "43 waited t0 station 0: 25 s hours",
        "43 finished t0 station 0: 8 s customs",
        "43 unloaded c0 t0 service 0",
        "43 delivered c0 chain 0",
    ]


@each_engine
def test_a_closed_line_is_not_entered_and_holds_the_trips_on_it_and_a_slow_one_takes_longer(
    engine: str,
) -> None:
    b = PlanBuilder()
    b.options(b.chain(b.service((RUN, b.leg([(5, 0), (9, 1000), (20, 500)]), 10))))
    for release_s in (0, 6, 18):
        b.consignment(release_s)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "0 boarded c0 t0 service 0",
        "0 departed t0 service 0",
        "6 released c1 chain 0",
        "6 boarded c1 t1 service 0",
        "6 departed t1 service 0",
        "14 waited t0 leg 0: 4 s closure",
        "14 arrived t0 leg 0: 10 s running",
        "14 unloaded c0 t0 service 0",
        "14 delivered c0 chain 0",
        "18 released c2 chain 0",
        "18 boarded c2 t2 service 0",
        "18 departed t2 service 0",
        "19 waited t1 leg 0: 3 s closure",
        "19 arrived t1 leg 0: 10 s running",
        "19 unloaded c1 t1 service 0",
        "19 delivered c1 chain 0",
        "36 arrived t2 leg 0: 18 s running",
        "36 unloaded c2 t2 service 0",
        "36 delivered c2 chain 0",
    ]


@each_engine
def test_fewer_servers_never_interrupt_work(engine: str) -> None:
    b = PlanBuilder()
    cranes = b.station([(0, 2), (12, 1)], cause=Cause.GAUGE_CHANGE)
    b.options(b.chain(b.service((RUN, b.leg(), 10), (HANDLE, cranes, [8, 12, 3]))))
    for _ in range(3):
        b.consignment(0)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "0 boarded c0 t0 service 0",
        "0 departed t0 service 0",
        "0 released c1 chain 0",
        "0 boarded c1 t1 service 0",
        "0 departed t1 service 0",
        "0 released c2 chain 0",
        "0 boarded c2 t2 service 0",
        "0 departed t2 service 0",
        "10 arrived t0 leg 0: 10 s running",
        "10 started t0 station 0",
        "10 arrived t1 leg 0: 10 s running",
        "10 started t1 station 0",
        "10 arrived t2 leg 0: 10 s running",
        "18 finished t0 station 0: 8 s gauge change",
        "18 unloaded c0 t0 service 0",
        "18 delivered c0 chain 0",
        "22 finished t1 station 0: 12 s gauge change",
        "22 waited t2 station 0: 12 s crane",
        "22 started t2 station 0",
        "22 unloaded c1 t1 service 0",
        "22 delivered c1 chain 0",
        "25 finished t2 station 0: 3 s gauge change",
        "25 unloaded c2 t2 service 0",
        "25 delivered c2 chain 0",
    ]


@each_engine
def test_more_servers_start_on_those_who_wait(engine: str) -> None:
    b = PlanBuilder(period_s=30)
    cranes = b.station([(0, 0), (5, 1), (9, 3)], cause=Cause.PORT)
    b.options(b.chain(b.service((HANDLE, cranes, 50), (RUN, b.leg(), 1))))
    for _ in range(3):
        b.consignment(0)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "0 boarded c0 t0 service 0",
        "0 departed t0 service 0",
        "0 released c1 chain 0",
        "0 boarded c1 t1 service 0",
        "0 departed t1 service 0",
        "0 released c2 chain 0",
        "0 boarded c2 t2 service 0",
        "0 departed t2 service 0",
        "5 waited t0 station 0: 5 s crane",
        "5 started t0 station 0",
        "9 waited t1 station 0: 9 s crane",
        "9 started t1 station 0",
        "9 waited t2 station 0: 9 s crane",
        "9 started t2 station 0",
    ]


@each_engine
def test_a_border_closed_for_good_holds_the_trip_to_the_end_of_the_period(engine: str) -> None:
    b = PlanBuilder()
    b.options(b.chain(b.service((GATE, b.gate(5, [(0, 0)])), (RUN, b.leg(), 10))))
    b.consignment(0)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "0 boarded c0 t0 service 0",
        "0 departed t0 service 0",
    ]
