"""The replay of a log: its state, how a violation is noted, and who waits where. The first layer of `invariants`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.contract.calendars import Calendar
from sim.contract.choice import Chooser
from sim.contract.ledgers import FleetBook, Goods, Queue, Ride, Timetable, Turns
from sim.contract.log import EventLog
from sim.contract.plan import SampledPlan
from sim.contract.tables import Cause, EventKind, PlaceKind, StepKind

MOST_ROWS = 16
_PLACE_OF_STEP = {
    StepKind.GATE: PlaceKind.GATE,
    StepKind.HANDLE: PlaceKind.STATION,
    StepKind.RUN: PlaceKind.LEG,
}


class Row(NamedTuple):
    """A row of the log."""

    time_s: int
    kind: int
    consignment: int
    trip: int
    place_kind: int
    place: int
    cause: int
    span_s: int
    policy: int


def as_text(row: tuple[int, ...]) -> str:
    """A row as people read it: "60 waited t3 gate 0: 25 s path"."""
    r = Row._make(row)
    words = [str(r.time_s), EventKind(r.kind).label]
    words += [f"c{r.consignment}"] * (r.consignment >= 0) + [f"t{r.trip}"] * (r.trip >= 0)
    words += [f"{PlaceKind(r.place_kind).label} {r.place}"] * (r.place_kind != PlaceKind.NOWHERE)
    text = " ".join(words)
    if r.cause >= 0:
        text += f": {r.span_s} s {Cause(r.cause).label}" if r.span_s else f": {Cause(r.cause).label}"
    return text + (f" (policy {r.policy})" if r.policy >= 0 else "")


class Audit:
    """The state that the rows so far imply, and what was found wrong."""

    def __init__(self, plan: SampledPlan, log: EventLog) -> None:
        self.plan = plan
        self.rows: list[tuple[int, ...]] = log.rows.tolist()
        self.found: list[str] = []
        self.now = 0
        self.row = Row(0, -1, -1, -1, 0, -1, -1, 0, -1)
        self.steps = [Calendar(plan, i) for i in range(len(plan.calendar_first) - 1)]
        self.chooser = Chooser(plan, self.steps)
        self.policy_place: list[int] = plan.policy_place.tolist()
        self.size_teu: list[int] = plan.size_teu.tolist()
        self.express: list[int] = plan.express.tolist()
        self.goods = [Goods() for _ in self.size_teu]
        self.released = 0
        self.rides: dict[int, Ride] = {}
        self.trip_first: list[int] = plan.trip_first.tolist()
        self.turns = [
            Turns(plan.period_s, turns, reserve)
            for turns, reserve in zip(plan.turns.tolist(), plan.reserve.tolist(), strict=True)
        ]
        self.departures = [0] * plan.n_services
        self.left_s = [0] * plan.n_services
        self.left_line_s = [-1] * plan.n_services
        self.terminals = [Queue() for _ in range(plan.n_services)]
        self.loading: Ride | None = None
        self.checking: Ride | None = None
        self.yards: dict[int, Queue] = {}
        self.gates = [Queue() for _ in plan.gate_headway_s]
        self.gate_free_s = [0] * len(self.gates)
        self.stations = [Queue() for _ in plan.station_servers]
        self.busy = [0] * len(self.stations)
        self.server_freed_s = [-1] * len(self.stations)
        self.fleets = [FleetBook(plan, f) for f in range(len(plan.fleet_withdrawn))]
        self.ends = [
            tuple(np.flatnonzero((plan.fleet == f) & (plan.fleet_end == end)).tolist() for end in (0, 1))
            for f in range(len(self.fleets))
        ]
        self.timetables = [
            Timetable(plan.slot_s[a:b].tolist())
            for a, b in zip(plan.slot_first[:-1], plan.slot_first[1:], strict=True)
        ]

    def must(
        self, holds: object, rule: str, words: str, consignment: int | None = None, trip: int | None = None
    ) -> bool:
        """Note a violation of a rule by an entity (that of the present row if none is given) unless it holds."""
        if holds:
            return True
        c = self.row.consignment if consignment is None else consignment
        k = self.row.trip if trip is None else trip
        who = [f"consignment {c}"] * (c >= 0) + [f"trip {k}"] * (k >= 0) or [self._unnamed()]
        own = [as_text(r) for r in self.rows if (c >= 0 and r[2] == c) or (k >= 0 and r[3] == k)]
        shown = "".join(f"\n    {line}" for line in own[:MOST_ROWS])
        more = f"\n    and {len(own) - MOST_ROWS} more" if len(own) > MOST_ROWS else ""
        self.found.append(f"{rule}: {', '.join(who)} at second {self.now}: {words}{shown}{more}")
        return False

    def _unnamed(self) -> str:
        return as_text(self.row) if self.row.kind >= 0 else "the period's end"

    def _teu(self, consignments: list[int]) -> int:
        return sum(self.size_teu[c] for c in consignments)

    def _acts(self, c: int, facility: int) -> list[tuple[int, int]]:
        """(seconds, policy) of the acts in force on a consignment at a facility; empty when they take no time."""
        plan = self.plan
        acts = [
            (int(plan.act_span_s[a]), int(plan.act_policy[a]))
            for a in range(plan.act_first[c], plan.act_first[c + 1])
            if plan.act_facility[a] == facility
            and plan.act_from_s[a] <= self.now < plan.act_until_s[a]
            and self._meets(int(plan.act_policy[a]), c, facility)
        ]
        return acts if any(span_s for span_s, _ in acts) else []

    def _meets(self, policy: int, c: int, facility: int) -> bool:
        """Whether a policy holds those on a consignment's chain at a facility, or (-1) at their origin."""
        place = self.policy_place[policy * len(self.chooser.chains) + self.goods[c].chain]
        return place == facility if facility >= 0 else place >= -1

    def _services_of(self, goods: Goods) -> list[int]:
        return self.chooser.chains[goods.chain]

    def _join(self, c: int) -> None:
        """A consignment waits at the terminal of its next service, or has arrived."""
        goods = self.goods[c]
        services = self._services_of(goods)
        goods.since_s = self.now
        if goods.leg < len(services):
            goods.state = "at the terminal"
            self.terminals[services[goods.leg]].join(self.express[c], c, self.now)
        else:
            goods.state = "arrived"

    def _step(self, ride: Ride) -> tuple[int, int]:
        """(kind, place) of the step that a trip is at; (-1, -1) when all are done."""
        i = ride.step
        if i >= self.plan.step_first[ride.service + 1]:
            return -1, -1
        return int(self.plan.step_kind[i]), int(self.plan.step_place[i])

    def _is_at(self, ride: Ride, row: Row) -> bool:
        kind, place = self._step(ride)
        return kind >= 0 and (row.place_kind, row.place) == (_PLACE_OF_STEP.get(StepKind(kind)), place)

    def _waited(self, row: Row) -> None:
        """Seconds of a cause, to be compared when the wait ends, in the same second."""
        waiting = self._waiting(row)
        if waiting is None:
            return
        once = row.cause not in waiting.waits and row.span_s > 0
        once = once and (not waiting.waits or waiting.waited_s == self.now)
        self.must(once, "causes", "one row a cause, with its seconds, when the wait ends")
        waiting.waits[row.cause] = row.span_s
        waiting.waited_s = self.now

    def _waiting(self, row: Row) -> Goods | Ride | None:
        """Who waited, if it is where the row says."""
        if row.trip >= 0:
            ride = self.rides.get(row.trip)
            if not self.must(ride is not None and self._is_at(ride, row), "conservation", "it is elsewhere"):
                return None
            assert ride is not None
            ride.spent_s += row.span_s
            return ride
        goods = self.goods[row.consignment]
        here: tuple[int, ...] = {
            "at the terminal": lambda: (PlaceKind.SERVICE, self._services_of(goods)[goods.leg]),
            "cleared": lambda: (PlaceKind.FACILITY, goods.facility),
        }.get(goods.state, tuple)()
        if not self.must((row.place_kind, row.place) == here, "conservation", f"it is {goods.state}"):
            return None
        goods.own_s += row.span_s
        return goods

    def _same_waits(self, who: Goods | Ride, expected: dict[int, int]) -> None:
        """A wait ends now: it was told now, with these seconds by cause."""
        told = who.waits
        holds = told == expected and (not told or who.waited_s == self.now)
        self.must(holds, "causes", f"waited {_spans(told)}, expected {_spans(expected)}")
        who.waits = {}


def _spans(spans: dict[int, int]) -> str:
    return (
        ", ".join(f"{span_s} s {Cause(cause).label}" for cause, span_s in sorted(spans.items())) or "nothing"
    )
