"""The engine's input: everything that is known or drawn before the run, as read-only integer arrays."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from functools import cache
from typing import Annotated, Any, cast, get_args, get_type_hints

import numpy as np
import numpy.typing as npt

from sim.contract.columns import Column, firsts, one, per
from sim.contract.tables import UNLIMITED, Cause, Dispatch, StepKind

Ints = npt.NDArray[np.int64]


def ints(values: object) -> Ints:
    """Return a read-only contiguous int64 copy of `values`."""
    array = np.array(values, dtype=np.int64)
    array.setflags(write=False)
    return array


@dataclass(frozen=True, eq=False)
class SampledPlan:
    """One replication, fully drawn: what an engine reads, and all that it reads.

    Times are seconds from the period's start, sizes TEU, rates permille. What is declared of a column beside it is its check
    (`plan_check`), its place in the compiled engine, and its line in the docs.
    """

    seed: Annotated[int, one("seed of all draws")]
    replication: Annotated[int, one("number of the replication", least=0)]
    period_s: Annotated[int, one("length of the period", least=1)]
    # Bulletins: every so often (0: none) the mean waits of the past such time, known so long after; and how much longer
    # a closure is thought to last when no end is told.
    bulletin_s: Annotated[int, one("time from bulletin to bulletin; 0: there are none", least=0)]
    lag_s: Annotated[int, one("time until a bulletin is known", least=0)]
    open_end_s: Annotated[int, one("how much longer a closure without an end is thought to last", least=0)]

    # Calendars: step functions. Number 0 is always open.
    calendar_first: Annotated[Ints, firsts("calendar", "steps", into="calendar_at_s")]
    calendar_at_s: Annotated[
        Ints, per("calendar step", "second from which it holds; 0 for a calendar's first", 0)
    ]
    calendar_value: Annotated[Ints, per("calendar step", "permille of normal, a number of things, or cents")]
    calendar_cause: Annotated[Ints, per("calendar step", "cause of a closure, or -1", -1, max(Cause))]
    calendar_policy: Annotated[Ints, per("calendar step", "policy that closes, or -1", -1)]

    # Consignments, in order of release.
    release_s: Annotated[Ints, per("consignment", "second of its release, in rising order", 0)]
    size_teu: Annotated[Ints, per("consignment", "size", 1)]
    express: Annotated[Ints, per("consignment", "0 express, 1 ordinary", 0, 1)]
    flow: Annotated[Ints, per("consignment", "its flow (no engine reads it)", 0)]
    cargo: Annotated[Ints, per("consignment", "its cargo class (no engine reads it)", 0)]
    options: Annotated[Ints, per("consignment", "its list of options", of="option list")]
    act_first: Annotated[Ints, firsts("consignment", "acts", into="act_facility")]
    # Without tastes where its list is taken in order.
    patience_s: Annotated[
        Ints, per("consignment", "how long it waits at a terminal before it thinks again", 1)
    ]
    taste_first: Annotated[Ints, firsts("consignment", "tastes", into="taste_cents")]
    taste_cents: Annotated[Ints, per("taste", "its taste for an option of its list, in cents an FEU")]

    # Option lists: the chains a consignment may take, each with the calendar of its openness to it. A list is taken in
    # order (`options_day_cents` -1), or the option of least generalised cost is taken: price, time at so many cents an
    # FEU-day, standard deviation likewise, what else the option costs (a calendar of cents), and taste.
    options_first: Annotated[Ints, firsts("option list", "options", into="option_chain")]
    options_day_cents: Annotated[Ints, per("option list", "cents an FEU-day of time; -1: taken in order", -1)]
    options_spread_cents: Annotated[Ints, per("option list", "cents an FEU-day of standard deviation", 0)]
    option_chain: Annotated[Ints, per("option", "its chain", of="chain")]
    option_calendar: Annotated[Ints, per("option", "its openness", of="calendar")]
    option_extra: Annotated[Ints, per("option", "what else it costs: cents an FEU", of="calendar")]
    # The constant of an option is that of its whole chain. What of it belongs to the services behind is added where the
    # option is taken from a later stage on.
    behind_first: Annotated[Ints, firsts("option", "services behind", into="behind_cents")]
    behind_cents: Annotated[Ints, per("service behind", "its part of an option's constant, in cents an FEU")]

    # Acts of policies on single consignments: at a facility (-1: at release), in force from-until, for so long.
    act_facility: Annotated[Ints, per("act", "facility at which it holds; -1: at the origin", -1)]
    act_from_s: Annotated[Ints, per("act", "from when it is in force")]
    act_until_s: Annotated[Ints, per("act", "until when it is in force")]
    act_span_s: Annotated[Ints, per("act", "how long it holds", 0)]
    act_policy: Annotated[Ints, per("act", "its policy", 0)]

    # Where a policy holds those that take a chain, a row a policy and in it a column a chain.
    policy_place: Annotated[
        Ints, per("policy and chain", "the facility where it holds; -1: only at the origin; -2: nowhere", -2)
    ]

    # Chains: ordered services.
    chain_first: Annotated[Ints, firsts("chain", "stages", into="chain_service")]
    chain_service: Annotated[Ints, per("chain stage", "its service", of="service")]

    # Services.
    capacity_teu: Annotated[Ints, per("service", "what a vehicle takes", 1)]
    spare_teu: Annotated[Ints, per("service", "what it takes beyond that on its way", 0)]
    full_teu: Annotated[Ints, per("service", "load with which it is called full; at most `capacity_teu`", 1)]
    dispatch: Annotated[Ints, per("service", "when it departs", kind=Dispatch)]
    hold_s: Annotated[Ints, per("service", "how long a vehicle is held", 0)]
    load_teu_min: Annotated[Ints, per("service", "least load of a departure; at most `capacity_teu`")]
    call_teu: Annotated[Ints, per("service", "load that calls an empty vehicle; at most `capacity_teu`", 1)]
    service_express: Annotated[Ints, per("service", "0 timetabled, 1 other: its trips in lines", 0, 1)]
    service_calendar: Annotated[Ints, per("service", "when it may depart", of="calendar")]
    fleet: Annotated[Ints, per("service", "its fleet; -1: no end of vehicles", -1, of="fleet")]
    fleet_end: Annotated[Ints, per("service", "at which end of its fleet it starts", 0, 1)]
    trip_first: Annotated[Ints, firsts("service", "trips")]
    turns: Annotated[Ints, per("service", "departures a day that have draws of their own", 0)]
    reserve: Annotated[Ints, per("service", "draws for departures beyond those", 1)]
    slot_first: Annotated[Ints, firsts("service", "timetabled departures", into="slot_s")]
    slot_s: Annotated[Ints, per("timetabled departure", "its second, in rising order", 0)]
    step_first: Annotated[Ints, firsts("service", "steps", into="step_kind")]
    # What shippers take for granted.
    service_from: Annotated[Ints, per("service", "the facility where it starts", 0)]
    service_price: Annotated[Ints, per("service", "its price: cents an FEU", of="calendar")]
    service_mean_s: Annotated[Ints, per("service", "its mean time without waits", 0)]
    service_variance_min2: Annotated[Ints, per("service", "the variance of that, in square minutes", 0)]
    service_usual_s: Annotated[Ints, per("service", "the wait for a vehicle when nobody has told of any", 0)]

    # Announced closures on the way of each service (NEVER: no end told).
    notice_first: Annotated[Ints, firsts("service", "notices", into="notice_offset_s")]
    notice_known_from_s: Annotated[Ints, per("notice", "from when it is known")]
    notice_known_until_s: Annotated[Ints, per("notice", "until when it is known")]
    notice_closed_from_s: Annotated[Ints, per("notice", "from when it is closed, as told")]
    notice_closed_until_s: Annotated[Ints, per("notice", "until when it is closed, as told")]
    notice_offset_s: Annotated[Ints, per("notice", "how long after departure a trip comes there", 0)]

    # Steps of services, in order; work_first points into `work_s` at the first draw of the service (see `turns.py`).
    step_kind: Annotated[Ints, per("step", "what a trip does", kind=StepKind)]
    step_place: Annotated[Ints, per("step", "gate, station, leg or facility", 0)]
    work_first: Annotated[Ints, per("step", "its first draw of work")]
    work_s: Annotated[Ints, per("draw of work", "seconds of work at rate 1000", 0)]

    # Gates, stations, legs.
    gate_headway_s: Annotated[Ints, per("gate", "least time between trips", 1)]
    gate_calendar: Annotated[Ints, per("gate", "its opening", of="calendar")]
    # Background trains carry none of the freight: each comes to its gate, passes in its turn, and is gone.
    background_first: Annotated[Ints, firsts("gate", "background trains", into="background_s")]
    background_s: Annotated[Ints, per("background train", "second at which it comes, in rising order", 0)]
    station_servers: Annotated[Ints, per("station", "how many trips it handles at once", of="calendar")]
    station_rate: Annotated[Ints, per("station", "its opening", of="calendar")]
    station_cause: Annotated[Ints, per("station", "what its work is", kind=Cause)]
    leg_calendar: Annotated[Ints, per("leg", "its opening", of="calendar")]
    leg_cause: Annotated[Ints, per("leg", "what running over it is", kind=Cause)]

    # Fleets. A vehicle goes empty from end 1 to end 0 after idling so long there, and from either end to freight that has
    # waited so long at the other one. Times of empty runs are used in turn, and again when they run out.
    fleet_vehicles: Annotated[Ints, per("end of a fleet", "vehicles there at first", 0, UNLIMITED)]
    fleet_withdrawn: Annotated[Ints, per("fleet", "how many vehicles are withdrawn", of="calendar")]
    return_after_s: Annotated[Ints, per("fleet", "idle time after which a vehicle goes home; -1: never", -1)]
    call_after_s: Annotated[Ints, per("fleet", "wait after which freight calls a vehicle; -1: never", -1)]
    return_first: Annotated[Ints, firsts("fleet", "empty runs", into="return_s")]
    return_s: Annotated[Ints, per("empty run", "its time", 0)]

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    @property
    def n_consignments(self) -> int:
        """How many consignments are released in the period."""
        return len(self.release_s)

    @property
    def n_services(self) -> int:
        """How many services there are."""
        return len(self.capacity_teu)

    @property
    def n_gates(self) -> int:
        """How many gates there are."""
        return len(self.gate_headway_s)

    @property
    def n_stations(self) -> int:
        """How many stations there are."""
        return len(self.station_servers)

    @property
    def n_places(self) -> int:
        """Of how many places a bulletin tells: gates, then stations, then services."""
        return self.n_gates + self.n_stations + self.n_services

    @property
    def n_fleets(self) -> int:
        """How many fleets there are."""
        return len(self.fleet_withdrawn)

    @property
    def n_chains(self) -> int:
        """How many chains there are."""
        return len(self.chain_first) - 1

    @property
    def n_facilities(self) -> int:
        """One more than the highest number of a facility at which a service starts."""
        return int(self.service_from.max(initial=-1)) + 1

    @property
    def n_trips(self) -> int:
        """How many trips have their draws ready: trip `trip_first[s] + k` is departure k of service s."""
        return int(self.trip_first[-1])

    def digest(self) -> str:
        """SHA-256 over every field in order, as hexadecimal text."""
        total = hashlib.sha256()
        for field in fields(self):
            value = getattr(self, field.name)
            total.update(field.name.encode())
            total.update(np.ascontiguousarray(value, dtype=np.int64).view(np.uint8).data)
        return total.hexdigest()


@cache
def columns() -> dict[str, Column]:
    """What is declared of every single number and column of a plan, by name, in order."""
    return {
        name: get_args(hint)[1] for name, hint in get_type_hints(SampledPlan, include_extras=True).items()
    }


class _Lists:
    """What `as_lists` gives: a column becomes a list when it is first read."""

    def __init__(self, plan: SampledPlan) -> None:
        self._plan = plan

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._plan, name)
        if isinstance(value, np.ndarray):
            value = value.tolist()
        setattr(self, name, value)
        return value


def as_lists(plan: SampledPlan) -> SampledPlan:
    """A plan to be read one number at a time: its columns are lists, for which that is far faster than for arrays."""
    return cast(SampledPlan, _Lists(plan))
