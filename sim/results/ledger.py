"""The ledger: the measured consignments of every replication, packed, so that a run keeps them all and opens one at a time.

Differences are of the same consignments in two scenarios, and figures of small groups are of those of all replications: both need
more than the measures of a replication, and far less than its tables. A year of the baseline takes 0.6 MB a replication.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import RunFolderError
from sim.results.columns import CONSIGNMENTS, Column
from sim.results.figure_columns import CELL
from sim.results.opening import open_plain

if TYPE_CHECKING:
    import pyarrow as pa

_FROM_CONSIGNMENTS = (
    *(column.name for column in CELL), "express", "size_teu", "status", "reroutes", "transit_s", "on_time", "promise_s", "in_time",
    "deadline_s", "cost_usd_per_feu", "time_cost_usd_per_feu", "emissions_kg_per_feu", "release_s",
)  # fmt: skip
"""What tells cells of freight apart, and what measures are made of."""
LEDGER_FILE = "ledger.parquet"
Chosen = Mapping[str, Collection[str]]
"""Names for each of some columns: only freight that has one of them there."""
_AGAIN = "Run the scenario again, or take the folder from where it was whole."
_NUMBER = Column("number", "integer", "", "number of the consignment within its flow, from 0")
LEDGER: tuple[Column, ...] = (
    _NUMBER,
    *(column for column in CONSIGNMENTS if column.name in _FROM_CONSIGNMENTS),
)
"""Columns of the ledger. Under common random numbers a consignment is the same when its flow and its number are."""


@dataclass(frozen=True)
class Cohort:
    """The measured consignments (n,) of one replication, in order of release: the columns of LEDGER as arrays, by name.

    A column of text is numbers in its `names`.
    """

    columns: Mapping[str, NDArray[Any]]
    names: Mapping[str, tuple[str, ...]]

    def __len__(self) -> int:
        return len(self.columns["number"])

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.columns[name]

    def only(self, chosen: Chosen) -> Cohort:
        """The consignments that have, in each of some columns of text, one of the names given for it."""
        there = np.ones(len(self), dtype=bool)
        for column, names in chosen.items():
            codes = [code for code, name in enumerate(self.names[column]) if name in names]
            there &= np.isin(self[column], codes)
        return Cohort({name: column[there] for name, column in self.columns.items()}, self.names)

    @classmethod
    def of_arrow(cls, table: pa.Table) -> Cohort:
        """From an Arrow table with the columns of LEDGER."""
        columns, names = {}, {}
        for column in LEDGER:
            found = table.column(column.name).combine_chunks()
            if column.kind == "text":
                names[column.name] = tuple(found.dictionary.to_pylist())
                found = found.indices
            kind = np.int64 if column.kind in ("text", "integer") else None
            columns[column.name] = np.asarray(found.to_numpy(zero_copy_only=False), dtype=kind)
        return cls(columns, names)

    def arrow(self) -> pa.Table:
        """As an Arrow table."""
        import pyarrow as pa

        arrays = [
            pa.DictionaryArray.from_arrays(self[name].astype(np.int32), pa.array(self.names[name]))
            if name in self.names
            else pa.array(self[name])
            for name in (column.name for column in LEDGER)
        ]
        return pa.Table.from_arrays(arrays, schema=_schema())


@dataclass(frozen=True)
class Ledger:
    """The measured consignments of all replications: packed bytes for each, or one file with a row group for each.

    With `chosen` only some of them: see `Cohort.only`.
    """

    packed: Sequence[bytes] | Path
    chosen: Chosen = field(default_factory=dict)

    def open(self, replication: int) -> Cohort:
        """The measured consignments of a replication. Raises RunFolderError when the file is missing or damaged."""
        whole = self._whole(replication)
        return whole.only(self.chosen) if self.chosen else whole

    def _whole(self, replication: int) -> Cohort:
        """All of them."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not isinstance(self.packed, Path):
            return Cohort.of_arrow(
                pq.ParquetFile(io.BytesIO(self.packed[replication])).read().cast(_schema())
            )
        try:
            with (
                open_plain(self.packed.parent, self.packed.name) as handle,
                pq.ParquetFile(handle) as file,
            ):
                if not file.schema_arrow.equals(_schema(), check_metadata=False):
                    raise RunFolderError(f"{self.packed}: its columns are not those of a ledger. {_AGAIN}")
                return Cohort.of_arrow(file.read_row_group(replication))
        except FileNotFoundError:
            raise RunFolderError(
                f"{self.packed}: is missing; the run folder is not complete. {_AGAIN}"
            ) from None
        except (pa.ArrowException, OSError, IndexError) as error:
            raise RunFolderError(f"{self.packed}: cannot be read: {error}. {_AGAIN}") from error


def pack_ledger(cohort: Cohort) -> bytes:
    """Measured consignments as a Parquet file; the same ones give the same bytes."""
    import pyarrow.parquet as pq

    written = io.BytesIO()
    pq.write_table(cohort.arrow(), written, row_group_size=max(len(cohort), 1), **_packing())
    return written.getvalue()


def gather_ledger(parts: Sequence[Path], out: Path) -> None:
    """Join part files, one a replication in their order, into one file with a row group for each. One is in memory at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with out.open("wb") as packed, pq.ParquetWriter(packed, _schema(), **_packing()) as writer:
        for part in parts:
            table = pq.ParquetFile(pa.BufferReader(part.read_bytes())).read().cast(_schema())
            writer.write_table(table, row_group_size=max(table.num_rows, 1))


def _schema() -> pa.Schema:
    """Types of the ledger in a Parquet file."""
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
