"""A network as GeoJSON: every place a point, every line a line, with the corridors that pass, and cut where the date changes."""

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import scenario

from sim.preview import geojson


def features(*changes: str, chain: str | None = None) -> dict[str, dict[str, object]]:
    found = geojson(scenario(*changes), chain)
    assert found["type"] == "FeatureCollection"
    return {feature["id"]: feature for feature in found["features"]}


def test_a_place_is_a_point_with_longitude_first_and_says_what_it_works() -> None:
    assert features()["r"] == {
        "type": "Feature",
        "id": "r",
        "geometry": {"type": "Point", "coordinates": [60, 50]},
        "properties": {
            "id": "r", "name": "R", "country": "RU", "kind": "border", "work": ["border"], "capacity": {}, "corridor": ["north"],
        },
    }  # fmt: skip


def test_a_line_leads_from_end_to_end_with_its_capacity_and_the_countries_that_it_joins() -> None:
    assert features()["k-r"] == {
        "type": "Feature",
        "id": "k-r",
        "geometry": {"type": "LineString", "coordinates": [[80, 45], [60, 50]]},
        "properties": {
            "id": "k-r", "from": "k", "to": "r", "country": ["KZ", "RU"], "mode": "rail", "gauge": 1520, "length_km": 1_000,
            "capacity": 20, "background": None, "corridor": ["north"],
        },
    }  # fmt: skip


def test_capacities_of_work_and_what_others_take_are_told_a_day() -> None:
    found = features(
        "facilities: {r: {border: {capacity: 9 trains/day}}}\nlegs: {k-r: {background: 4 trains/day}}"
    )
    assert found["r"]["properties"]["capacity"] == {"border": 9}
    assert found["k-r"]["properties"]["background"] == 4


def test_a_place_that_two_corridors_pass_has_both_once_and_in_the_order_of_the_chains() -> None:
    found = features()
    # `rail` and `rail-p` are both of the north, and both begin at `a`, where the road begins, too.
    assert found["a"]["properties"]["corridor"] == ["north", "road"]
    assert found["d"]["properties"]["corridor"] == ["north", "road"]
    assert found["p"]["properties"]["corridor"] == ["north"]
    assert found["a-d"]["properties"]["corridor"] == ["road"]


def test_a_chain_alone_has_its_own_places_and_lines_and_its_own_corridor() -> None:
    found = features(chain="rail-p")
    assert list(found) == ["a", "k", "r", "p", "a-k", "k-r", "r-p"]
    assert {tuple(one["properties"]["corridor"]) for one in found.values()} == {("north",)}
    assert list(features(chain="truck")) == ["a", "d", "a-d"]


def test_what_no_chain_passes_is_in_the_whole_network_without_a_corridor() -> None:
    lonely = "facilities: {z: {name: Z, country: UZ, position: [41, 69], kind: junction}}"
    assert features(lonely)["z"]["properties"]["corridor"] == []
    assert "z" not in features(lonely, chain="rail")


def line(start: float, end: float) -> dict[str, object]:
    """The line between two places on latitudes 10 and 30."""
    ends = f"facilities: {{k: {{position: [10, {start}]}}, r: {{position: [30, {end}]}}}}"
    geometry: dict[str, object] = features(ends)["k-r"]["geometry"]
    return geometry


@pytest.mark.parametrize(("start", "end"), [(0, 180), (-90, 90), (170, 175), (-180, 0)])
def test_a_line_that_spans_half_the_world_or_less_is_whole(start: int, end: int) -> None:
    assert line(start, end) == {"type": "LineString", "coordinates": [[start, 10], [end, 30]]}


@pytest.mark.parametrize(
    ("start", "end", "parts"),
    [
        # 20 degrees apart, over 180 halfway.
        (170, -170, [[[170, 10], [180, 20]], [[-180, 20], [-170, 30]]]),
        (-170, 170, [[[-170, 10], [-180, 20]], [[180, 20], [170, 30]]]),
        # 20 degrees apart, over 180 after a quarter.
        (175, -165, [[[175, 10], [180, 15]], [[-180, 15], [-165, 30]]]),
    ],
)
def test_a_line_over_the_date_line_is_two_that_meet_there(start: int, end: int, parts: list[object]) -> None:
    assert line(start, end) == {"type": "MultiLineString", "coordinates": parts}


longitudes = st.integers(-179, 179)


@settings(max_examples=40)
@given(longitudes, longitudes)
def test_no_part_of_a_line_spans_more_than_half_the_world_and_all_together_go_the_short_way(
    start: int, end: int
) -> None:
    geometry = line(start, end)
    parts = [geometry["coordinates"]] if geometry["type"] == "LineString" else geometry["coordinates"]
    assert parts[0][0] == [start, 10] and parts[-1][-1] == [end, 30]
    spans = [abs(part[1][0] - part[0][0]) for part in parts]
    assert sum(spans) == pytest.approx(min(abs(end - start), 360 - abs(end - start)))
    for before, after in pairwise(parts):
        # The same place, by both of its names.
        assert before[1] == pytest.approx([-after[0][0], after[0][1]])
        assert abs(before[1][0]) == 180


def test_it_is_a_document_of_plain_values() -> None:
    found = geojson(scenario())
    assert json.loads(json.dumps(found)) == found
