"""Where each consignment went: its chains, the services it rides with what it pays and emits on them, when it arrived."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.compiled import Kernels
from sim.contract import EventKind, Legend, SampledPlan
from sim.results.rides import Columns, Ints

Floats = NDArray[np.float64]
STATUSES = ("delivered", "under way", "refused")
DELIVERED, UNDER_WAY, REFUSED = range(3)
FOLLOWING = Kernels(
    "sim.results.following",
    shared=("sim.results.log_words", "sim.contract.tables"),
    what="the measures",
    takes="about two seconds",
)
"""Where consignments went and what trips took along, straight from a log."""


@dataclass(frozen=True)
class Booked:
    """Services of n consignments in the order of riding, those still to come on the last chain included.

    `begin` (n + 1,): where each consignment's rides begin in `service` and `booked_s` (k,), the second at which the chain that
    holds the ride was taken. `left` (r,): the service that each row REROUTED turns away from, in the log's order.
    """

    begin: Ints
    service: Ints
    booked_s: Ints
    left: Ints

    @property
    def consignment(self) -> Ints:
        """Consignment of each ride (k,)."""
        return np.repeat(np.arange(len(self.begin) - 1), np.diff(self.begin))


@dataclass(frozen=True)
class Itineraries:
    """What became of n consignments, (n,) each, and what d departures took along.

    `first_chain` and `chain`: the chain taken at release and the last one, -1 when refused; of the services of the last one it has
    joined it at number `since` and boarded those before number `stage`; `taken_s`: when the last one was taken; `reroutes`: how
    often another chain was taken at a terminal. `status`: number in STATUSES; `delivered_s`: -1 when not. `cents` an FEU and
    `kg_per_t`: price and emissions of the services ridden and, on the last chain, still to come. `acts` (m,): rows of the log that
    tell what policies did.
    `departures` (d, 4): row of the log, trip, service and second of each; `boardings`: how often freight was boarded; `load_teu` by
    trip; `carried` (services, directions): whether a service carried freight of a direction of the legend.
    """

    plan: SampledPlan
    log: Columns
    first_chain: Ints
    chain: Ints
    since: Ints
    stage: Ints
    taken_s: Ints
    reroutes: Ints
    status: Ints
    delivered_s: Ints
    cents: Ints
    kg_per_t: Floats
    acts: Ints
    departures: Ints
    boardings: int
    load_teu: Ints
    carried: Ints

    @cached_property
    def transit_s(self) -> Ints:
        """From release to delivery (n,); the age at the period's end when under way, 0 when refused."""
        end_s = np.where(self.status == DELIVERED, self.delivered_s, self.plan.period_s)
        return np.where(self.status == REFUSED, 0, end_s - self.plan.release_s)

    @cached_property
    def booked(self) -> Booked:
        """The services of every consignment, one by one."""
        plan, n, words = self.plan, self.plan.n_consignments, self.log.words
        boarded = self.log.rows(EventKind.BOARDED)
        rides = np.bincount(self.log.consignment[boarded], minlength=n)
        rides += np.where(
            self.chain >= 0, np.append(np.diff(plan.chain_first), 0)[self.chain] - self.stage, 0
        )
        begin = np.concatenate(([0], np.cumsum(rides)))
        service, booked_s = np.empty(begin[-1], dtype=np.int64), np.empty(begin[-1], dtype=np.int64)
        left = np.empty(len(self.log.rows(EventKind.REROUTED)), dtype=np.int64)
        room = (
            np.zeros(n, dtype=np.int64),
            np.zeros(n, dtype=np.int64),
            plan.release_s.copy(),
            np.zeros(n, dtype=np.int64),
        )
        FOLLOWING.list_rides(
            words,
            plan.chain_first,
            plan.chain_service,
            plan.service_from,
            begin,
            *room,
            service,
            booked_s,
            left,
        )
        return Booked(begin, service, booked_s, left)


def directions(legend: Legend) -> list[str]:
    """Directions of the flows, each once."""
    return list(dict.fromkeys(legend.flow_direction))


def itineraries_of(plan: SampledPlan, log: Columns, legend: Legend) -> Itineraries:
    """Follow every consignment and every trip through a log."""
    n, ways = plan.n_consignments, directions(legend)
    way = np.array([ways.index(name) for name in legend.flow_direction], dtype=np.int64)
    # What they are before anything happens; of the last three, room for as many as there can be.
    columns = {
        "first_chain": np.full(n, -1),
        "chain": np.full(n, -1),
        "since": np.zeros(n, dtype=np.int64),
        "stage": np.zeros(n, dtype=np.int64),
        "taken_s": plan.release_s.copy(),
        "reroutes": np.zeros(n, dtype=np.int64),
        "status": np.full(n, UNDER_WAY),
        "delivered_s": np.full(n, -1),
        "cents": np.zeros(n, dtype=np.int64),
    }
    kg_per_t, acts = np.zeros(n), np.empty(len(log), dtype=np.int64)
    load_teu, departures = np.zeros(plan.n_trips, dtype=np.int64), np.empty(4 * plan.n_trips, dtype=np.int64)
    carried, counts = np.zeros(plan.n_services * len(ways), dtype=np.int64), np.zeros(3, dtype=np.int64)
    FOLLOWING.follow(
        log.words,
        plan.size_teu,
        way[plan.flow],
        len(ways),
        plan.chain_first,
        plan.chain_service,
        plan.service_from,
        plan.service_price,
        plan.calendar_first,
        plan.calendar_at_s,
        plan.calendar_value,
        np.array(legend.service_emissions_kg_per_t, dtype=np.float64),
        *columns.values(),
        kg_per_t,
        acts,
        load_teu,
        carried,
        departures,
        counts,
    )
    return Itineraries(
        plan,
        log,
        **columns,
        kg_per_t=kg_per_t,
        acts=acts[: counts[0]].copy(),
        departures=departures[: 4 * counts[1]].reshape(-1, 4),
        boardings=int(counts[2]),
        load_teu=load_teu,
        carried=carried.reshape(plan.n_services, len(ways)),
    )


def services_along(plan: SampledPlan, chain: Ints) -> tuple[Ints, Ints]:
    """Position in `chain` (m,) and service (k,) of every service of these chains, in order; -1 has none."""
    length = np.append(np.diff(plan.chain_first), 0)[chain]
    position = np.repeat(np.arange(len(chain)), length)
    stage = np.arange(len(position)) - np.repeat(np.cumsum(length) - length, length)
    begin = np.append(plan.chain_first[:-1], 0)[chain]
    return position, plan.chain_service[np.repeat(begin, length) + stage]


def price_cents(plan: SampledPlan, service: Ints, time_s: Ints) -> Ints:
    """Price of services (k,) at seconds of the period (k,), in cents an FEU."""
    steps = np.diff(plan.calendar_first)[plan.service_price]
    step = plan.calendar_first[plan.service_price][service]
    changing = np.flatnonzero(steps[service] > 1) if (steps > 1).any() else np.zeros(0, dtype=np.int64)
    if len(changing):
        # One search through all calendars: each has its own stretch of keys. Steps after the period are never reached.
        stride = plan.period_s + 1
        owner = np.repeat(np.arange(len(plan.calendar_first) - 1), np.diff(plan.calendar_first))
        key = owner * stride + np.minimum(plan.calendar_at_s, plan.period_s)
        asked = plan.service_price[service[changing]] * stride + time_s[changing]
        step[changing] = np.searchsorted(key, asked, side="right") - 1
    return plan.calendar_value[step]
