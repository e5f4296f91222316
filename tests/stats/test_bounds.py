"""A mark of a lower bound is a claim: what is cut by the period's end is held against the same freight seen to its end."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reckonings import measures_of

from sim.results import CAUSE_COLUMNS
from sim.stats import box_numbers, ecdf_band, where_time_went
from sim.stats.measures import MEASURES

DAY_S = 86_400
END_D = 40
ROUNDING = 1e-9
BUFFER = "measure == 'buffer.index' and corridor == 'all' and direction == 'all'"
AT_THE_END = ("delivered", "under_way")
"""What they say is of the period's end, and is not marked: delivered by then, under way then."""


@st.composite
def freight(draw: st.DrawFn) -> pd.DataFrame:
    """One replication's consignments, seen to their end: corridor, release, days, TEU, promise."""
    one = st.tuples(
        st.sampled_from(["northern", "cku"]),
        st.integers(0, END_D - 1),
        st.integers(1, 60),
        st.integers(1, 20),
        st.sampled_from([10, 20, 45]),
    )
    rows = draw(st.lists(one, min_size=1, max_size=14))
    return complete(pd.DataFrame(rows, columns=["corridor", "released_d", "days", "size_teu", "promise_d"]))


def complete(table: pd.DataFrame) -> pd.DataFrame:
    """The other columns of consignments that have all arrived."""
    n = len(table)
    causes = dict.fromkeys(CAUSE_COLUMNS.values(), 0)
    return table.assign(
        scenario="s", replication=0, consignment=range(n), flow="f", direction="westbound", cargo="toys", chain=table["corridor"],
        status="delivered", measured=True, reroutes=0, release_s=table["released_d"] * DAY_S, transit_s=table["days"] * DAY_S,
        promise_s=table["promise_d"] * DAY_S, on_time=table["days"] <= table["promise_d"], deadline_s=30 * DAY_S,
        in_time=table["days"] <= 30, cost_usd_per_feu=100.0,
        time_cost_usd_per_feu=10.0 * table["days"], emissions_kg_per_feu=7.0, unfinished_s=0,
        **{**causes, "running_s": table["days"] * DAY_S // 2, "customs_s": table["days"] * DAY_S - table["days"] * DAY_S // 2},
    )  # fmt: skip


def cut(whole: pd.DataFrame, end_d: int = END_D) -> pd.DataFrame:
    """The same freight as a period that ends after `end_d` days shows it: what has not arrived is under way, with its age."""
    late = (whole["released_d"] + whole["days"] > end_d).to_numpy()
    age_d = np.where(late, end_d - whole["released_d"], whole["days"])
    running_s = np.minimum(whole["running_s"], age_d * DAY_S)
    return whole.assign(
        status=np.where(late, "under way", "delivered"),
        transit_s=age_d * DAY_S,
        on_time=whole["on_time"] & ~late,
        in_time=whole["in_time"] & ~late,
        time_cost_usd_per_feu=10.0 * age_d,
        running_s=running_s,
        customs_s=np.where(late, 0, whole["customs_s"]),
        unfinished_s=np.where(late, age_d * DAY_S - running_s, 0),
    )


@given(whole=freight(), turned=st.lists(st.booleans(), min_size=14, max_size=14))
@settings(max_examples=200, deadline=None)
def test_a_marked_figure_of_every_measure_ends_no_lower_and_an_unmarked_one_the_same(
    whole: pd.DataFrame, turned: list[bool]
) -> None:
    shown = cut(whole)
    # Freight that is under way may still turn to another chain: seen to its end it has.
    late = (shown["status"] == "under way").to_numpy()
    ended = whole.assign(reroutes=(late & np.array(turned[: len(whole)])).astype(int))
    seen, truth = (measures_of(table) for table in (shown, ended))
    assert set(seen["measure"]) == set(MEASURES) - {"load.factor"}
    assert not truth["lower_bound"].any()
    for a, b in zip(seen.to_dict("records"), truth.to_dict("records"), strict=True):
        assert a["measure"] == b["measure"]
        if np.isnan(a["value"]):
            continue
        if a["lower_bound"]:
            assert a["value"] <= b["value"] + ROUNDING
        elif a["measure"] not in AT_THE_END:
            assert a["value"] == pytest.approx(b["value"])


@pytest.mark.parametrize("days", [[1, 2, 3, 50], [1, 50, 50, 50], [50, 50, 50, 50]])
def test_every_measure_that_freight_under_way_can_change_is_marked(days: list[int]) -> None:
    one = {"corridor": "cku", "released_d": 0, "size_teu": 10, "promise_d": 45}
    whole = complete(pd.DataFrame([{**one, "days": d} for d in days]))
    marks = measures_of(cut(whole)).query("corridor == 'all' and direction == 'all'")
    marked = set(marks.loc[marks["lower_bound"], "measure"])
    assert {
        "transit_time.mean",
        "transit_time.p95",
        "buffer.index",
        "on_time.share",
        "time_cost.per_feu",
        "rerouted",
    } <= marked
    assert not {"delivered", "under_way", "refused", "corridor.share"} & marked


@given(whole=freight())
@settings(max_examples=150, deadline=None)
def test_of_a_buffer_index_the_least_is_said_that_it_can_become(whole: pd.DataFrame) -> None:
    seen = measures_of(cut(whole)).query(BUFFER)
    longer = whole.assign(days=np.where(cut(whole)["status"] == "under way", 10_000, whole["days"]))
    longer = longer.assign(transit_s=longer["days"] * DAY_S)
    for other in (whole, longer):
        truth = measures_of(other).query(BUFFER)
        assert seen["value"].item() <= truth["value"].item() + ROUNDING


@given(whole=freight())
@settings(max_examples=40, deadline=None)
def test_time_by_cause_is_marked_where_it_can_grow_and_what_is_unfinished_is_not(whole: pd.DataFrame) -> None:
    seen = where_time_went(cut(whole)).set_index(["corridor", "cause"])
    truth = where_time_went(whole).set_index(["corridor", "cause"])
    for key, row in seen.iterrows():
        if row["lower_bound"]:
            assert row["days"] <= truth.loc[key, "days"] + ROUNDING
        elif key[1] != "unfinished":
            assert row["days"] == pytest.approx(truth.loc[key, "days"])
    assert not seen.xs("unfinished", level="cause")["lower_bound"].any()


@given(whole=freight())
@settings(max_examples=20, deadline=None)
def test_quantiles_of_boxes_and_curves_of_what_has_arrived_are_lower_bounds(whole: pd.DataFrame) -> None:
    many = pd.concat([whole] * 400, ignore_index=True)
    seen, truth = (box_numbers(table).set_index(["corridor", "quantile"]) for table in (cut(many), many))
    for key, row in seen.iterrows():
        if row["lower_bound"]:
            assert row["days"] <= truth.loc[key, "days"] + ROUNDING
        else:
            assert row["days"] == truth.loc[key, "days"]
    curve = ecdf_band(cut(whole), points=5)
    for row in curve.to_dict("records"):
        mine = whole[whole["corridor"] == row["corridor"]]
        arrived = mine.loc[mine["days"] <= row["transit_days"], "size_teu"].sum()
        assert row["share"] <= 100 * arrived / mine["size_teu"].sum() + ROUNDING
