"""Tables of a run folder as CSV, for whoever asks: text that a spreadsheet would run as a formula is text there, too."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, cast

from sim.errors import RunFolderError
from sim.results.columns import TABLES
from sim.results.reading import load_table
from sim.results.run_folder import MANIFEST, Run
from sim.results.spreadsheet import harmless_table

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

MEASURES: dict[str, Callable[[Run], pd.DataFrame]] = {
    "kpis": Run.kpis,
    "policies": Run.policy_effects,
    "disruptions": Run.disruption_effects,
    "values": Run.values,
    "policy-values": Run.policy_values,
    "disruption-values": Run.disruption_values,
}
"""Tables of measures by the name of their file, and how a run reads each."""
EXPORTED = (*MEASURES, *(f"tables/{name}" for name in TABLES))
"""What can be exported, by file: "kpis", "tables/trips"."""


def export_run(
    run: Run,
    out: Path,
    names: Sequence[str] = EXPORTED,
    kind: Literal["csv", "csv.gz"] = "csv",
    *,
    force: bool = False,
    begin: Callable[[str], None] | None = None,
) -> list[Path]:
    """Write tables of a run folder as CSV files below `out`, and return them; `begin` is called with the name of each before it.

    Missing values are empty, seconds are whole numbers, truths are true and false. One replication is in memory at a time. Each file is
    whole or not there. Raises RunFolderError when a table is missing or damaged, when `out` is in the run folder, which its
    manifest seals, and when a file is in the way and not `force`.
    """
    folder, place = run.path.resolve(), out.resolve()
    if place == folder or folder in place.parents:
        raise RunFolderError(
            f"{out}: is in the run folder, which stays as the run wrote it. Name another place, for example {run.path.name}-csv."
        )
    files = [out / f"{name}.{kind}" for name in names]
    for file in files:
        if os.path.lexists(file) and not (force and file.is_file()):
            raise RunFolderError(f"{file}: exists already. Use another --out, or --force to replace it.")
    for name, file in zip(names, files, strict=True):
        if begin is not None:
            begin(name)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunFolderError(f"{out}: {error.strerror}. Use another --out.") from error
        _write(file, kind, _parts(run, name))
    return files


def _parts(run: Run, name: str) -> Iterator[pa.Table]:
    """Yield the rows of a table, replication by replication where it is large."""
    import pyarrow as pa

    if name in MEASURES:
        yield pa.Table.from_pandas(MEASURES[name](run), preserve_index=False)
        return
    kept, n = run.manifest.tables, run.manifest.replications
    if kept is None or n is None:
        raise RunFolderError(
            f"{run.path / MANIFEST}: does not say how many replications there are. Run the scenario again with this version."
        )
    columns = TABLES[name.removeprefix("tables/")]
    for replication in range(kept):
        only = {"replication": [replication]}
        yield load_table(run.path, f"{name}.parquet", columns, only, (0, n - 1))


def _write(file: Path, kind: str, parts: Iterator[pa.Table]) -> None:
    """Write rows into a file, which gets its name when it is whole."""
    half = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with half.open("wb") as plain, closing(_packed(plain, kind)) as text:
            for number, part in enumerate(parts):
                _write_rows(part, text, head=number == 0)
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)


def _packed(plain: IO[bytes], kind: str) -> IO[bytes]:
    """What packs what is written into it; without the time of day, so that the same text gives the same bytes."""
    if kind == "csv":
        return plain
    from isal import igzip

    packed = igzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=plain, mtime=0)  # type: ignore[no-untyped-call]
    return cast("IO[bytes]", packed)


_LEVEL = 1
"""Of igzip's levels 0 to 3: a fifth smaller than 0 and packed as soon."""


def _write_rows(table: pa.Table, text: IO[bytes], *, head: bool) -> None:
    """Write rows as CSV, with the names of the columns before them."""
    import pyarrow.csv as pc

    # In batches of eight times the usual size: visits of the baseline take 170 ms instead of 212.
    options = pc.WriteOptions(include_header=head, quoting_style="needed", batch_size=8_192)
    pc.write_csv(harmless_table(table), text, options)
