"""Which services consignments ride, when each took the chain that holds the ride, and what the ride is paid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.contract import EventKind, SampledPlan
from sim.results.rides import Columns, Ints, Truths, grouped


@dataclass(frozen=True)
class Itineraries:
    """Services of n consignments in the order of riding, those still to come on the last chain included.

    `first_chain` and `chain` (n,): the chain taken at release and the last one, -1 when refused; `taken_s` (n,): when the
    last one was taken; `reroutes` (n,): how often another chain was taken at a terminal. `begin` (n + 1,): where each
    consignment's rides begin in `service` and `booked_s` (k,), the second at which the chain that holds the ride was
    taken. `left` (r,): the service that each row REROUTED turns away from, in the log's order.
    """

    first_chain: Ints
    chain: Ints
    taken_s: Ints
    reroutes: Ints
    begin: Ints
    service: Ints
    booked_s: Ints
    left: Ints

    @property
    def consignment(self) -> Ints:
        """Consignment of each ride (k,)."""
        return np.repeat(np.arange(len(self.chain)), np.diff(self.begin))


def itineraries_of(plan: SampledPlan, log: Columns) -> Itineraries:
    """Follow every consignment: those that keep their chain all at once, the others one by one."""
    released, rerouted = log.rows(EventKind.RELEASED), log.rows(EventKind.REROUTED)
    first_chain, taken_s = np.full(plan.n_consignments, -1), plan.release_s.copy()
    first_chain[log.consignment[released]] = log.place[released]
    chain = first_chain.copy()
    # The last assignment to a place stays: rows are in the order of time.
    chain[log.consignment[rerouted]] = log.place[rerouted]
    taken_s[log.consignment[rerouted]] = log.time_s[rerouted]
    reroutes = np.bincount(log.consignment[rerouted], minlength=plan.n_consignments)

    owner, service = services_along(plan, np.where(reroutes > 0, -1, chain))
    rides, left = _rides_of_rerouted(plan, log, reroutes > 0)
    owner = np.concatenate((owner, rides[:, 0]))
    service = np.concatenate((service, rides[:, 1]))
    booked_s = np.concatenate((plan.release_s[owner[: len(owner) - len(rides)]], rides[:, 2]))
    order = grouped(owner)
    begin = np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=plan.n_consignments))))
    turned = np.array([left[row] for row in rerouted.tolist()], dtype=np.int64)
    return Itineraries(
        first_chain, chain, taken_s, reroutes, begin, service[order], booked_s[order], turned
    )  # fmt: skip


def _rides_of_rerouted(plan: SampledPlan, log: Columns, chosen: Truths) -> tuple[Ints, dict[int, int]]:
    """Rides (consignment, service, booked_s) of the chosen consignments (k, 3), and the service that each row leaves."""
    # Few are, as a rule: the rest is left out before anything is put in order.
    mine = [log.rows(kind) for kind in (EventKind.RELEASED, EventKind.BOARDED, EventKind.REROUTED)]
    rows = np.sort(np.concatenate([rows[chosen[log.consignment[rows]]] for rows in mine]))
    rows = log.by_consignment(rows)
    chains = [
        plan.chain_service[a:b].tolist()
        for a, b in zip(plan.chain_first[:-1], plan.chain_first[1:], strict=True)
    ]
    origin = plan.service_from.tolist()
    rides: list[tuple[int, int, int]] = []
    left: dict[int, int] = {}
    ahead: list[int] = []
    c, booked_s = -1, 0
    columns = (log.kind, log.place, log.consignment, log.time_s)
    for row, kind, place, who, time_s in zip(
        rows.tolist(), *(of[rows].tolist() for of in columns), strict=True
    ):
        if kind == EventKind.BOARDED:
            rides.append((c, place, booked_s))
            ahead = ahead[1:]
            continue
        services = chains[place]
        if kind == EventKind.RELEASED:
            rides += [(c, s, booked_s) for s in ahead]
            c, ahead = who, services
        else:
            # It goes on from the terminal where it is: that of the service which it does not board.
            left[row] = ahead[0]
            ahead = services[[origin[s] for s in services].index(origin[ahead[0]]) :]
        booked_s = time_s
    rides += [(c, s, booked_s) for s in ahead]
    return np.array(rides, dtype=np.int64).reshape(-1, 3), left


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
