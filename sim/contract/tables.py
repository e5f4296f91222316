"""The named tables that engines, results and docs share: event kinds, causes of time, kinds of place, tie ranks."""

from __future__ import annotations

from enum import IntEnum


class Described(IntEnum):
    """A numbered name with one line that says what it means; printed in the docs."""

    meaning: str

    def __new__(cls, number: int, meaning: str = "") -> Described:
        """Give a number its line of explanation."""
        member = int.__new__(cls, number)
        member._value_ = number
        member.meaning = meaning
        return member

    @property
    def label(self) -> str:
        """The name as people read it: `GAUGE_CHANGE` becomes "gauge change"."""
        return self.name.lower().replace("_", " ")


class EventKind(Described):
    """What happened; one row of the log each."""

    RELEASED = 0, "a consignment is handed over at its origin terminal and has taken a chain"
    REFUSED = 1, "a consignment found no open chain; it leaves the model and is counted"
    WAITED = 2, "a consignment or trip spent `span_s` seconds on `cause`, ending now"
    BOARDED = 3, "a consignment is loaded on a trip"
    DEPARTED = 4, "a trip leaves the terminal where its service starts"
    PASSED = 5, "a trip passes a gate"
    STARTED = 6, "handling of a trip starts at a station"
    FINISHED = 7, "handling of a trip ends; `span_s` seconds of work"
    ARRIVED = 8, "a trip reaches the end of a leg; `span_s` seconds of running"
    SET_OUT = 9, "a consignment is taken off its trip for an inspection or detention"
    CLEARED = 10, "an inspection, detention or licence delay ends; `span_s` seconds"
    ATTACHED = 11, "a cleared consignment is put on a later trip of the same service"
    UNLOADED = 12, "a consignment is taken off its trip where the service ends"
    DELIVERED = 13, "a consignment is released at its destination terminal"
    FREED = 14, "a vehicle is free at the end of its service"
    RETURNED = (
        15,
        "a vehicle has come empty, home or (place: a service) to freight that called it; `span_s` seconds of running",
    )
    LAPSED = 16, "a timetabled departure did not run"
    BARRED = 17, "a policy closes the chain that a consignment would have taken (place: that chain)"
    REROUTED = 18, "a consignment takes another chain at a terminal (place: the new chain)"
    CALLED = (
        19,
        "a vehicle sets off empty for a service whose freight has waited long enough for one (place: that service)",
    )
    BACKGROUND_PASSED = 20, "a background train passes a gate, having waited `span_s` seconds there"


class Cause(Described):
    """On what a second went. The causes of a consignment sum exactly to its transit time."""

    RUNNING = 0, "running over rail or road"
    SAILING = 1, "running over sea: ship, feeder or ferry"
    CUSTOMS = 2, "being handled at a border crossing point"
    GAUGE_CHANGE = 3, "being moved between gauges"
    TERMINAL = 4, "being handled at a terminal"
    PORT = 5, "being handled at a port"
    VEHICLE = 6, "waiting for a vehicle with room"
    LOAD = 7, "waiting on a vehicle held for more load or for its timetable"
    PATH = 8, "waiting for a path: a gate is busy with other trains"
    CRANE = 9, "waiting for a place, a crane or an officer: all servers are busy"
    HOURS = 10, "outside opening hours"
    WEATHER = 11, "closed by weather or season"
    CLOSURE = 12, "closed by a disruption"
    POLICY = 13, "inspection, detention, licence or payment delay"


class PlaceKind(Described):
    """What the number in `place` counts."""

    NOWHERE = 0, "no place"
    CHAIN = 1, "a chain"
    SERVICE = 2, "a service"
    GATE = 3, "a gate: one trip at a time, with a minimum headway"
    STATION = 4, "a station: handling by a number of servers"
    LEG = 5, "a leg in one direction"
    FLEET = 6, "a fleet"
    FACILITY = 7, "a facility"


class StepKind(Described):
    """What a trip does next on its way."""

    GATE = 0, "pass a gate"
    HANDLE = 1, "be handled at a station"
    RUN = 2, "run over a leg"
    CHECK = 3, "consignments may be set out or attached at a facility"


class Dispatch(Described):
    """When a service departs."""

    FULL = 0, "when a vehicle is full"
    HELD = 1, "when full, or when held `hold_s` with at least `load_teu_min` waiting"
    TIMETABLE = 2, "at the times of a timetable, with at least `load_teu_min` waiting"


class Rank(Described):
    """Order of events at the same second; within a rank by entity number. Both engines import it."""

    PUBLISHED = 0, "a bulletin of waits comes out (entity: bulletin)"
    FLEET_CHANGED = 1, "vehicles are withdrawn or come back (entity: fleet)"
    STATION_CHANGED = 2, "a station opens, closes or changes its servers (entity: station)"
    FINISHED = 3, "handling ends (entity: trip)"
    ARRIVED = 4, "a leg ends, or a closed leg opens to a waiting trip (entity: trip)"
    CLEARED = 5, "a policy lets a consignment go (entity: consignment)"
    RETURNED = 6, "a vehicle is back empty (entity: empty run)"
    RELEASED = 7, "a consignment is released (entity: consignment)"
    GATE_FREE = 8, "a gate lets its next train pass, which goes on (entity: gate)"
    TIMETABLE = (
        9,
        "a timetabled departure is due (entity: service), or a background train comes to a gate (services + gate)",
    )
    SERVICE_OPENED = 10, "a closed service may depart again (entity: service)"
    HOLD_OVER = 11, "a held vehicle may leave less than full (entity: service)"
    PATIENCE_OVER = 12, "a consignment that waits at a terminal thinks again (entity: consignment)"
    IDLE_OVER = 13, "vehicles set off empty: idle too long, or called by freight (entity: fleet)"
    DEPARTED = 14, "a trip sets off (entity: trip)"


class Express(Described):
    """Priority classes; a lower number goes first."""

    EXPRESS = 0, "express"
    ORDINARY = 1, "ordinary"


EXPRESS_FIRST = (Express.EXPRESS, Express.ORDINARY)
OPEN = 1_000
"""A calendar's normal rate, in permille."""
UNLIMITED = 2**40
"""Servers or vehicles that never run out."""
NEVER = 2**62
"""A second that does not come."""
