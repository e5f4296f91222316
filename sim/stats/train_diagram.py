"""Trips as paths through time and distance: what a train graph shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from sim.units import DAY_S

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import ClosureRecord, NetworkRecord, PeriodRecord


def kilometres(network: NetworkRecord, chain: str) -> dict[str, float]:
    """Distance of every facility of a chain from its origin, in km, in the chain's order."""
    found: dict[str, float] = {}
    km = 0.0
    for service in network.services_of(chain):
        found.setdefault(service.route[0], km)
        for (_, end), leg in zip(pairwise(service.route), service.legs, strict=True):
            km += network.legs[leg].length_m / 1000
            found.setdefault(end, km)
    return found


def services_along(network: NetworkRecord, chain: str) -> dict[str, str]:
    """Services that run on the chain's line from first to last: "along" in its direction, "back" against it."""
    order = {place: i for i, place in enumerate(kilometres(network, chain))}
    own = {leg for service in network.services_of(chain) for leg in service.legs}
    found = {}
    for name, service in network.services.items():
        places = [order.get(place, -1) for place in service.route]
        if min(places) >= 0 and set(service.legs) <= own:
            if places == sorted(places):
                found[name] = "along"
            elif places == sorted(places, reverse=True):
                found[name] = "back"
    return found


def window_of(
    period: PeriodRecord, closures: Iterable[ClosureRecord], days: int = 30, before_d: int = 5
) -> tuple[int, int]:
    """First second and end of the days that a train graph shows: from the end of the warm-up, or from a little before a closure.

    Parameters: closures that hit what is shown, in any order: the first one within the period counts; days shown; days before
    the closure. A period that is shorter is shown whole.
    """
    begun = [int((shut.begin - period.start).total_seconds()) for shut in closures]
    inside = [second - before_d * DAY_S for second in begun if 0 <= second < period.length_s]
    latest = max(period.length_s - days * DAY_S, 0)
    start_s = min(max(min(inside, default=period.warm_up_s), 0), latest)
    return start_s, min(start_s + days * DAY_S, period.length_s)


def stretches(
    network: NetworkRecord, shut: ClosureRecord, km: Mapping[str, float]
) -> list[tuple[float, float]]:
    """Where a disruption hits a line: stretches from km to km in order, those that touch as one; a place is one of no length.

    Parameters: km by facility of `kilometres`: what is not on it is left out.
    """
    ends = [(km[place], km[place]) for place in shut.facilities if place in km]
    lines = [network.legs[leg].between for leg in shut.legs]
    ends += [(km[a], km[b]) for a, b in lines if a in km and b in km]
    merged: list[tuple[float, float]] = []
    for low, high in sorted((min(pair), max(pair)) for pair in ends):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


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
