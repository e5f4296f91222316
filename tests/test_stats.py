"""Measures, intervals and verdicts, checked against numbers worked out by hand."""

import math

import numpy as np
import pandas as pd
import pytest
from worlds import run, scenario

from sim.errors import LandbridgeError
from sim.results import CAUSE_COLUMNS, tabulate
from sim.sampling import Sampler
from sim.stats import (
    MEASURES,
    between_corridors,
    busiest,
    consignment_correlation,
    differences,
    mean_interval,
    mser5,
    replication_measures,
    suggest_warm_up,
    summarise,
    verdicts,
    where_time_went,
)
from sim.stats.weighted import weighted_mean, weighted_quantiles
from sim.stats.wording import Change, sentence, subject

DAY_S = 86_400
NAN = math.nan


def freight(*rows: tuple[object, ...], scenario: str = "base", replication: int = 0) -> pd.DataFrame:
    """Consignments of (corridor, days, TEU[, status[, direction[, cargo[, promise in days]]]])."""
    made = []
    for i, (corridor, days, teu, *rest) in enumerate(rows):
        status, direction, cargo, promise = (*rest, *("delivered", "westbound", "toys", 15)[len(rest) :])
        made.append(
            {
                "scenario": scenario, "replication": replication, "consignment": i, "flow": f"{direction}-flow", "direction": direction,
                "cargo": cargo, "size_teu": teu, "chain": f"{corridor}-rail" if corridor else "", "corridor": corridor, "status": status,
                "reroutes": 0, "measured": True, "release_s": i, "transit_s": round(days * DAY_S),
                "promise_s": promise * DAY_S if promise else -1, "on_time": status == "delivered" and days <= promise,
                "deadline_s": 20 * DAY_S, "in_time": status == "delivered" and days <= 20, "cost_usd_per_feu": 100.0 * days,
                "time_cost_usd_per_feu": 10.0 * days, "emissions_kg_per_feu": 7.0,
                **dict.fromkeys(CAUSE_COLUMNS.values(), 0), "unfinished_s": 0,
            }
        )  # fmt: skip
        made[-1]["unfinished_s" if status == "under way" else "running_s"] = round(days * DAY_S)
    return pd.DataFrame(made)


def figure(
    values: pd.DataFrame,
    measure: str,
    corridor: str = "all",
    direction: str = "all",
    chain: str = "all",
    cargo: str = "all",
):
    """(value, lower_bound) of one row."""
    wanted = {
        "measure": measure,
        "corridor": corridor,
        "direction": direction,
        "chain": chain,
        "cargo": cargo,
    }
    found = values[(values[list(wanted)] == pd.Series(wanted)).all(axis=1)]
    assert len(found) == 1
    return found["value"].item(), bool(found["lower_bound"].item())


def values_of(
    scenario: str,
    measure: str = "transit_time.p90",
    corridor: str = "northern",
    bound: bool = False,
    **by: list[float],
):
    """Values by replication of one measure, for differences."""
    rows = [
        {
            "scenario": scenario, "replication": r, "corridor": corridor, "direction": "all", "chain": "all", "cargo": "all",
            "measure": measure, "unit": MEASURES[measure], "value": value, "lower_bound": bound,
        }
        for r, value in enumerate(by["values"])
    ]  # fmt: skip
    return pd.DataFrame(rows)


# --- quantiles -------------------------------------------------------------------------------------------------------


def test_a_quantile_is_the_smallest_value_at_which_the_share_of_the_weight_is_reached() -> None:
    days, teu = np.array([30.0, 10.0, 20.0]), np.array([1, 1, 2])
    assert weighted_quantiles(days, teu, [0.25, 0.26, 0.75, 0.76, 1.0]) == [10, 20, 20, 30, 30]
    assert weighted_mean(days, teu) == 20


