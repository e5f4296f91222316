"""Waits: who waited is where the row says, and the rows of a wait's end have every second of it by cause."""

from __future__ import annotations

from sim.audit.books import Goods, Ride
from sim.audit.rows import Row
from sim.audit.state import State
from sim.contract import Cause, PlaceKind, StepKind

_PLACE_OF_STEP = {
    StepKind.GATE: PlaceKind.GATE,
    StepKind.HANDLE: PlaceKind.STATION,
    StepKind.RUN: PlaceKind.LEG,
}


def waited(state: State, row: Row) -> None:
    """Seconds of a cause, to be compared when the wait ends, in the same second."""
    who = _waiting(state, row)
    if who is None:
        return
    once = row.cause not in who.waits and row.span_s > 0
    once = once and (not who.waits or who.waited_s == state.now_s)
    state.must(once, "causes", "one row a cause, with its seconds, when the wait ends")
    who.waits[row.cause] = row.span_s
    who.waited_s = state.now_s


def _waiting(state: State, row: Row) -> Goods | Ride | None:
    """Who waited, if it is where the row says."""
    if row.trip >= 0:
        ride = state.rides.get(row.trip)
        there = ride is not None and is_at(state, ride, row)
        if not state.must(there, "conservation", "it is elsewhere") or ride is None:
            return None
        ride.spent_s += row.span_s
        return ride
    goods = state.goods[row.consignment]
    here = False
    if goods.state == "at the terminal":
        here = (row.place_kind, row.place) == (PlaceKind.SERVICE, state.services_of(goods)[goods.leg])
    elif goods.state == "cleared":
        here = (row.place_kind, row.place) == (PlaceKind.FACILITY, goods.facility)
    if not state.must(here, "conservation", f"it is {goods.state}"):
        return None
    goods.own_s += row.span_s
    return goods


def is_at(state: State, ride: Ride, row: Row) -> bool:
    """Whether a trip is at the step whose place a row names."""
    kind, place = state.step_of(ride)
    return kind >= 0 and (row.place_kind, row.place) == (_PLACE_OF_STEP.get(StepKind(kind)), place)


def end_wait(state: State, who: Goods | Ride, expected: dict[int, int]) -> None:
    """A wait ends now: it was told now, with these seconds by cause."""
    told = who.waits
    holds = told == expected and (not told or who.waited_s == state.now_s)
    state.must(holds, "causes", f"waited {_spans(told)}, expected {_spans(expected)}")
    who.waits = {}


def _spans(spans: dict[int, int]) -> str:
    """Seconds by cause, in words."""
    return (
        ", ".join(f"{span_s} s {Cause(cause).label}" for cause, span_s in sorted(spans.items())) or "nothing"
    )
