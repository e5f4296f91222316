"""What an experiment gives is what a loop of four lines gives: draw, simulate, tabulate, measure."""

from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from reckonings import cohort_of, disruption_values_of, measures_of, policy_values_of
from worlds import scenario

from sim.contract import EventLog, SampledPlan
from sim.engine import simulate
from sim.experiment import Case, Outcome, Workers, compare_outcomes, run_cases
from sim.results import Tables, tabulate
from sim.sampling import Sampler
from sim.stats import summarise

RULES = """
period: {length: 25 d, warm_up: 4 d, cool_down: 6 d}
policies: {p: {territory: [RU], inspected: {share: 30 %, handling: {p50: 9 h, p90: 40 h}}}}
disruptions: {d: {at: {id: k-r}, from: "2025-01-08", lasts: 3 d, effect: closed}}
"""
N = 3
BREAKDOWNS = pytest.mark.parametrize("by", [None, "chain", "cargo", "flow"])


class Once(NamedTuple):
    plan: SampledPlan
    log: EventLog
    tables: Tables


@cache
def by_hand(seed: int = 0) -> list[Once]:
    """The replications, one after the other."""
    sampler = Sampler(scenario(RULES, f"seed: {seed}"), name="ruled")
    found = []
    for n in range(N):
        plan = sampler.plan(n)
        log = simulate(plan)
        found.append(Once(plan, log, tabulate(plan, log, sampler.legend, strikes=sampler.strikes(n))))
    return found


def case(seed: int = 0, n: int = N, name: str = "ruled", *changes: str) -> Case:
    return Case(name, scenario(RULES, f"seed: {seed}\nreplications: {n}", *changes))


@cache
def outcome(by: str | None = None, jobs: int = 1) -> Outcome:
    (found,) = run_cases([case()], by=by, workers=Workers(jobs))
    return found


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """Equal tables, whatever kinds of text their columns have."""
    pd.testing.assert_frame_equal(
        one.astype(object).reset_index(drop=True),
        other.astype(object).reset_index(drop=True),
        check_dtype=False,
    )


@BREAKDOWNS
def test_the_measures_are_those_of_the_tables_replication_by_replication(by: str | None) -> None:
    expected = [measures_of(one.tables.consignments, one.tables.trips, by) for one in by_hand()]
    same(outcome(by).values, pd.concat(expected))


def test_what_policies_did_is_that_of_the_tables() -> None:
    expected = [
        policy_values_of(one.tables.policies, one.tables.consignments, [("ruled", n)])
        for n, one in enumerate(by_hand())
    ]
    same(outcome().policies, pd.concat(expected))
    assert outcome().policies["value"].max() > 0


def test_what_disruptions_did_is_that_of_the_tables() -> None:
    expected = [
        disruption_values_of(one.tables.disruptions, one.tables.consignments, [("ruled", n)])
        for n, one in enumerate(by_hand())
    ]
    same(outcome().disruptions, pd.concat(expected))
    assert outcome().disruptions["value"].max() > 0


def test_the_ledger_has_the_measured_consignments_of_every_replication() -> None:
    for n, one in enumerate(by_hand()):
        expected, kept = cohort_of(one.tables.consignments), outcome().ledger.open(n)
        assert len(kept) == len(expected) == one.tables.consignments["measured"].sum()
        for name, column in expected.columns.items():
            mine = kept[name]
            if name in expected.names:
                column, mine = (
                    [of.names[name][k] for k in found] for of, found in ((expected, column), (kept, mine))
                )
            np.testing.assert_array_equal(mine, column, name)


def test_the_summary_is_that_of_the_values_and_the_ledger() -> None:
    same(outcome().rows, summarise(outcome().values, outcome().ledger))


def test_the_digests_tell_the_plans_and_logs_apart() -> None:
    (other,) = run_cases([case(seed=1)])
    assert outcome().plan_digest != other.plan_digest
    assert outcome().log_digest != other.log_digest
    (again,) = run_cases([case()])
    assert (again.plan_digest, again.log_digest) == (outcome().plan_digest, outcome().log_digest)


@pytest.mark.parametrize("jobs", [2, 3])
def test_the_answer_does_not_depend_on_who_does_the_work(jobs: int) -> None:
    same(outcome(None, jobs).values, outcome().values)
    assert outcome(None, jobs).log_digest == outcome().log_digest


def test_fewer_replications_are_the_first_of_more() -> None:
    (two,) = run_cases([case(n=2)])
    same(two.values, outcome().values[outcome().values["replication"] < 2])


def test_the_reference_engine_gives_the_same_outcome() -> None:
    (slow,) = run_cases([case(n=1)], workers=Workers(1, "reference"))
    same(slow.values, outcome().values[outcome().values["replication"] == 0])


def test_cases_beside_each_other_are_what_they_are_alone() -> None:
    first, second = run_cases([case(), case(0, N, "longer", "legs: {r-d: {running_time: 60 h}}")])
    same(first.values, outcome().values)
    assert set(second.values["scenario"]) == {"longer"}


# --- compared --------------------------------------------------------------------------------------------------------


@cache
def compared() -> tuple[Outcome, Outcome, pd.DataFrame]:
    """The world beside itself with a last leg of a fixed time, and the differences."""
    plain, slow = run_cases([case(0, 5), case(0, 5, "slow", "legs: {r-d: {running_time: 60 h}}")])
    return plain, slow, compare_outcomes([plain, slow]).differences


def test_differences_of_the_same_consignments_are_those_of_the_ledgers() -> None:
    plain, slow, found = compared()
    gaps = []
    for n in range(5):
        a, b = (boxes(one, n) for one in (plain, slow))
        both = [key for key in a if key in b and not (a[key][2] and b[key][2])]
        teu = sum(key[3] for key in both)
        gaps.append(sum((b[key][0] - a[key][0]) * key[3] for key in both) / teu / 86_400)
    mine = found[
        (found["measure"] == "transit_time.mean")
        & (found["corridor"] == "all")
        & (found["direction"] == "all")
    ]
    assert mine["estimate"].item() == pytest.approx(np.mean(gaps), abs=1e-6)
    assert mine["replications"].item() == 5


def boxes(one: Outcome, replication: int) -> dict[tuple[str, int, int, int], tuple[int, str, bool]]:
    """What is carried, by flow, number, release and size: seconds, status, whether it is under way."""
    kept = one.ledger.open(replication)
    flows, status = ([kept.names[name][k] for k in kept[name]] for name in ("flow", "status"))
    keys = zip(flows, *(kept[name].tolist() for name in ("number", "release_s", "size_teu")), strict=True)
    told = zip(kept["transit_s"].tolist(), status, (one == "under way" for one in status), strict=True)
    return {key: what for key, what in zip(keys, told, strict=True) if what[1] != "refused"}


def test_of_three_scenarios_each_is_compared_with_the_first() -> None:
    lasts = {"a": "40 h", "b": "60 h", "c": "90 h"}
    cases = [case(0, 2, name, f"legs: {{r-d: {{running_time: {time}}}}}") for name, time in lasts.items()]
    found = compare_outcomes(run_cases(cases)).differences
    assert set(zip(found["a"], found["b"], strict=True)) == {("a", "b"), ("a", "c")}
    means = found[
        (found["measure"] == "transit_time.p50")
        & (found["corridor"] == "all")
        & (found["direction"] == "all")
    ]
    by_name = dict(zip(means["b"], means["estimate"], strict=True))
    assert by_name["c"] > by_name["b"] > 0
