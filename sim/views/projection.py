"""From degrees to a flat map: an equal-area cone over Eurasia, coastlines, and the sea lanes that ships follow."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Point = tuple[float, float]

_SOUTH, _NORTH, _MIDDLE = np.radians(28.0), np.radians(58.0), 62.0
"""Standard parallels and central meridian (degrees east) of Albers' conic projection."""
_OPEN_SEA_M = 3_000_000
_STEP_DEG = 1.0

# Roughly where container ships sail (longitude, latitude): enough for a map of continents.
_FROM_SINGAPORE: tuple[Point, ...] = (
    (122.5, 30.5),
    (121.5, 26.5),
    (118.5, 22.5),
    (111.0, 11.0),
    (105.5, 3.5),
    (104.4, 1.2),
)
_TO_THE_NORTH_SEA: tuple[Point, ...] = ((-10.2, 38.5), (-10.2, 43.5), (-6.0, 48.5), (1.3, 50.9), (3.6, 52.2), (8.0, 54.0))  # fmt: skip
LANES: tuple[tuple[Point, ...], ...] = (
    (*_FROM_SINGAPORE, (100.5, 3.3), (95.0, 6.2), (80.5, 5.5), (52.0, 13.0), (43.4, 12.6), (38.0, 20.0), (32.7, 29.5),
     (32.3, 31.5), (24.0, 34.0), (11.0, 37.8), (-5.6, 35.95), (-9.8, 36.7), *_TO_THE_NORTH_SEA),
    (*_FROM_SINGAPORE, (105.8, -6.2), (80.0, -15.0), (45.0, -30.0), (18.4, -35.3), (-18.0, 14.0), (-16.0, 28.0), *_TO_THE_NORTH_SEA),
)  # fmt: skip


def project(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Albers' equal-area conic projection on the unit sphere. Parameters: degrees (n,). Returns x, y (n,)."""
    n = (np.sin(_SOUTH) + np.sin(_NORTH)) / 2
    c = np.cos(_SOUTH) ** 2 + 2 * n * np.sin(_SOUTH)
    apex = np.sqrt(c - 2 * n * np.sin((_SOUTH + _NORTH) / 2)) / n
    radius = np.sqrt(c - 2 * n * np.sin(np.radians(np.asarray(lat, dtype=float)))) / n
    angle = n * np.radians(np.asarray(lon, dtype=float) - _MIDDLE)
    return radius * np.sin(angle), apex - radius * np.cos(angle)


@cache
def coastline() -> tuple[Floats, ...]:
    """Rings of longitude and latitude in degrees, (n, 2) each: Natural Earth's land, 1:110m. A hole runs the other way."""
    text = (files("sim.views") / "land-110m.json").read_text(encoding="utf-8")
    return tuple(np.array(ring) for ring in json.loads(text)["rings"])


def course(start: Point, end: Point, mode: str, length_m: float) -> tuple[Floats, Floats]:
    """The line on the map between two points (longitude, latitude): straight, or along a sea lane where the sea is wide.

    Returns x, y as `project` does.
    """
    points = [start, end]
    if mode == "sea" and length_m > _OPEN_SEA_M:
        lane = min(LANES, key=lambda one: _off(one, start) + _off(one, end))
        i, j = _nearest(lane, start), _nearest(lane, end)
        points = [start, *(lane[i : j + 1] if i <= j else lane[j : i + 1][::-1]), end]
    return project(*_dense(points))


def _dense(points: Sequence[Point]) -> tuple[Floats, Floats]:
    """Points in between, so that a straight line in degrees bends with the map."""
    corners = np.array(points)
    steps = np.maximum(np.ceil(np.abs(np.diff(corners, axis=0)).max(axis=1) / _STEP_DEG), 1)
    along = np.concatenate(([0.0], np.cumsum(steps)))
    fine = np.arange(along[-1] + 1)
    return np.interp(fine, along, corners[:, 0]), np.interp(fine, along, corners[:, 1])


def _nearest(lane: Sequence[Point], point: Point) -> int:
    """Which point of a lane is nearest."""
    return min(range(len(lane)), key=lambda i: _apart(lane[i], point))


def _off(lane: Sequence[Point], point: Point) -> float:
    """How far a point is from a lane, in degrees."""
    return _apart(lane[_nearest(lane, point)], point)


def _apart(one: Point, other: Point) -> float:
    """How far two points are from each other, in degrees of latitude."""
    return float(np.hypot((one[0] - other[0]) * np.cos(np.radians(other[1])), one[1] - other[1]))
