"""`landbridge calibrate`: simulated figures beside observed ones."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.loading import cases_of, load_all
from sim.cli.progress import progress_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.model import Observation
    from sim.results import Run
    from sim.stats.calibration import Spread

HEAD = """# Calibration

Simulated figures beside observed ones, period by period. `landbridge calibrate --write docs/calibration.md` makes this page.
{fitted}
The crossing rate of the scenario `china-kazakhstan-congestion` was chosen in view of the delays of 2024. Handling times, fleets and
backgrounds are estimates by their own reasons (`landbridge sources`), made with these figures in view, not fitted to them one by one.
Terminal to terminal, door to door and border to border are different things and never compared with one another; announced times are
not observed ones and are shown apart. Simulated: P10 – **P50** – P90, with the 95 % interval of the P50 over {n} replications
(seed {seed}).

"""
TITLES = {
    "observed": "## Observed, and predicted by the model",
    "announced": "## Announced",
    "input": "## Given to the model",
}


def calibrate(scenarios: Path, replications: int | None, jobs: int, write: Path | None) -> None:
    """Run what the observations need, compare, and print or write the page."""
    from sim.scenario_file import network_figures, observations

    wanted = observations()
    names = list(dict.fromkeys(one.scenario for one in wanted))
    chosen = load_all([scenarios / f"{name}.yaml" for name in names], (), (), replications, None)
    with tempfile.TemporaryDirectory() as folder, progress_of("calibrating") as progress:
        from sim.experiment import run_to_folder
        from sim.results import read_run

        folders = [Path(folder) / name for name in names]
        outcomes = run_to_folder(cases_of(chosen), folders, jobs=jobs, progress=progress)
        runs = {name: read_run(path) for name, path in zip(names, folders, strict=True)}
        spreads = [simulated(one, runs[one.scenario]) for one in wanted]
    fitted = [row.path for row in network_figures() if row.fitted]
    first = outcomes[0]
    text = page(wanted, spreads, fitted, first.replications, first.case.scenario.seed)
    if write is None:
        click.echo(text)
        return
    write.write_text(text, encoding="utf-8")
    click.echo(f"written: {write}")


def simulated(one: Observation, run: Run) -> Spread:
    """The model's counterpart of an observation, from a run of its scenario."""
    from sim.stats import calibration as found

    values: pd.DataFrame
    if one.transit is not None:
        values = found.transit_days(
            run.consignments, one.transit.corridor, one.transit.origins, one.transit.destinations
        )
    elif one.way is not None:
        values = found.way_days(run.visits, one.way.from_, one.way.to)
    elif one.places is not None:
        values = found.place_hours(run.visits, one.places.at)
    elif one.queue is not None:
        values = found.queue_trips(run.levels, one.queue.gate, _second(run, one))
    else:
        assert one.volume is not None
        period = run.manifest["period"]
        days = (period["length_s"] - period["warm_up_s"] - period["cool_down_s"]) / 86_400
        values = found.volume_teu(run.consignments, one.volume.corridor, one.volume.direction, days)
    return found.spread_of(values)


def _second(run: Run, one: Observation) -> int:
    from datetime import datetime

    assert one.queue is not None
    start = datetime.fromisoformat(run.manifest["period"]["start"])
    return int((one.queue.on - start).total_seconds())


def page(
    wanted: Sequence[Observation], spreads: Sequence[Spread], fitted: Sequence[str], n: int, seed: int
) -> str:
    """The page, in Markdown."""
    said = "Fitted to what is shown here: nothing; every figure below is prediction, but for the inputs."
    if fitted:
        said = f"Fitted to what is shown here: {', '.join(f'`{path}`' for path in fitted)}; the rest is prediction, but for the inputs."
    text = HEAD.format(fitted=said, n=n, seed=seed)
    for kind, title in TITLES.items():
        part = [(one, spread) for one, spread in zip(wanted, spreads, strict=True) if one.kind == kind]
        if part:
            text += title + "\n\n" + _table(part) + "\n"
    return text + "## Misses\n\n" + _misses(wanted, spreads)


def _table(part: Sequence[tuple[Observation, Spread]]) -> str:
    lines = [
        "| what | period | scope | observed | simulated | verdict | source |",
        "|---|---|---|---|---|---|---|",
    ]
    for one, spread in part:
        cells = [
            one.what,
            one.period,
            one.scope,
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
    interval = "" if spread.low != spread.low else f" ({_number(spread.low)} to {_number(spread.high)})"
    if one.queue is not None or one.volume is not None:
        return f"**{_number(spread.p50)}**{interval} {one.unit}"
    return f"{_number(spread.p10)} – **{_number(spread.p50)}**{interval} – {_number(spread.p90)} {one.unit}"


def verdict(one: Observation, spread: Spread) -> str:
    """Whether the simulated P50 lies in the observed range, and by how much it misses."""
    if spread.replications == 0:
        return "not simulated"
    if one.kind == "input":
        assert one.typical is not None
        return f"{(spread.p50 / one.typical - 1) * 100:+.1f} %"
    low = one.low if one.low is not None else one.typical
    high = one.high if one.high is not None else one.typical
    assert low is not None and high is not None
    if low <= spread.p50 <= high:
        return "within"
    miss = spread.p50 - (high if spread.p50 > high else low)
    return f"{_number(abs(miss))} {one.unit} {'above' if miss > 0 else 'below'}"


def _misses(wanted: Sequence[Observation], spreads: Sequence[Spread]) -> str:
    lines = [
        f"- **{one.what}** ({one.period}): {verdict(one, spread)}. {one.comment or 'Not explained.'}"
        for one, spread in zip(wanted, spreads, strict=True)
        if one.kind != "input" and verdict(one, spread) != "within"
    ]
    return "\n".join(lines) + "\n" if lines else "None.\n"
