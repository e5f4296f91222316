"""The rules that every log keeps: on generated plans, and each rule broken once to see that it is found."""

from collections.abc import Callable
from random import Random

import numpy as np
import pytest
from generated import numbered_plan, plans
from golden_worlds import GOLDEN, a_closed_border
from hypothesis import HealthCheck, given, settings
from worlds import PlanBuilder, altered, changed, held, told, without

from sim.audit import RULES, as_text, check_log, violations
from sim.audit.events import EVENTS
from sim.contract import (
    ROW,
    UNLIMITED,
    Cause,
    Dispatch,
    EventKind,
    EventLog,
    SampledPlan,
    StepKind,
    check_plan,
)
from sim.engine import ENGINES, simulate
from sim.errors import EngineError

GATE, HANDLE, RUN, CHECK = StepKind
each_engine = pytest.mark.parametrize("engine", ENGINES)
ENOUGH = 300
"""Numbered plans that together reach everything an engine can write."""


def tell_twice(plan: SampledPlan, engine: str) -> EventLog:
    """The log of a plan, which keeps every rule and comes out the same again."""
    log = simulate(plan, engine=engine)
    assert simulate(plan, engine=engine) == log
    check_log(plan, log)
    return log


@each_engine
@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(plan=plans())
def test_every_log_of_a_generated_plan_keeps_every_rule(engine: str, plan: SampledPlan) -> None:
    check_plan(plan)
    tell_twice(plan, engine)


@each_engine
def test_generated_plans_reach_every_event_cause_and_dispatch_rule(engine: str) -> None:
    kinds: set[int] = set()
    causes: set[int] = set()
    rules: set[int] = set()
    for number in range(ENOUGH):
        plan = numbered_plan(number)
        log = tell_twice(plan, engine)
        kinds |= set(log.column("kind").tolist())
        causes |= set(log.column("cause").tolist())
        departed = log.column("place")[log.column("kind") == EventKind.DEPARTED]
        rules |= set(plan.dispatch[departed].tolist())
    assert kinds == set(EventKind)
    assert causes == {-1, *Cause}
    assert rules == set(Dispatch)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(20))
@each_engine
def test_thousands_of_generated_plans_keep_every_rule(engine: str, part: int) -> None:
    for number in range(1000 * part, 1000 * (part + 1)):
        tell_twice(numbered_plan(number), engine)


@pytest.mark.slow
@each_engine
@settings(max_examples=5_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=plans())
def test_thousands_of_plans_that_shrink_keep_every_rule(engine: str, plan: SampledPlan) -> None:
    tell_twice(plan, engine)


# --- a log with one wrong row ----------------------------------------------------------------------------------------


def with_one_wrong_row(log: EventLog, dice: Random) -> EventLog:
    row = dice.randrange(len(log))
    column = dice.choice(["drop", "twice", *(ROW.names or ())])
    if column == "drop":
        return without(log, row)
    if column == "twice":
        return EventLog(np.insert(log.rows, row, log.rows[row]))
    if column == "kind":
        return changed(
            log, row, kind=(log.rows["kind"][row] + dice.randrange(1, len(EventKind))) % len(EventKind)
        )
    return changed(log, row, **{column: log.rows[column][row] + dice.choice([-1, 1])})


def wrong_rows_missed(numbers: range) -> list[str]:
    missed = []
    for number in numbers:
        plan, dice = numbered_plan(number), Random(number)
        log = simulate(plan)
        for _ in range(20 if len(log) else 0):
            wrong = with_one_wrong_row(log, dice)
            if not violations(plan, wrong):
                missed.append(f"plan {number}: {set(told(wrong)) ^ set(told(log))}")
    return missed


def test_any_one_wrong_row_is_found() -> None:
    assert wrong_rows_missed(range(150)) == []


@pytest.mark.slow
def test_any_one_wrong_row_in_thousands_of_plans_is_found() -> None:
    assert wrong_rows_missed(range(3_000)) == []


# --- each rule broken ------------------------------------------------------------------------------------------------

PLAN = a_closed_border()
LOG = simulate(PLAN)


def row_of(line: str, log: EventLog = LOG) -> int:
    """Number of the row that reads so."""
    return told(log).index(line)


def swapped(log: EventLog, a: int, b: int) -> EventLog:
    rows = log.rows.copy()
    rows[[a, b]] = rows[[b, a]]
    return EventLog(rows)


def moved(log: EventLog, lines: list[str], later_s: int) -> EventLog:
    """Rows at another time."""
    rows = log.rows.copy()
    for line in lines:
        rows["time_s"][row_of(line, log)] += later_s
    return EventLog(rows[np.argsort(rows["time_s"], kind="stable")])


