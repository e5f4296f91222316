"""Differences and lower bounds in words."""

import math

import pandas as pd
import pytest
from compared_worlds import freight, luck, side

from sim.stats import (
    Compared,
    Finding,
    differences,
    judged,
    summarise,
    verdicts,
)
from sim.stats.compare import BETWEEN_CORRIDORS
from sim.stats.wording import Change, clause, note

DAY_S = 86_400
NAN = math.nan


def change(
    estimate: float, low: float, high: float, found: Finding = Finding.DIFFERENCE, **more: object
) -> Change:
    return Change("transit_time.p90", "d", "base", "open", estimate, low, high, 10, found, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (change(-0.4, -0.7, -0.1), "P90 0.4 d shorter (0.1 to 0.7)"),
        (change(0.04, 0.02, 0.06), "P90 0.04 d longer (0.02 to 0.06)"),
        (change(2, 1.5, NAN, bound_b=True), "P90 at least 2.0 d longer (at least 1.5)"),
        (change(-2, NAN, -1.5, bound_a=True), "P90 at least 2.0 d shorter (at least 1.5)"),
        (change(0.1, -0.4, 0.6, Finding.NOT_SHOWN), "P90: no difference shown (-0.4 to 0.6 d)"),
        (
            change(0.4, 0.1, 0.7, Finding.NOT_SHOWN),
            "P90: no difference shown among so many comparisons (0.1 to 0.7 d)",
        ),
        (change(-0.1, -0.2, -0.1, Finding.TOO_SMALL), "P90: too small to matter (-0.2 to -0.1 d)"),
        (change(0, 0, 0, Finding.UNCHANGED), "P90 unchanged"),
        (change(0.4, NAN, NAN, Finding.NO_INTERVAL), "P90 0.4 d longer"),
    ],
)
def test_a_difference_in_words(one: Change, words: str) -> None:
    assert clause(one) == words


def test_freight_under_way_is_said_once_with_what_it_leaves_open() -> None:
    late = change(2, 1.5, NAN, bound_b=True)
    assert note([late, late]) == "; freight was still under way in open, so P90 may differ otherwise"
    assert note([change(2, 1, 3)]) == ""


def test_the_most_important_verdict_comes_first_after_all_freight_together() -> None:
    a, b = [], []
    for r in range(5):
        small, large = (
            [("f", "few", 10 + x) for x in luck(50, r)],
            [("g", "many", 10 + x) for x in luck(400, r)],
        )
        a.append(freight(*small, *large))
        later = ((flow, way, days + (3 if way == "few" else 1)) for flow, way, days in (*small, *large))
        b.append(freight(*later))
    changed, moved = differences(side(*a), side(*b, name="b"))
    both = pd.concat([side(*a).values, side(*b, name="b").values])
    none = pd.DataFrame(columns=BETWEEN_CORRIDORS)
    found = verdicts(judged(Compared(summarise(both), changed, moved, none)))
    # Three days of a ninth of the freight weigh less than one day of eight ninths.
    assert [one.about for one in found[:3]] == ["all", "many", "few"]
    assert found[1].importance == pytest.approx(1 / 0.25 * 400 / 450, rel=1e-3)
    assert found[2].importance == pytest.approx(3 / 0.25 * 50 / 450, rel=1e-3)
