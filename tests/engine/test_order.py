"""Who goes first: in line, in one second, at a gate and on a train."""

import pytest
from golden_worlds import GATE, HANDLE, RUN
from worlds import PlanBuilder, line, run, timetable, told

from sim.engine import ENGINES

each_engine = pytest.mark.parametrize("engine", ENGINES)


@each_engine
def test_an_express_box_boards_before_an_earlier_ordinary_one(engine: str) -> None:
    b = PlanBuilder(period_s=60)
    shuttle = b.fleet(home=1, return_after_s=0, returns_s=[30] * 3)
    b.options(b.chain(line(b, fleet=shuttle)))
    b.consignment(0)
    b.consignment(5)
    b.consignment(6, express=True)
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
        "40 returned fleet 0: 30 s running",
        "40 waited c2 service 0: 34 s vehicle",
        "40 boarded c2 t1 service 0",
        "40 departed t1 service 0",
        "50 arrived t1 leg 0: 10 s running",
        "50 unloaded c2 t1 service 0",
        "50 delivered c2 chain 0",
        "50 freed t1 fleet 0",
    ]


@each_engine
def test_an_express_train_passes_a_busy_gate_before_earlier_ordinary_ones(engine: str) -> None:
    b = PlanBuilder(period_s=35)
    gate, leg = b.gate(10), b.leg()
    b.options(b.chain(b.service((GATE, gate), (RUN, leg, 40))))
    b.options(b.chain(b.service((GATE, gate), (RUN, leg, 40), express=True)))
    for release_s in (0, 1, 2):
        b.consignment(release_s)
    b.consignment(3, options=1)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "0 boarded c0 t0 service 0",
        "0 departed t0 service 0",
        "0 passed t0 gate 0",
        "1 released c1 chain 0",
        "1 boarded c1 t1 service 0",
        "1 departed t1 service 0",
        "2 released c2 chain 0",
        "2 boarded c2 t2 service 0",
        "2 departed t2 service 0",
        "3 released c3 chain 1",
        "3 boarded c3 t20 service 1",
        "3 departed t20 service 1",
        "10 waited t20 gate 0: 7 s path",
        "10 passed t20 gate 0",
        "20 waited t1 gate 0: 19 s path",
        "20 passed t1 gate 0",
        "30 waited t2 gate 0: 28 s path",
        "30 passed t2 gate 0",
    ]


@each_engine
def test_an_express_train_is_handled_next_but_interrupts_nobody(engine: str) -> None:
    b = PlanBuilder(period_s=40)
    border, leg = b.station(1), b.leg()
    b.options(b.chain(b.service((HANDLE, border, 10), (RUN, leg, 50))))
    b.options(b.chain(b.service((HANDLE, border, 10), (RUN, leg, 50), express=True)))
    b.consignment(0)
    b.consignment(1)
    b.consignment(2, options=1)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "0 boarded c0 t0 service 0",
        "0 departed t0 service 0",
        "0 started t0 station 0",
        "1 released c1 chain 0",
        "1 boarded c1 t1 service 0",
        "1 departed t1 service 0",
        "2 released c2 chain 1",
        "2 boarded c2 t20 service 1",
        "2 departed t20 service 1",
        "10 finished t0 station 0: 10 s customs",
        "10 waited t20 station 0: 8 s crane",
        "10 started t20 station 0",
        "20 finished t20 station 0: 10 s customs",
        "20 waited t1 station 0: 19 s crane",
        "20 started t1 station 0",
        "30 finished t1 station 0: 10 s customs",
    ]


@each_engine
def test_in_one_second_a_train_arrives_then_boxes_are_released_then_the_timetable_is_due(engine: str) -> None:
    b = PlanBuilder()
    onward = line(b, rule=timetable(20), capacity=2)
    feeder = line(b, 20)
    b.options(b.chain(feeder, onward))
    b.options(b.chain(onward))
    b.consignment(0)
    b.consignment(20, options=1)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "0 boarded c0 t1 service 1",
        "0 departed t1 service 1",
        "20 arrived t1 leg 1: 20 s running",
        "20 unloaded c0 t1 service 1",
        "20 released c1 chain 1",
        "20 boarded c0 t0 service 0",
        "20 boarded c1 t0 service 0",
        "20 departed t0 service 0",
        "30 arrived t0 leg 0: 10 s running",
        "30 unloaded c0 t0 service 0",
        "30 delivered c0 chain 0",
        "30 unloaded c1 t0 service 0",
        "30 delivered c1 chain 1",
    ]


@each_engine
def test_trips_that_depart_in_one_second_set_off_by_number(engine: str) -> None:
    b = PlanBuilder(period_s=10)
    gate, leg = b.gate(3), b.leg()
    first, second = (b.service((GATE, gate), (RUN, leg, 50)) for _ in range(2))
    b.options(b.chain(second))
    b.options(b.chain(first))
    b.consignment(0, options=0)
    b.consignment(0, options=1)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "0 boarded c0 t20 service 1",
        "0 departed t20 service 1",
        "0 released c1 chain 1",
        "0 boarded c1 t0 service 0",
        "0 departed t0 service 0",
        "0 passed t0 gate 0",
        "3 waited t20 gate 0: 3 s path",
        "3 passed t20 gate 0",
    ]
