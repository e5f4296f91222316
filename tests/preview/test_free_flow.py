"""Chains in free flow, step by step: what each takes and costs, and how long from one place on it to another."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import scenario

from sim.preview import free_flow, steps_of, times_between_s

HOUR_S, DAY_S = 3_600, 86_400
PLAIN = """
railways: {cr: {speed: 1000 km/day}}
facilities:
  k: {gauge_change: {time: 12 h, fee: 50 USD/FEU}}
  r: {border: {time: 2 h, fee: 20 USD/FEU}}
  d: {terminal: {time: 3 h, fee: 30 USD/FEU}}
legs: {r-d: {running_time: 36 h}}
services: {west: {charge: 100 USD/FEU}, far: {charge: 7 USD/FEU}}
"""
"""The tiny world with constant times, and with charges."""
AWAY = "flows: {cn-de: {charge: 40 USD/FEU}}"
"""What freight to Germany pays by every chain."""
STAGES = [
    # From the origin to the gauge change, its work, on to the border, its work, on to the end, its work.
    ("a-k", 24 * HOUR_S, 1_000_000, 100 + 200.0),
    ("k", 12 * HOUR_S, 0, 50.0),
    ("k-r", 24 * HOUR_S, 1_000_000, 7 + 200.0),
    ("r", 2 * HOUR_S, 0, 20.0),
    ("r-d", 36 * HOUR_S, 1_000_000, 200.0),
    ("d", 3 * HOUR_S, 0, 30.0),
]
"""Of the chain `rail`: where, seconds, metres, dollars (a service's charge with its first step)."""


def test_every_step_of_a_chain_adds_its_own_time_length_and_price() -> None:
    steps = list(steps_of(scenario(PLAIN), "rail"))
    assert [step.part.leg or step.part.place for step in steps] == [stage[0] for stage in STAGES]
    time_s = length_m = price = 0.0
    for step, (_, lasts_s, metres, dollars) in zip(steps, STAGES, strict=True):
        time_s, length_m, price = time_s + lasts_s, length_m + metres, price + dollars
        assert (step.time_s, step.length_m) == (time_s, length_m)
        assert step.price_usd_per_feu == pytest.approx(price)


def test_the_end_of_the_last_step_is_the_whole_chain_but_for_what_its_flows_pay() -> None:
    world = scenario(PLAIN, AWAY)
    *_, last = steps_of(world, "rail")
    whole = free_flow(world, "rail")
    assert (last.time_s, last.length_m) == (whole.time_s, whole.length_m)
    assert whole.price_usd_per_feu == pytest.approx(last.price_usd_per_feu + 40)


def test_of_two_flows_on_a_chain_charges_and_masses_are_weighted_by_their_volumes() -> None:
    both = """
    flows:
      cn-de: {charge: 40 USD/FEU, mass: 10 t/FEU}
      more: {origin: a, destination: d, volume: 80 TEU/day, consignment: 20 TEU, cargo: {toys: 100 %}, mass: 16 t/FEU,
             charge: 10 USD/FEU, deadline: 12 d, routing: {shares: {rail: 100 %}}}
    """
    found = free_flow(scenario(PLAIN, both), "rail")
    # 200 TEU a day of the one, 80 of the other.
    assert found.price_usd_per_feu == pytest.approx(807 + (200 * 40 + 80 * 10) / 280)
    assert found.emissions_kg_per_feu == pytest.approx(0.019 * 3_000 * (200 * 10 + 80 * 16) / 280)


def test_a_chain_that_no_flow_takes_costs_its_services_and_has_the_mass_of_all_freight() -> None:
    lonely = "chains: {back-road: {corridor: road, services: [trucks]}}"
    found = free_flow(scenario(PLAIN, AWAY, lonely), "back-road")
    assert found.price_usd_per_feu == pytest.approx(0.5 * 9_000 + 30)
    assert found.emissions_kg_per_feu == pytest.approx(0.07 * 9_000 * 15)


@pytest.mark.parametrize(("chain", "corridor"), [("rail", "north"), ("rail-p", "north"), ("truck", "road")])
def test_a_chain_says_its_corridor_and_that_it_leads_west(chain: str, corridor: str) -> None:
    found = free_flow(scenario(PLAIN), chain)
    assert (found.chain, found.corridor, found.direction) == (chain, corridor, "westbound")


def test_the_mean_is_longer_than_the_median_where_delays_have_long_tails() -> None:
    plain, spread = free_flow(scenario(PLAIN), "rail"), free_flow(scenario(), "rail")
    assert plain.mean_s == plain.time_s
    assert spread.mean_s > spread.time_s


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (None, None, 24 + 12 + 24 + 2 + 36 + 3),
        # Work at the two places themselves is left out, that on the way is in.
        ("a", "k", 24),
        ("k", "r", 24),
        ("a", "r", 24 + 12 + 24),
        ("k", "d", 24 + 2 + 36),
        ("r", "d", 36),
        (None, "r", 24 + 12 + 24),
        ("r", None, 36 + 3),
        ("a", None, 24 + 12 + 24 + 2 + 36 + 3),
    ],
)
def test_the_time_between_two_places_is_that_of_what_lies_between_them(
    start: str | None, end: str | None, hours: int
) -> None:
    assert times_between_s(scenario(PLAIN), "rail", start, end) == (hours * HOUR_S, hours * HOUR_S)


def test_the_mean_between_two_places_is_that_of_what_is_drawn_there() -> None:
    world = scenario(PLAIN, "facilities: {k: {gauge_change: {time: {low: 2 h, mode: 3 h, high: 13 h}}}}")
    middle_s, mean_s = times_between_s(world, "rail", "a", "r")
    # The mean of the triangle is 6 h, its median lies lower.
    assert mean_s == pytest.approx((24 + 6 + 24) * HOUR_S)
    assert middle_s < mean_s
    assert times_between_s(world, "rail", None, None)[1] == pytest.approx(free_flow(world, "rail").mean_s)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("r", "k", "no way from r to k"),
        ("d", "a", "no way from d to a"),
        ("a", "p", "no way from a to p"),
        ("p", None, "no way from p to its end"),
        (None, "p", "no way from its start to p"),
        ("d", None, "no way from d to its end"),
    ],
)
def test_places_that_a_chain_does_not_pass_in_that_order_are_refused(
    start: str | None, end: str | None, said: str
) -> None:
    with pytest.raises(ValueError, match=f"chain rail has {said}"):
        times_between_s(scenario(PLAIN), "rail", start, end)


hours = st.integers(1, 200)


@settings(max_examples=25)
@given(hours, hours, hours, hours)
def test_whatever_the_times_parts_of_a_chain_sum_up_to_the_whole(
    change: int, line: int, border: int, last: int
) -> None:
    world = scenario(
        PLAIN,
        f"facilities: {{k: {{gauge_change: {{time: {change} h}}}}, r: {{border: {{time: {border} h}}}}}}",
        f"legs: {{k-r: {{running_time: {line} h}}, r-d: {{running_time: {last} h}}}}",
    )
    whole, _ = times_between_s(world, "rail", None, None)
    assert whole == free_flow(world, "rail").time_s == (24 + change + line + border + last + 3) * HOUR_S
    for place, work in (("k", change), ("r", border)):
        before, after = (
            times_between_s(world, "rail", None, place)[0],
            times_between_s(world, "rail", place, None)[0],
        )
        assert before + work * HOUR_S + after == whole
