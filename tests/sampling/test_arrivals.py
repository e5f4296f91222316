"""Freight is released as its flow says: rate, season, mix, sizes, priority."""

import numpy as np
import pytest
from drawn_plans import near
from scipy import stats
from worlds import DAY_S, scenario

from sim.sampling import Sampler, Streams
from sim.sampling.quantiles import Intensity

DAYS = 360


def releases(*changes: str, flow: int = 0, replications: int = 1) -> np.ndarray:
    """Days at which consignments of a flow are released in a year."""
    sampler = Sampler(scenario("{period: {length: 360 d}, flows: {cn-de: {volume: 400 TEU/day}}}", *changes))
    plans = [sampler.plan(r) for r in range(replications)]
    return np.concatenate([plan.release_s[plan.flow == flow] for plan in plans]) / DAY_S


def test_releases_are_a_poisson_process_of_the_stated_rate() -> None:
    days = releases()
    near(len(days), 20 * DAYS, 20 * DAYS)
    assert stats.kstest(np.diff(days), stats.expon(scale=1 / 20).cdf).pvalue > 1e-3
    by_day = np.bincount(days.astype(int), minlength=DAYS)
    assert by_day.var() / by_day.mean() == pytest.approx(1, abs=4 * np.sqrt(2 / DAYS))


def test_the_season_scales_the_months() -> None:
    months = ", ".join(["50 %"] * 3 + ["150 %"] * 3 + ["100 %"] * 6)
    days = releases(f"flows: {{cn-de: {{season: [{months}]}}}}")
    first, second = ((days >= a) & (days < b) for a, b in ((0, 90), (90, 181)))
    near(first.sum(), 10 * 90, 10 * 90)
    near(second.sum(), 30 * 91, 30 * 91)


def test_a_demand_factor_scales_a_flow_while_it_lasts() -> None:
    change = (
        "disruptions: {less: {at: {id: cn-de}, from: '2025-04-11', lasts: 100 d, effect: {demand: 25 %}}}"
    )
    days, before = releases(change), releases()
    during = (days >= 100) & (days < 200)
    near(during.sum(), 5 * 100, 5 * 100)
    assert np.array_equal(days[days < 100], before[before < 100])
    near((days >= 200).sum(), 20 * 160, 20 * 160)
    assert np.array_equal(releases(change, flow=1), releases(flow=1))


def test_a_demand_factor_of_nothing_stops_the_flow() -> None:
    days = releases("disruptions: {none: {at: {id: cn-de}, from: '2025-04-11', effect: {demand: 0 %}}}")
    assert days.max() < 100


def test_an_intensity_that_is_nothing_for_a_while_has_no_events_then() -> None:
    at_s = Intensity([0, 100, 200], [1.0, 0.0, 1.0], 300).arrivals(Streams(0, 0), "a", "b")
    assert len(at_s) > 150
    assert not ((at_s >= 100) & (at_s < 200)).any()
    assert len(Intensity([0], [0.0], 300).arrivals(Streams(0, 0), "a", "b")) == 0


def test_shares_of_cargo_express_and_routing_are_those_stated() -> None:
    sampler = Sampler(
        scenario(
            "flows: {cn-de: {volume: 2000 TEU/day, routing: {shares: {rail: 70 %, truck: 30 %}, fallbacks: null}}}"
        )
    )
    plan, legend = sampler.plan(0), sampler.legend
    mine = np.flatnonzero(plan.flow == 0)
    chains = plan.option_chain[plan.options_first[plan.options[mine]]]
    for found, share in (
        (plan.cargo[mine] == legend.cargos.index("machines"), 0.6),
        (plan.express[mine] == 0, 0.2),
        (chains == legend.chains.index("truck"), 0.3),
    ):
        near(found.mean(), share, share * (1 - share) / len(mine))
