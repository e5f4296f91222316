"""The map: an equal-area cone, lines that bend with it, and sea lanes that ships follow."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.path import Path

from sim.views.geography import LARGEST_PT, THINNEST_PT, WIDEST_PT, Scale, joint
from sim.views.projection import LANES, coastline, course, project

degrees_east = st.floats(-60, 170)
degrees_north = st.floats(5, 80)


def area(x: np.ndarray, y: np.ndarray) -> float:
    """Area of a polygon, by the shoelace formula."""
    return 0.5 * abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))))


@settings(max_examples=30, deadline=None)
@given(degrees_east, degrees_north)
def test_a_field_of_a_degree_has_on_the_map_the_area_it_has_on_the_globe(lon: float, lat: float) -> None:
    # Its border, drawn densely: parallels are arcs on the map.
    along = np.linspace(0, 1, 200, endpoint=False)
    east = np.concatenate([along, np.ones(200), 1 - along, np.zeros(200)])
    north = np.concatenate([np.zeros(200), along, np.ones(200), 1 - along])
    on_map = area(*project(lon + east, lat + north))
    on_globe = np.radians(1) * (np.sin(np.radians(lat + 1)) - np.sin(np.radians(lat)))
    assert on_map == pytest.approx(on_globe, rel=1e-4)


@settings(max_examples=50)
@given(st.floats(0, 100), degrees_north)
def test_east_and_west_of_the_middle_are_mirror_images(off: float, lat: float) -> None:
    x, y = project([62 - off, 62 + off], [lat, lat])
    assert x[0] == pytest.approx(-x[1])
    assert y[0] == pytest.approx(y[1])


@pytest.mark.parametrize("lat", [28.0, 58.0])
def test_a_standard_parallel_has_its_true_length(lat: float) -> None:
    x, y = project(np.linspace(61, 63, 500), np.full(500, lat))
    assert np.hypot(np.diff(x), np.diff(y)).sum() == pytest.approx(
        np.radians(2) * np.cos(np.radians(lat)), rel=1e-6
    )


def test_the_middle_of_the_standard_parallels_lies_at_nought() -> None:
    x, y = project([62.0], [43.0])
    assert (x[0], y[0]) == (0.0, pytest.approx(0.0, abs=1e-12))


def test_north_is_up_on_the_middle_meridian() -> None:
    x, y = project(np.full(30, 62.0), np.linspace(0, 85, 30))
    assert (x == 0).all()
    assert (np.diff(y) > 0).all()


@pytest.mark.parametrize(
    ("place", "lon", "lat", "on_land"),
    [
        ("Moscow", 37.6, 55.7, True),
        ("Urumqi", 87.6, 43.8, True),
        ("Tashkent", 69.2, 41.3, True),
        ("the Black Sea", 34.0, 43.3, False),
        ("the Caspian Sea, a hole in the land", 50.8, 41.5, False),
        ("the Baltic Sea", 19.5, 56.5, False),
        ("the South China Sea", 114.0, 15.0, False),
    ],
)
def test_land_is_where_an_odd_number_of_rings_lies_around(
    place: str, lon: float, lat: float, on_land: bool
) -> None:
    around = sum(Path(ring).contains_point((lon, lat)) for ring in coastline())
    assert around % 2 == on_land, place


XIAN, LODZ = (108.9, 34.3), (19.4, 51.8)
SHANGHAI, HAMBURG = (121.8, 30.6), (10.0, 53.5)


def test_a_line_over_land_begins_and_ends_at_its_places_and_has_a_point_for_each_degree() -> None:
    x, y = course(XIAN, LODZ, "rail", 9e6)
    ends = project(*zip(XIAN, LODZ, strict=True))
    assert (x[0], x[-1]) == pytest.approx(tuple(ends[0]))
    assert (y[0], y[-1]) == pytest.approx(tuple(ends[1]))
    assert len(x) == 91  # 89.5 degrees apart from east to west: 90 steps


def test_two_places_within_a_degree_are_joined_by_a_line_of_two_points() -> None:
    x, y = course((20.0, 50.0), (20.5, 50.2), "road", 5e4)
    assert (len(x), len(y)) == (2, 2)


def on_course(points: tuple[np.ndarray, np.ndarray], lon: float, lat: float) -> bool:
    x, y = project([lon], [lat])
    return bool(np.hypot(points[0] - x, points[1] - y).min() < 1e-9)


def test_a_ship_over_the_open_sea_follows_the_lane_and_comes_back_on_the_same_one() -> None:
    there = course(SHANGHAI, HAMBURG, "sea", 2e7)
    back = course(HAMBURG, SHANGHAI, "sea", 2e7)
    # Through the strait of Malacca and the canal at Suez: the shorter lane lies as near, and is the first.
    assert on_course(there, 100.5, 3.3)
    assert on_course(there, 32.3, 31.5)
    for one, other in zip(there, back, strict=True):
        assert one == pytest.approx(other[::-1])


@pytest.mark.parametrize(("mode", "length_m"), [("sea", 3e6), ("rail", 2e7)])
def test_a_ferry_and_a_railway_keep_to_the_straight_line(mode: str, length_m: float) -> None:
    x, _ = course(SHANGHAI, HAMBURG, mode, length_m)
    assert len(x) == 113  # 111.8 degrees from east to west


def test_lanes_begin_and_end_together() -> None:
    around_africa, through_suez = LANES[1], LANES[0]
    assert (around_africa[0], around_africa[-1]) == (through_suez[0], through_suez[-1])
    assert min(lat for _, lat in around_africa) < -34  # south of the Cape
    assert min(lat for _, lat in through_suez) > 0


def test_a_line_is_as_wide_as_its_freight_and_a_circle_as_large_in_area_as_what_waits() -> None:
    scale = Scale(teu_per_year=200_000.0, waiting_teu=400.0)
    assert scale.width(200_000) == WIDEST_PT
    assert scale.width(50_000) == WIDEST_PT / 4
    assert scale.width(1) == THINNEST_PT
    assert scale.diameter(400) == LARGEST_PT
    assert scale.diameter(100) == LARGEST_PT / 2
    assert scale.diameter(0) == 0


def test_the_frame_of_several_panels_holds_each() -> None:
    assert joint([(0, 4, -1, 2), (-3, 1, 0, 5), (1, 2, -2, 0)]) == (-3, 4, -2, 5)
