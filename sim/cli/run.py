"""`landbridge run`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.into_folders import run_chosen, run_folders
from sim.cli.loading import load_all
from sim.cli.options import BY, FREIGHT, HOW, WHERE, WHICH, Freight, How, Where, Which
from sim.cli.printed_tables import disruptions_overview, overview, policies_overview
from sim.cli.told_freight import asked_for, breakdown, echo_own_flows

if TYPE_CHECKING:
    from sim.experiment import Outcome


@click.command()
@WHICH
@WHERE
@HOW
@BY
@FREIGHT
@click.option("--plots/--no-plots", default=True, show_default=True, help="Draw the plots.")
def run(which: Which, where: Where, how: How, by: str | None, freight: Freight, plots: bool) -> None:
    """Run scenarios and write a run folder for each.

    With one FILE, --out is its run folder; with several, each has a folder in it (default: runs/NAME).
    A run that is interrupted keeps its replications in DIR.part: the same command with --resume goes on.
    A run folder holds manifest.json, scenario.yaml (merged), kpis and tables (Parquet; `landbridge export` makes CSV), and plots.

    \b
    Example:
      landbridge run scenarios/brest-closure.yaml --on scenarios/cku-open.yaml --replications 5 --out runs/closure
    """
    chosen = load_all(which)
    by = breakdown(chosen, freight, by)
    folders = run_folders(chosen, where.out)
    outcomes = run_chosen(chosen, folders, where, how, by, plots)
    told = asked_for(outcomes, freight, by)
    for one, outcome, some, folder in zip(chosen, outcomes, told, folders, strict=True):
        click.echo(f"\n{outcome.case.name}: {outcome.case.scenario.title}")
        _echo_freight(some, by, bool(freight.wanted))
        echo_own_flows([one], [outcome], freight)
        if not freight.wanted:
            _echo_shocks(outcome, folder)
        click.echo(f"written: {folder}")


def _echo_freight(outcome: Outcome, by: str | None, alone: bool) -> None:
    """A table of the freight, and sentences: on ways between places where it is broken down by them, and on each by itself."""
    from sim.experiment import compare_outcomes, words_of
    from sim.stats import NARROW, alone_sentences, nothing_carried

    words = words_of([outcome.case.scenario])
    click.echo(overview(outcome.rows, by, words))
    for sentence in nothing_carried(outcome.rows):
        click.echo(f"- {sentence}")
    if by in NARROW:
        sentences = alone_sentences(outcome.rows, words) if alone else []
        for sentence in (*sentences, *compare_outcomes([outcome], by, of_places=True).verdicts):
            click.echo(f"- {sentence}")


def _echo_shocks(outcome: Outcome, folder: Path) -> None:
    """What policies and disruptions did to all freight."""
    from sim.stats import silent_sentences, summarise_disruptions, summarise_policies

    if outcome.case.scenario.policies:
        click.echo(f"\n{policies_overview(summarise_policies(outcome.policies))}")
    if outcome.case.scenario.disruptions:
        click.echo(f"\n{disruptions_overview(summarise_disruptions(outcome.disruptions))}")
        click.echo(f"when each struck: {folder / 'tables' / 'disruptions.parquet'}")
    for sentence in silent_sentences(outcome.policies, outcome.disruptions):
        click.echo(f"- {sentence}")
