"""Two engines, one answer: equal logs on every shipped scenario and on generated plans, to the last row."""

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from generated import numbered_plan, plans
from golden_worlds import a_closed_border
from hypothesis import HealthCheck, example, given, settings
from known_answers import short_plan
from where import SHIPPED
from worlds import PlanBuilder, changed, told, without

from sim.audit import as_text
from sim.contract import OPEN, Cause, EventKind, EventLog, SampledPlan, StepKind
from sim.engine import ENGINES, simulate
from sim.engine.fast import simulate_fast
from sim.engine.layout import MANY_OF_A_SLICE, SLICES_BITS
from sim.errors import PlanError
from sim.sampling import Sampler
from sim.scenario_file import load_scenario

EXAMPLES, NUMBERED, MANY = 200, 300, 20_000
each_shipped = pytest.mark.parametrize("file", SHIPPED, ids=lambda path: path.stem)


# --- what a difference looks like -------------------------------------------------------------------------------------


def first_difference(plan: SampledPlan, log_a: EventLog, log_b: EventLog) -> str:
    """The first row in which two logs of a plan differ, with what each log told of its entity before; "" when equal.

    The entity is the trip of the row, else its consignment; of a row that one log lacks, that of the other log's.
    """
    rows_a, rows_b = log_a.rows.tolist(), log_b.rows.tolist()
    both = min(len(rows_a), len(rows_b))
    row = next((i for i in range(both) if rows_a[i] != rows_b[i]), both)
    if row == max(len(rows_a), len(rows_b)):
        return ""
    lines = [f"plan of seed {plan.seed}, replication {plan.replication}: row {row} is the first that differs"]
    for name, rows in (("a", rows_a), ("b", rows_b)):
        lines.append(f"{name}: {as_text(rows[row]) if row < len(rows) else f'ends after {len(rows)} rows'}")
    concerned = {_entity(rows[row]) for rows in (rows_a, rows_b) if row < len(rows)}
    for column, number in sorted(concerned - {(-1, -1)}):
        who = f"{'consignment' if column == 2 else 'trip'} {number}"
        for name, rows in (("a", rows_a), ("b", rows_b)):
            lines.append(f"{who} in {name}, up to there:")
            lines += [f"    {as_text(one)}" for one in rows[: row + 1] if one[column] == number]
    return "\n".join(lines)


def _entity(row: tuple[int, ...]) -> tuple[int, int]:
    """(column, number) of the entity that a row is about; (-1, -1) when it is about none."""
    return next(((column, row[column]) for column in (3, 2) if row[column] >= 0), (-1, -1))


def agreed(plan: SampledPlan) -> EventLog:
    """The log on which all engines agree."""
    logs = [simulate(plan, engine=engine) for engine in ENGINES]
    for engine, log in zip(list(ENGINES)[1:], logs[1:], strict=True):
        if log != logs[0]:
            pytest.fail(f"a: {next(iter(ENGINES))}, b: {engine}\n{first_difference(plan, logs[0], log)}")
    return logs[0]


PLAN = a_closed_border()
LOG = simulate(PLAN)
PASSED = "98 waited t21 gate 0: 8 s path"


def test_a_row_changed_by_hand_is_the_first_difference_and_shows_the_history_of_its_trip() -> None:
    row = told(LOG).index(PASSED)
    lines = first_difference(PLAN, LOG, changed(LOG, row, span_s=9)).splitlines()
    assert lines[:3] == [
        f"plan of seed 0, replication 0: row {row} is the first that differs",
        "a: 98 waited t21 gate 0: 8 s path",
        "b: 98 waited t21 gate 0: 9 s path",
    ]
    before = [f"    {line}" for line in told(LOG)[:row] if " t21 " in line]
    assert len(before) > 2
    assert lines[3:] == [
        "trip 21 in a, up to there:",
        *before,
        "    98 waited t21 gate 0: 8 s path",
        "trip 21 in b, up to there:",
        *before,
        "    98 waited t21 gate 0: 9 s path",
    ]


def test_of_a_row_that_is_missing_both_entities_are_shown() -> None:
    row = told(LOG).index("8 departed t0 service 0")
    found = first_difference(PLAN, LOG, without(LOG, row))
    assert f"row {row} is the first that differs\na: 8 departed t0 service 0\nb: " in found
    assert "trip 0 in a, up to there:" in found


def test_a_log_that_ends_early_differs_where_it_ends_and_equal_logs_do_not_differ() -> None:
    cut = EventLog(LOG.rows[:60])
    assert "b: ends after 60 rows" in first_difference(PLAN, LOG, cut)
    assert "a: ends after 60 rows" in first_difference(PLAN, cut, LOG)
    assert first_difference(PLAN, LOG, LOG) == ""


# --- generated plans --------------------------------------------------------------------------------------------------


def reached(logs: Iterable[EventLog]) -> tuple[set[int], set[int]]:
    """Kinds of event and causes in some logs."""
    kinds: set[int] = set()
    causes: set[int] = set()
    for log in logs:
        kinds |= set(log.column("kind").tolist())
        causes |= set(log.column("cause").tolist())
    return kinds, causes


EVERYTHING = set(EventKind), {-1, *Cause}


def test_the_engines_agree_on_plans_that_shrink_which_reach_every_event_and_cause() -> None:
    logs: list[EventLog] = []

    # What shrinking finds need not reach everything: these four do together.
    @example(plan=numbered_plan(3))
    @example(plan=numbered_plan(12))
    @example(plan=numbered_plan(139))
    @example(plan=numbered_plan(270))
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(plan=plans())
    def agree(plan: SampledPlan) -> None:
        logs.append(agreed(plan))

    agree()
    assert reached(logs) == EVERYTHING


