"""`landbridge criticality`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

import click

from sim.cli.completing import ids_of
from sim.cli.documents import echo_json
from sim.cli.loading import case_of, load_one
from sim.cli.options import AS_JSON, HOW, WHICH_ONE, How, Which
from sim.cli.printed_tables import layout, number
from sim.cli.progress import progress_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiment import ClosedKind, Criticality


@click.command()
@WHICH_ONE
@click.option(
    "--days",
    type=click.IntRange(1, 3650),
    default=14,
    show_default=True,
    help="How long each place is closed.",
)
@click.option(
    "--from",
    "begin",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="First day of the closure. Default: the first Monday that is measured.",
)
@click.option(
    "--follow",
    type=click.IntRange(0, 3650),
    default=90,
    show_default=True,
    help="Days after the closure until the period is cut.",
)
@click.option("--only", type=click.Choice(["facilities", "legs"]), help="Close only these.")
@click.option(
    "--place",
    "places",
    multiple=True,
    metavar="ID",
    shell_complete=ids_of("facilities", "legs"),
    help="Close only this facility or leg; several times for several.",
)
@HOW
@click.option(
    "--top", type=click.IntRange(min=1), default=20, show_default=True, help="How many places to print."
)
@AS_JSON
def criticality(
    which: Which, days: int, begin: datetime | None, follow: int, only: str | None, places: tuple[str, ...],
    how: How, top: int, as_json: bool,
) -> None:  # fmt: skip
    """Close every facility and leg in turn, and rank them by the delay of all freight (TEU-days).

    To be affordable, the period ends --follow days after the closure: freight under way when it begins, or released until
    28 days after its end, counts, and delays that the cut hides are lower bounds. Unused places are not run.

    \b
    Example:
      landbridge criticality scenarios/cku-open.yaml --place makmal --place brest --replications 5
    """  # fmt: skip
    workers = how.workers
    case = case_of(load_one(which))
    from sim.experiment import close_each, closure_of, criticality_document, first_monday, places_of
    from sim.stats import ranking, worst

    scenario = case.scenario
    first = begin.replace(tzinfo=scenario.period.begin.tzinfo) if begin else first_monday(scenario)
    closure = closure_of(scenario, first, days, follow)
    candidates = places_of(scenario, cast("ClosedKind | None", only), places)
    with progress_of("criticality", "runs") as progress:
        outcome = close_each(
            case, closure, candidates, workers=workers, cache=how.cache_to_resume, progress=progress
        )
    table = ranking(outcome.values, outcome.moves)
    verdict = worst(table, outcome.values, days)
    if as_json:
        echo_json(criticality_document(outcome, table, verdict))
        return
    click.echo(_cut(outcome, days) + "\n")
    click.echo(ranking_table(table.head(top)))
    if len(table) > top:
        click.echo(f"and {len(table) - top} more (--top)")
    click.echo(
        f"\nnothing to close or to delay at {len(outcome.unused)} of {len(candidates)} places, not run"
    )
    click.echo(f"- {verdict}")


def ranking_table(table: pd.DataFrame) -> str:
    """Places with their delay area and its 95 % interval, freight diverted (and to where) and refused."""
    lines = []
    for row in table.to_dict("records"):
        area = number(row["delay_teu_d"], 0, bool(row["lower_bound"]))
        spread = "-" if row["low"] != row["low"] else f"{number(row['low'], 0)} to {number(row['high'], 0)}"
        teu = [number(row[name], 0) for name in ("diverted_teu", "refused_teu")]
        lines.append(
            [str(row["rank"]), row["place"], row["kind"], area, spread, *teu, row["absorbed_by"] or "-"]
        )
    return layout(
        ["rank", "place", "kind", "delay TEU-d", "95 % interval", "diverted TEU", "refused TEU", "mostly to"],
        lines,
        3,
    )


def _cut(outcome: Criticality, days: int) -> str:
    """What was closed, what is counted and where the period is cut, in words."""
    from sim.experiment import closure_dates

    dates = {name: text[:10] for name, text in closure_dates(outcome).items()}
    return (
        f"each place closed for {days} days from {dates['closed_from']}; counted: freight under way then or released until "
        f"{dates['releases_count_until']}; the period is cut on {dates['period_ends']}, delays after it are lower bounds"
    )
