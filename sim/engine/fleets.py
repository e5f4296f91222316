"""Fleets, compiled: vehicles that idle, and their empty runs."""

from __future__ import annotations

from sim.compiled import compiled
from sim.contract import NEVER, EventKind, PlaceKind, Rank, SampledPlan
from sim.engine.agenda import call
from sim.engine.layout import Fault, Fleet, World
from sim.engine.lines import CLASSES
from sim.engine.rows import write

# --- idle vehicles ----------------------------------------------------------------------------------------------------


@compiled
def vehicle_since(p: SampledPlan, w: World, s: int) -> int:
    """Since when a vehicle is there for a service, or -1 when none is."""
    f = p.fleet[s]
    if f < 0:
        return 0
    fleet, end = w.fleets[f], p.fleet_end[s]
    if fleet.unlimited:
        return 0
    return first_idle(w, fleet, end) if fleet.count[end] else -1


@compiled
def first_idle(w: World, fleet: Fleet, end: int) -> int:
    """Since when the vehicle that has been longest at an end is there."""
    return w.idle[fleet.ring + end * fleet.room + fleet.start[end]]


@compiled
def take_idle(w: World, fleet: Fleet, end: int) -> int:
    """Take the vehicle that has been longest at an end; return since when."""
    since_s = first_idle(w, fleet, end)
    fleet.start[end] = (fleet.start[end] + 1) % fleet.room
    fleet.count[end] -= 1
    return since_s


@compiled
def take_vehicle(p: SampledPlan, w: World, s: int) -> int:
    """Take the vehicle that has been there longest; return since when."""
    f = p.fleet[s]
    if f < 0 or w.fleets[f].unlimited:
        return 0
    return take_idle(w, w.fleets[f], p.fleet_end[s])


@compiled
def come_idle(w: World, fleet: Fleet, end: int) -> None:
    """A vehicle is idle at an end from now on."""
    place = (fleet.start[end] + fleet.count[end]) % fleet.room
    w.idle[fleet.ring + end * fleet.room + place] = w.now
    fleet.count[end] += 1


# --- empty runs -------------------------------------------------------------------------------------------------------


@compiled
def look_at_fleet(p: SampledPlan, w: World, f: int) -> None:
    """Enter the next second at which a vehicle of a fleet may set off empty, as things are."""
    if f < 0:
        return
    fleet = w.fleets[f]
    if fleet.count[0] == 0 and fleet.count[1] == 0:
        return
    due_s = NEVER
    after_s, call_s = p.return_after_s[f], p.call_after_s[f]
    if after_s >= 0 and fleet.count[1] and spare(p, w, f, 1) > 0:
        due_s = max(w.now, first_idle(w, fleet, 1) + after_s)
    for end in range(2):
        first, last = w.hands_first[2 * f + end], w.hands_first[2 * f + end + 1]
        if call_s < 0 or fleet.count[end] or first == last or spare(p, w, f, 1 - end) <= 0:
            continue
        for i in range(first, last):
            s = w.hands[i]
            if loads(p, w, s) > w.terminals[s].coming:
                due_s = min(due_s, max(w.now, waited_since(w, s) + call_s))
    if due_s < NEVER and due_s != fleet.look_s:
        fleet.look_s = due_s
        call(w, due_s, Rank.IDLE_OVER, f)


@compiled
def send_empty(p: SampledPlan, w: World, f: int) -> None:
    """Idle vehicles set off empty: those that freight at the other end calls, then those that have idled too long."""
    fleet = w.fleets[f]
    fleet.look_s = -1
    for end in range(2):
        for i in range(w.hands_first[2 * f + end], w.hands_first[2 * f + end + 1]):
            s = w.hands[i]
            while w.fault == 0 and calls(p, w, f, end, s) and spare(p, w, f, 1 - end) > 0:
                write(w, EventKind.CALLED, -1, -1, PlaceKind.SERVICE, s)
                w.terminals[s].coming += 1
                run_empty(p, w, f, 1 - end, s)
    after_s = p.return_after_s[f]
    if after_s >= 0:
        while w.fault == 0 and spare(p, w, f, 1) > 0 and first_idle(w, fleet, 1) + after_s <= w.now:
            run_empty(p, w, f, 1, -1)
    if w.fault == 0:
        look_at_fleet(p, w, f)


@compiled
def loads(p: SampledPlan, w: World, s: int) -> int:
    """How many vehicles the freight that waits for a service is worth: each with enough to call one."""
    more_teu = w.terminals[s].teu - p.call_teu[s]
    return 0 if more_teu < 0 else 1 + more_teu // p.capacity_teu[s]


@compiled
def spare(p: SampledPlan, w: World, f: int, end: int) -> int:
    """How many idle vehicles at an end are more than what waits there will need."""
    n = w.fleets[f].count[end]
    for i in range(w.hands_first[2 * f + end], w.hands_first[2 * f + end + 1]):
        n -= loads(p, w, w.hands[i])
    return n


@compiled
def waited_since(w: World, s: int) -> int:
    """Since when the one who came first has waited for a service."""
    line, first_s = w.terminals[s].line, NEVER
    for express in range(CLASSES):
        if line.head[express]:
            first_s = min(first_s, w.goods[line.head[express] - 1].since_s)
    return first_s


@compiled
def calls(p: SampledPlan, w: World, f: int, end: int, s: int) -> bool:
    """Whether freight for a service has waited long enough where no vehicle is, for more of them than are coming."""
    call_s = p.call_after_s[f]
    if call_s < 0 or w.fleets[f].count[end]:
        return False
    if loads(p, w, s) <= w.terminals[s].coming:
        return False
    return waited_since(w, s) + call_s <= w.now


@compiled
def run_empty(p: SampledPlan, w: World, f: int, end: int, s: int) -> None:
    """The vehicle that has been idle longest at an end sets off empty, for a service or (-1) home."""
    fleet = w.fleets[f]
    take_idle(w, fleet, end)
    first = p.return_first[f]
    n = p.return_first[f + 1] - first
    if fleet.empty >= n:
        w.fault, w.fault_at = Fault.NO_RETURNS, f
        return
    # Draws are used again when they run out, but never by two at once.
    while w.errands[first + fleet.returns % n]:
        fleet.returns += 1
    number = first + fleet.returns % n
    fleet.returns += 1
    fleet.empty += 1
    # An errand is the service plus two, 1 is home, 0 is none.
    w.errands[number] = s + 2
    call(w, w.now + p.return_s[number], Rank.RETURNED, number)
