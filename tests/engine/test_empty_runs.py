"""Empty runs: when a vehicle goes home or is called to the other end."""

import pytest
from worlds import PlanBuilder, held, line, run, told

from sim.engine import ENGINES

each_engine = pytest.mark.parametrize("engine", ENGINES)


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
