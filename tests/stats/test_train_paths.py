"""What a train graph shows of a period and of closures, to the second and to the kilometre."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from drawn_world import NETWORK

from sim.results import ClosureRecord, PeriodRecord
from sim.stats.train_diagram import kilometres, stretches, window_of

DAY_S = 86_400
START = datetime(2025, 1, 1, tzinfo=UTC)


def shut(day: int, *facilities: str, legs: tuple[str, ...] = ()) -> ClosureRecord:
    begin = START + timedelta(days=day)
    return ClosureRecord(name="shut", begin=begin, until=None, closed=True, facilities=facilities, legs=legs)


@pytest.mark.parametrize(
    ("days", "warm_up_d", "closed_d", "window_d"),
    [
        (120, 10, [], (10, 40)),
        (120, 10, [60], (55, 85)),
        (120, 10, [60, 30], (25, 55)),
        (120, 10, [2], (0, 30)),
        (120, 10, [118], (90, 120)),
        (120, 10, [-3, 200], (10, 40)),
        (120, 110, [], (90, 120)),
        (20, 10, [15], (0, 20)),
    ],
)
def test_a_train_graph_shows_a_month_from_the_warm_up_or_from_before_the_first_closure(
    days: int, warm_up_d: int, closed_d: list[int], window_d: tuple[int, int]
) -> None:
    period = PeriodRecord(start=START, length_s=days * DAY_S, warm_up_s=warm_up_d * DAY_S, cool_down_s=0)
    found = window_of(period, [shut(day) for day in closed_d])
    assert tuple(second / DAY_S for second in found) == window_d


def test_what_is_closed_is_a_stretch_of_the_line_and_neighbours_are_one() -> None:
    km = kilometres(NETWORK, "rail")
    assert stretches(NETWORK, shut(0, "khorgos"), km) == [(3000.0, 3000.0)]
    both = shut(0, "lodz", "khorgos", legs=("khorgos-altynkol", "xian-khorgos"))
    assert stretches(NETWORK, both, km) == [(0.0, 3010.0), (9010.0, 9010.0)]
    assert stretches(NETWORK, shut(0, "shanghai", legs=("shanghai-lodz",)), km) == []
