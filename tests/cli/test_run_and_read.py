"""A run from its command to its folder: what is printed is what is written, and what is written fits together."""

import json
from pathlib import Path

import pandas as pd
import pytest
from in_process import ended, printed, refused
from where import CASES

from sim.results import CAUSE_COLUMNS, TABLES, read_run

LINE = CASES / "line.yaml"
ENGINES = ("fast", "reference")
DAY_S = 86_400


def cells(lines: list[str]) -> dict[tuple[str, str], list[str]]:
    """Rows of a printed table by corridor and direction."""
    begin = next(i for i, line in enumerate(lines) if set(line) <= {"-", " "} and line)
    rows = [line.split() for line in lines[begin + 1 :] if line.startswith(("all", "c "))]
    return {(row[0], row[1]): row[2:] for row in rows}


def test_what_run_prints_is_what_its_kpis_say(tmp_path: Path) -> None:
    out = tmp_path / "run"
    lines = printed("run", LINE, "--replications", 1, "--jobs", 1, "--no-plots", "--out", out)
    assert lines[-1] == f"written: {out}"
    kpis = read_run(out).kpis().set_index(["corridor", "direction", "measure"])["estimate"]
    for (corridor, direction), row in cells(lines).items():
        assert row[0] == f"{kpis[corridor, direction, 'delivered']:,.0f}"
        assert row[1] == f"{kpis[corridor, direction, 'under_way']:,.0f}"
        assert row[-1] == f"{kpis[corridor, direction, 'emissions.per_feu']:,.0f}" == "300"
        assert row[-2] == "500"
    assert cells(lines).keys() == {("all", "all"), ("all", "westbound"), ("c", "all"), ("c", "westbound")}


def test_every_consignment_of_a_line_takes_its_running_time_its_unloading_and_its_waits(
    line_run: Path,
) -> None:
    freight = read_run(line_run).table("consignments")
    there = freight[freight["status"] == "delivered"]
    assert len(there) > 1_500
    assert (there["running_s"] == DAY_S).all()
    assert (there[list(CAUSE_COLUMNS.values())].sum(axis=1) == there["transit_s"]).all()
    assert (there["transit_s"] >= 25 * 3600).all()
    assert (there["delivered_s"] - there["release_s"] == there["transit_s"]).all()


def test_trips_carry_what_consignments_ride(line_run: Path) -> None:
    run = read_run(line_run)
    trips, freight = run.table("trips"), run.table("consignments")
    assert set(trips["load_teu"]) == {2}
    aboard = freight[freight["status"].isin(["delivered", "under way"])].groupby("replication").size()
    departed = trips.groupby("replication").size()
    # Each train takes one consignment of 2 TEU: what waits at the end has no train yet.
    assert (aboard - departed).between(0, 1).all()
    assert (trips["fill"] == 1).all()


def test_the_tables_of_a_run_have_their_declared_columns_and_both_replications(line_run: Path) -> None:
    run = read_run(line_run)
    for name, columns in TABLES.items():
        table = run.table(name)
        assert list(table.columns) == [column.name for column in columns]
        if name in ("consignments", "trips", "visits", "levels"):
            assert set(table["replication"]) == {0, 1}
            assert set(table["scenario"]) == {"line"}


def test_the_ledger_has_every_measured_consignment_replication_by_replication(line_run: Path) -> None:
    run = read_run(line_run)
    freight = run.table("consignments")
    for replication in (0, 1):
        measured = freight[(freight["replication"] == replication) & freight["measured"]]
        kept = run.ledger.open(replication)
        assert kept["transit_s"].tolist() == measured["transit_s"].tolist()
        assert kept["size_teu"].sum() == measured["size_teu"].sum()


def test_a_manifest_says_what_was_run(line_run: Path) -> None:
    manifest = json.loads((line_run / "manifest.json").read_text())
    assert (manifest["scenario"], manifest["seed"], manifest["replications"], manifest["engine"]) == (
        "line",
        0,
        2,
        "fast",
    )
    assert manifest["period"]["length_s"] == 100 * DAY_S
    assert len(manifest["plan_digest"]) == len(manifest["log_digest"]) == 64


def test_the_reference_engine_writes_the_same_log_and_measures(tmp_path: Path) -> None:
    runs = []
    for engine in ENGINES:
        out = tmp_path / engine
        ended(
            "run",
            LINE,
            "--set",
            "period.length=9 d",
            "--engine",
            engine,
            "--jobs",
            1,
            "--no-plots",
            "--out",
            out,
        )
        runs.append(read_run(out))
    fast, reference = (json.loads((tmp_path / engine / "manifest.json").read_text()) for engine in ENGINES)
    assert fast["log_digest"] == reference["log_digest"]
    assert (fast["engine"], reference["engine"]) == ENGINES
    pd.testing.assert_frame_equal(runs[0].values(), runs[1].values())


