"""What trips meet on their way, compiled: gates, stations, legs."""

from __future__ import annotations

from sim.compiled import compiled, inlined
from sim.contract import Cause, EventKind, Express, PlaceKind, Rank, SampledPlan
from sim.contract.knowledge import note
from sim.engine.agenda import call
from sim.engine.calendars import changes, done, opens, value_now
from sim.engine.layout import World
from sim.engine.lines import anybody, trip_joins, trip_leaves
from sim.engine.rows import write, write_wait
from sim.engine.trips import end_trip, take_trip, trip_at


@inlined
def gate_free_at(p: SampledPlan, w: World, g: int) -> int:
    """First second from now on at which a trip may pass."""
    return opens(p, w, p.gate_calendar[g], max(w.now, w.gates[g].next_free_s))


@inlined
def gate_take(p: SampledPlan, w: World, g: int) -> None:
    """Let a trip pass now; the next one keeps the headway."""
    w.gates[g].next_free_s = done(p, w, p.gate_calendar[g], w.now, p.gate_headway_s[g])


@inlined
def pass_gate(p: SampledPlan, w: World, k: int, g: int) -> bool:
    """Whether a trip may pass at once; else it stands in line."""
    trip = trip_at(w, k)
    trip.since_s = w.now
    if may_pass(p, w, g):
        return True
    stand_at_gate(p, w, g, p.service_express[trip.service], k)
    return False


@inlined
def may_pass(p: SampledPlan, w: World, g: int) -> bool:
    """Whether a train may pass, and then it does: one at a time, minimum headway, opening."""
    if w.gates[g].due or gate_free_at(p, w, g) > w.now:
        return False
    gate_take(p, w, g)
    return True


@inlined
def stand_at_gate(p: SampledPlan, w: World, g: int, express: int, k: int) -> None:
    """A train stands in line for a turn."""
    gate = w.gates[g]
    trip_joins(w, gate.line, express, k)
    if gate.due == 0:
        call_gate(p, w, g)


@inlined
def passed(p: SampledPlan, w: World, k: int) -> None:
    """A trip passes the gate at which it is, and comes to its next step."""
    trip = trip_at(w, k)
    g, since_s = p.step_place[trip.step], trip.since_s
    note(w, g, w.now - since_s)
    if w.now > since_s:
        write_wait(p, w, since_s, Cause.PATH, p.gate_calendar[g], k, PlaceKind.GATE, g)
    write(w, EventKind.PASSED, -1, k, PlaceKind.GATE, g)
    trip.step += 1


@compiled
def call_gate(p: SampledPlan, w: World, g: int) -> None:
    """The gate's next turn comes when it is free and open."""
    w.gates[g].due = 1
    call(w, gate_free_at(p, w, g), Rank.GATE_FREE, g)


@inlined
def turn(p: SampledPlan, w: World, g: int) -> int:
    """The first train in line passes now: return the trip that goes on, or -1 when it is a background train."""
    gate = w.gates[g]
    gate.due = 0
    k = trip_leaves(w, gate.line)
    gate_take(p, w, g)
    if anybody(gate.line):
        call_gate(p, w, g)
    if k < p.n_trips:
        passed(p, w, k)
        return k
    background_passed(w, g, w.now - trip_at(w, k).since_s)
    end_trip(w, k)
    return -1


@inlined
def plan_next_background(p: SampledPlan, w: World, g: int) -> None:
    """The next background train of a gate comes at its second."""
    i = p.background_first[g] + w.gates[g].background
    if i < p.background_first[g + 1]:
        call(w, p.background_s[i], Rank.TIMETABLE, p.n_services + g)


@compiled
def background(p: SampledPlan, w: World, g: int) -> None:
    """A background train comes to a gate: it carries none of the freight, and passes in its turn like any other."""
    k = p.n_trips + p.background_first[g] + w.gates[g].background
    w.gates[g].background += 1
    plan_next_background(p, w, g)
    if may_pass(p, w, g):
        background_passed(w, g, 0)
    else:
        take_trip(w, k).since_s = w.now
        stand_at_gate(p, w, g, Express.ORDINARY, k)


@inlined
def background_passed(w: World, g: int, wait_s: int) -> None:
    """A background train that has waited so long has passed a gate, and is gone."""
    note(w, g, wait_s)
    write(w, EventKind.BACKGROUND_PASSED, -1, -1, PlaceKind.GATE, g, -1, wait_s)


@inlined
def handle(p: SampledPlan, w: World, k: int, n: int, work_s: int) -> None:
    """A trip waits for a server; the end of its work is an event."""
    trip = trip_at(w, k)
    trip.since_s, trip.work_s = w.now, work_s
    trip_joins(w, w.stations[n].line, p.service_express[trip.service], k)
    serve(p, w, n)


@compiled
def serve(p: SampledPlan, w: World, n: int) -> None:
    """Servers of a station start on the trips in line; a closed station is looked at again when it changes."""
    station = w.stations[n]
    rate, servers = p.station_rate[n], p.station_servers[n]
    while anybody(station.line) and value_now(p, w, rate) > 0 and station.busy < value_now(p, w, servers):
        k = trip_leaves(w, station.line)
        trip = trip_at(w, k)
        station.busy += 1
        since_s = trip.since_s
        note(w, p.n_gates + n, w.now - since_s)
        if w.now > since_s:
            write_wait(p, w, since_s, Cause.CRANE, rate, k, PlaceKind.STATION, n)
        write(w, EventKind.STARTED, -1, k, PlaceKind.STATION, n)
        trip.since_s = w.now
        call(w, done(p, w, rate, w.now, trip.work_s), Rank.FINISHED, k)
    if anybody(station.line):
        change_s = min(changes(p, servers, w.now), changes(p, rate, w.now))
        if change_s != station.wake_s:
            station.wake_s = change_s
            call(w, change_s, Rank.STATION_CHANGED, n)


@inlined
def run_leg(p: SampledPlan, w: World, k: int, leg: int, run_s: int) -> None:
    """A trip runs over a leg; a closed leg is not entered, and a closure on the way holds the trip."""
    trip, n = trip_at(w, k), p.leg_calendar[leg]
    trip.since_s = w.now
    opens_s = opens(p, w, n, w.now)
    if opens_s > w.now:
        trip.work_s = run_s
        call(w, opens_s, Rank.ARRIVED, k)
    else:
        trip.work_s = -1
        call(w, done(p, w, n, w.now, run_s), Rank.ARRIVED, k)
