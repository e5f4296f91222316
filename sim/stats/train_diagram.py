"""Trips as paths through time and distance: what a train graph shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def kilometres(network: Mapping[str, Any], chain: str) -> dict[str, float]:
    """Distance of every facility of a chain from its origin, in km, in the chain's order."""
    found: dict[str, float] = {}
    km = 0.0
    for name in network["chains"][chain]["services"]:
        service = network["services"][name]
        found.setdefault(service["route"][0], km)
        for (_, end), leg in zip(pairwise(service["route"]), service["legs"], strict=True):
            km += network["legs"][leg]["length_m"] / 1000
            found.setdefault(end, km)
    return found


def services_along(network: Mapping[str, Any], chain: str) -> dict[str, str]:
    """Services that run on the chain's line from first to last: "along" in its direction, "back" against it."""
    order = {place: i for i, place in enumerate(kilometres(network, chain))}
    own = {leg for name in network["chains"][chain]["services"] for leg in network["services"][name]["legs"]}
    found = {}
    for name, service in network["services"].items():
        places = [order.get(place, -1) for place in service["route"]]
        if min(places) >= 0 and set(service["legs"]) <= own:
            if places == sorted(places):
                found[name] = "along"
            elif places == sorted(places, reverse=True):
                found[name] = "back"
    return found


def train_paths(
    visits: pd.DataFrame,
    services: Sequence[str],
    km: Mapping[str, float],
    window_s: tuple[int, int],
    replication: int,
) -> pd.DataFrame:
    """The corners of every trip's path in a window of time: a level part is a stop, with its handling and waiting.

    Parameters: visits as in `results.columns`, of one scenario; km by facility. Returns trip, service, time_s, km, ordered
    by trip and time; of what had not ended by the period's end only the beginning.
    """
    import pandas as pd

    chosen = visits[(visits["replication"] == replication) & visits["service"].isin(list(services))]
    ends = chosen["ended_s"].where(chosen["ended_s"] >= 0, window_s[1])
    seen = chosen[(ends >= window_s[0]) & (chosen["arrived_s"] < window_s[1])]
    trips, names = seen["trip"].to_numpy(), seen["service"].astype(str).to_numpy()
    points = []
    for trip, service, kind, facility, to, arrived, started, ended in zip(
        trips, names, seen["place_kind"].astype(str), seen["facility"].astype(str), seen["to"].astype(str),
        seen["arrived_s"], seen["started_s"], seen["ended_s"], strict=True,
    ):  # fmt: skip
        here = km[facility]
        there = km[to] if kind == "leg" else here
        points.append((trip, service, arrived, here))
        if kind == "leg" and started >= 0:
            points.append((trip, service, started, here))
        if ended >= 0:
            points.append((trip, service, ended, there))
        elif kind != "leg" or started < 0:
            points.append((trip, service, window_s[1], here))
    table = pd.DataFrame(points, columns=["trip", "service", "time_s", "km"])
    return table.sort_values(["trip", "time_s"], kind="stable", ignore_index=True)
