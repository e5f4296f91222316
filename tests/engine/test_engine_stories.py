"""The engine as short stories: a tiny world, and everything that happens in it. Seconds are small for ease of reading."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from golden_worlds import BREST, CHECK, GATE, GOLDEN, HANDLE, RUN, as_csv, golden
from worlds import FULL, PlanBuilder, held, run, timetable, told

from sim.contract import Cause, EventLog, ints
from sim.engine import ENGINES, simulate
from sim.errors import EngineError, PlanError

each_engine = pytest.mark.parametrize("engine", ENGINES)


def line(b: PlanBuilder, run_s: int = 10, **service: object) -> int:
    """A service over one leg."""
    return b.service((RUN, b.leg(), run_s), **service)


# --- dispatch --------------------------------------------------------------------------------------------------------


@each_engine
def test_a_two_leg_line_by_hand(engine: str) -> None:
    b = PlanBuilder()
    to_border = b.service((RUN, b.leg(), 10), (HANDLE, b.station(1, cause=Cause.GAUGE_CHANGE), 4), capacity=2)
    beyond = b.service((GATE, b.gate(5)), (RUN, b.leg(), 20))
    b.options(b.chain(to_border, beyond))
    b.consignment(0)
    b.consignment(3)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "3 released c1 chain 0",
        "3 waited c0 service 0: 3 s load",
        "3 boarded c0 t0 service 0",
        "3 boarded c1 t0 service 0",
        "3 departed t0 service 0",
        "13 arrived t0 leg 0: 10 s running",
        "13 started t0 station 0",
        "17 finished t0 station 0: 4 s gauge change",
        "17 unloaded c0 t0 service 0",
        "17 unloaded c1 t0 service 0",
        "17 boarded c0 t20 service 1",
        "17 departed t20 service 1",
        "17 boarded c1 t21 service 1",
        "17 departed t21 service 1",
        "17 passed t20 gate 0",
        "22 waited t21 gate 0: 5 s path",
        "22 passed t21 gate 0",
        "37 arrived t20 leg 1: 20 s running",
        "37 unloaded c0 t20 service 1",
        "37 delivered c0 chain 0",
        "42 arrived t21 leg 1: 20 s running",
        "42 unloaded c1 t21 service 1",
        "42 delivered c1 chain 0",
    ]


@each_engine
def test_a_train_leaves_when_full_and_only_then(engine: str) -> None:
    b = PlanBuilder()
    b.options(b.chain(line(b, capacity=2)))
    for release_s in (0, 5, 6):
        b.consignment(release_s)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "5 released c1 chain 0",
        "5 waited c0 service 0: 5 s load",
        "5 boarded c0 t0 service 0",
        "5 boarded c1 t0 service 0",
        "5 departed t0 service 0",
        "6 released c2 chain 0",
        "15 arrived t0 leg 0: 10 s running",
        "15 unloaded c0 t0 service 0",
        "15 delivered c0 chain 0",
        "15 unloaded c1 t0 service 0",
        "15 delivered c1 chain 0",
    ]


@each_engine
def test_a_box_too_large_for_the_room_left_lets_the_train_leave(engine: str) -> None:
    b = PlanBuilder(period_s=12)
    b.options(b.chain(line(b, capacity=5)))
    b.consignment(0, size=2)
    b.consignment(4, size=4)
    b.consignment(5, size=1)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "4 released c1 chain 0",
        "4 waited c0 service 0: 4 s load",
        "4 boarded c0 t0 service 0",
        "4 departed t0 service 0",
        "5 released c2 chain 0",
        "5 waited c1 service 0: 1 s load",
        "5 boarded c1 t1 service 0",
        "5 boarded c2 t1 service 0",
        "5 departed t1 service 0",
    ]


@each_engine
def test_a_whole_train_that_comes_once_does_not_make_the_trains_of_others_leave_half_empty(
    engine: str,
) -> None:
    """Boxes of 28 TEU and, once, a block of 84 on trains of 110: three boxes, the block with nothing else, three boxes."""
    b = PlanBuilder(period_s=80)
    b.options(b.chain(line(b, 90, capacity=110, full=83)))
    for at_s, size in ((0, 28), (5, 28), (10, 28), (20, 28), (25, 84), (30, 28), (35, 28), (40, 28)):
        b.consignment(at_s, size=size)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "5 released c1 chain 0",
        "10 released c2 chain 0",
        "10 waited c0 service 0: 10 s load",
        "10 boarded c0 t0 service 0",
        "10 waited c1 service 0: 5 s load",
        "10 boarded c1 t0 service 0",
        "10 boarded c2 t0 service 0",
        "10 departed t0 service 0",
        "20 released c3 chain 0",
        "25 released c4 chain 0",
        "25 waited c3 service 0: 5 s load",
        "25 boarded c3 t1 service 0",
        "25 departed t1 service 0",
        "25 boarded c4 t2 service 0",
        "25 departed t2 service 0",
        "30 released c5 chain 0",
        "35 released c6 chain 0",
        "40 released c7 chain 0",
        "40 waited c5 service 0: 10 s load",
        "40 boarded c5 t3 service 0",
        "40 waited c6 service 0: 5 s load",
        "40 boarded c6 t3 service 0",
        "40 boarded c7 t3 service 0",
        "40 departed t3 service 0",
    ]


@each_engine
def test_a_late_express_box_fills_the_train_and_an_ordinary_one_stays_behind(engine: str) -> None:
    b = PlanBuilder(period_s=40)
    b.options(b.chain(line(b, 50, capacity=5, full=4)))
    b.consignment(0, size=2)
    b.consignment(1, size=2)
    b.consignment(2, size=3)
    b.consignment(9, size=3, express=True)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "1 released c1 chain 0",
        "1 waited c0 service 0: 1 s load",
        "1 boarded c0 t0 service 0",
        "1 boarded c1 t0 service 0",
        "1 departed t0 service 0",
        "2 released c2 chain 0",
        "9 released c3 chain 0",
        "9 boarded c3 t1 service 0",
        "9 departed t1 service 0",
    ]


@each_engine
def test_a_held_train_leaves_at_the_end_of_the_hold_with_enough_load(engine: str) -> None:
    b = PlanBuilder()
    b.options(b.chain(line(b, capacity=4, rule=held(20, least_teu=2))))
    b.consignment(0)
    b.consignment(5)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "5 released c1 chain 0",
        "20 waited c0 service 0: 20 s load",
        "20 boarded c0 t0 service 0",
        "20 waited c1 service 0: 15 s load",
        "20 boarded c1 t0 service 0",
        "20 departed t0 service 0",
        "30 arrived t0 leg 0: 10 s running",
        "30 unloaded c0 t0 service 0",
        "30 delivered c0 chain 0",
        "30 unloaded c1 t0 service 0",
        "30 delivered c1 chain 0",
    ]


@each_engine
def test_a_train_held_long_enough_leaves_as_soon_as_the_load_is_enough(engine: str) -> None:
    b = PlanBuilder()
    b.options(b.chain(line(b, capacity=4, rule=held(20, least_teu=2))))
    b.consignment(0)
    b.consignment(50)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "50 released c1 chain 0",
        "50 waited c0 service 0: 50 s load",
        "50 boarded c0 t0 service 0",
        "50 boarded c1 t0 service 0",
        "50 departed t0 service 0",
        "60 arrived t0 leg 0: 10 s running",
        "60 unloaded c0 t0 service 0",
        "60 delivered c0 chain 0",
        "60 unloaded c1 t0 service 0",
        "60 delivered c1 chain 0",
    ]


@each_engine
def test_a_held_train_that_is_full_does_not_wait(engine: str) -> None:
    b = PlanBuilder()
    b.options(b.chain(line(b, capacity=2, rule=held(20))))
    b.consignment(0)
    b.consignment(5)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "5 released c1 chain 0",
        "5 waited c0 service 0: 5 s load",
        "5 boarded c0 t0 service 0",
        "5 boarded c1 t0 service 0",
        "5 departed t0 service 0",
        "15 arrived t0 leg 0: 10 s running",
        "15 unloaded c0 t0 service 0",
        "15 delivered c0 chain 0",
        "15 unloaded c1 t0 service 0",
        "15 delivered c1 chain 0",
    ]


@each_engine
def test_a_timetabled_departure_lapses_without_load(engine: str) -> None:
    b = PlanBuilder()
    b.options(b.chain(line(b, capacity=3, rule=timetable(0, 10, 20, 30, least_teu=2))))
    for release_s in (0, 5, 25):
        b.consignment(release_s)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "0 lapsed service 0: load",
        "5 released c1 chain 0",
        "10 waited c0 service 0: 10 s load",
        "10 boarded c0 t0 service 0",
        "10 waited c1 service 0: 5 s load",
        "10 boarded c1 t0 service 0",
        "10 departed t0 service 0",
        "20 arrived t0 leg 0: 10 s running",
        "20 unloaded c0 t0 service 0",
        "20 delivered c0 chain 0",
        "20 unloaded c1 t0 service 0",
        "20 delivered c1 chain 0",
        "20 lapsed service 0: load",
        "25 released c2 chain 0",
        "30 lapsed service 0: load",
    ]


@each_engine
def test_a_timetabled_departure_waits_for_a_vehicle_until_the_next_one_is_due(engine: str) -> None:
    b = PlanBuilder()
    ferry = b.fleet(home=1)
    b.options(b.chain(line(b, 24, rule=timetable(10, 20, 30, 50, least_teu=1), fleet=ferry, capacity=2)))
    b.options(b.chain(line(b, 12, rule=FULL, fleet=ferry, end=1)))
    b.consignment(0)
    b.consignment(2, options=1)
    b.consignment(11)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "2 released c1 chain 1",
        "10 waited c0 service 0: 10 s load",
        "10 boarded c0 t0 service 0",
        "10 departed t0 service 0",
        "11 released c2 chain 0",
        "30 lapsed service 0: vehicle",
        "34 arrived t0 leg 0: 24 s running",
        "34 unloaded c0 t0 service 0",
        "34 delivered c0 chain 0",
        "34 freed t0 fleet 0",
        "34 waited c1 service 1: 32 s vehicle",
        "34 boarded c1 t4 service 1",
        "34 departed t4 service 1",
        "46 arrived t4 leg 1: 12 s running",
        "46 unloaded c1 t4 service 1",
        "46 delivered c1 chain 1",
        "46 freed t4 fleet 0",
        "46 waited c2 service 0: 35 s vehicle",
        "46 boarded c2 t1 service 0",
        "46 departed t1 service 0",
        "50 lapsed service 0: load",
        "70 arrived t1 leg 0: 24 s running",
        "70 unloaded c2 t1 service 0",
        "70 delivered c2 chain 0",
        "70 freed t1 fleet 0",
    ]


@each_engine
def test_a_ship_kept_in_port_by_weather_leaves_when_it_opens(engine: str) -> None:
    b = PlanBuilder()
    sea = b.leg(cause=Cause.SAILING)
    b.options(
        b.chain(
            b.service(
                (RUN, sea, 10),
                capacity=3,
                rule=timetable(10, 50),
                calendar=[(8, 0), (33, 1000)],
                shut=Cause.WEATHER,
            )
        )
    )
    b.consignment(4)
    b.consignment(12)
    assert told(run(b.plan(), engine)) == [
        "4 released c0 chain 0",
        "12 released c1 chain 0",
        "33 waited c0 service 0: 4 s load",
        "33 waited c0 service 0: 25 s weather",
        "33 boarded c0 t0 service 0",
        "33 waited c1 service 0: 21 s weather",
        "33 boarded c1 t0 service 0",
        "33 departed t0 service 0",
        "43 arrived t0 leg 0: 10 s sailing",
        "43 unloaded c0 t0 service 0",
        "43 delivered c0 chain 0",
        "43 unloaded c1 t0 service 0",
        "43 delivered c1 chain 0",
        "50 departed t1 service 0",
        "60 arrived t1 leg 0: 10 s sailing",
    ]


# --- order -----------------------------------------------------------------------------------------------------------


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


# --- closures --------------------------------------------------------------------------------------------------------


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


# --- vehicles --------------------------------------------------------------------------------------------------------


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


# --- empty runs ------------------------------------------------------------------------------------------------------


@each_engine
def test_freight_that_has_waited_long_enough_calls_an_empty_vehicle_from_the_other_end(engine: str) -> None:
    """A ferry at home, and freight on the far shore only."""
    b = PlanBuilder(period_s=200)
    ferry = b.fleet(home=1, call_after_s=20, returns_s=[30, 40])
    b.options(b.chain(line(b, fleet=ferry, end=1, capacity=2, call=2, rule=held(0, 2))))
    b.consignment(0)
    b.consignment(5)
    b.consignment(70)
    b.consignment(75)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "5 released c1 chain 0",
        "20 called service 0",
        "50 returned service 0: 30 s running",
        "50 waited c0 service 0: 50 s vehicle",
        "50 boarded c0 t0 service 0",
        "50 waited c1 service 0: 45 s vehicle",
        "50 boarded c1 t0 service 0",
        "50 departed t0 service 0",
        "60 arrived t0 leg 0: 10 s running",
        "60 unloaded c0 t0 service 0",
        "60 delivered c0 chain 0",
        "60 unloaded c1 t0 service 0",
        "60 delivered c1 chain 0",
        "60 freed t0 fleet 0",
        "70 released c2 chain 0",
        "75 released c3 chain 0",
        "90 called service 0",
        "130 returned service 0: 40 s running",
        "130 waited c2 service 0: 60 s vehicle",
        "130 boarded c2 t1 service 0",
        "130 waited c3 service 0: 55 s vehicle",
        "130 boarded c3 t1 service 0",
        "130 departed t1 service 0",
        "140 arrived t1 leg 0: 10 s running",
        "140 unloaded c2 t1 service 0",
        "140 delivered c2 chain 0",
        "140 unloaded c3 t1 service 0",
        "140 delivered c3 chain 0",
        "140 freed t1 fleet 0",
    ]


@each_engine
def test_too_little_freight_calls_nobody_and_each_load_one_vehicle(engine: str) -> None:
    b = PlanBuilder(period_s=60)
    sets = b.fleet(home=3, call_after_s=10, returns_s=[50] * 3)
    b.options(b.chain(line(b, fleet=sets, end=1, capacity=3, full=3, call=2)))
    b.consignment(0)
    b.consignment(15)
    b.consignment(20)
    b.consignment(25)
    b.consignment(30)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "15 released c1 chain 0",
        "15 called service 0",
        "20 released c2 chain 0",
        "25 released c3 chain 0",
        "30 released c4 chain 0",
        "30 called service 0",
    ]


@each_engine
def test_a_vehicle_that_its_own_end_needs_is_not_sent_away_and_one_that_is_not_needed_is(engine: str) -> None:
    """One vehicle at home, held for 40 s with a full call's worth of load; freight on the far side calls from second 5 on."""
    b = PlanBuilder(period_s=100)
    sets = b.fleet(home=1, call_after_s=5, returns_s=[8] * 3)
    b.options(b.chain(line(b, fleet=sets, capacity=4, call=2, rule=held(40, 2))))
    b.options(b.chain(line(b, fleet=sets, end=1, capacity=4, call=1, rule=held(0))))
    b.consignment(0, size=2)
    b.consignment(0, options=1)
    b.consignment(52)
    b.consignment(60, options=1)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "0 released c1 chain 1",
        "40 waited c0 service 0: 40 s load",
        "40 boarded c0 t0 service 0",
        "40 departed t0 service 0",
        "50 arrived t0 leg 0: 10 s running",
        "50 unloaded c0 t0 service 0",
        "50 delivered c0 chain 0",
        "50 freed t0 fleet 0",
        "50 waited c1 service 1: 50 s vehicle",
        "50 boarded c1 t20 service 1",
        "50 departed t20 service 1",
        "52 released c2 chain 0",
        "60 arrived t20 leg 1: 10 s running",
        "60 unloaded c1 t20 service 1",
        "60 delivered c1 chain 1",
        "60 freed t20 fleet 0",
        "60 released c3 chain 1",
        # At home one TEU waits where two are needed: the vehicle goes to the load that is enough.
        "65 called service 1",
        "73 returned service 1: 8 s running",
        "73 waited c3 service 1: 13 s vehicle",
        "73 boarded c3 t21 service 1",
        "73 departed t21 service 1",
        "83 arrived t21 leg 1: 10 s running",
        "83 unloaded c3 t21 service 1",
        "83 delivered c3 chain 1",
        "83 freed t21 fleet 0",
    ]


