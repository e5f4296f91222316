"""The legend of a scenario: names by number, and money and carbon that need no run."""

from __future__ import annotations

from sim.contract import Legend
from sim.model import (
    Scenario,
    direction_of,
    emissions_kg_per_t,
    legs_of,
    tariff_usd_per_feu,
    unload_operation,
)
from sim.sampling.binding import Bindings
from sim.sampling.structure import Structure
from sim.units import iso


def service_cost_usd_per_feu(scenario: Scenario, name: str) -> float:
    """Tariffs of the legs, fees of the places and the service's own charge, for one FEU."""
    service = scenario.services[name]
    total = service.charge.value if service.charge else 0.0
    for leg, _ in legs_of(scenario, name):
        total += tariff_usd_per_feu(scenario, scenario.legs[leg])
    worked = [(place, "border") for place in service.route[1:-1]]
    last = unload_operation(scenario, name)
    if last is not None:
        worked.append((service.route[-1], last))
    for place, kind in worked:
        operation = getattr(scenario.facilities[place], kind)
        total += operation.fee.value if operation and operation.fee else 0.0
    return float(total)


def service_emissions_kg_per_t(scenario: Scenario, name: str) -> float:
    """Well-to-wheel kg CO2e of one tonne of cargo from the first facility of a service to the last."""
    return sum(emissions_kg_per_t(scenario, scenario.legs[leg]) for leg, _ in legs_of(scenario, name))


def legend_of(scenario: Scenario, structure: Structure, bindings: Bindings, name: str) -> Legend:
    """Name everything that plans and logs count."""
    flows, services, period = scenario.flows, scenario.services, scenario.period
    corridors = list(scenario.corridors)
    return Legend(
        scenario=name,
        title=scenario.title,
        start=iso(period.begin),
        period_s=period.length,
        warm_up_s=period.warm_up or 0,
        cool_down_s=period.cool_down or 0,
        flows=tuple(flows),
        flow_origin=tuple(flow.origin for flow in flows.values()),
        flow_destination=tuple(flow.destination for flow in flows.values()),
        flow_direction=tuple(direction_of(scenario, flow) for flow in flows),
        flow_market=tuple(flow.market or "" for flow in flows.values()),
        flow_deadline_s=tuple(flow.deadline.value for flow in flows.values()),
        flow_measured=tuple(flow.measured for flow in flows.values()),
        flow_charge_usd_per_feu=tuple(flow.charge.value if flow.charge else 0.0 for flow in flows.values()),
        cargos=tuple(scenario.cargo),
        cargo_time_value_usd_per_feu_day=tuple(goods.time_value.value for goods in scenario.cargo.values()),
        flow_mass_t_per_feu=tuple(flow.mass.value for flow in flows.values()),
        corridors=tuple(corridors),
        chains=tuple(scenario.chains),
        chain_corridor=tuple(corridors.index(chain.corridor) for chain in scenario.chains.values()),
        chain_quoted_s=tuple(
            chain.quoted.value if chain.quoted else -1 for chain in scenario.chains.values()
        ),
        chain_services=tuple(
            tuple(list(services).index(s) for s in chain.services) for chain in scenario.chains.values()
        ),
        services=tuple(services),
        service_origin=tuple(service.route[0] for service in services.values()),
        service_destination=tuple(service.route[-1] for service in services.values()),
        service_cost_usd_per_feu=tuple(service_cost_usd_per_feu(scenario, s) for s in services),
        service_emissions_kg_per_t=tuple(service_emissions_kg_per_t(scenario, s) for s in services),
        service_length_m=tuple(
            sum(scenario.legs[leg].length.value for leg, _ in legs_of(scenario, s)) for s in services
        ),
        gate_places=tuple(structure.gates),
        station_places=tuple(structure.stations),
        leg_places=tuple(structure.legs),
        fleets=tuple(scenario.fleets),
        facilities=tuple(structure.facilities),
        policies=tuple(scenario.policies),
        policy_surcharge_usd_per_feu=tuple(rule.surcharge or 0.0 for rule in scenario.policies.values()),
        surcharges=tuple(bindings.surcharges()),
    )
