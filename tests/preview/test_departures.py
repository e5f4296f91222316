"""How many trains a day leave for what comes: by the rule of the service, worked out by hand."""

from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import scenario

from sim.preview import preview

WORLD = """
schema: 1
title: A line of two services
network: none
period: {start: "2025-01-01", length: 30 d}
railways: {r: {name: R, speed: 1000 km/day, tariff: 0.5 USD/FEU-km, emissions: 20 g/t-km}}
facilities:
  a: {name: A, country: CN, position: [40, 100], kind: terminal, terminal: {}}
  m: {name: M, country: KZ, position: [43, 90], kind: terminal, terminal: {}}
  b: {name: B, country: KZ, position: [45, 80], kind: terminal, terminal: {}}
legs:
  a-m: {between: [a, m], mode: rail, gauge: 1520, length: 1000 km, railway: r, capacity: 96 trains/day}
  m-b: {between: [m, b], mode: rail, gauge: 1520, length: 1000 km, railway: r, capacity: 96 trains/day}
services:
  first: {route: [a, m], gauge: 1520, capacity: 40 TEU, dispatch: {when: full}}
  second: {route: [m, b], gauge: 1520, capacity: 40 TEU, dispatch: {when: full}}
corridors: {c: {title: C}}
chains: {c: {corridor: c, services: [first, second]}}
cargo: {g: {title: goods, hs: ["84"], time_value: 100 USD/FEU-day}}
flows: {f: {origin: a, destination: b, volume: 120 TEU/day, consignment: 10 TEU, cargo: {g: 100 %}, mass: 15 t/FEU, deadline: 9 d,
            routing: {shares: {c: 100 %}}}}
"""


def trains(*changes: str) -> tuple[float, float]:
    """Trains a day of both services: each has a line of its own."""
    found = preview(scenario(*changes, base=WORLD))
    loads = {load.name: load.asked for load in found.loads if load.kind == "gate"}
    return loads["a > m"], loads["m > b"]


def first_leaves(dispatch: str, more: str = "{}") -> float:
    return trains(f"services: {{first: {{dispatch: {dispatch}}}}}", more)[0]


def test_full_trains_leave_as_often_as_freight_fills_them() -> None:
    assert trains() == (pytest.approx(120 / 40), pytest.approx(120 / 40))


@pytest.mark.parametrize(("size", "full"), [("10 TEU", 40), ("15 TEU", 30), ("25 TEU", 25), ("40 TEU", 40)])
def test_a_train_is_full_when_no_other_consignment_fits(size: str, full: int) -> None:
    first, _ = trains(f"flows: {{f: {{consignment: {size}}}}}")
    assert first == pytest.approx(120 / full)


@pytest.mark.parametrize("every", [2, 6, 12, 48])
def test_a_timetable_without_a_least_load_runs_whatever_comes(every: int) -> None:
    assert first_leaves(f"{{when: timetable, every: {every} h}}") == pytest.approx(24 / every)


def test_of_a_timetable_with_a_least_load_those_run_before_which_enough_came() -> None:
    # Two departures a day and 120 TEU: 60 come between two of them, which is three times the 20 that one needs.
    found = first_leaves("{when: timetable, every: 12 h, at_least: 20 TEU}")
    assert found == pytest.approx(2 * (1 - exp(-60 / 20)))


def test_a_least_load_below_a_consignment_is_that_of_one() -> None:
    found = first_leaves("{when: timetable, every: 12 h, at_least: 1 TEU}")
    assert found == pytest.approx(2 * (1 - exp(-60 / 10)))


def test_a_train_that_is_held_takes_what_comes_meanwhile() -> None:
    # The 10 TEU that begin the wait, and 120 * 4 / 24 = 20 more.
    assert first_leaves("{when: held, at_most: 4 h, at_least: 10 TEU}") == pytest.approx(120 / 30)


def test_a_train_that_is_held_for_long_is_full_before() -> None:
    assert first_leaves("{when: held, at_most: 20 h, at_least: 10 TEU}") == pytest.approx(120 / 40)


def test_a_train_that_is_held_waits_for_its_least_load_in_whole_consignments() -> None:
    # 10 + 120 * 1 / 24 = 15 TEU come, but it needs 21, which are three consignments of 10.
    assert first_leaves("{when: held, at_most: 1 h, at_least: 21 TEU}") == pytest.approx(120 / 30)


def test_what_one_train_brings_to_the_next_service_comes_together() -> None:
    """Freight comes to the second service in batches of 20, as the first brings it: so a train that is held waits with more."""
    small = "{route: [a, m], gauge: 1520, capacity: 20 TEU, dispatch: {when: full}}"
    held = "{dispatch: {when: held, at_most: 2 h, at_least: 10 TEU}}"
    first, second = trains(f"services: {{first: {small}, second: {held}}}")
    assert first == pytest.approx(120 / 20)
    # 20 come at once, and 120 * 2 / 24 = 10 more.
    assert second == pytest.approx(120 / 30)


def test_without_freight_only_timetables_run() -> None:
    nothing = "flows: {f: {volume: 0 TEU/day}}"
    assert first_leaves("{when: timetable, every: 6 h}", nothing) == pytest.approx(4)
    assert first_leaves("{when: timetable, every: 6 h, at_least: 10 TEU}", nothing) == 0
    assert first_leaves("{when: full}", nothing) == 0
    assert first_leaves("{when: held, at_most: 6 h, at_least: 10 TEU}", nothing) == 0


@settings(max_examples=25)
@given(st.integers(10, 600), st.integers(1, 40), st.integers(1, 40))
def test_a_train_that_is_held_leaves_at_least_as_often_as_a_full_one_and_no_oftener_than_freight_comes(
    volume: int, hours: int, least: int
) -> None:
    rule = f"{{when: held, at_most: {hours} h, at_least: {least} TEU}}"
    found = first_leaves(rule, f"flows: {{f: {{volume: {volume} TEU/day}}}}")
    assert volume / 40 <= found + 1e-9
    assert found <= volume / 10 + 1e-9


@settings(max_examples=25)
@given(st.integers(10, 600), st.integers(1, 48), st.integers(1, 40))
def test_a_timetable_with_a_least_load_runs_no_oftener_than_without_one(
    volume: int, hours: int, least: int
) -> None:
    more = f"flows: {{f: {{volume: {volume} TEU/day}}}}"
    with_least = first_leaves(f"{{when: timetable, every: {hours} h, at_least: {least} TEU}}", more)
    assert (
        0
        < with_least
        <= first_leaves(f"{{when: timetable, every: {hours} h}}", more)
        == pytest.approx(24 / hours)
    )
