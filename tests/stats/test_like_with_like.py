"""Differences are of like freight only, never of another mix."""

import math

import pandas as pd
import pytest
from compared_worlds import freight, luck, row, said, side
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.stats import (
    between_corridors,
    differences,
    summarise,
)

DAY_S = 86_400


def test_an_earthquake_does_not_make_freight_faster_when_nothing_but_the_mix_changed() -> None:
    quick = [("f", "north", 10 + x) for x in luck(50)]
    before, after = [], []
    for r in range(6):
        slow = [("f", "cku", 30 + x) for x in luck(50, r + 1)]
        before.append(freight(*quick, *slow))
        # The earthquake closes the CKU: what would go by it is refused, all else is as it was.
        after.append(freight(*quick, *((*one, "refused") for one in slow)))
    a, b = side(*before), side(*after, name="quake")
    pooled = [row(summarise(one.values), "transit_time.mean")["estimate"] for one in (a, b)]
    assert pooled[1] < pooled[0] - 5
    found, moved = differences(a, b)
    for measure in ("transit_time.mean", "transit_time.p50", "cost.per_feu", "on_time.share", "later.p50"):
        mine = row(found, measure)
        assert mine[["estimate", "low", "high", "teu", "teu_only_a"]].to_list() == [0, 0, 0, 100, 100]
        assert mine["compared"] == "same consignments"
    assert row(found, "corridor.share", "north")["estimate"] == 0
    assert moved[["from", "to", "teu"]].to_numpy().tolist() == [["cku", "refused", 100]]
    words = said(a, b)
    assert words[0].startswith(
        "quake against a, all freight (same consignments; 50.0 % of the freight of a is only there): mean transit time unchanged;"
    )
    assert "refused freight 100 TEU more" in words[0]
    assert not any("shorter" in text for text in words if "quake against" in text)


def test_grain_trains_that_are_added_leave_the_differences_of_others_their_own() -> None:
    a, b = [], []
    for r in range(6):
        others = [("boxes", "north", 20 + x) for x in luck(50, r)]
        a.append(freight(*others))
        later = [(flow, way, days + 0.5) for flow, way, days in others]
        b.append(freight(*later, *(("grain", "steppe", 5 + x) for x in luck(60, r + 9))))
    found, _ = differences(side(*a), side(*b, name="grain"))
    whole = row(found, "transit_time.p50")
    assert whole["estimate"] == pytest.approx(0.5, abs=1e-4)
    assert (whole["teu"], whole["teu_only_a"], whole["teu_only_b"]) == (100, 0, 120)
    # That north has less than all of the freight now is grain's doing.
    share = row(found, "corridor.share", "north")
    assert (share["value_a"], share["value_b"]) == (100, 100)
    words = said(side(*a), side(*b, name="grain"))
    assert "54.5 % of the freight of grain is only there" in words[0]
    assert "P50 0.5 d longer" in words[0]
    assert not any("share of freight" in text and "lower" in text for text in words)
    assert any(
        "steppe: it carries nothing in a; what it carries in the other is only there" in x for x in words
    )


def test_a_corridor_is_a_mix_too_and_those_that_left_it_are_told_apart() -> None:
    a, b = [], []
    for r in range(6):
        stay = [("f", "north", 10 + x) for x in luck(60, r)]
        leave = [("f", "north", 20 + x) for x in luck(60, r + 9)]
        a.append(freight(*stay, *leave))
        b.append(freight(*stay, *((flow, "cku", days + 3) for flow, _, days in leave)))
    one, other = side(*a), side(*b, name="open")
    assert row(summarise(other.values), "transit_time.mean", "north")["estimate"] < 11
    found, moved = differences(one, other)
    north = row(found, "transit_time.mean", "north")
    assert (north["estimate"], north["teu"], north["teu_only_a"], north["teu_only_b"]) == (0, 120, 120, 0)
    assert row(found, "transit_time.mean")["estimate"] == pytest.approx(1.5, abs=1e-4)
    assert moved[["from", "to", "teu"]].to_numpy().tolist() == [["north", "cku", 120]]
    assert moved["later_d"].item() == pytest.approx(3, abs=1e-4)
    words = said(one, other)
    assert (
        "Of what goes by north in a, 120 TEU a replication go by cku in open, where they take 3.0 d longer (3.0 to 3.0) (n = 6)."
        in words
    )
    north_words = next(text for text in words if text.startswith("open against a, north"))
    assert "P50 unchanged" in north_words
    assert "50.0 % of the freight of a is only there" in north_words


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_whatever_comes_goes_or_is_refused_no_time_or_price_of_unchanged_freight_differs(
    data: st.DataObject,
) -> None:
    days = st.integers(1, 60)
    flows = {name: data.draw(st.lists(days, min_size=1, max_size=12)) for name in ("x", "y", "z")}
    kept = st.sampled_from(["both", "both", "both", "a", "b", "refused in a", "refused in b"])
    rows_a, rows_b = [], []
    for name, times in flows.items():
        for i, day in enumerate(times):
            fate, cargo = data.draw(kept), f"cargo-{i % 2}"
            there = {"a": fate != "b", "b": fate != "a"}
            for rows, one in ((rows_a, "a"), (rows_b, "b")):
                status = "refused" if fate == f"refused in {one}" else "delivered"
                rows.append((name, f"way-{name}", day if there[one] else None, status, cargo, 100 * i))
    found, _ = differences(side(freight(*rows_a)), side(freight(*rows_b), name="b"))
    of_freight = found[found["compared"] != "volumes"]
    assert set(of_freight["compared"]) <= {
        "same consignments",
        "like freight",
        "same consignments and like freight",
    }
    assert (of_freight["estimate"].dropna().abs() < 1e-9).all()