@each_engine
def test_an_idle_vehicle_does_not_go_home_while_a_load_for_it_is_held(engine: str) -> None:
    b = PlanBuilder(period_s=100)
    sets = b.fleet(home=1, return_after_s=5, returns_s=[20])
    b.options(b.chain(line(b, fleet=sets)))
    b.options(b.chain(line(b, fleet=sets, end=1, capacity=2, call=1, rule=held(30))))
    b.consignment(0)
    b.consignment(12, options=1)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "0 boarded c0 t0 service 0",
        "0 departed t0 service 0",
        "10 arrived t0 leg 0: 10 s running",
        "10 unloaded c0 t0 service 0",
        "10 delivered c0 chain 0",
        "10 freed t0 fleet 0",
        "12 released c1 chain 1",
        "42 waited c1 service 1: 30 s load",
        "42 boarded c1 t20 service 1",
        "42 departed t20 service 1",
        "52 arrived t20 leg 1: 10 s running",
        "52 unloaded c1 t20 service 1",
        "52 delivered c1 chain 1",
        "52 freed t20 fleet 0",
    ]


@each_engine
def test_an_empty_run_that_takes_no_time_is_over_in_the_second_in_which_it_begins(engine: str) -> None:
    b = PlanBuilder(period_s=60)
    sets = b.fleet(home=1, return_after_s=0, returns_s=[0] * 3)
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
        "10 returned fleet 0: running",
        "10 waited c1 service 0: 5 s vehicle",
        "10 boarded c1 t1 service 0",
        "10 departed t1 service 0",
        "20 arrived t1 leg 0: 10 s running",
        "20 unloaded c1 t1 service 0",
        "20 delivered c1 chain 0",
        "20 freed t1 fleet 0",
        "20 returned fleet 0: running",
    ]


