"""The run folder: everything about a run in one place, written whole or not at all, and read back lazily."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import RunFolderError
from sim.results.columns import TABLES
from sim.results.declared import Declared, ManifestRecord, NetworkRecord, record_of
from sim.results.ledger import LEDGER_FILE, Ledger
from sim.results.opening import read_json
from sim.results.reading import MOST, read_measures, read_table

if TYPE_CHECKING:
    import pandas as pd

MANIFEST = "manifest.json"
NETWORK = "network.json"
OF_POLICY_VALUES = ("scenario", "replication", "policy", "act", "measure", "unit", "value")
OF_DISRUPTION_VALUES = ("scenario", "replication", "disruption", "measure", "unit", "value")
OF_VALUES = (
    "scenario",
    "replication",
    "corridor",
    "direction",
    "chain",
    "cargo",
    "measure",
    "unit",
    "value",
    "lower_bound",
)
"""Columns of the measures that summaries need."""


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Write a JSON file that is the same for the same content: see `as_json`."""
    path.write_text(as_json(content), encoding="utf-8", newline="\n")


def write_record(path: Path, record: Declared) -> None:
    """Write `manifest.json` or `network.json`: the same file for the same record."""
    write_json(path, record.as_written())


def as_json(content: Mapping[str, object]) -> str:
    """The same text for the same content: keys sorted, two spaces, a newline at the end."""
    return json.dumps(content, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


@dataclass(frozen=True)
class Origin:
    """What a run is repeated from, and the digests by which it is known to be the same."""

    seed: int
    replications: int
    engine: str
    plan_digest: str
    log_digest: str


@dataclass(frozen=True)
class Run:
    """A run folder that was opened: its manifest, and its tables when asked for."""

    path: Path
    manifest: ManifestRecord

    def origin(self) -> Origin:
        """What this run is repeated from. Raises RunFolderError when the manifest does not say it: an older version wrote it."""
        said = {one.name: getattr(self.manifest, one.name) for one in fields(Origin)}
        for name, value in said.items():
            if value is None:
                raise RunFolderError(
                    f"{self.path / MANIFEST}: has no '{name}'. Run the scenario again with this version."
                )
        return Origin(**said)

    def table(
        self, name: str, columns: Sequence[str] | None = None, only: Mapping[str, Sequence[Any]] | None = None
    ) -> pd.DataFrame:
        """Read a table (consignments, trips, visits, levels, policies or disruptions), or only some of its columns and rows.

        `only` names columns and the values that rows must have in them: {"replication": [0]} reads the first one alone.
        Raises RunFolderError when there is no such table or column, or its file is missing, damaged, or not as declared.
        """
        _known(self.path, "table", name, list(TABLES))
        declared = {column.name: column for column in TABLES[name]}
        for column in (*(columns or ()), *(only or ())):
            _known(self.path, f"column of {name}", column, list(declared))
        wanted = list(declared if columns is None else columns)
        every = [declared[column] for column in dict.fromkeys([*wanted, *(only or ())])]
        table = read_table(
            self.path, f"tables/{name}.parquet", every, only, self._names, self._replications()
        )
        return table if len(wanted) == len(every) else table[wanted]

    def _replications(self) -> tuple[int, int]:
        """The first and the last replication that there may be."""
        return 0, (self.manifest.replications or MOST) - 1

    def _names(self) -> Mapping[str, Collection[str]]:
        """What there is in the network, by group; an older folder does not say it."""
        if not os.path.lexists(self.path / NETWORK):
            return {}
        network = self.network
        return {
            "facilities": network.facilities,
            "legs": network.legs,
            "services": network.services,
            "chains": network.chains,
            "corridors": list(dict.fromkeys(chain.corridor for chain in network.chains.values())),
        }

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

    @property
    def disruptions(self) -> pd.DataFrame:
        """The whole disruptions table."""
        return self.table("disruptions")

    @cached_property
    def network(self) -> NetworkRecord:
        """Facilities, legs, services, chains and dated closures, as `network.json` has them.

        Raises RunFolderError when the file is missing (an older version wrote the folder) or damaged.
        """
        file = self.path / NETWORK
        try:
            found = read_json(self.path, NETWORK)
        except FileNotFoundError:
            raise RunFolderError(
                f"{file}: is missing; this picture needs it. Run the scenario again with this version."
            ) from None
        except OSError as error:
            raise RunFolderError(
                f"{file}: cannot be read: {error.strerror}. Run the scenario again."
            ) from error
        return record_of(NetworkRecord, found, file)

    def kpis(self) -> pd.DataFrame:
        """Measures with their intervals over replications, tidy. Raises RunFolderError when missing or damaged."""
        return read_measures(self.path, ["kpis.parquet"], ("scenario", "measure", "estimate"))

    def values(self) -> pd.DataFrame:
        """Measures replication by replication, tidy. Raises RunFolderError when missing or damaged."""
        return read_measures(self.path, ["values.parquet"], OF_VALUES, self._replications())

    def policy_values(self) -> pd.DataFrame:
        """What each policy did, replication by replication, tidy. Raises RunFolderError when missing or damaged."""
        return read_measures(self.path, ["policy-values.parquet"], OF_POLICY_VALUES, self._replications())

    def disruption_values(self) -> pd.DataFrame:
        """What each disruption did, replication by replication, tidy. Raises RunFolderError when missing or damaged."""
        return read_measures(
            self.path, ["disruption-values.parquet"], OF_DISRUPTION_VALUES, self._replications()
        )

    def disruption_effects(self) -> pd.DataFrame:
        """What each disruption did, with intervals, tidy. Raises RunFolderError when missing or damaged."""
        return read_measures(
            self.path, ["disruptions.parquet"], ("scenario", "disruption", "measure", "estimate")
        )

    @property
    def ledger(self) -> Ledger:
        """The measured consignments of every replication, opened one replication at a time."""
        return Ledger(self.path / LEDGER_FILE)

    def policy_effects(self) -> pd.DataFrame:
        """What each policy did to measured freight, with intervals, tidy. Raises RunFolderError when missing or damaged."""
        return read_measures(
            self.path, ["policies.parquet"], ("scenario", "policy", "act", "measure", "estimate")
        )


def read_run(path: str | Path) -> Run:
    """Open a run folder. Raises RunFolderError when it is none, or its manifest is not what a run writes."""
    folder = Path(path)
    try:
        manifest = read_json(folder, MANIFEST)
    except (FileNotFoundError, NotADirectoryError):
        raise RunFolderError(f"{folder}: expected a run folder, {_why_no_run(folder)}") from None
    except OSError as error:
        raise RunFolderError(
            f"{folder / MANIFEST}: cannot be read: {error.strerror}. Run the scenario again."
        ) from error
    return Run(folder, record_of(ManifestRecord, manifest, folder / MANIFEST))


def _why_no_run(folder: Path) -> str:
    """Say what was found instead of a run folder, and what to write."""
    if folder.name == MANIFEST and folder.is_file():
        return f"found a file of one. Name the folder: {folder.parent}."
    if folder.is_file():
        run = f' Run it first: "landbridge run {folder} --out runs/{folder.stem}".'
        return f"found a file.{run if folder.suffix in ('.yaml', '.yml') else ' Name the folder that a run wrote.'}"
    if not folder.exists():
        return f'found no such folder. Write one with "landbridge run FILE --out {folder}".'
    inside = sorted(one.parent.name for one in folder.glob(f"*/{MANIFEST}"))
    if inside:
        return f"found a folder with {', '.join(inside)} in it. Name one of them: {folder / inside[0]}."
    return f'found no {MANIFEST} in it. Write one with "landbridge run FILE --out DIR".'


def _known(path: Path, what: str, name: str, names: Sequence[str]) -> None:
    """Raise RunFolderError for a name that there is not, with the nearest."""
    if name not in names:
        near = get_close_matches(name, names, 1)
        advice = f'Did you mean "{near[0]}"?' if near else f"There are: {', '.join(names)}."
        raise RunFolderError(f'{path}: there is no {what} "{name}". {advice}')
