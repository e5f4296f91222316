"""A network as GeoJSON (RFC 7946), for maps."""

from __future__ import annotations

from typing import Any

from sim.model import Facility, Scenario, legs_of


def geojson(scenario: Scenario, chain: str | None = None) -> dict[str, Any]:
    """The network, or one chain of it, as a GeoJSON FeatureCollection (RFC 7946): points and lines, longitude first."""
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


def _feature(name: str, geometry: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    """A feature that is known by its id."""
    return {"type": "Feature", "id": name, "geometry": geometry, "properties": {"id": name, **properties}}


def _point(scenario: Scenario, name: str, corridors: list[str]) -> dict[str, Any]:
    """A facility, with what it works and its capacities."""
    place = scenario.facilities[name]
    capacity = {
        kind: operation.capacity.value
        for kind, operation in place.operations.items()
        if operation.capacity is not None
    }
    return _feature(
        name,
        {"type": "Point", "coordinates": _lon_lat(place)},
        {
            "name": place.name, "country": place.country, "kind": place.kind,
            "work": list(place.operations),
            "capacity": capacity, "corridor": corridors,
        },
    )  # fmt: skip


def _line(scenario: Scenario, name: str, corridors: list[str]) -> dict[str, Any]:
    """A leg, from end to end."""
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
    """A position in the order of GeoJSON."""
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
