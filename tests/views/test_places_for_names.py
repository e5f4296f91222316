"""Names find room where they hide nothing: properties of placing, of rows, and of names that are cut."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from sim.views.legend import lines_of, patches_of
from sim.views.page import page, paper
from sim.views.placing import Room, Spot
from sim.views.rows import height_of, rows_of
from sim.views.style import (
    CAUSES,
    NAME_WIDTH,
    PAGE_WIDTH_IN,
    corridor_strokes,
    cut_apart,
    in_order,
    scenario_strokes,
    shorten,
    wrap,
)

SPOTS = [Spot((0.1, height), (0.0, 0.0), "left", "bottom") for height in (0.6, 0.61, 0.8)]
names = st.tuples(st.text("abcdefg", min_size=1, max_size=12), st.floats(0.05, 0.95), st.floats(0.02, 0.98))
labels = st.text("abcdefghi W", min_size=1, max_size=70).map(str.strip).filter(bool)


def room() -> Room:
    """A panel with one line across its middle."""
    figure = Figure(figsize=(4, 3))
    ax = figure.subplots()
    ax.plot([0, 1], [0.5, 0.5])
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    figure.draw_without_rendering()
    return Room(ax)


@settings(max_examples=25)
@given(st.lists(names, max_size=8))
def test_no_two_names_that_found_room_overlap_and_none_lies_on_the_line(
    placed: list[tuple[str, float, float]],
) -> None:
    panel = room()
    for name, x, y in placed:
        spots = [Spot((x, y), (2.0, up), "left", "bottom") for up in (2.0, 8.0, -12.0)]
        panel.write(name, spots, fontsize=7)
    for i, one in enumerate(panel.texts):
        assert panel.ax.bbox.x0 <= one.x0 and one.x1 <= panel.ax.bbox.x1
        assert not any(one.overlaps(other) for other in panel.texts[i + 1 :])
        middle = float(panel.ax.transData.transform((0, 0.5))[1])
        assert not one.y0 <= middle <= one.y1


def test_a_name_takes_the_first_spot_with_room_and_none_when_all_are_taken() -> None:
    panel = room()
    found = [panel.write("a name", SPOTS, fontsize=8) for _ in range(3)]
    assert found == [SPOTS[0], SPOTS[2], None], "the second is too near the first"
    assert len(panel.ax.texts) == 2


def test_a_spot_beyond_the_panel_is_no_room() -> None:
    panel = room()
    assert panel.write("a long name that leads out", [Spot((0.98, 0.2), (0, 0), "left", "bottom")], fontsize=8) is None  # fmt: skip


# --- names that are cut ---------------------------------------------------------------------------------------------


@given(st.lists(st.text("ab-+ ", min_size=1, max_size=90), min_size=1, max_size=6, unique=True))
def test_names_that_are_cut_stay_different_and_short(names: list[str]) -> None:
    found = cut_apart(names)
    assert len(found) == len(names)
    assert all(len(name) <= NAME_WIDTH for name in found)
    if len({name.strip() for name in names}) == len(names):
        assert len(set(found)) == len(set(names))


@given(st.text(max_size=100), st.integers(3, 60))
def test_a_name_is_shortened_only_when_it_is_too_long_and_then_says_so(name: str, width: int) -> None:
    found = shorten(name, width)
    assert len(found) <= width
    assert found == name if len(name) <= width else found.endswith("…")


@given(st.text("ab c-d", min_size=1, max_size=60).map(str.strip).filter(bool), st.integers(8, 30))
def test_a_wrapped_name_keeps_to_its_width(name: str, width: int) -> None:
    assert all(len(line) <= width for line in wrap(name, width).split("\n"))


# --- order and looks --------------------------------------------------------------------------------------------------


def test_corridors_come_in_the_order_of_every_picture_and_others_by_name() -> None:
    assert in_order(["zz", "ocean", "aa", "cku", "northern", "cku"]) == ["northern", "cku", "ocean", "aa", "zz"]  # fmt: skip


@given(st.lists(st.text("abcdef", min_size=1, max_size=6), unique=True, max_size=4))
def test_up_to_four_corridors_of_ones_own_look_different(names: list[str]) -> None:
    looks = [(strokes.colour, str(strokes.dashes)) for strokes in corridor_strokes(names).values()]
    assert len(set(looks)) == len(looks)


def test_the_first_scenario_is_the_reference_and_one_alone_is_no_reference() -> None:
    several = scenario_strokes(["a", "b", "a"])
    assert list(several) == ["a", "b"] and several["a"].colour == "#000000" and several["a"].dashes == "solid"
    assert scenario_strokes(["a"])["a"].colour != "#000000"


@pytest.mark.parametrize("scenarios", [1, 3])
def test_rows_lie_below_one_another_with_room_for_the_heads_of_corridors(scenarios: int) -> None:
    pairs = [(f"s{i}", corridor) for corridor in ("ocean", "northern") for i in range(scenarios)]
    rows = rows_of(pd.DataFrame(pairs, columns=["scenario", "corridor"]))
    assert [row.corridor for row in rows] == ["northern"] * scenarios + ["ocean"] * scenarios
    steps = [below.y - above.y for above, below in pairwise(rows)]
    assert min(steps) >= 1
    assert max(steps) == (1 if scenarios == 1 else 1.75), "a head takes three quarters of a row"
    assert height_of(rows) == pytest.approx(sum(steps) + 1.5)
    assert height_of([]) == 1


# --- the page ---------------------------------------------------------------------------------------------------------


@settings(max_examples=10)
@given(st.lists(labels, min_size=1, max_size=12, unique=True))
def test_a_legend_stays_on_the_page_however_many_and_long_its_labels(shown: list[str]) -> None:
    with paper():
        figure, _ = page("T", "C.", panel_in=1.0, legend=lines_of(scenario_strokes(shown)))
        figure.draw_without_rendering()
    (legend,) = figure.legends
    assert legend.get_window_extent().x1 <= PAGE_WIDTH_IN * figure.dpi
    assert len(legend.get_texts()) == len(shown)


def test_a_page_grows_with_its_caption_and_its_legend_and_not_into_the_panels() -> None:
    with paper():
        short, (small,) = page("T", "C.", panel_in=1.0, legend={})
        long, (large,) = page("T", "A caption. " * 60, panel_in=1.0, legend=patches_of(dict(CAUSES)))
        for figure in (short, long):
            figure.draw_without_rendering()
    assert long.get_figheight() > short.get_figheight() + 0.5
    heights = [ax.get_position().height * ax.get_figure(root=True).get_figheight() for ax in (small, large)]  # type: ignore[union-attr]
    assert heights[0] == pytest.approx(heights[1], abs=0.02)
