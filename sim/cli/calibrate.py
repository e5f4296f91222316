"""`landbridge calibrate`: simulated figures beside observed ones."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.loading import cases_of, load_all
from sim.cli.options import HOW, REPLICATIONS, SCENARIOS, WRITE, How, Which
from sim.cli.outputs import check_page
from sim.cli.progress import progress_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.model import Observation, Scenario
    from sim.results import Run
    from sim.stats import Spread

HEAD = """# Calibration

Simulated figures beside observed ones, period by period. `landbridge calibrate --write docs/calibration.md` makes this page.
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

{score}

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
TOLERANCE = 0.1
"""Share by which the model may miss a single figure and still be within: sources round to a day in ten."""


@click.command()
@SCENARIOS
@REPLICATIONS
@HOW
@WRITE
def calibrate(scenarios: Path, replications: int | None, how: How, write: Path | None) -> None:
    """Set simulated figures beside observed ones, with the misses: the page docs/calibration.md.

    \b
    Example:
      landbridge calibrate --replications 5
    """
    from sim.scenario_file import network_figures, observations

    wanted = observations()
    names = list(dict.fromkeys(one.scenario for one in wanted))
    check_page(write)
    chosen = load_all(Which(tuple(scenarios / f"{name}.yaml" for name in names), replications=replications))
    with tempfile.TemporaryDirectory() as folder, progress_of("calibrating") as progress:
        from sim.experiment import run_to_folder
        from sim.results import read_run

        folders = [Path(folder) / name for name in names]
        outcomes = run_to_folder(
            cases_of(chosen),
            folders,
            workers=how.workers,
            tables=None,
            progress=progress,
        )
        runs = {name: read_run(path) for name, path in zip(names, folders, strict=True)}
        worlds = {one.label: one.scenario for one in chosen}
        spreads = [simulated(one, runs[one.scenario], worlds[one.scenario]) for one in wanted]
    fitted = [row.path for row in network_figures() if row.fitted]
    first = outcomes[0]
    text = page(wanted, spreads, fitted, first.replications, first.case.scenario.seed)
    if write is None:
        click.echo(text)
        return
    write.write_text(text, encoding="utf-8")
    click.echo(f"written: {write}")


def simulated(one: Observation, run: Run, world: Scenario) -> Spread:
    """The model's counterpart of an observation: from a run of its scenario, or from the scenario alone."""
    from sim.preview import time_between_s
    from sim.stats import spread_of, spread_of_one
    from sim.units import DAY_S

    if one.kind == "apart":
        return spread_of_one(float("nan"))
    if one.free_flow is not None:
        asked = one.free_flow
        return spread_of_one(time_between_s(world, asked.chain, asked.from_, asked.to) / DAY_S)
    return spread_of(_values(one, run))


def _values(one: Observation, run: Run) -> pd.DataFrame:
    from sim.stats import Window, place_hours, queue_trips, transit_days, volume_teu, way_days

    window = Window(*run.manifest.period.measured_s)
    if one.transit is not None:
        asked = one.transit
        return transit_days(
            run.consignments,
            window,
            asked.corridor,
            asked.origins,
            asked.destinations,
            asked.chains,
            asked.since,
        )
    if one.way is not None:
        return way_days(run.visits, one.way.from_, one.way.to)
    if one.places is not None:
        return place_hours(run.visits, one.places.worked)
    if one.queue is not None:
        return queue_trips(run.levels, one.queue.gate, _second(run, one))
    assert one.volume is not None
    return volume_teu(run.consignments, window, one.volume.corridor, one.volume.direction)


def _second(run: Run, one: Observation) -> int:

    assert one.queue is not None
    start = run.manifest.period.start
    return int((one.queue.on - start).total_seconds())


