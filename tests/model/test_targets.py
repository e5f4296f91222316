"""What a target names: by id, kind, tag, country and corridor, on the tiny world, whose parts are few enough to count."""

import pytest
from worlds import scenario

from sim.model import GROUPS, KIND_OF, Target, closed_services, hit, priced_services

WORLD = scenario(
    "facilities: {r: {tags: [eaeu, big]}}\nservices: {west: {tags: [big]}}\nflows: {cn-pl: {tags: [big]}}"
)
NOTHING: dict[str, list[str]] = {key: [] for key in GROUPS}


def named(**target: str) -> dict[str, list[str]]:
    at = Target.model_validate(target)
    return {group: sorted(hit(WORLD, at, group)) for group in GROUPS}


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ({"id": "k-r"}, {"legs": ["k-r"]}),
        ({"id": "west"}, {"services": ["west"]}),
        ({"id": "sets"}, {"fleets": ["sets"]}),
        ({"id": "cn-de"}, {"flows": ["cn-de"]}),
        ({"id": "k"}, {"facilities": ["k"]}),
        ({"leg": "a-k"}, {"legs": ["a-k"]}),
        ({"facility": "a"}, {"facilities": ["a"]}),
        ({"service": "far-p"}, {"services": ["far-p"]}),
        ({"tag": "eaeu"}, {"facilities": ["r"]}),
        ({"tag": "western"}, {"legs": ["r-d"]}),
        ({"tag": "wagons"}, {"fleets": ["sets"]}),
        ({"tag": "big"}, {"facilities": ["r"], "services": ["west"], "flows": ["cn-pl"]}),
        # A country: its facilities, legs and fleets with an end there, services that start there, flows from or to it.
        (
            {"country": "KZ"},
            {"facilities": ["k"], "legs": ["a-k", "k-r"], "services": ["far", "far-p"], "fleets": ["sets"]},
        ),
        ({"country": "RU"}, {"facilities": ["r"], "legs": ["k-r", "r-d", "r-p"]}),
        ({"country": "PL"}, {"facilities": ["p"], "legs": ["r-p"], "flows": ["cn-pl"]}),
        (
            {"country": "CN"},
            {
                "facilities": ["a"],
                "legs": ["a-d", "a-k"],
                "services": ["trucks", "west"],
                "flows": ["cn-de", "cn-pl"],
            },
        ),
        # A corridor: what only its chains use, and no flow.
        ({"corridor": "road"}, {"legs": ["a-d"], "services": ["trucks"]}),
        (
            {"corridor": "north"},
            {
                "facilities": ["k", "p", "r"],
                "legs": ["a-k", "k-r", "r-d", "r-p"],
                "services": ["far", "far-p", "west"],
                "fleets": ["sets"],
            },
        ),
    ],
    ids=str,
)
def test_a_target_hits_what_it_names_and_nothing_else(
    target: dict[str, str], found: dict[str, list[str]]
) -> None:
    assert named(**target) == NOTHING | found


def test_each_id_of_the_world_hits_itself_alone() -> None:
    for group in GROUPS:
        for name in getattr(WORLD, group):
            assert named(id=name) == NOTHING | {group: [name]}
            assert named(**{KIND_OF[group]: name}) == NOTHING | {group: [name]}


def test_every_country_of_the_world_hits_every_facility_once() -> None:
    countries = {place.country for place in WORLD.facilities.values()}
    found = [name for country in countries for name in named(country=country)["facilities"]]
    assert sorted(found) == sorted(WORLD.facilities)


@pytest.mark.parametrize(
    ("target", "services"),
    [
        ({"id": "west"}, ["west"]),
        ({"id": "a"}, ["trucks", "west"]),
        ({"id": "k"}, ["far", "far-p"]),
        ({"id": "r"}, []),
        ({"id": "k-r"}, []),
        ({"country": "KZ"}, ["far", "far-p"]),
        ({"corridor": "road"}, ["trucks"]),
    ],
)
def test_a_service_does_not_depart_while_it_or_its_origin_is_closed(
    target: dict[str, str], services: list[str]
) -> None:
    assert sorted(closed_services(WORLD, Target.model_validate(target))) == services


@pytest.mark.parametrize(
    ("target", "services"),
    [
        ({"id": "west"}, ["west"]),
        ({"id": "r"}, ["far", "far-p"]),
        ({"id": "k"}, ["far", "far-p", "west"]),
        ({"id": "r-p"}, ["far-p"]),
        ({"id": "a-d"}, ["trucks"]),
        ({"tag": "western"}, ["far"]),
        ({"id": "cn-de"}, []),
        ({"corridor": "north"}, ["far", "far-p", "west"]),
    ],
)
def test_a_service_costs_more_when_its_way_touches_what_is_dearer(
    target: dict[str, str], services: list[str]
) -> None:
    assert sorted(priced_services(WORLD, Target.model_validate(target))) == services
