"""Lanes: an origin and a destination, and every way between them, in one scenario or several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
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
    """A way of one flow of a lane: its corridor, the quickest chain of that which is open, and its times.

    `open_in` names the scenario that length, time and price of the chain in free flow are of: the last in which the corridor is open;
    `timetabled` says whether the chain goes by a timetabled train.
    `simulated` has an entry for each scenario.
    """

    lane: Lane
    flow: str
    corridor: str
    chain: str
    open_in: str
    free_flow: FreeFlow
    timetabled: bool
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
    """Every way of every lane that is open in one of the scenarios, by lane, flow and corridor.

    Parameters: outcomes whose measures are broken down by flow. Freight of two flows is never summed up together.
    """
    found: list[Way] = []
    for lane in lanes:
        flows = dict.fromkeys(
            name
            for one in outcomes
            for name in one.case.scenario.flows
            if _lane_of(one.case.scenario, name) == lane
        )
        for flow in flows:
            corridors = dict.fromkeys(name for one in outcomes for name in one.case.scenario.corridors)
            for corridor in corridors:
                found += _way(outcomes, lane, flow, corridor)
    return found


def _way(outcomes: Sequence[Outcome], lane: Lane, flow: str, corridor: str) -> Iterator[Way]:
    """Yield the way of a flow by a corridor, if it is open anywhere."""
    quickest = [_quickest(one.case.scenario, flow, corridor) for one in outcomes]
    there = [(one.case, chain) for one, chain in zip(outcomes, quickest, strict=True) if chain is not None]
    if not there:
        return
    case, chain = there[-1]
    simulated = tuple(
        _simulated(one, flow, corridor) if known is not None else Simulated(None, NOT_OPEN)
        for one, known in zip(outcomes, quickest, strict=True)
    )
    yield Way(
        lane,
        flow,
        corridor,
        chain.chain,
        case.name,
        chain,
        is_timetabled(case.scenario, chain.chain),
        simulated,
    )


def _quickest(scenario: Scenario, flow: str, corridor: str) -> FreeFlow | None:
    """The chain of a corridor that takes least time in free flow, of those that a flow may take and that are open; None of none."""
    from sim.preview import free_flow

    if flow not in scenario.flows:
        return None
    chains = [
        name
        for name in scenario.chains
        if name in scenario.flows[flow].routing.chains()
        and scenario.chains[name].corridor == corridor
        and _open(scenario, name)
    ]
    return min((free_flow(scenario, name) for name in chains), key=lambda one: one.time_s, default=None)


def _open(scenario: Scenario, chain: str) -> bool:
    """Whether all services of a chain exist at some time of the measured period."""
    lives = [life_of(scenario, service) for service in scenario.chains[chain].services]
    period = scenario.period
    begin_s, end_s = period.warm_up or 0, period.length - (period.cool_down or 0)
    return max(begin_s, *(opens for opens, _ in lives)) < min(end_s, *(closes for _, closes in lives))


def _simulated(outcome: Outcome, flow: str, corridor: str) -> Simulated:
    """The median of a flow by a corridor."""
    if not outcome.case.scenario.flows[flow].measured:
        return Simulated(None, NOT_MEASURED)
    rows = outcome.rows
    mine = rows[(rows["measure"] == _MEDIAN) & (rows["flow"] == flow) & (rows["corridor"] == corridor)]
    found = mine[mine["consignments"] > 0].to_dict("records")
    if not found:
        return Simulated(None, NONE_WENT)
    (row,) = found
    return Simulated({str(key): value for key, value in row.items()})