def page(
    wanted: Sequence[Observation], spreads: Sequence[Spread], fitted: Sequence[str], n: int, seed: int
) -> str:
    """The page, in Markdown."""
    said = "Fitted to what is shown here: nothing; every figure below is prediction, but for the inputs."
    if fitted:
        said = f"Fitted to what is shown here: {', '.join(f'`{path}`' for path in fitted)}; the rest is prediction, but for the inputs."
    score = _score(wanted, spreads)
    text = HEAD.format(fitted=said, n=n, seed=seed, tolerance=TOLERANCE, score=score)
    for (kind, free), title in TITLES.items():
        part = [
            (one, spread)
            for one, spread in zip(wanted, spreads, strict=True)
            if one.kind == kind and (one.free_flow is not None) == free
        ]
        if part:
            text += title + "\n\n" + (_table(part) if kind != "apart" else _apart(part)) + "\n"
    return text + "## Misses\n\n" + _misses(wanted, spreads)


def _score(wanted: Sequence[Observation], spreads: Sequence[Spread]) -> str:
    """How many figures are met, by kind."""
    judged = [
        (one.kind, verdict(one, spread) == "within")
        for one, spread in zip(wanted, spreads, strict=True)
        if one.kind in ("observed", "announced")
    ]
    parts = []
    for kind in ("observed", "announced"):
        met = [within for its, within in judged if its == kind]
        parts.append(f"of {len(met)} {kind} figures {sum(met)} are met")
    return f"In short: {' and '.join(parts)}; every miss is explained below."


def _apart(part: Sequence[tuple[Observation, Spread]]) -> str:
    lines = [
        "| what | period | scope | observed | why it is not compared | source |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.what} | {one.period} | {one.scope} | {_observed(one)} | {one.comment} | {one.grade}: <{one.source}> |"
        for one, _ in part
    ]
    return "\n".join(lines) + "\n"


def _table(part: Sequence[tuple[Observation, Spread]]) -> str:
    lines = [
        "| what | period | scope | observed | simulated | verdict | source |",
        "|---|---|---|---|---|---|---|",
    ]
    for one, spread in part:
        cells = [
            one.what,
            one.period,
            one.scope
            + (", since departure" if one.transit is not None and one.transit.since == "departure" else ""),
            _observed(one),
            _simulated(one, spread),
            verdict(one, spread),
        ]
        lines.append(f"| {' | '.join(cells)} | {one.grade}: <{one.source}> |")
    return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _observed(one: Observation) -> str:
    numbers = [_number(value) for value in (one.low, one.typical, one.high) if value is not None]
    return f"{' – '.join(numbers)} {one.unit}"


def _simulated(one: Observation, spread: Spread) -> str:
    if spread.replications == 0:
        return "none"
    if one.free_flow is not None:
        return f"**{_number(spread.p50)}** {one.unit}"
    interval = "" if spread.low != spread.low else f" ({_number(spread.low)} to {_number(spread.high)})"
    if one.queue is not None or one.volume is not None:
        return f"**{_number(spread.p50)}**{interval} {one.unit}"
    return f"{_number(spread.p10)} – **{_number(spread.p50)}**{interval} – {_number(spread.p90)} {one.unit}"


def verdict(one: Observation, spread: Spread) -> str:
    """Whether the simulated P50 lies in the observed range, or near a single figure, and by how much it misses."""
    if spread.replications == 0:
        return "not simulated"
    if one.kind == "input":
        assert one.typical is not None
        return f"{(spread.p50 / one.typical - 1) * 100:+.1f} %"
    low, high = _range(one)
    single = low == high
    if low * (1 - TOLERANCE * single) <= spread.p50 <= high * (1 + TOLERANCE * single):
        return "within"
    miss = spread.p50 - (high if spread.p50 > high else low)
    return f"{_number(abs(miss))} {one.unit} {'above' if miss > 0 else 'below'}"


def _range(one: Observation) -> tuple[float, float]:
    """Lowest and highest of the figures that an observation gives."""
    given = [value for value in (one.low, one.typical, one.high) if value is not None]
    return min(given), max(given)


def _misses(wanted: Sequence[Observation], spreads: Sequence[Spread]) -> str:
    lines = [
        f"- **{one.what}** ({one.period}): {verdict(one, spread)}. {one.comment or 'Not explained.'}"
        for one, spread in zip(wanted, spreads, strict=True)
        if one.kind in ("observed", "announced") and verdict(one, spread) != "within"
    ]
    return "\n".join(lines) + "\n" if lines else "None.\n"
