"""Shippers who choose: what they know, what they weigh, and when they think again. Money in these worlds is cents an FEU."""

import pytest
from choosing_worlds import A_CENT_A_SECOND, GATE, RUN, THERE, chosen, road
from worlds import PlanBuilder, run, timetable, told

from sim.contract import NEVER, Cause
from sim.contract.choice import closure_s, whole_root
from sim.engine import ENGINES

each_engine = pytest.mark.parametrize("engine", ENGINES)


@each_engine
def test_a_consignment_takes_the_open_chain_of_least_price_time_and_taste(engine: str) -> None:
    b = PlanBuilder(bulletin_s=1_000)
    dear, slow = b.chain(road(b, 10, price=100)), b.chain(road(b, 100, price=20))
    b.options(dear, slow, day_cents=A_CENT_A_SECOND)
    b.consignment(0)  # 100 + 10 against 20 + 100
    b.consignment(0, tastes=[0, -11])
    b.consignment(0, tastes=[0, -10])  # a tie: the first in the list
    assert chosen(b.plan(), engine) == [
        "0 released c0 chain 0",
        "0 released c1 chain 1",
        "0 released c2 chain 0",
    ]


@each_engine
def test_prices_and_what_an_option_costs_beside_change_over_time(engine: str) -> None:
    b = PlanBuilder(bulletin_s=1_000)
    one = b.service((RUN, b.leg(), 10), price=[(0, 5), (100, 50)], mean_s=10)
    other = road(b, 10, price=20)
    fee = b.calendar([(0, 0), (200, 40)])
    b.options(b.chain(one), (b.chain(other), 0, fee), day_cents=A_CENT_A_SECOND)
    for at_s in (99, 100, 200):
        b.consignment(at_s)
    assert chosen(b.plan(), engine) == [
        "99 released c0 chain 0",
        "100 released c1 chain 1",
        "200 released c2 chain 0",
    ]


def a_gate_and_a_detour(lag_s: int = 0) -> PlanBuilder:
    """Two chains: over a gate with a headway of 100 s, and one that takes 45 s longer. A bulletin every 200 s."""
    b = PlanBuilder(bulletin_s=200, lag_s=lag_s)
    g = b.gate(100)
    over = b.service((GATE, g), (RUN, b.leg(), 10), mean_s=10)
    b.options(b.chain(over), b.chain(road(b, 55)), day_cents=A_CENT_A_SECOND)
    return b


@each_engine
def test_a_queue_is_known_from_the_next_bulletin_on_and_no_sooner(engine: str) -> None:
    b = a_gate_and_a_detour()
    for at_s in (0, 0, 0, 199, 200, 399, 400, 599, 600):
        b.consignment(at_s)
    # Until 200 nobody knows that the second waits 100 s, and the third longer. The bulletin of 200 tells of 0 and 100 s:
    # 50 s on the mean are more than the detour. That of 400 tells of 200 and 101 s, that of 600 of nobody.
    assert chosen(b.plan(), engine) == [
        "0 released c0 chain 0",
        "0 released c1 chain 0",
        "0 released c2 chain 0",
        "199 released c3 chain 0",
        "200 released c4 chain 1",
        "399 released c5 chain 1",
        "400 released c6 chain 1",
        "599 released c7 chain 1",
        "600 released c8 chain 0",
    ]


@each_engine
def test_a_bulletin_is_known_after_the_lag(engine: str) -> None:
    b = a_gate_and_a_detour(lag_s=30)
    for at_s in (0, 0, 0, 199, 229, 230):
        b.consignment(at_s)
    assert chosen(b.plan(), engine)[-2:] == ["229 released c4 chain 0", "230 released c5 chain 1"]