def test_the_engines_agree_on_numbered_plans_which_reach_every_event_and_cause() -> None:
    assert reached(agreed(numbered_plan(number)) for number in range(NUMBERED)) == EVERYTHING


def test_the_engines_agree_when_more_is_to_come_than_there_was_room_for() -> None:
    plan = next(plan for plan in map(numbered_plan, range(50)) if len(plan.fleet_withdrawn))
    plan, steps = replace(plan, period_s=60_000), 40_000
    assert 4 * plan.n_consignments + 8_192 < steps < plan.period_s
    added = {
        "at_s": np.arange(steps),
        "value": np.zeros(steps),
        "cause": np.full(steps, -1),
        "policy": np.full(steps, -1),
    }
    columns = {
        f"calendar_{name}": np.append(getattr(plan, f"calendar_{name}"), values).astype(np.int64)
        for name, values in added.items()
    }
    log = agreed(
        replace(
            plan,
            **columns,
            calendar_first=np.append(plan.calendar_first, plan.calendar_first[-1] + steps),
            fleet_withdrawn=np.full_like(plan.fleet_withdrawn, len(plan.calendar_first) - 1),
        )
    )
    assert len(log)


def test_the_engines_agree_when_a_trip_has_more_rows_than_there_was_room_for() -> None:
    """A station that is closed every other second: three rows a step, where two were thought."""
    steps = 5_000
    shut = tuple((second, OPEN if second % 2 else 0) for second in range(2 * steps + 10))
    b = PlanBuilder(period_s=3 * steps)
    b.options(b.chain(b.service(*[(StepKind.HANDLE, b.station(1, shut), 1)] * steps)))
    b.consignment(0)
    log = agreed(b.plan())
    assert len(log) > 64 + 2 * steps + 4_096
    assert log.rows["kind"][-1] == EventKind.DELIVERED


def test_the_engines_agree_when_many_events_come_in_no_order_within_one_slice_of_time() -> None:
    trips, second = 3 * MANY_OF_A_SLICE, 2**18
    b = PlanBuilder(period_s=2**29)
    run_s = second - np.arange(trips) + np.random.default_rng(1).permutation(trips)
    b.options(
        b.chain(b.service((StepKind.RUN, b.leg(), run_s.tolist()), (StepKind.GATE, b.gate(1)), trips=trips))
    )
    for at_s in range(trips):
        b.consignment(at_s)
    log = agreed(b.plan())
    arrived = log.rows[log.column("kind") == EventKind.ARRIVED]
    assert sorted(arrived["trip"].tolist()) == list(range(trips))
    assert arrived["trip"].tolist() != list(range(trips))
    assert np.ptp(arrived["time_s"]) < 2**29 >> SLICES_BITS


@pytest.mark.slow
@pytest.mark.parametrize("part", range(20))
def test_the_engines_agree_on_thousands_of_numbered_plans(part: int) -> None:
    size = MANY // 20
    for number in range(size * part, size * (part + 1)):
        agreed(numbered_plan(number))


@pytest.mark.slow
@settings(max_examples=5_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=plans())
def test_the_engines_agree_on_thousands_of_plans_that_shrink(plan: SampledPlan) -> None:
    agreed(plan)


@pytest.mark.slow
def test_a_disagreement_of_the_engines_shrinks_to_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that tells every wait a second too long is found, by the smallest plan in which anything waits."""
    monkeypatch.setattr(sys.modules[__name__], "simulate", _one_second_more)

    @settings(max_examples=200, deadline=None, derandomize=True, database=None, report_multiple_bugs=False)
    @given(plan=plans())
    def agree(plan: SampledPlan) -> None:
        agreed(plan)

    with pytest.raises(pytest.fail.Exception, match="is the first that differs") as failed:
        agree()
    text = str(failed.value)
    assert text.startswith("a: fast, b: reference\nplan of seed 0, replication 0: row ")
    assert len(text.splitlines()) <= 12


def _one_second_more(plan: SampledPlan, *, engine: str) -> EventLog:
    log = simulate_as_it_is(plan, engine=engine)
    rows = log.rows.copy()
    if engine == "reference":
        rows["span_s"][rows["kind"] == EventKind.WAITED] += 1
    return EventLog(rows)


simulate_as_it_is = simulate


# --- shipped scenarios ------------------------------------------------------------------------------------------------


@each_shipped
def test_the_engines_agree_on_a_month_of_every_shipped_scenario(file: Path) -> None:
    assert len(agreed(short_plan(file))) > 10_000


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
@each_shipped
def test_the_engines_agree_on_every_shipped_scenario(file: Path, seed: int) -> None:
    agreed(Sampler(load_scenario(file).scenario, seed=seed).plan(0))


# --- the compiled code ------------------------------------------------------------------------------------------------


def test_the_fast_engine_tells_the_same_again() -> None:
    for number in range(NUMBERED):
        plan = numbered_plan(number)
        assert simulate(plan, engine="fast") == simulate(plan, engine="fast")


def test_a_plan_too_large_for_the_fast_engine_says_which_engine_takes_it() -> None:
    plan = replace(numbered_plan(1), period_s=2**30)
    with pytest.raises(PlanError, match="Use the reference engine"):
        simulate_fast(plan)
