"""The run folder: everything about a run in one place, written whole or not at all, and read back lazily."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import RunFolderError
from sim.results.columns import TABLES

if TYPE_CHECKING:
    import pandas as pd

MANIFEST = "manifest.json"
NETWORK = "network.json"


@contextmanager
def new_run_folder(out: Path, force: bool = False) -> Iterator[Path]:
    """Give a folder to write in, beside `out`; it becomes `out` when the block ends well, and is removed when not.

    Raises RunFolderError when `out` exists and is not empty, unless `force` is given and it is a run folder;
    and when another process is writing the same `out`.
    """
    out = out.resolve()
    work = out.with_name(f".{out.name}.unfinished")
    try:
        _refuse(out, force)
        made = _make_parents(out.parent)
    except OSError as error:
        raise RunFolderError(f"{out}: cannot write a run folder here: {error.strerror or error}") from error
    try:
        # Making a folder either works or fails, for one process at a time: it is the lock.
        work.mkdir()
    except FileExistsError:
        raise RunFolderError(
            f"{out}: another run is writing it. Wait, or use another --out; "
            f"if none is, one was killed: delete {work} and try again."
        ) from None
    except OSError as error:
        _remove_parents(made)
        raise RunFolderError(f"{out}: cannot write a run folder here: {error.strerror or error}") from error
    try:
        yield work
        _refuse(out, force)
        _put(work, out)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        _remove_parents(made)
        raise


def _refuse(out: Path, force: bool) -> None:
    """Raise RunFolderError when `out` must not be written or replaced."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    if not out.is_dir():
        raise RunFolderError(f"{out}: a file is in the way. Use another --out.")
    if not force:
        raise RunFolderError(f"{out}: exists already. Use another --out, or --force to replace it.")
    if not (out / MANIFEST).is_file():
        raise RunFolderError(
            f"{out}: is not a run folder (it has no {MANIFEST}), so --force does not replace it. Use another --out."
        )


def _put(work: Path, out: Path) -> None:
    """Give the finished folder its name; an old one of that name goes only when the new one is in place."""
    if not out.exists():
        work.rename(out)
        return
    old = out.with_name(f".{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    out.rename(old)
    try:
        work.rename(out)
    except BaseException:
        old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _make_parents(folder: Path) -> list[Path]:
    """Make a folder with its parents; return those made, innermost first."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _remove_parents(made: Sequence[Path]) -> None:
    for folder in made:
        with suppress(OSError):
            folder.rmdir()


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Write a JSON file that is the same for the same content: keys sorted, two spaces, a newline at the end."""
    text = json.dumps(content, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


@dataclass(frozen=True)
class Run:
    """A run folder that was opened: its manifest, and its tables when asked for."""

    path: Path
    manifest: Mapping[str, Any]

    def table(
        self, name: str, columns: Sequence[str] | None = None, only: Mapping[str, Sequence[Any]] | None = None
    ) -> pd.DataFrame:
        """Read a table (consignments, trips, visits, levels or policies), or only some of its columns and rows.

        `only` names columns and the values that rows must have in them: {"replication": [0]} reads the first one alone.
        Raises RunFolderError when there is no such table or column, or its file is missing or damaged.
        """
        _known(self.path, "table", name, list(TABLES))
        declared = [column.name for column in TABLES[name]]
        for column in (*(columns or ()), *(only or ())):
            _known(self.path, f"column of {name}", column, declared)
        return _read_parquet(self.path / "tables" / f"{name}.parquet", columns, only)

    @property
    def consignments(self) -> pd.DataFrame:
        """The whole consignments table."""
        return self.table("consignments")

    @property
    def trips(self) -> pd.DataFrame:
        """The whole trips table."""
        return self.table("trips")

    @property
    def visits(self) -> pd.DataFrame:
        """The whole visits table."""
        return self.table("visits")

    @property
    def levels(self) -> pd.DataFrame:
        """The whole levels table."""
        return self.table("levels")

    @property
    def policies(self) -> pd.DataFrame:
        """The whole policies table."""
        return self.table("policies")

    @cached_property
    def network(self) -> Mapping[str, Any]:
        """Facilities, legs, services, chains and dated closures, as `network.json` has them.

        Raises RunFolderError when the file is missing (an older version wrote the folder) or damaged.
        """
        file = self.path / NETWORK
        try:
            found: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise RunFolderError(
                f"{file}: is missing; this picture needs it. Run the scenario again with this version."
            ) from None
        except (OSError, ValueError) as error:
            raise RunFolderError(f"{file}: cannot be read: {error}") from error
        return found

    def kpis(self) -> pd.DataFrame:
        """Measures with their intervals over replications, tidy. Raises RunFolderError when missing or damaged."""
        return _read_parquet(self.path / "kpis.parquet")

    def values(self) -> pd.DataFrame:
        """Measures replication by replication, tidy. Raises RunFolderError when missing or damaged."""
        return _read_parquet(self.path / "values.parquet")

    def policy_effects(self) -> pd.DataFrame:
        """What each policy did to measured freight, with intervals, tidy. Raises RunFolderError when missing or damaged."""
        return _read_parquet(self.path / "policies.parquet")


def read_run(path: str | Path) -> Run:
    """Open a run folder. Raises RunFolderError when it is none."""
    folder = Path(path)
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise RunFolderError(f"{folder}: expected a run folder, {_why_no_run(folder)}") from None
    except (OSError, ValueError) as error:
        raise RunFolderError(f"{folder / MANIFEST}: cannot be read: {error}") from error
    if not isinstance(manifest, dict):
        raise RunFolderError(f"{folder / MANIFEST}: expected an object, found {type(manifest).__name__}")
    return Run(folder, manifest)


def _why_no_run(folder: Path) -> str:
    """Say what was found instead of a run folder, and what to write."""
    if folder.name == MANIFEST and folder.is_file():
        return f"found a file of one. Name the folder: {folder.parent}."
    if folder.is_file():
        run = f' Run it first: "landbridge run {folder} --out runs/{folder.stem}".'
        return f"found a file.{run if folder.suffix in ('.yaml', '.yml') else ''}"
    if not folder.exists():
        return f'found no such folder. Write one with "landbridge run FILE --out {folder}".'
    inside = sorted(one.parent.name for one in folder.glob(f"*/{MANIFEST}"))
    if inside:
        return f"found a folder with {', '.join(inside)} in it. Name one of them: {folder / inside[0]}."
    return f'found no {MANIFEST} in it. Write one with "landbridge run FILE --out DIR".'


def _known(path: Path, what: str, name: str, names: Sequence[str]) -> None:
    if name not in names:
        near = get_close_matches(name, names, 1)
        advice = f'Did you mean "{near[0]}"?' if near else f"There are: {', '.join(names)}."
        raise RunFolderError(f'{path}: there is no {what} "{name}". {advice}')


def _read_parquet(
    file: Path, columns: Sequence[str] | None = None, only: Mapping[str, Sequence[Any]] | None = None
) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    filters = [(column, "in", list(values)) for column, values in (only or {}).items()] or None
    try:
        table = pq.read_table(file, columns=None if columns is None else list(columns), filters=filters)
    except FileNotFoundError:
        raise RunFolderError(f"{file}: is missing; the run folder is not complete") from None
    except (pa.ArrowException, OSError) as error:
        raise RunFolderError(f"{file}: cannot be read: {error}") from error
    frame: pd.DataFrame = table.to_pandas()
    return frame
