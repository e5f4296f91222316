"""Runs into run folders: where each goes, and the work with progress on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.loading import Chosen, cases_of
from sim.cli.options import How, Where
from sim.cli.progress import stages_of
from sim.errors import readable

if TYPE_CHECKING:
    from sim.experiment import Outcome


def run_folders(chosen: Sequence[Chosen], out: Path | None) -> list[Path]:
    """Where each run goes: `out` itself for one scenario, a folder in it for several, runs/NAME when not given.

    What a folder cannot be called becomes a hyphen: "x/s" goes to x-s, "base + choice.lag=7 d" to base+choice.lag=7-d.
    """
    if out is not None and len(chosen) == 1:
        return [out]
    from sim.scenario_file import folder_name

    taken: list[str] = []
    for one in chosen:
        taken.append(folder_name(one.label, taken))
    return [(out or Path("runs")) / name for name in taken]


def run_chosen(
    chosen: Sequence[Chosen], folders: Sequence[Path], where: Where, how: How, by: str | None, plots: bool
) -> list[Outcome]:
    """Run the chosen scenarios into their folders, with progress on stderr."""
    from sim.experiment import run_to_folder
    from sim.results import part_of

    for folder in folders if how.resume else ():
        if not part_of(folder).exists() and not folder.exists():
            click.echo(
                f"{part_of(folder)}: not there, so nothing to resume; beginning at the first replication",
                err=True,
            )
    for one in chosen:
        for note in one.loaded.notes:
            click.echo(f"{one.label}: {note}", err=True)
        if one.loaded.scenario.replications > where.tables:
            click.echo(
                f"{one.label}: tables and plots are of the first {where.tables} of {one.loaded.scenario.replications} "
                "replications, measures of all (--tables N keeps more)",
                err=True,
            )
    with stages_of(("running", "replications"), ("writing", "steps")) as (progress, writing):
        return run_to_folder(
            cases_of(chosen),
            folders,
            workers=how.workers,
            cache=how.cache,
            by=by,
            tables=where.tables,
            force=where.force,
            resume=how.resume,
            progress=progress,
            finish=_pictures() if plots else None,
            writing=writing,
            command=["landbridge", *map(readable, sys.argv[1:])],
        )


def _pictures() -> dict[str, Callable[[Path], None]]:
    """What draws each kind of picture into a run folder, by its name."""
    from sim.views import PLOTS

    return {f"picture {kind}": partial(_draw, kind) for kind in PLOTS}


def _draw(kind: str, folder: Path) -> None:
    """Draw one kind of picture into a run folder."""
    from sim.results import read_run
    from sim.views import draw, save

    (folder / "plots").mkdir(exist_ok=True)
    save(draw(kind, [read_run(folder)]), folder / "plots" / kind)
