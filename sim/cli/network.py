"""`landbridge network`: what a network has, a chain step by step, and GeoJSON for maps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.completing import ids_of
from sim.cli.printed_tables import layout, number
from sim.errors import LandbridgeError

if TYPE_CHECKING:
    from sim.model import Facility, Leg, Operation, Scenario

OPERATIONS = ("border", "gauge_change", "port", "terminal")


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--chain", metavar="ID", shell_complete=ids_of("chains"), help="One chain step by step.")
@click.option("--geojson", "as_geojson", is_flag=True, help="A GeoJSON FeatureCollection, for maps.")
def network(file: Path | None, chain: str | None, as_geojson: bool) -> None:
    """List facilities, legs, services and chains of the built-in network, or of a scenario FILE.

    \b
    Example:
      landbridge network scenarios/cku-open.yaml --chain north-dostyk-xian-lodz
    """
    from sim.scenario_file import load_scenario, network_scenario

    if file is not None and not file.exists() and str(file) in network_scenario().chains:
        raise click.UsageError(f"'{file}' is a chain, not a file. Write: landbridge network --chain {file}")
    scenario = network_scenario() if file is None else load_scenario(file).scenario
    if chain is not None and chain not in scenario.chains:
        raise LandbridgeError(_unknown_chain(chain, list(scenario.chains)))
    if as_geojson:
        click.echo(_one_feature_a_line(geojson(scenario, chain)))
    elif chain is not None:
        click.echo(chain_table(scenario, chain))
    else:
        click.echo("\n\n".join(listing(scenario)))


def _unknown_chain(chain: str, names: list[str]) -> str:
    near = get_close_matches(chain[:80], names, 1, 0.5)
    advice = (
        f"; did you mean '{near[0]}'?" if near else f". {len(names)} chains: landbridge network lists them."
    )
    return f"unknown chain '{chain}'{advice}"


# --- the whole network ------------------------------------------------------------------------------------------------


def listing(scenario: Scenario) -> Iterator[str]:
    """Yield tables of facilities, legs and services, and chains by corridor."""
    facilities = [
        [name, place.name, place.country, place.kind, _work(place)]
        for name, place in scenario.facilities.items()
    ]
    yield _titled("facilities", ["facility", "name", "country", "kind", "work"], facilities, 5)
    legs = [
        [name, *leg.between, _track(leg), number(leg.length.value / 1000, 0), _gate(leg)]
        for name, leg in scenario.legs.items()
    ]
    yield _titled("legs", ["leg", "from", "to", "track", "km", "trains/day"], legs, 4)
    services = [
        [
            name, _track(service), service.dispatch.when, service.fleet or "-", _dated(service.opening, service.closing),
            str(service.capacity.value), str(len(service.route) - 1),
        ]
        for name, service in scenario.services.items()
    ]  # fmt: skip
    yield _titled("services", ["service", "track", "leaves", "fleet", "dated", "TEU", "legs"], services, 5)
    for corridor, about in scenario.corridors.items():
        chains = [
            [name, " + ".join(chain.services)]
            for name, chain in scenario.chains.items()
            if chain.corridor == corridor
        ]
        yield _titled(f"corridor {corridor} ({about.title}): chains", ["chain", "services"], chains, 2)


def _titled(title: str, head: list[str], lines: list[list[str]], texts: int) -> str:
    return f"{len(lines)} {title}\n{layout(head, lines, texts)}"


def _work(place: Facility) -> str:
    """The operations of a facility with what they can do: "border 16 trains/day, gauge change 4 servers"."""
    return ", ".join(
        " ".join([kind.replace("_", " "), *_ability(operation)])
        for kind in OPERATIONS
        if (operation := getattr(place, kind)) is not None
    )


def _ability(operation: Operation) -> Iterator[str]:
    if operation.capacity is not None:
        yield f"{_gate(operation)} trains/day"
    if operation.servers is not None:
        yield f"{operation.servers.value} servers"
    if operation.hours is not None:
        yield f"({operation.hours.text})"


def _gate(gate: Leg | Operation) -> str:
    """Trains a day in each direction, and how many of them are others': "29 (11.4 others)"."""
    if gate.capacity is None:
        return "-"
    others = f" ({gate.background.value:g} others)" if gate.background else ""
    return f"{gate.capacity.value:g}{others}"


def _track(thing: Any) -> str:
    return f"{thing.mode} {thing.gauge}" if thing.gauge else str(thing.mode)


def _dated(opening: str | None, closing: str | None) -> str:
    return (
        " ".join([*([f"from {opening}"] if opening else []), *([f"until {closing}"] if closing else [])])
        or "-"
    )


