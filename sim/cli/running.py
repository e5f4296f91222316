"""`landbridge run`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.loading import Chosen, cases_of, load_all
from sim.cli.options import How
from sim.cli.progress import progress_of
from sim.cli.tables import overview, policies_overview

if TYPE_CHECKING:
    from sim.experiment import Outcome


def run_files(
    files: Sequence[Path], sets: Sequence[str], on: Sequence[Path], replications: int | None, seed: int | None,
    how: How, plots: bool,
) -> None:  # fmt: skip
    """Run, write run folders, print short tables."""
    chosen = load_all(files, sets, on, replications, seed)
    folders = run_folders(chosen, how.out)
    outcomes = run_chosen(chosen, folders, how, None, plots)
    from sim.stats import summarise, summarise_policies

    for outcome, folder in zip(outcomes, folders, strict=True):
        click.echo(f"\n{outcome.case.name}: {outcome.case.scenario.title}")
        click.echo(overview(summarise(outcome.values, outcome.ledger)))
        if outcome.case.scenario.policies:
            click.echo(f"\n{policies_overview(summarise_policies(outcome.policies))}\n")
        click.echo(f"written: {folder}")


def run_folders(chosen: Sequence[Chosen], out: Path | None) -> list[Path]:
    """Where each run goes: `out` itself for one scenario, a folder in it for several, runs/NAME when not given."""
    if out is not None and len(chosen) == 1:
        return [out]
    return [(out or Path("runs")) / one.label for one in chosen]


def run_chosen(
    chosen: Sequence[Chosen], folders: Sequence[Path], how: How, by: str | None, plots: bool
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
        if one.loaded.scenario.replications > how.tables:
            click.echo(
                f"{one.label}: tables and plots are of the first {how.tables} of {one.loaded.scenario.replications} "
                "replications, measures of all (--tables N keeps more)",
                err=True,
            )
    with progress_of("running") as progress:
        return run_to_folder(
            cases_of(chosen),
            folders,
            jobs=how.jobs,
            cluster=how.cluster,
            engine=how.engine,
            by=by,
            tables=how.tables,
            force=how.force,
            resume=how.resume,
            progress=progress,
            finish=_draw if plots else None,
            command=["landbridge", *sys.argv[1:]],
        )


def _draw(folder: Path) -> None:
    from sim.results import read_run
    from sim.views import KINDS, draw, save

    run = read_run(folder)
    (folder / "plots").mkdir(exist_ok=True)
    for kind in KINDS:
        save(draw(kind, [run]), folder / "plots" / kind)
