"""What a disruption hits: the same answer for checking and for sampling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from sim.model.disruptions import Target
from sim.model.routes import carries, legs_between
from sim.model.scenario import Scenario

KIND_OF: Mapping[str, str] = {
    "facilities": "facility", "legs": "leg", "services": "service", "fleets": "fleet", "flows": "flow",
}  # fmt: skip
"""Tables of a scenario whose entries can be hit, and what each of their entries is."""
GROUPS = tuple(KIND_OF)


def hit(scenario: Scenario, at: Target, group: str) -> list[str]:
    """Ids in a group that a target names: by id, by kind and id, by tag, by country or by corridor.

    A country holds its facilities, the legs and fleets with an end there, the services that start there, and the
    flows from or to it. A corridor holds the services that only its chains use, and the legs, facilities and fleets
    that only those services use; no flow, because shippers choose among corridors.
    """
    if at.corridor is not None:
        users = _users(scenario, group)
        return [name for name in getattr(scenario, group) if users.get(name) == {at.corridor}]
    return [
        name for name, thing in getattr(scenario, group).items() if _is_hit(scenario, at, group, name, thing)
    ]


def kinds_with_id(scenario: Scenario, name: str) -> list[str]:
    """What has an id: "leg", "service" and so on; more than one when a target that gives only the id could mean several."""
    return [kind for group, kind in KIND_OF.items() if name in getattr(scenario, group)]


def closed_services(scenario: Scenario, at: Target) -> list[str]:
    """Services that do not depart while a target is closed: those that are hit, or that start at a facility that is."""
    named, shut = set(hit(scenario, at, "services")), set(hit(scenario, at, "facilities"))
    return [name for name, run in scenario.services.items() if name in named or run.route[0] in shut]


def priced_services(scenario: Scenario, at: Target) -> list[str]:
    """Services that cost more by a price effect: those that are hit, or whose route touches a facility or leg that is."""
    named = set(hit(scenario, at, "services"))
    places, lines = set(hit(scenario, at, "facilities")), set(hit(scenario, at, "legs"))
    return [
        name
        for name, run in scenario.services.items()
        if name in named or places.intersection(run.route) or lines.intersection(_legs_on(scenario, name))
    ]


def _is_hit(scenario: Scenario, at: Target, group: str, name: str, thing: Any) -> bool:
    """Whether a target means a thing."""
    if at.kind is not None:
        return at.kind == KIND_OF[group] and name == at.name
    if at.id is not None:
        return name == at.id
    if at.tag is not None:
        return at.tag in thing.tags
    found = (
        scenario.facilities[place] for place in _places(group, name, thing) if place in scenario.facilities
    )
    return any(facility.country == at.country for facility in found)


def _users(scenario: Scenario, group: str) -> dict[str, set[str]]:
    """Corridors whose chains use each entry of a group."""
    users: dict[str, set[str]] = {}
    for chain in scenario.chains.values():
        for service in chain.services:
            if service in scenario.services:
                for name in _used(scenario, service, group):
                    users.setdefault(name, set()).add(chain.corridor)
    return users


def _used(scenario: Scenario, service: str, group: str) -> Iterator[str]:
    """Entries of a group that a service uses."""
    run = scenario.services[service]
    if group == "services":
        yield service
    elif group == "legs":
        yield from _legs_on(scenario, service)
    elif group == "facilities":
        yield from run.route
    elif group == "fleets" and run.fleet is not None:
        yield run.fleet


def _legs_on(scenario: Scenario, service: str) -> Iterator[str]:
    """Legs under a service's route; where the scenario lacks one, the check of routes says so."""
    run = scenario.services[service]
    for start, end in pairwise(run.route):
        yield from (leg for leg in legs_between(scenario, start, end) if carries(scenario.legs[leg], run))


def _places(group: str, name: str, thing: Any) -> tuple[str, ...]:
    """Facilities by which an entry belongs to a country."""
    if group == "facilities":
        return (name,)
    if group == "services":
        return (thing.route[0],)
    if group == "flows":
        return (thing.origin, thing.destination)
    return tuple(thing.between)
