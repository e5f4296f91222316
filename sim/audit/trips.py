"""Trips on their way: whether each could pass a gate, start and finish its handling, and arrive, when it is said to."""

from __future__ import annotations

from sim.audit.books import Queue, Ride
from sim.audit.rows import Row
from sim.audit.state import State
from sim.audit.waits import end_wait, is_at
from sim.contract import NEVER, Calendar, Cause, StepKind, note


def go_on(state: State, ride: Ride) -> None:
    """A trip comes to its next step that takes time, past checkpoints."""
    plan = state.plan
    ride.step = int(plan.step_first[ride.service]) if ride.step < 0 else ride.step + 1
    ride.since_s, ride.waits, ride.started = state.now_s, {}, False
    kind, place = state.step_of(ride)
    while kind == StepKind.CHECK:
        state.checking = ride
        ride.to_set_out = {c for c in ride.aboard if state.acts_on(c, place)}
        state.yards.setdefault(ride.step, Queue())
        ride.step += 1
        kind, place = state.step_of(ride)
    express = int(plan.service_express[ride.service])
    if kind == StepKind.GATE:
        state.gates[place].join(express, ride.number, state.now_s)
    elif kind == StepKind.HANDLE:
        state.stations[place].join(express, ride.number, state.now_s)


def passed(state: State, row: Row) -> None:
    """A trip passes a gate that is open, free and its turn, as soon as it could."""
    ride = _come(state, row)
    if ride is None:
        return
    since_s, calendar = ride.since_s, state.calendars[state.plan.gate_calendar[row.place]]
    _take_turn(state, state.gates[row.place], ride)
    pass_gate(state, row.place, since_s)
    end_wait(state, ride, calendar.split(since_s, state.now_s, Cause.PATH))
    go_on(state, ride)


def pass_gate(state: State, g: int, since_s: int) -> None:
    """A train that came to a gate at a second passes it now: open, free, and as soon as it could."""
    calendar, free_s = state.calendars[state.plan.gate_calendar[g]], state.gate_free_s[g]
    state.must(calendar.now(state.now_s) > 0, "closure", "the gate is closed")
    state.must(state.now_s >= free_s, "headway", f"the gate is free at {free_s}")
    could_s = calendar.opens(max(since_s, free_s))
    state.must(state.now_s <= could_s, "turn", f"the gate was free at second {could_s}")
    note(state.known, g, state.now_s - since_s)
    state.gate_free_s[g] = calendar.done(state.now_s, int(state.plan.gate_headway_s[g]))


def started(state: State, row: Row) -> None:
    """Handling starts at a station that is open, has a server and its turn, in a second in which something changed there."""
    ride = _come(state, row)
    if ride is None:
        return
    n = row.place
    servers, rate = (
        state.calendars[state.plan.station_servers[n]],
        state.calendars[state.plan.station_rate[n]],
    )
    state.must(not ride.started, "conservation", "its handling has started already")
    _take_turn(state, state.stations[n], ride)
    state.must(rate.now(state.now_s) > 0, "closure", "the station is closed")
    able = servers.now(state.now_s)
    state.must(state.busy[n] < able, "servers", f"{state.busy[n]} of {able} are busy")
    changes = state.now_s in servers.at_s or state.now_s in rate.at_s
    prompt = state.now_s in (ride.since_s, state.server_freed_s[n]) or changes
    state.must(prompt, "turn", "nothing changed at the station in this second: it could have started before")
    end_wait(state, ride, rate.split(ride.since_s, state.now_s, Cause.CRANE))
    note(state.known, state.plan.n_gates + n, state.now_s - ride.since_s)
    state.busy[n] += 1
    ride.started, ride.since_s = True, state.now_s


def finished(state: State, row: Row) -> None:
    """Handling ends when its work is done."""
    ride = _come(state, row)
    if ride is None or not state.must(ride.started, "conservation", "its handling has not started"):
        return
    n = row.place
    rate = state.work_calendar(StepKind.HANDLE, n)
    done_s = rate.done(ride.since_s, _work_s(state, ride))
    _end_work(state, row, ride, rate, done_s, int(state.plan.station_cause[n]))
    state.busy[n] -= 1
    state.server_freed_s[n] = state.now_s
    go_on(state, ride)