def no_vehicles() -> tuple[SampledPlan, EventLog]:
    return altered(PLAN, fleet_vehicles=[0, 0]), LOG


def small_trains() -> tuple[SampledPlan, EventLog]:
    return altered(PLAN, capacity_teu=[2, 3, 3, 6], full_teu=[2, 3, 3, 6]), LOG


def no_spare_room() -> tuple[SampledPlan, EventLog]:
    b = PlanBuilder()
    b.options(b.chain(b.service((RUN, b.leg(), 10), (CHECK, 7), (RUN, b.leg(), 10), spare=1)))
    b.consignment(0, acts=[(7, 5, 3)])
    b.consignment(6)
    return altered(b.plan(), spare_teu=[0]), simulate(b.plan())


def wider_headway() -> tuple[SampledPlan, EventLog]:
    return altered(PLAN, gate_headway_s=[16]), LOG


def shorter_headway() -> tuple[SampledPlan, EventLog]:
    return altered(PLAN, gate_headway_s=[3]), LOG


def queue_at(place: str) -> tuple[PlanBuilder, int, int]:
    b = PlanBuilder()
    leg = b.leg()
    if place == "gate":
        step = (GATE, b.gate(10))
        ordinary, express = (b.service(step, (RUN, leg, 10), express=fast) for fast in (False, True))
    else:
        station = b.station(1)
        ordinary, express = (
            b.service((HANDLE, station, 10), (RUN, leg, 10), express=fast) for fast in (False, True)
        )
    b.options(b.chain(ordinary))
    b.options(b.chain(express))
    for i, release_s in enumerate((0, 1, 2)):
        b.consignment(release_s, options=int(i == 2))
    return b, ordinary, express


def express_last(place: str) -> tuple[SampledPlan, EventLog]:
    """The log of a world in which both services are ordinary."""
    b, _, _ = queue_at(place)
    plan = b.plan()
    return plan, simulate(altered(plan, service_express=[1, 1]))


def ordinary_box_first() -> tuple[SampledPlan, EventLog]:
    b = PlanBuilder()
    b.options(b.chain(b.service((RUN, b.leg(), 10), rule=held(10), fleet=b.fleet(home=1), capacity=1)))
    b.consignment(0)
    b.consignment(1, express=True)
    plan = b.plan()
    return altered(plan, express=[1, 1]), simulate(plan)


def fewer_servers() -> tuple[SampledPlan, EventLog]:
    b = PlanBuilder()
    b.options(b.chain(b.service((HANDLE, b.station(2), 10), (RUN, b.leg(), 10))))
    b.consignment(0)
    b.consignment(1)
    more = simulate(b.plan())
    one = PlanBuilder()
    one.options(one.chain(one.service((HANDLE, one.station(1), 10), (RUN, one.leg(), 10))))
    one.consignment(0)
    one.consignment(1)
    return one.plan(), more


def closed(what: str) -> tuple[SampledPlan, EventLog]:
    """The log of an open world, told of one that is closed in between."""

    def world(calendar: list[tuple[int, int]]) -> PlanBuilder:
        b = PlanBuilder()
        steps = {"gate": (GATE, b.gate(1, calendar if what == "gate" else 0))}
        steps["station"] = (HANDLE, b.station(UNLIMITED, calendar if what == "station" else 0), 3)
        leg = b.leg(calendar if what == "leg" else 0)
        b.options(
            b.chain(
                b.service(*steps.values(), (RUN, leg, 3), calendar=calendar if what == "service" else 0),
            )
        )
        b.consignment(5)
        return b

    return world([(4, 0), (12, 1000)]).plan(), simulate(world([(4, 1000), (12, 1000)]).plan())


def never_started() -> tuple[SampledPlan, EventLog]:
    """A station that is free as the trip comes, and closes for good before the work is done."""
    b = PlanBuilder()
    b.options(b.chain(b.service((HANDLE, b.station(1, [(20, 0)]), 30), (RUN, b.leg(), 3))))
    b.consignment(5)
    log = simulate(b.plan())
    return b.plan(), without(log, row_of("5 started t0 station 0", log))


def told_late() -> tuple[SampledPlan, EventLog]:
    """A consignment takes another chain as it is unloaded, and the log says so a second later."""
    plan = numbered_plan(2160)
    log = simulate(plan)
    return plan, changed(log, row_of("155 rerouted c0 chain 1", log), time_s=156)


def other_work() -> tuple[SampledPlan, EventLog]:
    return altered(PLAN, work_s=PLAN.work_s + 1), LOG


def open_to_all() -> tuple[SampledPlan, EventLog]:
    return altered(PLAN, option_calendar=[0] * len(PLAN.option_calendar)), LOG


