"""What a disruption hits: the same answer for checking and for sampling."""

from __future__ import annotations

from typing import Any

from sim.model.scenario import Scenario
from sim.model.shocks import Target

GROUPS = ("facilities", "legs", "services", "fleets", "flows")
"""Tables of a scenario whose entries can be hit; their ids and tags share one space."""


def hit(scenario: Scenario, at: Target, group: str) -> list[str]:
    """Ids in a group that a target names: by id, by tag, or by country.

    A country holds its facilities, the legs and fleets with an end there, the services that start there, and the
    flows from or to it.
    """
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


def _places(group: str, name: str, thing: Any) -> tuple[str, ...]:
    """Facilities by which an entry belongs to a country."""
    if group == "facilities":
        return (name,)
    if group == "services":
        return (thing.route[0],)
    if group == "flows":
        return (thing.origin, thing.destination)
    return tuple(thing.between)
