"""What stands behind a figure: which have one, which have an interval, and what a table says of those that have not."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from cells import table_of
from reckonings import measures_of, pack_of

from sim.cli.printed_tables import overview
from sim.results.ledger import Ledger
from sim.stats import summarise
from sim.stats.intervals import Interval, amount_interval, pooled_quantile, positive_interval, share_interval
from sim.stats.summary import fewest_for

NAN = math.nan


def replications(*counts: int, late: int = 0, skip: float = 1.0) -> pd.DataFrame:
    """A replication for each count, with so many consignments of 1, 2, 3 … days; the last `late` of each under way."""
    rows = [
        (r, "north-a", "westbound", "toys", "f", 1, skip * (i % 97 + 1), i >= count - late)
        for r, count in enumerate(counts)
        for i in range(count)
    ]
    return table_of(rows)


def summary_of(table: pd.DataFrame, n: int, with_ledger: bool = True) -> pd.DataFrame:
    whole = table.assign(express=False)
    packed = [pack_of(whole[whole["replication"] == r]) for r in range(n)]
    values = measures_of(table, runs=[("s", r) for r in range(n)])
    return summarise(values, Ledger(packed) if with_ledger else None)


def row(table: pd.DataFrame, measure: str) -> pd.Series:
    chosen = table.query("corridor == 'northern' and direction == 'all'").set_index("measure")
    return chosen.loc[measure]


def test_a_quantile_needs_20_consignments_beyond_it() -> None:
    assert [fewest_for(q) for q in (0.1, 0.5, 0.9, 0.95)] == [200, 40, 200, 400]


def test_where_every_replication_has_enough_a_quantile_is_the_mean_of_theirs() -> None:
    found = row(summary_of(replications(200, 210, 220, 230, 240), 5), "transit_time.p90")
    assert (bool(found["small"]), bool(found["pooled"]), found["replications"]) == (False, False, 5)
    assert found["low"] <= found["estimate"] <= found["high"]


def test_where_one_has_too_few_it_is_that_of_all_together() -> None:
    table = replications(60, 60, 60, 60, 0, 60)
    found = row(summary_of(table, 6), "transit_time.p90")
    assert (bool(found["small"]), bool(found["pooled"]), found["replications"]) == (True, True, 5)
    days = table["transit_s"] / 86_400
    assert found["estimate"] == np.quantile(days, 0.9, method="inverted_cdf")
    assert found["low"] <= found["estimate"] <= found["high"]
    # The same cell has enough in each replication for a median.
    assert not row(summary_of(table, 6), "transit_time.p50")["pooled"]


def test_where_all_together_are_too_few_there_is_no_figure_but_their_number() -> None:
    rows = summary_of(replications(12, 13, 0, 12, 12, 12), 6)
    found = row(rows, "transit_time.p90")
    assert found[["estimate", "low", "high"]].isna().all()
    assert bool(found["small"])
    text = overview(rows)
    assert "- (61)" in text
    assert "a P90 200" in text
    assert "5 of 6" in text


def test_without_a_ledger_a_quantile_of_few_has_no_figure() -> None:
    assert math.isnan(
        row(summary_of(replications(60, 60, 60, 60, 60), 5, False), "transit_time.p90")["estimate"]
    )


def test_fewer_than_five_replications_have_no_interval_and_the_table_says_how_many_would_do() -> None:
    rows = summary_of(replications(400, 400, 400, 400), 4)
    assert rows[["low", "high"]].isna().all(axis=None)
    assert row(rows, "transit_time.p90")["estimate"] > 0
    assert "no intervals from 4 replications: 5 would do (--replications 5)" in overview(rows)


def test_a_lower_bound_has_no_upper_end_and_is_printed_without_an_interval() -> None:
    rows = summary_of(replications(400, 410, 420, 430, 440, late=300), 5)
    found = row(rows, "transit_time.p50")
    assert bool(found["lower_bound"])
    assert math.isnan(found["high"])
    assert found["low"] <= found["estimate"]
    assert f">={found['estimate']:.1f}  " in overview(rows)


def test_a_mean_of_few_consignments_stands_alone() -> None:
    found = row(summary_of(replications(3, 4, 3, 4, 3), 5), "transit_time.mean")
    assert bool(found["small"])
    assert found["estimate"] > 0
    assert found[["low", "high"]].isna().all()


def test_a_cell_with_freight_in_one_replication_of_many_is_small() -> None:
    rows = summary_of(replications(400, 0, 0, 0, 0, 0), 6)
    assert bool(row(rows, "transit_time.mean")["small"])
    assert not row(rows, "corridor.share")["small"]


@pytest.mark.parametrize("values", [[0.0, 0, 0, 0, 90], [0.1, 0.2, 0.1, 0.3, 40], [1, 1, 1, 1, 1]])
def test_times_and_amounts_are_never_below_0(values: list[float]) -> None:
    for found in (amount_interval(values), positive_interval(values)):
        assert 0 <= found.low <= found.estimate <= found.high


@pytest.mark.parametrize("values", [[100.0] * 5, [0.0] * 5, [99, 100, 100, 100, 100], [0, 0, 0, 0, 3]])
def test_shares_are_never_outside_0_to_100_and_equal_ones_are_no_proof(values: list[float]) -> None:
    found = share_interval(values, 60)
    assert 0 <= found.low <= found.estimate <= found.high <= 100
    assert found.high - found.low > 1
    assert share_interval(values, 10**6).high >= found.estimate


def test_a_pooled_quantile_of_equal_values_is_that_value() -> None:
    days = [np.full(50, 12.0)] * 5
    assert pooled_quantile(days, [np.ones(50)] * 5, 0.9) == Interval(12, 12, 12, 5)
    assert pooled_quantile([], [], 0.9) == pytest.approx(Interval(NAN, NAN, NAN, 0), nan_ok=True)


def test_woodruffs_interval_by_hand() -> None:
    # Five replications of ten consignments; the P50 of all is 25. Below it or at it lie 10, 10, 5, 0 and 0 of them:
    # the share's standard error is sqrt(5/4 * (25 + 25 + 0 + 25 + 25)) / 50 = 0.2236, t(0.975; 4) = 2.7764.
    days = [np.arange(10 * r + 1, 10 * r + 11, dtype=float) for r in range(5)]
    found = pooled_quantile(days, [np.ones(10)] * 5, 0.5)
    assert found.estimate == 25
    # 0.5 - 0.62 and 0.5 + 0.62 are beyond 0 and 1: the first and the last value that occurred.
    assert (found.low, found.high) == (1, 50)
    # Alike replications say more: each has the same values, and no spread is left.
    assert pooled_quantile([np.arange(50.0)] * 5, [np.ones(50)] * 5, 0.5) == Interval(24, 24, 24, 5)
