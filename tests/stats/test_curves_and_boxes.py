"""Curves of arrival, boxes and sample sizes: what pictures of transit times show, beside the same counted box by box."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from cells import DAY_S, cohorts, table_of
from hypothesis import given, settings

from sim.stats import box_numbers, ecdf_band, sample_sizes
from sim.stats.distribution import merge_small_causes

few = settings(max_examples=12)
QUANTILES = (0.05, 0.25, 0.50, 0.75, 0.95)


def of_chain(
    days: list[int], chain: str = "north-a", replication: int = 0, late: bool = False
) -> pd.DataFrame:
    return table_of([(replication, chain, "westbound", "toys", "f", 1, day, late) for day in days])


# --- curves of arrival -----------------------------------------------------------------------------------------------


def test_a_curve_steps_where_freight_arrives() -> None:
    curve = ecdf_band(of_chain([2, 4, 4, 8]), points=9)
    assert curve["transit_days"].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8]
    assert curve["share"].tolist() == [0, 0, 25, 25, 75, 75, 75, 75, 100]
    assert set(curve["replications"]) == {1}
    assert curve["low"].isna().all()


def test_a_curve_counts_teu_and_not_consignments() -> None:
    small, large = (
        table_of([(0, "north-a", "westbound", "toys", "f", teu, day, False)]) for teu, day in ((1, 1), (3, 2))
    )
    curve = ecdf_band(pd.concat([small, large]), points=3)
    assert curve["share"].tolist() == [0, 25, 100]


def test_freight_under_way_keeps_a_curve_below_all() -> None:
    curve = ecdf_band(pd.concat([of_chain([1, 2]), of_chain([1, 2], late=True)]), points=3)
    assert curve["share"].tolist() == [0, 25, 50]


def test_a_curve_is_the_mean_of_those_of_its_replications() -> None:
    both = ecdf_band(pd.concat([of_chain([1, 1]), of_chain([1, 2], replication=1)]), points=3)
    assert both["share"].tolist() == [0, 75, 100]
    assert set(both["replications"]) == {2}


def test_corridors_share_one_grid_that_ends_with_the_slowest() -> None:
    curves = ecdf_band(pd.concat([of_chain([3]), of_chain([9], "by-cku")]), points=4)
    grids = {str(name): group["transit_days"].tolist() for name, group in curves.groupby("corridor")}
    assert grids == {"northern": [0, 3, 6, 9], "cku": [0, 3, 6, 9]}


def test_a_few_strays_do_not_stretch_the_grid() -> None:
    curve = ecdf_band(of_chain([10] * 999 + [400]), points=3)
    assert curve["transit_days"].max() == 10
    assert curve["share"].iloc[-1] == pytest.approx(99.9)


def test_when_nothing_has_arrived_the_grid_ends_at_the_greatest_age() -> None:
    curve = ecdf_band(of_chain([7, 7], late=True), points=2)
    assert curve["transit_days"].tolist() == [0, 7]
    assert curve["share"].tolist() == [0, 0]


def test_of_no_freight_there_is_no_curve_but_its_columns() -> None:
    curve = ecdf_band(of_chain([5]).iloc[:0])
    assert curve.empty
    assert curve.columns.tolist() == [
        "scenario",
        "corridor",
        "direction",
        "transit_days",
        "share",
        "low",
        "high",
        "replications",
    ]


def test_freight_of_one_direction_names_it_and_of_both_says_all() -> None:
    west = of_chain([5])
    both = pd.concat([west, west.assign(direction="eastbound")])
    assert set(ecdf_band(west, points=2)["direction"]) == {"westbound"}
    assert set(ecdf_band(both, points=2)["direction"]) == {"all"}


@given(cohorts())
@few
def test_a_curve_is_counted_point_by_point_rises_and_ends_at_the_share_delivered(table: pd.DataFrame) -> None:
    curves = ecdf_band(table, points=7)
    cohort = table[table["measured"] & (table["status"] != "refused")]
    for corridor, curve in curves.groupby("corridor"):
        mine = cohort[cohort["corridor"] == corridor]
        for day, share in zip(curve["transit_days"], curve["share"], strict=True):
            each = [
                100 * one.loc[(one["status"] == "delivered") & (one["transit_s"] <= day * DAY_S), "size_teu"].sum() / one["size_teu"].sum()
                for _, one in mine.groupby("replication")
            ]  # fmt: skip
            assert share == pytest.approx(sum(each) / len(each))
        assert curve["share"].is_monotonic_increasing
        assert curve["share"].between(0, 100 + 1e-9).all()


# --- boxes -----------------------------------------------------------------------------------------------------------


def test_a_box_of_a_hundred_boxes_by_hand() -> None:
    box = box_numbers(
        table_of([(0, "north-a", "westbound", "toys", "f", 1, day, False) for day in range(1, 401)])
    )
    assert box["quantile"].tolist() == list(QUANTILES)
    assert box["days"].tolist() == [20, 100, 200, 300, 380]
    assert not box["lower_bound"].any()
    assert not box["pooled"].any()


def test_where_a_replication_has_too_few_all_of_them_stand_together_for_its_tails() -> None:
    # 100 a replication: the median has 50 beyond it, the 5 % quantile only 5 (20 are asked); together there are 20.
    rows = [
        (n, "north-a", "westbound", "toys", "f", 1, 1 + i + n, False) for n in range(4) for i in range(100)
    ]
    box = box_numbers(table_of(rows)).set_index("quantile")
    assert box["pooled"].to_dict() == {0.05: True, 0.25: False, 0.50: False, 0.75: False, 0.95: True}
    assert box.loc[0.50, "days"] == np.mean([50, 51, 52, 53])
    pooled = sorted(day for *_, day, _ in rows)
    assert box.loc[0.05, "days"] == pooled[math.ceil(Fraction(1, 20) * 400) - 1]


def test_what_is_too_few_for_a_tail_has_no_number() -> None:
    box = box_numbers(of_chain(list(range(1, 41)))).set_index("quantile")["days"]
    assert box[0.50] == 20
    assert math.isnan(box[0.05])
    assert math.isnan(box[0.95])


def test_freight_under_way_makes_a_box_a_lower_bound_from_its_age_on() -> None:
    arrived, late = of_chain([10] * 60), of_chain([30] * 40, late=True)
    box = box_numbers(pd.concat([arrived, late])).set_index("quantile")
    assert box["lower_bound"].to_dict() == {0.05: False, 0.25: False, 0.50: False, 0.75: True, 0.95: False}
    assert box.loc[0.75, "days"] == 30
    assert math.isnan(box.loc[0.95, "days"])


# --- sample sizes ----------------------------------------------------------------------------------------------------


@given(cohorts())
@few
def test_what_stands_behind_a_picture_is_counted(table: pd.DataFrame) -> None:
    sizes = sample_sizes(table, {"s": 7})
    cohort = table[table["measured"]]
    assert sizes["consignments"].sum() == len(cohort)
    assert sizes["teu"].sum() == cohort["size_teu"].sum()
    for row in sizes.to_dict("records"):
        mine = cohort[cohort["corridor"] == row["corridor"]]
        late = mine.loc[mine["status"] == "under way", "size_teu"].sum()
        assert row["under_way"] == pytest.approx(100 * late / mine["size_teu"].sum())
        refused = cohort.loc[cohort["status"] == "refused", "size_teu"].sum()
        assert row["refused"] == pytest.approx(100 * refused / cohort["size_teu"].sum())
        assert row["with_freight"] == mine["replication"].nunique()
        assert row["replications"] == 7


# --- causes that are small -------------------------------------------------------------------------------------------


def causes(**days: float) -> pd.DataFrame:
    table = pd.DataFrame({"cause": list(days), "days": list(days.values())})
    return table.assign(scenario="s", corridor="northern", lower_bound=table["cause"] == "closed")


def test_small_causes_are_shown_together_and_their_days_are_kept() -> None:
    merged, small = merge_small_causes(causes(running=9.8, customs=0.1, closed=0.1))
    assert small == ["customs", "closed"]
    assert dict(zip(merged["cause"], merged["days"], strict=True)) == {"running": 9.8, "other": 0.2}
    assert merged.loc[merged["cause"] == "other", "lower_bound"].item()


def test_one_small_cause_keeps_its_own_name() -> None:
    merged, small = merge_small_causes(causes(running=9.9, customs=0.1))
    assert small == []
    assert merged["cause"].tolist() == ["running", "customs"]


def test_a_cause_that_is_large_in_one_corridor_is_shown_in_all() -> None:
    north = causes(running=99, customs=1, closed=0.5, hours=0.5)
    cku = causes(running=5, customs=5, closed=0.01, hours=0.01).assign(corridor="cku")
    merged, small = merge_small_causes(pd.concat([north, cku]))
    assert small == ["closed", "hours"]
    assert merged.groupby("corridor")["cause"].agg(list).to_dict() == {
        "northern": ["running", "customs", "other"],
        "cku": ["running", "customs", "other"],
    }


def test_causes_that_took_no_time_are_left_out() -> None:
    merged, small = merge_small_causes(causes(running=9, customs=0, closed=0))
    assert small == []
    assert merged["cause"].tolist() == ["running"]
