"""Every kind of event: the columns that its rows have, and what they are asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sim.audit import background, checkpoints, consignments, departures, fleets, trips, waits
from sim.audit.rows import Row
from sim.audit.state import State
from sim.contract import EventKind, PlaceKind

_CONSIGNMENT, _TRIP, _BOTH, _NEITHER = ((True, False),), ((False, True),), ((True, True),), ((False, False),)


class Event(NamedTuple):
    """A kind of event.

    `whose`: allowed pairs (has a consignment, has a trip); `places`: allowed kinds of place; `ask`: what is asked of a row;
    whether it has a cause (always then), and whether it may have seconds, and a policy.
    """

    ask: Callable[[State, Row], None]
    whose: tuple[tuple[bool, bool], ...]
    places: tuple[PlaceKind, ...]
    cause: bool = False
    span: bool = False
    policy: bool = False


EVENTS = {
    EventKind.RELEASED: Event(consignments.released, _CONSIGNMENT, (PlaceKind.CHAIN,)),
    EventKind.REFUSED: Event(consignments.refused, _CONSIGNMENT, (PlaceKind.NOWHERE,), policy=True),
    EventKind.WAITED: Event(waits.waited, _CONSIGNMENT + _TRIP, tuple(PlaceKind), cause=True, span=True),
    EventKind.BOARDED: Event(departures.boarded, _BOTH, (PlaceKind.SERVICE,)),
    EventKind.DEPARTED: Event(departures.departed, _TRIP, (PlaceKind.SERVICE,)),
    EventKind.PASSED: Event(trips.passed, _TRIP, (PlaceKind.GATE,)),
    EventKind.STARTED: Event(trips.started, _TRIP, (PlaceKind.STATION,)),
    EventKind.FINISHED: Event(trips.finished, _TRIP, (PlaceKind.STATION,), cause=True, span=True),
    EventKind.ARRIVED: Event(trips.arrived, _TRIP, (PlaceKind.LEG,), cause=True, span=True),
    EventKind.SET_OUT: Event(checkpoints.set_out, _BOTH, (PlaceKind.FACILITY,)),
    EventKind.CLEARED: Event(
        consignments.cleared, _CONSIGNMENT, tuple(PlaceKind), cause=True, span=True, policy=True
    ),
    EventKind.ATTACHED: Event(checkpoints.attached, _BOTH, (PlaceKind.FACILITY,)),
    EventKind.UNLOADED: Event(consignments.unloaded, _BOTH, (PlaceKind.SERVICE,)),
    EventKind.DELIVERED: Event(consignments.delivered, _CONSIGNMENT, (PlaceKind.CHAIN,)),
    EventKind.FREED: Event(fleets.freed, _TRIP, (PlaceKind.FLEET,)),
    EventKind.RETURNED: Event(
        fleets.returned, _NEITHER, (PlaceKind.FLEET, PlaceKind.SERVICE), cause=True, span=True
    ),
    EventKind.LAPSED: Event(departures.lapsed, _NEITHER, (PlaceKind.SERVICE,), cause=True),
    EventKind.BARRED: Event(consignments.barred, _CONSIGNMENT, (PlaceKind.CHAIN,), policy=True),
    EventKind.REROUTED: Event(consignments.rerouted, _CONSIGNMENT, (PlaceKind.CHAIN,)),
    EventKind.CALLED: Event(fleets.called, _NEITHER, (PlaceKind.SERVICE,)),
    EventKind.BACKGROUND_PASSED: Event(background.passed, _NEITHER, (PlaceKind.GATE,), span=True),
}
