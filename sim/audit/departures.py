"""Departures: who boards, and whether a trip leaves when its rule, its load and its vehicle say."""

from __future__ import annotations

from sim.audit.books import Queue, Ride
from sim.audit.fleets import vehicle_since
from sim.audit.rows import Row
from sim.audit.state import State
from sim.audit.trips import go_on
from sim.audit.waits import end_wait
from sim.contract import NEVER, Cause, Dispatch, EventKind, added, note

_AMID_LOADING = (EventKind.WAITED, EventKind.BOARDED, EventKind.DEPARTED)


def keep_loading(state: State, row: Row) -> None:
    """A trip that is being loaded departs before anything else happens."""
    if state.loading is None:
        return
    if not state.must(row.kind in _AMID_LOADING, "conservation", "a trip is loaded and does not depart"):
        state.loading = None


def boarded(state: State, row: Row) -> None:
    """The first in line is loaded on the trip that departs next."""
    c, s, goods, line = row.consignment, row.place, state.goods[row.consignment], state.terminals[row.place]
    if state.loading is None:
        state.loading = Ride(row.trip, s)
    same = row.trip == state.loading.number and s == state.loading.service
    state.must(same, "conservation", "loaded on another trip")
    since_s = line.since(c)
    there = state.must(since_s is not None, "conservation", f"it is {goods.state}, not at this terminal")
    if not there or since_s is None:
        return
    state.must(c == line.first(), "turn", f"consignment {line.first()} is first in line")
    there_s = min(max(since_s, vehicle_since(state, s)), state.now_s)
    end_wait(state, goods, waits_in_line(state, s, since_s, there_s))
    note(state.known, state.plan.n_gates + state.plan.n_stations + s, state.now_s - since_s)
    goods.state, goods.trip, goods.boarded_spent_s = "aboard", row.trip, 0
    line.leave(c)
    state.loading.aboard.append(c)


def waits_in_line(state: State, s: int, since_s: int, there_s: int) -> dict[int, int]:
    """Seconds by cause of a wait for a service that ends now, with a vehicle there from `there_s` on."""
    calendar = state.service_calendar(s)
    return added(
        calendar.split(since_s, there_s, Cause.VEHICLE), calendar.split(there_s, state.now_s, Cause.LOAD)
    )


def departed(state: State, row: Row) -> None:
    """A trip leaves in its turn, with a vehicle, open, full enough, in its second, and nobody left behind that fits."""
    plan, s, line = state.plan, row.place, state.terminals[row.place]
    ride = state.loading or Ride(row.trip, s)
    state.loading = None
    due = ride.number == row.trip == state.trip_first[s] + state.departures[s] and ride.service == s
    state.must(due, "conservation", "trips of a service are numbered in order")
    vehicle_s = vehicle_since(state, s)
    state.must(vehicle_s >= 0, "fleet", "no vehicle is there")
    state.must(state.service_calendar(s).now(state.now_s) > 0, "closure", "the service is closed")
    load_teu, first = state.teu(ride.aboard), line.first()
    state.must(load_teu <= plan.capacity_teu[s], "capacity", f"{load_teu} TEU of {plan.capacity_teu[s]}")
    full = first < 0 or load_teu + state.size_teu[first] > plan.capacity_teu[s]
    state.must(full, "dispatch", f"consignment {first} is left behind though it fits")
    due_s = _due_s(state, s, ride, max(vehicle_s, state.left_s[s]), vehicle_s)
    when = f"it leaves at second {due_s}" if due_s < NEVER else "it does not leave yet"
    state.must(state.now_s == due_s, "dispatch", when)
    if plan.fleet[s] >= 0:
        state.fleets[plan.fleet[s]].take(int(plan.fleet_end[s]))
    state.departures[s] += 1
    state.left_s[s] = state.now_s
    ride.departed_s, ride.draw = state.now_s, state.turns[s].take(state.now_s)
    state.rides[row.trip] = ride
    go_on(state, ride)


