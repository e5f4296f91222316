"""Part files: what one finished replication leaves on disk, each file whole or not there."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from isal import isal_zlib

from sim.results.figure_columns import KINDS

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


Check = tuple[int, int]
"""How long a part file is, and its CRC-32: whether it is still as it was written."""


def check_of(content: bytes) -> Check:
    """The check of a part file."""
    return len(content), isal_zlib.crc32(content)


def write_parts(folder: Path, parts: Iterable[tuple[str, bytes]]) -> dict[str, Check]:
    """Write files by name into a folder that is there, and give the check of each; they are on the disk when this returns.

    Raises OSError when the disk is full or the folder has gone: it is not made again, since its run may be over.
    """
    written = {}
    for name, content in parts:
        # A run that was killed may have left it: its bytes are the same.
        put_whole(folder / name, content)
        written[name] = check_of(content)
    sync_folder(folder)
    return written


def put_whole(path: Path, content: bytes) -> None:
    """Give a file its name only when its content is on the disk."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with half.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def packed_rows(table: pd.DataFrame) -> bytes:
    """A table of measures as a Parquet file; columns are text but for those that are numbers by their name."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    written = io.BytesIO()
    found = pa.Table.from_pandas(table, schema=_schema([str(name) for name in table]), preserve_index=False)
    pq.write_table(found.replace_schema_metadata(None), written, compression="zstd")
    return written.getvalue()


def _schema(names: Sequence[str]) -> pa.Schema:
    """Types of a table of figures, by the names of its columns."""
    import pyarrow as pa

    types = {"integer": pa.int64(), "number": pa.float64(), "truth": pa.bool_(), "text": pa.string()}
    return pa.schema([pa.field(name, types[KINDS.get(name, "text")]) for name in names])
