"""What is accepted of an agreed capacity: a share drawn for every week, a rate of the gate."""

from dataclasses import fields

import numpy as np
from worlds import plan_of

from sim.contract import OPEN, SampledPlan

WEEK_S = 7 * 86_400
AGREED = "legs: {k-r: {accepted: {low: 40 %, mode: 70 %, high: 100 %}}}"
BACK = """
fleets: {sets: null}
services:
  far: {fleet: null}
  home: {route: [d, r, k], gauge: 1520, capacity: 40 TEU, dispatch: {when: full}}
chains: {back: {corridor: north, services: [home]}}
flows: {de-kz: {origin: d, destination: k, volume: 80 TEU/day, consignment: 20 TEU, cargo: {toys: 100 %}, mass: 15 t/FEU, deadline: 12 d,
                routing: {shares: {back: 100 %}}}}
"""
"""Trains run over the line in both directions."""
OTHER_GATE = (
    "facilities: {r: {border: {capacity: 24 trains/day, accepted: {low: 50 %, mode: 60 %, high: 90 %}}}}"
)


def rates(plan: SampledPlan, gate: int = 0) -> list[tuple[int, int]]:
    """(second, rate) of a gate."""
    n = plan.gate_calendar[gate]
    part = slice(plan.calendar_first[n], plan.calendar_first[n + 1])
    return list(zip(plan.calendar_at_s[part].tolist(), plan.calendar_value[part].tolist(), strict=True))


def test_the_share_that_is_accepted_is_drawn_for_every_week() -> None:
    found = rates(plan_of(AGREED))
    assert [at_s for at_s, _ in found] == [week * WEEK_S for week in range(5)]
    assert all(400 <= rate <= OPEN for _, rate in found)
    assert len({rate for _, rate in found}) == 5
    assert found != rates(plan_of(AGREED, replication=1))


def test_over_many_weeks_the_mean_is_accepted_as_stated() -> None:
    plan = plan_of(
        "period: {length: 7000 d}\nflows: {cn-de: {volume: 1 TEU/day}, cn-pl: {volume: 1 TEU/day}}", AGREED
    )
    weekly = np.array([rate for _, rate in rates(plan)])
    assert len(weekly) > 990  # of 1,000; a share drawn twice in a row is no step
    # A triangle between 40 and 100 % has a standard deviation of 12.2 %.
    assert abs(weekly.mean() - 700) < 4 * 122 / np.sqrt(len(weekly))


def test_one_share_every_week_is_a_capacity_of_so_much() -> None:
    assert rates(plan_of("legs: {k-r: {accepted: 80 %}}")) == [(0, 800)]
    assert rates(plan_of("legs: {k-r: {accepted: 100 %}}")) == [(0, OPEN)]


def test_a_week_in_which_next_to_nothing_is_accepted_is_slow_and_not_closed() -> None:
    assert rates(plan_of("legs: {k-r: {accepted: {sample: [0 %, 0.1 %]}}}")) == [(0, 1)]


def test_each_direction_is_drawn_by_itself_and_a_gate_more_moves_no_other() -> None:
    one, two = plan_of(AGREED), plan_of(AGREED, BACK)
    assert two.n_gates == 2
    assert rates(two, 0) == rates(one)
    assert rates(two, 1) != rates(two, 0)
    # The border of R is now a gate too, and comes after the line.
    three = plan_of(AGREED, OTHER_GATE)
    assert three.n_gates == 2
    assert rates(three, 0) == rates(one)


def test_what_is_accepted_moves_no_other_draw() -> None:
    plain, agreed = plan_of(), plan_of(AGREED)
    calendars = {
        "gate_calendar",
        "calendar_first",
        "calendar_at_s",
        "calendar_value",
        "calendar_cause",
        "calendar_policy",
    }
    numbered = {
        "station_servers",
        "fleet_withdrawn",
        "service_price",
        "option_extra",
        "leg_calendar",
        "station_rate",
    }
    for field in fields(SampledPlan):
        if field.name not in calendars | numbered:
            assert np.array_equal(getattr(plain, field.name), getattr(agreed, field.name)), field.name


def test_a_disruption_slows_what_is_accepted() -> None:
    half = "disruptions: {strike: {at: {id: k-r}, from: '2025-01-03', lasts: 2 d, effect: {rate: 50 %}}}"
    usual, struck = dict(rates(plan_of(AGREED))), dict(rates(plan_of(AGREED, half)))
    assert struck[2 * 86_400] == usual[0] * 500 // OPEN
    assert struck[4 * 86_400] == usual[0]


def test_before_an_opening_a_share_of_the_former_capacity_is_accepted() -> None:
    stage = (
        "openings: {track: '2025-01-08'}\nlegs: {k-r: {before: {opening: track, capacity: 10 trains/day}}}"
    )
    usual, staged = dict(rates(plan_of(AGREED))), dict(rates(plan_of(AGREED, stage)))
    assert staged[0] == 500 * usual[0] // OPEN
    assert staged[WEEK_S] == usual[WEEK_S]
