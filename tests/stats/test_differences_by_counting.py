"""Differences of two scenarios beside the same counted consignment by consignment: who is the same, who moved, who is alone."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reckonings import measures_of, pack_of

from sim.results import Ledger
from sim.stats import Side, consignment_correlation, differences

DAY_S = 86_400
RUNS = 5
CORRIDORS = ("", "cku", "north")
few = settings(max_examples=4)
Fate = tuple[str, int, bool]
"""Corridor ("" when refused), days, whether it is still under way."""
fate = st.tuples(st.sampled_from(CORRIDORS), st.integers(1, 40), st.booleans())
consignment = st.tuples(st.sampled_from(["f", "g"]), st.integers(1, 9), fate, fate)
replications = st.lists(st.lists(consignment, min_size=1, max_size=6), min_size=RUNS, max_size=RUNS)


def table(one: list[tuple[str, int, Fate, Fate]], which: int, name: str, replication: int) -> pd.DataFrame:
    """Consignments of one side (0 or 1)."""
    made = []
    for i, (flow, teu, *sides) in enumerate(one):
        corridor, days, late = sides[which]
        late = late and bool(corridor)
        made.append({
            "flow": flow, "corridor": corridor, "chain": f"{corridor}-rail" if corridor else "", "cargo": "toys", "size_teu": teu,
            "status": "under way" if late else "delivered" if corridor else "refused",
            "release_s": i, "transit_s": days * DAY_S if corridor else 0,
            "on_time": bool(corridor) and not late and days <= 15, "in_time": bool(corridor) and not late and days <= 20,
            "cost_usd_per_feu": 100.0 * days, "time_cost_usd_per_feu": 10.0 * days, "emissions_kg_per_feu": 7.0 + days,
        })  # fmt: skip
    return pd.DataFrame(made).assign(
        scenario=name,
        replication=replication,
        consignment=range(len(made)),
        direction="westbound",
        express=False,
        reroutes=0,
        measured=True,
        promise_s=15 * DAY_S,
        deadline_s=20 * DAY_S,
    )


def side(runs: list[Any], which: int, name: str) -> Side:
    tables = [table(one, which, name, n) for n, one in enumerate(runs)]
    values = pd.concat([measures_of(one) for one in tables], ignore_index=True)
    return Side(values, Ledger([pack_of(one) for one in tables]), len(tables), 1.0)


def row(found: pd.DataFrame, measure: str, corridor: str) -> pd.Series:
    wanted = {
        "measure": measure,
        "corridor": corridor,
        "direction": "all",
        "chain": "all",
        "cargo": "all",
        "flow": "all",
    }
    mine = found[(found[list(wanted)] == pd.Series(wanted)).all(axis=1)]
    return mine.iloc[0] if len(mine) else pd.Series({"estimate": math.nan, "teu": 0.0})


def counted(runs: list[Any], corridor: str, of: str) -> list[float]:
    """For each replication with any the mean of b - a, by TEU, over what both sides carry (by the corridor)."""
    found = []
    for one in runs:
        pairs = [
            (teu, a, b) for _, teu, a, b in one
            if a[0] and b[0] and corridor in ("all", a[0]) and corridor in ("all", b[0]) and not (a[2] and b[2])
        ]  # fmt: skip
        per_day = {
            "transit_time.mean": 1,
            "cost.per_feu": 100,
            "time_cost.per_feu": 10,
            "emissions.per_feu": 1,
        }[of]
        if pairs:
            found.append(
                sum(teu * (b[1] - a[1]) * per_day for teu, a, b in pairs) / sum(teu for teu, *_ in pairs)
            )
    return found


@given(
    replications,
    st.sampled_from(["transit_time.mean", "cost.per_feu", "time_cost.per_feu", "emissions.per_feu"]),
)
@few
def test_a_mean_differs_by_what_the_same_consignments_differ(runs: list[Any], measure: str) -> None:
    found, _ = differences(side(runs, 0, "a"), side(runs, 1, "b"))
    for corridor in ("all", "cku", "north"):
        gaps = counted(runs, corridor, measure)
        estimate = row(found, measure, corridor)["estimate"]
        if gaps:
            assert estimate == pytest.approx(np.mean(gaps), abs=1e-4)
        else:
            assert math.isnan(estimate)


@given(replications)
@few
def test_what_moved_is_counted_by_where_it_went(runs: list[Any]) -> None:
    _, moved = differences(side(runs, 0, "a"), side(runs, 1, "b"))
    expected: dict[tuple[str, str], float] = {}
    for one in runs:
        for _, teu, a, b in one:
            if a[0] != b[0]:
                key = (a[0] or "refused", b[0] or "refused")
                expected[key] = expected.get(key, 0) + teu / RUNS
    total = {
        (r["from"], r["to"]): r["teu"] for r in moved.to_dict("records") if r.get("direction", "all") == "all"
    }
    assert total == pytest.approx(expected)


@given(replications)
@few
def test_amounts_differ_by_their_totals(runs: list[Any]) -> None:
    a, b = side(runs, 0, "a"), side(runs, 1, "b")
    found, _ = differences(a, b)
    for measure in ("delivered", "refused", "under_way"):
        gaps = []
        for n in range(RUNS):
            totals = [
                one.values.loc[
                    (one.values["replication"] == n) & (one.values["measure"] == measure)
                    & (one.values["corridor"] == "all") & (one.values["direction"] == "all"), "value",
                ].sum()
                for one in (a, b)
            ]  # fmt: skip
            gaps.append(totals[1] - totals[0])
        assert row(found, measure, "all")["estimate"] == pytest.approx(np.mean(gaps))


@given(replications)
@few
def test_the_other_way_round_every_difference_has_the_other_sign(runs: list[Any]) -> None:
    a, b = side(runs, 0, "a"), side(runs, 1, "b")
    there, back = differences(a, b)[0], differences(b, a)[0]
    for measure in ("transit_time.mean", "delivered", "cost.per_feu", "refused"):
        for corridor in ("all", "cku", "north"):
            one, other = row(there, measure, corridor), row(back, measure, corridor)
            assert one["estimate"] == pytest.approx(-other["estimate"], nan_ok=True)
            if "low" in one and "low" in other:
                assert one["low"] == pytest.approx(-other["high"], nan_ok=True)


@given(replications)
@few
def test_a_scenario_beside_itself_differs_in_nothing(runs: list[Any]) -> None:
    found, moved = differences(side(runs, 0, "a"), side(runs, 0, "b"))
    assert set(found["estimate"].dropna()) <= {0.0}
    assert moved.empty or set(moved["teu"]) == {0}


# --- luck in common --------------------------------------------------------------------------------------------------


def freight(days: list[float], first: int = 0) -> pd.DataFrame:
    return pd.DataFrame({
        "scenario": "s", "replication": 0, "flow": "f", "consignment": range(first, first + len(days)), "size_teu": 2,
        "status": "delivered",
        "measured": True, "corridor": "north", "transit_s": [round(day * DAY_S) for day in days], "release_s": range(len(days)),
    })  # fmt: skip


@given(
    st.lists(st.integers(1, 50), min_size=3, max_size=30).filter(lambda days: len(set(days)) > 1),
    st.integers(1, 9),
)
@few
def test_freight_that_is_slower_by_a_constant_has_all_its_luck_in_common(days: list[int], more: int) -> None:
    later = [day + more for day in days]
    assert consignment_correlation(freight(days), freight(later)).correlation == pytest.approx(1)
    assert consignment_correlation(
        freight(days), freight([100 - day for day in days])
    ).correlation == pytest.approx(-1)


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(1, 50)), min_size=4, max_size=30))
@few
def test_the_correlation_is_that_of_the_pairs(pairs: list[tuple[int, int]]) -> None:
    a, b = ([pair[i] for pair in pairs] for i in (0, 1))
    found = consignment_correlation(freight(a), freight(b)).correlation
    if len(set(a)) > 1 and len(set(b)) > 1:
        assert found == pytest.approx(np.corrcoef(a, b)[0, 1])
    else:
        assert math.isnan(found)