def test_a_flow_whose_demand_is_another_one_is_compared_as_like_freight() -> None:
    def world(toys: int, tools: int, shift: int, add: float) -> pd.DataFrame:
        rows = [("f", "north", 10 + add, "delivered", "toys", shift * i) for i in range(toys)]
        rows += [("f", "north", 30 + add, "delivered", "tools", shift * (toys + i)) for i in range(tools)]
        return freight(*rows, *[("g", "north", 20.0, "delivered", "toys", i) for i in range(50)])

    # More of f, later released, with more of the quick toys; each class takes one day longer.
    a = side(*(world(50, 50, 10, 0) for _ in range(5)))
    b = side(*(world(150, 50, 7, 1) for _ in range(5)), name="b")
    assert row(summarise(b.values), "transit_time.mean")["estimate"] < 19
    mine = row(differences(a, b)[0], "transit_time.mean")
    assert mine["compared"] == "same consignments and like freight"
    assert mine["estimate"] == pytest.approx(2 / 3)
    assert (mine["teu"], mine["teu_only_a"], mine["teu_only_b"]) == (300, 0, 200)


def test_corridors_are_compared_over_the_same_flows_and_cargo() -> None:
    # To either end both corridors take as long; but north has mostly what goes near, the CKU mostly what goes far.
    rows = [("near", "north", 10.0)] * 150 + [("far", "north", 30.0)] * 50
    rows += [("near", "cku", 10.0)] * 50 + [("far", "cku", 30.0)] * 150 + [("grain", "steppe", 1.0)] * 50
    one = side(*(freight(*rows) for _ in range(5)))
    found = between_corridors(one.values, one.ledger, 5)
    median = found[(found["measure"] == "transit_time.p50") & (found["direction"] == "all")].set_index(
        ["a", "b"]
    )
    assert median.loc[("cku", "north"), ["estimate", "teu"]].to_list() == [0, 200]
    assert median.loc[("cku", "north"), "compared"] == "like freight"
    words = said(one, side(*(freight(*rows) for _ in range(5)), name="b"))
    assert (
        "In a, over the same flows and cargo (200 TEU a replication by each), north takes as long as cku at the median in every"
        in (" ".join(words))
    )
    assert (
        "In a, steppe and cku carry no freight of the same flow and cargo, so they are not compared." in words
    )


def test_freight_that_both_leave_under_way_is_left_out_and_late_on_one_side_it_leaves_an_end_open() -> None:
    def pair(late_a: bool, late_b: bool) -> pd.Series:
        tables = []
        for late, add in ((late_a, 0.0), (late_b, 1.0)):
            last = ("f", "north", 40.0, "under way" if late else "delivered")
            many = (freight(*[("f", "north", 10 + add + x) for x in luck(50, r)], last) for r in range(5))
            tables.append(side(*many, name="ab"[len(tables)]))
        return row(differences(*tables)[0], "transit_time.mean")

    both, later, earlier = pair(True, True), pair(False, True), pair(True, False)
    assert (both["estimate"], both["lower_bound"], both["teu"], both["teu_only_a"]) == (
        pytest.approx(1),
        False,
        100,
        0,
    )
    assert (math.isnan(later["high"]), later["low"] > 0, later["lower_bound_b"]) == (True, True, True)
    assert (math.isnan(earlier["low"]), earlier["high"] > 0, earlier["lower_bound_a"]) == (True, True, True)
