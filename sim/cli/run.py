"""`landbridge run`."""

from __future__ import annotations

import click

from sim.cli.into_folders import run_chosen, run_folders
from sim.cli.loading import load_all
from sim.cli.options import HOW, WHERE, WHICH, How, Where, Which
from sim.cli.printed_tables import disruptions_overview, overview, policies_overview


@click.command()
@WHICH
@WHERE
@HOW
@click.option("--plots/--no-plots", default=True, show_default=True, help="Draw the plots.")
def run(which: Which, where: Where, how: How, plots: bool) -> None:
    """Run scenarios and write a run folder for each.

    With one FILE, --out is its run folder; with several, each has a folder in it (default: runs/NAME).
    A run that is interrupted keeps its replications in DIR.part: the same command with --resume goes on.
    A run folder holds manifest.json, scenario.yaml (merged), kpis and tables (Parquet; `landbridge export` makes CSV), and plots.

    \b
    Example:
      landbridge run scenarios/brest-closure.yaml --on scenarios/cku-open.yaml --replications 5 --out runs/closure
    """
    chosen = load_all(which)
    folders = run_folders(chosen, where.out)
    outcomes = run_chosen(chosen, folders, where, how, None, plots)
    from sim.stats import (
        nothing_carried,
        silent_sentences,
        summarise_disruptions,
        summarise_policies,
    )

    for outcome, folder in zip(outcomes, folders, strict=True):
        click.echo(f"\n{outcome.case.name}: {outcome.case.scenario.title}")
        click.echo(overview(outcome.rows))
        for sentence in nothing_carried(outcome.rows):
            click.echo(f"- {sentence}")
        if outcome.case.scenario.policies:
            click.echo(f"\n{policies_overview(summarise_policies(outcome.policies))}")
        if outcome.case.scenario.disruptions:
            click.echo(f"\n{disruptions_overview(summarise_disruptions(outcome.disruptions))}")
            click.echo(f"when each struck: {folder / 'tables' / 'disruptions.parquet'}")
        for sentence in silent_sentences(outcome.policies, outcome.disruptions):
            click.echo(f"- {sentence}")
        click.echo(f"written: {folder}")
