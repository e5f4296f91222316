"""Differences and verdicts: of like freight only, corrected for being many, and never silently of unlike things."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from reckonings import measures_of, pack_of
from where import CASES
from worlds import BASE

from sim.cli import main
from sim.cli.options import matters_of
from sim.errors import LandbridgeError
from sim.experiment import Case, Comparison, compare_outcomes, run_cases
from sim.results import Ledger
from sim.scenario_file import load_scenario
from sim.stats import (
    Compared,
    Finding,
    Matters,
    Side,
    between_corridors,
    differences,
    judged,
    summarise,
    verdicts,
)
from sim.stats.alike import measure_of
from sim.stats.compare import BETWEEN_CORRIDORS, DIFFERENCES, MOVED, needed
from sim.stats.judging import corrected, finding
from sim.stats.significance import holm, independent_difference, paired_difference
from sim.stats.wording import Change, clause, note

DAY_S = 86_400
NAN = math.nan


# --- worlds made by hand ---------------------------------------------------------------------------------------------


def freight(*rows: tuple[object, ...], scenario: str = "a") -> pd.DataFrame:
    """One replication: (flow, corridor, days[, status[, cargo[, release in seconds[, TEU]]]]) for each consignment.

    Consignments of a flow are numbered in the order given; days are None when a consignment is not measured there.
    """
    made = []
    for i, (flow, corridor, days, *rest) in enumerate(rows):
        status, cargo, release, teu = (*rest, *("delivered", "toys", i, 2)[len(rest) :])
        made.append(
            {
                "flow": flow, "corridor": "" if status == "refused" else corridor, "cargo": cargo, "size_teu": teu, "status": status,
                "chain": "" if status == "refused" else f"{corridor}-rail", "measured": days is not None, "release_s": release,
                "transit_s": round((days or 0) * DAY_S), "on_time": status == "delivered" and (days or 0) <= 15,
                "in_time": status == "delivered" and (days or 0) <= 20,
                "cost_usd_per_feu": 100.0 * (days or 0), "time_cost_usd_per_feu": 10.0 * (days or 0),
            }
        )  # fmt: skip
    return pd.DataFrame(made).assign(
        scenario=scenario,
        replication=0,
        direction="westbound",
        express=False,
        reroutes=0,
        promise_s=15 * DAY_S,
        deadline_s=20 * DAY_S,
        emissions_kg_per_feu=7.0,
    )


def side(*replications: pd.DataFrame, name: str = "a", years: float = 1.0) -> Side:
    tables = [one.assign(scenario=name, replication=r) for r, one in enumerate(replications)]
    values = pd.concat([measures_of(one) for one in tables], ignore_index=True)
    return Side(values, Ledger([pack_of(one) for one in tables]), len(tables), years)


def row(table: pd.DataFrame, measure: str, corridor: str = "all", **cell: str) -> pd.Series:
    wanted = {"corridor": corridor, "direction": "all", "chain": "all", "cargo": "all", "flow": "all", **cell}
    mine = table[(table[list(wanted)] == pd.Series(wanted)).all(axis=1) & (table["measure"] == measure)]
    assert len(mine) == 1
    return mine.iloc[0]


def said(a: Side, b: Side, matters: Matters | None = None) -> list[str]:
    changed, moved = differences(a, b)
    both = pd.concat([a.values, b.values], ignore_index=True)
    within = [between_corridors(one.values, one.ledger, one.replications) for one in (a, b)]
    found = judged(
        Compared(summarise(both), changed, moved, pd.concat(within, ignore_index=True)), matters=matters
    )
    return [one.text for one in verdicts(found)]


def luck(n: int, seed: int = 0) -> list[float]:
    return [float(x) for x in np.random.default_rng(seed).uniform(-0.5, 0.5, n)]


# --- no difference from another mix ----------------------------------------------------------------------------------


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


# --- how sure ---------------------------------------------------------------------------------------------------------


def test_a_paired_difference_by_hand() -> None:
    found = paired_difference(np.array([20.0, 22, 27, 25, 21]), np.array([19.0, 20, 24, 24, 18]))
    # differences -1 -2 -3 -1 -3: mean -2, standard deviation 1, t(0.975; 4) = 2.776445
    half = 2.776445 / math.sqrt(5)
    assert found[:4] == pytest.approx((-2, -2 - half, -2 + half, 5), rel=1e-6)
    # t = -2 sqrt(5) with 4 degrees of freedom
    assert found.p == pytest.approx(0.011057, rel=1e-3)
    same = paired_difference(np.ones(5), np.ones(5))
    assert (same.low, same.high, same.p) == (0, 0, 1)
    assert paired_difference(np.ones(5), np.full(5, 2.0)).p == 0


def test_welchs_interval_against_scipy() -> None:
    from scipy.stats import ttest_ind

    rng = np.random.default_rng(4)
    a, b = rng.normal(10, 1, 6), rng.normal(11, 3, 9)
    expected = ttest_ind(b, a, equal_var=False)
    low, high = expected.confidence_interval(0.95)
    found = independent_difference([*a, NAN], b)
    assert found == pytest.approx((b.mean() - a.mean(), low, high, 6, expected.pvalue))


@pytest.mark.parametrize("n", [5, 8, 20])
@pytest.mark.parametrize("paired", [True, False])
def test_the_interval_of_a_difference_covers_it_in_95_of_100_samples(n: int, paired: bool) -> None:
    rng = np.random.default_rng(n)
    a, b = rng.normal(15, 3, (4_000, n)), rng.normal(16, 2, (4_000, n + (not paired)))
    tested = paired_difference if paired else independent_difference
    covered = np.mean([low <= 1 <= high for _, low, high, *_ in map(tested, a, b)])
    assert 0.93 <= covered <= 0.97


def test_holms_correction_by_hand() -> None:
    assert holm([0.01, 0.04, NAN, 0.03, 0.005]) == pytest.approx([0.03, 0.06, NAN, 0.06, 0.02], nan_ok=True)
    assert holm([0.9, 0.8]).tolist() == [1.0, 1.0]
    assert holm([]).tolist() == []


def test_of_forty_experiments_on_nothing_hardly_any_calls_a_difference(tmp_path: Path) -> None:
    n, experiments = 5, 40
    (tmp_path / "tiny.yaml").write_text(BASE, encoding="utf-8")
    one = load_scenario(tmp_path / "tiny.yaml", sets=[f"replications={2 * n * experiments}"]).scenario
    (every,) = run_cases([Case("a", one)])
    assert not isinstance(every.ledger.packed, Path)
    called, plain = 0, 0
    for first in range(0, 2 * n * experiments, 2 * n):
        pair = []
        for name, seed, begin in (("a", 1, first), ("b", 2, first + n)):
            mine = every.values[every.values["replication"].between(begin, begin + n - 1)]
            mine = mine.assign(scenario=name, replication=mine["replication"] - begin)
            pair.append(
                replace(
                    every,
                    case=Case(name, one.model_copy(update={"seed": seed})),
                    values=mine,
                    replications=n,
                    ledger=Ledger(every.ledger.packed[begin : begin + n]),
                )
            )
        # Nothing is too small to matter here: it is chance that is tested.
        found = compare_outcomes(pair, by="direction", matters=Matters(1e-9, 1e-9, 1e-9)).differences
        spoken = found[found["finding"].notna()]
        called += bool((spoken["finding"] == Finding.DIFFERENCE.value).any())
        plain += bool((spoken["p"] < 0.05).any())
    assert called <= 0.07 * experiments
    assert plain > called


def test_a_family_of_thirty_measures_of_nothing_calls_a_difference_in_one_of_twenty_experiments() -> None:
    rng, experiments, wrong, plain = np.random.default_rng(11), 400, 0, 0
    for _ in range(experiments):
        noise = rng.normal(0, 1, (30, 8)) + rng.normal(0, 1, 8)
        table = pd.DataFrame([paired_difference(np.zeros(8), one)._asdict() for one in noise])
        (judged_table,) = corrected([table.assign(too_few=False, lower_bound=False)])
        plain += bool((judged_table["p"] < 0.05).any())
        wrong += any(
            finding(one, 1e-9) is Finding.DIFFERENCE
            for one in judged_table.to_dict("records")  # type: ignore[arg-type]
        )
    assert wrong <= 0.07 * experiments
    # Without the correction half of them would be wrong.
    assert plain >= 0.4 * experiments


# --- what matters -----------------------------------------------------------------------------------------------------


def test_what_matters_has_the_unit_of_the_measure() -> None:
    least = Matters(days=0.5, points=2.0, percent=1.0)
    limits = {
        "transit_time.p50": 0.5, "later.p90": 0.5, "on_time.share": 2, "cost.per_feu": 50, "emissions.per_feu": 50, "delivered": 20,
    }  # fmt: skip
    assert {name: least.of(measure_of(name), 5_000, 1_000) for name in limits} == limits


@pytest.mark.parametrize(
    ("low", "high", "p", "found"),
    [
        (0.3, 0.7, 0.01, Finding.DIFFERENCE),
        (0.1, 0.7, 0.01, Finding.DIFFERENCE),
        (0.1, 0.7, 0.06, Finding.NOT_SHOWN),
        (-0.1, 0.7, 0.06, Finding.NOT_SHOWN),
        (0.01, 0.24, 0.001, Finding.TOO_SMALL),
        (-0.2, 0.2, 0.9, Finding.TOO_SMALL),
        (0.0, 0.0, 1.0, Finding.UNCHANGED),
        (NAN, NAN, NAN, Finding.NO_INTERVAL),
        (0.3, NAN, 0.01, Finding.DIFFERENCE),
        (-0.1, NAN, 0.01, Finding.NOT_SHOWN),
        (NAN, -0.1, 0.01, Finding.DIFFERENCE),
    ],
)
def test_what_is_found_of_a_difference(low: float, high: float, p: float, found: Finding) -> None:
    about = {"estimate": 0.5, "low": low, "high": high, "p_holm": p, "too_few": False}
    bound = math.isnan(low) != math.isnan(high)
    assert finding({**about, "lower_bound": bound}, 0.25) is found
    assert finding({**about, "lower_bound": bound, "too_few": True}, 0.25) is Finding.TOO_FEW


def test_a_lower_bound_is_never_too_small_to_matter() -> None:
    about = {"estimate": 0.1, "low": 0.05, "high": 0.2, "p_holm": 0.5, "too_few": False}
    assert finding({**about, "lower_bound": True}, 0.25) is Finding.NOT_SHOWN


def test_a_difference_below_what_matters_is_called_too_small_and_an_option_moves_the_line() -> None:
    a = side(*(freight(*[("f", "north", 10 + x) for x in luck(60, r)]) for r in range(5)))
    b = side(*(freight(*[("f", "north", 10.1 + x) for x in luck(60, r)]) for r in range(5)), name="b")
    assert "mean transit time: too small to matter (0.1000 to 0.1000 d)" in said(a, b)[0]
    assert "mean transit time 0.1000 d longer (0.1000 to 0.1000)" in said(a, b, Matters(days=0.05))[0]


def test_a_group_with_too_few_consignments_has_no_quantile_and_no_verdict() -> None:
    wanted = ("transit_time.p50", "transit_time.p90", "transit_time.p95", "later.p10", "transit_time.mean")
    assert [needed(measure_of(name)) for name in wanted] == [40, 200, 400, 200, 10]

    def pair(n: int) -> tuple[Side, Side]:
        a, b = (
            side(*(freight(*[("f", "north", days + x) for x in luck(n, r)]) for r in range(5)), name=name)
            for name, days in (("a", 10.0), ("b", 15.0))
        )
        return a, b

    found, _ = differences(*pair(39))
    median, mean = row(found, "transit_time.p50"), row(found, "transit_time.mean")
    assert math.isnan(median["estimate"])
    assert (median["too_few"], median["consignments"], mean["too_few"]) == (True, 39, False)
    words = said(*pair(39))[0]
    assert "mean transit time 5.0 d longer" in words
    assert "too few consignments for P50 and P90 (39 in a replication)" in words
    assert "longer" not in said(*pair(9))[0]
    assert (
        "too few consignments for mean transit time, P50, P90, on-time share and cost (9" in said(*pair(9))[0]
    )


# --- words -----------------------------------------------------------------------------------------------------------


def change(
    estimate: float, low: float, high: float, found: Finding = Finding.DIFFERENCE, **more: object
) -> Change:
    return Change("transit_time.p90", "d", "base", "open", estimate, low, high, 10, found, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (change(-0.4, -0.7, -0.1), "P90 0.4 d shorter (0.1 to 0.7)"),
        (change(0.04, 0.02, 0.06), "P90 0.04 d longer (0.02 to 0.06)"),
        (change(2, 1.5, NAN, bound_b=True), "P90 at least 2.0 d longer (at least 1.5)"),
        (change(-2, NAN, -1.5, bound_a=True), "P90 at least 2.0 d shorter (at least 1.5)"),
        (change(0.1, -0.4, 0.6, Finding.NOT_SHOWN), "P90: no difference shown (-0.4 to 0.6 d)"),
        (
            change(0.4, 0.1, 0.7, Finding.NOT_SHOWN),
            "P90: no difference shown among so many comparisons (0.1 to 0.7 d)",
        ),
        (change(-0.1, -0.2, -0.1, Finding.TOO_SMALL), "P90: too small to matter (-0.2 to -0.1 d)"),
        (change(0, 0, 0, Finding.UNCHANGED), "P90 unchanged"),
        (change(0.4, NAN, NAN, Finding.NO_INTERVAL), "P90 0.4 d longer"),
    ],
)
def test_a_difference_in_words(one: Change, words: str) -> None:
    assert clause(one) == words


def test_freight_under_way_is_said_once_with_what_it_leaves_open() -> None:
    late = change(2, 1.5, NAN, bound_b=True)
    assert note([late, late]) == "; freight was still under way in open, so P90 may differ otherwise"
    assert note([change(2, 1, 3)]) == ""


def test_the_most_important_verdict_comes_first_after_all_freight_together() -> None:
    a, b = [], []
    for r in range(5):
        small, large = (
            [("f", "few", 10 + x) for x in luck(50, r)],
            [("g", "many", 10 + x) for x in luck(400, r)],
        )
        a.append(freight(*small, *large))
        later = ((flow, way, days + (3 if way == "few" else 1)) for flow, way, days in (*small, *large))
        b.append(freight(*later))
    changed, moved = differences(side(*a), side(*b, name="b"))
    both = pd.concat([side(*a).values, side(*b, name="b").values])
    none = pd.DataFrame(columns=BETWEEN_CORRIDORS)
    found = verdicts(judged(Compared(summarise(both), changed, moved, none)))
    # Three days of a ninth of the freight weigh less than one day of eight ninths.
    assert [one.about for one in found[:3]] == ["all", "many", "few"]
    assert found[1].importance == pytest.approx(1 / 0.25 * 400 / 450, rel=1e-3)
    assert found[2].importance == pytest.approx(3 / 0.25 * 50 / 450, rel=1e-3)


# --- unlike things ---------------------------------------------------------------------------------------------------


def compared(tmp_path: Path, first: list[str], second: list[str]) -> Comparison:
    (tmp_path / "tiny.yaml").write_text(BASE, encoding="utf-8")
    cases = [
        Case(name, load_scenario(tmp_path / "tiny.yaml", sets=sets).scenario)
        for name, sets in (("a", first), ("b", second))
    ]
    return compare_outcomes(run_cases(cases))


def test_scenarios_that_are_alike_have_nothing_to_note_and_no_difference(tmp_path: Path) -> None:
    found = compared(tmp_path, ["replications=5"], ["replications=5"])
    assert found.notes == []
    assert set(found.differences["estimate"].dropna()) == {0}
    assert not any(
        "longer" in text or "shorter" in text for text in found.verdicts if text.startswith("b against a")
    )


def test_other_seeds_are_said_and_nothing_is_paired(tmp_path: Path) -> None:
    found = compared(tmp_path, ["replications=5", "seed=1"], ["replications=5", "seed=2"])
    (told,) = found.notes
    assert told.startswith("b and a have other seeds (2, 1), so nothing pairs them: like freight is compared")
    assert not found.differences["paired"].any()
    assert found.differences["correlation"].isna().all()
    assert set(found.differences["compared"]) == {"like freight", "volumes"}
    assert "like freight: flow, cargo and haste weighted alike, not paired" in found.verdicts[0]


def test_other_dates_are_said_and_nothing_is_paired(tmp_path: Path) -> None:
    found = compared(tmp_path, ["replications=5"], ["replications=5", "period.start=2025-02-01"])
    assert "b and a begin on other dates (2025-02-01, 2025-01-01), so nothing pairs them" in found.notes[0]
    assert not found.differences["paired"].any()


def test_a_longer_period_gives_rates_a_year_and_the_same_consignments(tmp_path: Path) -> None:
    found = compared(tmp_path, ["replications=5"], ["replications=5", "period.length=45 d"])
    (told,) = found.notes
    assert told == (
        "b and a measure other times (days 0 to 45, days 0 to 30 of the period): volumes are compared as rates a year, "
        "times of the consignments that both measure"
    )
    delivered = row(found.differences, "delivered")
    volumes = {str(one["scenario"]): one["estimate"] for _, one in found.rows.iterrows()
               if (one["corridor"], one["direction"], one["measure"]) == ("all", "all", "delivered")}  # fmt: skip
    assert delivered["unit"] == "TEU/year"
    assert delivered["estimate"] == pytest.approx(365 * (volumes["b"] / 45 - volumes["a"] / 30))
    time = row(found.differences, "transit_time.p50")
    assert time["compared"] == "same consignments"
    assert time["teu_only_b"] > 0.3 * time["teu"] > 0.01 * time["teu"] >= time["teu_only_a"]


def test_of_unequal_replications_the_first_ones_are_paired_and_that_is_said(tmp_path: Path) -> None:
    found = compared(tmp_path, ["replications=5"], ["replications=8"])
    assert found.notes == ["b and a have 8 and 5 replications: the first 5 of both are paired"]
    assert set(found.differences["estimate"].dropna()) == {0}
    assert found.differences["replications"].max() == 5


def test_two_scenarios_of_one_name_are_not_taken_for_one() -> None:
    one = side(freight(("f", "north", 10.0)))
    with pytest.raises(LandbridgeError, match="two scenarios are called a"):
        differences(one, one)
    mixed = replace(one, values=pd.concat([one.values, one.values.assign(scenario="b")]))
    with pytest.raises(LandbridgeError, match="the values of one scenario"):
        differences(mixed, one)


def command(*words: str) -> tuple[str, str]:
    done = CliRunner().invoke(main, ["compare", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout, done.stderr


def test_a_hundred_days_against_fifty_is_not_a_thousand_teu_less_without_a_word() -> None:
    out, err = command(str(CASES / "line.yaml"), str(CASES / "line50.yaml"), "--jobs", "1")
    assert "note: line50 and line measure other times (days 0 to 50, days 0 to 100 of the period)" in err
    assert "TEU/year" in out
    assert " TEU  " not in out.split("difference  ")[1].split("\n- ")[0].replace("TEU\n", "")


def test_other_seeds_are_no_common_random_numbers() -> None:
    out, err = command(str(CASES / "line.yaml"), str(CASES / "line-seed5.yaml"), "--jobs", "1")
    assert "note: line-seed5 and line have other seeds (5, 0)" in err
    assert "same consignments" not in out
    document = json.loads(
        command(str(CASES / "line.yaml"), str(CASES / "line-seed5.yaml"), "--jobs", "1", "--json")[0]
    )
    assert len(document["notes"]) == 2
    assert list(document["differences"][0]) == [*DIFFERENCES, "matters", "p_holm", "finding"]
    assert {one["paired"] for one in document["differences"]} == {False}


def test_a_rare_chain_that_one_scenario_has_alone_is_in_the_differences() -> None:
    words = [
        str(CASES / "rare.yaml"),
        str(CASES / "rare-closed.yaml"),
        "--by",
        "chain",
        "--jobs",
        "1",
        "--json",
    ]
    document = json.loads(command(*words)[0])
    mine = {(one["chain"], one["measure"]): one for one in document["differences"] if one["chain"] != "all"}
    assert mine["rare", "delivered"]["estimate"] == pytest.approx(-20 / 6)
    assert mine["rare", "delivered"]["replications"] == 6
    assert mine["main", "corridor.share"]["estimate"] == pytest.approx(
        -mine["rare", "corridor.share"]["estimate"]
    )
    assert list(document["moved"][0] if document["moved"] else dict.fromkeys([*MOVED, "matters", "p_holm", "finding"])) == [
        *MOVED, "matters", "p_holm", "finding"
    ]  # fmt: skip


def test_eight_verdicts_are_printed_and_all_when_asked() -> None:
    words = [str(CASES / f"{name}.yaml") for name in ("line", "barred", "notopen", "demand0", "zerovol")]
    short, long = (command(*words, "--jobs", "1", *more)[0] for more in ([], ["--all"]))
    every = json.loads(command(*words, "--jobs", "1", "--json")[0])["verdicts"]
    assert len(every) > 8
    assert [text for text in every if f"- {text}\n" in short] == every[:8]
    assert f"and {len(every) - 8} more, of less weight or without a difference (--all)" in short
    assert all(f"- {text}\n" in long for text in every)
    assert every[0].startswith("barred against line, all freight")


@pytest.mark.parametrize(
    ("amounts", "least"),
    [
        (["0.25 d", "0.5 pp", "1 %"], Matters()),
        (["12 h"], Matters(days=0.5)),
        (["2pp", "3%"], Matters(points=2, percent=3)),
    ],
)
def test_what_matters_is_told_by_its_unit(amounts: list[str], least: Matters) -> None:
    assert matters_of(amounts) == least


@pytest.mark.parametrize("amount", ["5", "0 d", "-1 %", "nan pp", "inf %", "much"])
def test_an_amount_that_cannot_matter_is_refused_with_what_to_write(amount: str) -> None:
    done = CliRunner().invoke(main, ["compare", str(CASES / "line.yaml"), "--matters", amount])
    assert done.exit_code == 2
    assert f'got "{amount}". Write "0.5 d", "1 pp" or "2 %"' in done.stderr