@each_engine
def test_draws_of_empty_runs_are_used_again_and_never_by_two_at_once(engine: str) -> None:
    b = PlanBuilder(period_s=80)
    sets = b.fleet(home=2, return_after_s=0, returns_s=[25, 3])
    b.options(b.chain(line(b, 5, fleet=sets)))
    for at_s in (0, 1, 12, 22, 40):
        b.consignment(at_s)
    # The second draw serves runs 2, 3 and 4 while the first is on its way.
    returned = [row for row in told(run(b.plan(), engine)) if "returned" in row]
    assert returned == [
        "9 returned fleet 0: 3 s running",
        "20 returned fleet 0: 3 s running",
        "30 returned fleet 0: 25 s running",
        "30 returned fleet 0: 3 s running",
        "70 returned fleet 0: 25 s running",
    ]


# --- policies --------------------------------------------------------------------------------------------------------


@each_engine
def test_a_barred_consignment_takes_its_fallback_and_without_one_is_refused_with_its_policy(
    engine: str,
) -> None:
    b = PlanBuilder()
    by_rail, by_sea = b.chain(line(b)), b.chain(line(b, 50))
    barred = b.calendar([(10, 0)], Cause.POLICY, policy=4)
    b.options((by_rail, barred), by_sea)
    b.options((by_rail, barred))
    b.consignment(9)
    b.consignment(10)
    b.consignment(11, options=1)
    assert told(run(b.plan(), engine)) == [
        "9 released c0 chain 0",
        "9 boarded c0 t0 service 0",
        "9 departed t0 service 0",
        "10 barred c1 chain 0 (policy 4)",
        "10 released c1 chain 1",
        "10 boarded c1 t20 service 1",
        "10 departed t20 service 1",
        "11 barred c2 chain 0 (policy 4)",
        "11 refused c2 (policy 4)",
        "19 arrived t0 leg 0: 10 s running",
        "19 unloaded c0 t0 service 0",
        "19 delivered c0 chain 0",
        "60 arrived t20 leg 1: 50 s running",
        "60 unloaded c1 t20 service 1",
        "60 delivered c1 chain 1",
    ]


