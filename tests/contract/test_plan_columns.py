"""Columns of a plan: what is declared beside each is what its check holds it to."""

from dataclasses import replace

import numpy as np
import pytest
from generated import numbered_plan

from sim.contract import SampledPlan, check_plan, ints
from sim.contract.plan import columns
from sim.contract.plan_check import contradictions
from sim.errors import PlanError

COLUMNS = {name: column for name, column in columns().items() if column.each}
LONG = next(
    plan for plan in map(numbered_plan, range(1_000)) if all(len(getattr(plan, name)) > 0 for name in COLUMNS)
)
"""A plan in which no column is empty."""


def with_a(name: str, number: int) -> SampledPlan:
    """The plan with another number as the last of a column."""
    if not columns()[name].each:
        return replace(LONG, **{name: number})
    return replace(LONG, **{name: ints([*getattr(LONG, name)[:-1], number])})


def test_every_field_of_a_plan_is_declared() -> None:
    assert list(columns()) == list(SampledPlan.__annotations__)
    assert all(column.meaning for column in columns().values())
    assert contradictions(LONG) == []


@pytest.mark.parametrize("name", [name for name, column in columns().items() if column.least is not None])
def test_a_number_beside_the_declared_ones_is_refused_with_its_column(name: str) -> None:
    column = columns()[name]
    assert column.least is not None
    assert any(f"{name} must" in found for found in contradictions(with_a(name, column.least - 1)))
    if column.most is not None:
        assert any(f"{name} must" in found for found in contradictions(with_a(name, column.most + 1)))


@pytest.mark.parametrize("name", [name for name, column in columns().items() if column.kind is not None])
def test_a_number_that_is_in_no_named_table_is_refused(name: str) -> None:
    kind = columns()[name].kind
    assert kind is not None
    assert f"{name} must be a {kind.__name__}" in contradictions(with_a(name, len(kind)))


@pytest.mark.parametrize("name", [name for name, column in columns().items() if column.of])
def test_the_number_of_something_that_is_not_there_is_refused(name: str) -> None:
    assert any(f"{name} must lie in" in found for found in contradictions(with_a(name, 9_999)))


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_longer_than_what_it_is_of_is_refused(name: str) -> None:
    values = getattr(LONG, name)
    longer = contradictions(replace(LONG, **{name: ints([*values, values[-1]])}))
    if COLUMNS[name].each == "draw of work":  # each step says where its own begin
        assert longer == []
    else:
        assert longer != []


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_of_another_type_is_refused(name: str) -> None:
    short = getattr(LONG, name).astype(np.int32)
    assert contradictions(replace(LONG, **{name: short})) == [f"{name} must be int64 with one dimension"]


@pytest.mark.parametrize("name", [name for name, column in COLUMNS.items() if column.firsts])
def test_parts_begin_at_0_and_do_not_go_back(name: str) -> None:
    values = getattr(LONG, name)
    for wrong in ([1, *values[1:]], [*values[:-1], -1], []):
        assert f"{name} must rise from 0" in contradictions(replace(LONG, **{name: ints(wrong)}))


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(PlanError, match=r"size_teu must be positive; .*express must be 0 or 1"):
        check_plan(replace(with_a("size_teu", 0), express=ints([2] * LONG.n_consignments)))