@pytest.mark.parametrize("n", [1, 2, 7, 10, 30, 1_000])
def test_with_equal_weights_it_is_the_inverse_of_the_empirical_distribution(n: int) -> None:
    days = np.random.default_rng(n).normal(size=n)
    shares = [0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95]
    expected = np.quantile(days, shares, method="inverted_cdf")
    assert weighted_quantiles(days, np.full(n, 20), shares) == expected.tolist()


def test_of_nothing_there_is_no_quantile_and_no_mean() -> None:
    nothing = np.array([], dtype=np.int64)
    assert all(
        math.isnan(x) for x in [*weighted_quantiles(nothing, nothing, [0.5]), weighted_mean(nothing, nothing)]
    )


# --- measures --------------------------------------------------------------------------------------------------------


def test_freight_is_on_time_by_what_its_chain_is_quoted_and_in_time_by_what_its_shippers_count_on() -> None:
    plain = ("delivered", "westbound", "toys")
    values = replication_measures(
        freight(
            ("northern", 14, 20, *plain, 15),
            ("northern", 18, 60, *plain, 15),
            ("cku", 30, 20, *plain, 40),
            ("cku", 45, 20, *plain, 40),
            # Nobody quotes that way: it is neither on time nor late.
            ("iran", 12, 80, *plain, 0),
        )
    )
    assert figure(values, "on_time.share", "northern") == (25, False)
    assert figure(values, "on_time.share", "cku") == (50, False)
    assert math.isnan(figure(values, "on_time.share", "iran")[0])
    assert figure(values, "on_time.share") == (pytest.approx(100 * 40 / 120), False)
    shares = [
        figure(values, "deadline.share", corridor)[0] for corridor in ("northern", "cku", "iran", "all")
    ]
    assert shares == [100, 0, 100, 80]


def test_a_share_within_the_deadline_is_a_lower_bound_while_freight_may_still_make_it() -> None:
    young, old = (freight(("cku", 10, 20), ("cku", days, 20, "under way")) for days in (12, 25))
    assert figure(replication_measures(young), "deadline.share") == (50, True)
    assert figure(replication_measures(old), "deadline.share") == (50, False)


def test_measures_of_a_small_cohort_by_hand() -> None:
    values = replication_measures(
        freight(
            ("northern", 10, 20), ("northern", 14, 20), ("northern", 16, 40), ("cku", 30, 20, "delivered", "eastbound"),
            ("", 0, 40, "refused"),
        )
    )  # fmt: skip
    expected = {
        "transit_time.mean": 14, "transit_time.p10": 10, "transit_time.p50": 14, "transit_time.p90": 16, "transit_time.p95": 16,
        "buffer.index": 100 * 2 / 14, "on_time.share": 50, "deadline.share": 100,
        "delivered": 80, "under_way": 0, "rerouted": 0, "corridor.share": 80,
        "cost.per_feu": 1400, "time_cost.per_feu": 140, "emissions.per_feu": 7,
    }  # fmt: skip
    northern = values[(values["corridor"] == "northern") & (values["direction"] == "all")]
    assert dict(zip(northern["measure"], northern["value"], strict=True)) == pytest.approx(expected)
    assert not values["lower_bound"].any()
    assert [figure(values, name)[0] for name in ("delivered", "refused", "under_way")] == [100, 40, 0]
    assert figure(values, "corridor.share", "northern", "westbound") == (100, False)
    assert figure(values, "transit_time.p50", "cku", "eastbound") == (30, False)
    assert set(values["unit"] == values["measure"].map(MEASURES)) == {True}


def test_freight_outside_the_measured_period_does_not_count() -> None:
    table = freight(("northern", 10, 20), ("northern", 99, 20))
    table["measured"] = [True, False]
    assert figure(replication_measures(table), "transit_time.p95", "northern") == (10, False)


