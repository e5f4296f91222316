"""Whether a difference is one: means of pairs, means of two independent samples, and many of them together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.stats.intervals import CONFIDENCE, mean_interval

Floats = NDArray[np.float64]
FAMILY = 1 - CONFIDENCE
"""Chance that a command calls anything a difference when nothing is."""


class Tested(NamedTuple):
    """A mean difference with its 95 % interval, how many values of each side stand behind it, and its p-value.

    Not a number where there are too few values for an interval; p is 0 when all pairs differ by the same amount.
    """

    estimate: float
    low: float
    high: float
    replications: int
    p: float


def paired_difference(a: Floats, b: Floats) -> Tested:
    """Mean of b - a over pairs (n,); a pair with a value that is not a number is left out (Student's interval and test)."""
    gaps = np.asarray(b, dtype=float) - np.asarray(a, dtype=float)
    found = mean_interval(gaps)
    gaps = gaps[~np.isnan(gaps)]
    if np.isnan(found.low):
        return Tested(*found, np.nan)
    error = float(gaps.std(ddof=1)) / np.sqrt(len(gaps))
    return Tested(*found, _p_value(found.estimate, error, len(gaps) - 1))


def independent_difference(a: ArrayLike, b: ArrayLike) -> Tested:
    """Mean of b (m,) less that of a (n,), which have nothing in common (Welch's interval and test); values that are no numbers left out.

    `replications` is the smaller of n and m.
    """
    of_a, of_b = (x[~np.isnan(x)] for x in (np.asarray(a, dtype=float), np.asarray(b, dtype=float)))
    n = min(len(of_a), len(of_b))
    if n == 0:
        return Tested(np.nan, np.nan, np.nan, 0, np.nan)
    estimate = float(of_b.mean() - of_a.mean())
    # What is too few for a mean is too few for a difference of means.
    if np.isnan(mean_interval(of_a if len(of_a) == n else of_b).low):
        return Tested(estimate, np.nan, np.nan, n, np.nan)
    from scipy.special import stdtrit

    shares = np.array([x.var(ddof=1) / len(x) for x in (of_a, of_b)])
    error = float(np.sqrt(shares.sum()))
    # Welch and Satterthwaite: degrees of freedom of a sum of two estimated variances.
    freedoms = (
        shares.sum() ** 2 / (shares**2 / (np.array([len(of_a), len(of_b)]) - 1)).sum() if error else n - 1
    )
    half = float(stdtrit(freedoms, (1 + CONFIDENCE) / 2)) * error
    return Tested(estimate, estimate - half, estimate + half, n, _p_value(estimate, error, freedoms))


def _p_value(estimate: float, error: float, freedoms: float) -> float:
    """Chance of a mean at least so far from 0 if it were 0 (two-sided)."""
    from scipy.special import stdtr

    if error == 0:
        return 1.0 if estimate == 0 else 0.0
    return float(2 * stdtr(freedoms, -abs(estimate) / error))


def holm(p: ArrayLike) -> Floats:
    """p-values (n,) corrected for being n together (Holm 1979): at most FAMILY for those that may be called differences.

    Those that are not a number are no part of the family, and stay so.
    """
    values = np.asarray(p, dtype=float)
    found = np.full(len(values), np.nan)
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known], kind="stable")]
    factors = np.arange(len(order), 0, -1)
    found[order] = np.minimum(np.maximum.accumulate(values[order] * factors), 1.0)
    return found
