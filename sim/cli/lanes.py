"""`landbridge lanes`: every way between two places, in free flow and simulated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from sim.cli.documents import echo_json
from sim.cli.loading import cases_of, load_all
from sim.cli.options import AS_JSON, HOW, WHICH, How, Which
from sim.cli.printed_tables import interval, layout, marks_on, number
from sim.cli.progress import progress_of

if TYPE_CHECKING:
    from sim.experiment import Case, Simulated, Way

ABOUT = (
    "Free flow: days by the quickest chain of the way when nothing waits for anything; USD/FEU: its price.",
    "Then the scenarios: half of the freight arrives within so many days of its release (95 % interval of chance alone).",
    "It is the freight that goes that way in that scenario: where others go that way, a column differs by them, too.",
    "How probable such times are, seeing what is not known of the numbers, is not in this table.",
)
BOOKED = "Freight that is booked on a timetabled train is released days before it departs; that wait is in the time."


@click.command()
@WHICH
@click.option("--od", "lanes", multiple=True, required=True, metavar="ORIGIN:DESTINATION",
              help="A lane, as ids of its two ends; several times: several lanes.")  # fmt: skip
@HOW
@AS_JSON
def lanes(which: Which, lanes: tuple[str, ...], how: How, as_json: bool) -> None:
    """Show every way between two places: free flow, price, and the simulated median in each scenario.

    A way is a corridor by which a chain is open in one of the scenarios; timetabled trains are a way of their own. A way that
    nobody took has a free flow and no simulated time.

    \b
    Example:
      landbridge lanes scenarios/baseline.yaml scenarios/cku-open.yaml --od xian:duisburg --replications 5
    """
    cases, found = ways_between(which, lanes, how)
    if as_json:
        echo_json([_as_document(cases, way) for way in found])
        return
    head, lines = table(cases, found)
    click.echo(layout(head, lines, 2))
    click.echo("".join(f"\n{note}" for note in notes(found)))


def ways_between(which: Which, wanted: Sequence[str], how: How) -> tuple[list[Case], list[Way]]:
    """Run the scenarios; those, and every way of the lanes that are asked for."""
    from sim.experiment import lanes_asked, run_cases, ways_of

    cases = cases_of(load_all(which))
    asked = lanes_asked(cases, wanted)
    with progress_of("lanes") as progress:
        outcomes = run_cases(cases, workers=how.workers, cache=how.cache_to_resume, progress=progress)
    return cases, ways_of(outcomes, asked)


def table(cases: Sequence[Case], found: Sequence[Way]) -> tuple[list[str], list[list[str]]]:
    """Headings and lines; a lane is named in its first line."""
    from sim.experiment import words_of
    from sim.units import DAY_S

    words, lines, before = words_of(case.scenario for case in cases), [], ""
    for way in found:
        by = words.name("way", way.corridor)
        lines.append(
            [
                words.name("od", way.od) if way.od != before else "",
                f"{by}, timetabled" if way.timetabled else by,
                number(way.free_flow.time_s / DAY_S, 1),
                number(way.free_flow.price_usd_per_feu, 0),
                *map(_cell, way.simulated),
            ]
        )
        before = way.od
    return ["lane", "by", "free flow d", "USD/FEU", *(f"{case.name} d" for case in cases)], lines


def _cell(one: Simulated) -> str:
    """A simulated median with its interval, or why there is none."""
    return one.why_not if one.row is None else interval(one.row, 1)


def notes(found: Sequence[Way]) -> list[str]:
    """What the columns and the marks in them mean."""
    import pandas as pd

    rows = [one.row for way in found for one in way.simulated if one.row is not None]
    booked = [BOOKED] if any(way.timetabled for way in found) else []
    return [*ABOUT, *booked, *marks_on(pd.DataFrame(rows))]


def _as_document(cases: Sequence[Case], way: Way) -> dict[str, object]:
    """A way as plain values; what is not known is None."""
    from sim.units import DAY_S

    return {
        "od": way.od, "corridor": way.corridor, "chain": way.free_flow.chain,
        "timetabled": way.timetabled, "free_flow_of": way.open_in,
        "free_flow_days": round(way.free_flow.time_s / DAY_S, 4),
        "price_usd_per_feu": round(way.free_flow.price_usd_per_feu, 2),
        "probability": None,
        "simulated": [
            {"scenario": case.name, **_figures(one)} for case, one in zip(cases, way.simulated, strict=True)
        ],
    }  # fmt: skip


def _figures(one: Simulated) -> dict[str, object]:
    """A simulated median as plain values."""
    row = one.row or {}
    days = {key: row.get(key) for key in ("estimate", "low", "high")}
    return {
        "median_days": {key: None if value is None or value != value else float(value) for key, value in days.items()},
        "consignments": int(row.get("consignments", 0)), "lower_bound": bool(row.get("lower_bound", False)),
        "pooled": bool(row.get("pooled", False)), "why_not": one.why_not or None,
    }  # fmt: skip
