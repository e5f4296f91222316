"""`landbridge run`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.loading import Chosen, cases_of, load_all
from sim.cli.options import How
from sim.cli.progress import stages_of
from sim.cli.tables import disruptions_overview, overview, policies_overview
from sim.errors import readable

if TYPE_CHECKING:
    from sim.experiment import Outcome


def run_files(
    files: Sequence[Path], sets: Sequence[str], on: Sequence[Path], replications: int | None, seed: int | None,
    names: Sequence[str], strict: bool, how: How, plots: bool,
) -> None:  # fmt: skip
    """Run, write run folders, print short tables."""
    chosen = load_all(files, sets, on, replications, seed, names, strict=strict)
    folders = run_folders(chosen, how.out)
    outcomes = run_chosen(chosen, folders, how, None, plots)
    from sim.stats import (
        nothing_carried,
        silent_sentences,
        summarise,
        summarise_disruptions,
        summarise_policies,
    )

    for outcome, folder in zip(outcomes, folders, strict=True):
        click.echo(f"\n{outcome.case.name}: {outcome.case.scenario.title}")
        rows = summarise(outcome.values, outcome.ledger)
        click.echo(overview(rows))
        for sentence in nothing_carried(rows):
            click.echo(f"- {sentence}")
        if outcome.case.scenario.policies:
            click.echo(f"\n{policies_overview(summarise_policies(outcome.policies))}")
        if outcome.case.scenario.disruptions:
            click.echo(f"\n{disruptions_overview(summarise_disruptions(outcome.disruptions))}")
            click.echo(f"when each struck: {folder / 'tables' / 'disruptions.csv.gz'}")
        for sentence in silent_sentences(outcome.policies, outcome.disruptions):
            click.echo(f"- {sentence}")
        click.echo(f"written: {folder}")


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
    with stages_of(("running", "replications"), ("writing", "steps")) as (progress, writing):
        return run_to_folder(
            cases_of(chosen),
            folders,
            workers=how.workers,
            cache=how.cache,
            by=by,
            tables=how.tables,
            force=how.force,
            resume=how.resume,
            progress=progress,
            finish=_pictures() if plots else None,
            writing=writing,
            command=["landbridge", *map(readable, sys.argv[1:])],
        )


def _pictures() -> dict[str, Callable[[Path], None]]:
    """What draws each kind of picture into a run folder, by its name."""
    from sim.views import KINDS

    return {f"picture {kind}": partial(_draw, kind) for kind in KINDS}


def _draw(kind: str, folder: Path) -> None:
    from sim.results import read_run
    from sim.views import draw, save

    (folder / "plots").mkdir(exist_ok=True)
    save(draw(kind, [read_run(folder)]), folder / "plots" / kind)
