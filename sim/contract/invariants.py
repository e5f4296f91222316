"""What must hold in every log, whatever the engine: the log is replayed row by row against its plan.

Nothing is simulated: the replay takes every row as told and asks whether it could be. Where the rules leave one second
only (a gate that is free lets nobody wait, a full train leaves), it asks for that second.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sim.contract.ledgers import FleetBook, Goods, Queue, Ride, Steps, Timetable, added
from sim.contract.log import ROW, EventLog
from sim.contract.plan import SampledPlan
from sim.contract.tables import NEVER, Cause, Dispatch, EventKind, PlaceKind, StepKind
from sim.errors import EngineError

RULES = {
    "form": "every row has the columns of its kind",
    "order": "rows stand in order of time",
    "conservation": "a consignment is released once, in one place at a time, and delivered or refused once or under way",
    "choice": "a consignment takes its first open chain, and is refused only when none is open",
    "capacity": "no more TEU aboard than loaded at the terminal, or with the spare room on the way",
    "fleet": "a vehicle leaves from where one is",
    "dispatch": "a trip leaves when its rule says, with all that fits",
    "turn": "express before ordinary, then first come, first served; nobody waits where it is free",
    "headway": "a gate keeps its minimum headway",
    "servers": "no more trips are handled than there are servers",
    "closure": "nothing passes, starts or departs while closed",
    "work": "work takes the plan's draws, over the calendar",
    "causes": "every second has its cause, and they sum exactly to the transit time",
    "acts": "a consignment is held where a policy's act is in force, for its time",
}
MOST_FOUND = 12
MOST_ROWS = 16
_COLUMNS = {
    EventKind.RELEASED: (True, False, PlaceKind.CHAIN),
    EventKind.REFUSED: (True, False, PlaceKind.NOWHERE),
    EventKind.BOARDED: (True, True, PlaceKind.SERVICE),
    EventKind.DEPARTED: (False, True, PlaceKind.SERVICE),
    EventKind.PASSED: (False, True, PlaceKind.GATE),
    EventKind.STARTED: (False, True, PlaceKind.STATION),
    EventKind.FINISHED: (False, True, PlaceKind.STATION),
    EventKind.ARRIVED: (False, True, PlaceKind.LEG),
    EventKind.SET_OUT: (True, True, PlaceKind.FACILITY),
    EventKind.ATTACHED: (True, True, PlaceKind.FACILITY),
    EventKind.UNLOADED: (True, True, PlaceKind.SERVICE),
    EventKind.DELIVERED: (True, False, PlaceKind.CHAIN),
    EventKind.FREED: (False, True, PlaceKind.FLEET),
    EventKind.RETURNED: (False, False, PlaceKind.FLEET),
    EventKind.LAPSED: (False, False, PlaceKind.SERVICE),
}
"""Kind: whether it has a consignment, whether a trip, and its kind of place; CLEARED and WAITED vary."""
_CAUSED = (
    EventKind.WAITED,
    EventKind.FINISHED,
    EventKind.ARRIVED,
    EventKind.CLEARED,
    EventKind.RETURNED,
    EventKind.LAPSED,
)
_PLACE_OF_STEP = {
    StepKind.GATE: PlaceKind.GATE,
    StepKind.HANDLE: PlaceKind.STATION,
    StepKind.RUN: PlaceKind.LEG,
}
_AMID_CHECK = (EventKind.SET_OUT, EventKind.ATTACHED, EventKind.WAITED, EventKind.STARTED)


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


def check_log(plan: SampledPlan, log: EventLog) -> None:
    """Raise EngineError, with seed, replication and what is wrong, unless a log keeps every rule in `RULES`."""
    found = violations(plan, log)
    if found:
        raise EngineError(
            f"seed {plan.seed}, replication {plan.replication}: the log breaks the rules.\n"
            + "\n".join(found)
        )


def violations(plan: SampledPlan, log: EventLog) -> list[str]:
    """What is wrong with a log, the first few: "rule: entity at second t: words" and the entity's rows; empty when fine.

    A leg is taken to last a second at least, and no service to start with a checkpoint, as in every sampled plan.
    """
    return _misfits(plan, log) or Replay(plan, log).run()


def _misfits(plan: SampledPlan, log: EventLog) -> list[str]:
    """Rows that lack what their kind needs, or name what the plan does not have."""
    limits = {
        PlaceKind.NOWHERE: 0,
        PlaceKind.CHAIN: len(plan.chain_first) - 1,
        PlaceKind.SERVICE: plan.n_services,
        PlaceKind.GATE: len(plan.gate_headway_s),
        PlaceKind.STATION: len(plan.station_servers),
        PlaceKind.LEG: len(plan.leg_calendar),
        PlaceKind.FLEET: len(plan.fleet_withdrawn),
        PlaceKind.FACILITY: NEVER,
    }
    rows = log.rows
    known = np.isin(rows["kind"], list(EventKind)) & np.isin(rows["place_kind"], list(PlaceKind))
    known &= np.isin(rows["cause"], [-1, *Cause]) & (rows["span_s"] >= 0)
    known &= (rows["time_s"] >= 0) & (rows["time_s"] < plan.period_s)
    known &= (rows["consignment"] >= -1) & (rows["consignment"] < plan.n_consignments)
    known &= (rows["trip"] >= -1) & (rows["trip"] < plan.n_trips)
    for place_kind, limit in limits.items():
        known &= (rows["place_kind"] != place_kind) | (
            (rows["place"] >= min(0, limit - 1)) & (rows["place"] < limit)
        )
    for kind, (consignment, trip, place_kind) in _COLUMNS.items():
        fits = (rows["consignment"] >= 0) == consignment
        fits &= ((rows["trip"] >= 0) == trip) & (rows["place_kind"] == place_kind)
        known &= (rows["kind"] != kind) | fits
    known &= (rows["kind"] != EventKind.WAITED) | ((rows["consignment"] >= 0) != (rows["trip"] >= 0))
    known &= (rows["kind"] != EventKind.CLEARED) | ((rows["consignment"] >= 0) & (rows["trip"] < 0))
    caused = np.isin(rows["kind"], _CAUSED)
    known &= ((rows["cause"] >= 0) == caused) & (
        (rows["span_s"] == 0) | (caused & (rows["kind"] != EventKind.LAPSED))
    )
    known &= (rows["policy"] == -1) | np.isin(rows["kind"], (EventKind.REFUSED, EventKind.CLEARED))
    return [f"form: row {i}: {rows[i]} does not fit {ROW.names}" for i in np.flatnonzero(~known)[:MOST_FOUND]]


class Replay:
    """The state that the rows so far imply, and what was found wrong."""

    def __init__(self, plan: SampledPlan, log: EventLog) -> None:
        self.plan = plan
        self.rows: list[tuple[int, ...]] = log.rows.tolist()
        self.found: list[str] = []
        self.now = 0
        self.row = Row(0, -1, -1, -1, 0, -1, -1, 0, -1)
        self.steps = [Steps(plan, i) for i in range(len(plan.calendar_first) - 1)]
        self.size_teu: list[int] = plan.size_teu.tolist()
        self.express: list[int] = plan.express.tolist()
        self.goods = [Goods() for _ in self.size_teu]
        self.released = 0
        self.rides: dict[int, Ride] = {}
        self.trip_first: list[int] = plan.trip_first.tolist()
        self.departures = [0] * plan.n_services
        self.left_s = [0] * plan.n_services
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
        self.timetables = [
            Timetable(plan.slot_s[a:b].tolist())
            for a, b in zip(plan.slot_first[:-1], plan.slot_first[1:], strict=True)
        ]

    def run(self) -> list[str]:
        """Replay every row; return what was found, at most `MOST_FOUND`."""
        tell: dict[int, Callable[[Row], None]] = {
            kind: getattr(self, f"_{kind.name.lower()}") for kind in EventKind
        }
        for row in map(Row._make, self.rows):
            self.row = row
            self.must(row.time_s >= self.now, "order", "it comes after a later row")
            self.now = max(self.now, row.time_s)
            if self.loading is not None:
                self._keep_loading(row)
            if self.checking is not None and row.kind not in _AMID_CHECK:
                self._end_check()
            tell[row.kind](row)
            if len(self.found) >= MOST_FOUND:
                return self.found
        self._end()
        return self.found

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

    # --- consignments -----------------------------------------------------------------------------------------

    def _enter(self, c: int) -> Goods:
        goods = self.goods[c]
        self.must(
            c == self.released and goods.state == "not released",
            "conservation",
            "released once, in order of release",
        )
        self.must(self.now == self.plan.release_s[c], "conservation", "released at its second of the plan")
        self.released = c + 1
        return goods

    def _choice(self, c: int) -> tuple[int, int]:
        """First open chain of a consignment, or -1 and the policy that closes its best."""
        plan, options = self.plan, self.plan.options[c]
        numbers = range(plan.options_first[options], plan.options_first[options + 1])
        for o in numbers:
            if self.steps[plan.option_calendar[o]].now(self.now) > 0:
                return int(plan.option_chain[o]), -1
        return -1, self.steps[plan.option_calendar[numbers[0]]].policy_at(self.now) if numbers else -1

    def _acts(self, c: int, facility: int) -> list[tuple[int, int]]:
        """(seconds, policy) of the acts in force on a consignment at a facility; empty when they take no time."""
        plan = self.plan
        acts = [
            (int(plan.act_span_s[a]), int(plan.act_policy[a]))
            for a in range(plan.act_first[c], plan.act_first[c + 1])
            if plan.act_facility[a] == facility and plan.act_from_s[a] <= self.now < plan.act_until_s[a]
        ]
        return acts if any(span_s for span_s, _ in acts) else []

    def _released(self, row: Row) -> None:
        goods = self._enter(row.consignment)
        self.must(row.place == self._choice(row.consignment)[0], "choice", "this is not its first open chain")
        goods.chain, goods.owed = row.place, self._acts(row.consignment, -1)
        if goods.owed:
            goods.state, goods.due_s = "delayed", self.now + sum(span_s for span_s, _ in goods.owed)
        else:
            self._join(row.consignment)

    def _refused(self, row: Row) -> None:
        self._enter(row.consignment).state = "refused"
        self.must(
            (-1, row.policy) == self._choice(row.consignment),
            "choice",
            "a chain is open to it, or another policy binds",
        )

    def _services_of(self, goods: Goods) -> list[int]:
        first, last = self.plan.chain_first[goods.chain : goods.chain + 2].tolist()
        services: list[int] = self.plan.chain_service[first:last].tolist()
        return services

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

    def _cleared(self, row: Row) -> None:
        goods = self.goods[row.consignment]
        if not self.must(goods.state in ("delayed", "set out") and goods.owed, "acts", "nothing held it"):
            return
        self.must(self.now == goods.due_s, "acts", f"held until second {goods.due_s}")
        self.must(
            (row.span_s, row.policy) == goods.owed.pop(0), "acts", "seconds and policy of the act in force"
        )
        there = (PlaceKind.FACILITY, goods.facility) if goods.state == "set out" else (PlaceKind.NOWHERE, -1)
        here = (row.place_kind, row.place) == there and row.cause == Cause.POLICY
        self.must(here, "acts", "held there by a policy")
        goods.own_s += row.span_s
        if goods.owed:
            return
        if goods.state == "delayed":
            self._join(row.consignment)
        else:
            goods.state, goods.since_s = "cleared", self.now
            self.yards[goods.yard].join(self.express[row.consignment], row.consignment, self.now)

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

    # --- departures -------------------------------------------------------------------------------------------

    def _keep_loading(self, row: Row) -> None:
        assert self.loading is not None
        amid = (EventKind.WAITED, EventKind.BOARDED, EventKind.DEPARTED)
        if not self.must(row.kind in amid, "conservation", "a trip is loaded and does not depart"):
            self.loading = None

    def _vehicle_since(self, s: int) -> int:
        f = int(self.plan.fleet[s])
        if f < 0:
            return 0
        self.fleets[f].settle(self.now)
        return self.fleets[f].since(int(self.plan.fleet_end[s]))

    def _boarded(self, row: Row) -> None:
        c, s, goods, line = row.consignment, row.place, self.goods[row.consignment], self.terminals[row.place]
        if self.loading is None:
            self.loading = Ride(row.trip, s)
        self.must(
            row.trip == self.loading.number and s == self.loading.service,
            "conservation",
            "loaded on another trip",
        )
        since_s = line.since(c)
        if not self.must(since_s is not None, "conservation", f"it is {goods.state}, not at this terminal"):
            return
        assert since_s is not None
        self.must(c == line.first(), "turn", f"consignment {line.first()} is first in line")
        vehicle_s = self._vehicle_since(s)
        there_s = min(max(since_s, vehicle_s), self.now)
        calendar = self.steps[self.plan.service_calendar[s]]
        waits = added(
            calendar.split(since_s, there_s, Cause.VEHICLE), calendar.split(there_s, self.now, Cause.LOAD)
        )
        self._same_waits(goods, waits)
        goods.state, goods.trip, goods.boarded_spent_s = "aboard", row.trip, 0
        # It stands in line until the trip departs: the departure's rule is about all who waited.
        line.leave(c)
        self.loading.aboard.append(c)

    def _departed(self, row: Row) -> None:
        plan, s, line = self.plan, row.place, self.terminals[row.place]
        ride = self.loading or Ride(row.trip, s)
        self.loading = None
        self.must(
            ride.number == row.trip == self.trip_first[s] + self.departures[s] and ride.service == s,
            "conservation",
            "trips of a service are numbered in order",
        )
        vehicle_s = self._vehicle_since(s)
        self.must(vehicle_s >= 0, "fleet", "no vehicle is there")
        self.must(self.steps[plan.service_calendar[s]].now(self.now) > 0, "closure", "the service is closed")
        load_teu = self._teu(ride.aboard)
        self.must(load_teu <= plan.capacity_teu[s], "capacity", f"{load_teu} TEU of {plan.capacity_teu[s]}")
        first = line.first()
        self.must(
            first < 0 or load_teu + self.size_teu[first] > plan.capacity_teu[s],
            "dispatch",
            f"consignment {first} is left behind though it fits",
        )
        due_s = self._due_s(s, ride, max(vehicle_s, self.left_s[s]), vehicle_s)
        self.must(
            self.now == due_s,
            "dispatch",
            f"it leaves at second {due_s}" if due_s < NEVER else "it does not leave yet",
        )
        if plan.fleet[s] >= 0:
            self.fleets[plan.fleet[s]].take(int(plan.fleet_end[s]))
        self.departures[s] += 1
        self.left_s[s] = self.now
        ride.departed_s = self.now
        self.rides[row.trip] = ride
        self._go_on(ride)

    def _teu(self, consignments: list[int]) -> int:
        return sum(self.size_teu[c] for c in consignments)

    def _due_s(self, s: int, ride: Ride | None, able_s: int, vehicle_s: int) -> int:
        """Second at which a service's next trip leaves, from those who wait and a vehicle there since `vehicle_s`."""
        plan, calendar = self.plan, self.steps[self.plan.service_calendar[s]]
        waiting = Queue()
        for c in (*(ride.aboard if ride else ()), *(c for part in self.terminals[s].classes for c in part)):
            waiting.join(0, c, self.goods[c].since_s)
        least_teu = int(plan.load_teu_min[s])
        if plan.dispatch[s] == Dispatch.TIMETABLE:
            table = self.timetables[s]
            slot = table.due(self.now)
            if slot < 0:
                return NEVER
            table.next += 1
            slot_s = table.slots[slot]
            enough = least_teu == 0 or waiting.reaches_s(least_teu, self.size_teu) <= slot_s
            return calendar.opens(max(slot_s, vehicle_s)) if enough else NEVER
        due_s = waiting.reaches_s(int(plan.full_teu[s]), self.size_teu)
        if plan.dispatch[s] == Dispatch.HELD:
            first_s = min(waiting.classes[0].values(), default=NEVER)
            held_s = max(vehicle_s, first_s) + int(plan.hold_s[s])
            due_s = min(due_s, max(held_s, waiting.reaches_s(max(least_teu, 1), self.size_teu)))
        return calendar.opens(max(due_s, able_s))

    def _lapsed(self, row: Row) -> None:
        s, table = row.place, self.timetables[row.place]
        slot = table.next
        teu = self._teu([c for part in self.terminals[s].classes for c in part])
        if row.cause == Cause.LOAD:
            here = slot < len(table.slots) and table.slots[slot] == self.now
            self.must(here and teu < self.plan.load_teu_min[s], "dispatch", f"{teu} TEU wait in this slot")
        else:
            over = slot + 1 < len(table.slots) and table.slots[slot + 1] == self.now
            calendar = self.steps[self.plan.service_calendar[s]]
            why = Cause.VEHICLE if calendar.now(self.now - 1) else calendar.cause_at(self.now - 1)
            missing = why != Cause.VEHICLE or self._vehicle_since(s) < 0
            self.must(
                over and missing and row.cause == why,
                "dispatch",
                "the slot before was due, and could be used",
            )
        table.next += 1

    # --- trips ------------------------------------------------------------------------------------------------

    def _step(self, ride: Ride) -> tuple[int, int]:
        """(kind, place) of the step that a trip is at; (-1, -1) when all are done."""
        i = ride.step
        if i >= self.plan.step_first[ride.service + 1]:
            return -1, -1
        return int(self.plan.step_kind[i]), int(self.plan.step_place[i])

    def _is_at(self, ride: Ride, row: Row) -> bool:
        kind, place = self._step(ride)
        return kind >= 0 and (row.place_kind, row.place) == (_PLACE_OF_STEP.get(StepKind(kind)), place)

    def _go_on(self, ride: Ride) -> None:
        """A trip comes to its next step that takes time, past checkpoints."""
        ride.step = int(self.plan.step_first[ride.service]) if ride.step < 0 else ride.step + 1
        ride.since_s, ride.waits, ride.started = self.now, {}, False
        kind, place = self._step(ride)
        while kind == StepKind.CHECK:
            self.checking = ride
            ride.to_set_out = {c for c in ride.aboard if self._acts(c, place)}
            self.yards.setdefault(ride.step, Queue())
            ride.step += 1
            kind, place = self._step(ride)
        express = int(self.plan.service_express[ride.service])
        if kind == StepKind.GATE:
            self.gates[place].join(express, ride.number, self.now)
        elif kind == StepKind.HANDLE:
            self.stations[place].join(express, ride.number, self.now)

    def _come(self, row: Row) -> Ride | None:
        """The trip of a row, if it is where the row says; its spans so far tile its time."""
        ride = self.rides.get(row.trip)
        if not self.must(ride is not None, "conservation", "it has not departed") or ride is None:
            return None
        if not self.must(self._is_at(ride, row), "conservation", "the trip is elsewhere on its way"):
            return None
        ride.spent_s += row.span_s
        told_s = ride.departed_s + ride.spent_s
        self.must(told_s == self.now, "causes", f"its causes sum to second {told_s}")
        return ride

    def _work_s(self, ride: Ride) -> int:
        return int(
            self.plan.work_s[self.plan.work_first[ride.step] + ride.number - self.trip_first[ride.service]]
        )

    def _take_turn(self, line: Queue, ride: Ride) -> None:
        express = int(self.plan.service_express[ride.service])
        self.must(
            not line.has_better_claim(express, ride.number, self.now), "turn", "another should go before"
        )
        line.leave(ride.number)

    def _passed(self, row: Row) -> None:
        ride = self._come(row)
        if ride is None:
            return
        g, calendar = row.place, self.steps[self.plan.gate_calendar[row.place]]
        self._take_turn(self.gates[g], ride)
        self.must(calendar.now(self.now) > 0, "closure", "the gate is closed")
        self.must(self.now >= self.gate_free_s[g], "headway", f"the gate is free at {self.gate_free_s[g]}")
        free_s = calendar.opens(max(ride.since_s, self.gate_free_s[g]))
        self.must(self.now <= free_s, "turn", f"the gate was free at second {free_s}")
        self._same_waits(ride, calendar.split(ride.since_s, self.now, Cause.PATH))
        self.gate_free_s[g] = calendar.done(self.now, int(self.plan.gate_headway_s[g]))
        self._go_on(ride)

    def _started(self, row: Row) -> None:
        ride = self._come(row)
        if ride is None:
            return
        n = row.place
        servers, rate = (
            self.steps[self.plan.station_servers[n]],
            self.steps[self.plan.station_rate[n]],
        )
        self.must(not ride.started, "conservation", "its handling has started already")
        self._take_turn(self.stations[n], ride)
        self.must(rate.now(self.now) > 0, "closure", "the station is closed")
        self.must(
            self.busy[n] < servers.now(self.now),
            "servers",
            f"{self.busy[n]} of {servers.now(self.now)} are busy",
        )
        changes = self.now in servers.at_s or self.now in rate.at_s
        prompt = self.now in (ride.since_s, self.server_freed_s[n]) or changes
        self.must(
            prompt, "turn", "nothing changed at the station in this second: it could have started before"
        )
        self._same_waits(ride, rate.split(ride.since_s, self.now, Cause.CRANE))
        self.busy[n] += 1
        ride.started, ride.since_s = True, self.now

    def _finished(self, row: Row) -> None:
        ride = self._come(row)
        if ride is None or not self.must(ride.started, "conservation", "its handling has not started"):
            return
        n, rate = row.place, self.steps[self.plan.station_rate[row.place]]
        self._end_work(
            row, ride, rate, rate.done(ride.since_s, self._work_s(ride)), int(self.plan.station_cause[n])
        )
        self.busy[n] -= 1
        self.server_freed_s[n] = self.now
        self._go_on(ride)

    def _arrived(self, row: Row) -> None:
        ride = self._come(row)
        if ride is None:
            return
        leg, calendar = row.place, self.steps[self.plan.leg_calendar[row.place]]
        done_s = calendar.done(calendar.opens(ride.since_s), self._work_s(ride))
        self._end_work(row, ride, calendar, done_s, int(self.plan.leg_cause[leg]))
        self._go_on(ride)

    def _end_work(self, row: Row, ride: Ride, calendar: Steps, done_s: int, cause: int) -> None:
        self.must(self.now == done_s, "work", f"its work is done at second {done_s}")
        self.must(row.cause == cause, "causes", f"expected the cause {Cause(cause).label}")
        expected = calendar.split(ride.since_s, self.now, cause)
        self.must(
            row.span_s == expected.pop(cause, 0), "causes", "the seconds of its work, closures left out"
        )
        self._same_waits(ride, expected)

    # --- checkpoints ------------------------------------------------------------------------------------------

    def _set_out(self, row: Row) -> None:
        ride, goods = self.checking, self.goods[row.consignment]
        here = self._passes(row) and ride is not None and row.consignment in ride.to_set_out
        if not self.must(here, "acts", "no act on it is in force here"):
            return
        assert ride is not None
        ride.to_set_out.discard(row.consignment)
        ride.aboard.remove(row.consignment)
        goods.ridden_s += ride.spent_s - goods.boarded_spent_s
        goods.owed = self._acts(row.consignment, row.place)
        goods.due_s = self.now + sum(span_s for span_s, _ in goods.owed)
        goods.state, goods.yard, goods.facility, goods.trip = "set out", ride.step - 1, row.place, -1

    def _passes(self, row: Row) -> bool:
        """Whether the trip of a row passes the checkpoint of the row now."""
        ride = self.checking
        if ride is None or ride.number != row.trip or ride.since_s != self.now:
            return False
        return bool(self.plan.step_place[ride.step - 1] == row.place)

    def _room_teu(self, ride: Ride) -> int:
        room_teu = self.plan.capacity_teu[ride.service] + self.plan.spare_teu[ride.service]
        return int(room_teu) - self._teu(ride.aboard)

    def _attached(self, row: Row) -> None:
        ride, goods = self.checking, self.goods[row.consignment]
        if not self.must(
            self._passes(row) and goods.state == "cleared",
            "conservation",
            f"it is {goods.state}, or the trip not here",
        ):
            return
        assert ride is not None
        yard = self.yards[ride.step - 1]
        self.must(row.consignment == yard.first(), "turn", f"consignment {yard.first()} is first in the yard")
        self.must(
            self.size_teu[row.consignment] <= self._room_teu(ride),
            "capacity",
            f"room for {self._room_teu(ride)} TEU",
        )
        wait_s = self.now - goods.since_s
        self._same_waits(goods, {Cause.VEHICLE: wait_s} if wait_s else {})
        yard.leave(row.consignment)
        goods.state, goods.trip, goods.boarded_spent_s = "aboard", row.trip, ride.spent_s
        ride.aboard.append(row.consignment)

    def _end_check(self) -> None:
        """A trip has left a checkpoint: nobody stays aboard or behind that should not."""
        ride = self.checking
        assert ride is not None
        for c in ride.to_set_out:
            self.must(
                False, "acts", "an act is in force, but it was not set out", consignment=c, trip=ride.number
            )
        first = self.yards[ride.step - 1].first()
        self.must(
            first < 0 or self.size_teu[first] > self._room_teu(ride),
            "turn",
            f"consignment {first} is left behind though it fits",
            first,
            ride.number,
        )
        self.checking = None

    # --- ends -------------------------------------------------------------------------------------------------

    def _unloaded(self, row: Row) -> None:
        ride, goods = self.rides.get(row.trip), self.goods[row.consignment]
        if not self.must(
            ride is not None and goods.state == "aboard" and goods.trip == row.trip,
            "conservation",
            f"it is {goods.state}",
        ):
            return
        assert ride is not None
        over = ride.service == row.place and self._step(ride)[0] < 0 and ride.since_s == self.now
        self.must(over, "conservation", "the trip is not at its end")
        if row.consignment in ride.aboard:
            ride.aboard.remove(row.consignment)
        goods.ridden_s += ride.spent_s - goods.boarded_spent_s
        goods.leg, goods.trip = goods.leg + 1, -1
        self._join(row.consignment)

    def _delivered(self, row: Row) -> None:
        goods = self.goods[row.consignment]
        here = goods.state == "arrived" and goods.since_s == self.now and goods.chain == row.place
        self.must(here, "conservation", f"it is {goods.state}, or on another chain")
        goods.state = "delivered"
        transit_s = self.now - int(self.plan.release_s[row.consignment])
        told_s = goods.own_s + goods.ridden_s
        self.must(told_s == transit_s, "causes", f"its causes sum to {told_s} s of {transit_s} s")

    def _freed(self, row: Row) -> None:
        ride = self.rides.get(row.trip)
        over = ride is not None and self._step(ride)[0] < 0 and not ride.aboard and ride.since_s == self.now
        if not self.must(
            over and ride is not None and not ride.freed, "fleet", "the trip is not at its end, or was freed"
        ):
            return
        assert ride is not None
        ride.freed = True
        self.must(row.place == self.plan.fleet[ride.service], "fleet", "a vehicle of another fleet")
        fleet = self.fleets[row.place]
        fleet.settle(self.now)
        fleet.free(1 - int(self.plan.fleet_end[ride.service]), self.now)

    def _returned(self, row: Row) -> None:
        fleet = self.fleets[row.place]
        fleet.settle(self.now)
        if self.must((self.now, row.span_s) in fleet.coming, "fleet", "no empty vehicle comes home now"):
            fleet.coming.remove((self.now, row.span_s))
            fleet.free(0, self.now)
        self.must(row.cause == Cause.RUNNING, "causes", "an empty vehicle runs")

    # --- the period's end -------------------------------------------------------------------------------------

    def _end(self) -> None:
        """Nothing that was due before the period's end is missing."""
        if self.checking is not None:
            self._end_check()
        self.row, self.now = Row(0, -1, -1, -1, 0, -1, -1, 0, -1), self.plan.period_s
        self.must(self.loading is None, "conservation", "a trip is loaded and does not depart")
        for c, goods in enumerate(self.goods):
            at_rest = goods.state not in ("not released", "arrived") and not goods.waits
            self.must(
                at_rest, "conservation", f"it is {goods.state}, and its next row is missing", consignment=c
            )
            held = goods.state in ("delayed", "set out")
            self.must(
                not held or goods.due_s >= self.now,
                "acts",
                f"held until second {goods.due_s} only",
                consignment=c,
            )
        for ride in self.rides.values():
            self._end_of_ride(ride)
        for s in range(self.plan.n_services):
            self._end_of_service(s)
        for f, fleet in enumerate(self.fleets):
            fleet.settle(self.now)
            late = [back_s for back_s, _ in fleet.coming if back_s < self.now]
            self.must(not late, "fleet", f"an empty vehicle of fleet {f} is home at second {late[:1]}")

    def _end_of_ride(self, ride: Ride) -> None:
        plan, last_s, trip = self.plan, self.now - 1, ride.number
        kind, place = self._step(ride)
        free = not ride.waits
        if kind < 0:
            free = plan.fleet[ride.service] >= 0 and not ride.freed
            self.must(
                not ride.aboard and not free,
                "conservation",
                "it has ended and is not unloaded and freed",
                trip=trip,
            )
            return
        self.must(free, "conservation", "it waited and its next row is missing", trip=trip)
        if kind == StepKind.GATE:
            due_s = self.steps[plan.gate_calendar[place]].opens(max(ride.since_s, self.gate_free_s[place]))
            first = self.gates[place].first() == trip
            self.must(due_s > last_s or not first, "turn", f"the gate was free at second {due_s}", trip=trip)
        elif kind == StepKind.HANDLE and not ride.started:
            rate, servers = self.steps[plan.station_rate[place]], self.steps[plan.station_servers[place]]
            able = rate.now(last_s) > 0 and self.busy[place] < servers.now(last_s)
            self.must(not able, "turn", "a server is free and it does not start", trip=trip)
        else:
            run = kind == StepKind.RUN
            calendar = self.steps[plan.leg_calendar[place] if run else plan.station_rate[place]]
            done_s = calendar.done(calendar.opens(ride.since_s), self._work_s(ride))
            self.must(done_s > last_s, "work", f"its work is done at second {done_s}", trip=trip)

    def _end_of_service(self, s: int) -> None:
        if self.plan.dispatch[s] == Dispatch.TIMETABLE:
            table = self.timetables[s]
            past = sum(slot_s < self.now for slot_s in table.slots)
            told = table.next == past or (table.next == past - 1 and self._last_slot_waits(s))
            self.must(told, "dispatch", f"service {s} has slots that were neither used nor lapsed")
            return
        vehicle_s = self._vehicle_since(s)
        due_s = self._due_s(s, None, max(vehicle_s, self.left_s[s]), vehicle_s)
        self.must(
            vehicle_s < 0 or due_s >= self.now, "dispatch", f"a trip of service {s} leaves at second {due_s}"
        )

    def _last_slot_waits(self, s: int) -> bool:
        """Whether a departure that is due still waits for a vehicle or an opening at the period's end."""
        slot_s, vehicle_s = self.timetables[s].slots[self.timetables[s].next], self._vehicle_since(s)
        least_teu = int(self.plan.load_teu_min[s])
        enough = least_teu <= 0 or self.terminals[s].reaches_s(least_teu, self.size_teu) <= slot_s
        opens_s = self.steps[self.plan.service_calendar[s]].opens(max(slot_s, vehicle_s))
        return enough and (vehicle_s < 0 or opens_s >= self.now)


def _spans(spans: dict[int, int]) -> str:
    return (
        ", ".join(f"{span_s} s {Cause(cause).label}" for cause, span_s in sorted(spans.items())) or "nothing"
    )