@each_engine
def test_a_licence_delays_a_consignment_at_its_origin(engine: str) -> None:
    b = PlanBuilder()
    b.options(b.chain(line(b)))
    b.consignment(3, acts=[(-1, 20, 2), (-1, 5, 1)])
    b.consignment(4)
    assert told(run(b.plan(), engine)) == [
        "3 released c0 chain 0",
        "4 released c1 chain 0",
        "4 boarded c1 t0 service 0",
        "4 departed t0 service 0",
        "14 arrived t0 leg 0: 10 s running",
        "14 unloaded c1 t0 service 0",
        "14 delivered c1 chain 0",
        "28 cleared c0: 20 s policy (policy 2)",
        "28 cleared c0: 5 s policy (policy 1)",
        "28 boarded c0 t1 service 0",
        "28 departed t1 service 0",
        "38 arrived t1 leg 0: 10 s running",
        "38 unloaded c0 t1 service 0",
        "38 delivered c0 chain 0",
    ]


@each_engine
def test_a_detained_box_joins_a_later_train_with_room(engine: str) -> None:
    b = PlanBuilder()
    b.options(b.chain(b.service((RUN, b.leg(), 10), (CHECK, BREST), (RUN, b.leg(), 10), capacity=2)))
    b.consignment(0, acts=[(BREST, 30, 3)])
    b.consignment(0)
    b.consignment(20)
    b.consignment(21)
    b.consignment(50)
    b.consignment(50, acts=[(BREST, 5, 3)])
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "0 released c1 chain 0",
        "0 boarded c0 t0 service 0",
        "0 boarded c1 t0 service 0",
        "0 departed t0 service 0",
        "10 arrived t0 leg 0: 10 s running",
        "10 set out c0 t0 facility 7",
        "20 arrived t0 leg 1: 10 s running",
        "20 unloaded c1 t0 service 0",
        "20 delivered c1 chain 0",
        "20 released c2 chain 0",
        "21 released c3 chain 0",
        "21 waited c2 service 0: 1 s load",
        "21 boarded c2 t1 service 0",
        "21 boarded c3 t1 service 0",
        "21 departed t1 service 0",
        "31 arrived t1 leg 0: 10 s running",
        "40 cleared c0 facility 7: 30 s policy (policy 3)",
        "41 arrived t1 leg 1: 10 s running",
        "41 unloaded c2 t1 service 0",
        "41 delivered c2 chain 0",
        "41 unloaded c3 t1 service 0",
        "41 delivered c3 chain 0",
        "50 released c4 chain 0",
        "50 released c5 chain 0",
        "50 boarded c4 t2 service 0",
        "50 boarded c5 t2 service 0",
        "50 departed t2 service 0",
        "60 arrived t2 leg 0: 10 s running",
        "60 set out c5 t2 facility 7",
        "60 waited c0 facility 7: 20 s vehicle",
        "60 attached c0 t2 facility 7",
        "65 cleared c5 facility 7: 5 s policy (policy 3)",
        "70 arrived t2 leg 1: 10 s running",
        "70 unloaded c4 t2 service 0",
        "70 delivered c4 chain 0",
        "70 unloaded c0 t2 service 0",
        "70 delivered c0 chain 0",
    ]


