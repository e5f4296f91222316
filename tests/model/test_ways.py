"""Where services run: what the lines are called, which way is west, and where an inspection meets a train."""

import pytest
from worlds import scenario

from sim.model import Policy, Scenario, chain_checkpoint, checkpoint, legs_of, line_names, way_of

BACK = """
services:
  back: {route: [d, r, k], gauge: 1520, capacity: 40 TEU, dispatch: {when: full}}
"""
DOUBLE = """
legs:
  a-d-rail: {between: [d, a], mode: rail, gauge: 1435, length: 8000 km, railway: cr}
services:
  through: {route: [a, d], gauge: 1435, capacity: 40 TEU, dispatch: {when: full}}
"""


def inspected(at: str | None = None, *territory: str) -> Policy:
    act = {"share": "10 %", "handling": "1 d"} | ({"at": at} if at else {})
    return Policy.model_validate({"inspected": act, "territory": list(territory)})


def meets(world: Scenario, policy: Policy, service: str) -> str | None:
    return checkpoint(world, policy, world.services[service])


def test_a_line_is_called_by_its_ends_in_the_order_in_which_it_is_run() -> None:
    names = line_names(scenario(BACK))
    assert names == {
        ("a-k", True): "a > k",
        ("k-r", True): "k > r",
        ("r-d", True): "r > d",
        ("r-p", True): "r > p",
        ("a-d", True): "a > d",
        ("r-d", False): "d > r",
        ("k-r", False): "r > k",
    }


def test_two_lines_between_the_same_ends_say_on_what_they_are_run() -> None:
    names = line_names(scenario(DOUBLE))
    assert names["a-d", True] == "a > d (road)"
    # This leg is written from d to a, and run the other way.
    assert names["a-d-rail", False] == "a > d (1435 mm)"
    assert names["a-k", True] == "a > k"


def test_no_two_lines_have_one_name() -> None:
    names = list(line_names(scenario(BACK, DOUBLE)).values())
    assert len(names) == len(set(names)) == 8


def test_a_leg_on_which_nothing_runs_has_no_name() -> None:
    unused = "legs: {p-d: {between: [p, d], mode: rail, gauge: 1435, length: 900 km, railway: cr}}"
    assert line_names(scenario(unused)) == line_names(scenario())


def test_the_legs_of_a_service_are_those_of_the_scenario_that_is_asked_about() -> None:
    # What is known of one scenario must not be told of another one, nor changed by who asks.
    one, other = (
        scenario(),
        scenario(
            DOUBLE,
            "services: {trucks: null}",
            "chains: {truck: null}",
            "flows: {cn-de: {routing: {fallbacks: null}}}",
        ),
    )
    legs_of(one, "west").clear()
    assert legs_of(one, "west") == [("a-k", True)]
    assert legs_of(other, "through") == [("a-d-rail", False)]
    with pytest.raises(KeyError):
        legs_of(one, "through")


def test_a_step_without_a_leg_of_its_gauge_is_named() -> None:
    world = scenario()
    narrow = world.services["west"].model_copy(update={"gauge": 1000})
    with pytest.raises(LookupError, match="0 legs join a and k for rail 1000"):
        legs_of(world, narrow)


def test_a_service_goes_west_when_it_ends_west_of_where_it_starts() -> None:
    world = scenario(BACK)
    ways = {name: way_of(world, service) for name, service in world.services.items()}
    assert ways == dict.fromkeys(("west", "far", "far-p", "trucks"), "westbound") | {"back": "eastbound"}


def test_an_inspection_meets_a_train_at_the_first_border_of_its_territory_between_its_ends() -> None:
    world = scenario(BACK)
    russia = inspected(None, "RU")
    found = {name: meets(world, russia, name) for name in world.services}
    assert found == {"west": None, "far": "r", "far-p": "r", "trucks": None, "back": "r"}


def test_no_inspection_meets_a_train_where_it_ends_or_where_it_is_not_stopped() -> None:
    assert meets(scenario(), inspected(None, "KZ"), "west") is None
    free = scenario("facilities: {r: {border: null, terminal: {time: 1 h}}}")
    assert meets(free, inspected(None, "RU"), "far") is None


def test_an_inspection_at_a_place_is_there_and_nowhere_else() -> None:
    world = scenario()
    assert meets(world, inspected("r", "RU"), "far") == "r"
    assert meets(world, inspected("k", "RU"), "far") is None  # it starts there
    assert meets(world, inspected("r", "RU"), "trucks") is None


def test_a_policy_that_inspects_nothing_has_no_checkpoint() -> None:
    barred = Policy.model_validate({"barred": True, "territory": ["RU"]})
    assert meets(scenario(), barred, "far") is None


def test_a_chain_is_met_where_the_first_of_its_services_is() -> None:
    world = scenario()
    russia = inspected(None, "RU")
    assert [chain_checkpoint(world, russia, chain) for chain in ("rail", "rail-p", "truck")] == [
        "r",
        "r",
        None,
    ]
