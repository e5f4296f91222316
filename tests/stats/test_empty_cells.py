"""Nothing is a value: replications in which a cell has no freight count, in every table, breakdown and picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from cells import DAY_S, experiments, table_of
from hypothesis import given, settings
from hypothesis import strategies as st
from reckonings import measures_of
from where import CASES

import sim
from sim.stats import completed, summarise
from sim.stats.distribution import sample_sizes
from sim.stats.shares import corridor_shares
from sim.stats.traffic import line_traffic, mean_waiting
from sim.stats.waiting import busiest_queues

BREAKDOWNS = [None, "chain", "cargo", "flow"]
CELL = ["corridor", "direction", "chain", "cargo", "flow"]


def runs_of(n: int) -> list[tuple[str, int]]:
    return [("s", replication) for replication in range(n)]


@given(experiments(), st.sampled_from(BREAKDOWNS))
@settings(max_examples=80, deadline=None)
def test_shares_sum_to_100_percent_in_every_breakdown(
    experiment: tuple[pd.DataFrame, int], by: str | None
) -> None:
    table, n = experiment
    rows = summarise(measures_of(table, by=by, runs=runs_of(n)))
    shares = rows[(rows["measure"] == "corridor.share") & rows["estimate"].notna()]
    part = shares[shares["chain"] != "all"] if by == "chain" else shares[shares["corridor"] != "all"]
    for _, cells in part.groupby(["direction", "cargo", "flow"]):
        assert cells["estimate"].sum() == pytest.approx(100)


@given(experiments(), st.sampled_from(BREAKDOWNS))
@settings(max_examples=80, deadline=None)
def test_an_amount_is_the_total_over_all_replications_by_their_number(
    experiment: tuple[pd.DataFrame, int], by: str | None
) -> None:
    table, n = experiment
    rows = summarise(measures_of(table, by=by, runs=runs_of(n)))
    delivered = rows[rows["measure"] == "delivered"]
    for row in delivered.to_dict("records"):
        mine = table[table["status"] != "refused"]
        for column in CELL:
            mine = mine if row[column] == "all" else mine[mine[column] == row[column]]
        total = mine.loc[mine["status"] == "delivered", "size_teu"].sum()
        assert row["estimate"] == pytest.approx(total / n)
        assert row["replications"] == n
        assert row["with_freight"] == mine["replication"].nunique()
        assert row["consignments"] == len(mine)


@given(experiments())
@settings(max_examples=80, deadline=None)
def test_shares_sum_to_100_percent_in_every_spell_and_their_teu_is_that_of_all_replications(
    experiment: tuple[pd.DataFrame, int],
) -> None:
    table, n = experiment
    shares = corridor_shares(table, [0, 7 * DAY_S, 14 * DAY_S, 50 * DAY_S], n)
    assert shares.groupby("spell")["share"].sum().to_numpy() == pytest.approx(100)
    assert shares.drop_duplicates("spell")["teu"].sum() == pytest.approx(table["size_teu"].sum() / n)


def test_a_chain_that_only_one_scenario_uses_is_0_in_the_other() -> None:
    a = table_of([(r, "north-a", "westbound", "toys", "f", 10, 12, False) for r in (0, 1)])
    b = table_of([(r, "by-cku", "westbound", "toys", "f", 10, 12, False) for r in (0, 1)]).assign(
        scenario="open"
    )
    values = pd.concat([measures_of(one, by="chain") for one in (a, b)])
    both = completed(values).set_index(["scenario", "chain", "measure", "replication"])
    assert both.loc[("s", "by-cku", "delivered", 0), "value"] == 0
    assert both.loc[("s", "by-cku", "corridor.share", 1), "value"] == 0
    assert np.isnan(both.loc[("s", "by-cku", "transit_time.p50", 1), "value"])
    assert both.loc[("s", "by-cku", "delivered", 0), "consignments"] == 0
    assert len(completed(values)) == 2 * len(completed(values[values["scenario"] == "s"], values))


def test_a_part_of_nothing_is_missing_and_a_part_of_something_is_0() -> None:
    table = table_of(
        [
            (0, "north-a", "westbound", "cars", "f", 10, 12, False),
            (1, "by-cku", "westbound", "cars", "f", 10, 12, False),
            (2, "by-cku", "westbound", "toys", "f", 10, 12, False),
        ]
    )
    found = completed(measures_of(table, by="cargo"))
    cars = found[
        (found["measure"] == "corridor.share")
        & (found["cargo"] == "cars")
        & (found["corridor"] == "northern")
        & (found["direction"] == "all")
    ].set_index("replication")["value"]
    assert cars[0] == 100
    assert cars[1] == 0
    assert np.isnan(cars[2])


def test_a_rare_chain_is_the_mean_over_all_replications() -> None:
    comparison = sim.compare([sim.load_scenario(CASES / name) for name in ("rare.yaml",)], by="chain")
    rows = comparison.rows[comparison.rows["chain"] != "all"].set_index(["chain", "measure"])
    assert rows.loc[("rare", "delivered"), "estimate"] == pytest.approx(10 / 3)
    assert rows.loc[("rare", "delivered"), "replications"] == 6
    assert rows.loc[("rare", "delivered"), "with_freight"] == 4
    assert rows["estimate"].xs("corridor.share", level="measure").sum() == pytest.approx(100)


def test_replications_that_release_nothing_count_in_tables_and_pictures(tmp_path: Path) -> None:
    run = sim.run_to_folder(sim.load_scenario(CASES / "emptyrep.yaml"), tmp_path / "run", tables=None)
    kpis = run.kpis()
    pooled = kpis[(kpis["corridor"] == "all") & (kpis["direction"] == "all")].set_index("measure")
    assert pooled.loc["delivered", "estimate"] == pytest.approx(3)
    assert (pooled.loc["delivered", "replications"], pooled.loc["delivered", "with_freight"]) == (6, 4)
    days = run.manifest.period.length_s / DAY_S
    lines = line_traffic(run.trips, run.network, days, run.manifest.tables)
    assert lines["teu_per_year"].sum() == pytest.approx(3 * 365 / days)
    shares = corridor_shares(run.consignments, [0, run.manifest.period.length_s], 6)
    assert shares["teu"].to_list() == [3]
    assert (shares["replications"].to_list(), shares["with_freight"].to_list()) == ([6], [4])
    sizes = sample_sizes(run.consignments, {"emptyrep": 6})
    assert (sizes["replications"].to_list(), sizes["with_freight"].to_list()) == ([6], [4])
    caption = sim.draw("map", [run]).texts[1].get_text().replace("\n", " ")
    assert "n = 6 replications" in caption


def test_where_nothing_waits_in_a_replication_0_counts_in_the_mean() -> None:
    rows = [(0, hour * 21_600, 4) for hour in range(8)]
    levels = pd.DataFrame(rows, columns=["replication", "time_s", "teu"]).assign(
        scenario="s", place_kind="yard", place="east", trips=0
    )
    found = busiest_queues(levels, replications={"s": 4})
    assert found["waiting"].to_list() == [1, 1]
    assert set(found["replications"]) == {4}
    waiting = mean_waiting(levels.assign(facility="xian"), (0, 2 * DAY_S), ["east"], 4)
    assert waiting["yard_teu"].to_list() == [1]
