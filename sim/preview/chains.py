"""Chains in free flow: what each takes and costs when nothing waits for anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.model import Part, Scenario, parts_of, way_of


@dataclass(frozen=True)
class FreeFlow:
    """A chain in free flow. `emissions_kg_per_feu` is for the mean mass of the flows that may take the chain.

    `time_s` is the sum of the medians: a trip on which all goes as usual. `mean_s` is the mean of trips that wait for
    nothing: longer, because delays have long tails.
    """

    chain: str
    corridor: str
    direction: str
    time_s: float
    mean_s: float
    length_m: int
    price_usd_per_feu: float
    emissions_kg_per_feu: float


@dataclass(frozen=True)
class Step:
    """A step of a chain, and what the chain has taken and cost from its start until this step's end.

    `time_s` sums the medians; the price has the charges of the services begun so far, and none of a flow.
    """

    part: Part
    length_m: int
    time_s: float
    price_usd_per_feu: float


def steps_of(scenario: Scenario, chain: str) -> Iterator[Step]:
    """Yield the steps of a chain in free flow, from its start to its end."""
    length_m, time_s, price = 0, 0.0, 0.0
    for name in scenario.chains[chain].services:
        charge = scenario.services[name].charge
        price += charge.value if charge else 0.0
        for part in parts_of(scenario, name):
            length_m, time_s = length_m + part.length_m, time_s + part.time_s
            price += part.price_usd_per_feu
            yield Step(part, length_m, time_s, price)


def times_between_s(
    scenario: Scenario, chain: str, start: str | None, end: str | None
) -> tuple[float, float]:
    """Median and mean seconds of a chain in free flow, from leaving `start` to reaching `end`.

    The first is the sum of the medians. Without `start` from its first departure, without `end` until its last unloading. Work at the
    two places themselves is left out, as in the time of trips between them.
    Raises ValueError when the chain does not leave `start` and then reach `end`.
    """
    middle_s, mean_s = 0.0, 0.0
    begun = start is None
    for name in scenario.chains[chain].services:
        here = scenario.services[name].route[0]
        for part in parts_of(scenario, name):
            begun = begun or (bool(part.leg) and here == start)
            if begun:
                middle_s, mean_s = middle_s + part.time_s, mean_s + part.mean_s
            if begun and part.leg and part.place == end:
                return middle_s, mean_s
            here = part.place
    if not begun or end is not None:
        raise ValueError(
            f"chain {chain} has no way from {start or 'its start'} to {end or 'its end'}. Name places that it passes, in its order."
        )
    return middle_s, mean_s


def free_flow(scenario: Scenario, chain: str) -> FreeFlow:
    """Time, length, price and emissions of a chain without any waiting.

    The price has tariffs, fees, charges of services and of the flows that may take the chain; no policy's surcharge.
    """
    services = [scenario.services[name] for name in scenario.chains[chain].services]
    parts = [part for name in scenario.chains[chain].services for part in parts_of(scenario, name)]
    charges = sum(service.charge.value for service in services if service.charge)
    mass_t, flow_charge = _of_flows(scenario, chain)
    whole = services[0].model_copy(update={"route": (services[0].route[0], services[-1].route[-1])})
    return FreeFlow(
        chain,
        scenario.chains[chain].corridor,
        way_of(scenario, whole),
        sum(part.time_s for part in parts),
        sum(part.mean_s for part in parts),
        sum(part.length_m for part in parts),
        sum(part.price_usd_per_feu for part in parts) + charges + flow_charge,
        sum(part.emissions_kg_per_t for part in parts) * mass_t,
    )


def _of_flows(scenario: Scenario, chain: str) -> tuple[float, float]:
    """Mass (t/FEU) and charge (USD/FEU) of the flows that may take a chain, weighted by volume; of all if none may."""
    takers = [
        flow for flow in scenario.flows.values() if any(chain in shares for shares in flow.routing.ranks())
    ]
    flows = takers or list(scenario.flows.values())
    weights = [flow.volume.value or 1e-9 for flow in flows]
    charges = [flow.charge.value if flow.charge and takers else 0.0 for flow in flows]

    def weighted(values: list[float]) -> float:
        """The mean of the flows, by volume."""
        return sum(w * value for w, value in zip(weights, values, strict=True)) / sum(weights)

    return weighted([flow.mass.value for flow in flows]), weighted(charges)
