"""Background trains: they come to their gate as planned, without a row, and one tells when each passes, in turn with the trips."""

from __future__ import annotations

from heapq import heappop, heappush

from sim.audit.rows import Row
from sim.audit.state import State
from sim.audit.trips import pass_gate
from sim.contract import Express


def settle_background(state: State, until_s: int) -> None:
    """Background trains that came before a second stand at their gates."""
    while state.background_due and state.background_due[0][0] < until_s:
        _come(state, heappop(state.background_due)[1])


def _come(state: State, g: int) -> None:
    """The next background train of a gate stands in its line."""
    i = state.background_come[g]
    state.background_come[g] += 1
    state.gates[g].join(Express.ORDINARY, _number(state, g, i), state.background[g][i])
    if i + 1 < len(state.background[g]):
        heappush(state.background_due, (state.background[g][i + 1], g))


def _number(state: State, g: int, i: int) -> int:
    """Number of a background train in a line: they come after all departures, gate by gate."""
    return state.trip_first[-1] + int(state.plan.background_first[g]) + i


def passed(state: State, row: Row) -> None:
    """A background train passes: the one of its gate that came first, as soon as it could."""
    g, i = row.place, state.background_gone[row.place]
    # One that comes and passes in the same second has not been seen yet.
    settle_background(state, state.now_s + 1)
    if not state.must(i < state.background_come[g], "conservation", "no background train is there"):
        return
    since_s, train, line = state.background[g][i], _number(state, g, i), state.gates[g]
    state.background_gone[g] += 1
    better = line.has_better_claim(Express.ORDINARY, train, state.now_s)
    state.must(not better, "turn", "another should go before")
    line.leave(train)
    pass_gate(state, g, since_s)
    state.must(row.span_s == state.now_s - since_s, "causes", f"it has waited since second {since_s}")


def end_of_gate(state: State, g: int) -> None:
    """At the period's end a background train waits because its turn has not come."""
    first, last_s = state.gates[g].first(), state.now_s - 1
    if first < state.trip_first[-1]:
        return  # nobody, or a trip, which is asked itself
    since_s = state.gates[g].since(first)
    assert since_s is not None
    due_s = state.calendars[state.plan.gate_calendar[g]].opens(max(since_s, state.gate_free_s[g]))
    state.must(due_s > last_s, "turn", f"a background train waits at gate {g}, free at second {due_s}")
