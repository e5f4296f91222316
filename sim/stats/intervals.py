"""95 % intervals over replications: one method for each kind of number, none where there is too little for one.

How often each covers the truth is measured in `tests/stats/test_coverage.py`; decision 13 says why these methods.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.stats.measured import Nature

Floats = NDArray[np.float64]
CONFIDENCE = 0.95
LEAST_REPLICATIONS = 5
"""Fewer values than this, one a replication, have no interval: that of two is six times as wide as that of five."""


class Interval(NamedTuple):
    """Mean of n values, one a replication, with its 95 % interval (not a number when there is none)."""

    estimate: float
    low: float
    high: float
    replications: int


def student_factor(n: int) -> float:
    """Half the 95 % interval's width as a multiple of the standard error, for n >= 2 values."""
    from scipy.special import stdtrit

    return float(stdtrit(n - 1, (1 + CONFIDENCE) / 2))


def mean_interval(values: ArrayLike) -> Interval:
    """Student's interval of the mean of `values` (n,), of either sign; those that are not a number are left out.

    Fewer than LEAST_REPLICATIONS values have no interval.
    """
    found = _known(values)
    n = len(found)
    if n == 0:
        return Interval(np.nan, np.nan, np.nan, 0)
    mean = float(found.mean())
    if n < LEAST_REPLICATIONS:
        return Interval(mean, np.nan, np.nan, n)
    half = student_factor(n) * _error(found)
    return Interval(mean, mean - half, mean + half, n)


def amount_interval(values: ArrayLike) -> Interval:
    """Interval of the mean of amounts (n,), never below 0: Student's on the log scale, whose lower end is not either."""
    found = _known(values)
    plain = mean_interval(found)
    mean, n = plain.estimate, plain.replications
    if np.isnan(plain.low) or mean <= 0:
        return plain
    ratio = float(np.exp(student_factor(n) * _error(found) / mean))
    return Interval(mean, mean / ratio, mean * ratio, n)


def positive_interval(values: ArrayLike) -> Interval:
    """Interval of the mean of times or prices (n,), never below 0; neither is its lower end.

    It holds that of an amount and Hall's, which follows the skewness of the values: means of times are skewed to the
    right, where Student's interval alone ends too low.
    """
    found = _known(values)
    plain = amount_interval(found)
    if np.isnan(plain.low) or plain.estimate <= 0 or plain.low == plain.high:
        return plain
    low, high = _hall(found, plain.estimate, _error(found), student_factor(len(found)))
    return plain._replace(low=max(min(plain.low, low), 0.0), high=max(plain.high, high))


def share_interval(values: ArrayLike, consignments: float) -> Interval:
    """Interval of the mean of shares (n,) in %, never outside 0 to 100 (Wilson's, with Student's factor).

    Parameters: one share a replication; consignments: how many there are behind all of them (not a number: unknown). The spread over
    replications says to how many independent consignments they amount; where it says nothing, because all shares are equal, they are
    taken for independent: that none of 60 was late is no proof that none ever is.
    """
    found = _known(values)
    plain = mean_interval(found)
    mean, n = plain.estimate, plain.replications
    if np.isnan(plain.low):
        return plain
    if not _error(found) and np.isnan(consignments):
        return plain
    share, error = min(max(mean / 100, 0.0), 1.0), _error(found) / 100
    amount = share * (1 - share) / error**2 if error > 0 and 0 < share < 1 else max(consignments, 1.0)
    low, high = _wilson(share, student_factor(n), amount)
    return Interval(mean, min(100 * low, mean), max(100 * high, mean), n)


def interval_of(nature: Nature, values: ArrayLike, consignments: float) -> Interval:
    """The interval of a measure of some nature; `consignments` is how many stand behind all its values."""
    if nature in (Nature.SHARE, Nature.PORTION):
        return share_interval(values, consignments)
    if nature is Nature.AMOUNT:
        return amount_interval(values)
    if nature in (Nature.MEAN, Nature.QUANTILE):
        return positive_interval(values)
    return mean_interval(values)


