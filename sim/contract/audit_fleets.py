"""Vehicles, replayed: where they are, and when they run empty, home or to freight that calls them."""

from __future__ import annotations

from sim.contract.audit import Row
from sim.contract.audit_trips import TripAudit
from sim.contract.ledgers import FleetBook
from sim.contract.tables import NEVER, Cause, PlaceKind


class FleetAudit(TripAudit):
    """Asks of every vehicle whether it was where it is taken from, and whether it ran empty when it had to and only then."""

    def _loads(self, s: int) -> int:
        """How many vehicles the freight that waits for a service is worth: each with enough to call one."""
        capacity_teu = int(self.plan.capacity_teu[s])
        teu = self._teu([c for part in self.terminals[s].classes for c in part])
        return (teu + capacity_teu - int(self.plan.call_teu[s])) // capacity_teu

    def _spare(self, f: int, end: int) -> int:
        """How many idle vehicles at an end are more than what waits there will need."""
        return len(self.fleets[f].idle[end]) - sum(map(self._loads, self.ends[f][end]))

    def _call_s(self, s: int) -> int:
        """Second from which freight for a service calls an empty vehicle that could come; NEVER when it calls none."""
        f, end = int(self.plan.fleet[s]), int(self.plan.fleet_end[s])
        fleet = self.fleets[f]
        if fleet.call_after_s < 0 or fleet.idle[end] or self._spare(f, 1 - end) <= 0:
            return NEVER
        if self._loads(s) <= fleet.called(s):
            return NEVER
        return self.terminals[s].earliest_s() + fleet.call_after_s

    def _settle_fleets(self, until_s: int) -> None:
        """Do what happened to vehicles without a row since the last one: withdrawals up to a second (first in theirs), returns
        before it (last in theirs). Freight that called one in that time must have been heard.
        """
        for f, fleet in enumerate(self.fleets):
            since_s = self.now
            while any(fleet.idle) or fleet.changes:
                change_s = fleet.changes[0] if fleet.changes else NEVER
                leaves_s = fleet.leaves_s(since_s, self._spare(f, 1)) if fleet.idle[1] else NEVER
                if change_s <= min(until_s, leaves_s):
                    self._heard(f, since_s, change_s)
                    fleet.changes.popleft()
                    fleet.change(change_s)
                    since_s = max(since_s, change_s)
                elif leaves_s < until_s:
                    self._heard(f, since_s, leaves_s + 1)
                    fleet.run_empty(1, leaves_s)
                    since_s = leaves_s
                else:
                    break
            self._heard(f, since_s, until_s)

    def _heard(self, f: int, since_s: int, until_s: int) -> None:
        """No freight has called a vehicle of a fleet in a time without rows."""
        if self.fleets[f].call_after_s < 0 or not any(self.fleets[f].idle) or since_s >= until_s:
            return
        for s in (*self.ends[f][0], *self.ends[f][1]):
            call_s = max(self._call_s(s), since_s)
            self.must(
                call_s >= until_s,
                "fleet",
                f"freight of service {s} calls an empty vehicle at second {call_s}",
            )

    def _vehicle_since(self, s: int) -> int:
        f = int(self.plan.fleet[s])
        return 0 if f < 0 else self.fleets[f].since(int(self.plan.fleet_end[s]))

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
        self.fleets[row.place].free(1 - int(self.plan.fleet_end[ride.service]), self.now)

    def _called(self, row: Row) -> None:
        s, f = row.place, int(self.plan.fleet[row.place])
        holds = f >= 0 and self._call_s(s) <= self.now
        if self.must(holds and self.fleets[f].runs_s, "fleet", "its freight calls no empty vehicle now"):
            self.fleets[f].run_empty(1 - int(self.plan.fleet_end[s]), self.now, s)

    def _returned(self, row: Row) -> None:
        home = row.place_kind == PlaceKind.FLEET
        f = row.place if home else int(self.plan.fleet[row.place])
        if not self.must(f >= 0, "fleet", "the service has no fleet"):
            return
        fleet, s = self.fleets[f], -1 if home else row.place
        if home and row.span_s == 0:
            self._leave_now(fleet, f)
        if self.must(fleet.comes(self.now, row.span_s, s), "fleet", "no empty vehicle comes here now"):
            fleet.free(0 if home else int(self.plan.fleet_end[s]), self.now)
        self.must(row.cause == Cause.RUNNING, "causes", "an empty vehicle runs")

    def _leave_now(self, fleet: FleetBook, f: int) -> None:
        """Vehicles that are home in the second in which they set off have done so already, before the second is over."""
        if (self.now, 0, -1) in fleet.coming.values():
            return
        while fleet.idle[1] and fleet.leaves_s(self.now, self._spare(f, 1)) == self.now:
            fleet.run_empty(1, self.now)
