"""What each policy did to the measured freight: how much it bound, and what that took in hours and dollars."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.results import ACTS, POLICY_KPIS, column_names
from sim.results import POLICY_VALUES as VALUES_COLUMNS
from sim.stats.cells import Ints
from sim.stats.intervals import interval_of
from sim.stats.measured import PART, PRICE, VOLUME, Least, Measures, Nature, Scale
from sim.stats.weighted import Floats
from sim.units import TEU_PER_FEU

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Reckoning

POLICY_MEASURES = Measures("Of what a policy did (`policies`, `policy-values`)")
HOURS = Scale("h", "longer", "shorter", "h", 1, Least.PERCENT)
DOLLARS = Scale("USD", "more", "less", "USD", 0, Least.PERCENT)
FINE_PART = replace(PART, decimals=2)


class Bound(NamedTuple):
    """What an act of a policy bound in a replication.

    `once_teu`: TEU of the consignments, each once; `teu`, `hours`, `usd` (k,): of every time that it bound one; `cohort_teu`: all measured
    freight.
    """

    once_teu: int
    teu: Ints
    hours: Floats
    usd: Floats
    cohort_teu: int


@POLICY_MEASURES.measure(
    "bound", VOLUME, "freight bound", "measured freight that it did this to; each consignment once", Nature.AMOUNT, heading="TEU bound"
)  # fmt: skip
def _bound(bound: Bound) -> float:
    """Freight bound."""
    return float(bound.once_teu)


@POLICY_MEASURES.measure(
    "bound.share", FINE_PART, "share bound", "freight bound, as a share of all measured freight", Nature.PORTION,
    heading="share %", with_interval=True,
)  # fmt: skip
def _bound_share(bound: Bound) -> float:
    """Freight bound beside all measured freight."""
    return 100 * bound.once_teu / bound.cohort_teu if bound.cohort_teu else float("nan")


@POLICY_MEASURES.measure(
    "time.per_feu", HOURS, "time", "hours that it took, mean over the freight bound; a diversion may save time", Nature.SHIFT,
    heading="h",
)  # fmt: skip
def _time(bound: Bound) -> float:
    """Hours by TEU bound."""
    return float((bound.hours * bound.teu).sum()) / bound.once_teu if bound.once_teu else float("nan")


@POLICY_MEASURES.measure(
    "cost.per_feu", PRICE, "cost", "what it made the freight bound pay, mean over it; a diversion may save money", Nature.SHIFT,
    heading="USD/FEU",
)  # fmt: skip
def _cost(bound: Bound) -> float:
    """Dollars by FEU bound."""
    return float(bound.usd.sum()) / (bound.once_teu / TEU_PER_FEU) if bound.once_teu else float("nan")


@POLICY_MEASURES.measure(
    "cost.total", DOLLARS, "cost in all", "what it made all freight pay", Nature.CHANGE, heading="USD"
)  # fmt: skip
def _cost_in_all(bound: Bound) -> float:
    """Dollars of all times."""
    return float(bound.usd.sum())


_KEY = ["scenario", "policy", "act", "measure", "unit"]
POLICY_VALUES = column_names(VALUES_COLUMNS)
POLICY_SUMMARY = column_names(POLICY_KPIS)


def policy_values(reckoning: Reckoning) -> pd.DataFrame:
    """Measures of each policy and act in a replication, over measured freight.

    Returns scenario, replication, policy, act, measure, unit, value; there are rows for every policy of the scenario, 0 TEU where
    it bound none. Freight bound counts once, however often; hours and dollars are summed over all times. Per-FEU values are not a
    number where nothing was bound. Freight that several policies bind counts under each: rows do not add up.
    """
    import pandas as pd

    cohort_teu, found = reckoning.cohort_teu, reckoning.bound
    rows = []
    for (number, policy), (k, act) in product(enumerate(reckoning.policies), enumerate(ACTS)):
        mine = np.flatnonzero((found.policy == number) & (found.act == k))
        teu = reckoning.bound_teu[mine]
        once = np.unique(found.who[mine], return_index=True)[1]
        bound = Bound(int(teu[once].sum()), teu, found.hours[mine], found.usd[mine], cohort_teu)
        rows += [
            (reckoning.scenario, reckoning.replication, policy, act, one.name, one.unit, one.made(bound))
            for one in POLICY_MEASURES.values()
        ]
    return pd.DataFrame(rows, columns=POLICY_VALUES)


def summarise_policies(values: pd.DataFrame) -> pd.DataFrame:
    """Means over replications with 95 % intervals, for the acts that bound any freight.

    Parameters: values as `policy_values` returns them, of all replications. Returns scenario, policy, act, measure, unit,
    estimate, low, high (not a number with fewer than five values), replications (those with a value).
    """
    import pandas as pd

    rows = []
    for _, of_act in values.groupby(["scenario", "policy", "act"], sort=False, observed=True):
        if of_act.loc[of_act["measure"] == "bound", "value"].any():
            rows += [
                (*key, *interval_of(POLICY_MEASURES[str(key[3])].nature, group["value"], np.nan))
                for key, group in of_act.groupby(_KEY, sort=False, observed=True)
            ]
    return pd.DataFrame(rows, columns=POLICY_SUMMARY)