@pytest.mark.parametrize("seed", [0, 5])
def test_a_seed_is_written_down_and_another_one_is_another_luck(
    tmp_path: Path, seed: int, line_run: Path
) -> None:
    out = tmp_path / "run"
    ended("run", LINE, "--replications", 2, "--seed", seed, "--jobs", 1, "--no-plots", "--out", out)
    mine, usual = (json.loads((folder / "manifest.json").read_text()) for folder in (out, line_run))
    assert mine["seed"] == seed
    assert (mine["log_digest"] == usual["log_digest"]) == (seed == 0)


def test_a_name_is_what_everything_calls_the_scenario(tmp_path: Path) -> None:
    out = tmp_path / "run"
    lines = printed(
        "run",
        LINE,
        "--name",
        "my line",
        "--set",
        "period.length=5 d",
        "--jobs",
        1,
        "--no-plots",
        "--out",
        out,
    )
    assert "my line: One line" in lines
    assert set(read_run(out).table("trips")["scenario"]) == {"my line"}


def test_several_files_have_a_folder_each(tmp_path: Path) -> None:
    short = ("--set", "period.length=5 d", "--jobs", 1, "--no-plots", "--out", tmp_path)
    ended("run", LINE, CASES / "line-seed5.yaml", *short)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["line", "line-seed5"]


def test_plots_are_drawn_unless_they_are_not_wanted(tmp_path: Path) -> None:
    short = ("run", LINE, "--set", "period.length=5 d", "--jobs", 1, "--out")
    ended(*short, tmp_path / "with")
    ended(*short, tmp_path / "without", "--no-plots")
    drawn = {path.name for path in (tmp_path / "with" / "plots").iterdir()}
    assert {"map.png", "map.svg", "queues.svg", "transit-cdf.svg", "train-graph.png"} <= drawn
    assert len(drawn) == 2 * len({name.rsplit(".", 1)[0] for name in drawn})
    assert not (tmp_path / "without" / "plots").exists()


def test_a_folder_that_is_there_is_kept_without_force(tmp_path: Path) -> None:
    words = ("run", LINE, "--set", "period.length=5 d", "--jobs", 1, "--no-plots", "--out", tmp_path / "run")
    ended(*words)
    before = (tmp_path / "run" / "manifest.json").read_bytes()
    assert "--force" in refused(*words, code=1)
    assert (tmp_path / "run" / "manifest.json").read_bytes() == before
    ended(*words, "--force")


# --- wrong use -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run",), "Missing argument"),
        (("run", "nowhere.yaml"), "nowhere.yaml"),
        (("run", LINE, "--replications", 0), "0 is not in the range"),
        (("run", LINE, "--replications", "many"), "'many' is not a valid integer"),
        (("run", LINE, "--seed", -1), "-1 is not in the range"),
        (("run", LINE, "--jobs", 0), "0 is not in the range"),
        (("run", LINE, "--engine", "slow"), "'slow' is not one of"),
        (("run", LINE, "--set", "flows.f.volume"), "flows.f.volume"),
        (("run", LINE, "--set", "flows.f.volume=20 boxes"), "expected a volume"),
        (("run", LINE, "--address", "here:1"), "--address is of a cluster"),
        (("run", LINE, "--backend", "dask"), "--address HOST:PORT"),
        (("run", LINE, "--name", "a", "--name", "b"), "--name"),
        (("compare", LINE, LINE, "--resume"), "--resume"),
        (("compare", LINE, LINE, "--force"), "--force"),
        (("compare", LINE, LINE, "--matters", "0 d"), "expected an amount above 0"),
        (("compare", LINE, LINE, "--matters", "some"), "--matters"),
        (("plot", "nowhere", "--kind", "map"), "nowhere"),
        (("plot",), "Missing argument"),
        (("network", LINE, "--grade", "A"), "No such option"),
        (("sources", "--grade", "D"), "'D' is not one of"),
        (("criticality", LINE, "--only", "ports"), "'ports' is not one of"),
        (("criticality", LINE, "--place", "nowhere"), "nowhere"),
        (("resilience", LINE), "shock"),
        (("resilience", LINE, "--shock", "none"), "none"),
        (("init",), "Missing argument"),
        (("verify", "nowhere"), "nowhere"),
        (("fly",), "No such command 'fly'"),
    ],
)
def test_wrong_use_is_told_in_words_and_nothing_is_written(
    words: tuple[object, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    from click.testing import CliRunner

    from sim.cli import main

    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code in (1, 2), done.output
    assert isinstance(done.exception, SystemExit)
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []
