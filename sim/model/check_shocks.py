"""Cross-checks of disruptions."""

from __future__ import annotations

from collections.abc import Iterator

from sim.model.faults import Fault, Path, unknown
from sim.model.network import Facility
from sim.model.scenario import Scenario
from sim.model.shocks import Disruption, Target
from sim.model.targets import GROUPS, hit


def check_disruptions(scenario: Scenario) -> Iterator[Fault]:
    """Yield faults of disruptions: targets that do not exist, or that cannot take the effect."""
    for name, disruption in scenario.disruptions.items():
        path = ("disruptions", name)
        wrong = list(_check_target(scenario, path, disruption.at))
        yield from wrong or _check_effect(scenario, path, disruption)


def _check_target(scenario: Scenario, path: Path, at: Target) -> Iterator[Fault]:
    groups = [getattr(scenario, group) for group in GROUPS]
    if at.id is not None:
        yield from unknown("id", (*path, "at", "id"), at.id, {name for group in groups for name in group})
    if at.tag is not None:
        tags = {tag for group in groups for thing in group.values() for tag in thing.tags}
        yield from unknown("tag", (*path, "at", "tag"), at.tag, tags)
    if at.country is not None:
        countries = {facility.country for facility in scenario.facilities.values()}
        yield from unknown("country", (*path, "at", "country"), at.country, countries)
    if at.corridor is not None:
        yield from unknown("corridor", (*path, "at", "corridor"), at.corridor, scenario.corridors)


def _check_effect(scenario: Scenario, path: Path, disruption: Disruption) -> Iterator[Fault]:
    needs = {
        "rate": "no gate, station, leg or service",
        "servers": "no facility with a handling time",
        "vehicles_lost": "no fleet with a limited number of vehicles",
        "demand": "no flow",
    }
    given = [key for key in needs if getattr(disruption.effect, key) is not None]
    taken = effects_taken(scenario, disruption.at)
    for key in given:
        if key not in taken:
            at = disruption.at
            target = at.id or at.tag or at.country or at.corridor
            yield (*path, "effect", key), f"there is {needs[key]} at {target}, so this would do nothing."


def effects_taken(scenario: Scenario, at: Target) -> set[str]:
    """Names of the effects (keys of `Effect`) that something at the target takes."""
    taken: set[str] = set()
    for group in GROUPS:
        for name in hit(scenario, at, group):
            taken |= _effects_on(group, getattr(scenario, group)[name])
    return taken


def _effects_on(group: str, thing: object) -> set[str]:
    if group == "flows":
        return {"demand"}
    if group == "fleets":
        return {"vehicles_lost"} if getattr(thing, "vehicles", None) is not None else set()
    if not isinstance(thing, Facility):
        return {"rate"}
    operations = [
        op for op in (thing.border, thing.gauge_change, thing.port, thing.terminal) if op is not None
    ]
    handled = any(operation.time is not None for operation in operations)
    gated = any(operation.capacity is not None for operation in operations)
    return ({"servers"} if handled else set()) | ({"rate"} if handled or gated else set())
