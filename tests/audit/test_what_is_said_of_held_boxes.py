"""What is said first of a log in which a box is not held, not set out, not put on again or not refused as its plan asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from worlds import PlanBuilder, altered, changed, told, without

from sim.audit import violations
from sim.contract import Cause, EventLog, SampledPlan, StepKind
from sim.engine import simulate

GATE, HANDLE, RUN, CHECK = StepKind


def one_box_inspected_on_its_way() -> SampledPlan:
    """Box 0 is taken off the train of second 0 at facility 7, held for 5 s, and put on the train of second 6."""
    b = PlanBuilder()
    first, second = b.leg(), b.leg()
    b.options(b.chain(b.service((RUN, first, 10), (CHECK, 7), (RUN, second, 10), spare=1)))
    b.consignment(0, acts=[(7, 5, 3)])
    b.consignment(6)
    return b.plan()


PLAN = one_box_inspected_on_its_way()
LOG = simulate(PLAN)
LINES = [
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
]
CLEARED, SET_OUT, ATTACHED, WAITED = 8, 7, 11, 10


def refusing() -> SampledPlan:
    """A box whose only chain is closed by policy 1."""
    b = PlanBuilder()
    shut = b.calendar([(0, 0)], Cause.POLICY, policy=1)
    b.options((b.chain(b.service((RUN, b.leg(), 10))), shut))
    b.consignment(4)
    return b.plan()


REFUSING = refusing()
REFUSED = simulate(REFUSING)


def test_the_log_is_the_one_worked_out_by_hand() -> None:
    assert told(LOG)[: len(LINES)] == LINES
    assert told(REFUSED) == ["4 barred c0 chain 0 (policy 1)", "4 refused c0 (policy 1)"]
    assert violations(PLAN, LOG) == []


CASES: dict[str, tuple[Callable[[], tuple[SampledPlan, EventLog]], str]] = {
    "a longer act": (
        lambda: (altered(PLAN, act_span_s=[6]), LOG),
        "acts: consignment 0 at second 15: held until second 16",
    ),
    "an act of another policy": (
        lambda: (PLAN, changed(LOG, CLEARED, policy=2)),
        "acts: consignment 0 at second 15: seconds and policy of the act in force",
    ),
    "an act told with other seconds": (
        lambda: (PLAN, changed(LOG, CLEARED, span_s=4)),
        "acts: consignment 0 at second 15: seconds and policy of the act in force",
    ),
    "an act at another facility": (
        lambda: (PLAN, changed(LOG, CLEARED, place=8)),
        "acts: consignment 0 at second 15: held there by a policy",
    ),
    "an act that ends twice": (
        lambda: (PLAN, EventLog(LOG.rows[[*range(CLEARED + 1), *range(CLEARED, len(LOG))]])),
        "acts: consignment 0 at second 15: nothing held it",
    ),
    "an act that is over as the train comes": (
        lambda: (altered(PLAN, act_until_s=[10]), LOG),
        "acts: consignment 0, trip 0 at second 10: no act on it is in force here",
    ),
    "a box that is not set out": (
        lambda: (PLAN, without(LOG, SET_OUT)),
        "acts: consignment 0, trip 0 at second 15: an act is in force, but it was not set out",
    ),
    "a box that is left behind": (
        lambda: (PLAN, without(LOG, WAITED, ATTACHED)),
        "turn: consignment 0, trip 1 at second 20: consignment 0 is left behind though it fits",
    ),
    "a train without room": (
        lambda: (altered(PLAN, spare_teu=[0]), LOG),
        "capacity: consignment 0, trip 1 at second 16: room for 0 TEU",
    ),
    "a wait for a train that is not told": (
        lambda: (PLAN, without(LOG, WAITED)),
        "causes: consignment 0, trip 1 at second 16: waited nothing, expected 1 s vehicle",
    ),
    "a box put on before it is cleared": (
        lambda: (PLAN, without(LOG, CLEARED)),
        "conservation: consignment 0 at second 16: it is set out",
    ),
    "a refusal by another policy": (
        lambda: (REFUSING, changed(REFUSED, 1, policy=0)),
        "choice: consignment 0 at second 4: a chain is open to it, or another policy binds",
    ),
    "a bar told of by another policy": (
        lambda: (REFUSING, changed(REFUSED, 0, policy=0)),
        "choice: consignment 0 at second 4: told of a barred chain (0, 0, 0), expected (0, 0, 1)",
    ),
    "a bar where the chain is open": (
        lambda: (altered(REFUSING, option_calendar=[0]), REFUSED),
        "choice: consignment 0 at second 4: told of a barred chain (0, 0, 1), expected None",
    ),
    "a refusal where the chain is open": (
        lambda: (altered(REFUSING, option_calendar=[0]), without(REFUSED, 0)),
        "choice: consignment 0 at second 4: a chain is open to it, or another policy binds",
    ),
    "a refusal at another second": (
        lambda: (altered(REFUSING, release_s=[5]), REFUSED),
        "choice: consignment 0 at second 4: told at another second than its release",
    ),
    "no refusal": (
        lambda: (REFUSING, EventLog(REFUSED.rows[:0])),
        "conservation: consignment 0 at second 1000: it is not released, and its next row is missing",
    ),
}


@pytest.mark.parametrize("what", CASES)
def test_the_first_thing_said_is_what_the_plan_asked_of_the_box(what: str) -> None:
    broken, said = CASES[what]
    found = [str(one).splitlines()[0] for one in violations(*broken())]
    assert found[:1] == [said], found
