"""Fleets of which some freight would wait for ever: which are warned of, and that the advice makes it well."""

import pytest
from worlds import scenario

from sim.model import Scenario, warnings_of
from sim.model.stranding import stranding_fleets

BACK = """
services: {back: {route: [d, r, k], gauge: 1520, capacity: 40 TEU, fleet: sets, dispatch: {when: full}},
           east: {route: [k, a], gauge: 1435, capacity: 40 TEU, dispatch: {when: full}}}
chains: {home: {corridor: north, services: [back, east]}}
flows:
  de-cn: {origin: d, destination: a, volume: 100 TEU/day, consignment: 20 TEU, cargo: {machines: 100 %}, mass: 15 t/FEU,
          deadline: 9 d, routing: {shares: {home: 100 %}}}
"""
NOT_SENT = "flows: {de-cn: {volume: 0 TEU/day}}"
NO_WEST = "flows: {cn-de: {volume: 0 TEU/day}}"
IDLE = "fleets: {sets: {empty_return: {after: null}}}"
UNCALLED = "fleets: {sets: {empty_return: {called: false}}}"
CALLED = "fleets: {sets: {empty_return: {called: true}}}"


def paths(*changes: str) -> list[str]:
    return [path for path, _ in stranding_fleets(scenario(*changes))]


def test_vehicles_that_go_home_when_idle_serve_one_direction() -> None:
    assert paths(UNCALLED) == []
    assert paths(BACK, NOT_SENT, UNCALLED) == []


def test_freight_calls_an_empty_vehicle_unless_it_is_said_that_it_does_not() -> None:
    assert paths(BACK) == paths(BACK, NO_WEST) == paths(IDLE) == []


def test_a_fleet_without_vehicles_is_told_who_waits() -> None:
    ((path, words),) = stranding_fleets(scenario(BACK, "fleets: {sets: {vehicles: 0}}"))
    assert path == "fleets.sets.vehicles"
    assert (
        words
        == "there is no vehicle for far, back: their freight waits for ever. Write for example vehicles: 1."
    )


def test_a_fleet_without_vehicles_that_nobody_needs_strands_nobody() -> None:
    assert paths(BACK, NOT_SENT, NO_WEST, "fleets: {sets: {vehicles: 0}}") == []


def test_a_fleet_without_a_number_has_always_one_more() -> None:
    assert paths(BACK, "fleets: {sets: {vehicles: null}}") == []


def test_vehicles_that_nothing_brings_to_the_other_end_are_told() -> None:
    ((path, words),) = stranding_fleets(scenario(BACK, NO_WEST, UNCALLED))
    assert path == "fleets.sets.empty_return"
    assert words.startswith(
        "all vehicles start at k, and nothing brings one to d, where the freight of back waits for ever."
    )


def test_more_freight_back_than_comes_with_vehicles_is_told() -> None:
    ((_, words),) = stranding_fleets(scenario(BACK, UNCALLED))
    assert words.startswith(
        "vehicles come to d only with the freight of far, and go home when idle: freight of back beyond"
    )


@pytest.mark.parametrize(
    ("changes", "few"),
    [
        ((IDLE, UNCALLED), "with nothing to bring them back"),
        ((BACK, IDLE, UNCALLED), "and come back only with freight"),
    ],
)
def test_vehicles_that_never_go_home_empty_are_told(changes: tuple[str, ...], few: str) -> None:
    ((_, words),) = stranding_fleets(scenario(*changes))
    assert words.startswith(
        f"vehicles leave k with far, {few}: when all are at d, freight at k waits for ever."
    )
    assert words.endswith("or after: 1 d, after which an idle one goes home.")


@pytest.mark.parametrize("changes", [(BACK,), (BACK, NO_WEST), (IDLE,), (BACK, IDLE)])
def test_what_is_advised_strands_nobody(changes: tuple[str, ...]) -> None:
    assert len(paths(*changes, UNCALLED)) == 1
    assert paths(*changes, UNCALLED, CALLED) == []


def test_it_is_among_the_warnings_of_a_scenario() -> None:
    def stranded(world: Scenario) -> list[str]:
        return [message for _, message in warnings_of(world) if "waits for ever" in message]

    uncalled = scenario(BACK, UNCALLED)
    assert stranded(uncalled) == [stranding_fleets(uncalled)[0][1]]
    assert stranded(scenario(BACK, CALLED)) == []
