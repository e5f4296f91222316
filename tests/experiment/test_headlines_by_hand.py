"""Scenarios beside those that they extend: which corridors are told, with what changes, and what is said."""

from functools import cache

import pytest
from worlds import scenario

from sim.experiment import Case, Headline, Outcome, compare_outcomes, headlines_of, run_cases

SHORT = "period: {length: 25 d, warm_up: 3 d, cool_down: 8 d}\nreplications: 2"
CASES = {
    "base": "{}",
    "slow": "legs: {r-d: {running_time: 80 h}}",
    "barred": "policies: {ban: {territory: [RU], barred: true}}",
    "empty": "flows: {cn-de: {volume: 0 TEU/day}, cn-pl: {volume: 0 TEU/day}}",
}
BASES = {"base": "", "slow": "base", "barred": "slow", "empty": "base"}


@cache
def outcomes() -> dict[str, Outcome]:
    cases = [Case(name, scenario(SHORT, change)) for name, change in CASES.items()]
    return {one.case.name: one for one in run_cases(cases)}


@cache
def headlines(*names: str) -> dict[str, Headline]:
    found = headlines_of([outcomes()[name] for name in names or CASES], BASES)
    return {one.outcome.case.name: one for one in found}


def test_of_nothing_there_are_no_headlines() -> None:
    assert headlines_of([], BASES) == []


def test_all_outcomes_are_told_in_their_order_each_beside_its_base() -> None:
    assert [(name, one.base) for name, one in headlines().items()] == list(BASES.items())


def test_a_base_that_was_not_run_is_no_base() -> None:
    (only,) = headlines("barred").values()
    assert (only.base, [line.changes for line in only.corridors]) == ("", [None, None])
    assert only.said == () or all("against" not in text for text in only.said)


def test_corridors_without_freight_are_left_out_unless_they_lost_it() -> None:
    told = {name: [line.corridor for line in one.corridors] for name, one in headlines().items()}
    assert "road" not in told["base"]
    assert set(told["base"]) == set(told["slow"]) == {"all", "north"}
    # All freight to Germany goes by road when Russia is barred: the north is told since it lost it.
    assert set(told["barred"]) == {"all", "north", "road"}


def test_the_measures_are_those_of_the_summary() -> None:
    for name, one in headlines().items():
        rows = outcomes()[name].rows
        pooled = rows[(rows[["direction", "chain", "cargo", "flow"]] == "all").all(axis=1)]
        for line in one.corridors:
            mine = pooled[pooled["corridor"] == line.corridor].set_index("measure")["estimate"]
            assert set(line.measures) == set(mine.index)
            for measure, row in line.measures.items():
                assert row["estimate"] == pytest.approx(mine[measure], nan_ok=True)


def test_changes_are_the_differences_from_the_base_and_not_from_the_first() -> None:
    barred = {line.corridor: line for line in headlines()["barred"].corridors}
    changes = barred["all"].changes
    assert changes is not None
    assert {(row["a"], row["b"]) for row in changes.values()} == {("slow", "barred")}
    alone = compare_outcomes([outcomes()["slow"], outcomes()["barred"]]).differences
    mine = alone[
        (alone["corridor"] == "all") & (alone["direction"] == "all") & (alone["measure"] == "refused")
    ]
    assert changes["refused"]["estimate"] == pytest.approx(mine["estimate"].item())


def test_a_corridor_that_lost_all_has_lost_its_whole_share() -> None:
    north = {line.corridor: line for line in headlines()["barred"].corridors}["north"]
    assert north.changes is not None
    assert north.measures["corridor.share"]["estimate"] == 0
    before = {line.corridor: line for line in headlines()["slow"].corridors}["north"].measures
    assert north.changes["corridor.share"]["estimate"] == pytest.approx(-before["corridor.share"]["estimate"])


def test_a_scenario_that_carries_nothing_says_so_first() -> None:
    empty = headlines()["empty"]
    assert empty.said and "empty" in empty.said[0]
    assert not [line for line in empty.corridors if line.measures["corridor.share"]["estimate"] > 0]


def test_what_is_refused_is_said_of_the_scenario_itself() -> None:
    assert any("refused" in text for text in headlines()["barred"].said)
    assert not any("refused" in text for text in headlines()["base"].said)


def test_other_seeds_are_said_before_anything_else() -> None:
    (other,) = run_cases([Case("other", scenario(SHORT, "seed: 5"))])
    *_, found = headlines_of([outcomes()["base"], other], {"other": "base"})
    assert found.said[0].startswith("other and base have other seeds (5, 0)")
    assert found.said[0].endswith(".")
