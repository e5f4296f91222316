"""`landbridge criticality`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import click

from sim.cli.comparing import records
from sim.cli.loading import cases_of, load_all
from sim.cli.options import where_of
from sim.cli.progress import progress_of
from sim.cli.tables import layout, number

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiment.criticality import Criticality, Kind


def close_places(
    file: Path, sets: Sequence[str], on: Sequence[Path], replications: int | None, seed: int | None,
    names: Sequence[str], strict: bool, days: int,
    begin: datetime | None, follow: int, only: str | None, places: Sequence[str], engine: str, jobs: int,
    backend: Literal["threads", "processes", "dask", "ray"] | None, address: str | None, top: int, as_json: bool,
) -> None:  # fmt: skip
    """Close every place in turn, rank them and print."""
    if len(on) > 1:
        raise click.UsageError("one base at a time: give --on once")
    from sim.experiment import Workers, usual_cache

    workers = Workers(jobs, engine, where_of(backend, address))
    chosen = load_all([file], sets, on, replications, seed, names, strict=strict)
    from sim.experiment.criticality import close_each, closure_of, first_monday, places_of
    from sim.stats.criticality import ranking, worst

    (case,) = cases_of(chosen)
    scenario = case.scenario
    first = begin.replace(tzinfo=scenario.period.begin.tzinfo) if begin else first_monday(scenario)
    closure = closure_of(scenario, first, days, follow)
    candidates = places_of(scenario, cast("Kind | None", only), places)
    with progress_of("criticality", "runs") as progress:
        outcome = close_each(
            case, closure, candidates, workers=workers, cache=usual_cache(), progress=progress
        )
    table = ranking(outcome.values, outcome.moves)
    verdict = worst(table, outcome.values, days)
    if as_json:
        document = {
            **_dates(outcome),
            "ranking": records(table),
            "unused": list(outcome.unused),
            "runs": outcome.runs,
            "verdict": verdict,
            "warnings": [str(warning) for warning in case.warnings],
        }
        click.echo(json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False))
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


def _dates(outcome: Criticality) -> dict[str, str]:
    begin, closure = outcome.case.scenario.period.begin, outcome.closure
    seconds = {
        "closed_from": closure.start_s,
        "closed_until": closure.end_s,
        "releases_count_until": closure.counted_s,
        "period_ends": closure.cut_s,
    }
    return {name: (begin + timedelta(seconds=at_s)).isoformat() for name, at_s in seconds.items()}


def _cut(outcome: Criticality, days: int) -> str:
    dates = {name: text[:10] for name, text in _dates(outcome).items()}
    return (
        f"each place closed for {days} days from {dates['closed_from']}; counted: freight under way then or released until "
        f"{dates['releases_count_until']}; the period is cut on {dates['period_ends']}, delays after it are lower bounds"
    )
