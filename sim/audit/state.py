"""What the rows so far imply: who is where since when, and which rules were broken."""

from __future__ import annotations

from heapq import heapify
from itertools import pairwise

from sim.audit.books import FleetBook, Goods, Queue, Ride, Timetable, Turns
from sim.audit.rows import NO_ROW, as_text
from sim.audit.rules import Violation
from sim.contract import NEVER, Calendar, EventLog, Ints, Knowledge, SampledPlan, StepKind, as_lists


class State:
    """The state that the rows so far imply. Lists are by number of the plan: consignment, service, gate, station, fleet."""

    def __init__(self, plan: SampledPlan, log: EventLog) -> None:
        self.plan = plan
        self.rows: list[tuple[int, ...]] = log.rows.tolist()
        self.found: list[Violation] = []
        self.now_s = 0
        self.row = NO_ROW
        self.calendars = [Calendar(plan, i) for i in range(len(plan.calendar_first) - 1)]
        self.policy_place: list[int] = plan.policy_place.tolist()
        self.size_teu: list[int] = plan.size_teu.tolist()
        self.express: list[int] = plan.express.tolist()

        self.goods = [Goods() for _ in self.size_teu]
        self.released = 0
        self.barred: tuple[int, int, int] | None = None
        """(consignment, chain, policy) told of before its release."""
        self.deciding = -1
        """The consignment that takes another chain as it is unloaded; the next row must say so."""

        self.lists = as_lists(plan)
        self.known = Knowledge(plan)
        self.chains = _parts(plan.chain_service, plan.chain_first)
        self.publish_s = plan.bulletin_s or NEVER
        self.learn_s: list[int] = []
        self.thinking: list[tuple[int, int]] = []
        """A heap of (second, consignment)."""

        self.rides: dict[int, Ride] = {}
        self.loading: Ride | None = None
        self.checking: Ride | None = None
        self.trip_first: list[int] = plan.trip_first.tolist()
        self.turns = [
            Turns(plan.period_s, turns, reserve)
            for turns, reserve in zip(plan.turns.tolist(), plan.reserve.tolist(), strict=True)
        ]
        self.departures = [0] * plan.n_services
        self.left_s = [0] * plan.n_services
        self.left_line_s = [-1] * plan.n_services
        """When a consignment last left the line of a service without boarding."""
        self.timetables = [Timetable(slots) for slots in _parts(plan.slot_s, plan.slot_first)]

        self.terminals = [Queue() for _ in range(plan.n_services)]
        self.yards: dict[int, Queue] = {}
        """By step of the checkpoint."""
        self.gates = [Queue() for _ in plan.gate_headway_s]
        self.gate_free_s = [0] * len(self.gates)
        self.background = _parts(plan.background_s, plan.background_first)
        self.background_come, self.background_gone = [0] * len(self.gates), [0] * len(self.gates)
        self.background_due = [(times[0], g) for g, times in enumerate(self.background) if times]
        """A heap of (second, gate): when the next background train comes to each."""
        heapify(self.background_due)
        self.stations = [Queue() for _ in plan.station_servers]
        self.busy = [0] * len(self.stations)
        self.server_freed_s = [-1] * len(self.stations)

        self.fleets = [FleetBook(plan, f) for f in range(len(plan.fleet_withdrawn))]

    def must(
        self, holds: object, rule: str, words: str, consignment: int | None = None, trip: int | None = None
    ) -> bool:
        """Note that an entity (that of the present row if none is given) breaks a rule, unless it holds; return whether it does."""
        if holds:
            return True
        c = self.row.consignment if consignment is None else consignment
        k = self.row.trip if trip is None else trip
        unnamed = as_text(self.row) if self.row.kind >= 0 else "the period's end"
        who = [f"consignment {c}"] * (c >= 0) + [f"trip {k}"] * (k >= 0) or [unnamed]
        own = [as_text(r) for r in self.rows if (c >= 0 and r[2] == c) or (k >= 0 and r[3] == k)]
        self.found.append(Violation(rule, ", ".join(who), self.now_s, words, tuple(own)))
        return False

    def teu(self, consignments: list[int]) -> int:
        """Size of some consignments together."""
        return sum(self.size_teu[c] for c in consignments)

    def waiting_teu(self, s: int) -> int:
        """Size of all that wait at the terminal of a service."""
        return self.teu([c for part in self.terminals[s].classes for c in part])

    def services_of(self, goods: Goods) -> list[int]:
        """Services of the chain that a consignment has taken."""
        return self.chains[goods.chain]

    def step_of(self, ride: Ride) -> tuple[int, int]:
        """(kind, place) of the step that a trip is at; (-1, -1) when all are done."""
        i = ride.step
        if i >= self.plan.step_first[ride.service + 1]:
            return -1, -1
        return int(self.plan.step_kind[i]), int(self.plan.step_place[i])

    def service_calendar(self, s: int) -> Calendar:
        """When a service may depart."""
        return self.calendars[int(self.plan.service_calendar[s])]

    def work_calendar(self, kind: int, place: int) -> Calendar:
        """At what rate a leg is run, or a station works."""
        numbers = self.plan.leg_calendar if kind == StepKind.RUN else self.plan.station_rate
        return self.calendars[int(numbers[place])]

    def acts_on(self, c: int, facility: int) -> list[tuple[int, int]]:
        """(seconds, policy) of the acts in force on a consignment at a facility (-1: at its release); empty when they take no time."""
        plan = self.plan
        acts = [
            (int(plan.act_span_s[a]), int(plan.act_policy[a]))
            for a in range(plan.act_first[c], plan.act_first[c + 1])
            if plan.act_facility[a] == facility
            and plan.act_from_s[a] <= self.now_s < plan.act_until_s[a]
            and self._holds(int(plan.act_policy[a]), c, facility)
        ]
        return acts if any(span_s for span_s, _ in acts) else []

    def _holds(self, policy: int, c: int, facility: int) -> bool:
        """Whether a policy holds those on a consignment's chain at a facility, or (-1) at their origin."""
        place = self.policy_place[policy * len(self.chains) + self.goods[c].chain]
        return place == facility if facility >= 0 else place >= -1


def _parts(values: Ints, first: Ints) -> list[list[int]]:
    """The part of each entity in a longer array, as a list."""
    return [values[a:b].tolist() for a, b in pairwise(first)]
