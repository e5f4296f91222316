"""What is said of a simulated median or mean beside an observed range: within, or by how much it misses."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiment import TOLERANCE, figure, verdict
from sim.model import Observation
from sim.stats import Interval, Spread


def observed(**asked: object) -> Observation:
    given_words = {
        "what": "a figure", "period": "2025", "scenario": "tiny", "kind": "observed", "scope": "terminal to terminal", "grade": "E",
        "source": "https://example.org/a", "transit": {"corridor": "north", "origins": ["a"], "destinations": ["d"]},
        "statistic": "single" if "typical" in asked else "range",
    }  # fmt: skip
    return Observation.model_validate(given_words | asked)


def spread(p50: float, replications: int = 3, mean: float = 1e6) -> Spread:
    """Of which only the median counts, but for a mean."""
    return Spread(
        p50 / 2,
        Interval(p50, p50 / 2, p50 * 2, replications),
        p50 * 2,
        Interval(mean, mean / 2, mean * 2, replications),
        9.0,
    )


@pytest.mark.parametrize(
    ("low", "high", "p50", "said"),
    [
        (5, 9, 5.0, "within"),
        (5, 9, 9.0, "within"),
        (5, 9, 4.9, "0.1 d below"),
        (5, 9, 9.25, "0.25 d above"),
        (5, 9, 40, "31 d above"),
    ],
)
def test_a_range_is_kept_to_its_ends_and_no_further(low: float, high: float, p50: float, said: str) -> None:
    assert verdict(observed(low=low, high=high), spread(p50)) == said


@pytest.mark.parametrize(
    ("typical", "p50", "said"),
    [
        (10, 10, "within"),
        (10, 11, "within"),
        (10, 9, "within"),
        (10, 11.01, "1.01 d above"),
        (10, 8.99, "1.01 d below"),
        (10, 8, "2 d below"),
    ],
)
def test_a_single_figure_may_be_missed_by_a_tenth(typical: float, p50: float, said: str) -> None:
    assert verdict(observed(typical=typical), spread(p50)) == said


@pytest.mark.parametrize(
    ("statistic", "said"),
    [("mean", "within"), ("median", "3 d below"), ("single", "3 d below")],
)
def test_a_mean_is_set_beside_the_mean_and_everything_else_beside_the_median(
    statistic: str, said: str
) -> None:
    assert verdict(observed(typical=10, statistic=statistic), spread(7, mean=10.5)) == said


def test_means_of_several_years_are_a_range_for_the_mean() -> None:
    several = observed(low=20.0, high=31.0, statistic="mean")
    assert verdict(several, spread(10, mean=30.9)) == "within"
    assert verdict(several, spread(25, mean=33)) == "2 d above"


def test_what_was_not_simulated_has_no_verdict() -> None:
    assert verdict(observed(typical=10), spread(math.nan, replications=0)) == "not simulated"


@given(st.integers(1, 500), st.integers(0, 500), st.integers(1, 2_000))
def test_a_median_is_within_above_or_below_and_the_miss_is_that_to_the_nearer_end(
    low: int, wide: int, p50: int
) -> None:
    found = verdict(observed(low=float(low), high=float(low + wide)), spread(float(p50)))
    slack = TOLERANCE if wide == 0 else 0
    least, most = low * (1 - slack), (low + wide) * (1 + slack)
    if least <= p50 <= most:
        assert found == "within"
    elif p50 > most:
        assert found == f"{figure(p50 - low - wide)} d above"
    else:
        assert found == f"{figure(low - p50)} d below"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (0.12345, "0.123"), (1.005, "1"), (12.345, "12.3"), (999.4, "999"),
        (1_000, "1,000"), (12_345.6, "12,346"), (-12_345.6, "-12,346"), (-0.5, "-0.5"), (1_234_567, "1,234,567"),
    ],
)  # fmt: skip
def test_a_figure_has_three_digits_that_count_and_thousands_are_whole(value: float, text: str) -> None:
    assert figure(value) == text


@given(st.floats(-1e7, 1e7))
def test_a_figure_is_never_half_a_percent_away_from_what_it_says(value: float) -> None:
    assert math.isclose(float(figure(value).replace(",", "")), value, rel_tol=0.005, abs_tol=1e-300)
