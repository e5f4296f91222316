"""From a plan and its log to the six tables of a replication, and their way into files."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.contract import EventLog, Legend, SampledPlan, Strikes
from sim.errors import RunFolderError
from sim.results.columns import TABLES, Column
from sim.results.consignments import consignments_table
from sim.results.disruptions import disruptions_table
from sim.results.itineraries import itineraries_of
from sim.results.levels import levels_table
from sim.results.parts import write_parts
from sim.results.policies import policies_table
from sim.results.reading import load_table
from sim.results.reckoning import NO_STRIKES
from sim.results.rides import Columns
from sim.results.trips import trips_table, visits_table

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True)
class Tables:
    """The six tables of one replication; columns as in `columns.TABLES`. Text columns are pandas categories."""

    consignments: pd.DataFrame
    trips: pd.DataFrame
    visits: pd.DataFrame
    levels: pd.DataFrame
    policies: pd.DataFrame
    disruptions: pd.DataFrame

    def items(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Names and tables, in the order of `columns.TABLES`."""
        return ((name, getattr(self, name)) for name in TABLES)


def tabulate(
    plan: SampledPlan,
    log: EventLog,
    legend: Legend,
    made: Callable[[str, pd.DataFrame], None] | None = None,
    strikes: Strikes = NO_STRIKES,
) -> Tables:
    """Make the tables of one replication from its plan, its log, the names of their numbers, and what struck in it.

    `made` is called with name and table as soon as one is made, the large ones first.
    """
    columns = Columns(log)
    ways = itineraries_of(plan, columns, legend)
    found: dict[str, pd.DataFrame] = {}

    def keep(name: str, table: pd.DataFrame) -> None:
        """Note a table, and say that it is made."""
        found[name] = table
        if made is not None:
            made(name, table)

    keep("visits", visits_table(plan, columns, legend))
    keep("consignments", consignments_table(plan, columns, ways, legend))
    keep("levels", levels_table(plan, columns, ways, legend, found["visits"]))
    keep("trips", trips_table(plan, columns, ways, legend))
    keep("policies", policies_table(plan, columns, ways, legend))
    keep("disruptions", disruptions_table(plan, columns, ways, legend, strikes))
    return Tables(**found)


def arrow_schema(columns: tuple[Column, ...]) -> pa.Schema:
    """Types of a table in a Parquet file: repeated names as dictionaries."""
    import pyarrow as pa

    types: dict[str, Any] = {
        "text": pa.dictionary(pa.int32(), pa.string()),
        "integer": pa.int64(),
        "number": pa.float64(),
        "truth": pa.bool_(),
    }
    return pa.schema([pa.field(column.name, types[column.kind]) for column in columns])


class Packer:
    """Packs the tables of a replication as Parquet while the next ones are made. Packing leaves the interpreter alone."""

    def __init__(self, replication: int) -> None:
        """Of one replication."""
        self.replication = replication
        self._pool = ThreadPoolExecutor(1)
        self._packed: dict[str, Future[bytes]] = {}

    def __enter__(self) -> Packer:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Drop what is not packed yet."""
        self._pool.shutdown(cancel_futures=True)

    def add(self, name: str, table: pd.DataFrame) -> None:
        """Begin to pack a table, which must stay as it is."""
        import pyarrow as pa

        found = pa.Table.from_pandas(table, schema=arrow_schema(TABLES[name]), preserve_index=False)
        found = found.replace_schema_metadata(None)
        self._packed[f"{name}-{self.replication:06d}.parquet"] = self._pool.submit(_parquet, found, name)

    def parts(self) -> Iterator[tuple[str, bytes]]:
        """Yield name and content of each part file, for `gather`."""
        for name, content in self._packed.items():
            yield name, content.result()


def write_tables(tables: Tables, folder: Path, replication: int) -> None:
    """Write the tables of a replication as part files, for `gather`."""
    folder.mkdir(parents=True, exist_ok=True)
    with Packer(replication) as packer:
        for name, table in tables.items():
            packer.add(name, table)
        write_parts(folder, packer.parts())


def gather(parts: Path, out: Path, begin: Callable[[str], None] | None = None) -> None:
    """Join the part files of all replications, in their order, into one Parquet file for each table.

    `begin` is called with "table NAME" before each part. One part is in memory at a time. The same
    parts give the same bytes. Raises RunFolderError when there are none, or one is not as declared.
    """
    import pyarrow.parquet as pq

    out.mkdir(parents=True, exist_ok=True)
    for name, columns in TABLES.items():
        found = sorted(parts.glob(f"{name}-*.parquet"))
        if not found:
            raise RunFolderError(
                f"{parts}: expected part files of the table {name}, found none. Run the scenario again."
            )
        schema = arrow_schema(columns)
        with (
            (out / f"{name}.parquet").open("wb") as packed,
            pq.ParquetWriter(packed, schema, **_packing(name)) as parquet,
        ):
            for part in found:
                if begin is not None:
                    begin(f"table {name}")
                number = int(part.stem.rpartition("-")[2])
                parquet.write_table(
                    load_table(parts, part.name, columns, replications=(number, number)).cast(schema)
                )


def _packing(name: str) -> dict[str, Any]:
    """How the columns of a table are packed: names by number, whole numbers by difference. Smaller and sooner than by default."""
    return {
        "compression": "zstd",
        "use_dictionary": [column.name for column in TABLES[name] if column.kind == "text"],
        "column_encoding": {
            column.name: "DELTA_BINARY_PACKED" for column in TABLES[name] if column.kind == "integer"
        },
    }


def _parquet(table: pa.Table, name: str) -> bytes:
    """A part of a table as a Parquet file. Nobody searches in it, and `gather`, which reads it once, packs it anew.

    So it is packed with LZ4: visits of the baseline take 68 ms instead of 88, and 2 % more room.
    """
    import pyarrow.parquet as pq

    written = io.BytesIO()
    pq.write_table(table, written, **_packing(name) | {"compression": "lz4"}, write_statistics=False)
    return written.getvalue()