@each_engine
def test_a_spread_of_waits_is_weighed_where_reliability_has_a_value(engine: str) -> None:
    def last_chain(spread_cents: int) -> str:
        b = PlanBuilder(period_s=10_000, bulletin_s=2_000)
        over = b.service((GATE, b.gate(600)), (RUN, b.leg(), 10), mean_s=10)
        b.options(b.chain(over), b.chain(road(b, 500)), day_cents=A_CENT_A_SECOND, spread_cents=spread_cents)
        for at_s in (0, 0, 2_000):
            b.consignment(at_s)
        return chosen(b.plan(), engine)[-1]

    # Waits of 0 and 600 s: mean 300 s, standard deviation 5 min; 310 s against 500 s, and 5 minutes at a price.
    assert last_chain(0) == "2000 released c2 chain 0"
    assert last_chain(37 * 1440) == "2000 released c2 chain 0"  # 310 + 185
    assert last_chain(38 * 1440) == "2000 released c2 chain 0"  # 310 + 190, a tie
    assert last_chain(39 * 1440) == "2000 released c2 chain 1"


@each_engine
def test_where_nobody_was_seen_to_wait_the_usual_wait_is_expected(engine: str) -> None:
    b = PlanBuilder(bulletin_s=100)
    weekly = road(b, 10, rule=timetable(*range(50, 1_000, 100)), usual_s=50, capacity=2)
    b.options(b.chain(weekly), b.chain(road(b, 61)), day_cents=A_CENT_A_SECOND)
    b.consignment(0)  # 50 + 10 against 61
    b.consignment(45)
    b.consignment(100)  # told: 50 s and 5 s, a mean of 27 s
    b.consignment(200)
    assert chosen(b.plan(), engine) == [f"{t} released c{c} chain 0" for c, t in enumerate((0, 45, 100, 200))]


# --- closures as announced -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arrival_s", "until_s", "held_s"),
    [
        (9, 50, 0),
        (10, 50, 40),
        (49, 50, 1),
        (50, 50, 0),
        (60, 50, 0),
        (10, NEVER, 25),
        (40, NEVER, 0),
        (12, 5, 23),
    ],
)
def test_a_closure_holds_what_arrives_until_its_end_as_told(
    arrival_s: int, until_s: int, held_s: int
) -> None:
    # Now is second 5; without an end, or with one that is past, it is thought to last 30 s from now.
    assert closure_s(arrival_s, 5, 10, until_s, 30) == held_s


@each_engine
def test_shippers_act_on_what_is_announced_and_the_world_on_the_truth(engine: str) -> None:
    b = PlanBuilder(bulletin_s=1_000)
    shut = b.calendar([(100, 0), (400, 1000)])
    # Announced at 80: closed from 100 to 150. At 150: until 400. A trip comes there 10 s after its departure.
    notices = [(80, 150, 100, 150, 10), (150, 400, 100, 400, 10)]
    over = b.service(
        (RUN, b.leg(), 10), (GATE, b.gate(1, shut)), (RUN, b.leg(), 10), mean_s=20, notices=notices
    )
    b.options(b.chain(over), b.chain(road(b, 60)), day_cents=A_CENT_A_SECOND)
    for at_s in (79, 89, 90, 119, 120, 149, 150, 360):
        b.consignment(at_s)
    assert chosen(b.plan(), engine) == [
        "79 released c0 chain 0",
        "89 released c1 chain 0",  # there at 99, just before
        "90 released c2 chain 1",  # 50 s of closure and 20 s, against 60 s
        "119 released c3 chain 0",  # there at 129: 21 s of closure are left, it is told
        "120 released c4 chain 0",
        "149 released c5 chain 0",
        "150 released c6 chain 1",  # now it is known to last
        "360 released c7 chain 0",
    ]
    assert "400 waited t2 gate 0: 271 s closure" in told(run(b.plan(), engine))


