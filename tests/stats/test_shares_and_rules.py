"""Which corridor freight takes over time, and what policies and disruptions did to it: counted row by row."""

import math

import pandas as pd
import pytest
from cells import DAY_S, cohorts, table_of
from hypothesis import given, settings
from hypothesis import strategies as st
from reckonings import disruption_values_of, policy_values_of

from sim.results import ACTS
from sim.stats import (
    DISRUPTION_MEASURES,
    POLICY_MEASURES,
    suggest_warm_up,
    summarise_disruptions,
    summarise_policies,
)
from sim.stats.shares import corridor_shares

few = settings(max_examples=15)
MONTH_S = 30 * DAY_S


# --- which corridor, over time ---------------------------------------------------------------------------------------


def released(*rows: tuple[int, str, int, int]) -> pd.DataFrame:
    """Consignments of (replication, chain, day of release, TEU)."""
    table = table_of([(n, chain, "westbound", "toys", "f", teu, 1, False) for n, chain, _, teu in rows])
    return table.assign(release_s=[day * DAY_S for _, _, day, _ in rows])


def test_shares_of_a_month_by_hand() -> None:
    table = released((0, "north-a", 0, 30), (0, "by-cku", 29, 10), (0, "", 5, 10), (0, "by-cku", 30, 8))
    found = corridor_shares(table, [0, MONTH_S, 2 * MONTH_S])
    shares = {(row.spell, row.corridor): row.share for row in found.itertuples()}
    assert shares == {
        (0, "cku"): 20, (0, "northern"): 60, (0, "refused"): 20, (1, "cku"): 100, (1, "northern"): 0, (1, "refused"): 0,
    }  # fmt: skip
    assert found["teu"].tolist() == [50, 50, 50, 8, 8, 8]


def test_freight_before_the_first_edge_and_from_the_last_on_is_in_no_spell() -> None:
    table = released((0, "north-a", 9, 1), (0, "north-a", 10, 2), (0, "by-cku", 20, 4))
    found = corridor_shares(table, [10 * DAY_S, 20 * DAY_S])
    assert found[["corridor", "share", "teu"]].to_numpy().tolist() == [["northern", 100, 2]]


def test_a_replication_that_releases_nothing_in_a_spell_says_nothing_of_its_shares_but_of_its_amount() -> (
    None
):
    found = corridor_shares(
        released((0, "north-a", 0, 9), (1, "by-cku", 40, 9)), [0, MONTH_S], replications=3
    )
    (row,) = found[found["share"] > 0].to_dict("records")
    assert (row["corridor"], row["share"], row["teu"], row["replications"], row["with_freight"]) == (
        "northern",
        100,
        3,
        3,
        1,
    )


@given(cohorts(), st.lists(st.integers(0, 40), min_size=12, max_size=12))
@few
def test_the_shares_of_a_spell_sum_to_all_of_it(table: pd.DataFrame, days: list[int]) -> None:
    table = table.assign(release_s=[day * DAY_S for day in days[: len(table)]])
    found = corridor_shares(table, [0, 10 * DAY_S, 20 * DAY_S, 41 * DAY_S])
    for spell, group in found.groupby("spell"):
        assert group["share"].sum() == pytest.approx(100)
        first, last = [(0, 10), (10, 20), (20, 41)][int(spell)]
        inside = table[(table["release_s"] >= first * DAY_S) & (table["release_s"] < last * DAY_S)]
        assert group["teu"].iloc[0] == pytest.approx(
            inside["size_teu"].sum() / table["replication"].nunique()
        )
    assert found["share"].between(0, 100 + 1e-9).all()


# --- what a policy did -----------------------------------------------------------------------------------------------


def acts(*rows: tuple[int, str, str, int, int, float, float], measured: bool = True) -> pd.DataFrame:
    """Acts of (replication, policy, act, consignment, TEU, hours, USD)."""
    columns = ["replication", "policy", "act", "consignment", "size_teu", "hours", "usd"]
    table = pd.DataFrame(rows, columns=columns).assign(scenario="s", measured=measured)
    return table.astype({"policy": pd.CategoricalDtype(["decree", "ban"]), "act": "object"})


COHORT = table_of([(n, "north-a", "westbound", "toys", "f", 50, 1, False) for n in (0, 0, 1)])


def test_what_a_decree_took_by_hand() -> None:
    table = acts(
        (0, "decree", "inspected", 1, 4, 10, 0),
        (0, "decree", "inspected", 1, 4, 6, 0),
        (0, "decree", "inspected", 2, 6, 4, 300),
    )
    values = policy_values_of(table, COHORT)
    mine = values[
        (values["policy"] == "decree") & (values["act"] == "inspected") & (values["replication"] == 0)
    ]
    figures = dict(zip(mine["measure"], mine["value"], strict=True))
    # 10 TEU of 100; 4 x 16 h and 6 x 4 h over them; 300 USD over 5 FEU.
    assert figures == {
        "bound": 10,
        "bound.share": 10,
        "time.per_feu": 8.8,
        "cost.per_feu": 60,
        "cost.total": 300,
    }