def test_freight_under_way_counts_with_its_age_and_marks_what_depends_on_it() -> None:
    old = freight(*[("northern", days, 10) for days in range(1, 10)], ("northern", 8.5, 10, "under way"))
    values = replication_measures(old)
    assert figure(values, "transit_time.mean", "northern") == (pytest.approx(5.35), True)
    assert figure(values, "transit_time.p50", "northern") == (5, False)
    assert figure(values, "transit_time.p90", "northern") == (8.5, True)
    assert figure(values, "buffer.index", "northern")[1]
    assert figure(values, "on_time.share", "northern") == (90, True)
    assert figure(values, "under_way", "northern") == (10, False)
    late = replication_measures(freight(("northern", 10, 10), ("northern", 16, 10, "under way")))
    assert figure(late, "on_time.share", "northern") == (50, False)


def test_groups_without_freight_are_there_and_empty() -> None:
    table = freight(("northern", 10, 20), ("", 0, 20, "refused", "eastbound"))
    table["corridor"] = pd.Categorical(table["corridor"], ["northern", "cku", ""])
    values = replication_measures(table)
    assert math.isnan(figure(values, "transit_time.p50", "cku")[0])
    assert figure(values, "delivered", "cku") == (0, False)
    assert figure(values, "corridor.share", "cku") == (0, False)
    assert math.isnan(figure(values, "corridor.share", "cku", "eastbound")[0])
    assert figure(values, "refused", "all", "eastbound") == (20, False)
    row = summarise(values).query(
        "corridor == 'cku' and measure == 'transit_time.p50' and direction == 'all'"
    )
    assert row["replications"].item() == 0
    assert row[["estimate", "low", "high"]].isna().all(axis=None)


def test_all_refused_and_none_delivered() -> None:
    refused = replication_measures(freight(("", 0, 20, "refused")))
    assert figure(refused, "refused") == (20, False)
    assert math.isnan(figure(refused, "transit_time.mean")[0])
    waiting = replication_measures(freight(("northern", 3, 20, "under way")))
    assert figure(waiting, "transit_time.p50") == (3, True)
    assert figure(waiting, "on_time.share") == (0, True)
    assert replication_measures(freight(("northern", 1, 1)).iloc[:0]).empty


def test_breakdowns_by_chain_and_cargo() -> None:
    table = freight(
        ("northern", 10, 20), ("northern", 20, 20, "delivered", "westbound", "cars"), ("", 0, 20, "refused")
    )
    by_cargo = replication_measures(table, by="cargo")
    assert figure(by_cargo, "transit_time.p50", "northern", cargo="cars") == (20, False)
    assert figure(by_cargo, "refused", cargo="toys") == (20, False)
    assert figure(by_cargo, "corridor.share", "northern", cargo="cars") == (100, False)
    by_chain = replication_measures(table, by="chain")
    assert figure(by_chain, "delivered", "northern", "westbound", chain="northern-rail") == (40, False)
    assert len(replication_measures(table, by="direction")) == len(replication_measures(table))
    with pytest.raises(LandbridgeError, match='got "colour"'):
        replication_measures(table, by="colour")


def test_the_load_factor_is_the_mean_fill_of_departures_that_are_the_corridors_own() -> None:
    rows = [
        (0, "northern", True, 0.5), (0, "northern", True, 1.0), (0, "", True, 0.1),
        (0, "northern", False, 0.0), (1, "northern", True, 0.0), (0, "northern", True, NAN),
    ]  # fmt: skip
    trips = pd.DataFrame(rows, columns=["replication", "corridor", "measured", "fill"]).assign(
        scenario="base", direction="westbound"
    )
    values = replication_measures(freight(("northern", 10, 20)), trips)
    assert figure(values, "load.factor", "northern") == (75, False)
    assert values.query("measure == 'load.factor'")["corridor"].unique().tolist() == ["northern"]


# --- intervals -------------------------------------------------------------------------------------------------------


def test_a_t_interval_by_hand() -> None:
    # mean 12, standard deviation 2, n = 4, t(0.975; 3) = 3.182446
    found = mean_interval([10, 11, 13, 14])
    assert found == pytest.approx(
        (12, 12 - 3.182446 * math.sqrt(10 / 3) / 2, 12 + 3.182446 * math.sqrt(10 / 3) / 2, 4), rel=1e-6
    )


