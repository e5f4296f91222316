"""The form of every kind of row: which columns it has, and that its numbers are those of things in the plan."""

from __future__ import annotations

import pytest
from golden_worlds import a_closed_border
from worlds import PlanBuilder, changed, told

from sim.audit import violations
from sim.contract import Cause, EventKind, EventLog, PlaceKind, StepKind
from sim.engine import simulate

PLAN = a_closed_border()
LOG = simulate(PLAN)


def one_with_a_checkpoint() -> PlanBuilder:
    """A consignment that is taken off at a facility for inspection, and goes on by the next train."""
    b = PlanBuilder()
    leg = b.leg()
    b.options(
        b.chain(b.service((StepKind.RUN, leg, 10), (StepKind.CHECK, 7), (StepKind.RUN, leg, 10), spare=1))
    )
    b.consignment(0, acts=[(7, 5, 3)])
    b.consignment(6)
    return b


CHECKED = one_with_a_checkpoint().plan()
CHECKED_LOG = simulate(CHECKED)


def first_of(kind: EventKind, log: EventLog = LOG) -> int:
    return int((log.column("kind") == kind).argmax())


def is_misfit(row: int, **columns: int) -> bool:
    """Whether the changed row, and no other, is found to have a wrong form."""
    found = [one for one in violations(PLAN, changed(LOG, row, **columns)) if one.rule == "form"]
    assert all((one.who, one.at_s) == (f"row {row}", -1) for one in found)
    assert len(found) <= 1
    return bool(found)


IN_PLAN = {
    "consignment": len(PLAN.release_s),
    "trip": int(PLAN.trip_first[-1]),
}


@pytest.mark.parametrize("column", IN_PLAN)
def test_a_number_beyond_those_of_the_plan_is_found(column: str) -> None:
    row = first_of(EventKind.BOARDED)
    last = IN_PLAN[column] - 1
    assert not is_misfit(row, **{column: last})
    assert is_misfit(row, **{column: last + 1})
    assert is_misfit(row, **{column: -2})


NUMBERS = {
    EventKind.RELEASED: len(PLAN.chain_first) - 1,
    EventKind.DEPARTED: len(PLAN.capacity_teu),
    EventKind.PASSED: len(PLAN.gate_headway_s),
    EventKind.STARTED: len(PLAN.station_servers),
    EventKind.ARRIVED: len(PLAN.leg_calendar),
    EventKind.FREED: len(PLAN.fleet_withdrawn),
}
"""How many places there are of the kind that the event has."""


@pytest.mark.parametrize("kind", NUMBERS)
def test_a_place_beyond_those_of_the_plan_is_found(kind: EventKind) -> None:
    row = first_of(kind)
    assert not is_misfit(row, place=NUMBERS[kind] - 1)
    assert is_misfit(row, place=NUMBERS[kind])
    assert is_misfit(row, place=-1)


@pytest.mark.parametrize("kind", NUMBERS)
def test_a_row_of_a_place_of_another_kind_is_found(kind: EventKind) -> None:
    row = first_of(kind)
    own = int(LOG.column("place_kind")[row])
    for other in set(PlaceKind) - {own}:
        assert is_misfit(row, place_kind=other, place=-1 if other == PlaceKind.NOWHERE else 0), other


@pytest.mark.parametrize("time_s", [-1, PLAN.period_s, PLAN.period_s + 1])
def test_a_row_outside_the_period_is_found(time_s: int) -> None:
    assert is_misfit(first_of(EventKind.RELEASED), time_s=time_s)


def test_a_row_in_the_last_second_has_a_right_form() -> None:
    assert not is_misfit(first_of(EventKind.RELEASED), time_s=PLAN.period_s - 1)


WHOSE = {
    EventKind.RELEASED: "consignment",
    EventKind.REFUSED: "consignment",
    EventKind.WAITED: "one of the two",
    EventKind.BOARDED: "both",
    EventKind.DEPARTED: "trip",
    EventKind.PASSED: "trip",
    EventKind.STARTED: "trip",
    EventKind.FINISHED: "trip",
    EventKind.ARRIVED: "trip",
    EventKind.CLEARED: "consignment",
    EventKind.UNLOADED: "both",
    EventKind.DELIVERED: "consignment",
    EventKind.FREED: "trip",
    EventKind.LAPSED: "nobody",
}


@pytest.mark.parametrize("kind", WHOSE)
def test_a_row_is_of_a_consignment_or_a_trip_or_of_both_as_its_kind_says(kind: EventKind) -> None:
    right = {
        "consignment": {(0, -1)},
        "trip": {(-1, 0)},
        "both": {(0, 0)},
        "one of the two": {(0, -1), (-1, 0)},
        "nobody": {(-1, -1)},
    }[WHOSE[kind]]
    row = first_of(kind)
    for consignment, trip in ((0, -1), (-1, 0), (0, 0), (-1, -1)):
        fits = not is_misfit(row, consignment=consignment, trip=trip)
        assert fits == ((consignment, trip) in right)


CAUSED = {EventKind.WAITED, EventKind.FINISHED, EventKind.ARRIVED, EventKind.CLEARED, EventKind.LAPSED}
TIMED = CAUSED - {EventKind.LAPSED}
BY_A_POLICY = {EventKind.REFUSED, EventKind.CLEARED}


@pytest.mark.parametrize("kind", WHOSE)
def test_seconds_causes_and_policies_stand_in_the_rows_that_have_them_and_in_no_other(
    kind: EventKind,
) -> None:
    row = first_of(kind)
    assert is_misfit(row, cause=-1) == (kind in CAUSED)
    assert is_misfit(row, cause=Cause.WEATHER) == (kind not in CAUSED)
    assert is_misfit(row, span_s=5) == (kind not in TIMED)
    assert is_misfit(row, policy=1) == (kind not in BY_A_POLICY)


@pytest.mark.parametrize("wrong", [{"cause": max(Cause) + 1}, {"cause": -2}, {"span_s": -1}])
def test_a_cause_that_is_none_and_a_negative_span_are_found(wrong: dict[str, int]) -> None:
    assert is_misfit(first_of(EventKind.WAITED), **wrong)


def test_at_most_a_dozen_rows_of_a_wrong_form_are_told_and_nothing_else_is_asked_then() -> None:
    rows = LOG.rows.copy()
    rows["cause"][:] = -2
    found = violations(PLAN, EventLog(rows))
    assert len(rows) > 12
    assert [(one.rule, one.who) for one in found] == [("form", f"row {i}") for i in range(12)]


@pytest.mark.parametrize("kind", [EventKind.SET_OUT, EventKind.ATTACHED])
def test_a_checkpoint_is_a_facility_by_any_number_and_has_a_consignment_and_a_trip(kind: EventKind) -> None:
    row = first_of(kind, CHECKED_LOG)
    assert kind.label.replace("-", " ") in told(CHECKED_LOG)[row].replace("-", " ")
    for wrong in (
        {"consignment": -1},
        {"trip": -1},
        {"place_kind": PlaceKind.STATION},
        {"cause": 0},
        {"place": -1},
    ):
        found = violations(CHECKED, changed(CHECKED_LOG, row, **wrong))
        assert [(one.rule, one.who) for one in found] == [("form", f"row {row}")], wrong
    rules = {one.rule for one in violations(CHECKED, changed(CHECKED_LOG, row, place=8))}
    assert rules
    assert "form" not in rules
