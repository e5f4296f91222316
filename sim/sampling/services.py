"""Services of a plan: what does not depend on chance is worked out once, the rest of every replication."""

from __future__ import annotations

import numpy as np

from sim.contract import Dispatch, Ints, days_of
from sim.model import ByTimetable, Scenario, Service, WhenFull, WhenHeld, smallest_consignments
from sim.sampling.choosing import Tariffs
from sim.sampling.quantiles import firsts
from sim.sampling.timetables import Runs, Timetables
from sim.units import DAY_S

RESERVE = 400
"""Draws that a service keeps for departures beyond its turns of a day; they are used again when they run out."""
_RULES = {"full": Dispatch.FULL, "held": Dispatch.HELD, "timetable": Dispatch.TIMETABLE}


class Services:
    """Columns of all services of a scenario."""

    def __init__(self, scenario: Scenario, tariffs: Tariffs, timetables: Timetables) -> None:
        self._services = list(scenario.services.values())
        self._days = days_of(scenario.period.length)
        smallest = smallest_consignments(scenario)
        capacity = np.array([service.capacity.value for service in self._services], dtype=np.int64)
        least = np.array([_least(service) for service in self._services], dtype=np.int64)
        full = np.maximum(
            capacity - np.array([smallest.get(name, 1) for name in scenario.services], dtype=np.int64) + 1, 1
        )
        self._planned_s = timetables.planned_s
        self._by_timetable = np.array(
            [isinstance(service.dispatch, ByTimetable) for service in self._services], dtype=bool
        )
        self._capacity, self._least = capacity, least
        fleets, facilities = list(scenario.fleets), list(scenario.facilities)
        known = [tariffs.expectations[name] for name in scenario.services]
        columns = {
            "capacity_teu": capacity,
            "spare_teu": [service.spare.value if service.spare else 0 for service in self._services],
            "full_teu": full,
            "dispatch": [_RULES[service.dispatch.when] for service in self._services],
            "hold_s": [
                service.dispatch.at_most.value if isinstance(service.dispatch, WhenHeld) else 0
                for service in self._services
            ],
            "load_teu_min": np.minimum(least, capacity),
            "call_teu": [
                _call_teu(scenario, service, int(full[s])) for s, service in enumerate(self._services)
            ],
            "service_express": [0 if service.class_ == "timetabled" else 1 for service in self._services],
            "fleet": [
                -1 if service.fleet is None else fleets.index(service.fleet) for service in self._services
            ],
            "fleet_end": [fleet_end(scenario, service) for service in self._services],
            "service_from": [facilities.index(service.route[0]) for service in self._services],
            "service_mean_s": [one.mean_s for one in known],
            "service_variance_min2": [one.variance_min2 for one in known],
            "service_usual_s": [one.usual_s for one in known],
        }
        self._columns = {name: np.array(values, dtype=np.int64) for name, values in columns.items()}

    def columns(self, runs: Runs, load_teu: Ints, likely_teu: Ints, largest_teu: Ints) -> dict[str, Ints]:
        """Columns where these planned departures run.

        So many TEU may come to each service, so many are likely to, and its largest consignment has so many.
        """
        slots = np.array([len(mine) for mine in runs.values()], dtype=np.int64)
        # The least that a full trip carries: the next in line may be as large as any.
        carried = np.maximum(self._capacity - np.maximum(largest_teu, 1) + 1, 1)
        by_load = load_teu // np.maximum(np.minimum(self._least, carried), 1) + 1
        trips = np.where(self._by_timetable, slots, by_load)
        turns = [
            self._turns(service, teu)
            for service, teu in zip(self._services, likely_teu.tolist(), strict=True)
        ]
        return self._columns | {
            "slot_first": firsts(slots),
            "slot_s": np.concatenate([self._planned_s[name][mine] for name, mine in runs.items()]),
            "trip_first": firsts(trips),
            "turns": np.array(turns, dtype=np.int64),
            "reserve": np.clip(trips, 1, RESERVE),
        }

    def _turns(self, service: Service, load_teu: int) -> int:
        """Departures a day for which a service has draws of their own: about twice as many as it needs on average."""
        if isinstance(service.dispatch, ByTimetable):
            return -(-DAY_S // service.dispatch.every.value)
        if load_teu == 0:
            return 0
        return 2 + round(2 * load_teu / service.capacity.value / self._days)


def fleet_end(scenario: Scenario, service: Service) -> int:
    """End of its fleet from which a service starts: 0 is home."""
    if service.fleet is None:
        return 0
    return int(scenario.fleets[service.fleet].between[0] != service.route[0])


def _call_teu(scenario: Scenario, service: Service, full_teu: int) -> int:
    """TEU of waiting freight that call an empty vehicle: as the fleet says, else what a departure needs."""
    told = scenario.fleets[service.fleet].empty_return.at_least if service.fleet else None
    rule = full_teu if isinstance(service.dispatch, WhenFull) else _least(service)
    return min(max(told.value if told else rule, 1), service.capacity.value)


def _least(service: Service) -> int:
    """TEU that must wait before a vehicle may leave less than full."""
    rule = service.dispatch
    if isinstance(rule, WhenHeld):
        # A hold begins with the first freight: at least nothing is at least one box.
        return max(rule.at_least.value, 1)
    if isinstance(rule, ByTimetable):
        return rule.at_least.value if rule.at_least else 0
    return service.capacity.value