def arrived(state: State, row: Row) -> None:
    """A leg ends when it has been run, from its opening on."""
    ride = _come(state, row)
    if ride is None:
        return
    calendar = state.work_calendar(StepKind.RUN, row.place)
    done_s = calendar.done(calendar.opens(ride.since_s), _work_s(state, ride))
    _end_work(state, row, ride, calendar, done_s, int(state.plan.leg_cause[row.place]))
    go_on(state, ride)


def _come(state: State, row: Row) -> Ride | None:
    """The trip of a row, if it is where the row says; its spans so far tile its time."""
    ride = state.rides.get(row.trip)
    if not state.must(ride is not None, "conservation", "it has not departed") or ride is None:
        return None
    if not state.must(is_at(state, ride, row), "conservation", "the trip is elsewhere on its way"):
        return None
    ride.spent_s += row.span_s
    told_s = ride.departed_s + ride.spent_s
    state.must(told_s == state.now_s, "causes", f"its causes sum to second {told_s}")
    return ride


def _work_s(state: State, ride: Ride) -> int:
    """Seconds of work that a trip drew for its step."""
    # A log with more departures than draws has been noted already.
    draw = min(int(state.plan.work_first[ride.step]) + ride.draw, len(state.plan.work_s) - 1)
    return int(state.plan.work_s[draw])


def _take_turn(state: State, line: Queue, ride: Ride) -> None:
    """A trip leaves a line as the first of it."""
    express = int(state.plan.service_express[ride.service])
    better = line.has_better_claim(express, ride.number, state.now_s)
    state.must(not better, "turn", "another should go before")
    line.leave(ride.number)


def _end_work(state: State, row: Row, ride: Ride, calendar: Calendar, done_s: int, cause: int) -> None:
    """Work ends now: when it is done, with its cause and its seconds, and the closed ones told before."""
    state.must(state.now_s == done_s, "work", f"its work is done at second {done_s}")
    state.must(row.cause == cause, "causes", f"expected the cause {Cause(cause).label}")
    expected = calendar.split(ride.since_s, state.now_s, cause)
    own_s = expected.pop(cause, 0)
    state.must(row.span_s == own_s, "causes", "the seconds of its work, closures left out")
    end_wait(state, ride, expected)


def end_of_ride(state: State, ride: Ride) -> None:
    """At the period's end a trip is on its way because nothing that was due is missing."""
    plan, last_s, trip = state.plan, state.now_s - 1, ride.number
    kind, place = state.step_of(ride)
    if kind < 0:
        owes = plan.fleet[ride.service] >= 0 and not ride.freed
        over = not ride.aboard and not owes
        state.must(over, "conservation", "it has ended and is not unloaded and freed", trip=trip)
        return
    state.must(not ride.waits, "conservation", "it waited and its next row is missing", trip=trip)
    if kind == StepKind.GATE:
        due_s = state.calendars[plan.gate_calendar[place]].opens(max(ride.since_s, state.gate_free_s[place]))
        first = state.gates[place].first() == trip
        state.must(due_s > last_s or not first, "turn", f"the gate was free at second {due_s}", trip=trip)
    elif kind == StepKind.HANDLE and not ride.started:
        able_s = _able_s(state, ride, place)
        state.must(
            able_s > last_s, "turn", f"a server is free at second {able_s}: it does not start", trip=trip
        )
    else:
        calendar = state.work_calendar(kind, place)
        done_s = calendar.done(calendar.opens(ride.since_s), _work_s(state, ride))
        state.must(done_s > last_s, "work", f"its work is done at second {done_s}", trip=trip)


def _able_s(state: State, ride: Ride, n: int) -> int:
    """Second at which a trip that waits at a station could have started, with as many servers busy as at the end; or NEVER."""
    rate = state.calendars[state.plan.station_rate[n]]
    servers = state.calendars[state.plan.station_servers[n]]
    # Since the last server was freed, no more were busy than at the end.
    since_s = max(ride.since_s, state.server_freed_s[n])
    changes_s = {at_s for at_s in (*rate.at_s, *servers.at_s) if at_s > since_s}
    moments_s = sorted({since_s, *changes_s})
    able = (at_s for at_s in moments_s if rate.now(at_s) > 0 and state.busy[n] < servers.now(at_s))
    return next(able, NEVER)
