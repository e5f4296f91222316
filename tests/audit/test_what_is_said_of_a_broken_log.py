"""What is said first of a log that breaks a rule: who broke it, in which second, and what the rule asked for instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from worlds import PlanBuilder, altered, changed, held, told, without

from sim.audit import violations
from sim.contract import Cause, EventLog, PlaceKind, SampledPlan, StepKind
from sim.engine import simulate

GATE, HANDLE, RUN, CHECK = StepKind


def two_trains_at_a_gate() -> SampledPlan:
    """Two trains come at seconds 0 and 3 to a gate with a headway of 10 s, and run for 5 s behind it."""
    b = PlanBuilder()
    b.options(b.chain(b.service((GATE, b.gate(10)), (RUN, b.leg(), 5))))
    b.consignment(0)
    b.consignment(3)
    return b.plan()


GATED = two_trains_at_a_gate()
GATED_LOG = simulate(GATED)


def two_trains_at_a_station() -> SampledPlan:
    """Two trains come at seconds 0 and 3 to a station that handles one after the other, for 10 s each."""
    b = PlanBuilder()
    b.options(b.chain(b.service((HANDLE, b.station(1), 10), (RUN, b.leg(), 5))))
    b.consignment(0)
    b.consignment(3)
    return b.plan()


HANDLED = two_trains_at_a_station()
HANDLED_LOG = simulate(HANDLED)


def a_train_that_is_held() -> SampledPlan:
    """Boxes of 1 and 2 TEU, released at 0 and 4, leave on a train of 4 TEU that is held for 10 s; its one vehicle comes free."""
    b = PlanBuilder()
    fleet = b.fleet(home=1)
    b.options(b.chain(b.service((RUN, b.leg(), 5), capacity=4, rule=held(10), fleet=fleet)))
    b.consignment(0)
    b.consignment(4, size=2)
    return b.plan()


HELD = a_train_that_is_held()
HELD_LOG = simulate(HELD)


def test_the_three_logs_are_those_worked_out_by_hand() -> None:
    assert told(GATED_LOG) == [
        "0 released c0 chain 0",
        "0 boarded c0 t0 service 0",
        "0 departed t0 service 0",
        "0 passed t0 gate 0",
        "3 released c1 chain 0",
        "3 boarded c1 t1 service 0",
        "3 departed t1 service 0",
        "5 arrived t0 leg 0: 5 s running",
        "5 unloaded c0 t0 service 0",
        "5 delivered c0 chain 0",
        "10 waited t1 gate 0: 7 s path",
        "10 passed t1 gate 0",
        "15 arrived t1 leg 0: 5 s running",
        "15 unloaded c1 t1 service 0",
        "15 delivered c1 chain 0",
    ]
    assert told(HANDLED_LOG)[7:] == [
        "10 finished t0 station 0: 10 s customs",
        "10 waited t1 station 0: 7 s crane",
        "10 started t1 station 0",
        "15 arrived t0 leg 0: 5 s running",
        "15 unloaded c0 t0 service 0",
        "15 delivered c0 chain 0",
        "20 finished t1 station 0: 10 s customs",
        "25 arrived t1 leg 0: 5 s running",
        "25 unloaded c1 t1 service 0",
        "25 delivered c1 chain 0",
    ]
    assert told(HELD_LOG) == [
        "0 released c0 chain 0",
        "4 released c1 chain 0",
        "10 waited c0 service 0: 10 s load",
        "10 boarded c0 t0 service 0",
        "10 waited c1 service 0: 6 s load",
        "10 boarded c1 t0 service 0",
        "10 departed t0 service 0",
        "15 arrived t0 leg 0: 5 s running",
        "15 unloaded c0 t0 service 0",
        "15 delivered c0 chain 0",
        "15 unloaded c1 t0 service 0",
        "15 delivered c1 chain 0",
        "15 freed t0 fleet 0",
    ]


def at(log: EventLog, line: str) -> int:
    """Number of the row that reads so."""
    return told(log).index(line)


def lacks(log: EventLog, line: str) -> EventLog:
    return without(log, at(log, line))


def says(log: EventLog, line: str, **columns: int) -> EventLog:
    return changed(log, at(log, line), **columns)


WAIT = "10 waited t1 gate 0: 7 s path"
Case = tuple[Callable[[], tuple[SampledPlan, EventLog]], str]
CASES: dict[str, Case] = {
    "a longer headway": (
        lambda: (altered(GATED, gate_headway_s=[12]), GATED_LOG),
        "headway: trip 1 at second 10: the gate is free at 12",
    ),
    "a shorter headway": (
        lambda: (altered(GATED, gate_headway_s=[8]), GATED_LOG),
        "turn: trip 1 at second 10: the gate was free at second 8",
    ),
    "a longer run": (
        lambda: (altered(GATED, work_s=GATED.work_s + 1), GATED_LOG),
        "work: trip 0 at second 5: its work is done at second 6",
    ),
    "a shorter wait": (
        lambda: (GATED, says(GATED_LOG, WAIT, span_s=6)),
        "causes: trip 1 at second 10: its causes sum to second 9",
    ),
    "no wait": (
        lambda: (GATED, lacks(GATED_LOG, WAIT)),
        "causes: trip 1 at second 10: its causes sum to second 3",
    ),
    "a wait for another reason": (
        lambda: (GATED, says(GATED_LOG, WAIT, cause=Cause.WEATHER)),
        "causes: trip 1 at second 10: waited 7 s weather, expected 7 s path",
    ),
    "a wait of no time": (
        lambda: (GATED, says(GATED_LOG, WAIT, span_s=0)),
        "causes: trip 1 at second 10: one row a cause, with its seconds, when the wait ends",
    ),
    "a wait at another place": (
        lambda: (GATED, says(GATED_LOG, WAIT, place_kind=PlaceKind.LEG, place=0)),
        "conservation: trip 1 at second 10: it is elsewhere",
    ),
    "work of another kind": (
        lambda: (GATED, says(GATED_LOG, "5 arrived t0 leg 0: 5 s running", cause=Cause.SAILING)),
        "causes: trip 0 at second 5: expected the cause running",
    ),
    "no departure": (
        lambda: (GATED, lacks(GATED_LOG, "0 departed t0 service 0")),
        "conservation: trip 0 at second 0: a trip is loaded and does not depart",
    ),
    "no release": (
        lambda: (GATED, lacks(GATED_LOG, "0 released c0 chain 0")),
        "conservation: consignment 0, trip 0 at second 0: it is not released, not at this terminal",
    ),
    "a trip that is not the next": (
        lambda: (GATED, says(GATED_LOG, "0 departed t0 service 0", trip=1)),
        "conservation: trip 1 at second 0: trips of a service are numbered in order",
    ),
    "an end told a second late": (
        lambda: (
            HANDLED,
            says(HANDLED_LOG, "10 finished t0 station 0: 10 s customs", time_s=11),
        ),
        "causes: trip 0 at second 11: its causes sum to second 10",
    ),
    "a start before the server is free": (
        lambda: (
            HANDLED,
            lacks(HANDLED_LOG, "10 finished t0 station 0: 10 s customs"),
        ),
        "servers: trip 1 at second 10: 1 of 1 are busy",
    ),
    "handling that ends without a start": (
        lambda: (HANDLED, lacks(HANDLED_LOG, "0 started t0 station 0")),
        "conservation: trip 0 at second 10: its handling has not started",
    ),
    "handling that starts twice": (
        lambda: (
            HANDLED,
            EventLog(HANDLED_LOG.rows[[*range(4), 3, *range(4, len(HANDLED_LOG))]]),
        ),
        "conservation: trip 0 at second 0: its handling has started already",
    ),
    "a shorter hold": (
        lambda: (altered(HELD, hold_s=[9]), HELD_LOG),
        "dispatch: trip 0 at second 10: it leaves at second 9",
    ),
    "load enough to leave at once": (
        lambda: (altered(HELD, full_teu=[3]), HELD_LOG),
        "dispatch: trip 0 at second 10: it leaves at second 4",
    ),
    "more load needed than comes": (
        lambda: (altered(HELD, load_teu_min=[4]), HELD_LOG),
        "dispatch: trip 0 at second 10: it does not leave yet",
    ),
    "a smaller train": (
        lambda: (altered(HELD, capacity_teu=[2], full_teu=[3]), HELD_LOG),
        "capacity: trip 0 at second 10: 3 TEU of 2",
    ),
    "no vehicle": (
        lambda: (altered(HELD, fleet_vehicles=[0, 0]), HELD_LOG),
        "fleet: trip 0 at second 10: no vehicle is there",
    ),
    "another box first": (
        lambda: (HELD, EventLog(HELD_LOG.rows[[0, 1, 4, 5, 2, 3, *range(6, len(HELD_LOG))]])),
        "turn: consignment 1, trip 0 at second 10: consignment 0 is first in line",
    ),
    "a box left behind": (
        lambda: (HELD, EventLog(HELD_LOG.rows[[0, 1, 2, 3, *range(6, len(HELD_LOG))]])),
        "dispatch: trip 0 at second 10: consignment 1 is left behind though it fits",
    ),
    "a vehicle never freed": (
        lambda: (HELD, lacks(HELD_LOG, "15 freed t0 fleet 0")),
        "conservation: trip 0 at second 1000: it has ended and is not unloaded and freed",
    ),
    "a log that ends before a departure": (
        lambda: (HELD, EventLog(HELD_LOG.rows[:2])),
        "dispatch: the period's end at second 1000: a trip of service 0 leaves at second 10",
    ),
    "a log that ends at a gate": (
        lambda: (GATED, EventLog(GATED_LOG.rows[[*range(10)]])),
        "turn: trip 1 at second 1000: the gate was free at second 10",
    ),
    "a log that ends before an arrival": (
        lambda: (GATED, EventLog(GATED_LOG.rows[:12])),
        "work: trip 1 at second 1000: its work is done at second 15",
    ),
    "a trip that never starts": (
        lambda: (HANDLED, EventLog(HANDLED_LOG.rows[[*range(8), 10, 11, 12]])),
        "turn: trip 1 at second 1000: a server is free at second 10: it does not start",
    ),
}


@pytest.mark.parametrize("what", CASES)
def test_the_first_thing_said_is_what_went_wrong_first(what: str) -> None:
    broken, said = CASES[what]
    found = [str(one).splitlines()[0] for one in violations(*broken())]
    assert found[:1] == [said], found
