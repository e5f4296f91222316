"""Which consignments a service may carry: what must be known to say when its vehicles are full."""

from __future__ import annotations

from sim.model.scenario import Scenario


def smallest_consignments(scenario: Scenario) -> dict[str, int]:
    """TEU of the smallest consignment that may ride on each service; services on which no flow sends anything are left out."""
    smallest: dict[str, int] = {}
    for flow in scenario.flows.values():
        if flow.volume.value == 0:
            continue
        size_teu = flow.consignment.value
        chains = {chain for shares in flow.routing.ranks() for chain in shares} | set(flow.routing.like)
        for service in {name for chain in chains for name in scenario.chains[chain].services}:
            smallest[service] = min(smallest.get(service, size_teu), size_teu)
    return smallest
