"""What consignments and trips did, as arrays: the log's columns, rides of consignments, time along trips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.contract import Cause, EventKind, EventLog

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]


def _column(name: str) -> cached_property[Ints]:
    """A column of the log, copied when it is first asked for: few tables need all of them."""

    def copied(columns: Columns) -> Ints:
        return columns.log.column(name)

    return cached_property(copied)


class Columns:
    """The log's columns as arrays (n,), contiguous from their first use on, and rows picked by kind."""

    def __init__(self, log: EventLog) -> None:
        self.log = log

    time_s = _column("time_s")
    kind = _column("kind")
    consignment = _column("consignment")
    trip = _column("trip")
    place_kind = _column("place_kind")
    place = _column("place")
    cause = _column("cause")
    span_s = _column("span_s")
    policy = _column("policy")

    def __len__(self) -> int:
        return len(self.log)

    @cached_property
    def _by_kind(self) -> list[Ints]:
        # One byte a row: numpy sorts those by counting.
        kind = np.ascontiguousarray(self.log.rows["kind"])
        ends = np.cumsum(np.bincount(kind, minlength=len(EventKind)))
        return np.split(np.argsort(kind, kind="stable"), ends[:-1])

    def rows(self, *kinds: EventKind, of_trips: bool | None = None) -> Ints:
        """Numbers of the rows of these kinds, rising; only those of trips (no consignment), or only of consignments."""
        found: Ints = np.concatenate([self._by_kind[kind] for kind in dict.fromkeys(kinds)])
        if len(kinds) > 1:
            # The rows of each kind rise already: this sort merges them.
            found.sort(kind="stable")
        if of_trips is not None:
            found = found[(self.consignment[found] < 0) == of_trips]
        return found

    def by_consignment(self, rows: Ints) -> Ints:
        """The same rows, consignment by consignment, each in the log's order."""
        return rows[np.argsort(self.consignment[rows], kind="stable")]

    def by_trip(self, rows: Ints) -> Ints:
        """The same rows, trip by trip, each in the log's order."""
        return rows[np.argsort(self.trip[rows], kind="stable")]


class AlongTrips:
    """A running sum along every trip, to be read between any two rows of the log.

    `rows` (m,) are the rows that count and `amounts` (..., m) what each adds.
    """

    def __init__(self, log: Columns, rows: Ints, amounts: Ints) -> None:
        order = np.argsort(log.trip[rows], kind="stable")
        self._stride = len(log) + 1
        self._key = log.trip[rows[order]] * self._stride + rows[order]
        self._sum = np.zeros((*amounts.shape[:-1], len(rows) + 1), dtype=np.int64)
        np.cumsum(amounts[..., order], axis=-1, out=self._sum[..., 1:])

    def between(self, trip: Ints, from_row: Ints | int, until_row: Ints | int) -> Ints:
        """Sum (..., k) over the rows of `trip` (k,) in [from_row, until_row)."""
        first = np.searchsorted(self._key, trip * self._stride + from_row)
        last = np.searchsorted(self._key, trip * self._stride + until_row)
        found: Ints = self._sum[..., last] - self._sum[..., first]
        return found


def time_along_trips(log: Columns) -> AlongTrips:
    """Seconds by cause along every trip."""
    rows = log.rows(EventKind.WAITED, EventKind.FINISHED, EventKind.ARRIVED, of_trips=True)
    seconds = np.zeros((len(Cause), len(rows)), dtype=np.int64)
    seconds[log.cause[rows], np.arange(len(rows))] = log.span_s[rows]
    return AlongTrips(log, rows, seconds)


def load_along_trips(log: Columns, size_teu: Ints) -> AlongTrips:
    """TEU taken aboard less TEU set out along every trip, until it is unloaded."""
    rows = log.rows(EventKind.BOARDED, EventKind.ATTACHED, EventKind.SET_OUT)
    sign = np.where(log.kind[rows] == EventKind.SET_OUT, -1, 1)
    return AlongTrips(log, rows, sign * size_teu[log.consignment[rows]])


@dataclass(frozen=True)
class Rides:
    """Rides of consignments on trips, consignment by consignment: (k,) each.

    A ride goes from row `on` (boarded or attached) to row `off` (set out or unloaded; the log's end when under way).
    """

    consignment: Ints
    trip: Ints
    on: Ints
    off: Ints


def rides_of(log: Columns) -> Rides:
    """Pair every boarding with the next time that the consignment leaves its trip."""
    rows = log.by_consignment(
        log.rows(EventKind.BOARDED, EventKind.ATTACHED, EventKind.SET_OUT, EventKind.UNLOADED)
    )
    boards = np.isin(log.kind[rows], (EventKind.BOARDED, EventKind.ATTACHED))
    who = log.consignment[rows]
    following = np.append(rows[1:], len(log))[: len(rows)]
    last = np.append(who[1:] != who[:-1], True)[: len(rows)]
    off = np.where(last, len(log), following)
    return Rides(who[boards], log.trip[rows[boards]], rows[boards], off[boards])


def named(names: Sequence[str], numbers: Ints) -> pd.Categorical:
    """Names for numbers, as a column that repeats few names; -1 becomes ""."""
    import pandas as pd

    distinct = list(dict.fromkeys([*names, ""]))
    position = {name: i for i, name in enumerate(distinct)}
    code = np.array([position[name] for name in names] + [position[""]])
    codes: Ints = code[numbers]
    return pd.Categorical.from_codes(codes, pd.Index(distinct, dtype=object))
