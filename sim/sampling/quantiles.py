"""From uniforms to quantities: the quantile functions of the distributions, and of arrival processes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.errors import LandbridgeError
from sim.model import (
    CONSIGNMENTS_MAX,
    LONGEST_S,
    SPEED_MAX,
    SPEED_MIN,
    Constant,
    Distribution,
    Named,
    Quantiles,
    Sample,
    Triangular,
)
from sim.sampling.streams import Floats, Streams


def invert(spread: Distribution, u: Floats) -> Floats:
    """Quantile function: float64 (n,) in the distribution's inner unit for uniforms (n,)."""
    match spread:
        case Constant():
            return np.full(len(u), spread.constant)
        case Quantiles():
            from scipy.special import ndtri

            # What goes beyond every limit is cut later; here it must only stay a number.
            above: Floats = np.exp(np.minimum(spread.sigma * ndtri(u), 600.0))
            return spread.low + (spread.p50 - spread.low) * above
        case Triangular():
            return _triangular(spread, u)
        case Sample():
            values = np.array(sorted(spread.sample), dtype=np.float64)
            return values[np.minimum((u * len(values)).astype(np.int64), len(values) - 1)]
        case Named():
            return _named(spread, u)


def paces(spread: Distribution, u: Floats) -> Floats:
    """Speeds, km/day, for uniforms (n,): the few that a wide distribution draws beyond what there is are cut there."""
    return np.clip(invert(spread, u), SPEED_MIN, SPEED_MAX)


def _triangular(spread: Triangular, u: Floats) -> Floats:
    low, mode, high = spread.low, spread.mode, spread.high
    rise = (mode - low) / (high - low)
    left = low + np.sqrt(u * (high - low) * (mode - low))
    right = high - np.sqrt((1 - u) * (high - low) * (high - mode))
    inverse: Floats = np.where(u < rise, left, right)
    return inverse


def _named(spread: Named, u: Floats) -> Floats:
    if spread.kind == "exponential":
        return -(spread.mean or 0.0) * np.log1p(-u)
    if spread.kind == "uniform":
        low, high = spread.low or 0.0, spread.high or 0.0
        return low + (high - low) * u
    from scipy.special import gammaincinv

    mean, sd = spread.mean or 0.0, spread.sd or 0.0
    shape = (mean / sd) ** 2
    return np.asarray(gammaincinv(shape, u), dtype=np.float64) * mean / shape


def whole(values: Floats) -> npt.NDArray[np.int64]:
    """Round to whole seconds, from 0 to LONGEST_S."""
    found = np.empty(len(values), dtype=np.int64)
    round_into(values.copy(), found)
    return found


def round_into(values: Floats, into: npt.NDArray[np.int64]) -> None:
    """Round to whole seconds, from 0 to LONGEST_S; `values` (n,) are changed on the way to `into` (n,)."""
    np.rint(values, out=values)
    np.clip(values, 0, LONGEST_S, out=into, casting="unsafe")


DRAWN_MAX = 5 * CONSIGNMENTS_MAX
"""Most events of one process in a replication; means are checked before, but disruptions of demand may fall together."""


@dataclass(frozen=True)
class Intensity:
    """A rate of events over the period: `rate[i]` a second from `at_s[i]` until `at_s[i + 1]`, the last one `until_s`."""

    at_s: Sequence[int]
    rate: Sequence[float]
    until_s: int

    def arrivals(self, streams: Streams, purpose: str, owner: str) -> npt.NDArray[np.int64]:
        """Seconds of the events of a Poisson process, rising.

        Unit exponentials are laid on the integrated rate, so event i has the same luck whatever the rate is.
        """
        edges = np.array([*self.at_s, self.until_s], dtype=np.float64)
        total = np.concatenate([[0.0], np.cumsum(np.diff(edges) * np.array(self.rate))])
        if total[-1] <= 0:
            return np.zeros(0, dtype=np.int64)
        if total[-1] > DRAWN_MAX:
            raise LandbridgeError(
                f"{owner} would have about {total[-1]:.3g} events in one replication, more than memory holds. Write a lower "
                "rate or volume, or weaker disruptions of demand: where they overlap, their factors multiply."
            )
        n = int(total[-1] + 10 * np.sqrt(total[-1]) + 30)
        marks = np.cumsum(-np.log1p(-streams.uniforms(purpose, owner, n)))
        marks = marks[marks < total[-1]]
        piece = np.searchsorted(total, marks, side="right") - 1
        seconds = np.floor(edges[piece] + (marks - total[piece]) / np.array(self.rate)[piece])
        return whole(np.minimum(seconds, self.until_s - 1))


def mean(spread: Distribution) -> float:
    """Mean of a distribution, in its inner unit."""
    match spread:
        case Constant():
            return spread.constant
        case Quantiles():
            return spread.low + (spread.p50 - spread.low) * float(np.exp(spread.sigma**2 / 2))
        case Triangular():
            return (spread.low + spread.mode + spread.high) / 3
        case Sample():
            return float(np.mean(spread.sample))
        case Named():
            return (
                spread.mean if spread.mean is not None else ((spread.low or 0.0) + (spread.high or 0.0)) / 2
            )
