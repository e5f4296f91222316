"""Booked freight: what comes for the departures of timetabled services that run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.contract import Ints
from sim.model import ByTimetable, Scenario
from sim.sampling.quantiles import Intensity, firsts, invert, whole
from sim.sampling.streams import Streams
from sim.sampling.timetables import Runs, Timetables

ABSENT = -1
"""Release of a lot on a departure that nobody takes."""


@dataclass(frozen=True)
class Lots:
    """Lots on departures for the consignments of one flow, each with its own luck: lot `j` on planned departure `i` is number
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
        self._services, self._flows = scenario.services, scenario.flows
        self._names = list(scenario.flows)
        self._by_service: dict[str, list[int]] = {}
        for f, flow in enumerate(scenario.flows.values()):
            if flow.booked is not None:
                self._by_service.setdefault(flow.booked.service, []).append(f)

    def draw(self, processes: Sequence[Intensity], runs: Runs, streams: Streams) -> dict[int, Ints]:
        """Release of each lot (ABSENT where nobody takes it), by number of the flow; `processes` are releases a second of all flows."""
        found: dict[int, Ints] = {}
        for service, flows in self._by_service.items():
            opens_s, closes_s = self._lives[service]
            planned_s, running = self._timetables.planned_s[service], runs[service]
            running = running[(opens_s <= planned_s[running]) & (planned_s[running] < closes_s)]
            # Not before the service exists, and not before the train before is away.
            from_s = np.full(len(planned_s), opens_s if opens_s > 0 else ABSENT, dtype=np.int64)
            from_s[running[1:]] = planned_s[running[:-1]] + 1
            many = self._many(service, [processes[f] for f in flows], running, flows, streams)
            lots = [
                self._lots(f, planned_s, from_s, mine, streams) for f, mine in zip(flows, many, strict=True)
            ]
            sizes = [self._flows[self._names[f]].consignment.value for f in flows]
            _leave_out(lots, sizes, self._services[service].capacity.value)
            found |= {one.flow: one.release_s for one in lots}
        return found

    def _many(
        self,
        service: str,
        processes: Sequence[Intensity],
        running: Ints,
        flows: Sequence[int],
        streams: Streams,
    ) -> list[Ints]:
        """How many consignments of each flow ask for each planned departure: none for one that does not run.

        What lies between two whole numbers is drawn, once for all flows of a departure: together they are rounded up or down, too,
        so that flows that fill a train do not now and then ask for more than it has.
        """
        run, planned_s = self._services[service], self._timetables.planned_s[service]
        assert isinstance(run.dispatch, ByTimetable)
        interval_s = run.dispatch.every.value / run.dispatch.running
        luck = streams.uniforms("booked", f"service:{service}", len(planned_s))
        asked, before = luck, np.floor(luck).astype(np.int64)
        found = []
        for f, process in zip(flows, processes, strict=True):
            expected = np.zeros(len(planned_s))
            expected[running] = process.rates(planned_s[running]) * interval_s
            most = run.capacity.value // self._flows[self._names[f]].consignment.value
            asked = asked + np.minimum(expected, most)
            until = np.floor(asked).astype(np.int64)
            found.append(until - before)
            before = until
        return found

    def _lots(self, f: int, planned_s: Ints, from_s: Ints, many: Ints, streams: Streams) -> Lots:
        """Lots of a flow on all departures, with who would take them if the train had room for all."""
        name, n, most = self._names[f], len(planned_s), int(many.max(initial=0))
        booked = self._flows[name].booked
        assert booked is not None
        early_s = whole(invert(booked.before.value, streams.uniforms("before", f"flow:{name}", most * n)))
        departure = np.tile(np.arange(n), most)
        taken = np.repeat(np.arange(most), n) < many[departure]
        release_s = np.maximum(planned_s[departure] - early_s, from_s[departure])
        return Lots(f, departure, early_s, np.where(taken & (release_s >= 0), release_s, ABSENT))


def _leave_out(lots: Sequence[Lots], sizes_teu: Sequence[int], capacity_teu: int) -> None:
    """Take off departures what they have no room for, in place: who comes first has it, then by flow and lot."""
    departure = np.concatenate([one.departure for one in lots])
    release_s = np.concatenate([one.release_s for one in lots])
    early_s = np.concatenate([one.early_s for one in lots])
    size_teu = np.repeat(sizes_teu, [len(one.departure) for one in lots])
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
    begins = firsts([len(one.departure) for one in lots])
    for one, begin, end in zip(lots, begins, begins[1:], strict=False):
        one.release_s[:] = release_s[begin:end]
