"""Where the time went and where trips waited longest, beside the same added up by hand."""

import numpy as np
import pandas as pd
import pytest
from cells import DAY_S, cohorts
from hypothesis import given, settings
from hypothesis import strategies as st
from reckonings import measures_of

from sim.results import CAUSE_COLUMNS
from sim.stats import busiest, where_time_went

few = settings(max_examples=12)
COLUMNS = [*CAUSE_COLUMNS.values(), "unfinished_s"]


def split(table: pd.DataFrame, luck: np.random.Generator) -> pd.DataFrame:
    """A cohort whose transit times are split among the causes, at random."""
    parts = np.sort(
        luck.integers(0, table["transit_s"].to_numpy()[:, None] + 1, (len(table), len(COLUMNS) - 1)), axis=1
    )
    edges = np.concatenate(
        [np.zeros((len(table), 1), int), parts, table["transit_s"].to_numpy()[:, None]], axis=1
    )
    return table.assign(**dict(zip(COLUMNS, np.diff(edges).T, strict=True)))


@given(cohorts(), st.integers(0, 99))
@few
def test_every_cause_of_every_corridor_is_added_up(table: pd.DataFrame, seed: int) -> None:
    table = split(table, np.random.default_rng(seed))
    found = where_time_went(table)
    cohort = table[table["measured"] & (table["status"] != "refused")]
    assert len(found) == len(COLUMNS) * cohort["corridor"].nunique()
    days = {(row.corridor, row.cause): row.days for row in found.itertuples()}
    for corridor, mine in cohort.groupby("corridor"):
        for column, name in zip(
            COLUMNS, [*(cause.name.lower() for cause in CAUSE_COLUMNS), "unfinished"], strict=True
        ):
            each = [
                (one[column] * one["size_teu"]).sum() / one["size_teu"].sum()
                for _, one in mine.groupby("replication")
            ]
            assert days[corridor, name] == pytest.approx(np.mean(each) / DAY_S)


@given(cohorts(), st.integers(0, 99), st.sampled_from(["corridor", "chain", "cargo", "direction"]))
@few
def test_the_causes_of_a_group_sum_to_its_mean_transit_time(table: pd.DataFrame, seed: int, by: str) -> None:
    found = where_time_went(split(table, np.random.default_rng(seed)), by=by)
    sums = found.groupby(by)["days"].sum().to_dict()
    cohort = table[table["measured"] & (table["status"] != "refused")]
    for name, mine in cohort.groupby(by):
        means = [
            (one["transit_s"] * one["size_teu"]).sum() / one["size_teu"].sum()
            for _, one in mine.groupby("replication")
        ]
        assert sums[name] == pytest.approx(np.mean(means) / DAY_S)


def test_of_one_replication_the_sum_is_the_measure_of_the_mean_transit_time() -> None:
    table = pd.concat([one_box(10, 4), one_box(20, 1)], ignore_index=True)
    measured = measures_of(table)
    mean = measured[
        (measured["measure"] == "transit_time.mean")
        & (measured["corridor"] == "northern")
        & (measured["direction"] == "all")
    ]
    assert where_time_went(table)["days"].sum() == pytest.approx(mean["value"].item()) == 12


def one_box(days: int, teu: int, status: str = "delivered") -> pd.DataFrame:
    from cells import table_of

    table = table_of([(0, "north-a", "westbound", "toys", "f", teu, days, status == "under way")])
    return table.assign(**dict.fromkeys(COLUMNS, 0)).assign(running_s=days * DAY_S)


def test_only_causes_of_freight_under_way_are_lower_bounds_and_what_is_unfinished_is_none() -> None:
    found = where_time_went(pd.concat([one_box(10, 4), one_box(20, 1, "under way")]))
    bounds = dict(zip(found["cause"], found["lower_bound"], strict=True))
    assert not bounds.pop("unfinished")
    assert all(bounds.values())
    assert not where_time_went(one_box(10, 4))["lower_bound"].any()


def visits(*rows: tuple[str, str, float, int], scenario: str = "s", measured: bool = True) -> pd.DataFrame:
    """Visits of (kind, place, hours waited, replication)."""
    return pd.DataFrame([
        {"scenario": scenario, "replication": n, "place_kind": kind, "place": place, "wait_s": round(hours * 3600), "measured": measured}
        for kind, place, hours, n in rows
    ])  # fmt: skip


def test_places_rank_by_all_that_was_waited_there_and_not_by_the_wait_of_one() -> None:
    table = visits(("gate", "brest", 6, 0), ("gate", "brest", 6, 0), ("station", "malaszewicze", 10, 0))
    found = busiest(table)
    assert found["place"].tolist() == ["brest", "malaszewicze"]
    assert found["waited_d"].tolist() == [0.5, pytest.approx(10 / 24)]
    assert found["wait_h"].tolist() == [6, 10]
    assert found["visits"].tolist() == [2, 1]


def test_lines_places_without_waits_and_visits_that_are_not_measured_are_left_out() -> None:
    table = pd.concat([
        visits(("leg", "brest > warsaw", 50, 0), ("gate", "idle", 0, 0), ("gate", "brest", 1, 0)),
        visits(("gate", "early", 9, 0), measured=False),
    ])  # fmt: skip
    assert busiest(table)["place"].tolist() == ["brest"]


def test_a_replication_in_which_nothing_came_by_counts_for_the_sum_and_not_for_the_wait() -> None:
    table = visits(("gate", "brest", 12, 0), ("gate", "brest", 12, 0), ("leg", "a > b", 0, 1))
    found = busiest(table)
    assert found[["visits", "waited_d", "wait_h", "replications"]].to_numpy().tolist() == [[1, 0.5, 12, 1]]


def test_as_many_places_are_named_as_asked_for_in_every_scenario() -> None:
    rows = [("gate", f"g{i}", i, 0) for i in range(1, 6)]
    table = pd.concat([visits(*rows, scenario="a"), visits(*rows, scenario="b")])
    found = busiest(table, n=2)
    assert list(zip(found["scenario"], found["place"], strict=True)) == [
        ("a", "g5"),
        ("b", "g5"),
        ("a", "g4"),
        ("b", "g4"),
    ]
