"""Cross-checks of disruptions: targets that do not exist, or that cannot take the effect."""

from __future__ import annotations

from collections.abc import Iterator

from sim.model.disruptions import Disruption, Linked, Target
from sim.model.faults import Fault, Path, joined, unknown
from sim.model.network import Facility, Operation
from sim.model.scenario import Scenario
from sim.model.targets import GROUPS, KIND_OF, closed_services, hit, kinds_with_id, priced_services

_NEEDS = {
    "rate": "no gate, station or leg",
    "closed": "no gate, station, leg or service",
    "servers": "no facility with a handling time",
    "vehicles_lost": "no fleet with a limited number of vehicles",
    "demand": "no flow",
    "running_time": "no leg",
    "price": "no service",
}
"""What must be there for an effect to do something; `closed` is a rate of 0."""


def check_disruptions(scenario: Scenario) -> Iterator[Fault]:
    """Yield faults of disruptions: targets that do not exist, or that cannot take the effect."""
    for name, disruption in scenario.disruptions.items():
        path = ("disruptions", name)
        paths = [path, *((*path, "linked", i) for i in range(len(disruption.linked)))]
        for where, part in zip(paths, disruption.parts, strict=True):
            wrong = list(_check_target(scenario, where, part.at))
            yield from wrong or _check_effect(scenario, where, disruption, part)


def _check_target(scenario: Scenario, path: Path, at: Target) -> Iterator[Fault]:
    """What a disruption targets exists, and is one thing."""
    groups = [getattr(scenario, group) for group in GROUPS]
    if at.id is not None:
        yield from unknown("id", (*path, "at", "id"), at.id, {name for group in groups for name in group})
        kinds = kinds_with_id(scenario, at.id)
        if len(kinds) > 1:
            ways = " or ".join(f"at: {{{kind}: {at.id}}}" for kind in kinds)
            yield (
                (*path, "at", "id"),
                f"{joined(kinds)} are called '{at.id}': which one is meant? Write {ways}.",
            )
    if at.kind is not None:
        group = next(group for group, kind in KIND_OF.items() if kind == at.kind)
        yield from unknown(at.kind, (*path, "at", at.kind), at.name, getattr(scenario, group))
    if at.tag is not None:
        tags = {tag for group in groups for thing in group.values() for tag in thing.tags}
        yield from unknown("tag", (*path, "at", "tag"), at.tag, tags)
    if at.country is not None:
        countries = {facility.country for facility in scenario.facilities.values()}
        yield from unknown("country", (*path, "at", "country"), at.country, countries)
    if at.corridor is not None:
        yield from unknown("corridor", (*path, "at", "corridor"), at.corridor, scenario.corridors)


def _check_effect(scenario: Scenario, path: Path, disruption: Disruption, part: Linked) -> Iterator[Fault]:
    """Every part of an effect acts on something that the target has."""
    taken = effects_taken(scenario, part.at)
    for key in part.effect.given:
        need = "closed" if key == "rate" and part.effect.closes else key
        if need not in taken:
            yield (
                (*path, "effect", key),
                f"there is {_NEEDS[need]} at {part.at.name}, so this would do nothing. "
                "Target what it acts on, or remove it.",
            )
    severity = disruption.random is not None and disruption.random.severity is not None
    if severity and part.effect.closes and "rate" not in taken and "closed" in taken:
        yield (
            (*path, "effect", "rate"),
            f"only services are closed at {part.at.name}, and a service departs or does not: there is no part "
            "of this effect that a severity could draw. Remove the severity, or target the place itself.",
        )
    if part.effect.servers is not None and (severity or disruption.recovery is not None):
        for place in hit(scenario, part.at, "facilities"):
            if any(operation.servers is None for operation in _handling(scenario.facilities[place])):
                yield (
                    (*path, "effect", "servers"),
                    f"{place} handles without limit, so there is no part of its servers for a severity or a "
                    "recovery. Give it servers, or target others.",
                )


def effects_taken(scenario: Scenario, at: Target) -> set[str]:
    """Names of the effects (keys of `Effect`, and `closed`) that something at the target takes."""
    taken: set[str] = set()
    for group in GROUPS:
        for name in hit(scenario, at, group):
            taken |= _effects_on(group, getattr(scenario, group)[name])
    if "rate" in taken or closed_services(scenario, at):
        taken.add("closed")
    if priced_services(scenario, at):
        taken.add("price")
    return taken


def _effects_on(group: str, thing: object) -> set[str]:
    """What may be done to a thing of a group."""
    match group:
        case "flows":
            return {"demand"}
        case "fleets":
            return {"vehicles_lost"} if getattr(thing, "vehicles", None) is not None else set()
        case "legs":
            return {"rate", "running_time"}
        case "services":
            return set()  # closed or not, and priced: see `effects_taken`
    assert isinstance(thing, Facility)
    handled = bool(_handling(thing))
    gated = any(operation.capacity is not None for operation in _operations(thing))
    return ({"servers"} if handled else set()) | ({"rate"} if handled or gated else set())


def _operations(facility: Facility) -> list[Operation]:
    """What work there is at a facility."""
    of = (facility.border, facility.gauge_change, facility.port, facility.terminal)
    return [operation for operation in of if operation is not None]


def _handling(facility: Facility) -> list[Operation]:
    """Operations with work on a train, which take servers."""
    return [operation for operation in _operations(facility) if operation.time is not None]