def test_one_value_has_no_interval_and_none_no_mean() -> None:
    assert mean_interval([5.0]) == pytest.approx((5, NAN, NAN, 1), nan_ok=True)
    assert mean_interval([NAN, 5.0]).replications == 1
    assert mean_interval([]) == pytest.approx((NAN, NAN, NAN, 0), nan_ok=True)


@pytest.mark.parametrize("n", [2, 5, 20])
def test_the_interval_covers_the_mean_in_95_of_100_samples(n: int) -> None:
    samples = np.random.default_rng(n).normal(15, 3, (4_000, n))
    covered = np.mean([low <= 15 <= high for _, low, high, _ in map(mean_interval, samples)])
    assert covered == pytest.approx(0.95, abs=0.012)


def test_a_summary_keeps_the_order_and_says_of_how_many_replications() -> None:
    values = pd.concat(
        [values_of("base", values=[10, 12, 14]), values_of("base", "refused", "all", values=[1])]
    )
    rows = summarise(values)
    assert rows["measure"].to_list() == ["transit_time.p90", "refused"]
    assert rows["estimate"].to_list() == [12, 1]
    assert rows["replications"].to_list() == [3, 1]
    assert rows["low"].isna().to_list() == [False, True]


# --- differences -----------------------------------------------------------------------------------------------------


def test_differences_are_paired_by_replication() -> None:
    a, b = values_of("base", values=[20.0, 22.0, 27.0]), values_of("open", values=[19.0, 20.0, 24.0])
    row = differences(a, b).iloc[0]
    half = 4.302653 * 1 / math.sqrt(3)
    assert row[["estimate", "low", "high"]].to_list() == pytest.approx([-2, -2 - half, -2 + half], rel=1e-6)
    # covariance 9.5, variances 13 and 7: 9.5 / sqrt(91); (13 + 7) / var(-1, -2, -3)
    assert row["correlation"] == pytest.approx(9.5 / math.sqrt(91))
    assert row["variance_reduction"] == pytest.approx(20)
    assert (row["a"], row["b"], row["replications"], bool(row["lower_bound"])) == ("base", "open", 3, False)


def test_the_order_of_rows_does_not_matter_and_luck_in_common_narrows_the_interval() -> None:
    luck = np.random.default_rng(1).normal(0, 3, 10)
    a, b = (
        values_of("base", values=list(20 + luck)),
        values_of("open", values=list(19 + luck + 0.1 * luck[::-1])),
    )
    straight, shuffled = differences(a, b), differences(a.iloc[::-1], b)
    pd.testing.assert_frame_equal(straight, shuffled)
    row = straight.iloc[0]
    assert row["correlation"] > 0.98
    assert row["high"] < 0
    assert row["variance_reduction"] > 50


def test_unequal_replications_and_mixed_scenarios_are_refused() -> None:
    a = values_of("base", values=[1, 2, 3])
    with pytest.raises(LandbridgeError, match=r"base has 3 replications \(0 to 2\), open has 2 \(0 to 1\)"):
        differences(a, values_of("open", values=[1, 2]))
    with pytest.raises(LandbridgeError, match="one scenario"):
        differences(pd.concat([a, values_of("open", values=[1])]), a)


