"""The ledger packed, joined and opened again, whatever is in it."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cells import cohorts
from hypothesis import given, settings
from hypothesis import strategies as st
from reckonings import cohort_of, pack_of

from sim.errors import RunFolderError
from sim.results import LEDGER, LEDGER_FILE, Cohort, Ledger, gather_ledger, pack_ledger


def said(cohort: Cohort) -> dict[str, list[object]]:
    """All that it says, with names instead of numbers."""
    return {
        column.name: [cohort.names[column.name][k] for k in cohort[column.name]]
        if column.kind == "text"
        else cohort[column.name].tolist()
        for column in LEDGER
    }


@settings(max_examples=25)
@given(cohorts())
def test_what_is_packed_is_opened_as_it_was_and_packed_again_to_the_same_bytes(table: pd.DataFrame) -> None:
    cohort = cohort_of(table)
    content = pack_ledger(cohort)
    opened = Ledger([content]).open(0)
    assert said(opened) == said(cohort)
    assert len(opened) == len(cohort) == int(table["measured"].sum())
    assert pack_ledger(cohort) == content


@settings(max_examples=15)
@given(st.lists(cohorts(at_most=5), min_size=1, max_size=4))
def test_joined_into_a_file_each_replication_is_opened_alone(tables: list[pd.DataFrame]) -> None:
    with TemporaryDirectory() as name:
        parts = [Path(name) / f"ledger-{r:06d}.parquet" for r in range(len(tables))]
        for part, table in zip(parts, tables, strict=True):
            part.write_bytes(pack_of(table))
        joined = Path(name) / LEDGER_FILE
        gather_ledger(parts, joined)
        from_memory, from_file = Ledger([part.read_bytes() for part in parts]), Ledger(joined)
        for r, table in enumerate(tables):
            assert said(from_file.open(r)) == said(from_memory.open(r)) == said(cohort_of(table))


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    cohort = Ledger([pack_of(two_boxes())]).open(0)
    part = tmp_path / "part.parquet"
    part.write_bytes(pack_ledger(cohort))
    gather_ledger([part], tmp_path / LEDGER_FILE)
    return tmp_path / LEDGER_FILE


def two_boxes() -> pd.DataFrame:
    return pd.DataFrame({
        "flow": ["f", "f"], "corridor": "northern", "chain": "rail", "direction": "westbound", "cargo": "toys", "size_teu": [2, 3],
        "status": "delivered", "transit_s": [5, 6], "measured": True,
    })  # fmt: skip


def test_a_replication_that_there_is_not_is_refused(kept: Path) -> None:
    assert Ledger(kept).open(0)["size_teu"].tolist() == [2, 3]
    with pytest.raises(RunFolderError, match="cannot be read"):
        Ledger(kept).open(1)


def test_a_ledger_with_other_columns_is_refused(kept: Path) -> None:
    table = pq.read_table(kept)
    pq.write_table(table.rename_columns([f"x{name}" for name in table.column_names]), kept)
    with pytest.raises(RunFolderError, match="its columns are not those of a ledger"):
        Ledger(kept).open(0)


def test_a_ledger_with_another_type_of_column_is_refused(kept: Path) -> None:
    table = pq.read_table(kept)
    place = table.column_names.index("size_teu")
    pq.write_table(table.set_column(place, "size_teu", table["size_teu"].cast(pa.float64())), kept)
    with pytest.raises(RunFolderError, match="its columns are not those of a ledger"):
        Ledger(kept).open(0)


def test_a_ledger_that_is_a_link_is_refused_and_one_that_is_gone_is_missed(
    kept: Path, tmp_path: Path
) -> None:
    moved = kept.rename(tmp_path / "elsewhere.parquet")
    with pytest.raises(RunFolderError, match="is missing; the run folder is not complete"):
        Ledger(kept).open(0)
    kept.symlink_to(moved)
    with pytest.raises(RunFolderError, match="expected a file, found a link"):
        Ledger(kept).open(0)


def test_consignments_are_numbered_within_their_flow_measured_or_not() -> None:
    flows = ["f", "g", "f", "f", "g"]
    table = pd.DataFrame({
        "flow": flows, "measured": [True, True, False, True, False], "corridor": "", "chain": "", "direction": "westbound",
        "cargo": "toys", "status": "delivered",
    })  # fmt: skip
    cohort = cohort_of(table)
    assert np.array(cohort["number"]).tolist() == [0, 0, 2]
