"""Expected departures in closed form: how many trains a day a service runs for what comes to it."""

from __future__ import annotations

from math import ceil, exp

from sim.model import Arrivals, ByTimetable, Scenario, Service, WhenHeld
from sim.units import DAY_S

PASSES = 8
"""How often loads are handed on from service to service: as many as the longest chains have."""


def departures(scenario: Scenario, arrivals: Arrivals) -> dict[str, float]:
    """Trains a day of every service that has work or a timetable.

    Freight comes to a chain's first service consignment by consignment, to the others in batches: what a train of the
    service before brings. A batch leaves together, so loads are handed on along the chains.
    """
    size = {name: float(arrivals.usual.get(name, 1)) for name in scenario.services}
    batch = dict(size)
    trains: dict[str, float] = {}
    for _ in range(PASSES):
        trains = {
            name: trains_per_day(service, arrivals.teu.get(name, 0.0), size[name], batch[name])
            for name, service in scenario.services.items()
        }
        found = _batches(arrivals, size, trains)
        if found == batch:
            break
        batch = found
    return trains


def _batches(arrivals: Arrivals, size: dict[str, float], trains: dict[str, float]) -> dict[str, float]:
    """TEU that come together to each service, mean over its sources."""
    brought = dict.fromkeys(size, 0.0)
    fed = dict.fromkeys(size, 0.0)
    for (before, service), teu in arrivals.handed_on.items():
        part = teu / trains[before] if trains[before] else 0.0
        brought[service] += teu * max(part, size[service])
        fed[service] += teu
    return {
        name: (brought[name] + max(teu - fed[name], 0.0) * size[name]) / teu
        if (teu := arrivals.teu.get(name, 0.0))
        else size[name]
        for name in size
    }


def trains_per_day(service: Service, teu_per_day: float, size_teu: float, batch_teu: float) -> float:
    """Expected departures a day of a service to which `teu_per_day` come in batches, in consignments of `size_teu`."""
    rule = service.dispatch
    if isinstance(rule, ByTimetable):
        slots = DAY_S / rule.every.value * rule.running
        if rule.at_least is None:
            return slots
        # The share of departures before which at least one batch came; several when one is not enough.
        enough = max(batch_teu, rule.at_least.value)
        return slots * (1 - exp(-teu_per_day / slots / enough))
    full = max(service.capacity.value // size_teu, 1) * size_teu
    if not isinstance(rule, WhenHeld):
        return teu_per_day / full
    held = batch_teu + teu_per_day * rule.at_most.value / DAY_S
    return teu_per_day / min(full, max(ceil(rule.at_least.value / size_teu) * size_teu, held))
