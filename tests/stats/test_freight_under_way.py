"""Freight under way counts with its age: which figures it leaves exact and of which it makes lower bounds."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.stats.cells import Transits

few = settings(max_examples=60)
FREIGHT = st.lists(st.tuples(st.integers(1, 30), st.booleans(), st.integers(1, 5)), min_size=1, max_size=12)
Rows = list[tuple[int, bool, int]]


def transits(rows: Rows) -> Transits:
    """Freight as (days, under way, TEU), in any order."""
    days, late, teu = (np.array(column) for column in zip(*rows, strict=True))
    return Transits.of(days.astype(float), late.astype(bool), teu)


def quantile(rows: Rows, percent: int) -> int:
    """The oracle: the least day by which so many percent of the boxes are there."""
    total = sum(teu for *_, teu in rows)
    return next(
        day
        for day in sorted(day for day, *_ in rows)
        if 100 * sum(teu for other, _, teu in rows if other <= day) >= percent * total
    )


@given(FREIGHT, st.integers(1, 100))
@few
def test_a_quantile_is_that_of_the_boxes_one_by_one(rows: Rows, percent: int) -> None:
    assert transits(rows).quantile(percent / 100)[0] == quantile(rows, percent)


@given(FREIGHT, st.integers(1, 100))
@few
def test_a_quantile_is_a_bound_exactly_when_freight_under_way_is_no_older_than_it(
    rows: Rows, percent: int
) -> None:
    value = quantile(rows, percent)
    bound = transits(rows).quantile(percent / 100)[1]
    assert bound == any(late and day <= value for day, late, _ in rows)


@given(FREIGHT, st.integers(1, 100), st.integers(1, 40))
@few
def test_whatever_freight_under_way_takes_in_the_end_a_quantile_called_exact_stays(
    rows: Rows, percent: int, more: int
) -> None:
    before = transits(rows).quantile(percent / 100)
    arrived = [(day + more * late, False, teu) for day, late, teu in rows]
    after = transits(arrived).quantile(percent / 100)
    assert not after[1]
    assert after[0] >= before[0]
    if not before[1]:
        assert after[0] == before[0]


@given(FREIGHT)
@few
def test_means_and_amounts_are_by_box(rows: Rows) -> None:
    found = transits(rows)
    boxes = [day for day, _, teu in rows for _ in range(teu)]
    assert found.total == len(boxes)
    assert found.mean(found.days) == pytest.approx(sum(boxes) / len(boxes))
    assert found.amount(found.late) == sum(teu for _, late, teu in rows if late)
    assert found.some_late == any(late for _, late, _ in rows)


def test_of_no_freight_there_is_neither_mean_nor_quantile() -> None:
    nothing = Transits.of(np.array([]), np.array([], bool), np.array([], int))
    assert len(nothing) == 0
    assert math.isnan(nothing.quantile(0.5)[0]) and not nothing.quantile(0.5)[1]
    assert math.isnan(nothing.mean(nothing.days))
    assert not nothing.some_late


def test_a_tenth_of_ten_boxes_is_the_first_of_them() -> None:
    # 0.1 and 0.7 are no whole parts in binary: neither may fall just beyond a box.
    boxes = transits([(day, False, 1) for day in range(1, 11)])
    assert [boxes.quantile(share / 10)[0] for share in range(1, 11)] == list(range(1, 11))
