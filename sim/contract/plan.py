"""The engine's input: everything that is known or drawn before the run, as read-only integer arrays."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from typing import Any, cast

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


def ints(values: object) -> Ints:
    """Return a read-only contiguous int64 copy of `values`."""
    array = np.array(values, dtype=np.int64)
    array.setflags(write=False)
    return array


@dataclass(frozen=True, eq=False)
class SampledPlan:
    """One replication, fully drawn: what an engine reads, and all that it reads.

    Times are seconds from the period's start, sizes TEU, rates permille. `x_first` arrays hold where the part of
    entity i begins in a longer array; it ends where the next one begins (so they have one element more).
    """

    seed: int
    replication: int
    period_s: int
    # Bulletins: every so often (0: none) the mean waits of the past such time, known so long after; and how much longer
    # a closure is thought to last when no end is told.
    bulletin_s: int
    lag_s: int
    open_end_s: int

    # Calendars: step functions. Number 0 is always open.
    calendar_first: Ints
    calendar_at_s: Ints
    calendar_value: Ints
    calendar_cause: Ints
    calendar_policy: Ints

    # Consignments, in order of release.
    release_s: Ints
    size_teu: Ints
    express: Ints
    flow: Ints
    cargo: Ints
    options: Ints
    act_first: Ints
    # How long it waits at a terminal before it thinks again, and its taste for each option of its list (cents an FEU,
    # a column an option; `taste_first` where its own begin). Without tastes where its list is taken in order.
    patience_s: Ints
    taste_first: Ints
    taste_cents: Ints

    # Option lists: the chains a consignment may take, each with the calendar of its openness to it. A list is taken in
    # order (`options_day_cents` -1), or the option of least generalised cost is taken: price, time at so many cents an
    # FEU-day, standard deviation likewise, what else the option costs (a calendar of cents), and taste.
    options_first: Ints
    options_day_cents: Ints
    options_spread_cents: Ints
    option_chain: Ints
    option_calendar: Ints
    option_extra: Ints
    # The constant of an option is that of its whole chain. What of it belongs to the services behind is added where the
    # option is taken from a later stage on: cents an FEU, a column a stage; `behind_first` where an option's begin.
    behind_first: Ints
    behind_cents: Ints

    # Acts of policies on single consignments: at a facility (-1: at release), in force from-until, for so long.
    act_facility: Ints
    act_from_s: Ints
    act_until_s: Ints
    act_span_s: Ints
    act_policy: Ints

    # Where a policy holds those that take a chain, a row a policy and in it a column a chain: the facility, -1 where it
    # holds them only at their origin, -2 where it does not hold them.
    policy_place: Ints

    # Chains: ordered services.
    chain_first: Ints
    chain_service: Ints

    # Services.
    capacity_teu: Ints
    spare_teu: Ints
    full_teu: Ints
    dispatch: Ints
    hold_s: Ints
    load_teu_min: Ints
    # TEU that call an empty vehicle, when they have waited at a service's terminal and none is there.
    call_teu: Ints
    service_express: Ints
    service_calendar: Ints
    fleet: Ints
    fleet_end: Ints
    trip_first: Ints
    turns: Ints
    reserve: Ints
    slot_first: Ints
    slot_s: Ints
    step_first: Ints
    # What shippers take for granted: where a service starts (a facility), its price (a calendar of cents an FEU), its
    # mean time without waits and the variance of that (square minutes), and the wait for a vehicle when nobody has told of any.
    service_from: Ints
    service_price: Ints
    service_mean_s: Ints
    service_variance_min2: Ints
    service_usual_s: Ints

    # Announced closures on the way of each service: known from-until, closed from-until as told (NEVER: no end told),
    # and how long after the service's departure a trip comes there.
    notice_first: Ints
    notice_known_from_s: Ints
    notice_known_until_s: Ints
    notice_closed_from_s: Ints
    notice_closed_until_s: Ints
    notice_offset_s: Ints

    # Steps of services, in order; work_first points into `work_s` at the first draw of the service (see `turns.py`).
    step_kind: Ints
    step_place: Ints
    work_first: Ints
    work_s: Ints

    # Gates, stations, legs.
    gate_headway_s: Ints
    gate_calendar: Ints
    station_servers: Ints
    station_rate: Ints
    station_cause: Ints
    leg_calendar: Ints
    leg_cause: Ints

    # Fleets: vehicles at either end, vehicles withdrawn (a calendar). A vehicle goes empty from end 1 to end 0 after idling
    # so long there (-1: never), and from either end to freight that has waited so long at the other one (-1: never).
    # `return_s` are the times of empty runs, used in turn; used again when they run out.
    fleet_vehicles: Ints
    fleet_withdrawn: Ints
    return_after_s: Ints
    call_after_s: Ints
    return_first: Ints
    return_s: Ints

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
