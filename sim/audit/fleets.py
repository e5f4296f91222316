"""Vehicles: whether each was where it is taken from, and ran empty, home or to freight that calls it, when it had to and only then."""

from __future__ import annotations

from itertools import chain

from sim.audit.books import FleetBook
from sim.audit.rows import Row
from sim.audit.state import State
from sim.contract import NEVER, Cause, PlaceKind


def settle_fleets(state: State, until_s: int) -> None:
    """Do what happened to vehicles without a row since the last one: withdrawals up to a second (first in theirs), returns
    before it (last in theirs). Freight that called one in that time must have been heard.
    """
    for f, fleet in enumerate(state.fleets):
        since_s = state.now_s
        while any(fleet.idle) or fleet.changes:
            change_s = fleet.changes[0] if fleet.changes else NEVER
            leaves_s = fleet.leaves_s(since_s, _spare(state, f, 1)) if fleet.idle[1] else NEVER
            if change_s <= min(until_s, leaves_s):
                _nobody_called(state, f, since_s, change_s)
                fleet.changes.popleft()
                fleet.change(change_s)
                since_s = max(since_s, change_s)
            elif leaves_s < until_s:
                _nobody_called(state, f, since_s, leaves_s + 1)
                fleet.run_empty(1, leaves_s)
                since_s = leaves_s
            else:
                break
        _nobody_called(state, f, since_s, until_s)


def vehicle_since(state: State, s: int) -> int:
    """Since when a vehicle is there for a service; -1 when none is."""
    f = int(state.plan.fleet[s])
    return 0 if f < 0 else state.fleets[f].since(int(state.plan.fleet_end[s]))


def freed(state: State, row: Row) -> None:
    """The vehicle of a trip that has ended and is unloaded is free at the far end."""
    ride = state.rides.get(row.trip)
    over = ride is not None and state.step_of(ride)[0] < 0 and not ride.aboard and ride.since_s == state.now_s
    once = over and ride is not None and not ride.freed
    if not state.must(once, "fleet", "the trip is not at its end, or was freed") or ride is None:
        return
    ride.freed = True
    state.must(row.place == state.plan.fleet[ride.service], "fleet", "a vehicle of another fleet")
    state.fleets[row.place].free(1 - int(state.plan.fleet_end[ride.service]), state.now_s)


def called(state: State, row: Row) -> None:
    """A vehicle sets off empty to freight that calls it now."""
    s, f = row.place, int(state.plan.fleet[row.place])
    holds = f >= 0 and _call_s(state, s) <= state.now_s
    if state.must(holds and state.fleets[f].runs_s, "fleet", "its freight calls no empty vehicle now"):
        state.fleets[f].run_empty(1 - int(state.plan.fleet_end[s]), state.now_s, s)


def returned(state: State, row: Row) -> None:
    """An empty vehicle that is under way comes home, or to the service that called it."""
    home = row.place_kind == PlaceKind.FLEET
    f = row.place if home else int(state.plan.fleet[row.place])
    if not state.must(f >= 0, "fleet", "the service has no fleet"):
        return
    fleet, s = state.fleets[f], -1 if home else row.place
    if home and row.span_s == 0:
        _leave_now(state, fleet, f)
    if state.must(fleet.comes(state.now_s, row.span_s, s), "fleet", "no empty vehicle comes here now"):
        fleet.free(0 if home else int(state.plan.fleet_end[s]), state.now_s)
    state.must(row.cause == Cause.RUNNING, "causes", "an empty vehicle runs")


def end_of_fleet(state: State, f: int) -> None:
    """At the period's end no empty vehicle is home and not said to be."""
    late = [run[0] for run in state.fleets[f].coming.values() if run[0] < state.now_s]
    state.must(not late, "fleet", f"an empty vehicle of fleet {f} is home at second {late[:1]}")


def _loads(state: State, s: int) -> int:
    """How many vehicles the freight that waits for a service is worth: each with enough to call one."""
    capacity_teu = int(state.plan.capacity_teu[s])
    return (state.waiting_teu(s) + capacity_teu - int(state.plan.call_teu[s])) // capacity_teu


def _spare(state: State, f: int, end: int) -> int:
    """How many idle vehicles at an end are more than what waits there will need."""
    return len(state.fleets[f].idle[end]) - sum(_loads(state, s) for s in state.fleets[f].ends[end])


def _call_s(state: State, s: int) -> int:
    """Second from which freight for a service calls an empty vehicle that could come; NEVER when it calls none."""
    f, end = int(state.plan.fleet[s]), int(state.plan.fleet_end[s])
    fleet = state.fleets[f]
    if fleet.call_after_s < 0 or fleet.idle[end] or _spare(state, f, 1 - end) <= 0:
        return NEVER
    if _loads(state, s) <= fleet.called(s):
        return NEVER
    return state.terminals[s].earliest_s() + fleet.call_after_s


def _nobody_called(state: State, f: int, since_s: int, until_s: int) -> None:
    """No freight has called a vehicle of a fleet in a time without rows."""
    if state.fleets[f].call_after_s < 0 or not any(state.fleets[f].idle) or since_s >= until_s:
        return
    for s in chain(*state.fleets[f].ends):
        call_s = max(_call_s(state, s), since_s)
        state.must(
            call_s >= until_s, "fleet", f"freight of service {s} calls an empty vehicle at second {call_s}"
        )


def _leave_now(state: State, fleet: FleetBook, f: int) -> None:
    """Vehicles that are home in the second in which they set off have done so already, before the second is over."""
    if (state.now_s, 0, -1) in fleet.coming.values():
        return
    while fleet.idle[1] and fleet.leaves_s(state.now_s, _spare(state, f, 1)) == state.now_s:
        fleet.run_empty(1, state.now_s)
