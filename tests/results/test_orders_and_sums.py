"""Sorting by numbers, sums along trips, and rides of consignments: beside the same done one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from named_plans import told

from sim.contract import EventKind
from sim.results import Columns, grouped
from sim.results.rides import AlongTrips, load_along_trips, numbered, rides_of

K = EventKind
plans = pytest.mark.parametrize("number", range(700, 720))
numbers = st.one_of(st.integers(0, 5), st.integers(0, 2**16 + 2), st.integers(0, 2**40))


@given(st.lists(numbers, max_size=30))
def test_equal_numbers_come_side_by_side_rising_and_keep_their_order(values: list[int]) -> None:
    expected = sorted(range(len(values)), key=lambda i: values[i])
    assert grouped(np.array(values, dtype=np.int64)).tolist() == expected


@given(st.lists(st.sampled_from(["a", "b", "a b", ""]), min_size=1, max_size=6), st.data())
def test_names_are_numbered_once_each_and_nothing_is_the_empty_name(
    names: list[str], data: st.DataObject
) -> None:
    asked = data.draw(st.lists(st.integers(-1, len(names) - 1), max_size=8))
    distinct, codes = numbered(names, np.array(asked, dtype=np.int64))
    assert len(set(distinct)) == len(distinct) and "" in distinct
    assert [distinct[code] for code in codes] == ["" if i < 0 else names[i] for i in asked]


@plans
def test_rows_are_picked_by_kind_and_by_whose_they_are(number: int) -> None:
    log = told(number).log
    columns = Columns(log)
    rows = log.rows.tolist()
    for kinds in ([K.WAITED], [K.BOARDED, K.UNLOADED], list(K)):
        for of_trips in (None, True, False):
            expected = [
                i
                for i, row in enumerate(rows)
                if row[1] in kinds and (of_trips is None or (row[2] < 0) == of_trips)
            ]
            assert columns.rows(*kinds, of_trips=of_trips).tolist() == expected


@plans
def test_rides_go_from_boarding_to_the_next_time_off(number: int) -> None:
    log = told(number).log
    rows = log.rows.tolist()
    on: dict[int, tuple[int, int]] = {}
    expected = []
    for i, (_, kind, c, t, *_) in enumerate(rows):
        if kind in (K.BOARDED, K.ATTACHED):
            on[c] = t, i
        elif kind in (K.SET_OUT, K.UNLOADED):
            trip, begun = on.pop(c)
            expected.append((c, trip, begun, i))
    expected += [(c, trip, begun, len(rows)) for c, (trip, begun) in on.items()]
    rides = rides_of(Columns(log))
    found = zip(rides.consignment, rides.trip, rides.on, rides.off, strict=True)
    # Consignment by consignment, each in its order.
    assert [tuple(map(int, one)) for one in found] == sorted(expected, key=lambda ride: (ride[0], ride[2]))


@plans
def test_the_load_of_a_trip_at_a_row_is_what_came_aboard_before_less_what_was_set_out(number: int) -> None:
    one = told(number)
    rows, size = one.log.rows.tolist(), one.plan.size_teu.tolist()
    trips = sorted({row[3] for row in rows if row[1] == K.DEPARTED})
    asked = [(trip, row) for trip in trips for row in range(0, len(rows) + 1, 7)]
    if not asked:
        return
    expected = []
    for trip, until in asked:
        load = 0
        for _, kind, c, t, *_ in rows[:until]:
            if t == trip and kind in (K.BOARDED, K.ATTACHED):
                load += size[c]
            elif t == trip and kind == K.SET_OUT:
                load -= size[c]
        expected.append(load)
    trip, until = (np.array(column, dtype=np.int64) for column in zip(*asked, strict=True))
    assert load_along_trips(Columns(one.log), one.plan.size_teu, trip, until).tolist() == expected


@plans
def test_sums_between_two_rows_of_a_trip_are_those_of_its_rows_between_them(number: int) -> None:
    log = told(number).log
    rows = log.rows.tolist()
    along = AlongTrips(Columns(log), Columns(log).rows(K.WAITED, K.ARRIVED, of_trips=True))
    trips = sorted({row[3] for row in rows if row[1] == K.DEPARTED})
    asked = [
        (trip, a, b)
        for trip in reversed(trips)
        for a in range(0, len(rows), 11)
        for b in (a, a + 9, len(rows))
    ]
    if not asked:
        return
    trip, begin, until = (np.array(column, dtype=np.int64) for column in zip(*asked, strict=True))
    amounts = Columns(log).span_s[along.rows]
    found = along.sums(amounts, along.until(trip, begin), along.until(trip, until))
    assert found.tolist() == [
        sum(row[7] for row in rows[a:b] if row[3] == t and row[2] < 0 and row[1] in (K.WAITED, K.ARRIVED))
        for t, a, b in asked
    ]
