"""What a run folder says about its network: places, lines, services, chains and dated closures, for pictures to draw."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sim.model import (
    Constant,
    Disruption,
    Leg,
    Scenario,
    closed_services,
    hit,
    legs_of,
    unload_operation,
)
from sim.results import (
    ChainRecord,
    ClosureRecord,
    CorridorRecord,
    FacilityRecord,
    LegRecord,
    NetworkRecord,
    ServiceRecord,
)


def network_record(scenario: Scenario) -> NetworkRecord:
    """What `network.json` says of a scenario's network.

    Lengths are in metres, costs in USD per FEU, positions in degrees.
    """
    return NetworkRecord(
        facilities={
            name: FacilityRecord(
                name=place.name,
                country=place.country,
                kind=place.kind,
                lat=place.position[0],
                lon=place.position[1],
            )
            for name, place in scenario.facilities.items()
        },
        legs={
            name: LegRecord(between=leg.between, mode=leg.mode, length_m=leg.length.value)
            for name, leg in scenario.legs.items()
        },
        services={name: _service(scenario, name) for name in scenario.services},
        corridors={
            name: CorridorRecord(title=corridor.title) for name, corridor in scenario.corridors.items()
        },
        chains={
            name: ChainRecord(corridor=chain.corridor, services=chain.services)
            for name, chain in scenario.chains.items()
        },
        closures=tuple(
            closure
            for name, disruption in scenario.disruptions.items()
            if disruption.from_ is not None
            for closure in _closures(scenario, name, disruption)
        ),
    )


def _service(scenario: Scenario, name: str) -> ServiceRecord:
    """A service: where it passes, the leg of each step with its cost, the fee at each place, its own charge."""
    service = scenario.services[name]
    legs = tuple(leg for leg, _ in legs_of(scenario, name))
    return ServiceRecord(
        route=service.route,
        mode=service.mode,
        train_class=service.class_ if service.mode == "rail" else None,
        unload=unload_operation(scenario, name),
        legs=legs,
        leg_costs=tuple(_cost(scenario, scenario.legs[leg]) for leg in legs),
        fees=_fees(scenario, name),
        charge=float(service.charge.value) if service.charge else 0.0,
    )


def _cost(scenario: Scenario, leg: Leg) -> float:
    """What an FEU pays for a leg, in USD."""
    tariff = leg.tariff or (scenario.railways[leg.railway].tariff if leg.railway else None)
    return round(tariff.value * leg.length.value / 1000, 2) if tariff else 0.0


def _fees(scenario: Scenario, name: str) -> dict[str, float]:
    """What an FEU pays for the work at the places that a service passes and where it ends."""
    route, last = scenario.services[name].route, unload_operation(scenario, name)
    worked = [(place, "border") for place in route[1:-1]] + ([(route[-1], last)] if last else [])
    operations = {place: getattr(scenario.facilities[place], kind) for place, kind in worked}
    return {place: float(work.fee.value) for place, work in operations.items() if work and work.fee}


def _closures(scenario: Scenario, name: str, disruption: Disruption) -> Iterator[ClosureRecord]:
    """What a dated disruption hits, and when; `until` is None where its end is drawn, and the period's end where it never comes.

    Places and lines that work less or not at all, and services that run less: their own, of fleets that are thinned, and those that
    start where it is closed. An effect on demand or prices hits none of them.
    """
    assert disruption.from_ is not None
    for part in disruption.parts:
        at_places = {"rate", "servers", "running_time"}.intersection(part.effect.given)
        named = hit(scenario, part.at, "services") if at_places else []
        legs = set(hit(scenario, part.at, "legs")) if at_places else set()
        for service in named:
            legs |= {leg for leg, _ in legs_of(scenario, service)}
        held = {*named, *(closed_services(scenario, part.at) if at_places else ())}
        if part.effect.vehicles_lost is not None:
            fleets = set(hit(scenario, part.at, "fleets"))
            held |= {key for key, service in scenario.services.items() if service.fleet in fleets}
        begin: datetime = disruption.from_ + timedelta(seconds=part.after)
        lasts = part.lasts or disruption.lasts
        until = begin + timedelta(seconds=lasts.constant) if isinstance(lasts, Constant) else None
        if lasts is None:
            until = scenario.period.begin + timedelta(seconds=scenario.period.length)
        yield ClosureRecord(
            name=disruption.title or name,
            begin=begin,
            until=until,
            closed=part.effect.closes,
            facilities=tuple(hit(scenario, part.at, "facilities")) if at_places else (),
            legs=tuple(leg for leg in scenario.legs if leg in legs),
            services=tuple(service for service in scenario.services if service in held),
        )