def test_groups_that_only_one_scenario_has_stay_in_the_table() -> None:
    a, b = values_of("base", values=[1, 2]), values_of("open", values=[1, 2])
    found = differences(a, pd.concat([b, values_of("open", corridor="cku", values=[30, 31])]))
    assert found["corridor"].to_list() == ["northern", "cku"]
    assert found["replications"].to_list() == [2, 0]
    assert (
        found["verdict"].iloc[1]
        == "open: cku P90: nothing to compare with base, no replication has freight in both"
    )


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        ([20.0, 21, 22], [19.6, 20.6, 21.6], "open: northern P90 0.4 d shorter than base (95 % interval 0.4 to 0.4 d; n = 3)"),
        ([20.0, 21, 22], [21.0, 23, 25], "open: northern P90: no difference from base shown, "
         "the interval -0.5 to 4.5 d contains 0 (n = 3)"),
        ([20.0, 21, 22], [24.9, 26, 27.1], "open: northern P90 5.0 d longer than base (95 % interval 4.8 to 5.2 d; n = 3)"),
        ([20.0, 21], [20.0, 21], "open: northern P90 the same as base in every replication (n = 2)"),
        ([20.0], [21.0], "open: northern P90 1.0 d longer than base in one replication: without an interval no difference is shown"),
    ],
    ids=["shorter", "none", "longer", "same", "single"],
)  # fmt: skip
def test_a_verdict_in_words(a: list[float], b: list[float], words: str) -> None:
    assert differences(values_of("base", values=a), values_of("open", values=b))["verdict"].to_list() == [
        words
    ]


def change(
    estimate: float,
    half: float = 0.5,
    *,
    bound_a: bool = False,
    bound_b: bool = False,
    measure: str = "transit_time.p90",
) -> Change:
    return Change(
        measure,
        MEASURES[measure],
        "base",
        "open",
        estimate,
        estimate - half,
        estimate + half,
        10,
        bound_a,
        bound_b,
    )


def test_a_lower_bound_is_said_with_what_it_does_to_the_difference() -> None:
    assert sentence("northern", change(2, bound_b=True)) == (
        "northern P90 at least 2.0 d longer than base (95 % interval 1.5 to 2.5 d; n = 10), because freight was still under way in open"
    )
    assert sentence("northern", change(-2, bound_a=True)).startswith(
        "northern P90 at least 2.0 d shorter than base"
    )
    doubtful = sentence("northern", change(-2, bound_b=True))
    assert "at least" not in doubtful
    assert doubtful.endswith(
        "; freight was still under way in open, whose figure is a lower bound, so the true difference may be another"
    )
    assert "base and open, whose figures are lower bounds" in sentence(
        "northern", change(2, bound_a=True, bound_b=True)
    )
    hidden = sentence("northern", change(0.1, bound_b=True))
    assert (
        "no difference from base shown, the interval -0.4 to 0.6 d contains 0 (n = 10); freight was still under way in open"
        in hidden
    )


def test_numbers_keep_the_decimals_that_they_need() -> None:
    assert "0.04 d longer than base (95 % interval 0.02 to 0.06 d" in sentence("northern", change(0.04, 0.02))
    assert "1,234 USD/FEU higher" in sentence("northern", change(1234.4, 20, measure="cost.per_feu"))
    assert "12.3 percentage points lower" in sentence("northern", change(-12.3, measure="corridor.share"))


def test_freight_is_named() -> None:
    assert subject("all") == "all corridors"
    assert subject("cku", "eastbound", cargo="toys") == "cku eastbound toys"
    assert subject("cku", "eastbound", "kashgar-osh") == "chain kashgar-osh eastbound"


# --- verdicts --------------------------------------------------------------------------------------------------------


def many(scenario: str, north: list[float], cku: list[float], refused: list[float]) -> pd.DataFrame:
    parts = [
        values_of(scenario, "refused", "all", values=refused),
        values_of(scenario, "delivered", "all", values=[90.0] * len(refused)),
        values_of(scenario, "corridor.share", "all", values=[100.0] * len(refused)),
    ]
    for corridor, days in (("northern", north), ("cku", cku)):
        share = [0.0 if math.isnan(day) else 50.0 for day in days]
        cost = [day * 100 for day in days]
        for name, numbers in (
            ("transit_time.p50", days),
            ("transit_time.p90", days),
            ("corridor.share", share),
            ("cost.per_feu", cost),
        ):
            parts.append(values_of(scenario, name, corridor, values=numbers))
    return pd.concat(parts, ignore_index=True)


