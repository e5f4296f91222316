"""What a trip of a service does, in closed form: legs and work, with their medians, means, prices and emissions."""

from __future__ import annotations

from dataclasses import dataclass

from sim.model.distributions import average, average_pace, middle
from sim.model.network import Leg, Operation
from sim.model.routes import legs_of, unload_operation
from sim.model.scenario import Scenario
from sim.model.train_classes import TrainClass, of_class
from sim.units import DAY_S


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
    """The work of an operation at a facility, if it has that."""
    operation: Operation | None = getattr(scenario.facilities[place], name)
    if operation is None:
        return []
    time = of_class(operation.time, scenario.services[service].class_) if operation.time else None
    time_s = middle(time.value) if time else 0.0
    mean_s = average(time.value) if time else 0.0
    fee = operation.fee.value if operation.fee else 0.0
    return [Part(service, name, place, "", time_s, mean_s, 0, fee, 0.0)]


def _running(scenario: Scenario, service: str, leg: str, place: str) -> Part:
    """The run over a leg."""
    line = scenario.legs[leg]
    length_m = line.length.value
    return Part(
        service,
        "sailing" if line.mode == "sea" else "running",
        place,
        leg,
        *running_s(scenario, line, scenario.services[service].class_),
        length_m,
        tariff_usd_per_feu(scenario, line),
        emissions_kg_per_t(scenario, line),
    )


def tariff_usd_per_feu(scenario: Scenario, leg: Leg) -> float:
    """What one FEU pays for a leg: its own tariff, or its railway's, over its length."""
    tariff = leg.tariff or (scenario.railways[leg.railway].tariff if leg.railway else None)
    return tariff.value * leg.length.value / 1000 if tariff else 0.0


def emissions_kg_per_t(scenario: Scenario, leg: Leg) -> float:
    """Well-to-wheel kg CO2e of one tonne of cargo over a leg, by its own factor or its railway's."""
    factor = leg.emissions or (scenario.railways[leg.railway].emissions if leg.railway else None)
    return factor.value * leg.length.value / 1e6 if factor else 0.0


def running_s(scenario: Scenario, leg: Leg, train_class: TrainClass) -> tuple[float, float]:
    """Median and mean running time of a leg, in seconds: its own, or its length over the railway's speed for a class of train."""
    if leg.running_time is not None:
        return middle(leg.running_time.value), average(leg.running_time.value)
    assert leg.railway is not None
    speed = of_class(scenario.railways[leg.railway].speed, train_class).value
    km_days_s = leg.length.value / 1000 * DAY_S
    return km_days_s / middle(speed), km_days_s * average_pace(speed)