# --- one chain --------------------------------------------------------------------------------------------------------


def chain_table(scenario: Scenario, chain: str) -> str:
    """A chain step by step: km and time of each step in free flow, and so far."""
    from sim.model import parts_of
    from sim.units import DAY_S, HOUR_S

    head = ["service", "step", "at", "km", "hours", "km so far", "days so far", "USD/FEU so far"]
    lines, service, length_m, time_s = [], "", 0, 0.0
    price = 0.0
    for name in scenario.chains[chain].services:
        run = scenario.services[name]
        price += run.charge.value if run.charge else 0.0
        for part in parts_of(scenario, name):
            length_m, time_s = length_m + part.length_m, time_s + part.time_s
            price += part.price_usd_per_feu
            lines.append(
                [
                    name if name != service else "", part.work.replace("_", " "), part.place,
                    number(part.length_m / 1000, 0) if part.leg else "-", number(part.time_s / HOUR_S, 1),
                    number(length_m / 1000, 0), number(time_s / DAY_S, 2), number(price, 0),
                ]
            )  # fmt: skip
            service = name
    corridor = scenario.chains[chain].corridor
    return f"{chain} ({corridor}), free flow: no waiting\n{layout(head, lines, 3)}"


# --- GeoJSON ----------------------------------------------------------------------------------------------------------


def geojson(scenario: Scenario, chain: str | None = None) -> dict[str, Any]:
    """The network, or one chain of it, as a GeoJSON FeatureCollection (RFC 7946): points and lines, longitude first."""
    from sim.model import legs_of

    corridors: dict[str, list[str]] = {name: [] for name in [*scenario.facilities, *scenario.legs]}
    for name, run in scenario.chains.items():
        if chain not in (None, name):
            continue
        for service in run.services:
            for passed in [
                *scenario.services[service].route,
                *(leg for leg, _ in legs_of(scenario, service)),
            ]:
                if run.corridor not in corridors[passed]:
                    corridors[passed].append(run.corridor)
    wanted = [name for name in corridors if chain is None or corridors[name]]
    points = [_point(scenario, name, corridors[name]) for name in scenario.facilities if name in wanted]
    lines = [_line(scenario, name, corridors[name]) for name in scenario.legs if name in wanted]
    return {"type": "FeatureCollection", "features": points + lines}


def _one_feature_a_line(collection: dict[str, Any]) -> str:
    features = (json.dumps(one, ensure_ascii=False, allow_nan=False) for one in collection["features"])
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(features) + "\n]}"


def _feature(name: str, geometry: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "id": name, "geometry": geometry, "properties": {"id": name, **properties}}


def _point(scenario: Scenario, name: str, corridors: list[str]) -> dict[str, Any]:
    place = scenario.facilities[name]
    capacity = {
        kind: operation.capacity.value
        for kind in OPERATIONS
        if (operation := getattr(place, kind)) is not None and operation.capacity is not None
    }
    return _feature(
        name,
        {"type": "Point", "coordinates": _lon_lat(place)},
        {
            "name": place.name, "country": place.country, "kind": place.kind,
            "work": [kind for kind in OPERATIONS if getattr(place, kind) is not None],
            "capacity": capacity, "corridor": corridors,
        },
    )  # fmt: skip


def _line(scenario: Scenario, name: str, corridors: list[str]) -> dict[str, Any]:
    leg = scenario.legs[name]
    ends = [scenario.facilities[place] for place in leg.between]
    return _feature(
        name,
        _between(*map(_lon_lat, ends)),
        {
            "from": leg.between[0], "to": leg.between[1], "country": sorted({place.country for place in ends}),
            "mode": leg.mode, "gauge": leg.gauge, "length_km": leg.length.value / 1000,
            "capacity": leg.capacity.value if leg.capacity else None,
            "background": leg.background.value if leg.background else None, "corridor": corridors,
        },
    )  # fmt: skip


def _lon_lat(place: Facility) -> list[float]:
    latitude, longitude = place.position
    return [longitude, latitude]


def _between(start: list[float], end: list[float]) -> dict[str, Any]:
    """A line; cut in two where it crosses the antimeridian, as RFC 7946 asks for."""
    if abs(end[0] - start[0]) <= 180:
        return {"type": "LineString", "coordinates": [start, end]}
    east = 180.0 if start[0] > 0 else -180.0
    far = end[0] + 2 * east
    latitude = start[1] + (end[1] - start[1]) * (east - start[0]) / (far - start[0])
    return {"type": "MultiLineString", "coordinates": [[start, [east, latitude]], [[-east, latitude], end]]}
