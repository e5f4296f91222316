"""How much there is to simulate, estimated before anything is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from sim.model.demand import Flow
from sim.model.network import ByTimetable
from sim.model.scenario import Scenario
from sim.units import DAY_S, month_starts

BYTES_PER_CONSIGNMENT = 4_000
"""Memory of a replication with its tables. Measured as the growth of a process's peak: 4,160 on the baseline (49,000
consignments on chains of three services and more), 980 in a world of one service (1,000,000).
"""
WARN_BYTES = 4 * 2**30
"""Memory of one worker above which it is warned: what a core has on common machines."""


def running_interval_s(scenario: Scenario, service: str) -> float:
    """Mean time between the departures of a service that run; endless without a timetable."""
    rule = scenario.services[service].dispatch
    return rule.every.value / rule.running if isinstance(rule, ByTimetable) else inf


def sent_teu_per_day(scenario: Scenario, flow: Flow, factor: float = 1.0) -> float:
    """TEU a day that a flow sends at a factor on its volume: booked freight at most as much as the trains that run take."""
    volume_teu = flow.volume.value * factor
    if flow.booked is None or flow.booked.service not in scenario.services:
        return volume_teu
    size_teu, capacity_teu = flow.consignment.value, scenario.services[flow.booked.service].capacity.value
    departures = DAY_S / running_interval_s(scenario, flow.booked.service)
    return min(volume_teu, departures * (capacity_teu // size_teu) * size_teu)


def consignments(scenario: Scenario, flow: Flow) -> float:
    """Consignments that a flow releases in the period, on average: volume and season over size. Disruptions are left out."""
    season = flow.season.value if flow.season else (1.0,) * 12
    sent_teu = sum(
        sent_teu_per_day(scenario, flow, season[month - 1]) * span for month, span in month_days(scenario)
    )
    return sent_teu / flow.consignment.value


def month_days(scenario: Scenario) -> Iterator[tuple[int, float]]:
    """(month 1 to 12, days of it) of the months of the period, in order."""
    length = scenario.period.length
    months = month_starts(scenario.period.begin, length)
    ends = [*(at_s for at_s, _ in months[1:]), length]
    for (at_s, month), end_s in zip(months, ends, strict=True):
        yield month, (end_s - at_s) / DAY_S
