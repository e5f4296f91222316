"""Lanes: an origin and a destination, and every way between them, in one scenario or several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.errors import Finding, ScenarioError
from sim.experiment.cases import Case, Outcome
from sim.model import Scenario, is_timetabled, life_of

if TYPE_CHECKING:
    from sim.preview import FreeFlow

NOT_OPEN, NOT_MEASURED, NONE_WENT = "not open", "not measured", "nobody went"
"""Why a way has no simulated time."""
_MEDIAN = "transit_time.p50"


class Lane(NamedTuple):
    """An origin and a destination, as ids of facilities."""

    origin: str
    destination: str

    def __str__(self) -> str:
        """As it is written: "xian:duisburg"."""
        return f"{self.origin}:{self.destination}"


@dataclass(frozen=True)
class Simulated:
    """What a scenario says of a way: the row of its median transit time, or why there is none."""

    row: Mapping[str, Any] | None
    why_not: str = ""


@dataclass(frozen=True)
class Way:
    """A way of a lane: a corridor, by timetabled trains or by others, the quickest chain of it that is open, and its times.

    `open_in` names the scenario that length, time and price of the chain in free flow are of: the last in which the way is open.
    `simulated` has an entry for each scenario.
    """

    lane: Lane
    corridor: str
    timetabled: bool
    open_in: str
    free_flow: FreeFlow
    simulated: tuple[Simulated, ...]


def lanes_asked(cases: Sequence[Case], wanted: Sequence[str]) -> list[Lane]:
    """The lanes that are asked for, "xian:duisburg", each once. Raises ScenarioError for those that a scenario has no flow on."""
    findings = []
    for case in cases:
        known = {str(_lane_of(case.scenario, name)) for name in case.scenario.flows}
        findings += [
            Finding(case.name, 0, "--od", f"{_missing(text, known)}") for text in wanted if text not in known
        ]
    if findings:
        raise ScenarioError(findings)
    return [Lane(*text.split(":")) for text in dict.fromkeys(wanted)]


def _missing(text: str, known: set[str]) -> str:
    """What is said of a lane that is not known."""
    near = get_close_matches(text[:80], sorted(known), 3, 0.6)
    some = (
        f"did you mean {' or '.join(near)}?"
        if near
        else f"it has for example {', '.join(sorted(known)[:5])}."
    )
    return f'expected ORIGIN:DESTINATION of a flow of this scenario, got "{text}"; {some}'


def _lane_of(scenario: Scenario, flow: str) -> Lane:
    """The lane of a flow."""
    return Lane(scenario.flows[flow].origin, scenario.flows[flow].destination)


def ways_of(outcomes: Sequence[Outcome], lanes: Sequence[Lane]) -> list[Way]:
    """Every way of every lane that is open in one of the scenarios, by lane and corridor."""
    return [way for lane in lanes for way in _ways(outcomes, lane)]


def _ways(outcomes: Sequence[Outcome], lane: Lane) -> Iterator[Way]:
    """Yield the ways of a lane."""
    kinds = [_kinds(one.case.scenario, lane) for one in outcomes]
    medians = [
        {timetabled: _medians(one, chains, lane) for timetabled, chains in kind.items()}
        for one, kind in zip(outcomes, kinds, strict=True)
    ]
    corridors = dict.fromkeys(name for one in outcomes for name in one.case.scenario.corridors)
    for corridor, timetabled in product(corridors, (False, True)):
        quickest = [
            _quickest(one.case.scenario, corridor, kind[timetabled])
            for one, kind in zip(outcomes, kinds, strict=True)
        ]
        simulated = tuple(
            Simulated(None, NOT_OPEN) if chain is None else found[timetabled].get(corridor, _nobody(one, lane))
            for one, chain, found in zip(outcomes, quickest, medians, strict=True)
        )
        there = [(one, chain) for one, chain in zip(outcomes, quickest, strict=True) if chain is not None]
        if there:
            last, chain = there[-1]
            yield Way(lane, corridor, timetabled, last.case.name, chain, simulated)


def _kinds(scenario: Scenario, lane: Lane) -> dict[bool, set[str]]:
    """The chains that flows of a lane may take and that are open: those by timetabled trains (True), and the others."""
    chains = {
        chain
        for name, flow in scenario.flows.items()
        if _lane_of(scenario, name) == lane
        for chain in flow.routing.chains()
        if _open(scenario, chain)
    }
    timetabled = {chain for chain in chains if is_timetabled(scenario, chain)}
    return {False: chains - timetabled, True: timetabled}


def _open(scenario: Scenario, chain: str) -> bool:
    """Whether all services of a chain exist at some time of the measured period."""
    lives = [life_of(scenario, service) for service in scenario.chains[chain].services]
    period = scenario.period
    begin_s, end_s = period.warm_up or 0, period.length - (period.cool_down or 0)
    return max(begin_s, *(opens for opens, _ in lives)) < min(end_s, *(closes for _, closes in lives))


def _quickest(scenario: Scenario, corridor: str, chains: set[str]) -> FreeFlow | None:
    """Of some chains the one of a corridor that takes least time in free flow, the first of equals; None of none."""
    from sim.preview import free_flow

    mine = (name for name in scenario.chains if name in chains and scenario.chains[name].corridor == corridor)
    return min((free_flow(scenario, name) for name in mine), key=lambda one: one.time_s, default=None)


def _medians(outcome: Outcome, chains: set[str], lane: Lane) -> dict[str, Simulated]:
    """The median of what went on a lane by some chains, by corridor."""
    import pandas as pd

    from sim.results import CELL, column_names
    from sim.stats import cohort_measures, summarise

    if not chains:
        return {}
    freight = replace(outcome.ledger, chosen={"od": {str(lane)}, "chain": chains})
    name = outcome.case.name
    values = [cohort_measures(name, r, freight.open(r)) for r in range(outcome.replications)]
    rows = summarise(pd.concat(values, ignore_index=True), freight)
    mine = rows[(rows["measure"] == _MEDIAN) & (rows["consignments"] > 0)]
    others = [column for column in column_names(CELL) if column != "corridor"]
    pooled = mine[(mine[others] == "all").all(axis=1)]
    return {
        str(row["corridor"]): Simulated({str(key): value for key, value in row.items()})
        for row in pooled.to_dict("records")
    }


def _nobody(outcome: Outcome, lane: Lane) -> Simulated:
    """Why nothing was simulated on a way that is open."""
    scenario = outcome.case.scenario
    counts = any(flow.measured for name, flow in scenario.flows.items() if _lane_of(scenario, name) == lane)
    return Simulated(None, NONE_WENT if counts else NOT_MEASURED)
