"""The flows of the base year: every market measured, every way there is, and the volumes of the sources."""

import pytest
from where import SCENARIOS

from sim.model import Scenario, direction_of
from sim.scenario_file import load_scenario

ASKED = {
    # Places for which the CKU railway is built, and the corridors by which freight goes there without it and with it.
    ("xian", "tashkent"): {"regional", "kashgar-osh", "cku"},
    ("urumqi", "tashkent"): {"regional", "cku"},
    ("kashgar", "tashkent"): {"kashgar-osh", "regional", "cku"},
    ("xian", "andijan"): {"regional", "kashgar-osh", "cku"},
    ("kashgar", "andijan"): {"kashgar-osh", "regional", "cku"},
    ("xian", "tehran"): {"iran", "cku"},
    ("xian", "halkali"): {"middle", "iran", "cku"},
    ("xian", "baku-alat"): {"middle", "kashgar-osh", "cku"},
    ("xian", "poti"): {"middle", "cku"},
}
PAIRS = [pair for one in ASKED for pair in (one, one[::-1])]


@pytest.fixture(scope="module")
def world() -> Scenario:
    return load_scenario(SCENARIOS / "baseline.yaml").scenario


def teu(world: Scenario, market: str, direction: str) -> float:
    """TEU a year of a market one way by land: what goes by sea is left out."""
    return sum(
        flow.volume.value * 365 * share
        for flow in world.flows.values()
        if flow.market == market and direction_of(world, flow) == direction
        for chain, share in flow.routing.shares.items()
        if world.chains[chain].corridor != "ocean"
    )


@pytest.mark.parametrize(("origin", "destination"), PAIRS)
def test_every_place_that_is_asked_about_is_measured_with_the_cku_and_without(
    world: Scenario, origin: str, destination: str
) -> None:
    flows = [one for one in world.flows.values() if (one.origin, one.destination) == (origin, destination)]
    assert flows and all(flow.measured for flow in flows)
    ways = {world.chains[chain].corridor for flow in flows for chain in flow.routing.chains()}
    if (origin, destination) in ASKED:
        assert ways == ASKED[origin, destination]
    else:  # Hardly anything comes back by some of the ways.
        assert "cku" in ways and len(ways) > 1 and ways <= ASKED[destination, origin]


@pytest.mark.parametrize(("origin", "destination"), PAIRS)
def test_the_cku_is_taken_for_the_way_of_today_at_its_own_price_and_time(
    world: Scenario, origin: str, destination: str
) -> None:
    for flow in world.flows.values():
        if (flow.origin, flow.destination) != (origin, destination):
            continue
        cku = {one for one in flow.routing.chains() if world.chains[one].corridor == "cku"}
        assert cku and cku == set(flow.routing.like)
        assert not any(world.chains[other].corridor == "cku" for other in flow.routing.like.values())


@pytest.mark.parametrize(
    ("market", "direction", "observed"),
    [
        ("europe", "westbound", 272_157),
        ("europe", "eastbound", 38_422),
        # 480,000 and 300,000 by whole trains and the road from Xi'an; what is loaded at Kashgar comes on top.
        ("central-asia", "westbound", 480_000 + 10_700),
        ("central-asia", "eastbound", 300_000 + 3_400),
    ],
)
def test_volumes_of_2025_add_up(world: Scenario, market: str, direction: str, observed: float) -> None:
    assert teu(world, market, direction) == pytest.approx(observed, rel=0.005)


def test_the_caucasus_and_turkey_share_the_trains_of_the_middle_corridor(world: Scenario) -> None:
    west, east = (
        sum(teu(world, market, way) for market in ("caucasus", "turkey"))
        for way in ("westbound", "eastbound")
    )
    assert west == pytest.approx(40_000) and east == pytest.approx(8_000)


def test_freight_is_measured_unless_it_only_shares_the_track(world: Scenario) -> None:
    hidden = {flow.market for flow in world.flows.values() if not flow.measured}
    shown = {flow.market for flow in world.flows.values() if flow.measured}
    assert shown == {"europe", "central-asia", "iran", "turkey", "caucasus"}
    assert hidden == {"russia", "belarus", "bulk"}


def test_what_is_booked_on_timetabled_trains_has_ordinary_freight_of_the_same_places_beside_it(
    world: Scenario,
) -> None:
    booked = {name: flow for name, flow in world.flows.items() if flow.booked}
    assert len(booked) == 6
    for name, flow in booked.items():
        beside = world.flows[name.removesuffix("-booked")]
        assert beside.booked is None
        assert (beside.origin, beside.destination, beside.market) == (
            flow.origin,
            flow.destination,
            flow.market,
        )
        assert not any("express" in chain for chain in beside.routing.shares)
        # Where the train does not run its freight goes as the rest does.
        assert beside.routing.fallbacks == flow.routing.fallbacks


def test_a_seventh_of_europes_boxes_westbound_is_booked(world: Scenario) -> None:
    booked = sum(
        flow.volume.value * 365
        for flow in world.flows.values()
        if flow.booked and direction_of(world, flow) == "westbound"
    )
    assert 0.12 < booked / 272_157 < 0.22
