"""Writes the page docs/calibration.md: simulated figures beside observed ones, with the misses.

python docs/write_calibration.py --replications 10
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from sim.cli.calibrate import Beside, calibrated, misses, observed_text, score, simulated_text
from sim.cli.options import HOW, REPLICATIONS, How
from sim.experiment import TOLERANCE, verdict
from sim.scenario_file import network_figures

PAGE = Path(__file__).parent / "calibration.md"
SCENARIOS = Path(__file__).parent.parent / "scenarios"
HEAD = """# Calibration

Simulated figures beside observed ones, period by period. `make calibration` makes this page.
{fitted}
The crossing rate of the scenario `china-kazakhstan-congestion` was chosen in view of the delays of 2024. Handling times, fleets and
backgrounds are estimates by their own reasons (`landbridge sources`), made with these figures in view, not fitted to them one by one.
Where a figure, or its page, stands behind a number of the network, the comment says so: agreement is then no proof.

How to read it:

- Terminal to terminal, door to door and border to border are different things and never compared with one another; announced times
  are not observed ones and are shown apart. What the model has no counterpart for is listed at the end with the reason.
- Simulated: P10 – **P50** – P90, with the 95 % interval of the P50 over {n} replications (seed {seed}). *Within* means that the P50
  lies in the observed range, or within {tolerance:.0%} of a single figure.
- Free flow is computed without a simulation: the sum of the medians along a chain on which nothing waits for anything. Best runs and
  norms without waiting are compared with it. A best run is the luckiest of many, so a median that is somewhat longer is no fault.
- Transit times count from release at the origin terminal, so they hold the wait for a train to fill. *Since departure* they count from
  the departure of the first train, as operators quote their timetabled trains. Freight of the express trains is released evenly over
  the week here, though its shippers book a departure: from release it waits up to 3.5 or 7 days for its train, which no quote has.
- Times of trips and at places are those of all trips there, also of trains for Russia, Belarus and Central Asia. All transit times end
  with the release at the destination terminal, some 6 h after arrival.

In short: {score}; every miss is explained below.

"""
TITLES = {
    ("observed", False): "## Observed, and predicted by the model",
    ("observed", True): "## Observed best runs, and free flow",
    ("announced", False): "## Announced",
    ("announced", True): "## Announced times and norms, and free flow",
    ("input", False): "## Given to the model",
    ("input", True): "## Given to the model: free flow",
    ("apart", False): "## Observed, without a counterpart in the model",
}
"""Title of the part for each kind, and whether it is about free flow."""


@click.command()
@REPLICATIONS
@HOW
def main(replications: int | None, how: How) -> None:
    """Run what the observations need, compare, and write the page."""
    found, cases = calibrated(SCENARIOS, replications, how)
    fitted = [row.path for row in network_figures() if row.fitted]
    first = cases[0].scenario
    PAGE.write_text(page(found, fitted, first.replications, first.seed), encoding="utf-8")
    click.echo(f"written: {PAGE}")


def page(found: Sequence[Beside], fitted: Sequence[str], n: int, seed: int) -> str:
    """The page, in Markdown."""
    said = "Fitted to what is shown here: nothing; every figure below is prediction, but for the inputs."
    if fitted:
        said = f"Fitted to what is shown here: {', '.join(f'`{path}`' for path in fitted)}; the rest is prediction, but for the inputs."
    text = HEAD.format(fitted=said, n=n, seed=seed, tolerance=TOLERANCE, score=score(found))
    for (kind, free), title in TITLES.items():
        part = [
            (one, spread) for one, spread in found if one.kind == kind and (one.free_flow is not None) == free
        ]
        if part:
            text += title + "\n\n" + (_table(part) if kind != "apart" else _apart(part)) + "\n"
    return text + "## Misses\n\n" + _misses(found)


def _apart(part: Sequence[Beside]) -> str:
    """What has no counterpart, and why."""
    lines = [
        "| what | period | scope | observed | why it is not compared | source |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.what} | {one.period} | {one.scope} | {observed_text(one)} | {one.comment} | {one.grade}: <{one.source}> |"
        for one, _ in part
    ]
    return "\n".join(lines) + "\n"


def _table(part: Sequence[Beside]) -> str:
    """Observed and simulated figures, a line each."""
    lines = [
        "| what | period | scope | observed | simulated | verdict | source |",
        "|---|---|---|---|---|---|---|",
    ]
    for one, spread in part:
        departure = one.transit is not None and one.transit.since == "departure"
        cells = [
            one.what,
            one.period,
            one.scope + (", since departure" if departure else ""),
            observed_text(one),
            simulated_text(one, spread, "**"),
            verdict(one, spread),
        ]
        lines.append(f"| {' | '.join(cells)} | {one.grade}: <{one.source}> |")
    return "\n".join(lines) + "\n"


def _misses(found: Sequence[Beside]) -> str:
    """What is not met, and why."""
    lines = [
        f"- **{one.what}** ({one.period}): {verdict(one, spread)}. {one.comment or 'Not explained.'}"
        for one, spread in misses(found)
    ]
    return "\n".join(lines) + "\n" if lines else "None.\n"


if __name__ == "__main__":
    main()