@each_engine
def test_spare_room_lets_an_inspected_box_join_a_full_train(engine: str) -> None:
    b = PlanBuilder()
    b.options(b.chain(b.service((RUN, b.leg(), 10), (CHECK, BREST), (RUN, b.leg(), 10), spare=1)))
    b.consignment(0, acts=[(BREST, 5, 3)])
    b.consignment(6)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "0 boarded c0 t0 service 0",
        "0 departed t0 service 0",
        "6 released c1 chain 0",
        "6 boarded c1 t1 service 0",
        "6 departed t1 service 0",
        "10 arrived t0 leg 0: 10 s running",
        "10 set out c0 t0 facility 7",
        "15 cleared c0 facility 7: 5 s policy (policy 3)",
        "16 arrived t1 leg 0: 10 s running",
        "16 waited c0 facility 7: 1 s vehicle",
        "16 attached c0 t1 facility 7",
        "20 arrived t0 leg 1: 10 s running",
        "26 arrived t1 leg 1: 10 s running",
        "26 unloaded c1 t1 service 0",
        "26 delivered c1 chain 0",
        "26 unloaded c0 t1 service 0",
        "26 delivered c0 chain 0",
    ]


@each_engine
def test_an_inspection_binds_trains_that_pass_while_it_is_in_force(engine: str) -> None:
    b = PlanBuilder()
    b.options(b.chain(b.service((RUN, b.leg(), 10), (CHECK, BREST), (RUN, b.leg(), 10))))
    b.consignment(0, acts=[(BREST, 5, 3, 11, 20)])
    b.consignment(1, acts=[(BREST, 5, 3, 11, 20)])
    b.consignment(10, acts=[(BREST, 5, 3, 11, 20)])
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "0 boarded c0 t0 service 0",
        "0 departed t0 service 0",
        "1 released c1 chain 0",
        "1 boarded c1 t1 service 0",
        "1 departed t1 service 0",
        "10 arrived t0 leg 0: 10 s running",
        "10 released c2 chain 0",
        "10 boarded c2 t2 service 0",
        "10 departed t2 service 0",
        "11 arrived t1 leg 0: 10 s running",
        "11 set out c1 t1 facility 7",
        "16 cleared c1 facility 7: 5 s policy (policy 3)",
        "20 arrived t0 leg 1: 10 s running",
        "20 unloaded c0 t0 service 0",
        "20 delivered c0 chain 0",
        "20 arrived t2 leg 0: 10 s running",
        "21 arrived t1 leg 1: 10 s running",
        "30 arrived t2 leg 1: 10 s running",
        "30 unloaded c2 t2 service 0",
        "30 delivered c2 chain 0",
    ]


