"""`landbridge headlines`: what comes out of every scenario of a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.documents import echo_json
from sim.cli.loading import Chosen, cases_of, load_all
from sim.cli.options import AS_JSON, HOW, REPLICATIONS, SCENARIOS, How, Which
from sim.cli.printed_tables import interval, layout
from sim.cli.progress import progress_of

if TYPE_CHECKING:
    from sim.experiment import CorridorHeadline, Headline

COLUMNS = {
    "corridor.share": ("share %", "change of share"),
    "transit_time.p50": ("P50", "of P50"),
    "transit_time.p90": ("P90", "of P90"),
}
"""Measures shown, with the headings of their values and of their changes."""


@click.command()
@SCENARIOS
@REPLICATIONS
@HOW
@AS_JSON
def headlines(scenarios: Path, replications: int | None, how: How, as_json: bool) -> None:
    """Run every scenario of a folder and say what comes out of it, beside the scenario that it extends.

    Shares in %, transit times in days, with 95 % intervals; all that is called a change is corrected together (Holm).

    \b
    Example:
      landbridge headlines --replications 5
    """
    chosen, found = run_folder_of(scenarios, replications, how)
    if as_json:
        echo_json([_as_document(one, chosen[one.outcome.case.name]) for one in found])
        return
    for one in found:
        below = f" (beside {one.base})" if one.base else ""
        click.echo(f"{one.outcome.case.name}{below}: {one.outcome.case.scenario.title}")
        lines = [cells(line) for line in one.corridors]
        click.echo(layout(headings(one), lines, 1) if lines else "no freight")
        click.echo("".join(f"- {text}\n" for text in one.said))


def run_folder_of(
    folder: Path, replications: int | None, how: How
) -> tuple[dict[str, Chosen], list[Headline]]:
    """Run every scenario of a folder; those by their names, and what comes out of each."""
    from sim.experiment import headlines_of, run_cases

    chosen = load_folder(folder, replications)
    with progress_of("headlines") as progress:
        outcomes = run_cases(
            cases_of(chosen), workers=how.workers, cache=how.cache_to_resume, progress=progress
        )
    bases = {one.label: base_of(one) for one in chosen if base_of(one)}
    return {one.label: one for one in chosen}, headlines_of(outcomes, bases)


def load_folder(folder: Path, replications: int | None = None) -> list[Chosen]:
    """Load every scenario of a folder: those that extend nothing first, then each base's own, by name."""
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise click.UsageError(f"there is no scenario in {folder}: name a folder of .yaml files")
    chosen = load_all(Which(tuple(files), replications=replications))
    used = {base_of(one) for one in chosen}
    return sorted(chosen, key=lambda one: (base_of(one) != "", one.label not in used, one.label))


def base_of(one: Chosen) -> str:
    """Name of the scenario that a scenario extends, "" when it extends none."""
    from sim.scenario_file import NETWORK_NAME, RULES

    read = [Path(file.path) for file in one.loaded.files if file.path != NETWORK_NAME]
    names = [path.stem for path in read if path.parent.name != RULES]
    return names[1] if len(names) > 1 else ""


def headings(found: Headline) -> list[str]:
    """Headings of what `cells` gives."""
    values, changes = zip(*COLUMNS.values(), strict=True)
    based = any(line.changes is not None for line in found.corridors)
    return ["corridor", *values, *(changes if based else ())]


def cells(line: CorridorHeadline) -> list[str]:
    """A corridor's measures, and their changes where there is a base."""
    from sim.stats import MEASURES

    decimals = {name: MEASURES[name].scale.decimals for name in COLUMNS}
    values = (
        interval(line.measures[name], decimals[name]) if name in line.measures else "-" for name in COLUMNS
    )
    name = line.corridor if line.market == "all" else f"{line.market}: {line.corridor}"
    if line.changes is None:
        return [name, *values]
    changes = (change(line.changes.get(name), decimals[name]) if line.changes else "-" for name in COLUMNS)
    return [name, *values, *changes]


def change(row: Mapping[str, Any] | None, decimals: int) -> str:
    """A difference with its sign and interval: "+2.3 (2.1 to 2.4)", "none shown (-0.2 to 0.3)", "too small (0.0 to 0.1)", "none"."""
    from sim.stats import Finding

    if row is None or row["estimate"] != row["estimate"]:
        return "-"
    if row["estimate"] == 0 and not row["high"] > row["low"]:
        return "none"
    # All freight together has a share of 100 % in any scenario, of which no sentence speaks.
    found = Finding(row["finding"]) if isinstance(row["finding"], str) else Finding.NOTHING
    if found in (Finding.NOTHING, Finding.TOO_FEW):
        return "-"
    if round(row["estimate"], decimals) == 0:
        decimals += 1
    span, size = _span(row["low"], row["high"], decimals), f"{row['estimate']:+.{decimals}f}"
    words = {Finding.NOT_SHOWN: "none shown", Finding.TOO_SMALL: "too small"}
    return f"{words.get(found, size)}{span}"


def _span(low: float, high: float, decimals: int) -> str:
    """An interval, or its end that is known."""
    known = [f"{end:.{decimals}f}" for end in (low, high) if end == end]
    if not known:
        return ", without an interval"
    if len(known) == 2:
        return f" ({' to '.join(known)})"
    return f" (at {'most' if low != low else 'least'} {known[0]})"


def _as_document(found: Headline, chosen: Chosen) -> dict[str, object]:
    """A scenario's headline as plain values; what is not known is None."""
    scenario = chosen.scenario
    return {
        "scenario": chosen.label, "title": scenario.title, "purpose": scenario.purpose, "extends": found.base or None,
        "corridors": [
            {
                "market": line.market,
                "corridor": line.corridor,
                "measures": {name: _ends(line.measures.get(name)) for name in COLUMNS},
                "changes": None if line.changes is None else {name: _ends(line.changes.get(name)) for name in COLUMNS},
            }
            for line in found.corridors
        ],
        "said": list(found.said),
    }  # fmt: skip


def _ends(row: Mapping[str, Any] | None) -> dict[str, float | None] | None:
    """An estimate with its interval, as plain values."""
    if row is None:
        return None
    return {key: None if row[key] != row[key] else float(row[key]) for key in ("estimate", "low", "high")}
