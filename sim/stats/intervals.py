"""Means over replications with their 95 % intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from sim.stats.completing import GROUP, NATURES, completed
from sim.stats.measured import Nature

if TYPE_CHECKING:
    import pandas as pd

CONFIDENCE = 0.95
SUMMARY = [
    "scenario", *GROUP, "estimate", "low", "high", "replications", "with_freight", "lower_bound", "consignments",
]  # fmt: skip


class Interval(NamedTuple):
    """Mean of n values, one a replication, with its 95 % Student interval (not a number when n < 2)."""

    estimate: float
    low: float
    high: float
    replications: int


def half_width_factor(n: int) -> float:
    """Half the 95 % interval's width as a multiple of the standard deviation, for a mean of n >= 2 values."""
    from scipy.special import stdtrit

    return float(stdtrit(n - 1, (1 + CONFIDENCE) / 2) / np.sqrt(n))


def mean_interval(values: ArrayLike) -> Interval:
    """Interval of the mean of `values` (n,); those that are not a number are left out."""
    found = np.asarray(values, dtype=float)
    found = found[~np.isnan(found)]
    n = len(found)
    if n == 0:
        return Interval(np.nan, np.nan, np.nan, 0)
    mean = float(found.mean())
    if n == 1:
        return Interval(mean, np.nan, np.nan, 1)
    half = half_width_factor(n) * float(found.std(ddof=1))
    return Interval(mean, mean - half, mean + half, n)


def summarise(values: pd.DataFrame, natures: Mapping[str, Nature] = NATURES) -> pd.DataFrame:
    """Means over replications with 95 % intervals.

    Parameters: values as `replication_measures` returns them, of all replications; cells that are empty in some of them
    are completed. Returns scenario, corridor, direction, chain, cargo, flow, measure, unit, estimate, low, high (not a
    number with fewer than two values), replications (those with a value), with_freight (those whose cell has freight),
    lower_bound (freight under way entered at least one of them with its age), consignments (mean over all replications).
    """
    import pandas as pd

    rows = []
    for _, of_scenario in values.groupby("scenario", sort=False, observed=True):
        for key, group in completed(of_scenario, natures=natures).groupby(
            ["scenario", *GROUP], sort=False, observed=True
        ):
            behind = group["consignments"].to_numpy()
            found = mean_interval(group["value"])
            bound = bool(group["lower_bound"].any())
            rows.append((*key, *found, int((behind > 0).sum()), bound, float(behind.mean())))
    return pd.DataFrame(rows, columns=SUMMARY)
