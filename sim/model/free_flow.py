"""Free flow in closed form: what a chain takes and costs when nothing waits for anything."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from sim.model.figures import Constant, Distribution, Named, Quantiles, Sample, Triangular, median
from sim.model.limits import SPEED_MIN
from sim.model.network import Leg, Operation
from sim.model.routes import legs_of, unload_operation, way_of
from sim.model.scenario import Scenario
from sim.units import DAY_S

NORMAL = NormalDist()
PACES = 200
"""Points at which a speed that has no closed form is averaged."""


@dataclass(frozen=True)
class Part:
    """A leg run, or work at a facility: `work` is "running", "sailing" or the operation's name.

    `leg` is the leg's id, empty for work; `place` is the facility where it ends. `time_s` is the median, `mean_s` the
    mean of what is drawn.
    """

    service: str
    work: str
    place: str
    leg: str
    time_s: float
    mean_s: float
    length_m: int
    price_usd_per_feu: float
    emissions_kg_per_t: float


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


def middle(spread: Distribution) -> float:
    """The median of a distribution in its inner unit."""
    return quantile(spread, 0.5)


def quantile(spread: Distribution, u: float) -> float:
    """The quantile function, as sampling inverts it; of a gamma distribution as Wilson and Hilferty approximate it."""
    match spread:
        case Constant():
            return spread.constant
        case Quantiles():
            return spread.low + (spread.p50 - spread.low) * math.exp(spread.sigma * NORMAL.inv_cdf(u))
        case Triangular():
            low, mode, high = spread.low, spread.mode, spread.high
            if u < (mode - low) / (high - low):
                return low + math.sqrt(u * (high - low) * (mode - low))
            return high - math.sqrt((1 - u) * (high - low) * (high - mode))
        case Sample():
            values = sorted(spread.sample)
            return values[min(int(u * len(values)), len(values) - 1)]
        case Named():
            return _quantile_named(spread, u)


def _quantile_named(spread: Named, u: float) -> float:
    mean, sd, low, high = (value or 0.0 for value in (spread.mean, spread.sd, spread.low, spread.high))
    if spread.kind == "exponential":
        return -mean * math.log1p(-u)
    if spread.kind == "uniform":
        return low + (high - low) * u
    ninth = (sd / mean) ** 2 / 9
    return float(mean * max(1 - ninth + NORMAL.inv_cdf(u) * math.sqrt(ninth), 0.0) ** 3)


def average(spread: Distribution) -> float:
    """The mean of a distribution in its inner unit."""
    if isinstance(spread, Quantiles):
        return spread.low + (spread.p50 - spread.low) * math.exp(spread.sigma**2 / 2)
    if isinstance(spread, Triangular):
        return (spread.low + spread.mode + spread.high) / 3
    if isinstance(spread, Sample):
        return sum(spread.sample) / len(spread.sample)
    return float(median(spread))


def average_pace(speed: Distribution) -> float:
    """The mean of one over a speed: days a km."""
    if isinstance(speed, Quantiles) and speed.low == 0:
        return math.exp(speed.sigma**2 / 2) / speed.p50
    marks = [(i + 0.5) / PACES for i in range(1 if isinstance(speed, Constant) else PACES)]
    return sum(1 / max(quantile(speed, u), SPEED_MIN) for u in marks) / len(marks)


def parts_of(scenario: Scenario, service: str) -> list[Part]:
    """What a trip of a service does, in order: border work between its ends, legs, and the work at its end.

    A service's own charge is in its first part.
    """
    run = scenario.services[service]
    parts: list[Part] = []
    for i, (leg, _) in enumerate(legs_of(scenario, service)):
        if i > 0:
            parts += _work(scenario, service, run.route[i], "border")
        parts.append(_running(scenario, service, leg, run.route[i + 1]))
    last = unload_operation(scenario, service)
    return parts + (_work(scenario, service, run.route[-1], last) if last else [])


def _work(scenario: Scenario, service: str, place: str, name: str) -> list[Part]:
    operation: Operation | None = getattr(scenario.facilities[place], name)
    if operation is None:
        return []
    time_s = middle(operation.time.value) if operation.time else 0.0
    mean_s = average(operation.time.value) if operation.time else 0.0
    fee = operation.fee.value if operation.fee else 0.0
    return [Part(service, name, place, "", time_s, mean_s, 0, fee, 0.0)]


def _running(scenario: Scenario, service: str, leg: str, place: str) -> Part:
    line = scenario.legs[leg]
    length_m = line.length.value
    tariff = line.tariff or (scenario.railways[line.railway].tariff if line.railway else None)
    factor = line.emissions or (scenario.railways[line.railway].emissions if line.railway else None)
    return Part(
        service,
        "sailing" if line.mode == "sea" else "running",
        place,
        leg,
        *running_s(scenario, line),
        length_m,
        tariff.value * length_m / 1000 if tariff else 0.0,
        factor.value * length_m / 1e6 if factor else 0.0,
    )


def running_s(scenario: Scenario, leg: Leg) -> tuple[float, float]:
    """Median and mean running time of a leg, in seconds: its own, or its length over the railway's speed."""
    if leg.running_time is not None:
        return middle(leg.running_time.value), average(leg.running_time.value)
    assert leg.railway is not None
    speed = scenario.railways[leg.railway].speed.value
    km_days_s = leg.length.value / 1000 * DAY_S
    return km_days_s / middle(speed), km_days_s * average_pace(speed)


def time_between_s(scenario: Scenario, chain: str, start: str | None, end: str | None) -> float:
    """Median seconds of a chain in free flow, from leaving `start` to reaching `end`.

    Without `start` from its first departure, without `end` until its last unloading. Work at the two places themselves is
    left out, as in the time of trips between them.
    Raises ValueError when the chain does not leave `start` and then reach `end`.
    """
    total_s = 0.0
    begun = start is None
    for name in scenario.chains[chain].services:
        here = scenario.services[name].route[0]
        for part in parts_of(scenario, name):
            begun = begun or (bool(part.leg) and here == start)
            total_s += part.time_s if begun else 0.0
            if begun and part.leg and part.place == end:
                return total_s
            here = part.place
    if not begun or end is not None:
        raise ValueError(
            f"chain {chain} has no way from {start or 'its start'} to {end or 'its end'}. Name places that it passes, in its order."
        )
    return total_s


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
        return sum(w * value for w, value in zip(weights, values, strict=True)) / sum(weights)

    return weighted([flow.mass.value for flow in flows]), weighted(charges)
