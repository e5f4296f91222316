"""CSV of a run folder, for whoever asks: the same rows, harmless in spreadsheets, beside the folder and never in it."""

import gzip
from pathlib import Path

import pandas as pd
import pytest
from in_process import ended, printed, refused
from small_runs import case_of

from sim.cli import export as command
from sim.errors import RunFolderError
from sim.experiment import run_to_folder
from sim.results import EXPORTED, TABLES, Run, changes, export_run, read_run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("export")
    run_to_folder([case_of(folder, 3)], [folder / "run"], tables=2)
    return read_run(folder / "run")


def test_every_table_is_exported_with_the_rows_and_columns_that_it_has(run: Run, tmp_path: Path) -> None:
    files = export_run(run, tmp_path / "text")
    assert [str(file.relative_to(tmp_path / "text")) for file in files] == [
        f"{name}.csv" for name in EXPORTED
    ]
    assert list((tmp_path / "text").rglob(".*")) == []
    for name, columns in TABLES.items():
        text = pd.read_csv(
            tmp_path / "text" / "tables" / f"{name}.csv", keep_default_na=False, na_values=[""]
        )
        table = run.table(name)
        assert list(text) == [column.name for column in columns]
        assert text["replication"].to_list() == table["replication"].to_list()
        for column in columns:
            if column.kind == "integer":
                assert text[column.name].to_list() == table[column.name].to_list()
    kpis = pd.read_csv(tmp_path / "text" / "kpis.csv")
    pd.testing.assert_series_equal(kpis["estimate"], run.kpis()["estimate"], check_exact=False, rtol=1e-12)
    assert set(run.consignments["replication"]) == {0, 1}


def test_a_csv_file_can_be_read_by_people(run: Run, tmp_path: Path) -> None:
    (trips,) = export_run(run, tmp_path, ["tables/trips"])
    head, first = trips.read_text(encoding="utf-8").splitlines()[:2]
    assert head.replace('"', "").startswith(
        "scenario,replication,trip,service,corridor,direction,measured,departed_s"
    )
    assert first.startswith('"tiny",0,')


def test_packed_text_is_the_same_text_and_the_same_bytes_each_time(run: Run, tmp_path: Path) -> None:
    (plain,) = export_run(run, tmp_path / "plain", ["tables/trips"])
    packed = [export_run(run, tmp_path / one, ["tables/trips"], "csv.gz")[0] for one in ("a", "b")]
    assert gzip.decompress(packed[0].read_bytes()) == plain.read_bytes()
    assert packed[0].read_bytes() == packed[1].read_bytes()


def test_nothing_is_written_into_a_run_folder_which_stays_as_it_was(run: Run) -> None:
    for out in (run.path, run.path / "tables", run.path / "tables" / ".." / "text"):
        with pytest.raises(RunFolderError, match="is in the run folder, which stays as the run wrote it"):
            export_run(run, out)
    assert list(changes(run)) == []


def test_a_file_that_exists_stays_unless_it_is_to_be_replaced(run: Run, tmp_path: Path) -> None:
    (tmp_path / "kpis.csv").write_text("mine")
    with pytest.raises(RunFolderError, match=r"kpis\.csv: exists already"):
        export_run(run, tmp_path, ["tables/trips", "kpis"])
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["kpis.csv"]
    export_run(run, tmp_path, ["kpis"], force=True)
    assert (tmp_path / "kpis.csv").read_text().replace('"', "").startswith("scenario,")


def test_a_damaged_table_is_said_and_leaves_no_half_file(run: Run, tmp_path: Path) -> None:
    run_to_folder([case_of(tmp_path, 1)], [tmp_path / "run"])
    file = tmp_path / "run" / "tables" / "trips.parquet"
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(RunFolderError, match=r"trips\.parquet: cannot be read"):
        export_run(read_run(tmp_path / "run"), tmp_path / "text", ["tables/trips"])
    assert list((tmp_path / "text" / "tables").iterdir()) == []


def test_the_command_writes_beside_the_run_folder_what_is_asked_for(run: Run) -> None:
    lines = printed("export", run.path, "--table", "kpis", "--table", "tables/levels")
    text = run.path.with_name("run-csv")
    assert lines == [str(text / "kpis.csv"), str(text / "tables" / "levels.csv")]
    assert "exists already" in ended("export", run.path, "--table", "kpis", code=1).stderr
    ended("export", run.path, "--table", "kpis", "--force")
    assert "tables/trips" in refused("export", run.path, "--table", "trips")


def test_the_command_knows_the_tables_that_can_be_exported() -> None:
    assert command.NAMES == EXPORTED
