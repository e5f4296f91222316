"""Measures, intervals and verdicts, checked against numbers worked out by hand."""

import math

import numpy as np
import pandas as pd
import pytest
from reckonings import measures_of
from worlds import run, scenario

from sim.errors import LandbridgeError
from sim.results import CAUSE_COLUMNS, tabulate
from sim.sampling import Sampler
from sim.stats import (
    MEASURES,
    busiest,
    consignment_correlation,
    mean_interval,
    mser5,
    suggest_warm_up,
    summarise,
    where_time_went,
)
from sim.stats.weighted import weighted_mean, weighted_quantiles
from sim.units import DAY_S

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
            "flow": "all", "market": "all",
            "origin": "all", "destination": "all", "od": "all", "measure": measure,
            "unit": MEASURES[measure].unit, "value": value, "lower_bound": bound, "consignments": 1000,
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
    values = measures_of(
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
    assert figure(measures_of(young), "deadline.share") == (50, True)
    assert figure(measures_of(old), "deadline.share") == (50, False)


def test_measures_of_a_small_cohort_by_hand() -> None:
    values = measures_of(
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
    assert set(values["unit"] == [MEASURES[name].unit for name in values["measure"]]) == {True}


def test_freight_outside_the_measured_period_does_not_count() -> None:
    table = freight(("northern", 10, 20), ("northern", 99, 20))
    table["measured"] = [True, False]
    assert figure(measures_of(table), "transit_time.p95", "northern") == (10, False)


def test_freight_under_way_counts_with_its_age_and_marks_what_depends_on_it() -> None:
    old = freight(*[("northern", days, 10) for days in range(1, 10)], ("northern", 8.5, 10, "under way"))
    values = measures_of(old)
    assert figure(values, "transit_time.mean", "northern") == (pytest.approx(5.35), True)
    assert figure(values, "transit_time.p50", "northern") == (5, False)
    assert figure(values, "transit_time.p90", "northern") == (8.5, True)
    assert figure(values, "buffer.index", "northern")[1]
    assert figure(values, "on_time.share", "northern") == (90, True)
    assert figure(values, "under_way", "northern") == (10, False)
    late = measures_of(freight(("northern", 10, 10), ("northern", 16, 10, "under way")))
    assert figure(late, "on_time.share", "northern") == (50, False)


def test_groups_without_freight_are_there_and_empty() -> None:
    table = freight(("northern", 10, 20), ("", 0, 20, "refused", "eastbound"))
    table["corridor"] = pd.Categorical(table["corridor"], ["northern", "cku", ""])
    values = measures_of(table)
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
    refused = measures_of(freight(("", 0, 20, "refused")))
    assert figure(refused, "refused") == (20, False)
    assert math.isnan(figure(refused, "transit_time.mean")[0])
    waiting = measures_of(freight(("northern", 3, 20, "under way")))
    assert figure(waiting, "transit_time.p50") == (3, True)
    assert figure(waiting, "on_time.share") == (0, True)
    assert measures_of(freight(("northern", 1, 1)).iloc[:0]).empty


def test_breakdowns_by_chain_and_cargo() -> None:
    table = freight(
        ("northern", 10, 20), ("northern", 20, 20, "delivered", "westbound", "cars"), ("", 0, 20, "refused")
    )
    by_cargo = measures_of(table, by="cargo")
    assert figure(by_cargo, "transit_time.p50", "northern", cargo="cars") == (20, False)
    assert figure(by_cargo, "refused", cargo="toys") == (20, False)
    assert figure(by_cargo, "corridor.share", "northern", cargo="cars") == (100, False)
    by_chain = measures_of(table, by="chain")
    assert figure(by_chain, "delivered", "northern", "westbound", chain="northern-rail") == (40, False)
    assert len(measures_of(table, by="direction")) == len(measures_of(table))
    with pytest.raises(LandbridgeError, match='got "colour"'):
        measures_of(table, by="colour")


def test_the_load_factor_is_the_mean_fill_of_departures_that_are_the_corridors_own() -> None:
    rows = [
        (0, "northern", True, 0.5), (0, "northern", True, 1.0), (0, "", True, 0.1),
        (0, "northern", False, 0.0), (1, "northern", True, 0.0), (0, "northern", True, NAN),
    ]  # fmt: skip
    trips = pd.DataFrame(rows, columns=["replication", "corridor", "measured", "fill"]).assign(
        scenario="base", direction="westbound"
    )
    values = measures_of(freight(("northern", 10, 20)), trips)
    assert figure(values, "load.factor", "northern") == (75, False)
    assert values.query("measure == 'load.factor'")["corridor"].unique().tolist() == ["northern"]


# --- intervals -------------------------------------------------------------------------------------------------------


def test_a_t_interval_by_hand() -> None:
    # mean 12, variance 10 / 4, n = 5, t(0.975; 4) = 2.776445
    found = mean_interval([10, 11, 12, 13, 14])
    half = 2.776445 * math.sqrt(10 / 4) / math.sqrt(5)
    assert found == pytest.approx((12, 12 - half, 12 + half, 5), rel=1e-6)


def test_fewer_than_five_values_have_no_interval_and_none_no_mean() -> None:
    assert mean_interval([1.0, 2.0, 3.0, 6.0]) == pytest.approx((3, NAN, NAN, 4), nan_ok=True)
    assert mean_interval([5.0]) == pytest.approx((5, NAN, NAN, 1), nan_ok=True)
    assert mean_interval([NAN, 5.0]).replications == 1
    assert mean_interval([]) == pytest.approx((NAN, NAN, NAN, 0), nan_ok=True)


@pytest.mark.parametrize("n", [5, 20])
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
    # Two replications refused nothing: that is 0 there, not nothing.
    assert rows["estimate"].to_list() == [12, pytest.approx(1 / 3)]
    assert rows["replications"].to_list() == [3, 3]
    assert rows["with_freight"].to_list() == [3, 1]


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
    table = pd.concat([freight(*rows, replication=r) for r in range(5)], ignore_index=True)
    found = where_time_went(table)
    days = found[found["days"] > 0][
        ["corridor", "cause", "days", "low", "high", "replications", "lower_bound"]
    ]
    assert list(days.itertuples(index=False, name=None)) == [
        ("northern", "running", 17.5, 17.5, 17.5, 5, False),
        ("cku", "unfinished", 30, 30, 30, 5, False),
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


def test_a_sampled_world_is_measured() -> None:
    def measured(name: str, *changes: str) -> pd.DataFrame:
        sampler = Sampler(scenario(*changes), name=name)
        parts = []
        for r in range(3):
            plan = sampler.plan(r)
            tables = tabulate(plan, run(plan), sampler.legend)
            parts.append(measures_of(tables.consignments, tables.trips, "chain"))
            total = parts[-1].query(
                "corridor == 'all' and direction == 'all' and measure in ('delivered', 'refused', 'under_way')"
            )
            assert total["value"].sum() == tables.consignments.query("measured")["size_teu"].sum()
        return pd.concat(parts, ignore_index=True)

    def median(name: str, *changes: str) -> float:
        rows = summarise(measured(name, *changes))
        return float(
            rows.query(
                "corridor == 'north' and direction == 'all' and chain == 'all' and measure == 'transit_time.p50'"
            )["estimate"].item()
        )

    assert median("slow", "legs: {r-d: {running_time: {p50: 90 h, p90: 110 h}}}") > median("base") + 1
