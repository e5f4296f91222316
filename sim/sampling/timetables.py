"""Timetables: the planned departures of every service, and which of them run."""

from __future__ import annotations

import numpy as np

from sim.contract import NEVER, Ints
from sim.model import ByTimetable, Scenario
from sim.sampling.streams import Floats, Streams

Runs = dict[str, Ints]
"""By service, the numbers of the planned departures that run, rising."""


class Timetables:
    """Planned departures of all timetabled services; the same in every replication.

    Whether departure i of a service runs has its own draw, so that it runs in every scenario in which a larger share does.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.planned_s = {name: _planned_s(scenario, name) for name in scenario.services}
        """By service, the seconds of its planned departures; none without a timetable."""
        self._share = {
            name: service.dispatch.running
            for name, service in scenario.services.items()
            if isinstance(service.dispatch, ByTimetable)
        }

    def draw(self, streams: Streams) -> Runs:
        """Draw which planned departures run."""
        runs = {}
        for name, planned_s in self.planned_s.items():
            share = self._share.get(name, 1.0)
            luck: Floats = streams.uniforms("runs", f"service:{name}", len(planned_s) if share < 1 else 0)
            runs[name] = np.flatnonzero(luck < share) if share < 1 else np.arange(len(planned_s))
        return runs


def _planned_s(scenario: Scenario, name: str) -> Ints:
    """Seconds of the planned departures of a service in the period."""
    rule = scenario.services[name].dispatch
    if not isinstance(rule, ByTimetable):
        return np.zeros(0, dtype=np.int64)
    until_s = min(scenario.period.length, NEVER)
    return np.arange(rule.first.value if rule.first else 0, until_s, rule.every.value, dtype=np.int64)