def no_acts() -> tuple[SampledPlan, EventLog]:
    return altered(PLAN, act_until_s=PLAN.act_from_s), LOG


def acts_on_others() -> tuple[SampledPlan, EventLog]:
    return altered(PLAN, act_first=[*PLAN.act_first[1:], PLAN.act_first[-1]]), LOG


def other_hold() -> tuple[SampledPlan, EventLog]:
    return altered(PLAN, hold_s=PLAN.hold_s + 5), LOG


def more_load_needed() -> tuple[SampledPlan, EventLog]:
    return altered(PLAN, load_teu_min=[4, 4, 4, 1]), LOG


def other_slots() -> tuple[SampledPlan, EventLog]:
    return altered(PLAN, slot_s=PLAN.slot_s + 1), LOG


def again(line: str) -> EventLog:
    """The log with a row told twice."""
    return EventLog(np.insert(LOG.rows, row_of(line), LOG.rows[row_of(line)]))


def two_boxes_exchanged() -> tuple[SampledPlan, EventLog]:
    return PLAN, swapped(LOG, row_of("42 boarded c4 t1 service 0"), row_of("42 boarded c3 t1 service 0"))


def background() -> tuple[SampledPlan, EventLog]:
    """Two background trains: one between two trips in the queue of a gate, one when nobody else is there, and one at the very end."""
    b = PlanBuilder(period_s=200)
    b.options(b.chain(b.service((GATE, b.gate(10, background=(1, 90, 195))), (RUN, b.leg(), 5))))
    b.consignment(0)
    b.consignment(2)
    return b.plan(), simulate(b.plan())


def background_without(line: str) -> tuple[SampledPlan, EventLog]:
    plan, log = background()
    return plan, without(log, row_of(line, log))


def background_that(line: str, **columns: int) -> tuple[SampledPlan, EventLog]:
    plan, log = background()
    return plan, changed(log, row_of(line, log), **columns)


def background_overtaken() -> tuple[SampledPlan, EventLog]:
    """The log of a world in which the background train comes behind both trips, told of one in which it comes before the second."""
    plan, _ = background()
    return plan, simulate(altered(plan, background_s=[3, 90, 195]))


