"""When a shock meets a consignment: from when on it fares otherwise than without the shock."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiment import Case
from sim.experiment.shock import run_shock
from sim.results.courses import Courses, met_s
from sim.scenario_file import load_scenario

DAY_S = 86_400
LINE = """
schema: 1
title: Two days by rail, a box a train, eight trains a day; the second half closes for five days
network: none
replications: 1
period: {start: "2025-01-01", length: 80 d}
railways: {r: {name: R, speed: 1000 km/day, tariff: 0.5 USD/FEU-km, emissions: 20 g/t-km}}
facilities:
  a: {name: A, country: CN, position: [40, 100], kind: terminal, terminal: {}}
  m: {name: M, country: KZ, position: [43, 90], kind: terminal, terminal: {}}
  b: {name: B, country: KZ, position: [45, 80], kind: terminal, terminal: {}}
legs:
  a-m: {between: [a, m], mode: rail, gauge: 1520, length: 1000 km, railway: r}
  m-b: {between: [m, b], mode: rail, gauge: 1520, length: 1000 km, railway: r, capacity: 24 trains/day}
services: {train: {route: [a, m, b], gauge: 1520, capacity: 2 TEU, dispatch: {when: full}}}
corridors: {c: {title: C}}
chains: {c: {corridor: c, services: [train]}}
cargo: {g: {title: goods, hs: ["84"], time_value: 100 USD/FEU-day}}
flows: {f: {origin: a, destination: b, volume: 16 TEU/day, consignment: 2 TEU, cargo: {g: 100 %}, mass: 15 t/FEU, deadline: 9 d,
            routing: {shares: {c: 100 %}}}}
disruptions: {closed: {at: {id: m-b}, from: 2025-01-31, lasts: 5 d, effect: closed}}
"""


def test_a_closed_line_meets_what_comes_to_it_and_delays_it_by_what_is_left_of_the_closure(
    tmp_path: Path,
) -> None:
    file = tmp_path / "line.yaml"
    file.write_text(LINE, encoding="utf-8")
    outcome = run_shock(Case("line", load_scenario(file).scenario), ["closed"])
    found = outcome.values[(outcome.values["corridor"] == "c") & (outcome.values["direction"] == "all")]
    measures = found.set_index("measure")[["value", "lower_bound"]]
    # Freight that the closure meets was released on the day before or later: by release its week would be the week before, too.
    assert measures["value"]["delay.peak_week"] == 0
    # Boxes come to the line evenly over five days, and leave within hours of its opening: half of them wait 2.5 days or more.
    assert 2 < measures["value"]["delay.peak"] < 3.5
    assert measures["value"]["recovery.time"] == 7
    delays = outcome.delays[(outcome.delays["corridor"] == "c") & (outcome.delays["direction"] == "all")]
    by_week = delays.set_index("week")["delay"]
    assert (by_week[by_week.index < 0] == 0).all() and (by_week[by_week.index > 0] == 0).all()


def courses(*events: list[tuple[int, int, int]]) -> Courses:
    """Courses of consignments from (since, until, what) of their events, in days."""
    flat = [event for one in events for event in one]
    since, until, what = (np.array([event[i] for event in flat], dtype=np.int64) for i in range(3))
    first = np.cumsum([0, *(len(one) for one in events)])
    return Courses(first, since * DAY_S, until * DAY_S, what)


def met_on(one: list[tuple[int, int, int]], other: list[tuple[int, int, int]], start: int) -> float:
    only = np.array([0])
    met = int(met_s(courses(one), courses(other), only, only, start * DAY_S)[0])
    return met / DAY_S if met >= 0 else met


RELEASED, RUN, WAIT = 1, 2, 3


@pytest.mark.parametrize(
    ("one", "other", "start", "met"),
    [
        ([(0, 0, RELEASED), (1, 3, RUN)], [(0, 0, RELEASED), (1, 3, RUN)], 2, -1),
        # It waits from day 1 on at what closed on day 0: it meets that on day 1.
        ([(0, 0, RELEASED), (1, 3, RUN)], [(0, 0, RELEASED), (1, 6, WAIT), (6, 8, RUN)], 0, 1),
        # What slows down on day 2 meets the train that has been running since day 1 then.
        ([(0, 0, RELEASED), (1, 3, RUN)], [(0, 0, RELEASED), (1, 5, RUN)], 2, 2),
        # Another choice on day 0 because of what is announced for day 9.
        ([(0, 0, RELEASED), (1, 3, RUN)], [(0, 0, 9), (1, 3, 9)], 9, 0),
        # Still under way at the end of one run only.
        ([(0, 0, RELEASED), (1, 3, RUN)], [(0, 0, RELEASED)], 0, 1),
    ],
)
def test_freight_meets_a_shock_where_its_course_first_differs(
    one: list[tuple[int, int, int]], other: list[tuple[int, int, int]], start: int, met: int
) -> None:
    assert met_on(one, other, start) == met
    assert met_on(other, one, start) == met


events = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3)), max_size=5)


@given(st.lists(st.tuples(events, events), min_size=1, max_size=6))
def test_many_courses_part_as_each_does_by_itself(
    pairs: list[tuple[list[tuple[int, int]], list[tuple[int, int]]]],
) -> None:
    made = [tuple([(day, day, what) for day, what in sorted(one)] for one in pair) for pair in pairs]
    a, b = courses(*(one for one, _ in made)), courses(*(other for _, other in made))
    every = np.arange(len(made))
    found = met_s(a, b, every, every, -1)
    for (one, other), met in zip(made, found, strict=True):
        longer = max(one, other, key=len)
        differs = [i for i in range(len(longer)) if one[i : i + 1] != other[i : i + 1]]
        times = [run[differs[0]][1] * DAY_S for run in (one, other) if differs and differs[0] < len(run)]
        assert met == (min(times) if times else -1)
