"""Tables of a run folder, read as they are declared: what is of another type, out of its range or names nothing is refused."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import RunFolderError
from sim.results.columns import Column
from sim.results.figure_columns import KINDS
from sim.results.opening import open_plain

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

MOST = 2**40
"""Of whole numbers: what `contract` calls unlimited. Sums of a million of them still fit into 64 bits."""
_AGAIN = "Run the scenario again, or take the folder from where it was whole."


def read_table(
    folder: Path,
    name: str,
    columns: Sequence[Column],
    only: Mapping[str, Sequence[Any]] | None = None,
    names: Callable[[], Mapping[str, Collection[str]]] = dict,
    replications: tuple[int, int] = (0, MOST),
) -> pd.DataFrame:
    """Read these columns of a Parquet file of a folder, and of its rows those that have one of some values in some of them.

    `names` gives the names that there are of facilities, legs, services, chains and corridors; `replications` are the first and the
    last that there may be.
    Raises RunFolderError when the file is missing or damaged, or a column is not as declared.
    """
    table = load_table(folder, name, columns, only, replications)
    groups = names() if any(column.of for column in columns) else {}
    for column in columns:
        if column.of in groups:
            _one_of(folder / name, column.name, table[column.name], groups[column.of])
    return _framed(folder / name, table)


def load_table(
    folder: Path,
    name: str,
    columns: Sequence[Column],
    only: Mapping[str, Sequence[Any]] | None = None,
    replications: tuple[int, int] = (0, MOST),
) -> pa.Table:
    """The same as `read_table` for Arrow, without a look at what names name."""
    file = folder / name
    table = _load(folder, name, [column.name for column in columns], only, partial(_types, columns=columns))
    for column in columns:
        values = table[column.name]
        if values.null_count and not column.gaps:
            raise _wrong(file, column.name, "expected a value in each row, found gaps")
        if column.kind == "integer":
            limits = replications if column.name == "replication" else (column.least, MOST)
            _within(file, column.name, values, *limits)
        elif column.kind == "number":
            _finite(file, column.name, values)
        elif column.values:
            _one_of(file, column.name, values, column.values)
    return table


def read_measures(
    folder: Path, names: Sequence[str], needed: Collection[str], replications: tuple[int, int] = (0, MOST)
) -> pd.DataFrame:
    """Read Parquet tables of measures, one after the other: text but for the columns that are numbers by their name.

    `needed` are columns that must be there. Raises as `read_table`.
    """
    import pyarrow as pa

    found = []
    for name in names:
        table = _load(folder, name, None, None, partial(_types_of_measures, needed=needed))
        for column, kind in KINDS.items():
            if column in table.column_names and kind == "integer":
                limits = replications if column == "replication" else (0, MOST)
                _within(folder / name, column, table[column], *limits)
        found.append(table.replace_schema_metadata(None))
    try:
        joined = pa.concat_tables(found)
    except pa.ArrowException as error:
        raise RunFolderError(
            f"{folder}: its tables of measures are not alike: {_first_line(error)}. {_AGAIN}"
        ) from error
    return _framed(folder / names[0], joined)


def _load(
    folder: Path,
    name: str,
    columns: list[str] | None,
    only: Mapping[str, Sequence[Any]] | None,
    types: Callable[[Path, pa.Schema], None],
) -> pa.Table:
    """Read a file of a folder when its types are right and its size can be."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = folder / name
    chosen = {column: list(values) for column, values in (only or {}).items()}
    none = not all(chosen.values())  # of no value there is no row, and Parquet's filters take no empty list
    filters = [(column, "in", values) for column, values in chosen.items()] if chosen and not none else None
    try:
        with open_plain(folder, name) as handle:
            found = pq.ParquetFile(handle)
            _bearable(file, found.metadata)
            types(file, found.schema_arrow)
            if filters is None:
                # `read_table` would load a reader of whole folders of files, which takes longer than to read one.
                table = found.read(columns=columns)
                table = table if columns is None else table.select(columns)
                return table.slice(0, 0) if none else table
            handle.seek(0)
            return pq.read_table(handle, columns=columns, filters=filters)
    except FileNotFoundError:
        raise RunFolderError(f"{file}: is missing; the run folder is not complete. {_AGAIN}") from None
    except (pa.ArrowException, OSError, OverflowError) as error:
        raise RunFolderError(f"{file}: cannot be read: {_first_line(error)}. {_AGAIN}") from error


