"""Trips on their way, replayed: gates, stations, legs and checkpoints."""

from __future__ import annotations

from sim.contract.audit import Audit, Row
from sim.contract.calendars import Calendar
from sim.contract.ledgers import Queue, Ride
from sim.contract.tables import Cause, StepKind


class TripAudit(Audit):
    """Asks of every trip whether it could pass, start, finish, arrive, and set out or attach consignments."""

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
        # A log with more departures than draws has been noted already.
        draw = min(int(self.plan.work_first[ride.step]) + ride.draw, len(self.plan.work_s) - 1)
        return int(self.plan.work_s[draw])

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
        self.chooser.book.add(g, self.now - ride.since_s)
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
        self.chooser.book.add(self.chooser.book.first_station + n, self.now - ride.since_s)
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

    def _end_work(self, row: Row, ride: Ride, calendar: Calendar, done_s: int, cause: int) -> None:
        self.must(self.now == done_s, "work", f"its work is done at second {done_s}")
        self.must(row.cause == cause, "causes", f"expected the cause {Cause(cause).label}")
        expected = calendar.split(ride.since_s, self.now, cause)
        self.must(
            row.span_s == expected.pop(cause, 0), "causes", "the seconds of its work, closures left out"
        )
        self._same_waits(ride, expected)

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
