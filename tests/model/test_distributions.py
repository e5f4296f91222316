"""What is known of a distribution without a draw, beside SciPy and beside sums over many quantiles."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy import stats

from sim.model import (
    Constant,
    Distribution,
    MeanAndP90,
    Named,
    Quantiles,
    Sample,
    Triangular,
    average,
    median,
)
from sim.model.distributions import P90_MAX, SD_MAX, average_pace, highest, middle, quantile

some = settings(max_examples=60)
shares = st.floats(0.01, 0.99)
triangles = st.tuples(*[st.integers(0, 50)] * 3).map(sorted).filter(lambda corners: corners[0] < corners[2])
MARKS = (np.arange(20_000) + 0.5) / 20_000


def lognormal(p50: float, ratio: float, low: float) -> tuple[Quantiles, object]:
    """A distribution through two quantiles, and SciPy's of the same."""
    spread = Quantiles(low=low, p50=low + p50, p90=low + p50 * ratio)
    return spread, stats.lognorm(s=math.log(ratio) / stats.norm.ppf(0.9), loc=low, scale=p50)


# --- beside SciPy ----------------------------------------------------------------------------------------------------


@given(st.floats(1, 90), st.floats(1.05, 6), st.sampled_from([0.0, 7.0]), shares)
@some
def test_quantiles_make_a_lognormal_that_passes_through_them(
    p50: float, ratio: float, low: float, u: float
) -> None:
    spread, scipy = lognormal(p50, ratio, low)
    assert quantile(spread, 0.5) == pytest.approx(spread.p50)
    assert quantile(spread, 0.9) == pytest.approx(spread.p90)
    assert quantile(spread, u) == pytest.approx(scipy.ppf(u))  # type: ignore[attr-defined]
    assert average(spread) == pytest.approx(scipy.mean())  # type: ignore[attr-defined]
    assert middle(spread) == median(spread) == spread.p50


@given(st.floats(1, 90), st.floats(1.001, 0.999 * P90_MAX), st.sampled_from([0.0, 7.0]), shares)
@some
def test_a_mean_and_a_p90_make_the_lognormal_with_that_mean_and_that_p90(
    mean: float, ratio: float, low: float, u: float
) -> None:
    spread = MeanAndP90(low=low, mean=low + mean, p90=low + mean * ratio)
    _, scipy = lognormal(spread.lognormal.p50 - low, mean * ratio / (spread.lognormal.p50 - low), low)
    assert average(spread) == spread.mean
    assert scipy.mean() == pytest.approx(spread.mean)  # type: ignore[attr-defined]
    assert quantile(spread, 0.9) == pytest.approx(spread.p90)
    assert quantile(spread, u) == pytest.approx(scipy.ppf(u))  # type: ignore[attr-defined]
    assert middle(spread) == median(spread) == spread.lognormal.p50 < spread.mean
    assert spread.lognormal.sigma <= stats.norm.ppf(0.9)  # the shorter tail of the two that fit


@given(triangles, shares)
@some
def test_a_triangle_is_scipys(corners: list[int], u: float) -> None:
    low, mode, high = corners
    spread = Triangular(low=low, mode=mode, high=high)
    scipy = stats.triang((mode - low) / (high - low), loc=low, scale=high - low)
    assert quantile(spread, u) == pytest.approx(scipy.ppf(u))
    assert average(spread) == pytest.approx(scipy.mean())
    assert median(spread) == mode
    assert highest(spread) == high


@given(st.floats(0.5, 90), shares)
@some
def test_an_exponential_is_scipys(mean: float, u: float) -> None:
    spread = Named(kind="exponential", mean=mean)
    assert quantile(spread, u) == pytest.approx(stats.expon(scale=mean).ppf(u))
    assert average(spread) == median(spread) == mean
    assert highest(spread) is None


@given(st.floats(0, 50), st.floats(0.5, 50), shares)
@some
def test_a_uniform_is_scipys(low: float, width: float, u: float) -> None:
    spread = Named(kind="uniform", low=low, high=low + width)
    assert quantile(spread, u) == pytest.approx(stats.uniform(low, width).ppf(u))
    assert average(spread) == pytest.approx(low + width / 2)
    assert highest(spread) == low + width


@pytest.mark.parametrize("ratio", [0.1, 0.3, 0.6])
def test_a_gamma_is_scipys_within_one_percent_of_its_mean(ratio: float) -> None:
    spread = Named(kind="gamma", mean=10, sd=10 * ratio)
    scipy = stats.gamma(a=1 / ratio**2, scale=10 * ratio**2)
    for u in (0.1, 0.25, 0.5, 0.75, 0.9):
        assert quantile(spread, u) == pytest.approx(scipy.ppf(u), abs=0.1)


