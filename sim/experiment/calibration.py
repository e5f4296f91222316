"""What the model says to observed figures: its counterpart of each, and whether the two agree."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.experiment.cache import Cache
from sim.experiment.cases import Case
from sim.experiment.replication import Replication
from sim.experiment.study import Kept, Progress, Study
from sim.experiment.workers import ALONE, Workers
from sim.model import Observation, Scenario, is_timetabled

if TYPE_CHECKING:
    import pandas as pd

    from sim.stats import Interval, Spread

MET = "within"
TOLERANCE = 0.1
"""Share by which the model may miss a single figure and still be within: sources round to a day in ten."""


def counterparts(
    wanted: Sequence[Observation],
    cases: Sequence[Case],
    *,
    workers: Workers = ALONE,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> list[Spread]:
    """The model's counterpart of every observation: from replications of the case that its scenario names, or computed without any.

    Raises KeyError when no case has that name.
    """
    import pandas as pd

    from sim.stats import spread_of

    by_name = {case.name: case for case in cases}
    asked = [one for one in wanted if one.kind != "apart" and one.free_flow is None]
    digest = hashlib.sha256("".join(one.model_dump_json() for one in asked).encode()).hexdigest()
    study = Study(cases, _Values(tuple(asked)), kept=Kept(f"counterparts of {digest[:16]}"), digests=False)
    values: dict[str, list[pd.DataFrame]] = {one.model_dump_json(): [] for one in asked}
    for done in study.run(workers, cache, progress):
        for observation, found in done.value:
            values[observation].append(found)

    def counterpart(one: Observation) -> Spread:
        """What the model has in place of an observation."""
        mine = values.get(one.model_dump_json())
        return (
            spread_of(pd.concat(mine, ignore_index=True))
            if mine
            else _without_a_run(one, by_name[one.scenario])
        )

    return [counterpart(one) for one in wanted]


def compared(one: Observation, spread: Spread) -> Interval:
    """What of the model an observation is compared with: a published mean with the mean, everything else with the P50."""
    return spread.mean if one.statistic == "mean" else spread.p50


def verdict(one: Observation, spread: Spread) -> str:
    """Whether the simulated mean or P50 lies in the observed range, or near a single figure, and by how much it misses."""
    if spread.replications == 0:
        return "not simulated"
    simulated = compared(one, spread).estimate
    if one.kind == "input":
        assert one.typical is not None
        return f"{(simulated / one.typical - 1) * 100:+.1f} %"
    given = [value for value in (one.low, one.typical, one.high) if value is not None]
    low, high = min(given), max(given)
    single = low == high
    if low * (1 - TOLERANCE * single) <= simulated <= high * (1 + TOLERANCE * single):
        return MET
    miss = simulated - (high if simulated > high else low)
    return f"{figure(abs(miss))} {one.unit} {'above' if miss > 0 else 'below'}"


def figure(value: float) -> str:
    """A figure with three digits that count."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


class _Values:
    """A measure: what each observation of the replication's scenario would have been."""

    def __init__(self, wanted: tuple[Observation, ...]) -> None:
        self.wanted = wanted

    def __call__(self, replication: Replication) -> list[tuple[str, pd.DataFrame]]:
        """Values with their weights, by the observation as JSON."""
        mine = [one for one in self.wanted if one.scenario == replication.case.name]
        return [(one.model_dump_json(), _values(one, replication)) for one in mine]


def _values(one: Observation, replication: Replication) -> pd.DataFrame:
    """The values of one replication that an observation is compared with."""
    from sim.stats import Window, place_hours, queue_trips, transit_days, volume_teu, way_days

    tables, period = replication.tables, replication.scenario.period
    window = Window(period.warm_up or 0, period.length - (period.cool_down or 0))
    if one.transit is not None:
        asked = one.transit
        return transit_days(
            tables.consignments,
            window,
            asked.corridor,
            asked.origins,
            asked.destinations,
            _chains(replication.scenario, asked.trains),
            asked.since,
        )
    if one.way is not None:
        return way_days(tables.visits, one.way.from_, one.way.to)
    if one.places is not None:
        return place_hours(tables.visits, one.places.worked)
    if one.queue is not None:
        on_s = int((one.queue.on - period.begin).total_seconds())
        return queue_trips(tables.visits, one.queue.gate, on_s)
    assert one.volume is not None
    return volume_teu(tables.consignments, window, one.volume.corridor, one.volume.direction)


def _chains(scenario: Scenario, trains: str) -> set[str]:
    """The chains with a timetabled train in them, those that are "ordinary", or "all"."""
    timetabled = {name for name in scenario.chains if is_timetabled(scenario, name)}
    if trains == "timetabled":
        return timetabled
    return set(scenario.chains) - (timetabled if trains == "ordinary" else set())


def _without_a_run(one: Observation, case: Case) -> Spread:
    """The counterpart that no run gives: a free flow, or none at all."""
    from sim.preview import times_between_s
    from sim.stats import spread_of_one
    from sim.units import DAY_S

    if one.free_flow is None:
        return spread_of_one(float("nan"), float("nan"))
    asked = one.free_flow
    middle_s, mean_s = times_between_s(case.scenario, asked.chain, asked.from_, asked.to)
    return spread_of_one(middle_s / DAY_S, mean_s / DAY_S)