# --- what goes wrong -------------------------------------------------------------------------------------------------


@each_engine
def test_a_trip_without_draws_names_seed_replication_second_and_service(engine: str) -> None:
    b = PlanBuilder(seed=8, replication=3)
    b.options(b.chain(line(b, trips=1)))
    b.consignment(0)
    b.consignment(7)
    with pytest.raises(
        EngineError, match="seed 8, replication 3, second 7: service 0 has no draws for trip 1"
    ):
        simulate(b.plan(), engine=engine)


@each_engine
def test_an_empty_run_without_draws_names_its_fleet(engine: str) -> None:
    b = PlanBuilder(seed=8, replication=3)
    b.options(b.chain(line(b, fleet=b.fleet(home=1, return_after_s=5))))
    b.consignment(0)
    with pytest.raises(
        EngineError, match="seed 8, replication 3, second 15: fleet 0 has no draws for empty run 0"
    ):
        simulate(b.plan(), engine=engine)


def test_a_consignment_too_large_for_a_service_is_refused_before_the_run() -> None:
    b = PlanBuilder()
    b.options(b.chain(line(b, capacity=3)))
    b.consignment(0, size=4)
    with pytest.raises(PlanError, match="service 0 cannot load a consignment of 4 TEU"):
        b.plan()


def test_a_service_called_full_with_room_for_a_consignment_that_may_come_is_refused_before_the_run() -> None:
    b = PlanBuilder()
    b.options(b.chain(line(b, capacity=110, full=27)))
    b.consignment(0, size=28)
    b.consignment(9, size=84)
    with pytest.raises(
        PlanError,
        match="service 0 is called full at 27 TEU, when a consignment of 28 TEU still fits",
    ):
        b.plan()


