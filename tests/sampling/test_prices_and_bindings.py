"""Prices of services under disruptions, and the windows in which policies close and charge chains, in exact cents and seconds."""

from __future__ import annotations

import pytest
from drawn_plans import steps_of
from worlds import DAY_S, plan_of, scenario

from sim.contract import NEVER, Cause
from sim.sampling.binding import Bindings, policies_with
from sim.sampling.unrolling import Spell

RAIL, RAIL_P, TRUCK = 0, 1, 2


def bindings(policies: str) -> Bindings:
    return Bindings(scenario(f"policies: {{{policies}}}"))


@pytest.mark.parametrize(
    ("dates", "window"),
    [
        ("", (0, NEVER)),
        ("from: '2025-01-03'", (2 * DAY_S, NEVER)),
        ("until: '2025-01-03'", (0, 2 * DAY_S)),
        ("from: '2024-06-01', until: '2025-01-03'", (0, 2 * DAY_S)),
        ("from: '2025-01-03T06:00', until: '2030-01-01'", (2 * DAY_S + DAY_S // 4, 1826 * DAY_S)),
    ],
)
def test_a_policy_is_in_force_in_its_window_cut_at_the_periods_start(
    dates: str, window: tuple[int, int]
) -> None:
    found = bindings(f"ban: {{barred: true, {dates}}}")
    assert found.window(0) == window
    assert found.closures(0, 0, (), RAIL) == [Spell(*window, 0, Cause.POLICY, 0)]


def test_a_ban_closes_what_crosses_its_territory_and_an_avoided_policy_only_to_those_who_shun_it() -> None:
    found = bindings("ban: {territory: [PL], barred: true}, shun: {territory: [RU], avoided: {share: 10 %}}")
    assert found.closures(0, 0, (), RAIL) == []
    assert [spell.policy for spell in found.closures(0, 0, (), RAIL_P)] == [0]
    assert [spell.policy for spell in found.closures(0, 0, (1,), RAIL_P)] == [0, 1]
    assert [spell.policy for spell in found.closures(0, 0, (1,), RAIL)] == [1]
    assert found.closures(0, 0, (1,), TRUCK) == []


def test_a_surcharge_is_in_cents_on_what_it_binds() -> None:
    found = bindings(
        "toll: {territory: [RU], cargo: [machines], surcharge: 12.50 USD/FEU, from: '2025-01-03'}"
    )
    machines, toys = 0, 1
    assert found.charges(0, machines, RAIL) == [Spell(2 * DAY_S, NEVER, 1250)]
    assert found.charges(0, toys, RAIL) == []
    assert found.charges(0, machines, TRUCK) == []
    assert found.surcharges() == [
        (0, flow, machines, chain, 2 * DAY_S, NEVER) for flow in (0, 1) for chain in (RAIL, RAIL_P)
    ]


def test_policies_are_found_by_what_they_do_with_their_numbers() -> None:
    made = bindings("a: {barred: true}, b: {delayed: {share: 5 %, for: 1 d}}, c: {barred: true}").scenario
    assert [(p, name) for p, name, _ in policies_with(made, "barred")] == [(0, "a"), (2, "c")]
    assert [(p, name) for p, name, _ in policies_with(made, "delayed")] == [(1, "b")]
    assert policies_with(made, "inspected") == []


def prices(*disruptions: str) -> list[tuple[float, int]]:
    """(day, cents) of the price of the trucks, which run 9000 km for 0.50 USD an FEU-km."""
    named = ", ".join(f"d{i}: {{{words}}}" for i, words in enumerate(disruptions))
    plan = plan_of("choice: {routing: adaptive}", f"disruptions: {{{named}}}")
    trucks = list(scenario().services).index("trucks")
    return [step[:2] for step in steps_of(plan, int(plan.service_price[trucks]))]


def test_a_service_has_its_price_in_cents_where_nothing_happens() -> None:
    assert prices() == [(0.0, 450_000)]


def test_prices_rise_by_their_factors_while_they_hold_and_factors_multiply() -> None:
    found = prices(
        "at: {id: trucks}, effect: {price: 150 %}, from: '2025-01-05', lasts: 10 d",
        "at: {id: trucks}, effect: {price: +20 %}, from: '2025-01-11', lasts: 10 d",
    )
    assert found == [(0.0, 450_000), (4.0, 675_000), (10.0, 810_000), (14.0, 540_000), (20.0, 450_000)]