def _due_s(state: State, s: int, ride: Ride | None, able_s: int, vehicle_s: int) -> int:
    """Second at which a service's next trip leaves, from those who wait and a vehicle there since `vehicle_s`."""
    plan, calendar = state.plan, state.service_calendar(s)
    waiting = Queue()
    for c in (*(ride.aboard if ride else ()), *(c for part in state.terminals[s].classes for c in part)):
        waiting.join(0, c, state.goods[c].since_s)
    least_teu = int(plan.load_teu_min[s])
    if plan.dispatch[s] == Dispatch.TIMETABLE:
        table = state.timetables[s]
        slot = table.due(state.now_s)
        if slot < 0:
            return NEVER
        table.next += 1
        slot_s = table.slots[slot]
        reached_s = waiting.reaches_s(least_teu, state.size_teu) if least_teu else 0
        if reached_s > slot_s and state.left_line_s[s] >= slot_s:
            # Enough waited in the slot, some left the line since, and others made up for them.
            return calendar.opens(max(reached_s, vehicle_s))
        return calendar.opens(max(slot_s, vehicle_s)) if reached_s <= slot_s else NEVER
    due_s = waiting.reaches_s(int(plan.full_teu[s]), state.size_teu)
    if plan.dispatch[s] == Dispatch.HELD:
        first_s = min(waiting.classes[0].values(), default=NEVER)
        held_s = max(vehicle_s, first_s) + int(plan.hold_s[s])
        due_s = min(due_s, max(held_s, waiting.reaches_s(max(least_teu, 1), state.size_teu)))
    return calendar.opens(max(due_s, able_s))


def lapsed(state: State, row: Row) -> None:
    """A slot goes by unused: too little load in its second, or what it waited for did not come before the next slot."""
    s, table = row.place, state.timetables[row.place]
    slot = table.next
    teu = state.waiting_teu(s)
    if slot < len(table.slots) and table.slots[slot] == state.now_s:
        lacks = row.cause == Cause.LOAD and teu < state.plan.load_teu_min[s]
        state.must(lacks, "dispatch", f"{teu} TEU wait in this slot")
    else:
        over = slot + 1 < len(table.slots) and table.slots[slot + 1] == state.now_s
        why = _what_kept(state, s, teu)
        missing = why != Cause.VEHICLE or vehicle_since(state, s) < 0
        kept = over and missing and row.cause == why
        state.must(kept, "dispatch", "the slot before was due, and could be used")
    table.next += 1


def _what_kept(state: State, s: int, teu: int) -> int:
    """Cause that has kept a departure from a slot past: closed, too little load since some left the line, or no vehicle."""
    calendar = state.service_calendar(s)
    if not calendar.now(state.now_s - 1):
        return calendar.cause_at(state.now_s - 1)
    left = state.left_line_s[s] >= 0 and teu < state.plan.load_teu_min[s]
    return int(Cause.LOAD if left else Cause.VEHICLE)


def end_of_service(state: State, s: int) -> None:
    """At the period's end no trip of a service was due, and no slot is left over."""
    if state.plan.dispatch[s] == Dispatch.TIMETABLE:
        table = state.timetables[s]
        past = sum(slot_s < state.now_s for slot_s in table.slots)
        told = table.next == past or (table.next == past - 1 and _last_slot_waits(state, s))
        state.must(told, "dispatch", f"service {s} has slots that were neither used nor lapsed")
        return
    vehicle_s = vehicle_since(state, s)
    due_s = _due_s(state, s, None, max(vehicle_s, state.left_s[s]), vehicle_s)
    none = vehicle_s < 0 or due_s >= state.now_s
    state.must(none, "dispatch", f"a trip of service {s} leaves at second {due_s}")


def _last_slot_waits(state: State, s: int) -> bool:
    """Whether a departure that is due still waits for a vehicle or an opening at the period's end."""
    slot_s = state.timetables[s].slots[state.timetables[s].next]
    vehicle_s, least_teu = vehicle_since(state, s), int(state.plan.load_teu_min[s])
    reached_s = state.terminals[s].reaches_s(least_teu, state.size_teu) if least_teu else 0
    opens_s = state.service_calendar(s).opens(max(slot_s, vehicle_s))
    if reached_s > slot_s and state.left_line_s[s] >= slot_s:
        return vehicle_s < 0 or reached_s >= state.now_s or opens_s >= state.now_s
    return reached_s <= slot_s and (vehicle_s < 0 or opens_s >= state.now_s)
