"""What a shock does, beside the same counted consignment by consignment: delay, who turned, who was refused, what it cost."""

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.stats.resilience import delays, moves, paired, resilience_measures
from sim.stats.struck import WEEK_S, ShockWindow, mean_delays
from sim.stats.weekly import mean_weeks, weekly_table

DAY_S = 86_400
WINDOW = ShockWindow(0, 28 * DAY_S, 84 * DAY_S)
few = settings(max_examples=15)
Fate = tuple[str, int, int]
"""Corridor ("" when refused), days, USD/FEU."""
fate = st.tuples(st.sampled_from(["", "north", "sea", "north"]), st.integers(1, 40), st.integers(100, 5_000))
consignment = st.tuples(st.integers(0, 83), st.integers(1, 9), st.sampled_from(["f", "e"]), fate, fate)
shocks = st.lists(consignment, min_size=1, max_size=10)


def table(rows: list[Any], which: int, replication: int = 0) -> pd.DataFrame:
    """Consignments of the run without the shock (0) or with it (1)."""
    made = []
    for day, teu, flow, *fates in rows:
        corridor, days, usd = fates[which]
        made.append({
            "scenario": "s", "replication": replication, "flow": flow,
            "direction": "eastbound" if flow == "e" else "westbound", "size_teu": teu,
            "corridor": corridor, "status": "delivered" if corridor else "refused", "measured": True, "release_s": day * DAY_S,
            "transit_s": days * DAY_S if corridor else 0, "cost_usd_per_feu": float(usd) if corridor else math.nan,
        })  # fmt: skip
    return pd.DataFrame(made).assign(consignment=range(len(made)))


def struck(rows: list[Any]) -> pd.DataFrame:
    """Pairs that the shock meets at their release, or at its start, if they fare otherwise with it."""
    pairs = paired(table(rows, 0), table(rows, 1))
    same = (pairs["corridor_a"] == pairs["corridor_b"]) & (pairs["transit_s_a"] == pairs["transit_s_b"])
    return pairs.assign(met_s=pairs["release_s"].clip(lower=WINDOW.start_s).where(~same, -1).astype(int))


def measured(rows: list[Any]) -> dict[tuple[str, str, str], float]:
    found = resilience_measures(table(rows, 0), table(rows, 1), struck(rows), WINDOW)
    return {(r.corridor, r.direction, r.measure): r.value for r in found.itertuples()}


def chosen(rows: list[Any], corridor: str, direction: str) -> list[Any]:
    """Rows of a corridor (without the shock) and direction."""
    flows = {"all": "fe", "westbound": "f", "eastbound": "e"}[direction]
    return [one for one in rows if one[2] in flows and corridor in ("all", one[3][0])]


def groups(found: dict[tuple[str, str, str], float]) -> set[tuple[str, str]]:
    return {(corridor, direction) for corridor, direction, _ in found}


@given(shocks)
@few
def test_the_delay_area_is_the_delay_of_each_times_its_boxes(rows: list[Any]) -> None:
    found = measured(rows)
    for corridor, direction in groups(found):
        area = sum(
            teu * (b[1] - a[1]) for day, teu, _, a, b in chosen(rows, corridor, direction) if a[0] and b[0]
        )
        assert found[corridor, direction, "delay.area"] == pytest.approx(area)


@given(shocks)
@few
def test_who_takes_another_corridor_from_the_shock_on_is_diverted(rows: list[Any]) -> None:
    found = measured(rows)
    for corridor, direction in groups(found):
        later = [one for one in chosen(rows, corridor, direction) if one[0] >= 28 and one[3][0]]
        turned = sum(teu for _, teu, _, a, b in later if b[0] and a[0] != b[0])
        carried = sum(teu for _, teu, *_ in later)
        assert found[corridor, direction, "diverted"] == turned
        assert found[corridor, direction, "diverted.share"] == pytest.approx(
            100 * turned / carried if carried else math.nan, nan_ok=True
        )


@given(shocks)
@few
def test_who_finds_no_way_with_the_shock_is_refused(rows: list[Any]) -> None:
    found = measured(rows)
    for corridor, direction in groups(found):
        refused = sum(
            teu for day, teu, _, a, b in chosen(rows, corridor, direction) if a[0] and not b[0] and day >= 28
        )
        assert found[corridor, direction, "refused"] == refused


@given(shocks)
@few
def test_the_directions_and_the_corridors_sum_to_all(rows: list[Any]) -> None:
    found = measured(rows)
    corridors = {corridor for corridor, _ in groups(found)} - {"all"}
    for measure in ("delay.area", "diverted", "refused"):
        by_way = [
            found["all", way, measure] for way in ("westbound", "eastbound") if ("all", way, measure) in found
        ]
        assert sum(by_way) == pytest.approx(found["all", "all", measure])
        assert sum(found[corridor, "all", measure] for corridor in corridors) == pytest.approx(
            found["all", "all", measure]
        )


@given(shocks)
@few
def test_a_run_beside_itself_was_struck_by_nothing(rows: list[Any]) -> None:
    calm = [(day, teu, flow, a, a) for day, teu, flow, a, _ in rows]
    found = measured(calm)
    for (_, _, measure), value in found.items():
        if measure in ("delay.area", "diverted", "refused", "cost.extra", "unpaired"):
            assert value == 0


