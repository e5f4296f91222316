"""Writes the page docs/calibration.md: simulated figures beside observed ones, with the misses.

python docs/write_calibration.py --replications 10
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from sim.cli.calibrate import calibrated, observed_text, score, simulated_text
from sim.cli.options import HOW, REPLICATIONS, How
from sim.experiment import TOLERANCE, Judged, Standing, misses
from sim.scenario_file import network_figures

PAGE = Path(__file__).parent / "calibration.md"
SCENARIOS = Path(__file__).parent.parent / "scenarios"
HEAD = """# Calibration

Simulated figures beside observed ones, period by period. `make calibration` makes this page.

In short:

{score}

Every miss is explained below. {fitted}
The crossing rate of the scenario `china-kazakhstan-congestion` was chosen in view of the delays of 2024. Handling times, fleets and
backgrounds are estimates by their own reasons (`landbridge sources`), made with these figures in view.

How it is counted:

- **Figures of one page are one source**, which is met when all of them are. One statistic that is set beside several places of the model
  is one.
- **What stands behind a number of the model is counted apart**: where the network, or the scenario, names the same page as the source of
  a number, or where a number was derived from the figure, agreement proves nothing. A quote or a deadline that rests on the page moves
  no freight and does not count.
- **Like with like**: a published mean is compared with the simulated mean; a median, a range in which most lie, or a round figure with
  the P50. *Within* means that this lies in the observed range, or within {tolerance:.0%} of a single figure.
- Terminal to terminal, door to door and border to border are different things and never compared with one another. Announced times
  are not observed ones and are counted apart. What the model has no counterpart for is listed at the end with the reason.

How to read it:

- Simulated: P10 – **P50** – P90, or the **mean** and then P10 – P90; in brackets the 95 % interval over {n} replications (seed {seed}).
- Free flow is computed without a simulation: the sum of the medians (or means) along a chain on which nothing waits for anything. Best
  runs, calm weeks and norms without waiting are compared with it. A best run is the luckiest of many, so a median that is somewhat
  longer is no fault.
- Transit times count from release at the origin terminal, so they hold the wait for a train to fill. *Since departure* they count from
  the departure of the first train, as operators quote their timetabled trains: the freight of those is booked and comes up to three
  days before its train departs, a wait that no quote has.
- Times of trips and at places are those of all trips there, also of trains for Russia, Belarus and Central Asia. All transit times end
  with the release at the destination terminal, some 6 h after arrival.

"""
TITLES = {
    Standing.OBSERVED: "## Observed, and predicted by the model",
    Standing.BEST_RUN: "## Observed best runs and calm weeks, beside free flow",
    Standing.ANNOUNCED: "## Announced",
    Standing.FITTED: "## Behind a number of the model: no proof",
    Standing.ESTIMATE: "## Estimated by the evidence",
    Standing.INPUT: "## Given to the model",
    Standing.APART: "## Observed, without a counterpart in the model",
}
"""Title of the part for each standing."""


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


def page(found: Sequence[Judged], fitted: Sequence[str], n: int, seed: int) -> str:
    """The page, in Markdown."""
    said = "No number of the network was fitted to a figure of this page."
    if fitted:
        said = f"Fitted to figures of this page: {', '.join(f'`{path}`' for path in fitted)}."
    counted = "\n".join(f"- {line}" for line in score(found)) or "- nothing is counted"
    text = HEAD.format(fitted=said, n=n, seed=seed, tolerance=TOLERANCE, score=counted)
    for standing, title in TITLES.items():
        part = [one for one in found if one.standing is standing]
        if part:
            text += f"{title}\n\n{_apart(part) if standing is Standing.APART else _table(part)}\n"
    return text + "## Misses\n\n" + _misses(found)


def _apart(part: Sequence[Judged]) -> str:
    """What has no counterpart, and why."""
    lines = [
        "| what | period | scope | observed | why it is not compared | source |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.what} | {one.period} | {one.scope} | {observed_text(one)} | {one.comment} | {one.grade}: <{one.source}> |"
        for one in (judged.one for judged in part)
    ]
    return "\n".join(lines) + "\n"


def _table(part: Sequence[Judged]) -> str:
    """Observed and simulated figures, a line each; where numbers of the model rest on them, with these."""
    behind = any(judged.behind for judged in part)
    head = ["what", "period", "scope", "figure", "observed", "simulated", "verdict", "source"]
    head += ["stands behind"] if behind else []
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for judged in part:
        one = judged.one
        departure = one.transit is not None and one.transit.since == "departure"
        cells = [
            one.what,
            one.period,
            one.scope + (", since departure" if departure else ""),
            one.statistic or "",
            observed_text(one),
            simulated_text(judged, "**"),
            judged.verdict,
            f"{one.grade}: <{one.source}>",
            *([judged.named] if behind else []),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _misses(found: Sequence[Judged]) -> str:
    """What is not met, and why."""
    lines = [
        f"- **{one.one.what}** ({one.one.period}): {one.verdict}. {one.one.comment or 'Not explained.'}"
        for one in misses(found)
    ]
    return "\n".join(lines) + "\n" if lines else "None.\n"


if __name__ == "__main__":
    main()