def _bearable(file: Path, metadata: Any) -> None:
    """Refuse a table larger than this machine: a small file may hold any number of equal rows."""
    there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if metadata.num_rows * metadata.num_columns > there:
        raise RunFolderError(
            f"{file}: has {metadata.num_rows:,} rows, more than fit into the memory of this machine. {_AGAIN}"
        )


def _types(file: Path, schema: pa.Schema, columns: Sequence[Column]) -> None:
    """See that each column is there, once, and of its type."""
    for column in columns:
        if schema.names.count(column.name) != 1:
            found = "two" if column.name in schema.names else "none"
            raise _wrong(file, column.name, f"expected one column of that name, found {found}")
        kind = schema.field(column.name).type
        if not _is(column.kind, kind):
            raise _wrong(file, column.name, f"expected {_MEANT[column.kind]}, found {kind}")


def _types_of_measures(file: Path, schema: pa.Schema, needed: Collection[str]) -> None:
    """See that each column of measures is of its type, and those needed are there."""
    import pyarrow as pa

    for field in schema:
        kind = KINDS.get(field.name, "text")
        if schema.names.count(field.name) != 1:
            raise _wrong(file, field.name, "expected one column of that name, found two")
        # A table without rows has no types.
        if not _is(kind, field.type) and not pa.types.is_null(field.type):
            raise _wrong(file, field.name, f"expected {_MEANT[kind]}, found {field.type}")
    if missing := [name for name in needed if name not in schema.names]:
        raise _wrong(file, missing[0], "expected one column of that name, found none")


_MEANT = {
    "text": "text",
    "integer": "whole numbers (int64)",
    "number": "numbers (double)",
    "truth": "truth values",
}


def _is(kind: str, found: pa.DataType) -> bool:
    """Whether an Arrow type is of a kind."""
    import pyarrow as pa

    if pa.types.is_dictionary(found):
        found = found.value_type
        return kind == "text" and (pa.types.is_string(found) or pa.types.is_large_string(found))
    if kind == "text":
        return bool(pa.types.is_string(found) or pa.types.is_large_string(found))
    wanted = {"integer": pa.int64(), "number": pa.float64(), "truth": pa.bool_()}[kind]
    return bool(found == wanted)


def _within(file: Path, column: str, values: pa.ChunkedArray, least: int, most: int) -> None:
    """Refuse whole numbers out of range."""
    import pyarrow.compute as pc

    if len(values):
        found = pc.min_max(values).as_py()
        for value in (found["min"], found["max"]):
            if value is not None and not least <= value <= most:
                raise _wrong(file, column, f"expected {least:,} to {most:,}, found {value:,}")


def _finite(file: Path, column: str, values: pa.ChunkedArray) -> None:
    """Refuse infinity."""
    import pyarrow.compute as pc

    if len(values) and pc.any(pc.is_inf(values)).as_py():
        raise _wrong(file, column, "expected finite numbers, found infinity")


def _one_of(file: Path, column: str, values: pa.ChunkedArray, known: Collection[str]) -> None:
    """Refuse a text that names nothing; an empty one stands for nothing."""
    import pyarrow.compute as pc

    found = pc.unique(pc.cast(values, "string")).to_pylist()
    strange = [text for text in found if text not in known and text != ""]
    if strange:
        there = ", ".join(list(known)[:6]) + (", …" if len(known) > 6 else "")
        raise _wrong(file, column, f"expected one of {there:.300}, found {strange[0]!r:.80}")


def _framed(file: Path, table: pa.Table) -> pd.DataFrame:
    """An Arrow table as pandas has it."""
    try:
        # What else a file says of pandas (an index, extension types) is nobody's business.
        frame: pd.DataFrame = table.replace_schema_metadata(None).to_pandas()
    except (ValueError, TypeError, NotImplementedError) as error:
        raise RunFolderError(f"{file}: cannot be read: {_first_line(error)}. {_AGAIN}") from error
    return frame


def _first_line(error: Exception) -> str:
    """The first line of what an error says."""
    return (str(error).splitlines() or [type(error).__name__])[0][:300].rstrip(".")


def _wrong(file: Path, column: str, what: str) -> RunFolderError:
    """A finding about a column."""
    return RunFolderError(f"{file}: column {column:.80}: {what}. {_AGAIN}")
