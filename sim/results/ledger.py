"""The ledger: the measured consignments of every replication, packed, so that a run keeps them all and opens one at a time.

Differences are of the same consignments in two scenarios, and figures of small groups are of those of all replications: both need
more than the measures of a replication, and far less than its tables. A year of the baseline takes 0.2 MB a replication.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.errors import RunFolderError
from sim.results.columns import CONSIGNMENTS, Column
from sim.results.opening import open_plain

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_FROM_CONSIGNMENTS = (
    "flow", "corridor", "chain", "direction", "cargo", "express", "size_teu", "status", "transit_s", "on_time",
    "promise_s", "in_time", "deadline_s", "cost_usd_per_feu", "time_cost_usd_per_feu", "emissions_kg_per_feu", "release_s",
)  # fmt: skip
LEDGER_FILE = "ledger.parquet"
_AGAIN = "Run the scenario again, or take the folder from where it was whole."
_NUMBER = Column("number", "integer", "", "number of the consignment within its flow, from 0")
LEDGER: tuple[Column, ...] = (
    _NUMBER,
    *(column for column in CONSIGNMENTS if column.name in _FROM_CONSIGNMENTS),
)
"""Columns of the ledger. Under common random numbers a consignment is the same when its flow and its number are."""


@dataclass(frozen=True)
class Ledger:
    """The measured consignments of all replications: packed bytes for each, or one file with a row group for each."""

    packed: Sequence[bytes] | Path

    def open(self, replication: int, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Columns (all of LEDGER when not given) of the measured consignments of a replication, in order of release.

        Text columns are pandas categories. Raises RunFolderError when the file is missing or damaged.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        wanted = None if columns is None else list(columns)
        if not isinstance(self.packed, Path):
            found = pq.read_table(io.BytesIO(self.packed[replication]), columns=wanted)
        else:
            try:
                with (
                    open_plain(self.packed.parent, self.packed.name) as handle,
                    pq.ParquetFile(handle) as file,
                ):
                    if not file.schema_arrow.equals(_schema(), check_metadata=False):
                        raise RunFolderError(
                            f"{self.packed}: its columns are not those of a ledger. {_AGAIN}"
                        )
                    found = file.read_row_group(replication, columns=wanted)
            except FileNotFoundError:
                raise RunFolderError(
                    f"{self.packed}: is missing; the run folder is not complete. {_AGAIN}"
                ) from None
            except (pa.ArrowException, OSError, IndexError) as error:
                raise RunFolderError(f"{self.packed}: cannot be read: {error}. {_AGAIN}") from error
        frame: pd.DataFrame = found.to_pandas()
        return frame


def ledger_rows(consignments: pd.DataFrame) -> pd.DataFrame:
    """The measured consignments of one replication (columns as in `columns.CONSIGNMENTS`), with the columns of LEDGER."""
    chosen = np.flatnonzero(consignments["measured"].to_numpy(bool))
    table = consignments[list(_FROM_CONSIGNMENTS)].take(chosen).reset_index(drop=True)
    table.insert(0, "number", _within_flow(consignments["flow"])[chosen])
    return table[[column.name for column in LEDGER]]


def _within_flow(flow: pd.Series[str]) -> NDArray[np.int64]:
    """Number of each consignment (n,) within its flow. As pandas' cumcount, which takes five times as long."""
    import pandas as pd

    codes = pd.Categorical(flow).codes
    order = np.argsort(codes, kind="stable")
    counts = np.bincount(codes)
    number = np.empty(len(codes), dtype=np.int64)
    number[order] = np.arange(len(codes)) - np.repeat(counts.cumsum() - counts, counts)
    return number


def pack_ledger(rows: pd.DataFrame) -> bytes:
    """Rows of the ledger as a Parquet file; the same rows give the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    written = io.BytesIO()
    table = pa.Table.from_pandas(rows, schema=_schema(), preserve_index=False).replace_schema_metadata(None)
    pq.write_table(table, written, row_group_size=max(len(rows), 1), **_packing())
    return written.getvalue()


def gather_ledger(parts: Sequence[Path], out: Path) -> None:
    """Join part files, one a replication in their order, into one file with a row group for each. One is in memory at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with out.open("wb") as packed, pq.ParquetWriter(packed, _schema(), **_packing()) as writer:
        for part in parts:
            table = pq.read_table(pa.BufferReader(part.read_bytes())).cast(_schema())
            writer.write_table(table, row_group_size=max(table.num_rows, 1))


def _schema() -> pa.Schema:
    import pyarrow as pa

    types = {
        "text": pa.dictionary(pa.int32(), pa.string()),
        "integer": pa.int64(),
        "number": pa.float64(),
        "truth": pa.bool_(),
    }
    return pa.schema([pa.field(column.name, types[column.kind]) for column in LEDGER])


def _packing() -> dict[str, object]:
    """As tables are packed: repeated names and amounts by number, whole numbers by difference."""
    whole = [column.name for column in LEDGER if column.kind == "integer"]
    return {
        "compression": "zstd",
        # The cost of time is another one for every transit time.
        "use_dictionary": [
            column.name
            for column in LEDGER
            if column.kind in ("text", "number") and column.name != "time_cost_usd_per_feu"
        ],
        "column_encoding": dict.fromkeys(whole, "DELTA_BINARY_PACKED"),
        "write_statistics": False,
    }
