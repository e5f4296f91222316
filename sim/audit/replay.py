"""The whole log, row by row, and what is missing at the period's end."""

from __future__ import annotations

from sim.audit.background import end_of_gate, settle_background
from sim.audit.checkpoints import leave_checkpoint
from sim.audit.consignments import end_of_consignment, said
from sim.audit.departures import end_of_service, keep_loading
from sim.audit.events import EVENTS
from sim.audit.fleets import end_of_fleet, settle_fleets
from sim.audit.form import misfits
from sim.audit.knowledge import settle_knowledge
from sim.audit.rows import NO_ROW, Row
from sim.audit.rules import Violation
from sim.audit.state import State
from sim.audit.trips import end_of_ride
from sim.contract import EventKind, EventLog, SampledPlan
from sim.errors import EngineError

MOST_FOUND = 12
"""Violations after which a replay stops: what follows from them says nothing new."""
_AMID_CHECK = (EventKind.SET_OUT, EventKind.ATTACHED, EventKind.WAITED, EventKind.STARTED)


def check_log(plan: SampledPlan, log: EventLog) -> None:
    """Raise EngineError, with seed, replication and what is wrong, unless a log keeps every rule in `RULES`."""
    found = violations(plan, log)
    if found:
        where = f"seed {plan.seed}, replication {plan.replication}"
        raise EngineError("\n".join([f"{where}: the log breaks the rules.", *map(str, found)]))


def violations(plan: SampledPlan, log: EventLog) -> list[Violation]:
    """What is wrong with a log: the first few rules broken, in the order of its rows; empty when it keeps them all.

    A leg is taken to last a second at least, and no service to start with a checkpoint, as in every sampled plan.
    """
    return misfits(plan, log)[:MOST_FOUND] or _replay(State(plan, log))


def _replay(state: State) -> list[Violation]:
    """Ask every row; return what was found, at most a few more than `MOST_FOUND`."""
    settle_fleets(state, 0)
    for row in map(Row._make, state.rows):
        state.row = row
        state.must(row.time_s >= state.now_s, "order", "it comes after a later row")
        if row.time_s > state.now_s:
            settle_fleets(state, row.time_s)
        settle_knowledge(state, row.time_s)
        settle_background(state, row.time_s)
        state.now_s = max(state.now_s, row.time_s)
        said(state, row)
        keep_loading(state, row)
        if row.kind not in _AMID_CHECK:
            leave_checkpoint(state)
        EVENTS[EventKind(row.kind)].ask(state, row)
        if len(state.found) >= MOST_FOUND:
            return state.found
    _end(state)
    return state.found


def _end(state: State) -> None:
    """Nothing that was due before the period's end is missing."""
    leave_checkpoint(state)
    state.row = NO_ROW
    said(state, NO_ROW)
    settle_fleets(state, state.plan.period_s)
    settle_knowledge(state, state.plan.period_s)
    settle_background(state, state.plan.period_s)
    state.now_s = state.plan.period_s
    state.must(state.barred is None, "choice", "told of a barred chain, and not of what was done instead")
    state.must(state.loading is None, "conservation", "a trip is loaded and does not depart")
    for c in range(len(state.goods)):
        end_of_consignment(state, c)
    for ride in state.rides.values():
        end_of_ride(state, ride)
    for g in range(state.plan.n_gates):
        end_of_gate(state, g)
    for s in range(state.plan.n_services):
        end_of_service(state, s)
    for f in range(len(state.fleets)):
        end_of_fleet(state, f)
