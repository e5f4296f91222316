"""Adaptive scenarios against what is known: the logit, a congested equilibrium by hand, and freight that a policy does not touch."""

import numpy as np
import pandas as pd
import pytest
from choosing_worlds import STANDARD_ERRORS, TWO_WAYS, logit, shares
from worlds import DAY_S, scenario

from sim.engine import ENGINES, simulate
from sim.results import tabulate
from sim.sampling import Sampler

each_engine = pytest.mark.parametrize("engine", ENGINES)


@each_engine
@pytest.mark.parametrize(
    ("change", "usd"),
    [
        ("{}", {"quick": 0, "slow": 0}),
        # 500 USD on the north, for all; for the slow goods only; aversion to Russia; a longer way by 5,000 km.
        ("policies: {p: {territory: [RU], surcharge: 500 USD/FEU}}", {"quick": 500, "slow": 500}),
        (
            "policies: {p: {territory: [RU], cargo: [slow], surcharge: 500 USD/FEU}}",
            {"quick": 0, "slow": 500},
        ),
        ("choice: {aversion: {RU: 800 USD/FEU}}", {"quick": 800, "slow": 800}),
    ],
)
def test_without_congestion_shares_are_those_of_the_logit(
    engine: str, change: str, usd: dict[str, float]
) -> None:
    found, error = shares(engine, change)
    for cargo, more in usd.items():
        assert found[cargo] == pytest.approx(logit(0.7, more), abs=STANDARD_ERRORS * error[cargo])


@each_engine
def test_a_closure_announced_for_good_moves_each_class_by_its_value_of_time(engine: str) -> None:
    # The north is closed all the time, without an end told: it is thought to take 4 days longer (comes after 5 days).
    found, error = shares(
        engine,
        'disruptions: {d: {at: {id: m-d}, from: "2025-01-01", effect: closed}}\nchoice: {open_end: 9 d}',
    )
    for cargo, day_usd in {"quick": 300, "slow": 50}.items():
        assert found[cargo] == pytest.approx(logit(0.7, 4 * day_usd), abs=STANDARD_ERRORS * error[cargo])


def test_with_nothing_but_the_shares_to_tell_chains_apart_adaptive_and_fixed_routing_pick_alike() -> None:
    def chains(routing: str) -> list[str]:
        sampler = Sampler(scenario(f"choice: {{routing: {routing}}}", base=TWO_WAYS))
        plan = sampler.plan(0)
        return list(tabulate(plan, simulate(plan), sampler.legend).consignments["chain"].astype(str))

    assert chains("adaptive") == chains("fixed")


@each_engine
def test_a_congested_way_settles_where_its_share_fills_it(engine: str) -> None:
    """Equilibrium by hand: 60 boxes a day, 70 % want the north, its border lets 30 a day pass.

    The queue grows until just 30 of 60 still take it: logit(0.7, x) = 0.5 gives x = 847 USD; for one class that values
    a day at 1,000 USD that is a wait of 0.847 days. The border stands near the origin, and bulletins come every six
    hours: late news make queues swing, and a swinging queue is longer on the mean.
    """
    sampler = Sampler(
        scenario(
            {
                "facilities": {"m": {"border": {"capacity": "30 trains/day"}}},
                "legs": {"a-m": {"length": "10 km"}},
                "cargo": {"slow": None, "quick": {"time_value": "1000 USD/FEU-day"}},
                "flows": {"f": {"cargo": {"quick": "100 %", "slow": None}}},
                "period": {"length": "400 d"},
                "choice": {"reliability": "0 %", "bulletin": "6 h", "scale_westbound": "1000 USD/FEU"},
            },
            base=TWO_WAYS,
        ),
        name="congested",
    )
    plan = sampler.plan(0)
    tables = tabulate(plan, simulate(plan, engine=engine), sampler.legend)
    goods = tables.consignments
    late = goods[goods["release_s"].between(100 * DAY_S, 350 * DAY_S)]
    north = late["corridor"].astype(str) == "north"
    assert north.mean() == pytest.approx(0.5, abs=0.02)
    waits_d = late[north & (late["status"] == "delivered")]["path_s"] / DAY_S
    assert waits_d.mean() == pytest.approx(1000 * np.log(0.7 / 0.3) / 1000, rel=0.1)


# --- what a policy does not touch -------------------------------------------------------------------------------------


def fates(engine: str, *changes: str) -> pd.DataFrame:
    """When each consignment of a tiny world was released and delivered, by flow and number within it."""
    sampler = Sampler(scenario("choice: {routing: adaptive}", *changes), name="one")
    plan = sampler.plan(0)
    goods = tabulate(plan, simulate(plan, engine=engine), sampler.legend).consignments
    table = goods.assign(
        flow=goods["flow"].astype(str), number=goods.groupby("flow", observed=True).cumcount()
    )
    return table[["flow", "number", "release_s", "delivered_s", "chain"]].astype({"chain": str})


@each_engine
def test_freight_that_neither_a_policy_nor_its_congestion_touches_has_the_same_times(engine: str) -> None:
    # A third flow from A to P by road shares nothing with the flow to D that is barred from Russia.
    apart = """
legs: {a-p: {between: [a, p], mode: road, length: 8000 km, running_time: {p50: 12 d, p90: 16 d}, tariff: 0.5 USD/FEU-km,
             emissions: 70 g/t-km}}
services: {trucks-p: {route: [a, p], mode: road, capacity: 20 TEU, dispatch: {when: full}}}
chains: {truck-p: {corridor: road, services: [trucks-p]}}
flows:
  cn-pl: {routing: {shares: {truck-p: 100 %, rail-p: null}}}
"""
    ban = "policies: {ban: {territory: [RU], destination: [DE], barred: true}}"
    free, banned = fates(engine, apart), fates(engine, apart, ban)
    pd.testing.assert_frame_equal(
        free[free["flow"] == "cn-pl"].reset_index(drop=True),
        banned[banned["flow"] == "cn-pl"].reset_index(drop=True),
    )
    assert set(free[free["flow"] == "cn-de"]["chain"]) == {"rail", "truck"} or "rail" in set(free["chain"])
    assert set(banned[banned["flow"] == "cn-de"]["chain"]) == {"truck"}


@each_engine
def test_a_policy_that_begins_later_changes_nothing_before(engine: str) -> None:
    ban = 'policies: {ban: {territory: [RU], from: "2025-01-16", barred: true}}'
    free, banned = fates(engine), fates(engine, ban)
    before = free["delivered_s"].between(0, 15 * DAY_S - 1)
    assert before.sum() > 20
    pd.testing.assert_frame_equal(free[before], banned[before])
