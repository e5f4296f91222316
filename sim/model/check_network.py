"""Cross-checks of the network: facilities, legs, fleets, services and chains."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from sim.model.distributions import average
from sim.model.faults import Fault, Path, unknown, unknown_items
from sim.model.limits import PATHS_LEFT_MIN, STAGE_MAX
from sim.model.network import Leg, Operation, Service, Stage
from sim.model.routes import carries, legs_between, unload_operation, unloading_at
from sim.model.scenario import Scenario


def check_network(scenario: Scenario) -> Iterator[Fault]:
    """Yield faults of the network, from facilities to chains."""
    yield from check_facilities(scenario)
    yield from check_legs(scenario)
    yield from check_fleets(scenario)
    for name, service in scenario.services.items():
        yield from check_service(scenario, name, service)
    yield from check_chains(scenario)


def check_facilities(scenario: Scenario) -> Iterator[Fault]:
    """Yield faults of positions and of operations."""
    for name, facility in scenario.facilities.items():
        path = ("facilities", name)
        latitude, longitude = facility.position
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            yield (
                (*path, "position"),
                f"expected latitude and longitude in degrees, got {latitude}, {longitude}. Write for example [43.35, 77.02].",
            )
        for kind, operation in facility.operations.items():
            yield from _check_gate(scenario, (*path, kind), operation)
            if operation.servers is not None and operation.time is None:
                yield (*path, kind, "servers"), "servers without time do nothing. Give the handling time too."


def _check_gate(scenario: Scenario, path: Path, place: Operation | Leg) -> Iterator[Fault]:
    """Yield faults of a gate: what others use must leave something of its capacity, now and before an opening."""
    accepted = average(place.accepted.value) if place.accepted else 1.0
    yield from _check_paths_left(path, place, accepted)
    if place.accepted is not None and place.capacity is None:
        yield (*path, "accepted"), "what is accepted is a share of a capacity. Give the capacity too."
    if place.before is not None:
        yield from unknown("opening", (*path, "before", "opening"), place.before.opening, scenario.openings)
        yield from _check_paths_left((*path, "before"), place.before, accepted)
        if place.capacity is None:
            yield (
                (*path, "before"),
                "a stage before an opening needs the capacity that follows it. Give the capacity too.",
            )
        elif place.before.capacity.value > STAGE_MAX * place.capacity.value:
            yield (
                (*path, "before", "capacity"),
                f"expected at most {STAGE_MAX:,} times the capacity after the opening, {place.capacity.value:g} "
                f"trains/day, got {place.before.capacity.value:g} trains/day. Write a smaller capacity before.",
            )


def _check_paths_left(path: Path, place: Operation | Leg | Stage, accepted: float) -> Iterator[Fault]:
    """Other trains leave a path of what is accepted of a gate's capacity on average."""
    if place.background is None:
        return
    if place.capacity is None:
        yield (*path, "background"), "background without capacity does nothing. Give the capacity too."
        return
    capacity = place.capacity.value * accepted
    if capacity - place.background.value < PATHS_LEFT_MIN:
        what = "the capacity of" if accepted == 1 else "what is accepted of the capacity on average,"
        yield (
            (*path, "background"),
            f"expected less than {what} {capacity:.4g} trains/day, "
            f"got {place.background.value:g} trains/day: no path is left. Lower it, or raise the capacity.",
        )


def check_legs(scenario: Scenario) -> Iterator[Fault]:
    """Yield faults of legs: ends, gauge, and what gives running time, tariff and emissions."""
    for name, leg in scenario.legs.items():
        path = ("legs", name)
        yield from unknown_items("facility", (*path, "between"), leg.between, scenario.facilities)
        if leg.between[0] == leg.between[1]:
            yield (
                (*path, "between"),
                f"expected two different facilities, got {leg.between[0]} twice. Name another one.",
            )
        yield from unknown("railway", (*path, "railway"), leg.railway, scenario.railways)
        yield from unknown("opening", (*path, "opening"), leg.opening, scenario.openings)
        yield from unknown("opening", (*path, "closing"), leg.closing, scenario.openings)
        yield from _check_gauge(path, leg)
        yield from _check_gate(scenario, path, leg)
        lacking = [key for key in ("running_time", "tariff", "emissions") if getattr(leg, key) is None]
        if leg.railway is None and lacking:
            yield (
                path,
                f"the leg has no railway and no {', '.join(lacking)}. Give it a railway, or these keys.",
            )


def _check_gauge(path: Path, thing: Leg | Service) -> Iterator[Fault]:
    """What is rail has a track gauge, and nothing else has one."""
    if thing.mode == "rail" and thing.gauge is None:
        yield path, "a railway needs its track gauge. Write gauge: 1435 or gauge: 1520."
    if thing.mode != "rail" and thing.gauge is not None:
        yield (*path, "gauge"), f"mode {thing.mode} has no track gauge. Remove it, or write mode: rail."


def check_fleets(scenario: Scenario) -> Iterator[Fault]:
    """Yield faults of the ends of fleets."""
    for name, fleet in scenario.fleets.items():
        path = ("fleets", name, "between")
        yield from unknown_items("facility", path, fleet.between, scenario.facilities)
        if fleet.between[0] == fleet.between[1]:
            yield path, f"expected two different facilities, got {fleet.between[0]} twice. Name another one."


