"""Departures, replayed: who boards, and when a trip leaves."""

from __future__ import annotations

from sim.contract.audit import Row
from sim.contract.audit_fleets import FleetAudit
from sim.contract.calendars import added
from sim.contract.ledgers import Queue, Ride
from sim.contract.tables import NEVER, Cause, Dispatch, EventKind


class DepartureAudit(FleetAudit):
    """Asks of every departure whether its rule, its load and its vehicle allow it."""

    def _keep_loading(self, row: Row) -> None:
        assert self.loading is not None
        amid = (EventKind.WAITED, EventKind.BOARDED, EventKind.DEPARTED)
        if not self.must(row.kind in amid, "conservation", "a trip is loaded and does not depart"):
            self.loading = None

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
        self.chooser.book.add(self.chooser.book.first_service + s, self.now - since_s)
        goods.state, goods.trip, goods.boarded_spent_s = "aboard", row.trip, 0
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
        ride.departed_s, ride.draw = self.now, self.turns[s].take(self.now)
        self.rides[row.trip] = ride
        self._go_on(ride)

    def _due_s(self, s: int, ride: Ride | None, able_s: int, vehicle_s: int) -> int:
        """Second at which a service's next trip leaves, from those who wait and a vehicle there since `vehicle_s`."""
        plan, calendar = self.plan, self.steps[int(self.plan.service_calendar[s])]
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
            reached_s = waiting.reaches_s(least_teu, self.size_teu) if least_teu else 0
            if reached_s > slot_s and self.left_line_s[s] >= slot_s:
                # Enough waited in the slot, some left the line since, and others made up for them.
                return calendar.opens(max(reached_s, vehicle_s))
            return calendar.opens(max(slot_s, vehicle_s)) if reached_s <= slot_s else NEVER
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
        if slot < len(table.slots) and table.slots[slot] == self.now:
            lacks = row.cause == Cause.LOAD and teu < self.plan.load_teu_min[s]
            self.must(lacks, "dispatch", f"{teu} TEU wait in this slot")
        else:
            over = slot + 1 < len(table.slots) and table.slots[slot + 1] == self.now
            why = self._what_kept(s, teu)
            missing = why != Cause.VEHICLE or self._vehicle_since(s) < 0
            self.must(
                over and missing and row.cause == why,
                "dispatch",
                "the slot before was due, and could be used",
            )
        table.next += 1

    def _what_kept(self, s: int, teu: int) -> int:
        """Cause that has kept a departure from a slot past: closed, too little load since some left the line, or no vehicle."""
        calendar = self.steps[int(self.plan.service_calendar[s])]
        if not calendar.now(self.now - 1):
            return calendar.cause_at(self.now - 1)
        left = self.left_line_s[s] >= 0 and teu < self.plan.load_teu_min[s]
        return int(Cause.LOAD if left else Cause.VEHICLE)

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
        reached_s = self.terminals[s].reaches_s(least_teu, self.size_teu) if least_teu else 0
        opens_s = self.steps[self.plan.service_calendar[s]].opens(max(slot_s, vehicle_s))
        if reached_s > slot_s and self.left_line_s[s] >= slot_s:
            return vehicle_s < 0 or reached_s >= self.now or opens_s >= self.now
        return reached_s <= slot_s and (vehicle_s < 0 or opens_s >= self.now)
