"""Consignments: released, refused, held, unloaded, on another chain, delivered; and whether each took the chain worth most to it."""

from __future__ import annotations

from sim.audit.books import Goods
from sim.audit.departures import waits_in_line
from sim.audit.fleets import vehicle_since
from sim.audit.knowledge import plan_to_think
from sim.audit.rows import Row
from sim.audit.state import State
from sim.audit.waits import end_wait
from sim.contract import Cause, EventKind, PlaceKind, at_release, at_terminal, note, weighs


def barred(state: State, row: Row) -> None:
    """A policy closes the chain that a consignment would have taken; its release or refusal comes next."""
    at_release = state.now_s == state.plan.release_s[row.consignment]
    state.must(state.barred is None, "choice", "told twice of a barred chain")
    state.must(at_release, "choice", "told at another second than its release")
    state.barred = (row.consignment, row.place, row.policy)


def released(state: State, row: Row) -> None:
    """A consignment takes the chain that is worth most to it, and waits, or is held at its origin."""
    goods, (chain, _) = _enter(state, row.consignment), _decided(state, row.consignment)
    state.must(row.place == chain, "choice", f"it takes chain {chain}")
    goods.chain = row.place
    goods.owed = state.acts_on(row.consignment, -1)
    if goods.owed:
        goods.state, goods.due_s = "delayed", state.now_s + sum(span_s for span_s, _ in goods.owed)
    else:
        _join(state, row.consignment)


def refused(state: State, row: Row) -> None:
    """No chain is open to a consignment."""
    goods, (chain, policy) = _enter(state, row.consignment), _decided(state, row.consignment)
    goods.state = "refused"
    state.must(chain < 0 and row.policy == policy, "choice", "a chain is open to it, or another policy binds")


def cleared(state: State, row: Row) -> None:
    """An act that held a consignment is over, in its second; after the last one it goes on."""
    c, goods = row.consignment, state.goods[row.consignment]
    held = goods.state in ("delayed", "set out") and goods.owed
    if not state.must(held, "acts", "nothing held it"):
        return
    state.must(state.now_s == goods.due_s, "acts", f"held until second {goods.due_s}")
    owed = goods.owed.pop(0)
    state.must((row.span_s, row.policy) == owed, "acts", "seconds and policy of the act in force")
    there = (PlaceKind.FACILITY, goods.facility) if goods.state == "set out" else (PlaceKind.NOWHERE, -1)
    here = (row.place_kind, row.place) == there and row.cause == Cause.POLICY
    state.must(here, "acts", "held there by a policy")
    goods.own_s += row.span_s
    if goods.owed:
        return
    if goods.state == "delayed":
        _join(state, c)
    else:
        goods.state, goods.since_s = "cleared", state.now_s
        state.yards[goods.yard].join(state.express[c], c, state.now_s)


def unloaded(state: State, row: Row) -> None:
    """A consignment is taken off its trip at the end, and waits for its next service or thinks of another chain."""
    c, goods = row.consignment, state.goods[row.consignment]
    _take_off(state, row)
    if goods.state == "at the terminal" and weighs(state.lists, c):
        takes = at_terminal(state.lists, state.known, c, goods.chain, goods.leg, state.now_s)
        if takes[0] != goods.chain:
            goods.takes, state.deciding = takes, c


def said(state: State, row: Row) -> None:
    """A consignment that takes another chain as it is unloaded says so before anything else happens."""
    c, state.deciding = state.deciding, -1
    if c >= 0:
        told = row.kind == EventKind.REROUTED and row.consignment == c
        told = told and row.time_s == state.goods[c].since_s
        state.must(told, "choice", "it takes another chain, and the next row does not say so", consignment=c)


def rerouted(state: State, row: Row) -> None:
    """A consignment at a terminal takes another chain: as it is unloaded, or as it thinks again."""
    c, goods = row.consignment, state.goods[row.consignment]
    if not state.must(goods.state == "at the terminal", "choice", f"it is {goods.state}"):
        return
    s = state.services_of(goods)[goods.leg]
    takes, thinks = goods.takes, goods.takes is None
    if takes is None:
        if not state.must(goods.think_s == state.now_s, "choice", "it does not think again now"):
            return
        takes = at_terminal(state.lists, state.known, c, goods.chain, goods.leg, state.now_s)
    goods.takes = None
    chain, stage = takes
    if not state.must(row.place == chain != goods.chain, "choice", f"it takes {chain}"):
        return
    goods.chain, goods.leg = chain, stage
    if thinks and state.services_of(goods)[goods.leg] == s:
        plan_to_think(state, c, state.now_s)
        return
    if thinks:
        _leave_line(state, c, s)
    state.terminals[s].leave(c)
    _join(state, c)


