"""What each policy did to the measured freight: how much it bound, and what that took in hours and dollars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from sim.results import ACTS
from sim.stats.intervals import interval_of
from sim.stats.measured import Nature

if TYPE_CHECKING:
    import pandas as pd

POLICY_MEASURES: Mapping[str, str] = {
    "bound": "TEU",
    "bound.share": "%",
    "time.per_feu": "h",
    "cost.per_feu": "USD/FEU",
    "cost.total": "USD",
}
"""Every measure of a policy's act with its unit: freight bound, its share of all measured freight, what it means for an FEU."""
_NATURES: Mapping[str, Nature] = {
    "bound": Nature.AMOUNT,
    "bound.share": Nature.PORTION,
    "time.per_feu": Nature.SHIFT,
    "cost.per_feu": Nature.SHIFT,
    "cost.total": Nature.CHANGE,
}
"""A diversion may save time and money."""
TEU_PER_FEU = 2
_KEY = ["scenario", "policy", "act", "measure", "unit"]
POLICY_VALUES = ["scenario", "replication", "policy", "act", "measure", "unit", "value"]
POLICY_SUMMARY = [*_KEY, "estimate", "low", "high", "replications"]


def policy_values(
    policies: pd.DataFrame, consignments: pd.DataFrame, runs: Sequence[tuple[str, int]] | None = None
) -> pd.DataFrame:
    """Measures of each policy and act in each replication, over measured freight.

    Parameters: policies and consignments as in `results.columns`, of the same replications; runs: every scenario and
    replication there is, since one that released nothing has no rows; None: those that have. Returns scenario, replication,
    policy, act, measure, unit, value; there are rows for every policy that the table declares, 0 TEU where it bound none.
    Freight bound counts once, however often; hours and dollars are summed over all times. Per-FEU values are not a number
    where nothing was bound. Freight that several policies bind counts under each: rows do not add up.
    """
    import pandas as pd

    declared = getattr(policies["policy"], "cat", None)
    found = declared.categories if declared is not None else sorted(policies["policy"].unique())
    names = [str(name) for name in found if name]
    bound = policies[policies["measured"].to_numpy(bool)]
    rows = []
    cohort = consignments[consignments["measured"].to_numpy(bool)]
    key = ["scenario", "replication"]
    if runs is None:
        runs = [*consignments[key].drop_duplicates().itertuples(index=False, name=None)]
    teu = cohort.groupby(key, observed=True)["size_teu"].sum().to_dict()
    for scenario, replication in runs:
        cohort_teu = int(teu.get((scenario, replication), 0))
        mine = bound[(bound["scenario"] == scenario) & (bound["replication"] == replication)]
        groups = dict(list(mine.groupby(["policy", "act"], observed=True)))
        for policy, act in product(names, ACTS):
            figures = _figures(groups.get((policy, act), mine.iloc[:0]), cohort_teu)
            rows += [
                (scenario, replication, policy, act, name, unit, figures[name])
                for name, unit in POLICY_MEASURES.items()
            ]
    return pd.DataFrame(rows, columns=POLICY_VALUES)


def _figures(bound: pd.DataFrame, cohort_teu: int) -> dict[str, float]:
    """Measures of the rows of one policy and act in one replication."""
    teu = int(bound.drop_duplicates("consignment")["size_teu"].sum())
    size_teu = bound["size_teu"].to_numpy(np.int64)
    usd = float(bound["usd"].sum())
    hours = float((bound["hours"].to_numpy(float) * size_teu).sum())
    return {
        "bound": float(teu),
        "bound.share": 100 * teu / cohort_teu if cohort_teu else float("nan"),
        "time.per_feu": hours / teu if teu else float("nan"),
        "cost.per_feu": usd / (teu / TEU_PER_FEU) if teu else float("nan"),
        "cost.total": usd,
    }


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
                (*key, *interval_of(_NATURES[str(key[3])], group["value"], np.nan))
                for key, group in of_act.groupby(_KEY, sort=False, observed=True)
            ]
    return pd.DataFrame(rows, columns=POLICY_SUMMARY)
