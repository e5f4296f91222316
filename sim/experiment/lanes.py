"""Lanes: an origin and a destination, and every way between them, in one scenario or several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from sim.errors import Finding, ScenarioError
from sim.experiment.cases import Case, Outcome
from sim.experiment.selected import of_freight, unknown_name
from sim.model import Flow, Scenario, is_timetabled, life_of

if TYPE_CHECKING:
    from sim.preview import FreeFlow

NOT_OPEN, NOT_MEASURED, NONE_WENT = "not open", "not measured", "nobody went"
"""Why a way has no simulated time."""
_MEDIAN = "transit_time.p50"


@dataclass(frozen=True)
class Simulated:
    """What a scenario says of a way: the row of its median transit time, or why there is none."""

    row: Mapping[str, Any] | None
    why_not: str = ""


@dataclass(frozen=True)
class Way:
    """A way of a lane: a corridor, by timetabled trains or by others, the quickest chain of it that is open, and its times.

    `od` is the lane, "xian:duisburg"; `open_in` names the scenario that length, time and price of the chain in free flow are of: the
    last in which the way is open. `simulated` has an entry for each scenario.
    """

    od: str
    corridor: str
    timetabled: bool
    open_in: str
    free_flow: FreeFlow
    simulated: tuple[Simulated, ...]


def lanes_asked(cases: Sequence[Case], wanted: Sequence[str]) -> list[str]:
    """The lanes that are asked for, each once. Raises ScenarioError for those that a scenario has no flow on."""
    findings = []
    for case in cases:
        known = list(dict.fromkeys(map(_od, case.scenario.flows.values())))
        findings += [
            Finding(case.name, 0, "--od", unknown_name("od", od, known)) for od in wanted if od not in known
        ]
    if findings:
        raise ScenarioError(findings)
    return list(dict.fromkeys(wanted))


def ways_of(outcomes: Sequence[Outcome], lanes: Sequence[str]) -> list[Way]:
    """Every way of every lane that is open in one of the scenarios, by lane and corridor."""
    return [way for od in lanes for way in _ways(outcomes, od)]


def _ways(outcomes: Sequence[Outcome], od: str) -> Iterator[Way]:
    """Yield the ways of a lane."""
    kinds = [_kinds(one.case.scenario, od) for one in outcomes]
    medians = [
        {timetabled: _medians(one, od, chains) for timetabled, chains in kind.items()}
        for one, kind in zip(outcomes, kinds, strict=True)
    ]
    corridors = dict.fromkeys(name for one in outcomes for name in one.case.scenario.corridors)
    for corridor, timetabled in product(corridors, (False, True)):
        quickest = [
            _quickest(one.case.scenario, corridor, kind[timetabled])
            for one, kind in zip(outcomes, kinds, strict=True)
        ]
        simulated = tuple(
            Simulated(None, NOT_OPEN) if chain is None else found[timetabled].get(corridor, _nobody(one, od))
            for one, chain, found in zip(outcomes, quickest, medians, strict=True)
        )
        there = [(one, chain) for one, chain in zip(outcomes, quickest, strict=True) if chain is not None]
        if there:
            last, chain = there[-1]
            yield Way(od, corridor, timetabled, last.case.name, chain, simulated)


def _od(flow: Flow) -> str:
    """The lane of a flow."""
    from sim.results import od_of

    return od_of(flow.origin, flow.destination)


def _flows(scenario: Scenario, od: str) -> list[Flow]:
    """The flows of a lane."""
    return [flow for flow in scenario.flows.values() if _od(flow) == od]


def _kinds(scenario: Scenario, od: str) -> dict[bool, set[str]]:
    """The chains that flows of a lane may take and that are open: those by timetabled trains (True), and the others."""
    listed = {chain for flow in _flows(scenario, od) for chain in flow.routing.chains()}
    chains = {chain for chain in listed if _open(scenario, chain)}
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


def _medians(outcome: Outcome, od: str, chains: set[str]) -> dict[str, Simulated]:
    """The median of what went on a lane by some chains, by corridor."""
    from sim.results import CELL, column_names

    if not chains:
        return {}
    rows = of_freight(outcome, {"od": [od], "chain": sorted(chains)}, None).rows
    others = [column for column in column_names(CELL) if column != "corridor"]
    mine = rows[
        (rows["measure"] == _MEDIAN) & (rows["consignments"] > 0) & (rows[others] == "all").all(axis=1)
    ]
    return {
        str(row["corridor"]): Simulated({str(key): value for key, value in row.items()})
        for row in mine.to_dict("records")
    }


def _nobody(outcome: Outcome, od: str) -> Simulated:
    """Why nothing was simulated on a way that is open."""
    measured = any(flow.measured for flow in _flows(outcome.case.scenario, od))
    return Simulated(None, NONE_WENT if measured else NOT_MEASURED)
