"""What things are called on pictures: by the titles and names that the network gives them; their ids are for typing.

No id is taken apart to find out what a thing is: a chain's title is made of its corridor's, of the places where it begins and ends,
and of a place that only it comes by.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, TypeVar

from sim.views.style import cut_apart

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import NetworkRecord, Run

Key = TypeVar("Key", bound=Hashable)
_OPERATIONS = {
    "border": "border",
    "gauge_change": "gauge change",
    "port": "port",
    "terminal": "terminal",
}
_RIDES = {"rail": "trains", "road": "trucks", "sea": "vessels"}


def titled(titles: Mapping[str, str], name: str) -> str:
    """The title of a corridor; what has none is called by its id."""
    return titles.get(name, name)


def short_name(name: str) -> str:
    """A place's name without what stands in brackets."""
    return name.split(" (")[0]


def place_names(runs: Mapping[str, Run]) -> dict[str, str]:
    """Short names of facilities, of all runs together."""
    return {
        place: short_name(facility.name)
        for run in runs.values()
        for place, facility in run.network.facilities.items()
    }


def distinct(titles: Mapping[Key, str], more: Mapping[Key, str]) -> dict[Key, str]:
    """The same titles; those that several things share have what tells them apart in brackets."""
    shared = {title for title, n in Counter(titles.values()).items() if n > 1}
    return {key: f"{title} ({more[key]})" if title in shared else title for key, title in titles.items()}


def full_corridor_titles(networks: Iterable[NetworkRecord]) -> dict[str, str]:
    """Whole title by corridor, of all networks together; a folder of an older version says none."""
    return {name: corridor.title for network in networks for name, corridor in network.corridors.items()}


def corridor_titles(full: Mapping[str, str]) -> dict[str, str]:
    """Title by corridor, without what explains it after a colon: "Northern: Kazakhstan, Russia" is "Northern"."""
    short = {name: title.partition(":")[0].strip() or title for name, title in full.items()}
    shared = {title for title, n in Counter(short.values()).items() if n > 1}
    whole = {name: full[name] if title in shared else title for name, title in short.items()}
    told = distinct(whole, {name: name for name in whole})
    return dict(zip(told, cut_apart(list(told.values())), strict=True))


def chain_title(network: NetworkRecord, chain: str) -> str:
    """A chain as "Northern by Dostyk, Xi'an–Lodz"; no two chains of a network have one title."""
    corridors = corridor_titles(full_corridor_titles([network]))
    mine = _chain_words(network, chain)
    alike = [one for one in network.chains if one != chain and _chain_words(network, one) == mine]
    corridor, timetabled, origin, destination = mine
    way = _via(network, _way_of(network, chain), [_way_of(network, one) for one in alike])
    way = way or _via(network, _changes_of(network, chain), [_changes_of(network, one) for one in alike])
    words = f"{titled(corridors, corridor)}{' timetabled' if timetabled else ''}"
    if alike and not way:
        words += f" ({chain})"
    return f"{words}{way}, {_name(network, origin)}–{_name(network, destination)}"


def service_title(network: NetworkRecord, service: str) -> str:
    """A service as "Xi'an–Dostyk"; no two services of a network have one title."""
    mine = _service_words(network, service)
    alike = [
        other for other in network.services if other != service and _service_words(network, other) == mine
    ]
    route = network.services[service].route
    way = _via(network, route[1:-1], [network.services[one].route for one in alike])
    timetabled, origin, destination = mine
    words = f"{_name(network, origin)}–{_name(network, destination)}{' timetabled' if timetabled else ''}"
    if alike and not way:
        way = f" ({service})"
    return f"{words}{way}"


def queue_titles(places: pd.DataFrame, networks: Sequence[NetworkRecord]) -> dict[tuple[str, str], str]:
    """Title of every place where something waits, by its kind and id; no two have one title.

    Parameters: places with place_kind, place, facility, to, leg, operation and direction, as in the table of levels.
    """
    rows = places.drop_duplicates(["place_kind", "place"]).astype(str).to_dict("records")
    found = {(row["place_kind"], row["place"]): _queue_title(row, networks) for row in rows}
    with_leg = distinct(
        found, {(row["place_kind"], row["place"]): row["leg"] or row["place_kind"] for row in rows}
    )
    return distinct(with_leg, {key: key[1] for key in with_leg})


def _queue_title(row: Mapping[Any, str], networks: Sequence[NetworkRecord]) -> str:
    """The title of a place where something waits; two may have the same."""
    kind, place = row["place_kind"], row["place"]
    if kind == "yard":
        network = next(one for one in networks if place in one.services)
        mode = network.services[place].mode
        return (
            f"{_known(networks, row['facility'])}: boxes for {_RIDES[mode]} {service_title(network, place)}"
        )
    if row["to"]:
        return f"{_known(networks, row['facility'])}: line to {_known(networks, row['to'])}"
    at = _known(networks, row["facility"])
    if kind == "set-out":
        return f"{at}: boxes taken off trains for inspection"
    operation = _OPERATIONS.get(row["operation"], row["operation"])
    if kind == "gate":
        return f"{at}: before the {operation}{', ' + row['direction'] if row['direction'] else ''}"
    return f"{at}: {operation}"


def _known(networks: Sequence[NetworkRecord], facility: str) -> str:
    """The short name of a facility in the first network that has it."""
    return next((_name(one, facility) for one in networks if facility in one.facilities), facility)


def _name(network: NetworkRecord, facility: str) -> str:
    """The short name of a place, or the whole one where another place has the same short one."""
    names = {one: short_name(place.name) for one, place in network.facilities.items()}
    if Counter(names.values())[names[facility]] == 1:
        return names[facility]
    whole = network.facilities[facility].name
    same = sum(place.name == whole for place in network.facilities.values())
    return f"{whole} ({facility})" if same > 1 else whole


def _chain_words(network: NetworkRecord, chain: str) -> tuple[str, bool, str, str]:
    """What a chain is called by: corridor, whether timetabled, first and last place."""
    services = network.services_of(chain)
    timetabled = any(service.train_class == "timetabled" for service in services)
    return network.chains[chain].corridor, timetabled, services[0].route[0], services[-1].route[-1]


def _service_words(network: NetworkRecord, service: str) -> tuple[bool, str, str]:
    """What a service is called by: whether timetabled, first and last place."""
    one = network.services[service]
    return one.train_class == "timetabled", one.route[0], one.route[-1]


def _way_of(network: NetworkRecord, chain: str) -> list[str]:
    """Places between a chain's ends: first those where freight changes from one service to the next, then the others."""
    passed = [place for service in network.services_of(chain) for place in service.route[1:-1]]
    return list(dict.fromkeys([*_changes_of(network, chain), *passed]))


def _changes_of(network: NetworkRecord, chain: str) -> list[str]:
    """Places where freight changes from one service of a chain to the next."""
    return [service.route[0] for service in network.services_of(chain)[1:]]


def _via(network: NetworkRecord, mine: Sequence[str], others: Sequence[Collection[str]]) -> str:
    """ " by Dostyk": the first place, else the first two, that no other way has; nothing where there is none."""
    if not others:
        return ""
    for several in (1, 2):
        for places in combinations(mine, several):
            if not any(set(places) <= set(other) for other in others):
                return f" by {' and '.join(_name(network, place) for place in places)}"
    return ""
