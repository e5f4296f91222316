"""How plan and world lie in memory: each field where it is declared, one behind the other, under its own name."""

import pytest
from generated import numbered_plan

from sim.contract import Knowledge, SampledPlan
from sim.engine.layout import (
    Fleet,
    Gate,
    Goods,
    Line,
    Station,
    Terminal,
    Trip,
    World,
    members,
    numbers_of,
    places,
    words,
)

ROWS = (Line, Gate, Station, Trip, Goods, Terminal, Fleet)


@pytest.mark.parametrize("of", [*ROWS, World, SampledPlan], ids=lambda of: of.__name__)
def test_fields_lie_one_behind_the_other_without_a_gap(of: type) -> None:
    at = 0
    for name, kind in members(of).items():
        assert places(of)[name] == at
        at += words(kind)
    assert words(of) == at


def test_a_field_takes_a_number_a_pair_two_and_a_line_what_is_declared_of_it() -> None:
    assert places(Gate) == {"line": 0, "next_free_s": 4, "due": 5, "background": 6}
    assert places(Fleet)["count"] - places(Fleet)["start"] == 2
    assert words(Line) == 4


@pytest.mark.parametrize("of", [Trip, Goods])
def test_what_there_are_many_of_is_as_long_as_what_the_machine_fetches_at_once(of: type) -> None:
    assert words(of) == 8


def test_what_is_known_in_both_engines_has_the_same_names() -> None:
    assert list(members(World))[: len(members(Knowledge))] == list(members(Knowledge))


def test_the_numbers_of_a_plan_are_its_single_ones_and_how_many_there_are_of_everything() -> None:
    counted = [name for name in vars(SampledPlan) if name.startswith("n_")]
    single = ["seed", "replication", "period_s", "bulletin_s", "lag_s", "open_end_s"]
    assert numbers_of(SampledPlan) == [*single, *counted]
    assert {"n_services", "n_consignments", "n_facilities"} <= set(counted)


def test_what_is_known_at_first_is_plain_numbers_as_everything_that_a_slow_engine_reckons_with() -> None:
    known = Knowledge(numbered_plan(3))
    columns = [getattr(known, name) for name in members(Knowledge) if name not in numbers_of(Knowledge)]
    assert {type(number) for column in columns for number in column} == {int}