DEPARTURE = [
    "8 waited c0 service 0: 8 s load",
    "8 boarded c0 t0 service 0",
    "8 boarded c1 t0 service 0",
    "8 departed t0 service 0",
]
BROKEN: dict[str, tuple[str, Callable[[], tuple[SampledPlan, EventLog]]]] = {
    "a row without its consignment": ("form", lambda: (PLAN, changed(LOG, 0, consignment=-1))),
    "a place that is not there": ("form", lambda: (PLAN, changed(LOG, row_of("8 departed t0 service 0"), place=9))),
    "two rows exchanged": ("order", lambda: (PLAN, swapped(LOG, 5, len(LOG) - 5))),
    "a release left out": ("conservation", lambda: (PLAN, without(LOG, 0))),
    "a release told twice": ("conservation", lambda: (PLAN, EventLog(LOG.rows[[0, *range(len(LOG))]]))),
    "a boarding left out": ("conservation", lambda: (PLAN, without(LOG, row_of("8 boarded c1 t0 service 0")))),
    "a departure left out": ("conservation", lambda: (PLAN, without(LOG, row_of("8 departed t0 service 0")))),
    "an unloading left out": ("conservation", lambda: (PLAN, without(LOG, row_of("85 unloaded c1 t20 service 1")))),
    "a delivery left out": ("conservation", lambda: (PLAN, without(LOG, row_of("85 delivered c1 chain 0")))),
    "a delivery told twice": ("conservation", lambda: (PLAN, again("85 delivered c1 chain 0"))),
    "an arrival left out": ("conservation", lambda: (PLAN, without(LOG, row_of("85 arrived t20 leg 1: 35 s running")))),
    "the last rows left out": ("conservation", lambda: (PLAN, EventLog(LOG.rows[:60]))),
    "a chain barred to it": ("choice", lambda: (PLAN, changed(LOG, 0, place=1))),
    "refused though a chain is open": ("choice", open_to_all),
    "another chain told a second late": ("choice", told_late),
    "refused by another policy": ("choice", lambda: (PLAN, changed(LOG, row_of("150 refused c11 (policy 1)"), policy=2))),
    "an overfull train": ("capacity", small_trains),
    "an overfull train on the way": ("capacity", no_spare_room),
    "a train without a vehicle": ("fleet", no_vehicles),
    "a vehicle freed twice": ("fleet", lambda: (PLAN, again("85 freed t20 fleet 0"))),
    "a train that leaves too late": ("dispatch", lambda: (PLAN, moved(LOG, DEPARTURE, 3))),
    "a train that is held too short": ("dispatch", other_hold),
    "a train with too little load": ("dispatch", more_load_needed),
    "a departure outside the timetable": ("dispatch", other_slots),
    "a lapse left out": ("dispatch", lambda: (PLAN, without(LOG, row_of("0 lapsed service 3: load")))),
    "an ordinary box before an express one": ("turn", two_boxes_exchanged),
    "an ordinary train before an express one at a gate": ("turn", lambda: express_last("gate")),
    "an ordinary train before an express one at a station": ("turn", lambda: express_last("station")),
    "a gate that is free and lets nobody pass": ("turn", shorter_headway),
    "a server that is free and lets nobody start": ("turn", never_started),
    "a background train overtaken": ("turn", background_overtaken),
    "a background train left out of a queue": ("turn", lambda: background_without("10 background passed gate 0: 9 s")),
    "a background train left out that nobody met": ("turn", lambda: background_without("90 background passed gate 0")),
    "a background train left out at the very end": ("turn", lambda: background_without("195 background passed gate 0")),
    "a background train that has not come": ("conservation", lambda: background_that("90 background passed gate 0", time_s=89)),
    "a background train that waits where it is free": ("turn", lambda: background_that("90 background passed gate 0", time_s=91)),
    "a background train too close behind": ("headway", lambda: background_that("10 background passed gate 0: 9 s", time_s=8)),
    "a wait of a background train of a wrong length": ("causes", lambda: background_that("10 background passed gate 0: 9 s", span_s=8)),
    "a headway broken": ("headway", wider_headway),
    "more trips than servers": ("servers", fewer_servers),
    "a trip through a closed gate": ("closure", lambda: closed("gate")),
    "handling started while closed": ("closure", lambda: closed("station")),
    "a departure of a closed service": ("closure", lambda: closed("service")),
    "a closed leg": ("work", lambda: closed("leg")),
    "work that takes another time": ("work", other_work),
    "a wrong cause of a wait": ("causes", lambda: (PLAN, changed(LOG, row_of("98 waited t21 gate 0: 8 s closure"), cause=Cause.WEATHER))),
    "a wait of a wrong length": ("causes", lambda: (PLAN, changed(LOG, row_of("98 waited t21 gate 0: 8 s path"), span_s=9))),
    "a wait left out": ("causes", lambda: (PLAN, without(LOG, row_of("100 waited t21 station 0: 2 s hours")))),
    "a wrong cause of work": ("causes", lambda: (PLAN, changed(LOG, row_of("85 arrived t20 leg 1: 35 s running"), cause=Cause.SAILING))),
    "held without an act": ("acts", no_acts),
    "not held in spite of an act": ("acts", acts_on_others),
    "cleared too early": ("acts", lambda: (PLAN, changed(LOG, row_of("42 cleared c4: 12 s policy (policy 2)"), span_s=11))),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_log_is_found(what: str) -> None:
    rule, broken = BROKEN[what]
    plan, log = broken()
    found = violations(plan, log)
    assert rule in {violation.rule for violation in found}, "\n".join(map(str, found)) or "nothing found"


def test_a_row_of_every_kind_of_event_is_asked() -> None:
    assert set(EVENTS) == set(EventKind)


def test_every_rule_is_broken_by_a_test() -> None:
    assert {rule for rule, _ in BROKEN.values()} == set(RULES)


def test_a_violation_names_rule_entity_second_and_shows_the_rows_of_the_entity() -> None:
    log = changed(LOG, row_of("98 waited t21 gate 0: 8 s path"), span_s=9)
    found = next(violation for violation in violations(PLAN, log) if violation.rule == "causes")
    assert (found.who, found.at_s, found.words) == ("trip 21", 98, "its causes sum to second 99")
    assert "98 waited t21 gate 0: 9 s path" in found.rows
    assert str(found).splitlines()[0] == "causes: trip 21 at second 98: its causes sum to second 99"
    assert "    98 waited t21 gate 0: 9 s path" in str(found).splitlines()


def test_a_broken_log_names_its_seed_and_replication() -> None:
    plan = altered(PLAN, work_s=PLAN.work_s + 1)
    with pytest.raises(EngineError, match="seed 0, replication 0: the log breaks the rules"):
        check_log(plan, LOG)


@pytest.mark.parametrize("name", GOLDEN)
def test_the_golden_logs_keep_every_rule(name: str) -> None:
    plan = GOLDEN[name]()
    assert violations(plan, simulate(plan)) == []


def test_rows_read_as_sentences() -> None:
    assert (
        as_text((60, EventKind.WAITED, -1, 3, 3, 0, Cause.PATH, 25, -1)) == "60 waited t3 gate 0: 25 s path"
    )
