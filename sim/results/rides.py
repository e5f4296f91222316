"""What consignments and trips did, as arrays: the log's columns, rides of consignments, time along trips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.contract import ROW, Cause, EventKind, EventLog

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]


class Columns:
    """The log's columns as contiguous arrays (n,), and rows picked by kind."""

    def __init__(self, log: EventLog) -> None:
        copies = {name: np.ascontiguousarray(log.rows[name]) for name in ROW.names or ()}
        self.time_s: Ints = copies["time_s"]
        self.kind: Ints = copies["kind"]
        self.consignment: Ints = copies["consignment"]
        self.trip: Ints = copies["trip"]
        self.place_kind: Ints = copies["place_kind"]
        self.place: Ints = copies["place"]
        self.cause: Ints = copies["cause"]
        self.span_s: Ints = copies["span_s"]
        self.policy: Ints = copies["policy"]

    def __len__(self) -> int:
        return len(self.time_s)

    def rows(self, *kinds: EventKind, of_trips: bool | None = None) -> Ints:
        """Numbers of the rows of these kinds; only those of trips (no consignment), or only of consignments."""
        wanted = np.zeros(len(EventKind), dtype=bool)
        wanted[list(kinds)] = True
        found = wanted[self.kind]
        if of_trips is not None:
            found &= (self.consignment < 0) == of_trips
        return np.flatnonzero(found)

    def by_consignment(self, rows: Ints) -> Ints:
        """The same rows, consignment by consignment, each in the log's order."""
        return rows[np.argsort(self.consignment[rows], kind="stable")]

    def by_trip(self, rows: Ints) -> Ints:
        """The same rows, trip by trip, each in the log's order."""
        return rows[np.argsort(self.trip[rows], kind="stable")]


class AlongTrips:
    """A running sum along every trip, to be read between any two rows of the log.

    `rows` (m,) are the rows that count and `amounts` (m, ...) what each adds.
    """

    def __init__(self, log: Columns, rows: Ints, amounts: Ints) -> None:
        order = np.argsort(log.trip[rows], kind="stable")
        self._stride = len(log) + 1
        self._key = log.trip[rows[order]] * self._stride + rows[order]
        self._sum = np.zeros((len(rows) + 1, *amounts.shape[1:]), dtype=np.int64)
        np.cumsum(amounts[order], axis=0, out=self._sum[1:])

    def between(self, trip: Ints, from_row: Ints | int, until_row: Ints | int) -> Ints:
        """Sum over the rows of `trip` (k,) in [from_row, until_row)."""
        first = np.searchsorted(self._key, trip * self._stride + from_row)
        last = np.searchsorted(self._key, trip * self._stride + until_row)
        found: Ints = self._sum[last] - self._sum[first]
        return found


def time_along_trips(log: Columns) -> AlongTrips:
    """Seconds by cause along every trip."""
    rows = log.rows(EventKind.WAITED, EventKind.FINISHED, EventKind.ARRIVED, of_trips=True)
    seconds = np.zeros((len(rows), len(Cause)), dtype=np.int64)
    seconds[np.arange(len(rows)), log.cause[rows]] = log.span_s[rows]
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
