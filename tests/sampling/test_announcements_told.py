"""Announcements of a closure: each holds until the next one, none outlives the closure, and none is made of what is over."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sim.contract import NEVER
from sim.model import Announced
from sim.sampling.notices import Notice, notices_of
from sim.units import HOUR_S

hours = st.integers(1, 30)


@st.composite
def announced(draw: st.DrawFn) -> Announced:
    """A first announcement ahead of the closure, and later ones in order, each with or without an end."""
    told = [
        {"after": f"{after} h", "lasts": f"{after + longer} h"}
        for after, longer in zip(
            sorted(draw(st.sets(hours, max_size=3))), draw(st.lists(hours, min_size=3, max_size=3)), strict=False
        )
    ]  # fmt: skip
    before, lasts = draw(st.integers(0, 20)), draw(hours)
    return Announced.model_validate({"before": f"{before} h", "lasts": f"{lasts} h", "revisions": told})


@given(announced(), st.integers(-50, 50), st.integers(0, 5), hours)
def test_one_announcement_follows_another_from_the_first_until_all_is_open(
    told: Announced, start_h: int, later_h: int, lasts_h: int
) -> None:
    start_s, closed_s = start_h * HOUR_S, (start_h + later_h) * HOUR_S
    open_s = closed_s + lasts_h * HOUR_S
    found = notices_of([("leg", "a"), ("service", "b")], start_s, closed_s, open_s, told)
    mine = [notice for notice in found if notice.name == "a"]
    assert [(n.kind, n.known_from_s, n.closed_until_s) for n in found if n.name == "b"] == [
        ("service", n.known_from_s, n.closed_until_s) for n in mine
    ]
    assert mine[0].known_from_s == start_s - told.before
    assert mine[-1].known_until_s == open_s
    assert all(one.known_until_s == other.known_from_s for one, other in pairwise(mine))
    assert all(notice.known_from_s < open_s and notice.closed_from_s == closed_s for notice in mine)
    ends = [told.lasts, *(one.lasts for one in told.revisions if start_s + one.after < open_s)]
    assert [notice.closed_until_s for notice in mine] == [closed_s + (end or 0) for end in ends]


def test_a_closure_of_which_nobody_tells_is_seen_when_it_is_there_and_has_no_end() -> None:
    assert notices_of([("facility", "brest")], 10, 12, 50, None) == [
        Notice("facility", "brest", 10, 50, 12, NEVER)
    ]


def test_what_closes_nothing_has_no_notice() -> None:
    assert notices_of([], 0, 0, 10, None) == []
