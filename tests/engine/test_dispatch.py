"""When trains leave, and with what, as short stories: a tiny world, and everything that happens in it.

Seconds are small for ease of reading.
"""

import pytest
from golden_worlds import GATE, HANDLE, RUN
from worlds import FULL, PlanBuilder, held, line, run, timetable, told

from sim.contract import Cause
from sim.engine import ENGINES

each_engine = pytest.mark.parametrize("engine", ENGINES)


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
