"""What a disruption hits: the same answer for checking and for sampling."""

from __future__ import annotations

from typing import Any

from sim.model.scenario import Scenario
from sim.model.shocks import Target

GROUPS = ("facilities", "legs", "services", "fleets", "flows")
"""Tables of a scenario whose entries can be hit; their ids and tags share one space."""


def hit(scenario: Scenario, at: Target, group: str) -> list[str]:
    """Ids in a group that a target names: by id, by tag, by country or by corridor.

    A country holds its facilities, the legs and fleets with an end there, the services that start there, and the
    flows from or to it. A corridor holds the services that only its chains use.
    """
    if at.corridor is not None:
        return _services_of(scenario, at.corridor) if group == "services" else []
    return [
        name for name, thing in getattr(scenario, group).items() if _is_hit(scenario, at, group, name, thing)
    ]


def _is_hit(scenario: Scenario, at: Target, group: str, name: str, thing: Any) -> bool:
    if at.id is not None:
        return name == at.id
    if at.tag is not None:
        return at.tag in thing.tags
    found = (
        scenario.facilities[place] for place in _places(group, name, thing) if place in scenario.facilities
    )
    return any(facility.country == at.country for facility in found)


def _services_of(scenario: Scenario, corridor: str) -> list[str]:
    """Services that only the chains of a corridor use."""
    users: dict[str, set[str]] = {}
    for chain in scenario.chains.values():
        for service in chain.services:
            users.setdefault(service, set()).add(chain.corridor)
    return [name for name in scenario.services if users.get(name) == {corridor}]


def _places(group: str, name: str, thing: Any) -> tuple[str, ...]:
    """Facilities by which an entry belongs to a country."""
    if group == "facilities":
        return (name,)
    if group == "services":
        return (thing.route[0],)
    if group == "flows":
        return (thing.origin, thing.destination)
    return tuple(thing.between)
