"""What policies do to trains and boxes in the engine: inspected, set out, delayed, barred."""

import pytest
from golden_worlds import BREST, CHECK, RUN
from worlds import PlanBuilder, line, run, told

from sim.contract import Cause
from sim.engine import ENGINES

each_engine = pytest.mark.parametrize("engine", ENGINES)


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
