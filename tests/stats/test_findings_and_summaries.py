"""What is found of a difference claims no more than its interval shows; what is summed up is the mean of what there is."""

import math
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from cells import cohorts
from hypothesis import given, settings
from hypothesis import strategies as st
from reckonings import measures_of

from sim.stats import MEASURES, Finding, Matters, completed, summarise
from sim.stats.judging import corrected, finding
from sim.stats.significance import FAMILY, holm
from sim.stats.wording import Change, clause, listed, size, span

few = settings(max_examples=12)
some = settings(max_examples=100)
numbers = st.floats(-60, 60).map(lambda x: round(x, 3))
intervals = st.lists(numbers, min_size=3, max_size=3).map(sorted)
"""Low, estimate, high."""
KEY = ["corridor", "direction", "chain", "cargo", "flow", "measure"]


def row(low: float, estimate: float, high: float, **more: Any) -> dict[str, Any]:
    return {
        "low": low,
        "estimate": estimate,
        "high": high,
        "p_holm": 0.0,
        "too_few": False,
        "lower_bound": False,
        **more,
    }


# --- what is found ---------------------------------------------------------------------------------------------------


@given(intervals, st.floats(0, 1), st.booleans(), st.floats(0.01, 20))
@some
def test_a_difference_leaves_nothing_out_and_what_is_small_is_small_all_over(
    ends: list[float], p: float, bound: bool, matters: float
) -> None:
    low, estimate, high = ends
    found = finding(row(low, estimate, high, p_holm=p, lower_bound=bound), matters)
    if found is Finding.DIFFERENCE:
        assert low > 0 or high < 0
        assert p <= FAMILY
        assert max(abs(low), abs(high)) >= matters or bound
    if found is Finding.TOO_SMALL:
        assert max(abs(low), abs(high)) < matters
        assert not bound
    if found is Finding.UNCHANGED:
        assert ends == [0, 0, 0]
    if low <= 0 <= high and found is not Finding.UNCHANGED:
        assert found in (Finding.TOO_SMALL, Finding.NOT_SHOWN)


@given(intervals, st.floats(0.01, 20))
@some
def test_the_other_way_round_the_same_is_found(ends: list[float], matters: float) -> None:
    low, estimate, high = ends
    assert finding(row(low, estimate, high), matters) is finding(row(-high, -estimate, -low), matters)


@given(intervals, st.floats(0.01, 10), st.floats(1, 5))
@some
def test_what_is_too_small_stays_so_when_more_must_matter(
    ends: list[float], matters: float, times: float
) -> None:
    if finding(row(*ends), matters) is Finding.TOO_SMALL:
        assert finding(row(*ends), matters * times) is Finding.TOO_SMALL


@pytest.mark.parametrize(
    ("given_row", "found"),
    [
        (row(1, 2, 3, too_few=True), Finding.TOO_FEW),
        (row(math.nan, math.nan, math.nan), Finding.NOTHING),
        (row(math.nan, 2, math.nan), Finding.NO_INTERVAL),
        (row(0, 0, 0), Finding.UNCHANGED),
        (row(1, 2, math.nan, lower_bound=True), Finding.DIFFERENCE),
        (row(-1, 2, math.nan, lower_bound=True), Finding.NOT_SHOWN),
        (row(math.nan, -2, -1, lower_bound=True), Finding.DIFFERENCE),
        (row(1, 2, 3, p_holm=0.2), Finding.NOT_SHOWN),
        (row(1, 2, 3, p_holm=FAMILY), Finding.DIFFERENCE),
    ],
)
def test_each_kind_of_row_has_its_finding(given_row: dict[str, Any], found: Finding) -> None:
    assert finding(given_row, 0.25) is found


@given(st.lists(st.lists(st.one_of(st.just(math.nan), st.floats(0, 1)), max_size=5), min_size=1, max_size=4))
@some
def test_all_tables_that_are_compared_are_one_family(tables: list[list[float]]) -> None:
    found = corrected([pd.DataFrame({"p": np.array(one, dtype=float)}) for one in tables])
    together = np.concatenate([one["p_holm"].to_numpy() for one in found])
    np.testing.assert_array_equal(together, holm([p for one in tables for p in one]))
    assert [len(one) for one in found] == [len(one) for one in tables]


@pytest.mark.parametrize(
    ("measure", "value", "freight", "least"),
    [
        ("transit_time.p90", 40, 900, 2),
        ("on_time.share", 40, 900, 3),
        ("corridor.share", 40, 900, 3),
        ("delivered", 40, 900, 27),
        ("refused", 0, 900, 27),
        ("cost.per_feu", 5_000, 900, 250),
        ("emissions.per_feu", -200, 900, 10),
    ],
)
def test_what_matters_is_days_points_or_percent(
    measure: str, value: float, freight: float, least: float
) -> None:
    assert Matters(days=2, points=3, percent=5).of(MEASURES[measure], value, freight) == pytest.approx(least)


