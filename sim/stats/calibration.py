"""Simulated counterparts of observed figures: transit times, times of a way or at places, queues, volumes.

Freight of every flow is looked at, also of those that only share the track: an observation says which it means by its
corridor and places.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from sim.stats.intervals import Interval, positive_interval
from sim.stats.weighted import weighted_mean, weighted_quantiles
from sim.units import DAY_S, HOUR_S, YEAR_S

if TYPE_CHECKING:
    import pandas as pd


class Spread(NamedTuple):
    """P10, P50, P90 and mean over replications, P50 and mean with their 95 % intervals, and how many values a replication had."""

    p10: float
    p50: Interval
    p90: float
    mean: Interval
    values: float

    @property
    def replications(self) -> int:
        """How many had any value."""
        return self.p50.replications


def spread_of(values: pd.DataFrame) -> Spread:
    """Spread of `value` with `weight` by `replication`; not a number where there are no values."""
    groups = [
        (one["value"].to_numpy(float), one["weight"].to_numpy(float))
        for _, one in values.groupby("replication", observed=True)
    ]
    quantiles = np.array([weighted_quantiles(*group, (0.1, 0.5, 0.9)) for group in groups]).reshape(-1, 3)
    means = [weighted_mean(*group) for group in groups]
    n = len(groups)
    p10, _, p90 = quantiles.mean(axis=0).tolist() if n else (float("nan"),) * 3
    return Spread(
        p10, positive_interval(quantiles[:, 1]), p90, positive_interval(means), len(values) / max(n, 1)
    )


def spread_of_one(middle: float, mean: float) -> Spread:
    """Figures that are computed and not drawn: a median and a mean."""
    nan = float("nan")
    return Spread(middle, Interval(middle, nan, nan, 1), middle, Interval(mean, nan, nan, 1), 1)


class Window(NamedTuple):
    """The seconds between warm-up and cool-down."""

    start_s: int
    end_s: int

    def holds(self, time_s: pd.Series[int]) -> pd.Series[bool]:
        """Which times lie in it."""
        return (time_s >= self.start_s) & (time_s < self.end_s)


def transit_days(
    consignments: pd.DataFrame,
    window: Window,
    corridor: str,
    origins: Sequence[str],
    destinations: Sequence[str],
    chains: Collection[str],
    since: Literal["release", "departure"] = "release",
) -> pd.DataFrame:
    """Transit times in days of consignments released in the window between places by chains of a corridor, weighted by TEU.

    `since` departure leaves out the wait for the first vehicle, and consignments that have not departed.
    """
    one = consignments
    mine = (
        window.holds(one["release_s"])
        & (one["corridor"] == corridor)
        & one["origin"].isin(origins)
        & one["destination"].isin(destinations)
        & one["chain"].isin(chains)
    )
    if since == "departure":
        mine &= one["departed_s"] >= 0
    part = one[mine]
    spent_s = part["transit_s"]
    if since == "departure":
        spent_s = spent_s - (part["departed_s"] - part["release_s"])
    return _values(part, spent_s / DAY_S, part["size_teu"])


def way_days(visits: pd.DataFrame, start: str, end: str) -> pd.DataFrame:
    """Days of measured trips from reaching the leg that leaves `start` to the end of the leg that reaches `end`."""
    legs = visits[visits["measured"] & (visits["place_kind"] == "leg") & (visits["ended_s"] >= 0)]
    out = legs[legs["facility"] == start].groupby(["replication", "trip"], observed=True)["arrived_s"].min()
    arrived = legs[legs["to"] == end].groupby(["replication", "trip"], observed=True)["ended_s"].max()
    spans_s = (arrived - out).dropna()
    both = spans_s[spans_s > 0].reset_index(name="span_s")
    return _values(both, both["span_s"] / DAY_S, 1.0)


def place_hours(visits: pd.DataFrame, places: Iterable[tuple[str, str | None]]) -> pd.DataFrame:
    """Hours at facilities, waiting included, summed over a trip; (facility, operation), or None for all of its work.

    What waits to enter a line waits at the facility where that begins. Of trips that are known to have been at as many of
    the places as any was.
    """
    import pandas as pd

    wanted = visits[visits["measured"] & (visits["ended_s"] >= 0) & (visits["place_kind"] != "leg")]
    parts = []
    for facility, operation in places:
        here = wanted[wanted["facility"] == facility]
        here = here if operation is None else here[here["operation"] == operation]
        hours = (here["ended_s"] - here["arrived_s"]).groupby(
            [here["replication"], here["trip"]], observed=True
        ).sum() / HOUR_S
        parts.append(hours.reset_index(name="value"))
    if len(parts) == 1:
        return _values(parts[0], parts[0]["value"], 1.0)
    return _summed(pd.concat([part.assign(place=i) for i, part in enumerate(parts)]))


def _summed(parts: pd.DataFrame) -> pd.DataFrame:
    """Sum over places, trip by trip where a trip meets several of them."""
    sums = (
        parts.groupby(["replication", "trip"], observed=True)
        .agg(value=("value", "sum"), met=("place", "nunique"))
        .reset_index()
    )
    whole = sums[sums["met"] == sums["met"].max()]
    return _values(whole, whole["value"], 1.0)


def queue_trips(visits: pd.DataFrame, gate: str, time_s: int) -> pd.DataFrame:
    """Trips waiting at a gate at a second; background trains, which wait there too, are none."""
    here = visits[(visits["place_kind"] == "gate") & (visits["place"] == gate)]
    waits = (here["arrived_s"] <= time_s) & ((here["started_s"] > time_s) | (here["started_s"] < 0))
    trips = waits.groupby(here["replication"], observed=True).sum().reset_index(name="trips")
    return _values(trips, trips["trips"], 1.0)


def volume_teu(consignments: pd.DataFrame, window: Window, corridor: str, direction: str) -> pd.DataFrame:
    """TEU a year of the consignments released in the window by a corridor in a direction."""
    one = consignments
    mine = window.holds(one["release_s"]) & (one["corridor"] == corridor) & (one["direction"] == direction)
    teu = one[mine].groupby("replication", observed=True)["size_teu"].sum().reset_index(name="teu")
    window_s = window.end_s - window.start_s
    return _values(teu, teu["teu"] * (YEAR_S / window_s), 1.0)


def _values(rows: pd.DataFrame, values: pd.Series[float], weights: pd.Series[int] | float) -> pd.DataFrame:
    """Values with weights, by replication."""
    import pandas as pd

    return pd.DataFrame({"replication": rows["replication"], "value": values, "weight": weights})
