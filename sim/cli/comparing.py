"""`landbridge compare`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.loading import Chosen, cases_of, load_all
from sim.cli.options import How
from sim.cli.progress import progress_of
from sim.cli.running import run_chosen, run_folders
from sim.cli.tables import differences_table, side_by_side

if TYPE_CHECKING:
    from sim.experiment import Comparison, Outcome
    from sim.stats import Matters

SAID = 8
"""Verdicts that are printed unless all are asked for."""


def compare_files(
    files: Sequence[Path], sets: Sequence[str], on: Sequence[Path], replications: int | None, seed: int | None,
    names: Sequence[str], strict: bool, how: How, by: str, matters: Matters, everything: bool, as_json: bool,
) -> None:  # fmt: skip
    """Run, pair and print."""
    from sim.experiment import compare_outcomes

    chosen = load_all(files, sets, on, replications, seed, names, with_itself=True, strict=strict)
    breakdown = None if by == "corridor" else by
    outcomes = _run(chosen, how, breakdown)
    comparison = compare_outcomes(outcomes, breakdown, matters)
    for note in comparison.notes:
        click.echo(f"note: {note}", err=True)
    if as_json:
        click.echo(
            json.dumps(as_document(comparison, outcomes), indent=1, ensure_ascii=False, allow_nan=False)
        )
        return
    click.echo(side_by_side(comparison.rows, breakdown))
    click.echo(differences_table(comparison.differences, breakdown))
    for sentence in comparison.verdicts[: None if everything else SAID]:
        click.echo(f"- {sentence}")
    if len(comparison.verdicts) > SAID and not everything:
        click.echo(
            f"and {len(comparison.verdicts) - SAID} more, of less weight or without a difference (--all)"
        )
    for sentence in comparison.nothing:
        click.echo(f"- {sentence}")
    for name, sentences in comparison.bound.items():
        for sentence in sentences:
            click.echo(f"- {name}: {sentence}")
    if how.out is not None:
        click.echo(f"written: {', '.join(str(folder) for folder in run_folders(chosen, how.out))}")


def _run(chosen: Sequence[Chosen], how: How, by: str | None) -> list[Outcome]:
    from sim.experiment import run_cases

    if how.out is not None:
        return run_chosen(chosen, run_folders(chosen, how.out), how, by, plots=True)
    if how.resume:
        raise click.UsageError("--resume goes on with the run in DIR.part: add the --out DIR that it had")
    if how.force:
        raise click.UsageError(
            "--force replaces run folders, and none are written: add --out DIR, or leave it out"
        )
    with progress_of("comparing") as progress:
        return run_cases(
            cases_of(chosen),
            workers=how.workers,
            cache=how.cache,
            by=by,
            progress=progress,
        )


def as_document(comparison: Comparison, outcomes: Sequence[Outcome]) -> dict[str, object]:
    """The comparison as one document of plain values; what is not known is null."""
    return {
        "rows": records(comparison.rows),
        "policies": records(comparison.policies),
        "disruptions": records(comparison.disruptions),
        "differences": records(comparison.differences),
        "moved": records(comparison.moved),
        "corridors": records(comparison.corridors),
        "verdicts": comparison.verdicts,
        "notes": comparison.notes,
        "runs": [
            {
                "scenario": outcome.case.name,
                "seed": outcome.case.scenario.seed,
                "replications": outcome.replications,
                "plan_digest": outcome.plan_digest,
                "log_digest": outcome.log_digest,
                "warnings": [str(warning) for warning in outcome.case.warnings],
            }
            for outcome in outcomes
        ],
    }


def records(table: object) -> list[dict[str, object]]:
    """Rows of a table as plain values; what is not known is None."""
    import pandas as pd

    assert isinstance(table, pd.DataFrame)
    records = table.astype(object).where(table.notna(), None).to_dict("records")
    return [
        {str(key): value.item() if hasattr(value, "item") else value for key, value in row.items()}
        for row in records
    ]
