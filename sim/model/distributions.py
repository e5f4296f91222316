"""Distributions as people know them, and what is known of each without a draw: quantiles, mean, median, highest."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Literal

from pydantic import Field, model_validator

from sim.model.frozen import Frozen
from sim.model.limits import SPEED_MIN

NORMAL = NormalDist()
PACES = 200
"""Points at which a speed that has no closed form is averaged."""


class Constant(Frozen):
    """Always the same."""

    constant: float


_Z90 = 1.2815515655446004
"""Standard deviations by which the 90th percentile of a normal distribution lies above its mean."""
_EXPONENT_MAX = 700.0
"""Beyond it a float has no exponential."""


class Quantiles(Frozen):
    """Lognormal through a median and a 90th percentile, shifted to begin at `low` when given."""

    low: float = 0.0
    p50: float
    p90: float

    @model_validator(mode="after")
    def _rises(self) -> Quantiles:
        """A lognormal distribution has its quantiles in order."""
        if not 0 <= self.low < self.p50 < self.p90:
            raise ValueError("expected 0 <= low < p50 < p90. Write for example {p50: 12 h, p90: 40 h}.")
        return self

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm of what lies above `low`."""
        return math.log((self.p90 - self.low) / (self.p50 - self.low)) / _Z90

    def tail(self, sigmas: float) -> float:
        """The quantile that lies so many standard deviations of the logarithm above the median (below, if negative)."""
        return self.low + (self.p50 - self.low) * math.exp(min(sigmas * self.sigma, _EXPONENT_MAX))


P90_MAX = math.exp(_Z90**2 / 2)
"""Most that the 90th percentile of a lognormal distribution can be, in means: 2.27."""


class MeanAndP90(Frozen):
    """Lognormal with a mean and a 90th percentile, shifted to begin at `low` when given: what statistics publish is a mean."""

    low: float = 0.0
    mean: float
    p90: float

    @model_validator(mode="after")
    def _fits(self) -> MeanAndP90:
        """Some lognormal distribution has this mean and this 90th percentile."""
        if not 0 <= self.low < self.mean < self.p90:
            raise ValueError("expected 0 <= low < mean < p90. Write for example {mean: 14 h, p90: 30 h}.")
        ratio = (self.p90 - self.low) / (self.mean - self.low)
        if ratio > P90_MAX:
            above = "" if self.low == 0 else ", both above low"
            raise ValueError(
                f"expected a p90 of at most {P90_MAX:.4g} times the mean{above}, got {ratio:.4g} times: no lognormal "
                "distribution has its p90 further above its mean. Write a smaller p90, or an observed {sample: […]}."
            )
        return self

    @property
    def lognormal(self) -> Quantiles:
        """The same as a median and a 90th percentile: of the two that fit, the one with the shorter tail."""
        mean, p90 = self.mean - self.low, self.p90 - self.low
        # ln(p90 / mean) = z sigma - sigma^2 / 2, solved for sigma.
        sigma = _Z90 - math.sqrt(max(_Z90**2 - 2 * math.log(p90 / mean), 0.0))
        return Quantiles(low=self.low, p50=self.low + mean * math.exp(-(sigma**2) / 2), p90=self.p90)


class Triangular(Frozen):
    """Between `low` and `high`, most often `mode`."""

    low: float
    mode: float
    high: float

    @model_validator(mode="after")
    def _rises(self) -> Triangular:
        """A triangular distribution has its corners in order."""
        if not 0 <= self.low <= self.mode <= self.high or self.low == self.high:
            raise ValueError(
                "expected 0 <= low <= mode <= high. Write for example {low: 4 h, mode: 6 h, high: 12 h}."
            )
        return self


EXAMPLES = {
    "exponential": "{kind: exponential, mean: 6 h}",
    "uniform": "{kind: uniform, low: 4 h, high: 12 h}",
    "gamma": "{kind: gamma, mean: 8 h, sd: 3 h}",
}
SD_MAX = 10
"""Most that the standard deviation of a gamma distribution may be, in means: beyond, nearly all draws are 0."""


