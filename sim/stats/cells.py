"""The measured consignments of one replication as arrays, and the freight of a cell of them under weights."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.stats.measured import ALL, Figure
from sim.stats.weighted import Floats, Numbers, first_at, weighted_mean
from sim.units import DAY_S

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]
Kind = TypeVar("Kind", bound=np.generic)
BREAKDOWNS = ("corridor", "direction", "chain", "cargo", "flow")
"""By what freight can be told apart."""
_NAMED = (*BREAKDOWNS, "status")
_FLOW_BITS, _CARGO_BITS = 40, 20


class Freight:
    """Rows of a ledger, of one replication, as arrays (n,). `names` numbers names, the same on both sides of a comparison."""

    def __init__(self, table: pd.DataFrame, names: dict[str, int] | None = None) -> None:
        self._names = {} if names is None else names
        self._codes = {column: _numbered(table[column], self._names) for column in _NAMED}
        self._of: dict[tuple[str, str], Truths] = {}
        self.flow, self.corridor = self._codes["flow"], self._codes["corridor"]
        self.release_s = table["release_s"].to_numpy(np.int64)
        self.teu = table["size_teu"].to_numpy(np.int64)
        self.transit_s = table["transit_s"].to_numpy(np.int64)
        self.days: Floats = self.transit_s / DAY_S
        self.promise_s = table["promise_s"].to_numpy(np.int64)
        self.deadline_s = table["deadline_s"].to_numpy(np.int64)
        self.carried = ~self.of("status", "refused")
        self.late = self.of("status", "under way")
        self.rerouted = table["reroutes"].to_numpy(np.int64) > 0 if "reroutes" in table else ~self.carried
        self.cost_usd_per_feu = table["cost_usd_per_feu"].to_numpy(float)
        self.time_cost_usd_per_feu = table["time_cost_usd_per_feu"].to_numpy(float)
        self.emissions_kg_per_feu = table["emissions_kg_per_feu"].to_numpy(float)
        self._table = table

    def __len__(self) -> int:
        return len(self.teu)

    @cached_property
    def key(self) -> Ints:
        """What a consignment is known by: its flow and its number within the flow."""
        found: Ints = (self.flow << _FLOW_BITS) | self._table["number"].to_numpy(np.int64)
        return found

    @cached_property
    def stratum(self) -> Ints:
        """Flow, cargo and express or not: freight of one stratum is alike."""
        kind = (self._codes["cargo"] << 1) | self._table["express"].to_numpy(np.int64)
        found: Ints = (self.flow << _CARGO_BITS) | kind
        return found

    @cached_property
    def rising(self) -> Ints:
        """Carried consignments (c,) by rising transit time."""
        carried = np.flatnonzero(self.carried)
        return carried[np.argsort(self.transit_s[carried], kind="stable")]

    def of(self, column: str, name: str) -> Truths:
        """Consignments whose column has this name; all of them for "all"."""
        if (column, name) not in self._of:
            everywhere = np.ones(len(self._codes[column]), dtype=bool)
            found = self._codes[column] == self._names.get(name, -1)
            self._of[column, name] = everywhere if name == ALL else found
        return self._of[column, name]

    def names(self, column: str, chosen: Truths) -> list[str]:
        """What the chosen consignments (n,) have in a column, sorted; the empty name of refused freight is none."""
        there = set(self._codes[column][chosen].tolist())
        return sorted(name for name, code in self._names.items() if name and code in there)

    def inside(self, cell: Mapping[str, str]) -> Truths:
        """Carried consignments of a cell: a name, or "all", for each of some columns."""
        found = self.carried.copy()
        for column, name in cell.items():
            if name != ALL:
                found &= self.of(column, name)
        return found

    def cell(self, inside: Truths, weights: Floats | None = None) -> Cell:
        """The carried ones of some consignments (n,), each counting with its weight (n,) above 0, its TEU if none is given."""
        rows = self.rising[inside[self.rising]]
        return Cell(self, rows, (self.teu if weights is None else weights)[rows])


class Transits:
    """Transit times of freight: days (k,) rising, the age where it is under way (`late`), each with a weight above 0."""

    def __init__(self, days: Floats, late: Truths, weights: Numbers) -> None:
        self.days, self.late, self.weights = days, late, weights
        self.total: float = weights.sum()
        first = np.flatnonzero(late)[:1]
        self.some_late = len(first) > 0
        self._youngest = float(days[first[0]]) if self.some_late else float("inf")

    @classmethod
    def of(cls, days: Floats, late: Truths, weights: Numbers) -> Transits:
        """The same of freight in any order."""
        order = np.argsort(days, kind="stable")
        return cls(days[order], late[order], weights[order])

    def __len__(self) -> int:
        return len(self.days)

    def mean(self, values: Floats) -> float:
        """Weighted mean of values (k,); not a number where there is no freight."""
        return weighted_mean(values, self.weights)

    def quantile(self, share: float) -> Figure:
        """The least transit time in days within which a share of the freight arrives; not a number where there is none."""
        if not len(self):
            return Figure(float("nan"))
        value = float(self.days[first_at(self._reached, share)])
        # Freight that is older than the quantile already can only arrive above it: the quantile is exact.
        return Figure(value, self._youngest <= value)

    @cached_property
    def _reached(self) -> Numbers:
        """Weights summed up along the rising transit times."""
        return self.weights.cumsum()


class Cell(Transits):
    """Carried freight of a cell: rows (k,) of a replication's, by rising transit time, each with a weight (k,) above 0.

    `refused`: rows of refused freight that belongs to it; None where none could, as in a corridor. `among_teu`: TEU of all
    carried freight that it is a part of.
    """

    def __init__(self, freight: Freight, rows: Ints, weights: Numbers) -> None:
        super().__init__(freight.days[rows], freight.late[rows], weights)
        self.freight, self._rows = freight, rows
        self.refused: Ints | None = None
        self.among_teu = 0.0

    def part(self, column: NDArray[Kind]) -> NDArray[Kind]:
        """The cell's part (k,) of a column (n,) of its freight."""
        return column[self._rows]

    def within(self, limit_s: Ints) -> Figure:
        """Share (%) that arrived within its limit (n,); where that is below 0 there is none, and the freight does not count.

        A lower bound when freight under way still may.
        """
        limit, transit_s = self.part(limit_s), self.part(self.freight.transit_s)
        limited = limit >= 0
        in_time = limited & (transit_s <= limit)
        weights = self.weights[limited]
        share = 100 * weighted_mean((in_time & ~self.late)[limited].astype(float), weights)
        return Figure(share, bool((in_time & self.late).any()), len(weights))


class Departures:
    """Measured departures of services that are one corridor's alone, whose load can be told as a part of a capacity."""

    def __init__(self, trips: pd.DataFrame) -> None:
        counted = trips[trips["measured"].to_numpy(bool) & trips["fill"].notna().to_numpy()]
        self._codes = {column: counted[column].to_numpy(object) for column in ("corridor", "direction")}
        self.fill: Floats = counted["fill"].to_numpy(float)
        """Load over capacity (d,), 0 to 1."""

    def cell(self, corridor: str, direction: str) -> Floats:
        """Fill of the departures of a corridor in a direction, or in all."""
        chosen = self._codes["corridor"] == corridor
        if direction != ALL:
            chosen &= self._codes["direction"] == direction
        found: Floats = self.fill[chosen]
        return found


def _numbered(column: pd.Series[str], names: dict[str, int]) -> Ints:
    """Numbers of a column's names, the same name the same number in every column."""
    import pandas as pd

    there = pd.Categorical(column)
    numbers = [names.setdefault(str(name), len(names)) for name in there.categories]
    found: Ints = np.array([*numbers, -1], dtype=np.int64)[there.codes]
    return found
