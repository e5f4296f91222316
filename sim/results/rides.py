"""What consignments and trips did, as arrays: the log's columns, rides of consignments, time along trips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.contract import EventKind, EventLog

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]


class Column:
    """A column of the log (n,), in its own unit. What is picked of it (`column[rows]`, `column[:]`) is a new int64 array."""

    def __init__(self, values: NDArray[np.signedinteger]) -> None:
        self._values = values

    def __getitem__(self, rows: Ints | Truths | slice) -> Ints:
        return self._values[rows].astype(np.int64)


class Columns:
    """The log's columns, and its rows picked by kind."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        for name in _COLUMNS:
            setattr(self, name, Column(log.rows[name]))

    time_s: Column
    kind: Column
    consignment: Column
    trip: Column
    place_kind: Column
    place: Column
    cause: Column
    span_s: Column
    policy: Column

    def __len__(self) -> int:
        return len(self._log)

    @cached_property
    def words(self) -> Ints:
        """The rows as machine words, for compiled code."""
        return np.ascontiguousarray(self._log.rows).view(np.int64)

    @cached_property
    def _kind(self) -> NDArray[np.int8]:
        """Kind of each row, side by side."""
        return np.ascontiguousarray(self._log.rows["kind"])

    @cached_property
    def _by_kind(self) -> list[Ints]:
        """Numbers of the rows of each kind."""
        # One byte a row: NumPy sorts those by counting.
        order = np.argsort(self._kind, kind="stable")
        return np.split(order, np.searchsorted(self._kind[order], np.arange(1, len(EventKind))))

    @cached_property
    def _of_trips(self) -> Truths:
        """Which rows are of trips."""
        found: Truths = self._log.rows["consignment"] < 0
        return found

    def rows(self, *kinds: EventKind, of_trips: bool | None = None) -> Ints:
        """Numbers of the rows of these kinds, rising; only those of trips (no consignment), or only of consignments."""
        if len(kinds) == 1:
            found = self._by_kind[kinds[0]]
        else:
            wanted = np.zeros(len(EventKind), dtype=bool)
            wanted[list(kinds)] = True
            found = np.flatnonzero(np.take(wanted, self._kind))
        if of_trips is not None:
            found = found[self._of_trips[found] == of_trips]
        return found

    def by_consignment(self, rows: Ints) -> Ints:
        """The same rows, consignment by consignment, each in the log's order."""
        return rows[grouped(self.consignment[rows])]


_COLUMNS = ("time_s", "kind", "consignment", "trip", "place_kind", "place", "cause", "span_s", "policy")


def grouped(numbers: Ints) -> Ints:
    """Order (n,) that puts equal numbers (all >= 0) side by side, rising, and keeps their order among themselves.

    As a stable `np.argsort`, by parts of 16 bits: NumPy sorts those by counting (measured on logs: 2 to 8 times as fast).
    """
    order = np.argsort((numbers & 0xFFFF).astype(np.uint16), kind="stable")
    for shift in range(16, int(numbers.max(initial=0)).bit_length(), 16):
        part = (numbers >> shift & 0xFFFF).astype(np.uint16)
        order = order[np.argsort(part[order], kind="stable")]
    return order


class AlongTrips:
    """Rows of the log that count, trip by trip: sums over parts of trips, between any two rows of the log.

    `rows` (m,) are the rows in the order in which `sums` takes what they add: trip by trip.
    """

    def __init__(self, log: Columns, rows: Ints) -> None:
        trip = log.trip[rows]
        order = grouped(trip)
        self._trip, self.rows = trip[order], rows[order]
        self._stride = len(log) + 1
        self._key = self._trip * self._stride + self.rows

    def until(self, trip: Ints, row: Ints) -> Ints:
        """How many of the rows, trip by trip, come before `row` (k,) of `trip` (k,), for `sums`."""
        key = trip * self._stride + row
        if np.all(key[1:] >= key[:-1]):
            return np.searchsorted(self._key, key)
        # Rising numbers are found four times as fast as those in no order (measured on a log).
        order = grouped(trip)
        found = np.empty(len(trip), dtype=np.int64)
        found[order] = np.searchsorted(self._key, key[order])
        return found

    def begin(self, trip: Ints) -> Ints:
        """As `until`, at the beginning of each `trip` (k,)."""
        first = np.concatenate(
            ([0], np.cumsum(np.bincount(self._trip, minlength=int(trip.max(initial=0)) + 1)))
        )
        return first[trip]

    @staticmethod
    def sums(amounts: Ints, begin: Ints, until: Ints) -> Ints:
        """Sum (k,) over parts of trips, from `begin` until `until`, of what each of the rows adds: `amounts` (m,)."""
        total = np.concatenate(([0], np.cumsum(amounts)))
        found: Ints = total[until] - total[begin]
        return found


def load_along_trips(log: Columns, size_teu: Ints, trip: Ints, until_row: Ints) -> Ints:
    """TEU aboard each `trip` (k,) until a row (k,): taken aboard less set out, until it is unloaded."""
    along = AlongTrips(log, log.rows(EventKind.BOARDED, EventKind.ATTACHED, EventKind.SET_OUT))
    sign = np.where(log.kind[along.rows] == EventKind.SET_OUT, -1, 1)
    amounts = sign * size_teu[log.consignment[along.rows]]
    return along.sums(amounts, along.begin(trip), along.until(trip, until_row))


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
    kind, who = log.kind[rows], log.consignment[rows]
    boards = (kind == EventKind.BOARDED) | (kind == EventKind.ATTACHED)
    following = np.append(rows[1:], len(log))[: len(rows)]
    last = np.append(who[1:] != who[:-1], True)[: len(rows)]
    off = np.where(last, len(log), following)
    return Rides(who[boards], log.trip[rows[boards]], rows[boards], off[boards])


def numbered(names: Sequence[str], numbers: Ints) -> tuple[tuple[str, ...], Ints]:
    """The distinct ones of some names, "" last if it is no other, and the number among them of each name; -1 becomes ""."""
    distinct = tuple(dict.fromkeys([*names, ""]))
    position = {name: i for i, name in enumerate(distinct)}
    code = np.array([position[name] for name in names] + [position[""]])
    codes: Ints = code[numbers]
    return distinct, codes


def named(names: Sequence[str], numbers: Ints) -> pd.Categorical:
    """Names for numbers, as a column that repeats few names; -1 becomes ""."""
    import pandas as pd

    distinct, codes = numbered(names, numbers)
    return pd.Categorical.from_codes(codes, pd.Index(distinct, dtype=object))
