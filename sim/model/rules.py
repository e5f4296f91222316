"""Whom a policy binds: flows and goods by its conditions, chains by the territory that they cross."""

from __future__ import annotations

from sim.model.countries import countries_meant
from sim.model.routes import countries_of, direction_of
from sim.model.scenario import Scenario
from sim.model.shocks import Policy


def binds(scenario: Scenario, policy: Policy, flow: str, cargo: str) -> bool:
    """Whether a policy binds a flow's goods of a cargo class, on chains that cross its territory."""
    demand, goods = scenario.flows[flow], scenario.cargo[cargo]
    return (
        (not policy.flows or flow in policy.flows)
        and (not policy.cargo or cargo in policy.cargo)
        and (not policy.hs or not set(policy.hs).isdisjoint(goods.hs))
        and _in_countries(scenario.facilities[demand.origin].country, policy.origin)
        and _in_countries(scenario.facilities[demand.destination].country, policy.destination)
        and policy.direction in (None, direction_of(scenario, demand))
    )


def crosses(scenario: Scenario, policy: Policy, chain: str) -> bool:
    """Whether a chain crosses a policy's territory; a policy without one binds every chain."""
    return not policy.territory or not set(policy.territory).isdisjoint(countries_of(scenario, chain))


def _in_countries(country: str, wanted: tuple[str, ...]) -> bool:
    """Whether a country is among those wanted; none wanted means any, EU means its members."""
    return not wanted or any(country in countries_meant(code) for code in wanted)
