"""What the map draws of its tables: lines by freight and mode, circles by what waits, marks where something is shut."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest
from drawn_world import WRITTEN
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from sim.results.declared import NetworkRecord
from sim.views.geography import MODES, Scale, frame_of, name_places, network_map
from sim.views.projection import project
from sim.views.style import GREY, GROUND, VERMILLION

SCALE = Scale(teu_per_year=100_000.0, waiting_teu=400.0)
LINES = pd.DataFrame(
    [
        ("xian", "khorgos", "rail", 3_000_000, 100_000.0),
        ("khorgos", "altynkol", "rail", 10_000, 0.0),
        ("altynkol", "lodz", "rail", 6_000_000, 50_000.0),
        ("shanghai", "lodz", "sea", 20_000_000, 25_000.0),
    ],
    columns=["start", "end", "mode", "length_m", "teu_per_year"],
)
NOBODY_WAITS = pd.DataFrame(columns=["facility", "aboard_teu", "yard_teu"]).astype({"aboard_teu": float, "yard_teu": float})  # fmt: skip


def network(*closures: dict[str, Any]) -> NetworkRecord:
    begin = datetime(2025, 3, 1, tzinfo=UTC)
    dated = {"name": "shut", "from": begin, "until": None, "closed": True, "facilities": [], "legs": []}
    return NetworkRecord.model_validate({**WRITTEN, "closures": [{**dated, **one} for one in closures]})


def drawn(waiting: pd.DataFrame = NOBODY_WAITS, *closures: dict[str, Any]) -> Axes:
    ax = Figure(figsize=(6.9, 4)).subplots()
    here = network(*closures)
    network_map(LINES, waiting, here, ax, frame=frame_of(here, LINES), scale=SCALE)
    return ax


def marked(ax: Axes, marker: str) -> list[tuple[float, float]]:
    return [
        (round(float(x), 9), round(float(y), 9))
        for line in ax.lines
        if line.get_marker() == marker
        for x, y in zip(*line.get_data(), strict=True)
    ]


def at(place: str) -> tuple[float, float]:
    here = network().facilities[place]
    x, y = project([here.lon], [here.lat])
    return round(float(x[0]), 9), round(float(y[0]), 9)


def test_lines_with_freight_are_as_wide_as_it_in_the_colour_of_their_mode_and_others_grey_and_broken() -> (
    None
):
    lines = [line for line in drawn().lines if line.get_gid() != GROUND]
    looks = {
        (to_hex(str(line.get_color())), round(line.get_linewidth(), 4), line.is_dashed()) for line in lines
    }
    rail, sea = (MODES[mode][0].lower() for mode in ("rail", "sea"))
    assert looks == {
        (rail, 6.5, False),
        (rail, 3.25, False),
        (sea, 1.625, False),
        (GREY.lower(), 0.5, True),
    }  # fmt: skip


def test_the_frame_holds_the_places_on_rails_with_freight_and_no_strip() -> None:
    left, right, bottom, top = frame_of(network(), LINES)
    for place in ("xian", "khorgos", "altynkol", "lodz"):
        x, y = at(place)
        assert left < x < right
        assert bottom < y < top
    assert at("shanghai")[0] > right
    assert top - bottom >= 0.44 * (right - left) - 1e-12


def test_the_frame_without_any_freight_holds_every_place_of_a_line_on_land() -> None:
    idle = LINES.assign(teu_per_year=0.0)
    assert frame_of(network(), idle) == pytest.approx(frame_of(network(), LINES))


@pytest.mark.parametrize(
    ("aboard_teu", "yard_teu", "filled_pt", "ring_pt"),
    [(400.0, 0.0, 20.0, 20.0), (0.0, 100.0, None, 10.0), (100.0, 300.0, 10.0, 20.0), (1.0, 1.0, None, None)],
)
def test_a_circle_has_the_area_of_what_waits_aboard_and_a_ring_that_of_all_and_tiny_ones_are_left_out(
    aboard_teu: float, yard_teu: float, filled_pt: float | None, ring_pt: float | None
) -> None:
    waiting = pd.DataFrame([{"facility": "khorgos", "aboard_teu": aboard_teu, "yard_teu": yard_teu}])
    found = [line for line in drawn(waiting).lines if line.get_marker() == "o"]
    rings = [line.get_markersize() for line in found if line.get_markerfacecolor() == "none"]
    filled = [line.get_markersize() for line in found if line.get_markerfacecolor() == VERMILLION]
    assert rings == ([] if ring_pt is None else [pytest.approx(ring_pt)])
    assert filled == ([] if filled_pt is None else [pytest.approx(filled_pt)])


def test_a_place_that_is_shut_has_a_cross_and_one_that_does_less_a_diamond() -> None:
    ax = drawn(NOBODY_WAITS, {"facilities": ["khorgos"]}, {"facilities": ["lodz"], "closed": False})
    assert (marked(ax, "X"), marked(ax, "D")) == ([at("khorgos")], [at("lodz")])


def test_a_place_that_is_both_slowed_and_shut_has_the_cross_alone() -> None:
    ax = drawn(NOBODY_WAITS, {"facilities": ["lodz"]}, {"facilities": ["lodz"], "closed": False})
    assert (marked(ax, "X"), marked(ax, "D")) == ([at("lodz")], [])


def test_a_line_that_is_shut_has_its_cross_in_the_middle_unless_an_end_has_one() -> None:
    alone = marked(drawn(NOBODY_WAITS, {"legs": ["xian-khorgos"]}), "X")
    x, y = project([(109.0 + 80.4) / 2], [(34.4 + 44.2) / 2])  # halfway in degrees
    assert alone == [(pytest.approx(float(x[0]), abs=1e-4), pytest.approx(float(y[0]), abs=1e-4))]
    both = marked(drawn(NOBODY_WAITS, {"legs": ["xian-khorgos"], "facilities": ["xian"]}), "X")
    assert both == [at("xian")]


def test_the_most_important_places_are_named_first_shut_ones_before_all_and_those_without_freight_never() -> (
    None
):
    def names(most: int, *closures: dict[str, Any]) -> list[str]:
        ax = drawn(NOBODY_WAITS, *closures)
        name_places(ax, LINES, NOBODY_WAITS, network(*closures), SCALE, most)
        return [text.get_text() for text in ax.texts]

    assert names(0) == []
    first = names(1)
    assert first in (["Xi'an"], ["Lodz"])  # where freight comes from and goes to
    assert names(1, {"facilities": ["altynkol"]}) == ["Altynkol"]
    assert len(names(3)) == 3
    assert names(3)[:1] == first
