"""Tables of a run folder: read whole, by columns, by rows; and refused, with what was expected, when they are not as declared."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small_runs import case_of

from sim.errors import RunFolderError
from sim.experiment import run_to_folder
from sim.results import TABLES, Run, packed_rows, read_measures, read_run

AGAIN = "Run the scenario again, or take the folder from where it was whole."
Change = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("reading")
    run_to_folder([case_of(made, 2)], [made / "run"])
    return made / "run"


@pytest.fixture
def run(folder: Path) -> Run:
    return read_run(folder)


def test_each_table_has_its_declared_columns_in_their_order(run: Run) -> None:
    for name, columns in TABLES.items():
        assert list(run.table(name)) == [column.name for column in columns]
        assert list(getattr(run, name)) == [column.name for column in columns]


def test_columns_come_as_they_are_asked_for(run: Run) -> None:
    found = run.table("trips", ["fill", "trip"])
    assert list(found) == ["fill", "trip"]
    pd.testing.assert_frame_equal(found, run.trips[["fill", "trip"]])


def test_rows_are_those_with_the_values_asked_for_also_of_columns_that_are_not(run: Run) -> None:
    every = run.consignments
    found = run.table("consignments", ["consignment"], {"replication": [1], "flow": ["cn-pl"]})
    mine = every[(every["replication"] == 1) & (every["flow"] == "cn-pl")]
    assert list(found) == ["consignment"]
    assert 0 < len(found) < len(every)
    assert found["consignment"].tolist() == mine["consignment"].tolist()


def test_of_no_value_there_is_no_row(run: Run) -> None:
    found = run.table("trips", only={"replication": []})
    assert len(found) == 0 and list(found) == list(run.trips)


@pytest.mark.parametrize(
    ("table", "columns", "only", "said"),
    [
        ("trip", None, None, 'there is no table "trip". Did you mean "trips"?'),
        (
            "quite-another",
            None,
            None,
            "There are: consignments, trips, visits, levels, policies, disruptions.",
        ),
        ("trips", ["fil"], None, 'there is no column of trips "fil". Did you mean "fill"?'),
        ("trips", None, {"replications": [0]}, 'column of trips "replications". Did you mean "replication"?'),
    ],
)
def test_a_name_of_nothing_is_refused_with_the_nearest(
    run: Run, table: str, columns: list[str] | None, only: dict[str, list[int]] | None, said: str
) -> None:
    with pytest.raises(RunFolderError) as error:
        run.table(table, columns, only)
    assert said in str(error.value)


# --- not as declared -------------------------------------------------------------------------------------------------


def altered(run: Run, to: Path, change: Change) -> Run:
    """The same run with another trips table."""
    shutil.copytree(run.path, to)
    table = change(run.trips.astype({"service": str, "corridor": str, "direction": str, "scenario": str}))
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), to / "tables" / "trips.parquet")
    return read_run(to)


def first(column: str, value: object) -> Change:
    """Another value in the first row of a column."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        values = table[column].tolist()
        return table.assign(**{column: [value, *values[1:]]})

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.drop(columns="fill"), "column fill: expected one column of that name, found none"),
        (lambda t: t.assign(load_teu=t["load_teu"].astype(float)), "column load_teu: expected whole numbers (int64), found double"),
        (lambda t: t.assign(measured=1), "column measured: expected truth values, found int64"),
        (lambda t: t.assign(service=3), "column service: expected text, found int64"),
        (lambda t: t.assign(fill="much"), "column fill: expected numbers (double), found "),
        (first("load_teu", -1), "column load_teu: expected 0 to 1,099,511,627,776, found -1"),
        (first("ended_s", -2), "column ended_s: expected -1 to 1,099,511,627,776, found -2"),
        (first("replication", 2), "column replication: expected 0 to 1, found 2"),
        (first("fill", np.inf), "column fill: expected finite numbers, found infinity"),
        (first("direction", "northbound"), "column direction: expected one of westbound, eastbound, found 'northbound'"),
        (first("service", "nobody"), "column service: expected one of far, far-p, trucks, west, found 'nobody'"),
        (first("corridor", "south"), "column corridor: expected one of north, road, found 'south'"),
        (first("scenario", None), "column scenario: expected a value in each row, found gaps"),
    ],
)  # fmt: skip
def test_a_table_that_no_run_writes_is_refused_with_its_column(
    run: Run, tmp_path: Path, change: Change, said: str
) -> None:
    with pytest.raises(RunFolderError) as error:
        altered(run, tmp_path / "run", change).table("trips")
    assert str(error.value).startswith(f"{tmp_path / 'run' / 'tables' / 'trips.parquet'}: {said}")
    assert str(error.value).endswith(AGAIN)


@pytest.mark.parametrize("change", [first("fill", np.nan), first("direction", ""), first("ended_s", -1)])
def test_what_a_run_may_write_is_read(run: Run, tmp_path: Path, change: Change) -> None:
    assert len(altered(run, tmp_path / "run", change).table("trips")) == len(run.trips)


def test_only_the_columns_asked_for_are_looked_at(run: Run, tmp_path: Path) -> None:
    found = altered(run, tmp_path / "run", first("load_teu", -1))
    assert found.table("trips", ["trip"])["trip"].tolist() == run.trips["trip"].tolist()


# --- measures --------------------------------------------------------------------------------------------------------

MEASURES = pd.DataFrame(
    {"scenario": ["a", "a"], "replication": [0, 1], "measure": ["x", "y"], "value": [0.5, np.nan]}
)


def test_measures_are_read_as_they_were_packed_one_file_after_the_other(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).write_bytes(packed_rows(MEASURES))
    found = read_measures(tmp_path, ["one", "two"], ["measure", "value"], (0, 1))
    assert found["value"].tolist()[::2] == [0.5, 0.5] and found["value"].isna().tolist() == [False, True] * 2
    assert found["measure"].tolist() == ["x", "y", "x", "y"]
    assert packed_rows(MEASURES) == packed_rows(MEASURES.copy())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.drop(columns="value"), "column value: expected one column of that name, found none"),
        (lambda t: t.assign(replication=2), "column replication: expected 0 to 1, found 2"),
        (lambda t: t.assign(replication=-1), "column replication: expected 0 to 1, found -1"),
        (lambda t: t.assign(value="much"), "column value: expected numbers (double), found"),
        (lambda t: t.assign(measure=1.5), "column measure: expected text, found double"),
    ],
)
def test_measures_that_no_run_writes_are_refused(tmp_path: Path, change: Change, said: str) -> None:
    table = pa.Table.from_pandas(change(MEASURES), preserve_index=False)
    pq.write_table(table, tmp_path / "one")
    with pytest.raises(RunFolderError) as error:
        read_measures(tmp_path, ["one"], ["measure", "value"], (0, 1))
    assert str(error.value).startswith(f"{tmp_path / 'one'}: {said}")


def test_measures_that_are_not_alike_are_not_put_together(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(packed_rows(MEASURES))
    (tmp_path / "two").write_bytes(packed_rows(MEASURES.assign(more="text")))
    with pytest.raises(RunFolderError, match="its tables of measures are not alike"):
        read_measures(tmp_path, ["one", "two"], ["measure"])