@each_engine
def test_a_closure_without_an_end_is_thought_to_last_on_and_when_it_ends_everybody_sees_it(
    engine: str,
) -> None:
    b = PlanBuilder(bulletin_s=1_000, open_end_s=100)
    over = b.service((RUN, b.leg(), 10), mean_s=10, notices=[(50, 300, 50, NEVER, 0)])
    b.options(b.chain(over), b.chain(road(b, 60)), day_cents=A_CENT_A_SECOND)
    for at_s in (49, 50, 299, 300):
        b.consignment(at_s)
    assert [line[-1] for line in chosen(b.plan(), engine)] == ["0", "1", "1", "0"]


# --- on the way ------------------------------------------------------------------------------------------------------


def a_junction(patience_s: int = NEVER, **more: object) -> PlanBuilder:
    """To THERE, then on by a ferry (10 s) or round by land (40 s); the ferry has weather. Chains 0 and 1."""
    b = PlanBuilder(bulletin_s=50, open_end_s=100)
    feeder = road(b, 20)
    ferry = road(b, 10, start=THERE, **more)
    land = road(b, 40, start=THERE)
    b.options(b.chain(feeder, ferry), b.chain(feeder, land), day_cents=A_CENT_A_SECOND)
    b.consignment(0, patience_s=patience_s)
    return b


@each_engine
def test_at_a_terminal_where_chains_part_a_consignment_chooses_again(engine: str) -> None:
    b = a_junction(notices=[(10, NEVER, 10, 200, 0)])
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "0 boarded c0 t0 service 0",
        "0 departed t0 service 0",
        "20 arrived t0 leg 0: 20 s running",
        "20 unloaded c0 t0 service 0",
        "20 rerouted c0 chain 1",
        "20 boarded c0 t40 service 2",
        "20 departed t40 service 2",
        "60 arrived t40 leg 2: 40 s running",
        "60 unloaded c0 t40 service 2",
        "60 delivered c0 chain 1",
    ]


@each_engine
def test_a_consignment_that_waits_too_long_leaves_the_line(engine: str) -> None:
    # The ferry needs two boxes. The bulletin of 50 tells that the box has waited 30 s for it, that of 100 80 s.
    b = a_junction(patience_s=35, capacity=2)
    assert told(run(b.plan(), engine)) == [
        "0 released c0 chain 0",
        "0 boarded c0 t0 service 0",
        "0 departed t0 service 0",
        "20 arrived t0 leg 0: 20 s running",
        "20 unloaded c0 t0 service 0",
        # It thinks at 55: 30 + 10 against 40 s, a tie, so it stays. At 90 likewise, and at 125 it leaves.
        "125 waited c0 service 1: 105 s load",
        "125 rerouted c0 chain 1",
        "125 boarded c0 t40 service 2",
        "125 departed t40 service 2",
        "165 arrived t40 leg 2: 40 s running",
        "165 unloaded c0 t40 service 2",
        "165 delivered c0 chain 1",
    ]


@each_engine
def test_one_who_left_the_line_is_not_waited_for_and_the_next_one_is(engine: str) -> None:
    b = a_junction(patience_s=105, capacity=2)
    b.consignment(200)
    b.consignment(200)
    lines = told(run(b.plan(), engine))
    assert "125 rerouted c0 chain 1" in lines
    # The bulletin of 200 tells of nobody at the ferry. The two go by it, and fill it without the one who left.
    assert [line for line in lines if "boarded" in line][2:] == [
        "200 boarded c1 t1 service 0",
        "200 boarded c2 t2 service 0",
        "220 boarded c1 t20 service 1",
        "220 boarded c2 t20 service 1",
    ]


@each_engine
def test_a_trip_under_way_goes_on_whatever_is_announced(engine: str) -> None:
    b = PlanBuilder(bulletin_s=10)
    shut = b.calendar([(5, 0), (500, 1000)])
    over = b.service(
        (RUN, b.leg(), 10),
        (GATE, b.gate(1, shut)),
        (RUN, b.leg(), 10),
        mean_s=20,
        notices=[(5, 500, 5, 500, 10)],
    )
    b.options(b.chain(over), b.chain(road(b, 60)), day_cents=A_CENT_A_SECOND)
    b.consignment(0, patience_s=1)
    lines = told(run(b.plan(), engine))
    assert lines[-1] == "510 delivered c0 chain 0"
    assert not any("rerouted" in line for line in lines)


