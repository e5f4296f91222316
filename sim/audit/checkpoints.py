"""Checkpoints: who is taken off a trip there, who is put on it, and that nobody is who should not be."""

from __future__ import annotations

from sim.audit.books import Ride
from sim.audit.rows import Row
from sim.audit.state import State
from sim.audit.waits import end_wait
from sim.contract import Cause


def set_out(state: State, row: Row) -> None:
    """A consignment is taken off where an act on it is in force."""
    ride, goods = state.checking, state.goods[row.consignment]
    here = _passes(state, row) and ride is not None and row.consignment in ride.to_set_out
    if not state.must(here, "acts", "no act on it is in force here") or ride is None:
        return
    ride.to_set_out.discard(row.consignment)
    ride.aboard.remove(row.consignment)
    goods.ridden_s += ride.spent_s - goods.boarded_spent_s
    goods.owed = state.acts_on(row.consignment, row.place)
    goods.due_s = state.now_s + sum(span_s for span_s, _ in goods.owed)
    goods.state, goods.yard, goods.facility, goods.trip = "set out", ride.step - 1, row.place, -1


def attached(state: State, row: Row) -> None:
    """The first of the yard is put on a trip that has room for it."""
    ride, goods = state.checking, state.goods[row.consignment]
    ready = _passes(state, row) and goods.state == "cleared"
    if not state.must(ready, "conservation", f"it is {goods.state}, or the trip not here") or ride is None:
        return
    yard = state.yards[ride.step - 1]
    state.must(row.consignment == yard.first(), "turn", f"consignment {yard.first()} is first in the yard")
    room_teu = _room_teu(state, ride)
    state.must(state.size_teu[row.consignment] <= room_teu, "capacity", f"room for {room_teu} TEU")
    wait_s = state.now_s - goods.since_s
    end_wait(state, goods, {Cause.VEHICLE: wait_s} if wait_s else {})
    yard.leave(row.consignment)
    goods.state, goods.trip, goods.boarded_spent_s = "aboard", row.trip, ride.spent_s
    ride.aboard.append(row.consignment)


def leave_checkpoint(state: State) -> None:
    """The trip at a checkpoint has left it: nobody stays aboard or behind that should not."""
    ride = state.checking
    if ride is None:
        return
    for c in ride.to_set_out:
        state.must(
            False, "acts", "an act is in force, but it was not set out", consignment=c, trip=ride.number
        )
    first = state.yards[ride.step - 1].first()
    alone = first < 0 or state.size_teu[first] > _room_teu(state, ride)
    state.must(alone, "turn", f"consignment {first} is left behind though it fits", first, ride.number)
    state.checking = None


def _passes(state: State, row: Row) -> bool:
    """Whether the trip of a row passes the checkpoint of the row now."""
    ride = state.checking
    if ride is None or ride.number != row.trip or ride.since_s != state.now_s:
        return False
    return bool(state.plan.step_place[ride.step - 1] == row.place)


def _room_teu(state: State, ride: Ride) -> int:
    """TEU that still fit on a trip on its way."""
    room_teu = state.plan.capacity_teu[ride.service] + state.plan.spare_teu[ride.service]
    return int(room_teu) - state.teu(ride.aboard)
