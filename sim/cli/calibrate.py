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
    from sim.experiment import Case, Judged
    from sim.model import Observation
    from sim.stats import Interval


class Calibration(NamedTuple):
    """Every observation with its counterpart, and the cases that were run."""

    found: list[Judged]
    cases: list[Case]


@click.command()
@SCENARIOS
@REPLICATIONS
@HOW
@AS_JSON
def calibrate(scenarios: Path, replications: int | None, how: How, as_json: bool) -> None:
    """Set simulated figures beside observed ones, and say which are missed and why.

    Simulated: P10 - P50 (95 % interval) - P90, and the mean where the observed figure is one. A figure is met when that lies in the
    observed range, or near a single figure. Figures of one page count once; what stands behind a number of the model proves nothing.

    \b
    Example:
      landbridge calibrate --replications 5
    """
    found = calibrated(scenarios, replications, how).found
    if as_json:
        echo_json([_as_document(one) for one in found])
        return
    from sim.experiment import Standing, misses

    lines = [
        [
            one.one.what,
            one.one.period,
            one.standing.value,
            one.one.statistic or "",
            observed_text(one.one),
            simulated_text(one),
            one.verdict,
        ]
        for one in found
        if one.standing is not Standing.APART
    ]
    click.echo(
        layout(["what", "period", "counted as", "figure", "observed", "simulated", "verdict"], lines, 7)
    )
    click.echo()
    for one in misses(found):
        click.echo(
            f"- {one.one.what} ({one.one.period}): {one.verdict}. {one.one.comment or 'Not explained.'}"
        )
    for line in score(found):
        click.echo(f"{line}.")


def calibrated(scenarios: Path, replications: int | None, how: How) -> Calibration:
    """Run what the observations need."""
    from sim.experiment import counterparts, judged, pages_behind
    from sim.scenario_file import figures, observations

    wanted = observations()
    names = dict.fromkeys(one.scenario for one in wanted)
    which = Which(tuple(scenarios / f"{name}.yaml" for name in names), replications=replications)
    chosen = load_all(which)
    cases = cases_of(chosen)
    with progress_of("calibrating") as progress:
        spreads = counterparts(
            wanted, cases, workers=how.workers, cache=how.cache_to_resume, progress=progress
        )
    pages = {one.label: pages_behind(figures(one.loaded)) for one in chosen}
    return Calibration(judged(zip(wanted, spreads, strict=True), pages), cases)


def observed_text(one: Observation) -> str:
    """What was observed, with its unit: "13 – 15 d"."""
    from sim.experiment import figure

    numbers = [figure(value) for value in (one.low, one.typical, one.high) if value is not None]
    return f"{' – '.join(numbers)} {one.unit}"


def simulated_text(judged: Judged, strong: str = "") -> str:
    """What was simulated, with its unit: P10, P50 and P90, or the mean; `strong` marks the number that is compared, with its interval."""
    from sim.experiment import compared, figure

    one, spread = judged.one, judged.spread
    if spread.replications == 0:
        return "none"
    told = _told(compared(one, spread), strong)
    if one.free_flow is not None or one.queue is not None or one.volume is not None:
        return f"{told} {one.unit}{' in free flow' if one.free_flow is not None else ''}"
    ends = figure(spread.p10), figure(spread.p90)
    if one.statistic == "mean":
        return f"{told} {one.unit}, of {' – '.join(ends)}"
    return f"{ends[0]} – {told} – {ends[1]} {one.unit}"


def _told(found: Interval, strong: str) -> str:
    """A number with its interval, if it has one."""
    from sim.experiment import figure

    number = f"{strong}{figure(found.estimate)}{strong}"
    return number if found.low != found.low else f"{number} ({figure(found.low)} to {figure(found.high)})"


def score(found: Sequence[Judged]) -> list[str]:
    """How many sources are met, in words, a line for each standing that is counted."""
    from sim.experiment import SCORED, score_of

    scores = (score_of(found, standing) for standing in SCORED)
    return [one.words for one in scores if one.sources]


def _as_document(judged: Judged) -> dict[str, object]:
    """An observation and its counterpart as plain values; what is not known is None."""
    from sim.experiment import Standing

    one, spread = judged.one, judged.spread
    apart = judged.standing is Standing.APART
    simulated = {
        "p10": _known(spread.p10), "p50": _ends(spread.p50), "p90": _known(spread.p90), "mean": _ends(spread.mean),
        "replications": spread.replications,
    }  # fmt: skip
    return {
        "what": one.what, "period": one.period, "scope": one.scope, "kind": one.kind, "scenario": one.scenario,
        "statistic": one.statistic, "counted_as": judged.standing.value, "behind": list(judged.behind),
        "observed": {"low": one.low, "typical": one.typical, "high": one.high}, "unit": one.unit,
        "simulated": None if apart else simulated,
        "verdict": None if apart else judged.verdict, "comment": one.comment,
        "grade": one.grade, "source": one.source,
    }  # fmt: skip


def _ends(found: Interval) -> dict[str, float | None]:
    """An estimate with its interval, as plain values."""
    return {key: _known(getattr(found, key)) for key in ("estimate", "low", "high")}


def _known(value: float) -> float | None:
    """A number, None where it is not one."""
    return None if value != value else float(value)