def delivered(state: State, row: Row) -> None:
    """A consignment that has just arrived is delivered, and its causes sum to its transit time."""
    goods = state.goods[row.consignment]
    here = goods.state == "arrived" and goods.since_s == state.now_s and goods.chain == row.place
    state.must(here, "conservation", f"it is {goods.state}, or on another chain")
    goods.state = "delivered"
    transit_s = state.now_s - int(state.plan.release_s[row.consignment])
    told_s = goods.own_s + goods.ridden_s
    state.must(told_s == transit_s, "causes", f"its causes sum to {told_s} s of {transit_s} s")


def end_of_consignment(state: State, c: int) -> None:
    """At the period's end a consignment is where nothing was due any more."""
    goods = state.goods[c]
    at_rest = goods.state not in ("not released", "arrived") and not goods.waits
    state.must(at_rest, "conservation", f"it is {goods.state}, and its next row is missing", consignment=c)
    over = goods.state in ("delayed", "set out") and goods.due_s < state.now_s
    state.must(not over, "acts", f"held until second {goods.due_s} only", consignment=c)


def _enter(state: State, c: int) -> Goods:
    """A consignment enters the model, in its turn and its second."""
    goods = state.goods[c]
    fresh = c == state.released and goods.state == "not released"
    state.must(fresh, "conservation", "released once, in order of release")
    on_time = state.now_s == state.plan.release_s[c]
    state.must(on_time, "conservation", "released at its second of the plan")
    state.released = c + 1
    return goods


def _decided(state: State, c: int) -> tuple[int, int]:
    """(chain, policy that bars another) of a consignment at its release; of a barred chain must have been told before."""
    chain, barred, policy = at_release(state.lists, state.known, c, state.now_s)
    told, state.barred = state.barred, None
    owed = (c, barred, policy) if barred >= 0 else None
    state.must(told == owed, "choice", f"told of a barred chain {told}, expected {owed}")
    return chain, policy


def _join(state: State, c: int) -> None:
    """A consignment waits at the terminal of its next service, or has arrived."""
    goods = state.goods[c]
    services = state.services_of(goods)
    goods.since_s = state.now_s
    if goods.leg < len(services):
        goods.state = "at the terminal"
        state.terminals[services[goods.leg]].join(state.express[c], c, state.now_s)
        plan_to_think(state, c, state.now_s)
    else:
        goods.state = "arrived"


def _take_off(state: State, row: Row) -> None:
    """A consignment aboard a trip that is at its end leaves it."""
    ride, goods = state.rides.get(row.trip), state.goods[row.consignment]
    aboard = ride is not None and goods.state == "aboard" and goods.trip == row.trip
    if not state.must(aboard, "conservation", f"it is {goods.state}") or ride is None:
        return
    over = ride.service == row.place and state.step_of(ride)[0] < 0 and ride.since_s == state.now_s
    state.must(over, "conservation", "the trip is not at its end")
    if row.consignment in ride.aboard:
        ride.aboard.remove(row.consignment)
    goods.ridden_s += ride.spent_s - goods.boarded_spent_s
    goods.leg, goods.trip = goods.leg + 1, -1
    _join(state, row.consignment)


def _leave_line(state: State, c: int, s: int) -> None:
    """A consignment no longer waits for a service: it waited for a vehicle, or for load when one is there."""
    goods, vehicle_s = state.goods[c], vehicle_since(state, s)
    there_s = min(max(goods.since_s, vehicle_s), state.now_s) if vehicle_s >= 0 else state.now_s
    end_wait(state, goods, waits_in_line(state, s, goods.since_s, there_s))
    note(state.known, state.plan.n_gates + state.plan.n_stations + s, state.now_s - goods.since_s)
    state.left_line_s[s] = state.now_s