# --- in words --------------------------------------------------------------------------------------------------------


def change(
    low: float, estimate: float, high: float, found: Finding, measure: str = "transit_time.p90"
) -> Change:
    return Change(measure, MEASURES[measure].unit, "a", "b", estimate, low, high, 10, found)


measures = st.sampled_from(
    ["transit_time.p90", "on_time.share", "delivered", "cost.per_feu", "emissions.per_feu"]
)


@given(intervals.filter(lambda ends: ends[0] > 0.001 or ends[2] < -0.001), measures)
@some
def test_the_words_of_a_difference_have_its_sign_its_size_and_its_interval(
    ends: list[float], measure: str
) -> None:
    one = change(*ends, Finding.DIFFERENCE, measure)
    scale = MEASURES[measure].scale
    more = scale.more if one.estimate > 0 else scale.less
    words = size(one)
    assert words.endswith(f" {more}")
    said = float(words.split()[0].replace(",", ""))
    assert said == pytest.approx(abs(one.estimate), abs=0.5)
    assert said > 0
    low, high = (float(text.replace(",", "")) for text in re.findall(r"[\d.,]*\d", span(one))[:2])
    smaller, larger = sorted((abs(one.low), abs(one.high)))
    assert (low, high) == pytest.approx((smaller, larger), abs=0.5)
    assert clause(one).startswith(f"{one.noun} {words} (")


@given(
    intervals.filter(lambda ends: all(abs(x) > 0.0005 for x in ends) and ends[2] - ends[0] > 0.0005), measures
)
@some
def test_no_end_of_an_interval_that_is_not_0_is_printed_as_0(ends: list[float], measure: str) -> None:
    one = change(*ends, Finding.NOT_SHOWN, measure)
    for text in re.findall(r"-?[\d.,]*\d", span(one).split(" USD")[0].split(" kg")[0].split(" TEU")[0]):
        assert float(text.replace(",", "")) != 0, span(one)


@pytest.mark.parametrize(
    ("names", "words"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_several_names_are_listed(names: list[str], words: str) -> None:
    assert listed(names) == words


# --- summed up -------------------------------------------------------------------------------------------------------

RUNS = [("s", n) for n in range(3)]
AMOUNTS = ["delivered", "refused", "under_way", "rerouted"]
MEANS = [
    "transit_time.mean",
    "cost.per_feu",
    "time_cost.per_feu",
    "emissions.per_feu",
    "on_time.share",
    "deadline.share",
]


@given(cohorts())
@few
def test_amounts_are_means_over_all_replications_and_times_over_those_with_freight(
    table: pd.DataFrame,
) -> None:
    values = measures_of(table, runs=RUNS)
    summary = summarise(values).set_index(KEY)
    for key, group in values.groupby(KEY, sort=False):
        found, measure = summary.loc[key], key[-1]
        known = group["value"].dropna()
        if measure in AMOUNTS:
            assert found["estimate"] == pytest.approx(group["value"].sum() / len(RUNS))
            assert found["replications"] == len(RUNS)
        elif measure in MEANS and len(known):
            assert found["estimate"] == pytest.approx(known.mean())
        assert found["consignments"] == group["consignments"].sum()
        if not math.isnan(found["estimate"]):
            assert bool(found["lower_bound"]) == group["lower_bound"].any()


@given(cohorts())
@few
def test_with_three_replications_nothing_has_an_interval(table: pd.DataFrame) -> None:
    summary = summarise(measures_of(table, runs=RUNS))
    assert summary["low"].isna().all()
    assert summary["high"].isna().all()


@given(cohorts())
@few
def test_what_is_completed_has_every_group_in_every_replication_once(table: pd.DataFrame) -> None:
    values = measures_of(table, by="chain", runs=RUNS)
    found = completed(values)
    groups = values[KEY].drop_duplicates()
    assert len(found) == len(groups) * values["replication"].nunique()
    assert not found.duplicated([*KEY, "replication"]).any()
    amounts = found[found["measure"].isin(AMOUNTS)]
    assert amounts["value"].notna().all()
    # What was there is there as it was.
    there, same = (
        {tuple(one[name] for name in (*KEY, "replication")): one["value"] for one in rows.to_dict("records")}
        for rows in (values, found)
    )
    assert {key: same[key] for key in there} == pytest.approx(there, nan_ok=True)
