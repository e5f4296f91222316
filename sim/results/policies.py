"""The policies table: every time that a policy bound a consignment, and what that took in hours and dollars."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.contract import EventKind, Legend, PlaceKind, SampledPlan
from sim.results.columns import ACTS
from sim.results.consignments import measured
from sim.results.itineraries import Itineraries, price_cents, services_along
from sim.results.rides import Columns, Ints, Truths, named
from sim.results.surcharges import payers
from sim.units import CENTS, HOUR_S, TEU_PER_FEU

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


class Bindings(NamedTuple):
    """Every time (k,) that a policy bound a consignment, in order of time: numbers of the policy, of the act in ACTS, of the consignment;
    when, what it took in hours and what it made the consignment pay.
    """

    policy: Ints
    act: Ints
    who: Ints
    time_s: Ints
    hours: Floats
    usd: Floats

    def of(self, chosen: Truths) -> Bindings:
        """Some of them (k,)."""
        whole = (self.policy[chosen], self.act[chosen], self.who[chosen], self.time_s[chosen])
        return Bindings(*whole, self.hours[chosen], self.usd[chosen])


def bindings_of(plan: SampledPlan, log: Columns, ways: Itineraries, legend: Legend) -> Bindings:
    """All that policies did in a replication."""
    # In the order of ACTS.
    parts = (_diverted(plan, log, ways), _refused(log, ways), *_held(log, ways), _charged(plan, ways, legend))
    act = np.repeat(np.arange(len(ACTS)), [len(part) for part in parts])
    found = np.concatenate(parts)
    policy, who, time_s = (found[:, i].astype(np.int64) for i in range(3))
    order = np.lexsort((policy, act, who, time_s))
    return Bindings(policy[order], act[order], who[order], time_s[order], found[order, 3], found[order, 4])


def policies_table(plan: SampledPlan, log: Columns, ways: Itineraries, legend: Legend) -> pd.DataFrame:
    """One row for each time that a policy bound a consignment, in order of time; columns as in `columns.POLICIES`."""
    import pandas as pd

    found = bindings_of(plan, log, ways, legend)
    return pd.DataFrame(
        {
            "scenario": named([legend.scenario], np.zeros(len(found.who), dtype=np.int64)),
            "replication": np.full(len(found.who), plan.replication),
            "policy": named(legend.policies, found.policy),
            "act": named(list(ACTS), found.act),
            "consignment": found.who,
            "measured": measured(plan, legend)[found.who],
            "time_s": found.time_s,
            "size_teu": plan.size_teu[found.who],
            "hours": found.hours,
            "usd": found.usd,
        }
    )


def _rows(policy: Ints, who: Ints, time_s: Ints, hours: Floats | float, usd: Floats | float) -> Floats:
    """Rows (k, 5): policy, consignment, second, hours, dollars. All whole numbers here are exact as floats."""
    return np.column_stack(np.broadcast_arrays(policy, who, time_s, hours, usd)).astype(float)


def _diverted(plan: SampledPlan, log: Columns, ways: Itineraries) -> Floats:
    """Those that took another chain at release than the one that a policy closed: what it costs and takes more, free of waits."""
    rows = _acts(log, ways, EventKind.BARRED)
    rows = rows[ways.first_chain[log.consignment[rows]] >= 0]
    who, time_s = log.consignment[rows], log.time_s[rows]
    mean_s, cents = np.zeros(len(rows)), np.zeros(len(rows))
    for chain, sign in ((ways.first_chain[who], 1), (log.place[rows], -1)):
        row, service = services_along(plan, chain)
        mean_s += sign * np.bincount(row, plan.service_mean_s[service], len(rows))
        cents += sign * np.bincount(row, price_cents(plan, service, time_s[row]), len(rows))
    usd = cents / CENTS * plan.size_teu[who] / TEU_PER_FEU
    return _rows(log.policy[rows], who, time_s, mean_s / HOUR_S, usd)


def _refused(log: Columns, ways: Itineraries) -> Floats:
    """Those to whom a policy closed a chain, and none was open."""
    rows = _acts(log, ways, EventKind.REFUSED)
    return _rows(log.policy[rows], log.consignment[rows], log.time_s[rows], 0.0, 0.0)


def _held(log: Columns, ways: Itineraries) -> tuple[Floats, Floats]:
    """Those that were inspected or detained at a facility, and those that waited at the origin for a licence or payment."""
    rows = _acts(log, ways, EventKind.CLEARED)
    every = _rows(log.policy[rows], log.consignment[rows], log.time_s[rows], log.span_s[rows] / HOUR_S, 0.0)
    at_facility = log.place_kind[rows] == PlaceKind.FACILITY
    return every[at_facility], every[~at_facility]


def _acts(log: Columns, ways: Itineraries, kind: EventKind) -> Ints:
    """Rows of a kind that tell what a policy did."""
    found: Ints = ways.acts[log.kind[ways.acts] == kind]
    return found


def _charged(plan: SampledPlan, ways: Itineraries, legend: Legend) -> Floats:
    """Those that pay the surcharge of a policy."""
    parts = [np.zeros((0, 5))]
    for policy, pays in payers(plan, ways.chain, ways.taken_s, legend).items():
        who = np.flatnonzero(pays)
        usd = legend.policy_surcharge_usd_per_feu[policy] * plan.size_teu[who] / TEU_PER_FEU
        parts.append(_rows(np.full(len(who), policy), who, ways.taken_s[who], 0.0, usd))
    return np.concatenate(parts)