@given(st.lists(st.integers(0, 90), min_size=1, max_size=9), shares)
@some
def test_a_sample_has_its_own_values_as_quantiles(values: list[int], u: float) -> None:
    spread = Sample(sample=tuple(map(float, values)))
    assert (
        quantile(spread, u) == pytest.approx(np.quantile(values, u, method="inverted_cdf"), abs=0)
        or u * len(values) % 1 == 0
    )
    assert average(spread) == pytest.approx(np.mean(values))
    assert highest(spread) == max(values)
    assert median(spread) in values


def test_a_constant_is_itself_everywhere() -> None:
    spread = Constant(constant=7)
    assert [quantile(spread, u) for u in (0.01, 0.5, 0.99)] == [7, 7, 7]
    assert average(spread) == median(spread) == middle(spread) == highest(spread) == 7


# --- beside sums over many quantiles -----------------------------------------------------------------------------------

SPREADS: dict[str, Distribution] = {
    "constant": Constant(constant=5),
    "lognormal": Quantiles(p50=12, p90=40),
    "shifted": Quantiles(low=6, p50=12, p90=20),
    "by its mean": MeanAndP90(mean=14, p90=30),
    "by its mean, shifted": MeanAndP90(low=6, mean=14, p90=20),
    "triangle": Triangular(low=4, mode=6, high=12),
    "one-sided": Triangular(low=4, mode=4, high=12),
    "exponential": Named(kind="exponential", mean=6),
    "uniform": Named(kind="uniform", low=4, high=12),
    "gamma": Named(kind="gamma", mean=8, sd=3),
    "sample": Sample(sample=(3.0, 1.0, 9.0, 4.0)),
}
each = pytest.mark.parametrize("name", SPREADS)


@each
def test_the_mean_is_that_of_its_quantiles(name: str) -> None:
    spread = SPREADS[name]
    assert average(spread) == pytest.approx(np.mean([quantile(spread, u) for u in MARKS]), rel=0.005)


@each
def test_quantiles_rise(name: str) -> None:
    found = [quantile(SPREADS[name], u) for u in MARKS[::50]]
    assert all(b >= a for a, b in itertools.pairwise(found))
    assert found[0] >= 0


@pytest.mark.parametrize("name", ["constant", "lognormal", "by its mean", "triangle", "uniform", "sample"])
def test_a_pace_is_the_mean_of_one_over_the_speed(name: str) -> None:
    spread = SPREADS[name]
    assert average_pace(spread) == pytest.approx(np.mean([1 / quantile(spread, u) for u in MARKS]), rel=0.01)


def test_a_pace_is_no_less_than_one_over_the_mean_speed() -> None:
    for spread in SPREADS.values():
        assert average_pace(spread) >= 1 / average(spread) * (1 - 1e-9)


# --- what is none ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: Quantiles(p50=12, p90=12), "expected 0 <= low < p50 < p90"),
        (lambda: MeanAndP90(mean=14, p90=14), "expected 0 <= low < mean < p90"),
        (lambda: MeanAndP90(low=14, mean=14, p90=30), "expected 0 <= low < mean < p90"),
        (lambda: MeanAndP90(mean=14, p90=32), r"at most 2\.273 times the mean, got 2\.286 times"),
        (
            lambda: MeanAndP90(low=4, mean=14, p90=27),
            r"at most 2\.273 times the mean, both above low, got 2\.3 times",
        ),
        (lambda: Quantiles(p50=12, p90=9), "expected 0 <= low < p50 < p90"),
        (lambda: Quantiles(low=12, p50=12, p90=40), "expected 0 <= low < p50 < p90"),
        (lambda: Quantiles(low=-1, p50=12, p90=40), "expected 0 <= low < p50 < p90"),
        (lambda: Triangular(low=4, mode=3, high=12), "expected 0 <= low <= mode <= high"),
        (lambda: Triangular(low=4, mode=4, high=4), "expected 0 <= low <= mode <= high"),
        (lambda: Triangular(low=4, mode=13, high=12), "expected 0 <= low <= mode <= high"),
        (lambda: Named(kind="exponential", mean=0), "expected mean above 0"),
        (lambda: Named(kind="exponential", low=1, high=2), "needs exactly mean, got low, high"),
        (lambda: Named(kind="exponential"), "needs exactly mean, got none"),
        (lambda: Named(kind="uniform", low=4, high=4), "expected low < high"),
        (lambda: Named(kind="gamma", mean=8), "needs exactly mean and sd, got mean"),
        (lambda: Named(kind="gamma", mean=8, sd=0), "expected mean and sd above 0"),
        (lambda: Named(kind="gamma", mean=1, sd=SD_MAX + 1), f"at most {SD_MAX} times the mean"),
        (lambda: Sample(sample=()), "at least 1 item"),
    ],
)
def test_what_is_no_distribution_is_refused_with_one_that_is(made, words: str) -> None:
    with pytest.raises(ValidationError, match=words.replace("(", r"\(")):
        made()


def test_a_distribution_is_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Constant(constant=5).constant = 6  # type: ignore[misc]
