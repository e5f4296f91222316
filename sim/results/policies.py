"""The policies table: every time that a policy bound a consignment, and what that took in hours and dollars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.contract import EventKind, Legend, PlaceKind, SampledPlan
from sim.results.columns import ACTS
from sim.results.consignments import measured
from sim.results.itineraries import Itineraries, price_cents, services_along
from sim.results.rides import Columns, Ints, named
from sim.results.surcharges import payers
from sim.units import HOUR_S, TEU_PER_FEU

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
CENTS = 100


def policies_table(plan: SampledPlan, log: Columns, ways: Itineraries, legend: Legend) -> pd.DataFrame:
    """One row for each time that a policy bound a consignment, in order of time; columns as in `columns.POLICIES`."""
    import pandas as pd

    # In the order of ACTS.
    parts = (_diverted(plan, log, ways), _refused(log), *_held(log), _charged(plan, ways, legend))
    act = np.repeat(np.arange(len(ACTS)), [len(part) for part in parts])
    found = np.concatenate(parts)
    policy, who, time_s = (found[:, i].astype(np.int64) for i in range(3))
    order = np.lexsort((policy, act, who, time_s))
    policy, who, time_s, act = policy[order], who[order], time_s[order], act[order]
    return pd.DataFrame(
        {
            "scenario": named([legend.scenario], np.zeros(len(who), dtype=np.int64)),
            "replication": np.full(len(who), plan.replication),
            "policy": named(legend.policies, policy),
            "act": named(list(ACTS), act),
            "consignment": who,
            "measured": measured(plan, legend)[who],
            "time_s": time_s,
            "size_teu": plan.size_teu[who],
            "hours": found[order, 3],
            "usd": found[order, 4],
        }
    )


def _rows(policy: Ints, who: Ints, time_s: Ints, hours: Floats | float, usd: Floats | float) -> Floats:
    """Rows (k, 5): policy, consignment, second, hours, dollars. All whole numbers here are exact as floats."""
    return np.column_stack(np.broadcast_arrays(policy, who, time_s, hours, usd)).astype(float)


def _diverted(plan: SampledPlan, log: Columns, ways: Itineraries) -> Floats:
    """Those that took another chain at release than the one that a policy closed: what it costs and takes more, free of waits."""
    rows = log.rows(EventKind.BARRED)
    rows = rows[ways.first_chain[log.consignment[rows]] >= 0]
    who, time_s = log.consignment[rows], log.time_s[rows]
    mean_s, cents = np.zeros(len(rows)), np.zeros(len(rows))
    for chain, sign in ((ways.first_chain[who], 1), (log.place[rows], -1)):
        row, service = services_along(plan, chain)
        mean_s += sign * np.bincount(row, plan.service_mean_s[service], len(rows))
        cents += sign * np.bincount(row, price_cents(plan, service, time_s[row]), len(rows))
    usd = cents / CENTS * plan.size_teu[who] / TEU_PER_FEU
    return _rows(log.policy[rows], who, time_s, mean_s / HOUR_S, usd)


def _refused(log: Columns) -> Floats:
    rows = log.rows(EventKind.REFUSED)
    rows = rows[log.policy[rows] >= 0]
    return _rows(log.policy[rows], log.consignment[rows], log.time_s[rows], 0.0, 0.0)


def _held(log: Columns) -> tuple[Floats, Floats]:
    """Those that were inspected or detained at a facility, and those that waited at the origin for a licence or payment."""
    rows = log.rows(EventKind.CLEARED)
    every = _rows(log.policy[rows], log.consignment[rows], log.time_s[rows], log.span_s[rows] / HOUR_S, 0.0)
    every = every[log.policy[rows] >= 0]
    at_facility = (log.place_kind[rows] == PlaceKind.FACILITY)[log.policy[rows] >= 0]
    return every[at_facility], every[~at_facility]


def _charged(plan: SampledPlan, ways: Itineraries, legend: Legend) -> Floats:
    parts = [np.zeros((0, 5))]
    for policy, pays in payers(plan, ways.chain, ways.taken_s, legend).items():
        who = np.flatnonzero(pays)
        usd = legend.policy_surcharge_usd_per_feu[policy] * plan.size_teu[who] / TEU_PER_FEU
        parts.append(_rows(np.full(len(who), policy), who, ways.taken_s[who], 0.0, usd))
    return np.concatenate(parts)
