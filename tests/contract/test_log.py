"""The log as an array: what it holds, when two are equal, what its digest tells."""

import pickle

import numpy as np
import pytest
from generated import numbered_plan
from golden_worlds import a_closed_border
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import changed, without

from sim.contract import ROW, EventKind, EventLog
from sim.engine import simulate
from sim.errors import PlanError

LOG = simulate(a_closed_border(), engine="reference")
COLUMNS = ["time_s", "kind", "consignment", "trip", "place_kind", "place", "cause", "span_s", "policy"]


def test_a_row_is_three_machine_words() -> None:
    assert ROW.itemsize == 24
    assert list(ROW.names or ()) == COLUMNS


@given(st.integers(0, len(LOG) - 1), st.sampled_from(COLUMNS))
@settings(max_examples=60)
def test_a_log_with_one_other_number_is_another_log(row: int, column: str) -> None:
    other = changed(LOG, row, **{column: int(LOG.rows[column][row]) + 1})
    assert other != LOG
    assert other.digest() != LOG.digest()
    assert changed(other, row, **{column: int(LOG.rows[column][row])}) == LOG


@given(st.integers(0, len(LOG) - 1))
@settings(max_examples=30)
def test_a_log_that_lacks_a_row_is_another_log(row: int) -> None:
    other = without(LOG, row)
    assert len(other) == len(LOG) - 1
    assert other != LOG
    assert other.digest() != LOG.digest()


def test_a_log_is_made_again_from_its_rows() -> None:
    assert EventLog.of(LOG.rows.tolist()) == LOG
    assert EventLog.of(LOG.rows.tolist()).digest() == LOG.digest()
    assert pickle.loads(pickle.dumps(LOG)) == LOG


def test_a_log_of_nothing_is_a_log() -> None:
    empty = EventLog.of([])
    assert len(empty) == 0
    assert empty == EventLog.of([])
    assert empty != LOG


def test_a_log_is_equal_to_no_other_thing_and_is_no_key() -> None:
    assert LOG.rows.tolist() != LOG
    with pytest.raises(TypeError, match="unhashable"):
        hash(LOG)


def test_rows_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        LOG.rows["time_s"][0] = 7


def test_a_column_is_a_copy_of_whole_numbers() -> None:
    kinds = LOG.column("kind")
    assert kinds.dtype == np.int64
    kinds[:] = -7
    assert LOG.column("kind").tolist() == LOG.rows["kind"].tolist()
    assert -7 not in LOG.column("kind")


@pytest.mark.parametrize("rows", [np.zeros(3), np.zeros((2, 2), dtype=ROW), np.zeros(3, dtype=np.int64)])
def test_an_array_of_another_form_is_no_log(rows: np.ndarray) -> None:
    with pytest.raises(PlanError, match="an event log needs rows of"):
        EventLog(rows)


@pytest.mark.parametrize("number", range(0, 30, 3))
def test_time_never_goes_back_and_rows_are_within_the_period(number: int) -> None:
    plan = numbered_plan(number)
    times = simulate(plan, engine="reference").column("time_s")
    assert (np.diff(times) >= 0).all()
    assert times.min(initial=0) >= 0
    assert times.max(initial=0) <= plan.period_s


@pytest.mark.parametrize("number", range(0, 30, 3))
def test_every_kind_of_row_that_ends_something_follows_what_began_it(number: int) -> None:
    plan = numbered_plan(number)
    begun: set[tuple[str, int]] = set()
    for _, kind, consignment, trip, *_ in simulate(plan, engine="reference").rows.tolist():
        if kind == EventKind.RELEASED:
            assert ("goods", consignment) not in begun
            begun.add(("goods", consignment))
        elif kind in (
            EventKind.BOARDED,
            EventKind.UNLOADED,
            EventKind.DELIVERED,
            EventKind.SET_OUT,
            EventKind.ATTACHED,
        ):
            assert ("goods", consignment) in begun
        if kind == EventKind.DEPARTED:
            assert ("trip", trip) not in begun
            begun.add(("trip", trip))
        elif kind in (
            EventKind.PASSED,
            EventKind.STARTED,
            EventKind.FINISHED,
            EventKind.ARRIVED,
            EventKind.UNLOADED,
        ):
            assert ("trip", trip) in begun


# --- plans -----------------------------------------------------------------------------------------------------------


def test_plans_of_other_numbers_have_other_digests_and_the_same_the_same() -> None:
    digests = [numbered_plan(number).digest() for number in range(40)]
    assert len(set(digests)) == 40
    assert numbered_plan(7).digest() == digests[7]


def test_a_plan_that_went_to_another_process_is_the_same() -> None:
    plan = numbered_plan(11)
    there = pickle.loads(pickle.dumps(plan))
    assert there.digest() == plan.digest()
    assert simulate(there, engine="reference") == simulate(plan, engine="reference")