class Named(Frozen):
    """A named distribution: exponential (mean), uniform (low, high) or gamma (mean, sd)."""

    kind: Literal["exponential", "uniform", "gamma"]
    mean: float | None = None
    sd: float | None = None
    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _complete(self) -> Named:
        """A named distribution has exactly its own parameters, in their bounds."""
        needed = {"exponential": ("mean",), "uniform": ("low", "high"), "gamma": ("mean", "sd")}[self.kind]
        given = {name: getattr(self, name) for name in ("mean", "sd", "low", "high")}
        given = {name: number for name, number in given.items() if number is not None}
        if set(given) != set(needed):
            raise ValueError(
                f"an {self.kind} distribution needs exactly {' and '.join(needed)}, got {', '.join(given) or 'none'}. "
                f"Write for example {EXAMPLES[self.kind]}."
            )
        if self.kind == "uniform" and not given["low"] < given["high"]:
            raise ValueError("expected low < high. Write for example {kind: uniform, low: 4 h, high: 12 h}.")
        if self.kind != "uniform" and min(given.values()) <= 0:
            raise ValueError(
                f"expected {' and '.join(needed)} above 0. Write for example {EXAMPLES[self.kind]}."
            )
        if self.kind == "gamma" and given["sd"] > SD_MAX * given["mean"]:
            raise ValueError(f"expected an sd of at most {SD_MAX} times the mean. Write a smaller sd.")
        return self


class Sample(Frozen):
    """An observed sample; every value is as likely."""

    sample: tuple[float, ...] = Field(min_length=1)


Distribution = Constant | Quantiles | MeanAndP90 | Triangular | Named | Sample


def highest(spread: Distribution) -> float | None:
    """The highest value that can be drawn, in the inner unit; None if there is none."""
    match spread:
        case Constant():
            return spread.constant
        case Triangular():
            return spread.high
        case Sample():
            return max(spread.sample)
        case Named(kind="uniform"):
            return spread.high
        case _:
            return None


def median(spread: Distribution) -> float:
    """The median, or for named distributions the mean, in the inner unit: what a free-flow estimate uses."""
    match spread:
        case Constant():
            return spread.constant
        case Quantiles():
            return spread.p50
        case MeanAndP90():
            return spread.lognormal.p50
        case Triangular():
            return spread.mode
        case Sample():
            return sorted(spread.sample)[len(spread.sample) // 2]
        case Named():
            return (
                spread.mean if spread.mean is not None else ((spread.low or 0.0) + (spread.high or 0.0)) / 2
            )


def middle(spread: Distribution) -> float:
    """The median of a distribution in its inner unit."""
    return quantile(spread, 0.5)


def quantile(spread: Distribution, u: float) -> float:
    """The quantile function, as sampling inverts it; of a gamma distribution as Wilson and Hilferty approximate it."""
    match spread:
        case Constant():
            return spread.constant
        case Quantiles():
            return spread.low + (spread.p50 - spread.low) * math.exp(spread.sigma * NORMAL.inv_cdf(u))
        case MeanAndP90():
            return quantile(spread.lognormal, u)
        case Triangular():
            low, mode, high = spread.low, spread.mode, spread.high
            if u < (mode - low) / (high - low):
                return low + math.sqrt(u * (high - low) * (mode - low))
            return high - math.sqrt((1 - u) * (high - low) * (high - mode))
        case Sample():
            values = sorted(spread.sample)
            return values[min(int(u * len(values)), len(values) - 1)]
        case Named():
            return _quantile_named(spread, u)


def _quantile_named(spread: Named, u: float) -> float:
    """The quantile function of a named distribution."""
    mean, sd, low, high = (value or 0.0 for value in (spread.mean, spread.sd, spread.low, spread.high))
    if spread.kind == "exponential":
        return -mean * math.log1p(-u)
    if spread.kind == "uniform":
        return low + (high - low) * u
    ninth = (sd / mean) ** 2 / 9
    return float(mean * max(1 - ninth + NORMAL.inv_cdf(u) * math.sqrt(ninth), 0.0) ** 3)


def average(spread: Distribution) -> float:
    """The mean of a distribution in its inner unit."""
    if isinstance(spread, Quantiles):
        return spread.low + (spread.p50 - spread.low) * math.exp(spread.sigma**2 / 2)
    if isinstance(spread, MeanAndP90):
        return spread.mean
    if isinstance(spread, Triangular):
        return (spread.low + spread.mode + spread.high) / 3
    if isinstance(spread, Sample):
        return sum(spread.sample) / len(spread.sample)
    return float(median(spread))


def average_pace(speed: Distribution) -> float:
    """The mean of one over a speed: days a km."""
    if isinstance(speed, MeanAndP90):
        return average_pace(speed.lognormal)
    if isinstance(speed, Quantiles) and speed.low == 0:
        return math.exp(speed.sigma**2 / 2) / speed.p50
    marks = [(i + 0.5) / PACES for i in range(1 if isinstance(speed, Constant) else PACES)]
    return sum(1 / max(quantile(speed, u), SPEED_MIN) for u in marks) / len(marks)