@given(shocks)
@few
def test_the_table_of_moves_has_all_that_is_released_from_the_shock_on(rows: list[Any]) -> None:
    found = moves(table(rows, 0), table(rows, 1), WINDOW)
    expected: dict[tuple[str, str, str], int] = {}
    for day, teu, flow, a, b in rows:
        if day >= 28:
            for way in ("all", "westbound" if flow == "f" else "eastbound"):
                key = (way, a[0] or "refused", b[0] or "refused")
                expected[key] = expected.get(key, 0) + teu
    assert {(r["direction"], r["from"], r["to"]): r["teu"] for r in found.to_dict("records")} == expected


# --- weeks -----------------------------------------------------------------------------------------------------------


@given(shocks)
@few
def test_freight_by_week_is_counted_for_both_runs_and_every_corridor(rows: list[Any]) -> None:
    found = weekly_table(table(rows, 0), table(rows, 1), WINDOW)
    assert set(found["week"]) == set(range(-4, 8))
    for r in found.to_dict("records"):
        which = 3 if r["run"] == "without" else 4
        mine = chosen(rows, "all", r["direction"])
        inside = [one for one in mine if one[0] // 7 - 4 == r["week"]]
        took = [one for one in inside if (one[which][0] or "refused") == r["corridor"]]
        if r["corridor"] == "all":
            took = [one for one in inside if one[which][0]]
        assert r["teu"] == sum(one[1] for one in took)


@given(shocks, shocks)
@few
def test_a_week_of_two_replications_is_their_mean(one: list[Any], other: list[Any]) -> None:
    tables = [
        weekly_table(table(rows, 0, n), table(rows, 1, n), WINDOW).assign(replication=n)
        for n, rows in enumerate((one, other))
    ]
    found = mean_weeks(pd.concat(tables, ignore_index=True))
    key = ["run", "corridor", "direction", "week"]
    totals = pd.concat(tables).groupby(key)["teu"].sum().to_dict()
    assert {tuple(r[name] for name in key): r["teu"] for r in found.to_dict("records")} == {
        name: teu / 2 for name, teu in totals.items()
    }


@given(shocks)
@few
def test_what_the_shock_meets_stands_in_the_week_in_which_it_meets_it(rows: list[Any]) -> None:
    pairs = struck(rows)
    found = delays(pairs, WINDOW)
    of_all = found[(found["corridor"] == "all") & (found["direction"] == "all")]
    met = pairs[(pairs["met_s"] >= 0) & (pairs["status_a"] != "refused")]
    week = (met["met_s"] - WINDOW.start_s) // WEEK_S
    assert dict(zip(of_all["week"], of_all["teu"], strict=True)) == {
        k: met.loc[week == k, "size_teu"].sum() for k in of_all["week"]
    }


def test_the_mean_delay_of_a_week_is_over_the_replications_that_have_one() -> None:
    rows = [
        {
            "corridor": "all",
            "direction": "all",
            "week": 0,
            "delay": delay,
            "teu": 10 * n,
            "usual": 5.0,
            "replication": n,
        }
        for n, delay in enumerate((1.0, math.nan, 3.0, 5.0))
    ]
    (found,) = mean_delays(pd.DataFrame(rows)).to_dict("records")
    assert (found["delay"], found["teu"], found["usual"], found["replications"]) == (3, 15, 5, 4)
    assert math.isnan(found["low"])


def test_a_week_that_holds_everything_for_six_days_has_a_delay_of_six() -> None:
    rows = [
        (day, 2, "f", ("north", 10, 500), ("north", 16 if 28 <= day < 35 else 10, 500)) for day in range(84)
    ]
    found = delays(struck(rows), WINDOW)
    of_all = found[(found["corridor"] == "all") & (found["direction"] == "all")].set_index("week")
    assert of_all["delay"].to_dict() == {k: 6 if k == 0 else 0 for k in range(-4, 8)}
    assert of_all.loc[0, "teu"] == 14
    assert measured(rows)["all", "all", "delay.peak"] == 6
    assert measured(rows)["all", "all", "delay.area"] == 7 * 2 * 6
    assert measured(rows)["all", "all", "recovery.time"] == 7


@pytest.mark.parametrize("weeks", [1, 2, 4])
def test_a_longer_shock_is_recovered_from_later(weeks: int) -> None:
    last = 28 + 7 * weeks
    rows = [
        (day, 2, "f", ("north", 10, 500), ("north", 19 if 28 <= day < last else 10, 500)) for day in range(84)
    ]
    assert measured(rows)["all", "all", "recovery.time"] == 7 * weeks


def test_a_dearer_way_is_paid_by_the_containers_that_take_it() -> None:
    rows = [
        (30, 4, "f", ("north", 10, 500), ("sea", 40, 800)),
        (31, 4, "f", ("north", 10, 500), ("north", 10, 500)),
    ]
    found = measured(rows)
    # 4 TEU are 2 FEU: 300 USD each; over all 4 FEU that is 150.
    assert found["all", "all", "cost.extra"] == 600
    assert found["all", "all", "cost.extra_per_feu"] == pytest.approx(150)
