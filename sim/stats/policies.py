"""What each policy did to the measured freight: how much it bound, and what that took in hours and dollars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from sim.results import ACTS
from sim.results import figure_columns as columns
from sim.results.figure_columns import names
from sim.stats.intervals import interval_of
from sim.stats.measured import Measure, Nature

if TYPE_CHECKING:
    import pandas as pd

POLICY_MEASURE_TABLE: tuple[Measure, ...] = (
    Measure(
        "bound",
        "TEU",
        "freight bound",
        "measured freight that it did this to; each consignment once",
        Nature.AMOUNT,
    ),
    Measure(
        "bound.share", "%", "share bound", "freight bound, as a share of all measured freight", Nature.PORTION
    ),
    Measure(
        "time.per_feu",
        "h",
        "time",
        "hours that it took, mean over the freight bound; a diversion may save time",
        Nature.SHIFT,
    ),
    Measure(
        "cost.per_feu",
        "USD/FEU",
        "cost",
        "what it made the freight bound pay, mean over it; a diversion may save money",
        Nature.SHIFT,
    ),
    Measure("cost.total", "USD", "cost in all", "what it made all freight pay", Nature.CHANGE),
)
"""Every measure of a policy's act."""
POLICY_MEASURES: Mapping[str, str] = {measure.name: measure.unit for measure in POLICY_MEASURE_TABLE}
"""Every measure of a policy's act with its unit."""
_NATURES: Mapping[str, Nature] = {measure.name: measure.nature for measure in POLICY_MEASURE_TABLE}
TEU_PER_FEU = 2
_KEY = ["scenario", "policy", "act", "measure", "unit"]
POLICY_VALUES = names(columns.POLICY_VALUES)
POLICY_SUMMARY = names(columns.POLICY_KPIS)


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
    policy_names = [str(name) for name in found if name]
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
        for policy, act in product(policy_names, ACTS):
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
