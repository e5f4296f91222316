"""Spells become step functions: second by second they say what a plain reading of the spells says."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.contract import NEVER, OPEN, Cause
from sim.sampling.unrolling import (
    ALWAYS_OPEN,
    DEAREST_CENTS,
    CalendarBook,
    Spell,
    Step,
    factored_steps,
    lost_steps,
    rate_steps,
    server_steps,
    share_of,
    spells_outside,
    summed_steps,
)

PERIOD_S = 12
SHUTTING = [Cause.HOURS, Cause.WEATHER, Cause.POLICY, Cause.CLOSURE]
"""From the weakest reason to the strongest."""
seconds = st.integers(-3, PERIOD_S + 3)


def spells_of(values: st.SearchStrategy[int]) -> st.SearchStrategy[list[Spell]]:
    """A few spells that begin and end before, in and after the period; some are empty, and some end before they begin."""
    return st.lists(st.builds(Spell, seconds, seconds, values, st.sampled_from(SHUTTING)), max_size=5)


def holding(spells: list[Spell], at_s: int) -> list[Spell]:
    return [spell for spell in spells if spell.from_s <= at_s < spell.until_s]


def by_second(steps: tuple[Step, ...]) -> list[Step]:
    """What holds in each second of the period, without when it began."""
    return [[step for step in steps if step[0] <= at_s][-1] for at_s in range(PERIOD_S)]


def is_least(steps: tuple[Step, ...]) -> bool:
    """Whether steps begin at 0, rise within the period, and each of them changes something."""
    rising = all(one[0] < other[0] and one[1:] != other[1:] for one, other in pairwise(steps))
    return steps[0][0] == 0 and rising and steps[-1][0] < PERIOD_S


@settings(max_examples=150, deadline=None)
@given(spells_of(st.sampled_from([0, 0, 1, 500, 1000, 1500])))
def test_a_place_is_shut_in_the_seconds_of_any_closure_for_the_strongest_of_its_reasons(
    spells: list[Spell],
) -> None:
    steps = rate_steps(spells, PERIOD_S)
    assert is_least(steps)
    for at_s, (_, rate, cause, _) in enumerate(by_second(steps)):
        reasons = [spell.cause for spell in holding(spells, at_s) if spell.value == 0]
        assert (rate == 0) == bool(reasons)
        assert cause == (max(reasons, key=SHUTTING.index) if reasons else -1)


@pytest.mark.parametrize(
    ("rates", "together"),
    [([500, 500], 250), ([333, 500], 166), ([1500, 500], 750), ([1, 1], 1), ([1, 0], 0), ([], OPEN)],
)
def test_rates_of_spells_that_overlap_multiply_and_are_rounded_down(rates: list[int], together: int) -> None:
    spells = [Spell(0, PERIOD_S, rate, Cause.CLOSURE) for rate in rates]
    assert [step[:2] for step in rate_steps(spells, PERIOD_S)] == [(0, together)]


def test_a_closure_by_a_policy_names_the_policy_and_one_by_the_weather_none() -> None:
    spells = [Spell(2, 8, 0, Cause.WEATHER), Spell(4, 6, 0, Cause.POLICY, policy=3)]
    assert rate_steps(spells, PERIOD_S) == (
        (0, OPEN, -1, -1),
        (2, 0, Cause.WEATHER, -1),
        (4, 0, Cause.POLICY, 3),
        (6, 0, Cause.WEATHER, -1),
        (8, OPEN, -1, -1),
    )


@settings(max_examples=100, deadline=None)
@given(spells_of(st.integers(0, 6)), st.integers(0, 5))
def test_as_many_servers_work_as_the_spell_leaves_that_leaves_the_fewest(
    spells: list[Spell], normal: int
) -> None:
    steps = server_steps(normal, spells, PERIOD_S)
    assert is_least(steps)
    for at_s, step in enumerate(by_second(steps)):
        assert step[1] == min([normal, *(spell.value for spell in holding(spells, at_s))])


@pytest.mark.parametrize(("part", "left"), [(1000, 1), (500, 5), (250, 8), (56, 9), (55, 10), (0, 10)])
def test_a_part_of_an_effect_takes_its_part_of_the_servers_to_the_nearest_and_halves_up(
    part: int, left: int
) -> None:
    """Of ten servers one stays: nine away in full, 4.5 and so 5 by half, 2.25 and so 2 by a quarter, 0.504 and so 1."""
    assert server_steps(10, [Spell(0, PERIOD_S, 1, part=part)], PERIOD_S)[0][1] == left


@settings(max_examples=100, deadline=None)
@given(spells_of(st.integers(-3, 3)), st.integers(0, 5))
def test_what_spells_add_is_summed_and_vehicles_lost_begin_at_none(spells: list[Spell], normal: int) -> None:
    steps = summed_steps(normal, spells, PERIOD_S)
    assert is_least(steps)
    sums = [sum(spell.value for spell in holding(spells, at_s)) for at_s in range(PERIOD_S)]
    assert [step[1] for step in by_second(steps)] == [normal + total for total in sums]
    assert [step[1] for step in by_second(lost_steps(spells, PERIOD_S))] == sums


def test_factors_of_an_amount_multiply_and_the_amount_is_rounded_down_at_each() -> None:
    spells = [Spell(3, 9, 1500), Spell(6, 20, 1100)]
    # 7 x 1.5 is 10.5 and so 10; times 1.1 it is 11.
    assert [step[:2] for step in factored_steps(7, spells, PERIOD_S)] == [(0, 7), (3, 10), (6, 11), (9, 7)]


def test_an_amount_never_grows_beyond_what_sums_can_hold() -> None:
    spells = [Spell(0, PERIOD_S, 10**6)] * 30
    assert factored_steps(10**6, spells, PERIOD_S) == ((0, DEAREST_CENTS, -1, -1),)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 1000), st.integers(1, 1000))
def test_a_share_is_the_nearest_whole_number_and_halves_go_up(number: int, part: int, whole: int) -> None:
    found = share_of(number, part, whole)
    assert -whole <= 2 * (number * part - found * whole) < whole


@pytest.mark.parametrize(
    ("opens_s", "closes_s", "spans"),
    [
        (0, NEVER, []),
        (5, NEVER, [(0, 5)]),
        (-4, 7, [(7, NEVER)]),
        (3, 9, [(0, 3), (9, NEVER)]),
        (-9, -1, [(0, NEVER)]),
    ],
)
def test_what_opens_and_closes_is_shut_before_and_after(
    opens_s: int, closes_s: int, spans: list[tuple[int, int]]
) -> None:
    assert spells_outside(opens_s, closes_s) == [Spell(*span, 0, Cause.CLOSURE) for span in spans]


@pytest.mark.parametrize("steps_of", [rate_steps, lost_steps])
def test_the_order_in_which_spells_are_told_does_not_matter(
    steps_of: Callable[[list[Spell], int], tuple[Step, ...]],
) -> None:
    spells = [Spell(1, 7, 0, Cause.WEATHER), Spell(1, 5, 700), Spell(4, 11, 900)]
    assert steps_of(spells, PERIOD_S) == steps_of(spells[::-1], PERIOD_S)


def test_a_calendar_is_numbered_once_and_a_copy_of_the_book_goes_its_own_way() -> None:
    book = CalendarBook()
    night = ((0, 0, Cause.HOURS, -1), (6, OPEN, -1, -1))
    assert (book.number(ALWAYS_OPEN), book.number(night), book.number(night)) == (0, 1, 1)
    other = book.copy()
    storm = ((0, 0, Cause.WEATHER, -1),)
    assert (other.number(night), other.number(storm)) == (1, 2)
    assert storm not in book.numbers
