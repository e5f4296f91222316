"""Booked freight: what comes for the departures of timetabled services that run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.contract import Ints
from sim.model import ByTimetable, Flow, Scenario
from sim.sampling.quantiles import Intensity, firsts, invert, whole
from sim.sampling.streams import Floats, Streams
from sim.sampling.timetables import Runs, Timetables

ABSENT = -1
"""Release of a place on a departure that nobody takes."""


@dataclass(frozen=True)
class Places:
    """Places on departures for the consignments of one flow, each with its own luck: place `j` on planned departure `i` is number
    `j * departures + i`. `release_s` is ABSENT for one that nobody takes; `early_s` is how long before its departure freight comes.
    """

    flow: int
    departure: Ints
    early_s: Ints
    release_s: Ints


class Bookings:
    """The freight of a scenario that is booked. The volume of a flow is spread evenly over the departures that run.

    A departure carries no more than the train takes: who comes first has the place. What would come before the period's start is
    left out, and so is what is booked on departures after its end, or while the service does not exist.
    """

    def __init__(
        self, scenario: Scenario, timetables: Timetables, lives: Mapping[str, tuple[int, int]]
    ) -> None:
        self._timetables, self._lives = timetables, lives
        self._services = scenario.services
        self._by_service: dict[str, list[tuple[int, str, Flow]]] = {}
        for f, (name, flow) in enumerate(scenario.flows.items()):
            if flow.booked is not None:
                self._by_service.setdefault(flow.booked.service, []).append((f, name, flow))

    def draw(self, processes: Sequence[Intensity], runs: Runs, streams: Streams) -> dict[int, Ints]:
        """Release of each place (ABSENT where nobody takes it), by number of the flow; `processes` are releases a second of all flows."""
        found: dict[int, Ints] = {}
        for service, booking in self._by_service.items():
            opens_s, closes_s = self._lives[service]
            planned_s = self._timetables.planned_s[service]
            running = runs[service]
            running = running[(opens_s <= planned_s[running]) & (planned_s[running] < closes_s)]
            places = [
                self._places(f, name, flow, processes[f], running, opens_s, streams)
                for f, name, flow in booking
            ]
            _leave_out(
                places, [flow.consignment.value for _, _, flow in booking], self._capacity_teu(service)
            )
            found |= {one.flow: one.release_s for one in places}
        return found

    def _capacity_teu(self, service: str) -> int:
        """What a departure takes."""
        return self._services[service].capacity.value

    def _places(
        self,
        f: int,
        name: str,
        flow: Flow,
        process: Intensity,
        running: Ints,
        opens_s: int,
        streams: Streams,
    ) -> Places:
        """Places of a flow on the departures that run, with who would take them if the train had room for all."""
        assert flow.booked is not None
        service = self._services[flow.booked.service]
        assert isinstance(service.dispatch, ByTimetable)
        planned_s, owner = self._timetables.planned_s[flow.booked.service], f"flow:{name}"
        n = len(planned_s)
        expected = np.zeros(n)
        per_departure_s = service.dispatch.every.value / service.dispatch.running
        expected[running] = process.rates(planned_s[running]) * per_departure_s
        expected = np.minimum(expected, service.capacity.value // flow.consignment.value)
        more = streams.uniforms("booked", owner, n) < expected % 1
        many = (expected // 1 + more).astype(np.int64)
        most = int(expected.max(initial=0)) + 1
        luck: Floats = streams.uniforms("before", owner, most * n)
        early_s = whole(invert(flow.booked.before.value, luck))
        departure = np.tile(np.arange(n), most)
        taken = np.repeat(np.arange(most), n) < many[departure]
        # Not before the service exists, and not before the train before is away.
        from_s = np.full(n, opens_s if opens_s > 0 else ABSENT, dtype=np.int64)
        from_s[running[1:]] = planned_s[running[:-1]] + 1
        release_s = np.maximum(planned_s[departure] - early_s, from_s[departure])
        return Places(f, departure, early_s, np.where(taken & (release_s >= 0), release_s, ABSENT))


def _leave_out(places: Sequence[Places], sizes_teu: Sequence[int], capacity_teu: int) -> None:
    """Take off departures what they have no room for, in place: who comes first has it, then by flow and place."""
    departure = np.concatenate([one.departure for one in places])
    release_s = np.concatenate([one.release_s for one in places])
    early_s = np.concatenate([one.early_s for one in places])
    size_teu = np.repeat(sizes_teu, [len(one.departure) for one in places])
    size_teu = np.where(release_s == ABSENT, 0, size_teu)
    booked_teu = np.bincount(departure, weights=size_teu)
    for i in np.flatnonzero(booked_teu > capacity_teu):
        mine = np.flatnonzero((departure == i) & (size_teu > 0))
        room_teu = capacity_teu
        for c in mine[np.argsort(-early_s[mine], kind="stable")]:
            if size_teu[c] > room_teu:
                release_s[c] = ABSENT
            else:
                room_teu -= int(size_teu[c])
    begins = firsts([len(one.departure) for one in places])
    for one, begin, end in zip(places, begins, begins[1:], strict=False):
        one.release_s[:] = release_s[begin:end]
