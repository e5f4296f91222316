"""`landbridge preview`."""

from __future__ import annotations

from collections.abc import Sequence
from math import isinf
from typing import TYPE_CHECKING

import click

from sim.cli.documents import echo_json
from sim.cli.loading import Chosen, load_all
from sim.cli.options import AS_JSON, WHICH_WITHOUT_CHANCE, Which
from sim.cli.printed_tables import layout, number

if TYPE_CHECKING:
    from sim.preview import FreeFlow, Load, Preview

SHOWN = 0.4
"""Lower loads are listed with --all only."""
KINDS = {
    "gate": ("trains/day simulated", "others", "left for them"),
    "station": ("servers busy", "others", "servers open"),
    "service": ("TEU/day", "others", "offered TEU/day"),
    "fleet": ("vehicles needed", "others", "vehicles"),
}
"""What is asked for, what others take, and what there is, as headings."""


@click.command()
@WHICH_WITHOUT_CHANCE
@click.option("--all", "everything", is_flag=True, help="List low loads too.")
@AS_JSON
def preview(which: Which, everything: bool, as_json: bool) -> None:
    """Compute, without a simulation, free-flow time, price and emissions of every chain and what is asked of every place.

    Loads are means over the period and of the busiest month; disruptions and waiting are left out. Warnings go to stderr.

    \b
    Example:
      landbridge preview scenarios/cku-open.yaml
    """
    from sim.preview import as_document, in_words
    from sim.preview import preview as preview_of

    found = [(one, preview_of(one.scenario)) for one in load_all(which)]
    if as_json:
        documents = [
            as_document(one.label, one.scenario, result, one.loaded.warnings) for one, result in found
        ]
        echo_json(documents)
    else:
        click.echo("\n\n".join(_as_text(one, result, everything) for one, result in found))
    for one, result in found:
        for warning in in_words(one.scenario, result):
            click.echo(f"{one.label}: {warning}", err=True)


def _as_text(one: Chosen, result: Preview, everything: bool) -> str:
    """A preview as tables."""
    about = "Free flow: days if all goes as usual (medians), and the mean; nothing waits for anything."
    blocks = [f"{one.label}: {one.scenario.title}\n{about}", _chains(result.chains)]
    for kind in KINDS:
        rows = [row for row in result.loads if row.kind == kind and row.asked > 0]
        shown = [row for row in rows if everything or row.peak >= SHOWN]
        if shown:
            blocks.append(_loads(kind, shown))
        if len(rows) > len(shown):
            few = len(rows) - len(shown)
            more = f"{few} more {kind}s are" if few > 1 else f"1 more {kind} is"
            blocks.append(f"{more} below {SHOWN:.0%} or without limit; --all lists all.")
    return "\n\n".join(blocks)


def _chains(rows: Sequence[FreeFlow]) -> str:
    """Chains in free flow, a line each."""
    from sim.units import DAY_S

    head = ["corridor", "direction", "chain", "days", "mean days", "km", "USD/FEU", "kg CO2e/FEU"]
    lines = [
        [
            row.corridor,
            row.direction,
            row.chain,
            number(row.time_s / DAY_S, 1),
            number(row.mean_s / DAY_S, 1),
            number(row.length_m / 1000, 0),
            number(row.price_usd_per_feu, 0),
            number(row.emissions_kg_per_feu, 0),
        ]
        for row in rows
    ]
    return layout(head, lines, 3)


def _loads(kind: str, rows: Sequence[Load]) -> str:
    """What is asked of places of a kind, a line each."""
    asked, others, there = KINDS[kind]
    with_others = any(row.background for row in rows)
    width = max(len("note"), *(len(row.note) for row in rows))
    head = [
        kind,
        asked,
        *([others] if with_others else []),
        there,
        "load %",
        "peak %",
        "month",
        "",
        "note".ljust(width),
    ]
    lines = []
    for row in rows:
        mark = {"over": "OVER", "near": "near", "": ""}[row.warning]
        middle = [number(row.background, 1)] if with_others else []
        loads = ["-" if isinf(load) else number(load * 100, 0) for load in (row.mean, row.peak)]
        limit = "no limit" if isinf(row.there) else number(row.there, 1)
        cells = [
            row.name,
            number(row.asked, 1),
            *middle,
            limit,
            *loads,
            row.peak_month,
            mark,
            row.note.ljust(width),
        ]
        lines.append(cells)
    return layout(head, lines, 1)
