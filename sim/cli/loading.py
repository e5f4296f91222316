"""From the files named on the command line to cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import Finding, ScenarioError

if TYPE_CHECKING:
    from sim.experiment import Case
    from sim.model import Scenario
    from sim.scenario_file import Loaded


@dataclass(frozen=True)
class Chosen:
    """A scenario as it was asked for: how it is called in tables, and what was loaded."""

    label: str
    loaded: Loaded

    @property
    def scenario(self) -> Scenario:
        """The checked scenario."""
        return self.loaded.scenario


def load_all(
    files: Sequence[Path], sets: Sequence[str], on: Sequence[Path], replications: int | None, seed: int | None
) -> list[Chosen]:
    """Load every file (over every base, if any), collecting the findings of all of them."""
    from sim.scenario_file import load_scenario

    changes = [*sets]
    changes += [f"replications={replications}"] if replications is not None else []
    changes += [f"seed={seed}"] if seed is not None else []
    chosen: list[Chosen] = []
    findings: list[Finding] = []
    bases: Sequence[Path | None] = on or [None]
    for base in bases:
        below = _read_by(base) if base is not None else []
        for file in files:
            # The base itself, and what it rests on, cannot be laid over it: they run as they are.
            plain = base is None or any(_same(file, other) for other in below)
            label = file.stem if base is None or plain or len(on) == 1 else f"{file.stem}@{base.stem}"
            if any(other.label == label for other in chosen):
                continue
            try:
                chosen.append(Chosen(label, load_scenario(file, sets=changes, on=None if plain else base)))
            except ScenarioError as error:
                findings += error.findings
    if findings:
        raise ScenarioError(findings)
    return chosen


def _read_by(base: Path) -> list[Path]:
    """The base and every file that it extends; rule files that it includes can be laid over it again."""
    from sim.scenario_file import RULES, load_scenario

    read = [Path(file.path) for file in load_scenario(base).files]
    return [base, *(path for path in read if path.parent.name != RULES)]


def _same(one: Path, other: Path) -> bool:
    try:
        return one.resolve() == other.resolve()
    except (OSError, RuntimeError):  # a loop of links, of which loading says so
        return one == other


def cases_of(chosen: Sequence[Chosen]) -> list[Case]:
    """Cases for an experiment; the merged text has no part of the built-in network, which the manifest's version names."""
    from sim.experiment import Case
    from sim.scenario_file import dump

    return [
        Case(one.label, one.scenario, dump(one.loaded.own), one.loaded.files, one.loaded.notes)
        for one in chosen
    ]
