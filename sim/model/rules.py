"""Whom a policy binds: flows and goods by its conditions, chains by the territory that they cross and their carriers;
and where its inspections meet them.
"""

from __future__ import annotations

from sim.model.countries import countries_meant
from sim.model.demand import CargoClass
from sim.model.network import Service
from sim.model.policies import Policy
from sim.model.routes import countries_of, direction_of
from sim.model.scenario import Scenario


def binds(scenario: Scenario, policy: Policy, flow: str, cargo: str) -> bool:
    """Whether a policy binds a flow's goods of a cargo class, on the chains that `crosses` names."""
    demand, goods = scenario.flows[flow], scenario.cargo[cargo]
    return (
        (not policy.flows or flow in policy.flows)
        and (not policy.cargo or cargo in policy.cargo)
        and (not policy.hs or any(begins(code, goods) for code in policy.hs))
        and _in_countries(scenario.facilities[demand.origin].country, policy.origin)
        and _in_countries(scenario.facilities[demand.destination].country, policy.destination)
        and policy.direction in (None, direction_of(scenario, demand))
    )


def crosses(scenario: Scenario, policy: Policy, chain: str) -> bool:
    """Whether a policy binds a chain: one that crosses its territory and uses a carrier of its nationality.

    Each holds only if the policy has it; a policy with neither binds every chain. A service whose carrier is not known
    is of no nationality.
    """
    return (
        not policy.territory or not set(policy.territory).isdisjoint(countries_of(scenario, chain))
    ) and _is_carried(scenario, chain, policy.carrier)


def checkpoint(scenario: Scenario, policy: Policy, service: Service) -> str | None:
    """Facility on the way of a service where a policy's inspections set consignments out; None when there is none.

    It is the policy's `at`, or the first facility in its territory with border work, where trains stop anyway.
    """
    if policy.inspected is None:
        return None
    between = service.route[1:-1]
    if policy.inspected.at is not None:
        return policy.inspected.at if policy.inspected.at in between else None

    def stops(place: str) -> bool:
        """Whether trains are stopped at a place in the policy's territory."""
        facility = scenario.facilities[place]
        return facility.country in policy.territory and facility.border is not None

    return next((place for place in between if stops(place)), None)


def chain_checkpoint(scenario: Scenario, policy: Policy, chain: str) -> str | None:
    """Where a policy's inspections meet a chain first."""
    services = (scenario.services[name] for name in scenario.chains[chain].services)
    return next(filter(None, (checkpoint(scenario, policy, service) for service in services)), None)


def begins(code: str, goods: CargoClass) -> bool:
    """Whether an HS code binds a cargo class: one of the class's codes begins with it ("84" binds "84" and "8471")."""
    return any(known.startswith(code) for known in goods.hs)


def _is_carried(scenario: Scenario, chain: str, wanted: tuple[str, ...]) -> bool:
    """Whether a carrier of one of the countries runs a service of a chain, or none is asked for."""
    carriers = (scenario.services[service].carrier for service in scenario.chains[chain].services)
    return not wanted or any(carrier is not None and _in_countries(carrier, wanted) for carrier in carriers)


def _in_countries(country: str, wanted: tuple[str, ...]) -> bool:
    """Whether a country is among those wanted; none wanted means any, EU means its members."""
    return not wanted or any(country in countries_meant(code) for code in wanted)
