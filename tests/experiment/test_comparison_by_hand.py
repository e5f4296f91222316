"""What a comparison holds besides differences: what policies and disruptions bound, who is compared with whom, what carried nothing."""

from functools import cache

import pytest
from worlds import scenario

from sim.errors import LandbridgeError
from sim.experiment import Case, Comparison, Outcome, Workers, compare_outcomes, run_cases

SHORT = "period: {length: 25 d, warm_up: 3 d, cool_down: 8 d}\nreplications: 2"
CASES = {
    "base": "{}",
    "slow": "legs: {r-d: {running_time: 80 h}}",
    "barred": "policies: {ban: {territory: [RU], barred: true}}",
    "closed": "disruptions: {flood: {at: {id: k-r}, from: '2025-01-08', lasts: 3 d, effect: closed}}",
    "empty": "flows: {cn-de: {volume: 0 TEU/day}, cn-pl: {volume: 0 TEU/day}}",
}


@cache
def outcome(name: str) -> Outcome:
    (found,) = run_cases([Case(name, scenario(SHORT, CASES[name]))])
    return found


@cache
def comparison(*names: str) -> Comparison:
    return compare_outcomes([outcome(name) for name in names])


def pairs(found: Comparison) -> set[tuple[str, str]]:
    return set(zip(found.differences["a"], found.differences["b"], strict=True))


def test_one_scenario_alone_has_rows_and_no_differences() -> None:
    found = comparison("base")
    assert set(found.rows["scenario"]) == {"base"}
    assert len(found.differences) == len(found.moved) == 0
    assert (found.notes, found.nothing) == ([], [])


def test_each_is_compared_with_the_first_unless_another_base_is_named() -> None:
    every = [outcome(name) for name in ("base", "slow", "barred")]
    assert pairs(compare_outcomes(every)) == {("base", "slow"), ("base", "barred")}
    assert pairs(compare_outcomes(every, against={"barred": "slow"})) == {("slow", "barred")}
    assert pairs(compare_outcomes(every, against={})) == set()


def test_two_of_one_name_are_refused() -> None:
    with pytest.raises(LandbridgeError, match="two scenarios are called 'base'"):
        compare_outcomes([outcome("base"), outcome("base")])


def test_a_difference_is_the_other_less_the_first_and_turns_its_sign_with_the_order() -> None:
    key = ["corridor", "direction", "chain", "cargo", "flow", "measure"]
    there, back = (
        comparison(*names).differences.set_index(key)["estimate"]
        for names in (("base", "slow"), ("slow", "base"))
    )
    assert set(there.index) == set(back.index)
    # A quantile of delays is one of the delays: turned round it may be that of a neighbour.
    shown = there[["later." not in measure for measure in there.index.get_level_values("measure")]].dropna()
    for cell, estimate in shown.items():
        assert estimate == pytest.approx(-back[cell], abs=1e-9), cell
    assert len(shown) > 20 and shown.abs().max() > 0


def test_a_scenario_beside_an_equal_one_differs_in_nothing() -> None:
    (twin,) = run_cases([Case("twin", scenario(SHORT))])
    found = compare_outcomes([outcome("base"), twin])
    assert (found.differences["estimate"].dropna() == 0).all()
    assert (found.moved["from"] == found.moved["to"]).all()
    assert twin.log_digest == outcome("base").log_digest


def test_freight_that_moved_is_what_the_first_sent_by_rail_and_the_other_by_road() -> None:
    found = comparison("base", "barred")
    moved = {(row["from"], row["to"]): row for row in found.moved.to_dict("records")}
    assert set(moved) == {("north", "road"), ("north", "refused")}
    # Fourteen days are measured, and 80 TEU a day go to Poland, to which no road leads.
    assert moved["north", "refused"]["teu"] == pytest.approx(14 * 80, rel=0.2)
    assert all(row["teu"] == 20 * row["consignments"] for row in moved.values())


def test_what_bound_freight_is_told_of_the_scenario_in_which_it_did() -> None:
    found = comparison("base", "barred", "closed")
    assert set(found.policies["scenario"]) == {"barred"} and set(found.policies["policy"]) == {"ban"}
    assert set(found.disruptions["scenario"]) == {"closed"} and set(found.disruptions["disruption"]) == {
        "flood"
    }
    assert list(found.bound) == ["base", "barred", "closed"]
    assert found.bound["base"] == []
    assert any("ban" in text for text in found.bound["barred"])
    assert any("flood" in text for text in found.bound["closed"])


def test_a_scenario_that_carried_nothing_is_named() -> None:
    (words,) = comparison("base", "empty").nothing
    assert "empty" in words
    assert comparison("base", "slow").nothing == []


def test_verdicts_are_the_words_of_what_is_said() -> None:
    found = comparison("base", "slow")
    assert found.verdicts == [one.text for one in found.said]
    assert all(isinstance(text, str) and text for text in found.verdicts)


# --- who does the work -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("workers", "here"),
    [
        (Workers(), True),
        (Workers(2), True),
        (Workers(2, where="threads"), True),
        (Workers(2, where="processes"), False),
        # One job is done by the process that asks, whatever is said.
        (Workers(1, where="processes"), True),
        (Workers(1, "reference"), True),
        (Workers(2, "reference"), False),
        (Workers(2, "reference", "threads"), True),
    ],
)
def test_work_is_done_here_by_one_job_and_by_threads(workers: Workers, here: bool) -> None:
    assert workers.here == here
    assert workers.cluster is None
