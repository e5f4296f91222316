"""When a service exists, and what a leg costs and emits: worked out in one place, for plans, previews and warnings alike."""

from math import inf

import pytest
from worlds import scenario

from sim.model import emissions_kg_per_t, life_of, opening_s, tariff_usd_per_feu
from sim.units import DAY_S

DATED = (
    "openings: {early: {value: '2025-01-03'}, late: {value: '2025-01-09'}, end: {value: '2025-01-20'}}",
    "services: {far: {opening: early, closing: end}}",
    "legs: {k-r: {opening: late}}",
)


def test_a_service_without_dates_exists_for_ever() -> None:
    assert life_of(scenario(), "far") == (-inf, inf)


def test_a_service_opens_with_the_last_of_its_legs_and_closes_with_the_first_end() -> None:
    world = scenario(*DATED)
    assert opening_s(world, "late") == 8 * DAY_S
    assert life_of(world, "far") == (8 * DAY_S, 19 * DAY_S)
    assert life_of(world, "far-p") == (8 * DAY_S, inf)
    assert life_of(world, "west") == (-inf, inf)


@pytest.mark.parametrize(
    ("leg", "usd", "kg"), [("a-k", 1000 * 0.2, 19 * 1000 / 1000), ("a-d", 9000 * 0.5, 70 * 9000 / 1000)]
)
def test_a_leg_costs_and_emits_by_its_length_at_its_own_rates_or_its_railways(
    leg: str, usd: float, kg: float
) -> None:
    world = scenario()
    assert tariff_usd_per_feu(world, world.legs[leg]) == pytest.approx(usd)
    assert emissions_kg_per_t(world, world.legs[leg]) == pytest.approx(kg)
