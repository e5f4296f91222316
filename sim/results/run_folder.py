"""The run folder: everything about a run in one place, written whole or not at all, and read back lazily."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Write a JSON file that is the same for the same content: keys sorted, two spaces, a newline at the end."""
    text = json.dumps(content, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    # A path may have bytes that are not UTF-8: they become JSON's own escapes.
    path.write_text(text + "\n", encoding="utf-8", errors="backslashreplace", newline="\n")


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

    def policy_values(self) -> pd.DataFrame:
        """What each policy did, replication by replication, tidy. Raises RunFolderError when missing or damaged."""
        return _read_parquet(self.path / "policy-values.parquet")

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
        # Opened by Python: Arrow opens no path whose bytes are not UTF-8.
        with file.open("rb") as opened:
            table = pq.read_table(opened, columns=None if columns is None else list(columns), filters=filters)
    except FileNotFoundError:
        raise RunFolderError(f"{file}: is missing; the run folder is not complete") from None
    except (pa.ArrowException, OSError) as error:
        raise RunFolderError(f"{file}: cannot be read: {error}") from error
    frame: pd.DataFrame = table.to_pandas()
    return frame