def band_of(nature: Nature, values: Floats, consignments: ArrayLike = 0) -> tuple[Floats, Floats, Floats]:
    """Estimates and ends (m,) of the intervals of values (n, m), n replications of m points of a curve."""
    behind = np.broadcast_to(np.asarray(consignments, dtype=float), values.shape[1])
    found = np.array([
        interval_of(nature, column, float(amount))[:3]
        for column, amount in zip(values.T, behind, strict=True)
    ]).reshape(-1, 3)  # fmt: skip
    return found[:, 0], found[:, 1], found[:, 2]


def pooled_quantile(days: Sequence[Floats], weights: Sequence[Floats], share: float) -> Interval:
    """A quantile of all replications together, with Woodruff's interval: replications are what is independent.

    Parameters: for each replication with freight its values (k,) and their weights (k,). The interval is that of the share
    of freight below the estimate, from its spread over replications, read off the pooled distribution; so both ends are
    values that occurred. Fewer than LEAST_REPLICATIONS have no interval.
    """
    n = len(days)
    if n == 0:
        return Interval(np.nan, np.nan, np.nan, 0)
    every, weight = np.concatenate(days), np.concatenate(weights).astype(float)
    order = np.argsort(every, kind="stable")
    every, reached = every[order], weight[order].cumsum() / weight.sum()
    estimate = _read_off(every, reached, share)
    if n < LEAST_REPLICATIONS:
        return Interval(estimate, np.nan, np.nan, n)
    excess = np.array([
        mine[one <= estimate].sum() - share * mine.sum() for one, mine in zip(days, weights, strict=True)
    ])  # fmt: skip
    error = float(np.sqrt(n / (n - 1) * ((excess - excess.mean()) ** 2).sum()) / weight.sum())
    half = student_factor(n) * error
    low = share - half
    if share >= 0.5:
        # Near 1 a share is skewed: its lower end is the farther of the plain one and that on the logit scale.
        odds = share / (1 - share) * np.exp(-half / (share * (1 - share)))
        low = min(low, odds / (1 + odds))
    return Interval(estimate, _read_off(every, reached, low), _read_off(every, reached, share + half), n)


def _known(values: ArrayLike) -> Floats:
    """The values that are numbers."""
    found = np.asarray(values, dtype=float)
    known: Floats = found[~np.isnan(found)]
    return known


def _error(values: Floats) -> float:
    """Standard error of the mean; 0 for equal values, whatever rounding makes of them."""
    return float(values.std(ddof=1) / np.sqrt(len(values))) if np.ptp(values) > 0 else 0.0


def _hall(values: Floats, mean: float, error: float, factor: float) -> tuple[float, float]:
    """Hall's interval (1992): Student's, with the skewness of the values transformed away."""
    n = len(values)
    skewness = float(((values - mean) ** 3).mean() / values.std() ** 3)
    if abs(skewness) < 1e-6:
        return mean - factor * error, mean + factor * error

    def back(t: float) -> float:
        """A value of Student's on the scale of the mean."""
        lean = 1 + skewness * (t / np.sqrt(n) - skewness / (6 * n))
        return float(3 / skewness * (np.cbrt(lean) - 1) * np.sqrt(n))

    return mean - back(factor) * error, mean - back(-factor) * error


def _wilson(share: float, factor: float, amount: float) -> tuple[float, float]:
    """Wilson's interval of a share of `amount` independent cases."""
    square = factor**2 / amount
    middle = (share + square / 2) / (1 + square)
    half = factor * np.sqrt(share * (1 - share) / amount + square / (4 * amount)) / (1 + square)
    return float(max(middle - half, 0.0)), float(min(middle + half, 1.0))


def _read_off(values: Floats, reached: Floats, share: float) -> float:
    """The smallest of sorted values (n,) at which the share is reached; the first or last one beyond the ends."""
    at = int(np.searchsorted(reached, share * (1 - 1e-12)))
    return float(values[min(max(at, 0), len(values) - 1)])