def test_a_plan_that_contradicts_itself_is_refused_with_every_reason() -> None:
    b = PlanBuilder()
    b.options(b.chain(line(b)))
    b.services[0] |= {"fleet": 3, "fleet_end": 2}
    with pytest.raises(PlanError, match="fleet must lie in -1 to -1") as refused:
        b.plan()
    assert "fleet_end must be 0 or 1" in str(refused.value)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"period_s": 2**31}, "a log takes at most 2,147,483,647 seconds, got 2,147,483,648"),
        ({"step_place": [32_767]}, "a log takes at most 32,767 places of one kind, got 32,768"),
        ({"calendar_policy": [32_767]}, "a log takes at most 32,767 policies, got 32,768"),
    ],
)
def test_a_plan_that_a_row_of_the_log_could_not_tell_is_refused(columns: dict[str, Any], words: str) -> None:
    b = PlanBuilder()
    b.options(b.chain(line(b)))
    plan = b.plan()
    wide = {
        name: value if isinstance(value, int) else ints(value * len(getattr(plan, name)))
        for name, value in columns.items()
    }
    with pytest.raises(PlanError, match=words):
        replace(plan, **wide).check()


def test_numbers_at_the_edge_of_a_row_come_back_as_they_went_in() -> None:
    most = (2**31 - 1, 127, 2**31 - 1, 2**31 - 1, 127, 32_767, 32_767, 2**31 - 1, 32_767)
    log = EventLog.of([most, (0, 0, -1, -1, 0, -1, -1, 0, -1)])
    assert log.rows.tolist() == [most, (0, 0, -1, -1, 0, -1, -1, 0, -1)]
    assert log.rows.nbytes == 2 * 24
    assert log.column("span_s").dtype == np.int64
    with pytest.raises(OverflowError):
        EventLog.of([(2**31, 0, -1, -1, 0, -1, -1, 0, -1)])


# --- golden logs -----------------------------------------------------------------------------------------------------


@each_engine
@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_log_is_told_again(name: str, engine: str) -> None:
    expected = golden(name).read_text(encoding="utf-8").splitlines()
    found = as_csv(run(GOLDEN[name](), engine)).splitlines()
    assert found == expected, "if the change is meant: python tests/golden_worlds.py, and read the difference"
