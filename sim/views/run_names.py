"""What the runs of a picture are called: each by its scenario, told apart by its folder, no two alike."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import LandbridgeError, readable
from sim.views.style import cut_apart

if TYPE_CHECKING:
    from sim.results import Run


def run_names(runs: Sequence[Run]) -> list[str]:
    """A name for each run that no other has, short enough for every legend, panel and row.

    Runs of one scenario have so much of their folders in brackets as tells them apart ("baseline (old/baseline)"). Raises
    LandbridgeError when a folder is there twice.
    """
    names = [readable(run.manifest.scenario) for run in runs]
    folders = [Path(run.path).absolute() for run in runs]
    for folder in folders:
        if folders.count(folder) > 1:
            raise LandbridgeError(f"the run folder {readable(folder)} is named twice. Name each folder once.")
    told = list(names)
    for name in {name for name in names if names.count(name) > 1}:
        mine = [i for i, other in enumerate(names) if other == name]
        for i, tail in zip(mine, _tails([folders[i] for i in mine]), strict=True):
            told[i] = f"{name} ({tail})"
    return cut_apart(told)


def _tails(folders: Sequence[Path]) -> list[str]:
    """The last parts of the folders' paths, as many as it takes to tell them apart."""
    deepest = max(len(folder.parts) for folder in folders)
    for parts in range(1, deepest + 1):
        tails = [readable("/".join(folder.parts[-parts:])) for folder in folders]
        if len(set(tails)) == len(folders):
            break
    return tails


def which_scenarios(runs: Sequence[Run], names: Sequence[str]) -> list[str]:
    """A line for each run: its name on the picture, its whole name where that was cut, and its scenario's title in words."""
    lines = []
    for run, name in zip(runs, names, strict=True):
        whole = readable(run.manifest.scenario)
        called = name if whole in name else f"{name} = {whole}"
        title = readable(run.manifest.title or "")
        lines.append(f"{called}: {title}" if title else called)
    return lines
