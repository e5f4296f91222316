"""How often each printed interval holds the truth, on experiments whose truth is known: 93 to 97 % (decision 13).

The freight of an experiment has skewed times: 12 days and a lognormal rest of 4 days in the mean (standard deviation 3.8 d), and
in each replication luck in common (a gamma variable of shape 4, skewness 1). Counts are Poisson's, so that replications of a
small cell may be empty. The short form in the suite has fewer experiments and so wider limits: three standard errors.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from scipy import special, stats

from sim.stats.intervals import (
    Interval,
    amount_interval,
    band_of,
    mean_interval,
    pooled_quantile,
    positive_interval,
    share_interval,
)
from sim.stats.measured import Nature

SHORT, LONG = 400, 4000
LUCK_D = 2.0
SIGMA = 0.8


class Experiment(NamedTuple):
    """The replications' freight: days of each consignment; some of them may have none."""

    days: list[np.ndarray]


def experiment(draws: np.random.Generator, n: int, consignments: float) -> Experiment:
    return Experiment([times(draws, int(k)) for k in draws.poisson(consignments, n)])


def times(draws: np.random.Generator, k: int) -> np.ndarray:
    luck = LUCK_D / 4 * draws.gamma(4)
    return 12 + 4 * np.exp(SIGMA * draws.standard_normal(k) - SIGMA**2 / 2) + luck


def chance_within(days: float) -> float:
    """Share of all freight that arrives within so many days: over luck by quadrature."""
    luck = LUCK_D / 4 * stats.gamma(4).ppf((np.arange(2000) + 0.5) / 2000)
    rest = np.maximum(days - 12 - luck, 1e-12)
    return float(special.ndtr((np.log(rest / 4) + SIGMA**2 / 2) / SIGMA).mean())


def quantile_of_all(share: float) -> float:
    low, high = 12.0, 60.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if chance_within(middle) < share else (low, middle)
    return low


def mean_of_quantiles(share: float, consignments: float) -> float:
    """What a quantile of a replication is in the mean: large samples, luck apart."""
    draws = np.random.default_rng(0)
    found = [
        np.quantile(times(draws, max(int(k), 1)), share, method="inverted_cdf")
        for k in draws.poisson(consignments, 20_000)
    ]
    return float(np.mean(found))


Story = tuple[Callable[[np.random.Generator, int], Interval], float]


def stories() -> dict[str, Story]:
    """Every kind of printed interval with the truth that it should hold."""

    def mean(draws: np.random.Generator, n: int) -> Interval:
        return positive_interval(
            [one.mean() if len(one) else np.nan for one in experiment(draws, n, 400).days]
        )

    def small_mean(draws: np.random.Generator, n: int) -> Interval:
        return positive_interval(
            [one.mean() if len(one) else np.nan for one in experiment(draws, n, 12).days]
        )

    def quantile(draws: np.random.Generator, n: int) -> Interval:
        days = experiment(draws, n, 400).days
        return positive_interval([np.quantile(one, 0.9, method="inverted_cdf") for one in days])

    def pooled(share: float, consignments: float) -> Callable[[np.random.Generator, int], Interval]:
        def found(draws: np.random.Generator, n: int) -> Interval:
            days = [one for one in experiment(draws, n, consignments).days if len(one)]
            return pooled_quantile(days, [np.ones(len(one)) for one in days], share)

        return found

    def shares(
        truth: float, consignments: float, alike: float
    ) -> Callable[[np.random.Generator, int], Interval]:
        def found(draws: np.random.Generator, n: int) -> Interval:
            counts = np.maximum(draws.poisson(consignments, n), 1)
            own = draws.beta(truth / alike, (1 - truth) / alike, n)
            return share_interval(100 * draws.binomial(counts, own) / counts, float(counts.sum()))

        return found

    def count(mean: float) -> Callable[[np.random.Generator, int], Interval]:
        return lambda draws, n: amount_interval(20.0 * draws.poisson(mean, n))

    def difference(draws: np.random.Generator, n: int) -> Interval:
        luck = draws.gamma(4, size=n)
        return mean_interval(1.5 + 0.2 * luck + 0.5 * draws.standard_normal(n))

    def band(draws: np.random.Generator, n: int) -> Interval:
        days = experiment(draws, n, 200).days
        within = np.array([[100 * (one <= 15).mean()] for one in days])
        (estimate,), (low,), (high,) = band_of(Nature.SHARE, within, sum(map(len, days)))
        return Interval(float(estimate), float(low), float(high), n)

    def waiting(draws: np.random.Generator, n: int) -> Interval:
        levels = draws.gamma(4, 5, (n, 1)) * (draws.random((n, 1)) < 0.8)
        (estimate,), (low,), (high,) = band_of(Nature.AMOUNT, levels)
        return Interval(float(estimate), float(low), float(high), n)

    return {
        "mean of times": (mean, 16 + LUCK_D),
        "mean of 12 times": (small_mean, 16 + LUCK_D),
        "P90 by replication": (quantile, mean_of_quantiles(0.9, 400)),
        "pooled P50 of 12": (pooled(0.5, 12), quantile_of_all(0.5)),
        "pooled P10 of 60": (pooled(0.1, 60), quantile_of_all(0.1)),
        "pooled P90 of 60": (pooled(0.9, 60), quantile_of_all(0.9)),
        "pooled P95 of 120": (pooled(0.95, 120), quantile_of_all(0.95)),
        "share of much": (shares(0.3, 3000, 0.02), 30),
        "share of little": (shares(0.9, 20, 0.02), 90),
        "amount": (count(40), 800),
        "amount of little": (count(5), 100),
        "difference": (difference, 2.3),
        "curve": (band, 100 * chance_within(15)),
        "waiting": (waiting, 16),
    }


STORIES = stories()


def coverage(kind: str, n: int, experiments: int) -> float:
    """Share of the intervals that hold the truth, in %; experiments without an interval do not count."""
    draws = np.random.default_rng([n, *kind.encode()])
    make, truth = STORIES[kind]
    found = [make(draws, n) for _ in range(experiments)]
    printed = [one for one in found if not np.isnan(one.low)]
    assert len(printed) > 0.95 * experiments
    return 100 * float(np.mean([one.low <= truth <= one.high for one in printed]))


@pytest.mark.parametrize("kind", STORIES)
@pytest.mark.parametrize("n", [5, 30])
def test_an_interval_holds_the_truth_in_about_95_of_100_experiments(kind: str, n: int) -> None:
    error = 3 * np.sqrt(95 * 5 / SHORT)
    assert 93 - error <= coverage(kind, n, SHORT) <= 97 + error


@pytest.mark.slow
@pytest.mark.parametrize("kind", STORIES)
@pytest.mark.parametrize("n", [5, 10, 30])
def test_an_interval_holds_the_truth_in_93_to_97_of_100_experiments(kind: str, n: int) -> None:
    assert 93 <= coverage(kind, n, LONG) <= 97
