"""Transit times of freight of which some is under way: figures, and which of them are only lower bounds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.stats.measured import QUANTILES
from sim.stats.weighted import Floats, Numbers, weighted_mean, weighted_quantiles

Truths = NDArray[np.bool_]


class Bounded(NamedTuple):
    """A figure, and whether it is only a lower bound because freight under way entered with its age."""

    value: float
    lower_bound: bool


def transit_figures(days: Floats, weights: Numbers, late: Truths) -> dict[str, Bounded]:
    """Mean, quantiles and buffer index of transit times.

    Parameters: days (n,), the age where freight is under way; weights (n,) > 0; late (n,): which is under way. Whatever
    becomes of it, a figure that is marked ends no lower, and one that is not marked ends the same.
    """
    found = {"transit_time.mean": Bounded(weighted_mean(days, weights), bool(late.any()))}
    youngest = float(days[late].min(initial=np.inf))
    for name, value in zip(
        QUANTILES, weighted_quantiles(days, weights, list(QUANTILES.values())), strict=True
    ):
        # Freight that is older than the quantile already can only arrive above it: the quantile is exact.
        found[f"transit_time.{name}"] = Bounded(value, bool(youngest <= value))
    found["buffer.index"] = _buffer_index(days, weights, late, found)
    return found


def _buffer_index(days: Floats, weights: Numbers, late: Truths, found: dict[str, Bounded]) -> Bounded:
    """The least that (P95 - P50) / P50 can become, in %: a ratio, so that a median that grows makes it smaller.

    The P95 ends no lower than it is with ages, nor than the P50; the P50 ends no higher than if nothing under way ever
    arrived. When half of the freight is under way there is no such end, and nothing is known but that the index is not
    below 0.
    """
    median, p95 = found["transit_time.p50"], found["transit_time.p95"]
    if not median.value > 0:
        return Bounded(float("nan"), False)
    highest = median.value
    if median.lower_bound:
        (highest,) = weighted_quantiles(np.where(late, np.inf, days), weights, [0.5])
    least = max(p95.value / highest - 1, 0.0)
    return Bounded(100 * least, p95.lower_bound or median.lower_bound)
