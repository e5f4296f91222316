"""Who pays the surcharge of which policy."""

from __future__ import annotations

import numpy as np

from sim.contract import Legend, SampledPlan
from sim.results.rides import Ints, Truths


def payers(plan: SampledPlan, chain: Ints, taken_s: Ints, legend: Legend) -> dict[int, Truths]:
    """Which consignments (n,) pay the surcharge of each policy that has one, policies in ascending order.

    A policy charges a consignment once, by its flow, cargo, last chain (n,) and the second when it took that (n,): what a
    shipper reckons with when it takes a chain is what it pays.
    """
    entries = np.array(legend.surcharges, dtype=np.int64).reshape(-1, 6)
    found: dict[int, Truths] = {}
    for policy in np.unique(entries[:, 0]).tolist():
        pays = np.zeros(plan.n_consignments, dtype=bool)
        for from_s, until_s in np.unique(entries[entries[:, 0] == policy][:, 4:], axis=0):
            mine = (entries[:, [0, 4, 5]] == (policy, from_s, until_s)).all(axis=1)
            bound = np.zeros((len(legend.flows), len(legend.cargos), len(legend.chains) + 1), dtype=bool)
            for _, flow, cargo, its_chain, _, _ in entries[mine]:
                bound[flow, cargo if cargo >= 0 else slice(None), its_chain] = True
            pays |= bound[plan.flow, plan.cargo, chain] & (from_s <= taken_s) & (taken_s < until_s)
        found[policy] = pays
    return found
