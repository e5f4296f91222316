"""The one inverse of all distributions is NumPy's and SciPy's, bit for bit, for any number of them in one array."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammaincinv, ndtri

from sim.model import (
    LONGEST_S,
    SPEED_MAX,
    SPEED_MIN,
    Constant,
    Distribution,
    MeanAndP90,
    Named,
    Quantiles,
    Sample,
    Triangular,
)
from sim.model.distributions import quantile
from sim.sampling import Streams
from sim.sampling.quantiles import Inverse, firsts, invert, paces, shape_of, whole

DAY_S = 86_400


def by_numpy(spread: Distribution, u: np.ndarray) -> np.ndarray:
    """Quantile functions as they are written in NumPy and SciPy."""
    match spread:
        case Constant():
            return np.full(len(u), spread.constant)
        case Quantiles():
            return spread.low + (spread.p50 - spread.low) * np.exp(np.minimum(spread.sigma * ndtri(u), 600.0))
        case MeanAndP90():
            z, above = 1.2815515655446004, spread.mean - spread.low
            sigma = z - np.sqrt(z * z - 2 * np.log((spread.p90 - spread.low) / above))
            p50 = spread.low + above * np.exp(-(sigma**2) / 2)
            return by_numpy(Quantiles(low=spread.low, p50=p50, p90=spread.p90), u)
        case Triangular():
            low, mode, high = spread.low, spread.mode, spread.high
            left = low + np.sqrt(u * (high - low) * (mode - low))
            right = high - np.sqrt((1 - u) * (high - low) * (high - mode))
            return np.where(u < (mode - low) / (high - low), left, right)
        case Sample():
            values = np.array(sorted(spread.sample), dtype=np.float64)
            return values[np.minimum((u * len(values)).astype(np.int64), len(values) - 1)]
        case Named():
            if spread.kind == "exponential":
                assert spread.mean is not None
                return -spread.mean * np.log1p(-u)
            if spread.kind == "uniform":
                assert spread.low is not None and spread.high is not None
                return spread.low + (spread.high - spread.low) * u
            assert spread.mean is not None and spread.sd is not None
            shape = (spread.mean / spread.sd) ** 2
            return np.asarray(gammaincinv(shape, u)) * spread.mean / shape


SPREADS: list[Distribution] = [
    Constant(constant=5),
    Quantiles(p50=10, p90=40),
    Quantiles(low=4, p50=10, p90=40),
    Quantiles(p50=3_600, p90=86_400.5),
    MeanAndP90(mean=14, p90=30),
    MeanAndP90(low=6, mean=14, p90=20),
    Triangular(low=4, mode=6, high=12),
    Triangular(low=4, mode=4, high=12),
    Triangular(low=4, mode=12, high=12),
    Named(kind="exponential", mean=7),
    Named(kind="uniform", low=3, high=9),
    Named(kind="gamma", mean=8, sd=4),
    Named(kind="gamma", mean=8, sd=16),
    Sample(sample=(5, 1, 1, 9)),
    Sample(sample=(3,)),
]
EDGES = np.concatenate(
    [10.0 ** -np.arange(1, 16.3, 0.25), 1 - 10.0 ** -np.arange(1, 16), [2.0**-54, 1 - 2.0**-53, 0.5, 0.25]]
)
TAIL = np.exp(-2.0)
BORDERS = np.array([np.nextafter(edge, way) for edge in (TAIL, 1 - TAIL) for way in (0, edge, 1)])
MANY = Streams(3, 0).uniforms("many", "uniforms", 150_001)


@pytest.mark.parametrize("spread", SPREADS, ids=str)
def test_every_bit_is_that_of_numpy_and_scipy(spread: Distribution) -> None:
    u = np.concatenate([MANY, EDGES, BORDERS])
    kept = u.copy()
    assert np.array_equal(invert(spread, u), by_numpy(spread, u))
    assert np.array_equal(u, kept)


@given(st.lists(st.tuples(st.sampled_from(SPREADS), st.integers(0, 40)), max_size=12), st.booleans())
def test_many_distributions_share_an_array_in_any_order(
    parts: list[tuple[Distribution, int]], in_order: bool
) -> None:
    if in_order:
        parts = sorted(parts, key=lambda part: shape_of(part[0]))
    first = firsts([n for _, n in parts])
    u = Streams(5, 0).uniforms("some", "uniforms", int(first[-1]))
    expected = [by_numpy(spread, u[a : a + n]) for (spread, n), a in zip(parts, first[:-1], strict=True)]
    found = Inverse([spread for spread, _ in parts])(u.copy(), first)
    assert np.array_equal(found, np.concatenate([*expected, np.zeros(0)]))


@given(p50=st.floats(1e-3, 1e7), ratio=st.floats(1.0001, 1e6), low=st.floats(0, 0.999))
def test_any_two_quantiles(p50: float, ratio: float, low: float) -> None:
    spread = Quantiles.model_construct(p50=p50, p90=p50 * ratio, low=low * p50)
    u = np.concatenate([MANY[:300], EDGES])
    assert np.array_equal(invert(spread, u), by_numpy(spread, u))


def test_seconds_are_rounded_to_the_nearest_and_to_even_and_kept_in_their_limits() -> None:
    values = np.array([-3.0, -0.4, 0.5, 1.5, 2.5, 2.500001, 1e300, float(LONGEST_S), 7.0])
    assert whole(values).tolist() == [0, 0, 0, 2, 2, 3, LONGEST_S, LONGEST_S, 7]


def test_paces_are_cut_at_what_there_is() -> None:
    found = paces(Quantiles(p50=1_000, p90=9_000), np.array([1e-9, 0.5, 1 - 1e-9]))
    assert found.tolist() == [SPEED_MIN, 1_000, SPEED_MAX]


@pytest.mark.parametrize("spread", [one for one in SPREADS if getattr(one, "sd", None) != 16], ids=str)
def test_what_the_model_says_of_a_quantile_without_a_draw_is_what_is_drawn(spread: Distribution) -> None:
    """`check` and `preview` compute it number by number, since they load no NumPy; of a gamma distribution about."""
    u = np.array([0.01, 0.05, 0.3, 0.5, 0.7, 0.95, 0.999])
    about = 0.05 if isinstance(spread, Named) and spread.kind == "gamma" else 1e-9
    assert [quantile(spread, one) for one in u.tolist()] == pytest.approx(
        invert(spread, u).tolist(), rel=about
    )