def test_sentences_on_scenarios_and_on_corridors_within_one() -> None:
    base = many("base", [15.0, 16, 17], [NAN, NAN, NAN], [0, 0, 0])
    other = many("open", [14.9, 16.0, 17.2], [34.0, 35.2, 35.9], [10, 10, 10])
    values = pd.concat([base, other], ignore_index=True)
    assert verdicts(differences(base, other), summarise(values), values) == [
        "open against base, all corridors together: refused freight 10 TEU more (10 to 10) (95 % intervals; n = 3).",
        "open against base, northern: P50: no difference shown (-0.3 to 0.4 d); P90: no difference shown (-0.3 to 0.4 d); "
        "share of freight unchanged (95 % intervals; n = 3).",
        "open against base, cku: it carries nothing in base; share of freight 50.0 percentage points higher (50.0 to 50.0) "
        "(95 % intervals; n = 3).",
        "In open, cku takes 19.0 d longer than northern at the median (95 % interval 18.3 to 19.7 d; n = 3); "
        "it costs 1,900 USD/FEU more (1,834 to 1,966).",
        "In open, 10.0 % of the freight (10 TEU) was refused.",
    ]  # fmt: skip


def test_sentences_without_differences_and_with_one_replication() -> None:
    one = many("base", [15.0], [35.0], [0])
    assert verdicts(pd.DataFrame(), summarise(one), one) == [
        "In base, cku took 20.0 d longer than northern at the median in one replication, which shows no difference; "
        "it cost 2,000 USD/FEU more there."
    ]
    same = many("base", [15.0, 16], [16.0, 15], [0, 0])
    assert (
        "no difference between cku and northern at the median is shown"
        in verdicts(pd.DataFrame(), summarise(same), same)[0]
    )
    assert verdicts(pd.DataFrame(), summarise(one)) == []


def test_corridors_are_compared_within_each_replication() -> None:
    found = between_corridors(many("base", [15.0, 16, 17], [34.0, 35, 36], [0, 0, 0]))
    row = found[found["measure"] == "transit_time.p50"].iloc[0]
    assert (row["a"], row["b"]) == ("northern", "cku")
    assert row[["estimate", "low", "high"]].to_list() == [19, 19, 19]


# --- the same consignments -------------------------------------------------------------------------------------------


def test_the_same_consignments_are_paired_by_flow_and_number() -> None:
    a = freight(
        ("northern", 10, 20), ("northern", 12, 20), ("northern", 16, 20), ("northern", 30, 20, "under way")
    )
    b = freight(
        ("northern", 11, 20),
        ("northern", 13, 20),
        ("northern", 17, 20),
        ("northern", 14, 20),
        scenario="open",
    )
    # One more in another flow moves the numbers of consignments, not those within the flow.
    extra = freight(("northern", 99, 20, "delivered", "eastbound"), scenario="open").assign(consignment=-1)
    won = consignment_correlation(a, pd.concat([extra, b], ignore_index=True))
    assert won == pytest.approx((3, 1.0, NAN, 1), nan_ok=True)


def test_variance_reduction_over_replications_by_hand() -> None:
    a = pd.concat([freight(("northern", d, 20), replication=r) for r, d in enumerate((10, 12, 17))])
    b = pd.concat(
        [freight(("northern", d, 20), replication=r, scenario="open") for r, d in enumerate((9, 10, 14))]
    )
    assert consignment_correlation(a, b).variance_reduction == pytest.approx(20)
    assert consignment_correlation(a.iloc[:0], b) == pytest.approx((0, NAN, NAN, 0), nan_ok=True)


# --- warm-up ---------------------------------------------------------------------------------------------------------


