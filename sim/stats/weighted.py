"""Means and quantiles of freight, weighted by TEU."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.float64] | NDArray[np.int64]
_ROUNDING = 1e-12


def weighted_mean(values: Numbers, weights: Numbers) -> float:
    """Mean of `values` (n,) with `weights` (n,); not a number when the weights are 0 or there are none."""
    total = weights.sum()
    return float((values * weights).sum() / total) if total else float("nan")


def weighted_quantiles(values: Numbers, weights: Numbers, shares: Sequence[float]) -> list[float]:
    """For each share the smallest value at which the weights of all values up to it reach that share of the total.

    Parameters: values (n,), weights (n,) > 0, shares in (0, 1]. With equal weights this is the inverse of the empirical
    distribution. Not a number when there are no values.
    """
    if not len(values):
        return [float("nan")] * len(shares)
    order = np.argsort(values, kind="stable")
    reached = weights[order].cumsum()
    return [float(values[order[first_at(reached, share)]]) for share in shares]


def first_at(reached: Numbers, share: float) -> int:
    """Where weights (n,) summed up along rising values, n > 0, first reach a share of their total."""
    # A share such as 0.1 of a total is no whole number in binary: it must not fall just above one.
    return int(np.searchsorted(reached, share * float(reached[-1]) * (1 - _ROUNDING)))
