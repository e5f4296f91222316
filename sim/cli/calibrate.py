"""`landbridge calibrate`: simulated figures beside observed ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from sim.cli.documents import echo_json
from sim.cli.loading import cases_of, load_all
from sim.cli.options import AS_JSON, HOW, REPLICATIONS, SCENARIOS, How, Which
from sim.cli.printed_tables import layout
from sim.cli.progress import progress_of

if TYPE_CHECKING:
    from sim.experiment import Case
    from sim.model import Observation
    from sim.stats import Spread

Beside = tuple["Observation", "Spread"]
"""An observation, and the model's counterpart of it."""
JUDGED = ("observed", "announced")
"""Kinds of observations that are met or missed; others are shown only."""


class Calibration(NamedTuple):
    """Every observation with its counterpart, and the cases that were run."""

    found: list[Beside]
    cases: list[Case]


@click.command()
@SCENARIOS
@REPLICATIONS
@HOW
@AS_JSON
def calibrate(scenarios: Path, replications: int | None, how: How, as_json: bool) -> None:
    """Set simulated figures beside observed ones, and say which are missed and why.

    Simulated: P10 - P50 (95 % interval) - P90. A figure is met when the P50 lies in the observed range, or near a single figure.

    \b
    Example:
      landbridge calibrate --replications 5
    """
    found = calibrated(scenarios, replications, how).found
    if as_json:
        echo_json([_as_document(*one) for one in found])
        return
    from sim.experiment import verdict

    lines = [
        [
            one.what,
            one.period,
            one.kind,
            observed_text(one),
            simulated_text(one, spread),
            verdict(one, spread),
        ]
        for one, spread in found
        if one.kind != "apart"
    ]
    click.echo(layout(["what", "period", "kind", "observed", "simulated", "verdict"], lines, 6))
    click.echo()
    for one, spread in misses(found):
        click.echo(f"- {one.what} ({one.period}): {verdict(one, spread)}. {one.comment or 'Not explained.'}")
    click.echo(f"In short: {score(found)}.")


def calibrated(scenarios: Path, replications: int | None, how: How) -> Calibration:
    """Run what the observations need."""
    from sim.experiment import counterparts
    from sim.scenario_file import observations

    wanted = observations()
    names = dict.fromkeys(one.scenario for one in wanted)
    which = Which(tuple(scenarios / f"{name}.yaml" for name in names), replications=replications)
    cases = cases_of(load_all(which))
    with progress_of("calibrating") as progress:
        spreads = counterparts(
            wanted, cases, workers=how.workers, cache=how.cache_to_resume, progress=progress
        )
    return Calibration(list(zip(wanted, spreads, strict=True)), cases)


def observed_text(one: Observation) -> str:
    """What was observed, with its unit: "13 – 15 d"."""
    from sim.experiment import figure

    numbers = [figure(value) for value in (one.low, one.typical, one.high) if value is not None]
    return f"{' – '.join(numbers)} {one.unit}"


def simulated_text(one: Observation, spread: Spread, strong: str = "") -> str:
    """What was simulated, with its unit and interval; `strong` marks the P50."""
    from sim.experiment import figure

    if spread.replications == 0:
        return "none"
    p50 = f"{strong}{figure(spread.p50)}{strong}"
    if one.free_flow is not None:
        return f"{p50} {one.unit}"
    interval = "" if spread.low != spread.low else f" ({figure(spread.low)} to {figure(spread.high)})"
    if one.queue is not None or one.volume is not None:
        return f"{p50}{interval} {one.unit}"
    return f"{figure(spread.p10)} – {p50}{interval} – {figure(spread.p90)} {one.unit}"


def misses(found: Sequence[Beside]) -> list[Beside]:
    """What is judged, and not met."""
    from sim.experiment import verdict

    return [(one, spread) for one, spread in found if one.kind in JUDGED and verdict(one, spread) != "within"]


def score(found: Sequence[Beside]) -> str:
    """How many figures are met, by kind, in words."""
    missed = {id(one) for one, _ in misses(found)}
    parts = []
    for kind in JUDGED:
        mine = [one for one, _ in found if one.kind == kind]
        parts.append(f"of {len(mine)} {kind} figures {sum(id(one) not in missed for one in mine)} are met")
    return " and ".join(parts)


def _as_document(one: Observation, spread: Spread) -> dict[str, object]:
    """An observation and its counterpart as plain values; what is not known is None."""
    from sim.experiment import verdict

    simulated = {
        key: None if value != value else value for key, value in spread._asdict().items() if key != "values"
    }
    return {
        "what": one.what, "period": one.period, "scope": one.scope, "kind": one.kind, "scenario": one.scenario,
        "observed": {"low": one.low, "typical": one.typical, "high": one.high}, "unit": one.unit,
        "simulated": None if one.kind == "apart" else simulated,
        "verdict": None if one.kind == "apart" else verdict(one, spread), "comment": one.comment,
        "grade": one.grade, "source": one.source,
    }  # fmt: skip