def test_mser5_finds_the_end_of_a_known_transient() -> None:
    noise = np.random.default_rng(3).normal(0, 1, 600)
    series = 20 + noise + np.where(np.arange(600) < 100, 10 * (1 - np.arange(600) / 100), 0)
    assert 75 <= mser5(series) <= 115
    assert mser5(20 + noise) <= 60
    step = np.concatenate([np.zeros(50), np.full(150, 10.0)])
    assert mser5(step) == 50


def test_mser5_gives_up_at_most_half_and_needs_a_series() -> None:
    assert mser5(np.arange(200.0)) == 100
    with pytest.raises(LandbridgeError, match="at least 20 observations, got 7"):
        mser5(np.ones(7))


def test_a_warm_up_is_suggested_in_whole_days() -> None:
    days = np.arange(200)
    table = freight(*[("northern", 5 if day < 40 else 15, 20) for day in days])
    table["release_s"] = days * DAY_S + 7
    assert suggest_warm_up(table) == 40 * DAY_S


# --- where the time went ---------------------------------------------------------------------------------------------


def test_where_the_time_went_sums_to_the_mean_transit_time() -> None:
    rows = (("northern", 10, 20), ("northern", 20, 60), ("cku", 30, 20, "under way"), ("", 0, 20, "refused"))
    table = pd.concat([freight(*rows, replication=r) for r in (0, 1)], ignore_index=True)
    found = where_time_went(table)
    days = found[found["days"] > 0][
        ["corridor", "cause", "days", "low", "high", "replications", "lower_bound"]
    ]
    assert list(days.itertuples(index=False, name=None)) == [
        ("northern", "running", 17.5, 17.5, 17.5, 2, False),
        ("cku", "unfinished", 30, 30, 30, 2, True),
    ]
    assert where_time_went(freight(*rows), by="direction")["days"].sum() == pytest.approx(20)
    assert where_time_went(freight(("", 0, 20, "refused"))).empty


def test_the_busiest_places_first() -> None:
    once = [
        ("gate", "dostyk", 3_600),
        ("gate", "dostyk", 10_800),
        ("leg", "long", 10**9),
        ("gate", "free", 0),
    ]
    rows = [(r, *visit) for r in (0, 1) for visit in [*once, ("station", "brest", DAY_S * (r + 1))]]
    columns = ["replication", "place_kind", "place", "wait_s"]
    visits = pd.DataFrame(rows, columns=columns).assign(scenario="base", measured=True)
    found = busiest(visits)
    columns = ["place", "visits", "waited_d", "wait_h", "replications"]
    assert list(found[columns].itertuples(index=False, name=None)) == [
        ("brest", 1, 1.5, 36, 2),
        ("dostyk", 2, pytest.approx(1 / 6), 2, 2),
    ]
    assert busiest(visits, 1)["place"].to_list() == ["brest"]
    assert busiest(visits.iloc[:0]).empty


# --- end to end ------------------------------------------------------------------------------------------------------


def test_a_sampled_world_is_measured_and_compared() -> None:
    def measured(name: str, *changes: str) -> pd.DataFrame:
        sampler = Sampler(scenario(*changes), name=name)
        parts = []
        for r in range(3):
            plan = sampler.plan(r)
            tables = tabulate(plan, run(plan), sampler.legend)
            parts.append(replication_measures(tables.consignments, tables.trips, "chain"))
            total = parts[-1].query(
                "corridor == 'all' and direction == 'all' and measure in ('delivered', 'refused', 'under_way')"
            )
            assert total["value"].sum() == tables.consignments.query("measured")["size_teu"].sum()
        return pd.concat(parts, ignore_index=True)

    base = measured("base")
    slow = measured("slow", "legs: {r-d: {running_time: {p50: 90 h, p90: 110 h}}}")
    changes = differences(base, slow)
    row = changes.query(
        "corridor == 'north' and direction == 'all' and chain == 'all' and measure == 'transit_time.p50'"
    ).iloc[0]
    assert row["low"] > 0
    assert "longer than base" in row["verdict"]
    assert verdicts(changes, summarise(pd.concat([base, slow])), pd.concat([base, slow]))
