"""`landbridge compare`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from sim.cli.documents import echo_json
from sim.cli.into_folders import run_chosen, run_folders
from sim.cli.loading import Chosen, cases_of, load_all
from sim.cli.options import (
    AS_JSON,
    BY,
    FREIGHT,
    HOW,
    MATTERS,
    WHERE,
    WHICH,
    Freight,
    How,
    Where,
    Which,
    matters_of,
)
from sim.cli.printed_tables import differences_table, side_by_side
from sim.cli.progress import progress_of
from sim.cli.told_freight import asked_for, breakdown, echo_own_flows

if TYPE_CHECKING:
    from sim.experiment import Outcome

SAID = 8
"""Verdicts that are printed unless all are asked for."""


@click.command()
@WHICH
@WHERE
@HOW
@BY
@FREIGHT
@MATTERS
@click.option("--all", "everything", is_flag=True, help="All verdicts, not the eight most important ones.")
@AS_JSON
def compare(
    which: Which,
    where: Where,
    how: How,
    by: str | None,
    freight: Freight,
    matters: tuple[str, ...],
    everything: bool,
    as_json: bool,
) -> None:
    """Compare scenarios on the same random numbers: differences with 95 % intervals, and verdicts in words.

    The first scenario is the one that the others are compared with. One FILE with --set or --on is compared with itself so
    changed; of several, --set changes all. Times, prices and emissions are compared over the same consignments in both, so that
    no difference comes from another mix. Verdicts are corrected for being many (Holm). Run folders are written only with --out.

    \b
    Example:
      landbridge compare scenarios/baseline.yaml scenarios/russia-transit-ban.yaml --replications 5
      landbridge compare scenarios/baseline.yaml --set flows.xian-lodz.volume='60000 TEU/year' --replications 5
    """
    least = matters_of(matters)
    from sim.experiment import compare_outcomes, comparison_document, words_of
    from sim.stats import NARROW, alone_sentences

    chosen = load_all(which, with_itself=True)
    by = breakdown(chosen, freight, by)
    outcomes = _run(chosen, where, how, by)
    told = asked_for(outcomes, freight, by)
    # Who asks for some freight is told of it, place by place.
    comparison = compare_outcomes(told, by, least, of_places=bool(freight.wanted) and by in NARROW)
    for note in comparison.notes:
        click.echo(f"note: {note}", err=True)
    if as_json:
        echo_json(comparison_document(comparison, outcomes))
        return
    words = words_of(outcome.case.scenario for outcome in outcomes)
    click.echo(side_by_side(comparison.rows, by, words))
    click.echo(differences_table(comparison.differences, by))
    for sentence in alone_sentences(comparison.rows, words) if freight.wanted else ():
        click.echo(f"- {sentence}")
    said = comparison.verdicts
    for sentence in said[: None if everything else SAID]:
        click.echo(f"- {sentence}")
    if len(said) > SAID and not everything:
        click.echo(f"and {len(said) - SAID} more, of less weight or without a difference (--all)")
    for sentence in comparison.nothing:
        click.echo(f"- {sentence}")
    echo_own_flows(chosen, outcomes, freight, least)
    for name, sentences in comparison.bound.items() if not freight.wanted else ():
        for sentence in sentences:
            click.echo(f"- {name}: {sentence}")
    if where.out is not None:
        click.echo(f"written: {', '.join(str(folder) for folder in run_folders(chosen, where.out))}")


def _run(chosen: Sequence[Chosen], where: Where, how: How, by: str | None) -> list[Outcome]:
    """Run into folders if some are asked for, else without any."""
    from sim.experiment import run_cases

    if where.out is not None:
        return run_chosen(chosen, run_folders(chosen, where.out), where, how, by, plots=True)
    if where.force:
        raise click.UsageError(
            "--force replaces run folders, and none are written: add --out DIR, or leave it out"
        )
    with progress_of("comparing") as progress:
        return run_cases(
            cases_of(chosen),
            workers=how.workers,
            cache=how.cache_to_resume,
            by=by,
            progress=progress,
        )