@each_engine
def test_another_chain_by_the_same_service_keeps_the_place_in_line(engine: str) -> None:
    # Both chains begin with the same full train; the second leg of chain 0 is announced closed while the box waits.
    b = PlanBuilder(bulletin_s=1_000)
    feeder = road(b, 20, capacity=2)
    ferry = road(b, 10, start=THERE, notices=[(5, NEVER, 5, 900, 0)])
    land = road(b, 40, start=THERE)
    b.options(b.chain(feeder, ferry), b.chain(feeder, land), day_cents=A_CENT_A_SECOND)
    b.consignment(0, patience_s=10)
    b.consignment(0 + 30)
    lines = told(run(b.plan(), engine))
    assert lines[:4] == [
        "0 released c0 chain 0",
        "10 rerouted c0 chain 1",
        "30 released c1 chain 1",
        "30 waited c0 service 0: 30 s load",
    ]


@each_engine
def test_a_barred_chain_is_left_at_the_next_terminal_if_another_is_open_and_else_gone_on(engine: str) -> None:
    def story(land_open: bool) -> list[str]:
        b = PlanBuilder(bulletin_s=1_000)
        barred = b.calendar([(10, 0)], Cause.POLICY, policy=0)
        feeder, ferry, land = road(b, 20), road(b, 10, start=THERE), road(b, 40, start=THERE)
        closed = b.calendar([(0, 0)], Cause.CLOSURE)
        b.options(
            (b.chain(feeder, ferry), barred),
            (b.chain(feeder, land), 0 if land_open else closed),
            day_cents=A_CENT_A_SECOND,
        )
        b.consignment(0)
        return chosen(b.plan(), engine)

    assert story(land_open=True) == ["0 released c0 chain 0", "20 rerouted c0 chain 1"]
    assert story(land_open=False) == ["0 released c0 chain 0"]


@each_engine
def test_what_a_policy_keeps_from_is_told_and_a_chain_that_nobody_wants_is_not(engine: str) -> None:
    b = PlanBuilder(bulletin_s=1_000)
    barred = b.calendar([(0, 0)], Cause.POLICY, policy=2)
    b.options((b.chain(road(b, 10)), barred), b.chain(road(b, 50)), day_cents=A_CENT_A_SECOND)
    b.consignment(0)
    b.consignment(0, tastes=[100, 0])
    b.options((0, barred), day_cents=A_CENT_A_SECOND)
    b.consignment(1, options=1)
    assert chosen(b.plan(), engine) == [
        "0 barred c0 chain 0 (policy 2)",
        "0 released c0 chain 1",
        "0 released c1 chain 1",
        "1 barred c2 chain 0 (policy 2)",
        "1 refused c2 (policy 2)",
    ]


@each_engine
def test_a_list_taken_in_order_is_never_thought_over(engine: str) -> None:
    b = PlanBuilder(bulletin_s=50)
    feeder, ferry, land = road(b, 20), road(b, 10, start=THERE, capacity=2), road(b, 40, start=THERE)
    b.options(b.chain(feeder, ferry), b.chain(feeder, land))
    b.consignment(0, patience_s=5)
    assert chosen(b.plan(), engine) == ["0 released c0 chain 0"]


def test_the_whole_root_is_exact() -> None:
    numbers = [*range(200), 10**12 - 1, 10**12, 10**12 + 1, (3 * 10**9) ** 2 - 1, (3 * 10**9) ** 2]
    roots = [whole_root(n) for n in numbers]
    assert all(r * r <= n < (r + 1) ** 2 for r, n in zip(roots, numbers, strict=True))
