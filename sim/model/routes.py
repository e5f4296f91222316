"""Who goes where: the legs of a service, the work at its end, the countries of a chain, the direction of a flow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from math import inf
from typing import NamedTuple

from sim.model.demand import Flow
from sim.model.network import Chain, Facility, Leg, Service
from sim.model.scenario import Scenario

WESTBOUND = "westbound"
EASTBOUND = "eastbound"
DIRECTIONS = (WESTBOUND, EASTBOUND)
UNLOADING = ("gauge_change", "port", "terminal")
"""The operations that can end a service's trip, as keys of a facility."""


class _Ways(NamedTuple):
    """Of a scenario: legs by their two ends, and under the routes of its services as far as somebody asked."""

    legs: Mapping[str, Leg]
    services: Mapping[str, Service]
    joined: dict[frozenset[str], list[str]]
    walked: dict[str, list[tuple[str, bool]]]


_known: tuple[_Ways, ...] = ()
"""Of the scenarios asked about last: routes are walked many times. Replaced as a whole, since threads ask, too."""
_KEPT = 2


def _ways(scenario: Scenario) -> _Ways:
    """The ways of a scenario, found anew when it is not among those asked about last."""
    global _known
    for ways in _known:
        if ways.legs is scenario.legs and ways.services is scenario.services:
            return ways
    joined: dict[frozenset[str], list[str]] = {}
    for name, leg in scenario.legs.items():
        joined.setdefault(frozenset(leg.between), []).append(name)
    ways = _Ways(scenario.legs, scenario.services, joined, {})
    _known = (ways, *_known[: _KEPT - 1])
    return ways


def legs_of(scenario: Scenario, service: str | Service) -> list[tuple[str, bool]]:
    """Return the leg under each step of a service's route, and whether it is run from its first end to its second.

    `service` is an id or the service itself. Raises LookupError where a step has not exactly one leg of the
    service's mode and gauge, which a checked scenario excludes.
    """
    if not isinstance(service, str):
        return _walk(scenario, service)
    walked = _ways(scenario).walked
    if service not in walked:
        walked[service] = _walk(scenario, scenario.services[service])
    return list(walked[service])


def _walk(scenario: Scenario, run: Service) -> list[tuple[str, bool]]:
    """The same, of a service itself."""
    steps = []
    for start, end in pairwise(run.route):
        found = [leg for leg in legs_between(scenario, start, end) if carries(scenario.legs[leg], run)]
        if len(found) != 1:
            raise LookupError(f"{len(found)} legs join {start} and {end} for {run.mode} {run.gauge or ''}")
        steps.append((found[0], scenario.legs[found[0]].between[0] == start))
    return steps


def line_names(scenario: Scenario) -> dict[tuple[str, bool], str]:
    """What every leg that a service runs on is called, by id and whether it is run from its first end to its second.

    That is "a > b"; where services run between the two on several tracks, or by road too, with the track: "a > b (1520 mm)".
    """
    used = dict.fromkeys(step for service in scenario.services for step in legs_of(scenario, service))
    plain: dict[str, list[tuple[str, bool]]] = {}
    for leg, forward in used:
        ends = scenario.legs[leg].between
        plain.setdefault(" > ".join(ends if forward else ends[::-1]), []).append((leg, forward))
    return {
        step: name if len(steps) == 1 else f"{name} ({_track(scenario.legs[step[0]])})"
        for name, steps in plain.items()
        for step in steps
    }


def _track(leg: Leg) -> str:
    """What a leg is run on, in words."""
    return f"{leg.gauge} mm" if leg.gauge else leg.mode


def legs_between(scenario: Scenario, start: str, end: str) -> list[str]:
    """Ids of all legs that join two facilities, whatever their mode and gauge, in the order of the file."""
    return _ways(scenario).joined.get(frozenset((start, end)), [])


def carries(leg: Leg, service: Service) -> bool:
    """Say whether a leg has the mode and the gauge of a service."""
    return leg.mode == service.mode and leg.gauge == service.gauge


def life_of(scenario: Scenario, service: str) -> tuple[float, float]:
    """Seconds from and until which a service exists, with all legs of it: without end on a side where nothing opens or closes."""
    parts: list[Service | Leg] = [scenario.services[service]]
    parts += [scenario.legs[leg] for leg, _ in legs_of(scenario, service)]
    opens = (opening_s(scenario, part.opening) for part in parts if part.opening)
    closes = (opening_s(scenario, part.closing) for part in parts if part.closing)
    return max(opens, default=-inf), min(closes, default=inf)


def is_timetabled(scenario: Scenario, chain: str) -> bool:
    """Whether a chain goes by a timetabled train, in part or the whole way."""
    return any(
        scenario.services[service].class_ == "timetabled" for service in scenario.chains[chain].services
    )


def opening_s(scenario: Scenario, opening: str) -> int:
    """Second of the period at which an opening is."""
    return scenario.period.second(scenario.openings[opening].value)


def unload_operation(scenario: Scenario, service: str | Service) -> str | None:
    """Name the operation at a service's last facility: `gauge_change`, `port` or `terminal`; None if there is no work.

    It is the one that `unload` names, or the only one there.
    """
    run = scenario.services[service] if isinstance(service, str) else service
    if run.unload is not None:
        return run.unload
    present = unloading_at(scenario.facilities[run.route[-1]])
    return present[0] if len(present) == 1 else None


def unloading_at(facility: Facility) -> list[str]:
    """Names of the operations at a facility that can end a trip."""
    return [name for name in UNLOADING if getattr(facility, name) is not None]


def countries_of(scenario: Scenario, chain: str | Chain) -> tuple[str, ...]:
    """Countries whose facilities a chain passes, each once, in the order of first crossing."""
    services = (scenario.chains[chain] if isinstance(chain, str) else chain).services
    places = (place for service in services for place in scenario.services[service].route)
    return _each_once(scenario.facilities[place].country for place in places)


def direction_of(scenario: Scenario, flow: str | Flow) -> str:
    """`westbound` when a flow's destination lies west of its origin (by longitude), else `eastbound`."""
    demand = scenario.flows[flow] if isinstance(flow, str) else flow
    west = (
        scenario.facilities[demand.destination].position[1] < scenario.facilities[demand.origin].position[1]
    )
    return WESTBOUND if west else EASTBOUND


def way_of(scenario: Scenario, service: Service) -> str:
    """`westbound` when a service ends west of where it starts, else `eastbound`."""
    start, end = (scenario.facilities[service.route[i]].position[1] for i in (0, -1))
    return WESTBOUND if end < start else EASTBOUND


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    """Names without repetition, in order."""
    return tuple(dict.fromkeys(names))
