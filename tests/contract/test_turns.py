"""Which draws a departure uses: its place in the day decides, and what goes beyond takes the reserve."""

from hypothesis import given
from hypothesis import strategies as st

from sim.contract import DAY_S, days_of, draw_of, draws_of

PERIODS = st.integers(1, 20 * DAY_S)


def test_a_day_begun_counts_whole():
    assert [days_of(s) for s in (1, DAY_S - 1, DAY_S, DAY_S + 1, 3 * DAY_S)] == [1, 1, 1, 2, 3]


def test_a_service_needs_its_turns_of_every_day_and_its_reserve():
    assert draws_of(2 * DAY_S + 1, turns=4, reserve=5) == 3 * 4 + 5


def test_a_departure_uses_the_draws_of_its_place_in_its_day():
    drawn = [
        draw_of(3 * DAY_S, 2, 4, time_s, nth, 0) for time_s in (DAY_S - 1, DAY_S, 2 * DAY_S) for nth in (0, 1)
    ]
    assert drawn == [0, 1, 2, 3, 4, 5]


def test_departures_beyond_the_turns_of_a_day_take_the_reserve_and_then_take_it_again():
    assert [draw_of(3 * DAY_S, 2, 4, DAY_S, 2, beyond) for beyond in range(6)] == [6, 7, 8, 9, 6, 7]


def test_without_turns_all_departures_take_the_reserve_one_after_the_other():
    assert [draw_of(9 * DAY_S, 0, 3, 5 * DAY_S, 0, beyond) for beyond in range(4)] == [0, 1, 2, 0]


@given(PERIODS, st.integers(0, 5), st.integers(1, 9))
def test_every_draw_is_some_departures_and_none_is_two_departures(period_s, turns, reserve):
    in_turn = [
        draw_of(period_s, turns, reserve, d * DAY_S, n, 0)
        for d in range(days_of(period_s))
        for n in range(turns)
    ]
    beyond = [draw_of(period_s, turns, reserve, 0, turns, b) for b in range(reserve)]
    assert in_turn + beyond == list(range(draws_of(period_s, turns, reserve)))
