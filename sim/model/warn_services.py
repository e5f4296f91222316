"""Warnings of services: shares of chains that do not run yet, loads that never come together, vehicles, weather."""

from __future__ import annotations

from collections.abc import Iterator

from sim.model.faults import Fault
from sim.model.network import ByTimetable, Leg, Service, WhenFull
from sim.model.reach import Reach, listed, meet, shares_of
from sim.model.routes import legs_of
from sim.model.scenario import Scenario
from sim.model.size import consignments


def warn_services(scenario: Scenario) -> Iterator[Fault]:
    """Yield warnings of services and of the chains that they make up."""
    yield from warn_closed_shares(scenario)
    yield from warn_loads(scenario)
    yield from warn_fleets(scenario)
    yield from warn_weathers(scenario)


def warn_closed_shares(scenario: Scenario) -> Iterator[Fault]:
    """Yield warnings of shares of chains that are never open within the period, of flows that have another one open."""
    reach = Reach(scenario)
    shut: dict[str, list[str]] = {}
    for flow, chain, _ in shares_of(scenario):
        if not meet(reach.life(chain), reach.period) and reach.open_in(reach.chains([flow]), reach.period):
            shut.setdefault(flow, []).append(chain)
    for flow, chains in shut.items():
        for chain in chains:
            opens_s, closes_s = reach.life(chain)
            when = (
                f"opens on {reach.date(opens_s)}"
                if opens_s >= reach.period[1]
                else f"closes on {reach.date(closes_s)}"
            )
            yield (
                ("flows", flow, "routing", "shares", chain),
                f"the chain {when}, and the period is {reach.date(0)} to {reach.date(reach.period[1])}: its share goes "
                f"by others. {_openings_of(scenario, chain)}, or remove the share.",
            )


def _openings_of(scenario: Scenario, chain: str) -> str:
    """What to change so that a chain is open."""
    parts: list[Service | Leg] = []
    for service in scenario.chains[chain].services:
        parts += [scenario.services[service], *(scenario.legs[leg] for leg, _ in legs_of(scenario, service))]
    dated = [name for part in parts for name in (part.opening, part.closing) if name is not None]
    return f"Change the date of openings.{dated[0]}" if dated else "Change the period"


def warn_loads(scenario: Scenario) -> Iterator[Fault]:
    """Yield warnings of services that wait for more load than can ever come to them in the period."""
    reach = Reach(scenario)
    coming, largest = dict.fromkeys(scenario.services, 0.0), dict.fromkeys(scenario.services, 0)
    for flow in reach.sending:
        demand = scenario.flows[flow]
        teu = consignments(scenario, demand) * demand.consignment.value
        for name in {
            service for chain in reach.chains([flow]) for service in scenario.chains[chain].services
        }:
            coming[name] += teu
            largest[name] = max(largest[name], demand.consignment.value)
    for name, teu in coming.items():
        least = _least_teu(scenario.services[name], largest[name])
        if 0 < teu < least:
            yield (
                ("services", name, "dispatch"),
                f"it leaves with {least} TEU at least, and all flows that may take it send {teu:,.0f} TEU in the period: "
                f"it hardly ever departs. Write dispatch: {{when: held, at_most: 72 h, at_least: {max(int(teu) // 4, 1)} TEU}}, or "
                "let it run by a timetable.",
            )


def _least_teu(service: Service, largest_teu: int) -> int:
    """TEU that must wait before a vehicle may leave; it is full when the next consignment does not fit."""
    rule = service.dispatch
    if isinstance(rule, WhenFull):
        return service.capacity.value - largest_teu + 1
    if isinstance(rule, ByTimetable):
        return rule.at_least.value if rule.at_least else 0
    return rule.at_least.value


def warn_fleets(scenario: Scenario) -> Iterator[Fault]:
    """Yield warnings of empty runs that were given to fleets which never lack a vehicle."""
    for name, fleet in scenario.fleets.items():
        if fleet.vehicles is None and "empty_return" in fleet.model_fields_set:
            yield (
                ("fleets", name, "empty_return"),
                "the fleet has as many vehicles as are needed at either end, so that empty runs have no effect. Give it a "
                "number of vehicles, or remove empty_return.",
            )


def warn_weathers(scenario: Scenario) -> Iterator[Fault]:
    """Yield warnings of weather that never comes, and of weather that is always there."""
    for name, weather in scenario.weathers.items():
        if max(weather.closed.value) == 0:
            yield (
                ("weathers", name, "closed"),
                "0 % of every month: it never comes. Write a share above 0 in some month, or remove it.",
            )
        elif min(weather.closed.value) == 1:
            runs = [service for service, run in scenario.services.items() if run.weather == name]
            yield (
                ("weathers", name, "closed"),
                f"100 % of every month: its services hardly ever depart ({listed(runs)}). Write a share below 100 %.",
            )
