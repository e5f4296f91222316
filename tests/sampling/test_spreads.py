"""What is drawn has the distribution that the scenario states."""

import numpy as np
import pytest
from scipy import stats
from worlds import DAY_S, plan_of, scenario

from sim.contract import Legend, SampledPlan, StepKind
from sim.model import Constant, MeanAndP90, Named, Quantiles, Sample, Triangular, average
from sim.sampling import Sampler, Streams
from sim.sampling.quantiles import invert

U = np.linspace(0.0005, 0.9995, 1_999)
Z90 = stats.norm.ppf(0.9)
SPREADS = {
    "lognormal": (Quantiles(p50=10, p90=40), stats.lognorm(np.log(4) / Z90, scale=10)),
    "lognormal by its mean": (
        MeanAndP90(mean=10 * np.exp(np.log(4) ** 2 / Z90**2 / 2), p90=40),
        stats.lognorm(np.log(4) / Z90, scale=10),
    ),
    "shifted lognormal": (Quantiles(low=4, p50=10, p90=40), stats.lognorm(np.log(6) / Z90, loc=4, scale=6)),
    "triangular": (Triangular(low=4, mode=6, high=12), stats.triang(0.25, loc=4, scale=8)),
    "triangular from its mode": (Triangular(low=4, mode=4, high=12), stats.triang(0, loc=4, scale=8)),
    "triangular to its mode": (Triangular(low=4, mode=12, high=12), stats.triang(1, loc=4, scale=8)),
    "exponential": (Named(kind="exponential", mean=7), stats.expon(scale=7)),
    "uniform": (Named(kind="uniform", low=3, high=9), stats.uniform(3, 6)),
    "gamma": (Named(kind="gamma", mean=8, sd=4), stats.gamma(4, scale=2)),
    "wide gamma": (Named(kind="gamma", mean=8, sd=16), stats.gamma(0.25, scale=32)),
}


@pytest.mark.parametrize("name", SPREADS)
def test_quantiles_are_those_of_scipy(name: str) -> None:
    ours, theirs = SPREADS[name]
    assert np.allclose(invert(ours, U), theirs.ppf(U), rtol=1e-9)


@pytest.mark.parametrize("name", SPREADS)
def test_draws_follow_the_distribution_and_its_mean(name: str) -> None:
    ours, theirs = SPREADS[name]
    drawn = invert(ours, Streams(1, 0).uniforms("draws", name, 20_000))
    assert stats.kstest(drawn, theirs.cdf).pvalue > 1e-3
    assert average(ours) == pytest.approx(theirs.mean())


def test_a_sample_is_drawn_value_by_value_as_often() -> None:
    drawn = invert(Sample(sample=(5, 1, 1, 9)), (np.arange(4_000) + 0.5) / 4_000)
    assert dict(zip(*np.unique(drawn, return_counts=True), strict=True)) == {1: 2_000, 5: 1_000, 9: 1_000}
    assert average(Sample(sample=(5, 1, 1, 9))) == 4


def test_a_plain_quantity_is_always_the_same() -> None:
    assert set(invert(Constant(constant=5), U)) == {5}


def test_the_fast_end_of_a_speed_is_its_p90() -> None:
    plan, legend = plan_of(), Sampler(scenario()).legend
    run_s = work(plan, legend, "west", "a > k")
    assert np.median(run_s) == pytest.approx(DAY_S, rel=0.03)
    assert np.quantile(run_s, 0.1) == pytest.approx(DAY_S / 1.2, rel=0.03)


def test_all_legs_of_a_railway_share_the_pace_of_a_trip() -> None:
    plan, legend = plan_of(), Sampler(scenario()).legend
    first, second = work(plan, legend, "far-p", "k > r"), work(plan, legend, "far-p", "r > p")
    assert np.abs(second - first * 0.8).max() <= 1


def work(plan: SampledPlan, legend: Legend, service: str, place: str) -> np.ndarray:
    """Seconds of work of a service's trips on a leg or at a station."""
    s = legend.services.index(service)
    for i in range(plan.step_first[s], plan.step_first[s + 1]):
        names = {StepKind.RUN: legend.legs, StepKind.HANDLE: legend.stations}.get(int(plan.step_kind[i]), ())
        if names and names[plan.step_place[i]] == place:
            return plan.work_s[plan.work_first[i] :][: plan.trip_first[s + 1] - plan.trip_first[s]]
    raise LookupError(place)