def test_every_policy_has_rows_for_every_act_in_every_replication() -> None:
    values = policy_values_of(acts((0, "decree", "inspected", 1, 4, 10, 0)), COHORT)
    assert len(values) == 2 * 2 * len(ACTS) * len(POLICY_MEASURES)
    ban = values[(values["policy"] == "ban") & (values["measure"] == "bound")]
    assert set(ban["value"]) == {0}
    assert values[(values["policy"] == "ban") & (values["measure"] == "time.per_feu")]["value"].isna().all()


def test_acts_on_freight_that_is_not_measured_do_not_count() -> None:
    values = policy_values_of(acts((0, "decree", "inspected", 1, 4, 10, 5), measured=False), COHORT)
    assert set(values.loc[values["measure"].isin(["bound", "cost.total"]), "value"]) == {0}


def test_of_no_measured_freight_there_is_no_share() -> None:
    values = policy_values_of(acts((0, "decree", "inspected", 1, 4, 10, 5)), COHORT, runs=[("s", 7)])
    assert values[values["measure"] == "bound.share"]["value"].isna().all()
    assert (values[values["measure"] == "bound"]["value"] == 0).all()


def test_only_acts_that_bound_something_are_summed_up() -> None:
    table = acts(*((n, "decree", "inspected", 1, 4, hours, 0) for n, hours in enumerate((2, 4, 6, 8, 10))))
    runs = [("s", n) for n in range(5)]
    summary = summarise_policies(policy_values_of(table, COHORT, runs))
    assert set(zip(summary["policy"], summary["act"], strict=True)) == {("decree", "inspected")}
    hours = summary[summary["measure"] == "time.per_feu"].to_dict("records")[0]
    assert (hours["estimate"], hours["replications"]) == (6, 5)
    assert hours["low"] < 6 < hours["high"]
    assert (hours["estimate"] - hours["low"]) == pytest.approx(hours["high"] - hours["estimate"])


# --- what a disruption did -------------------------------------------------------------------------------------------


def strikes(*rows: tuple[int, str, int, int, int, float, bool]) -> pd.DataFrame:
    """Effects of (replication, disruption, event, trips met, TEU bound, TEU-days held, measured)."""
    columns = ["replication", "disruption", "event", "trips", "bound_teu", "held_teu_d", "measured"]
    table = pd.DataFrame(rows, columns=columns).assign(scenario="s")
    return table.astype({"disruption": pd.CategoricalDtype(["storm", "strike"])})


def test_what_a_storm_did_by_hand() -> None:
    table = strikes(
        (0, "storm", 1, 3, 20, 5.5, True), (0, "storm", 1, 2, 5, 1, True), (0, "storm", 2, 1, 0, 0, False)
    )
    values = disruption_values_of(table, COHORT, [("s", 0), ("s", 1)])
    figures = {(row.replication, row.disruption, row.measure): row.value for row in values.itertuples()}
    assert [figures[0, "storm", name] for name in DISRUPTION_MEASURES] == [1, 6, 25, 25, 6.5]
    assert [figures[1, "storm", name] for name in DISRUPTION_MEASURES] == [0, 0, 0, 0, 0]
    assert [figures[0, "strike", name] for name in DISRUPTION_MEASURES] == [0, 0, 0, 0, 0]
    assert len(values) == 2 * 2 * len(DISRUPTION_MEASURES)


def test_a_disruption_that_never_struck_is_summed_up_too() -> None:
    runs = [("s", n) for n in range(6)]
    table = strikes(*((n, "storm", 1, 1, 10 * n, 0.0, True) for n in range(6)))
    summary = summarise_disruptions(disruption_values_of(table, COHORT, runs)).set_index(
        ["disruption", "measure"]
    )
    assert summary.loc[("storm", "bound"), "estimate"] == 25
    assert summary.loc[("strike", "struck"), ["estimate", "low", "high"]].tolist() == [0, 0, 0]
    # Four of the six replications have no freight of which there could be a share.
    assert summary.loc[("storm", "bound.share"), "replications"] == 2
    assert math.isnan(summary.loc[("storm", "bound.share"), "low"])


# --- warm-up ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rising", [0, 10, 20])
def test_the_warm_up_ends_where_daily_means_stop_to_rise(rising: int) -> None:
    rows = [(0, "north-a", day, 1) for day in range(60)]
    days = [min(day, rising) + 10 for day in range(60)]
    table = released(*rows).assign(transit_s=[day * DAY_S for day in days])
    assert suggest_warm_up(table) == rising * DAY_S


def test_refused_freight_and_what_is_released_after_the_measured_time_do_not_warm_up() -> None:
    table = released(*[(0, "north-a", day, 1) for day in range(60)]).assign(transit_s=10 * DAY_S)
    late = released(*[(0, "north-a", day, 1) for day in range(60, 90)]).assign(transit_s=1, measured=False)
    refused = released(*[(0, "", day, 1) for day in range(30)])
    assert suggest_warm_up(pd.concat([table, late, refused], ignore_index=True)) == 0
