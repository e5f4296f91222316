"""What chains, services and queues are called on pictures: by their places, and told apart by the fewest that differ."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.results.declared import NetworkRecord
from sim.views.titles import (
    chain_title,
    corridor_titles,
    distinct,
    queue_titles,
    service_title,
    short_name,
)

PLACES = {
    "xian": "Xi'an",
    "dostyk": "Dostyk (Alashankou)",
    "khorgos": "Khorgos",
    "brest": "Brest",
    "lodz": "Lodz",
    "lodz-2": "Lodz",
}


def network(
    services: dict[str, str], chains: dict[str, tuple[str, ...]], timetabled: tuple[str, ...] = ()
) -> NetworkRecord:
    """A network of services, each by its places in words, and of chains that begin with their corridor."""
    routes = {name: words.split() for name, words in services.items()}
    pairs = {(a, b) for route in routes.values() for a, b in pairwise(route)}
    run: dict[str, Any] = {
        name: {
            "route": route,
            "mode": "rail",
            "train_class": "timetabled" if name in timetabled else "container",
            "unload": None,
            "legs": [f"{a}-{b}" for a, b in pairwise(route)],
            "leg_costs": [0] * (len(route) - 1),
            "fees": {},
            "charge": 0,
        }
        for name, route in routes.items()
    }
    return NetworkRecord.model_validate(
        {
            "facilities": {
                key: {"name": name, "country": "KZ", "kind": "terminal", "lat": 45.0, "lon": 80.0}
                for key, name in PLACES.items()
            },
            "legs": {f"{a}-{b}": {"between": [a, b], "mode": "rail", "length_m": 1000} for a, b in pairs},
            "services": run,
            "chains": {
                name: {"corridor": corridor, "services": mine} for name, (corridor, *mine) in chains.items()
            },
            "corridors": {"northern": {"title": "Northern: Kazakhstan, Russia"}},
            "closures": [],
        }
    )


ONE = network({"a": "xian dostyk brest lodz"}, {"c": ("northern", "a")})


def test_a_thing_that_is_alone_is_called_by_its_ends_and_a_chain_by_its_corridor_too() -> None:
    assert service_title(ONE, "a") == "Xi'an–Lodz (lodz)"
    assert chain_title(ONE, "c") == "Northern, Xi'an–Lodz (lodz)"


TWO = network(
    {"a": "xian dostyk brest", "b": "xian khorgos brest", "fast": "xian khorgos brest"},
    {"c": ("northern", "a"), "d": ("northern", "b"), "e": ("middle", "b"), "f": ("northern", "fast")},
    timetabled=("fast",),
)


def test_services_between_the_same_ends_are_told_apart_by_a_place_that_only_one_passes() -> None:
    assert service_title(TWO, "a") == "Xi'an–Brest by Dostyk"
    assert service_title(TWO, "b") == "Xi'an–Brest by Khorgos"
    assert service_title(TWO, "fast") == "Xi'an–Brest timetabled"


def test_chains_of_one_corridor_are_told_apart_by_a_place_and_those_of_another_need_none() -> None:
    titles = [chain_title(TWO, chain) for chain in "cdef"]
    assert titles == [
        "Northern by Dostyk, Xi'an–Brest",
        "Northern by Khorgos, Xi'an–Brest",
        "middle, Xi'an–Brest",
        "Northern timetabled, Xi'an–Brest",
    ]


def test_where_no_one_place_tells_apart_two_do_and_where_none_do_the_id() -> None:
    three = network(
        {"a": "xian dostyk khorgos brest", "b": "xian dostyk brest", "c": "xian khorgos brest"}, {}
    )
    assert service_title(three, "a") == "Xi'an–Brest by Dostyk and Khorgos"
    assert service_title(three, "b") == "Xi'an–Brest (b)"
    twins = network({"a": "xian dostyk brest", "b": "xian dostyk brest"}, {})
    assert [service_title(twins, name) for name in "ab"] == ["Xi'an–Brest (a)", "Xi'an–Brest (b)"]


def test_a_chain_is_told_apart_by_where_freight_changes_before_where_it_only_passes() -> None:
    both = network(
        {"a": "xian dostyk khorgos", "b": "khorgos brest", "direct": "xian brest"},
        {"c": ("northern", "a", "b"), "d": ("northern", "direct")},
    )
    assert chain_title(both, "c") == "Northern by Khorgos, Xi'an–Brest"


def test_a_name_is_short_without_its_brackets_and_whole_names_that_are_alike_have_their_ids() -> None:
    assert short_name("Dostyk (Alashankou)") == "Dostyk"
    assert service_title(network({"a": "brest lodz-2"}, {}), "a") == "Brest–Lodz (lodz-2)"


def queue(**given: str) -> dict[str, str]:
    place = {"place_kind": "gate", "place": "g", "facility": "brest", "to": "", "leg": "", "operation": "", "direction": ""}  # fmt: skip
    return place | given


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ({"operation": "gauge_change"}, "Brest: before the gauge change"),
        ({"operation": "border", "direction": "westbound"}, "Brest: before the border, westbound"),
        ({"place_kind": "station", "operation": "port"}, "Brest: port"),
        ({"to": "lodz", "leg": "brest-lodz"}, "Brest: line to Lodz (lodz)"),
        ({"place_kind": "set-out"}, "Brest: boxes taken off trains for inspection"),
        ({"place_kind": "yard", "place": "a", "facility": "xian"}, "Xi'an: boxes for trains Xi'an–Brest by Dostyk"),
        ({"facility": "unknown", "operation": "border"}, "unknown: before the border"),
    ],
)  # fmt: skip
def test_a_queue_is_called_by_its_place_and_by_what_is_waited_for(given: dict[str, str], title: str) -> None:
    row = queue(**given)
    assert queue_titles(pd.DataFrame([row]), [TWO]) == {(row["place_kind"], row["place"]): title}


def test_queues_of_one_title_are_told_apart_by_their_line_and_else_by_their_id() -> None:
    rows = [
        queue(place="g1", to="khorgos", leg="north"),
        queue(place="g2", to="khorgos", leg="south"),
        queue(place="g3", operation="border"),
        queue(place="g4", operation="border"),
    ]
    north, south, *borders = queue_titles(pd.DataFrame(rows), [TWO]).values()
    assert (north, south) == ("Brest: line to Khorgos (north)", "Brest: line to Khorgos (south)")
    for border, place in zip(borders, ("g3", "g4"), strict=True):
        assert border.startswith("Brest: before the border")
        assert border.endswith(f"({place})")


def test_a_corridor_is_called_by_what_stands_before_the_colon_unless_two_would_be_alike() -> None:
    full = {"n": "Northern: Russia", "m": "Middle", "s": "South: by sea", "t": "South: by road"}
    assert corridor_titles(full) == {
        "n": "Northern",
        "m": "Middle",
        "s": "South: by sea",
        "t": "South: by road",
    }
    assert corridor_titles({"a": "Same", "b": "Same"}) == {"a": "Same (a)", "b": "Same (b)"}
    assert corridor_titles({"a": ": of nothing"}) == {"a": ": of nothing"}


@given(st.dictionaries(st.integers(), st.sampled_from(["x", "y", "z"]), max_size=6))
def test_titles_that_are_shared_get_what_tells_them_apart_and_the_others_stay(titles: dict[int, str]) -> None:
    found = distinct(titles, {key: str(key) for key in titles})
    assert len(set(found.values())) == len(titles)
    for key, title in titles.items():
        alone = list(titles.values()).count(title) == 1
        assert found[key] == (title if alone else f"{title} ({key})")
