"""The measured consignments of one replication as arrays, and the freight of a cell of them under weights."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.results import CELL, Cohort, column_names, grouped
from sim.stats.measured import ALL, Figure
from sim.stats.weighted import Floats, Numbers, first_at, weighted_mean
from sim.units import DAY_S

Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]
Kind = TypeVar("Kind", bound=np.generic)
BREAKDOWNS = tuple(column_names(CELL))
"""By what freight can be told apart: the columns of a cell, in their order."""
NARROW = ("flow", "od", "origin", "destination")
"""Breakdowns whose cells are of one direction each."""

_NAMED = (*BREAKDOWNS, "status")
_FLOW_BITS, _CARGO_BITS = 40, 20


class Freight:
    """The measured consignments (n,) of one replication, by rising transit time.

    `names` numbers names, the same on both sides of a comparison.
    """

    def __init__(self, cohort: Cohort, names: dict[str, int] | None = None) -> None:
        self._cohort, self._order = cohort, grouped(cohort["transit_s"])
        self._names = {} if names is None else names
        self._codes = {column: self._numbered(column) for column in _NAMED}
        self._of: dict[tuple[str, str], Truths] = {}
        self.flow, self.corridor = self._codes["flow"], self._codes["corridor"]
        self.release_s: Ints = self._column("release_s")
        self.teu: Ints = self._column("size_teu")
        self.transit_s: Ints = self._column("transit_s")
        self.days: Floats = self.transit_s / DAY_S
        self.promise_s: Ints = self._column("promise_s")
        self.deadline_s: Ints = self._column("deadline_s")
        self.carried = ~self.of("status", "refused")
        self.late = self.of("status", "under way")
        self.rerouted: Truths = self._column("reroutes") > 0
        self.cost_usd_per_feu: Floats = self._column("cost_usd_per_feu")
        self.time_cost_usd_per_feu: Floats = self._column("time_cost_usd_per_feu")
        self.emissions_kg_per_feu: Floats = self._column("emissions_kg_per_feu")

    def __len__(self) -> int:
        return len(self.teu)

    @cached_property
    def key(self) -> Ints:
        """What a consignment is known by: its flow and its number within the flow."""
        found: Ints = (self.flow << _FLOW_BITS) | self._column("number")
        return found

    @cached_property
    def stratum(self) -> Ints:
        """Flow, cargo and express or not: freight of one stratum is alike."""
        kind = (self._codes["cargo"] << 1) | self._column("express")
        found: Ints = (self.flow << _CARGO_BITS) | kind
        return found

    def _column(self, name: str) -> NDArray[Any]:
        """A column of the cohort in the order of this."""
        return self._cohort[name][self._order]

    def _numbered(self, column: str) -> Ints:
        """Numbers of a column's names, the same name the same number in every column."""
        names = self._cohort.names[column]
        numbers = np.array([self._names.setdefault(name, len(self._names)) for name in names], dtype=np.int64)
        found: Ints = numbers[self._column(column)]
        return found

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

    def together(self, cell: Mapping[str, str]) -> Truths:
        """Consignments of a cell, refused ones too: a name, or "all", for each of some columns."""
        found = np.ones(len(self), dtype=bool)
        for column, name in cell.items():
            if name != ALL:
                found &= self.of(column, name)
        return found

    def inside(self, cell: Mapping[str, str]) -> Truths:
        """Carried consignments of a cell."""
        return self.together(cell) & self.carried

    def cell(self, inside: Truths, weights: Floats | None = None) -> Cell:
        """The carried ones of some consignments (n,), each counting with its weight (n,) above 0, its TEU if none is given."""
        rows = np.flatnonzero(inside & self.carried)
        return Cell(self, rows, (self.teu if weights is None else weights)[rows])


def is_narrow(cell: Mapping[str, str]) -> bool:
    """Whether a cell is of a flow, an origin, a destination or both."""
    return any(cell[name] != ALL for name in NARROW)


def pools_markets(cell: Mapping[str, str]) -> bool:
    """Whether freight of any market is in a cell: a flow, a pair of origin and destination, and a chain have one."""
    return all(cell.get(name, ALL) == ALL for name in ("market", "flow", "od", "chain"))


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

    def amount(self, chosen: Truths) -> float:
        """Weight of the chosen (k,)."""
        return float((self.weights * chosen).sum())

    def quantile(self, share: float) -> Figure:
        """The least transit time in days within which a share of the freight arrives; not a number where there is none."""
        if not len(self):
            return Figure(float("nan"))
        value = float(self.days[first_at(self._reached, share)])
        # Freight that is older than the quantile already can only arrive above it: the quantile is exact.
        return Figure(value, self._youngest <= value)

    @cached_property
    def _reached(self) -> Floats:
        """Weights summed up along the rising transit times."""
        return self.weights.cumsum(dtype=float)


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
        return column if len(self) == len(column) else column[self._rows]

    def within(self, limit_s: Ints) -> Figure:
        """Share (%) that arrived within its limit (n,); where that is below 0 there is none, and the freight does not count.

        A lower bound when freight under way still may.
        """
        limit, transit_s = self.part(limit_s), self.part(self.freight.transit_s)
        limited = limit >= 0
        in_time = limited & (transit_s <= limit)
        of = self.amount(limited)
        share = 100 * self.amount(in_time & ~self.late) / of if of else float("nan")
        return Figure(share, bool((in_time & self.late).any()), int(np.count_nonzero(limited)))