def check_service(scenario: Scenario, name: str, service: Service) -> Iterator[Fault]:
    """Yield faults of one service: its route, legs, gauge, fleet, and the work at its end."""
    path = ("services", name)
    yield from unknown_items("facility", (*path, "route"), service.route, scenario.facilities)
    yield from unknown("opening", (*path, "opening"), service.opening, scenario.openings)
    yield from unknown("opening", (*path, "closing"), service.closing, scenario.openings)
    yield from unknown("weather", (*path, "weather"), service.weather, scenario.weathers)
    yield from unknown("fleet", (*path, "fleet"), service.fleet, scenario.fleets)
    yield from _check_gauge(path, service)
    yield from _check_dispatch(path, service)
    if (service.mode == "rail") == (service.gauge is not None):
        yield from _check_steps(scenario, path, service)
    if service.route[-1] in scenario.facilities:
        yield from _check_unload(scenario, path, service)
    ends = {service.route[0], service.route[-1]}
    fleet = scenario.fleets.get(service.fleet) if service.fleet else None
    if fleet is not None and set(fleet.between) != ends:
        yield (
            (*path, "fleet"),
            f"the fleet {service.fleet} runs between {' and '.join(fleet.between)}, the service between "
            f"{service.route[0]} and {service.route[-1]}. Give it a fleet of its own.",
        )


def _check_dispatch(path: Path, service: Service) -> Iterator[Fault]:
    """No service waits for more than it can carry."""
    at_least = getattr(service.dispatch, "at_least", None)
    if at_least is not None and at_least.value > service.capacity.value:
        yield (
            (*path, "dispatch", "at_least"),
            f"expected at most the service's capacity of {service.capacity.value} TEU, got {at_least.value} TEU. "
            f"Write {service.capacity.value} TEU or less.",
        )


def _check_steps(scenario: Scenario, path: Path, service: Service) -> Iterator[Fault]:
    """Yield a fault for every step of a route that has not exactly one leg of the service's mode and gauge."""
    wanted = _track(service)
    for i, (start, end) in enumerate(pairwise(service.route)):
        if start not in scenario.facilities or end not in scenario.facilities:
            continue
        there = legs_between(scenario, start, end)
        fitting = [leg for leg in there if carries(scenario.legs[leg], service)]
        if len(fitting) == 1:
            continue
        where: Path = (*path, "route", i + 1)
        if fitting:
            yield (
                where,
                f"{start} and {end} are joined by {len(fitting)} legs of {wanted}: {', '.join(fitting)}. Keep one.",
            )
        elif there:
            found = ", ".join(f"{leg} ({_track(scenario.legs[leg])})" for leg in there)
            yield (
                where,
                f"no leg of {wanted} joins {start} and {end}; there is {found}. "
                "Add one to legs, or correct the route or the service's mode and gauge.",
            )
        else:
            yield where, f"no leg of {wanted} joins {start} and {end}. Add one to legs, or correct the route."


def _track(thing: Leg | Service) -> str:
    """What something runs on, in words."""
    return f"rail {thing.gauge} mm" if thing.gauge else thing.mode


def _check_unload(scenario: Scenario, path: Path, service: Service) -> Iterator[Fault]:
    """A service ends where its load can be taken off."""
    last = service.route[-1]
    present = unloading_at(scenario.facilities[last])
    if service.unload is not None and service.unload not in present:
        yield (
            (*path, "unload"),
            f"{last} has no {service.unload}; it has {' and '.join(present) or 'no place to unload'}. "
            f"Name one that it has, or give it a {service.unload}.",
        )
    elif service.unload is None and not present:
        yield (
            (*path, "route", len(service.route) - 1),
            f"the service ends at {last}, which has no gauge_change, port or terminal. "
            f"Write for example facilities.{last}.terminal: {{}}.",
        )
    elif service.unload is None and len(present) > 1:
        yield (
            path,
            f"{last} has {' and '.join(present)}: which one unloads? Write for example unload: {present[0]}.",
        )


def check_chains(scenario: Scenario) -> Iterator[Fault]:
    """Yield faults of chains: services that do not meet, and breaks of gauge without a gauge change."""
    for name, chain in scenario.chains.items():
        path = ("chains", name)
        yield from unknown("corridor", (*path, "corridor"), chain.corridor, scenario.corridors)
        yield from unknown_items("service", (*path, "services"), chain.services, scenario.services)
        for i, (before, after) in enumerate(pairwise(chain.services)):
            if before in scenario.services and after in scenario.services:
                yield from _check_transfer(scenario, (*path, "services", i + 1), before, after)


def _check_transfer(scenario: Scenario, path: Path, before: str, after: str) -> Iterator[Fault]:
    """A service begins where the one before it ends, on another track only where gauges change."""
    arriving, leaving = scenario.services[before], scenario.services[after]
    place = arriving.route[-1]
    if place != leaving.route[0]:
        yield (
            path,
            f"the chain is not connected: {before} ends at {place}, {after} begins at {leaving.route[0]}. "
            "Add a service between the two, or correct the order.",
        )
        return
    if place not in scenario.facilities:
        return
    unload = unload_operation(scenario, arriving)
    by_sea = [service.mode == "sea" for service in (arriving, leaving)]
    breaks = arriving.gauge is not None and leaving.gauge is not None and arriving.gauge != leaving.gauge
    if breaks and unload != "gauge_change":
        yield (
            path,
            f"the gauge breaks at {place} ({arriving.gauge} to {leaving.gauge} mm), where {before} does not unload "
            f"at a gauge change. Give {place} a gauge_change, and {before} unload: gauge_change.",
        )
    elif any(by_sea) and not all(by_sea) and unload != "port":
        yield (
            path,
            f"goods change between ship and land at {place}, where {before} does not unload at a port. "
            f"Give {place} a port, and {before} unload: port.",
        )
