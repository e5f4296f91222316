"""`landbridge resilience`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from sim.cli.completing import ids_of
from sim.cli.documents import echo_json
from sim.cli.loading import case_of, load_one
from sim.cli.options import AS_JSON, BY_PLACES, FREIGHT, HOW, WHICH_ONE, Freight, How, Which
from sim.cli.outputs import check_stem, picture_stem, stem_and_formats
from sim.cli.printed_tables import interval, layout, number
from sim.cli.progress import progress_of
from sim.cli.told_freight import breakdown

if TYPE_CHECKING:
    import pandas as pd

    from sim.experiment import ShockOutcome


@click.command()
@WHICH_ONE
@click.option(
    "--shock",
    "shocks",
    multiple=True,
    metavar="ID",
    shell_complete=ids_of("policies", "disruptions"),
    help="Policy or disruption to look at; several times for several. Default: all that begin within the period.",
)
@HOW
@BY_PLACES
@FREIGHT
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="STEM",
    callback=picture_stem,
    help="Draw the weeks to STEM.png and STEM.svg; only one of them, or a PDF, when STEM has that ending.",
)
@AS_JSON
def resilience(
    which: Which,
    shocks: tuple[str, ...],
    how: How,
    by: str | None,
    freight: Freight,
    out: Path | None,
    as_json: bool,
) -> None:
    """Say what a shock does: FILE is run with its shocks and without them, on the same random numbers.

    By corridor and direction: peak delay, time to recover, delay area, freight diverted (and to where) and refused, price. Market by
    market where there are several, or by what --by says; the picture shows the first.

    \b
    Example:
      landbridge resilience scenarios/brest-closure.yaml --replications 5 --out brest
    """  # fmt: skip
    check_stem(out)
    workers = how.workers
    chosen = load_one(which)
    case = case_of(chosen)
    from sim.experiment import (
        dated_shocks,
        run_shock_by,
        several_markets,
        shock_dates,
        shock_document,
        words_of,
    )

    by = breakdown([chosen], freight, by) or ("market" if several_markets(case.scenario) else None)
    with progress_of("resilience") as progress:
        outcomes = run_shock_by(
            case,
            shocks or dated_shocks(case.scenario),
            by,
            freight.wanted,
            workers=workers,
            cache=how.cache_to_resume,
            progress=progress,
        )
    words = words_of([case.scenario])
    called = {part: words.name(by, part) if by is not None else "" for part in outcomes}
    told = {part: _Told.of(outcome) for part, outcome in outcomes.items()}
    first = next(iter(outcomes))
    written = _draw(outcomes[first], out, called[first]) if out is not None else []
    if as_json:
        echo_json(shock_document(outcomes, told, by))
        return
    for spell in shock_dates(outcomes[first]):
        click.echo(f"{spell['id']}: {spell['title']}, {spell['from'][:10]} to {spell['until'][:10]}")
    for part, outcome in outcomes.items():
        _echo(outcome, told[part], called[part])
    if written:
        click.echo(f"written: {' '.join(map(str, written))}")


class _Told(NamedTuple):
    """What is told of a shock: its measures over replications, mean moves, and sentences."""

    rows: pd.DataFrame
    moved: pd.DataFrame
    verdicts: list[str]

    @classmethod
    def of(cls, outcome: ShockOutcome) -> _Told:
        """From the outcome of some freight."""
        from sim.stats import mean_moves, shock_summary, shock_verdicts

        rows, moved = shock_summary(outcome.values), mean_moves(outcome.moves, outcome.replications)
        return cls(rows, moved, shock_verdicts(rows, outcome.values, moved))


def _echo(outcome: ShockOutcome, told: _Told, called: str) -> None:
    """Tables and sentences of some freight, under what it is called, if it is not all."""
    from sim.stats import LEAST_USUAL, too_few

    click.echo(f"\n{called}" if called else "")
    click.echo(measures_table(told.rows, outcome.values))
    if too_few(outcome.delays):
        click.echo(
            f"- no peak or recovery: a usual week has fewer than {LEAST_USUAL} consignments, too few for a median"
        )
    click.echo("\n" + moves_table(told.moved) + "\n")
    for sentence in told.verdicts:
        click.echo(f"- {sentence}")


def measures_table(rows: pd.DataFrame, values: pd.DataFrame) -> str:
    """Corridors and directions with what the shock did to each, with 95 % intervals."""
    from sim.stats import SHOCK_MEASURES

    shown, lines = SHOCK_MEASURES.headed(), []
    for (corridor, direction), group in rows.groupby(["corridor", "direction"], sort=False):
        found: dict[str, Any] = {row["measure"]: row for row in group.to_dict("records")}
        line = [str(corridor), str(direction)]
        line += [interval(found[one.name], one.scale.decimals) for one in shown]
        of_group = values[(values["corridor"] == corridor) & (values["direction"] == direction)]
        late = of_group[of_group["measure"] == "recovery.time"]["lower_bound"]
        if late.all():
            line[2 + shown.index(SHOCK_MEASURES["recovery.time"])] = "not within the period"
        lines.append(line)
    return layout(["corridor", "direction", *(one.heading for one in shown)], lines, 2)


def moves_table(moved: pd.DataFrame) -> str:
    """From corridor (without the shock) to corridor (with it): mean TEU released from the shock's start on."""
    pooled = moved[moved["direction"] == "all"]
    teu = {(row["from"], row["to"]): row["teu"] for row in pooled.to_dict("records")}
    starts, ends = (
        sorted(set(pooled[way]), key=lambda name: (name == "refused", name)) for way in ("from", "to")
    )
    lines = [[start, *(number(teu.get((start, end), 0), 0) for end in ends)] for start in starts]
    return layout(["TEU from", *(f"to {end}" for end in ends)], lines, 1)


def _draw(outcome: ShockOutcome, stem: Path, called: str) -> list[Path]:
    """Draw the weeks; returns the files written."""
    from sim.stats import mean_delays, mean_weeks
    from sim.views import corridor_titles, recovery_figure, save

    begin = outcome.case.scenario.period.begin
    weeks, delays = (
        table[table["direction"] == "all"]
        for table in (mean_weeks(outcome.weeks), mean_delays(outcome.delays))
    )
    shocks = [
        (spell.title, begin + timedelta(seconds=spell.from_s), begin + timedelta(seconds=spell.until_s))
        for spell in outcome.spells
    ]
    scenario = outcome.case.scenario
    title = (
        f"Before, during and after{f': {called}' if called else ''}\n{outcome.case.name}: {scenario.title}"
    )
    titles = corridor_titles({name: one.title for name, one in scenario.corridors.items()})
    name, formats = stem_and_formats(stem)
    return save(recovery_figure(weeks, delays, shocks, title, titles), name, formats)
