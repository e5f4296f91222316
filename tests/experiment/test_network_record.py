"""What a run folder says of its network: places, lines, what an FEU pays for each step, and what dated disruptions hit."""

from datetime import UTC, datetime

import pytest
from worlds import scenario

from sim.experiment.network_record import network_record
from sim.preview import free_flow
from sim.results import ClosureRecord

FEES = """
facilities: {k: {gauge_change: {fee: 50 USD/FEU}}, r: {border: {fee: 20 USD/FEU}}, d: {terminal: {fee: 30 USD/FEU}}}
services: {far: {charge: 7 USD/FEU}}
legs: {k-r: {tariff: 0.3 USD/FEU-km}}
"""


def day(number: int, hour: int = 0) -> datetime:
    return datetime(2025, 1, number, hour, tzinfo=UTC)


def closure(disruption: str) -> ClosureRecord:
    (found,) = network_record(scenario(f"disruptions: {{x: {disruption}}}")).closures
    return found


def test_places_and_lines_have_their_positions_and_lengths() -> None:
    found = network_record(scenario())
    place = found.facilities["r"]
    assert (place.name, place.country, place.kind, place.lat, place.lon) == ("R", "RU", "border", 50, 60)
    assert (found.legs["k-r"].between, found.legs["k-r"].mode, found.legs["k-r"].length_m) == (
        ("k", "r"),
        "rail",
        1_000_000,
    )
    assert found.chains["rail"].services == ("west", "far") and found.chains["rail"].corridor == "north"
    assert found.corridors["road"].title == "Road"


def test_a_service_says_what_an_feu_pays_for_each_line_and_at_each_place() -> None:
    far = network_record(scenario(FEES)).services["far"]
    assert (far.route, far.legs) == (("k", "r", "d"), ("k-r", "r-d"))
    # The line has a tariff of its own, the other that of its railway: 0.2 USD a kilometre.
    assert far.leg_costs == (300.0, 200.0)
    # Work where it begins is of the service that brings the freight there.
    assert far.fees == {"r": 20.0, "d": 30.0}
    assert (far.charge, far.unload, far.mode, far.train_class) == (7.0, "terminal", "rail", "container")
    west = network_record(scenario(FEES)).services["west"]
    assert (west.fees, west.unload, west.charge) == ({"k": 50.0}, "gauge_change", 0.0)


def test_work_where_a_service_begins_is_not_paid_to_it() -> None:
    from_the_border = """
    facilities: {r: {terminal: {time: 1 h}}}
    services: {short: {route: [r, d], gauge: 1520, capacity: 40 TEU, dispatch: {when: full}}}
    """
    assert network_record(scenario(FEES, from_the_border)).services["short"].fees == {"d": 30.0}


def test_what_the_chain_pays_in_the_record_is_what_it_pays_in_a_preview() -> None:
    world = scenario(FEES)
    record = network_record(world)
    for chain in world.chains:
        paid = sum(
            sum(one.leg_costs) + sum(one.fees.values()) + one.charge for one in record.services_of(chain)
        )
        assert paid == pytest.approx(free_flow(world, chain).price_usd_per_feu)


@pytest.mark.parametrize(
    ("at", "facilities", "legs", "services"),
    [
        ("{id: k-r}", (), ("k-r",), ()),
        ("{facility: r}", ("r",), (), ()),
        # Where a place is closed the services that start there stand still.
        ("{facility: k}", ("k",), (), ("far", "far-p")),
        ("{tag: eaeu}", ("r",), (), ()),
        ("{tag: western}", (), ("r-d",), ()),
        ("{id: trucks}", (), ("a-d",), ("trucks",)),
    ],
)
def test_a_closure_hits_places_lines_and_services(
    at: str, facilities: tuple[str, ...], legs: tuple[str, ...], services: tuple[str, ...]
) -> None:
    found = closure(f"{{at: {at}, from: '2025-01-10', lasts: 3 d, effect: closed}}")
    assert (found.facilities, found.legs, found.services) == (facilities, legs, services)
    assert found.closed and (found.begin, found.until) == (day(10), day(13))


def test_a_fleet_that_is_thinned_hits_its_services_and_no_place() -> None:
    found = closure("{at: {id: sets}, from: '2025-01-10', lasts: 3 d, effect: {vehicles_lost: 2}}")
    assert (found.facilities, found.legs, found.services, found.closed) == ((), (), ("far",), False)


def test_a_slow_line_is_hit_and_not_closed() -> None:
    found = closure("{at: {id: k-r}, from: '2025-01-10', lasts: 3 d, effect: {running_time: 150 %}}")
    assert (found.legs, found.closed) == (("k-r",), False)


def test_demand_that_changes_hits_no_place() -> None:
    found = closure("{at: {id: cn-de}, from: '2025-01-10', lasts: 3 d, effect: {demand: 50 %}}")
    assert (found.facilities, found.legs, found.services, found.closed) == ((), (), (), False)


def test_an_end_that_is_drawn_is_not_known_and_one_that_never_comes_is_the_periods() -> None:
    drawn = closure("{at: {id: r}, from: '2025-01-10', lasts: {p50: 3 d, p90: 9 d}, effect: closed}")
    assert drawn.until is None
    never = closure("{at: {id: r}, from: '2025-01-10', effect: closed}")
    assert never.until == day(31)


def test_a_title_is_said_instead_of_the_id() -> None:
    assert closure("{title: A flood, at: {id: r}, from: '2025-01-10', effect: closed}").name == "A flood"
    assert closure("{at: {id: r}, from: '2025-01-10', effect: closed}").name == "x"


def test_what_chance_dates_is_not_among_the_closures() -> None:
    random = "disruptions: {x: {at: {id: r}, random: {rate: 4 /year}, lasts: 3 d, effect: closed}}"
    assert network_record(scenario(random)).closures == ()
