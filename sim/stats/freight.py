"""The measured consignments of one replication as arrays, and figures of them under weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.stats.measures import ALL
from sim.stats.transit import transit_figures
from sim.stats.weighted import DAY_S, weighted_mean

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]
_NAMED = ("flow", "corridor", "chain", "direction", "cargo", "status")
_PER_FEU = {
    "cost.per_feu": "cost_usd_per_feu",
    "time_cost.per_feu": "time_cost_usd_per_feu",
    "emissions.per_feu": "emissions_kg_per_feu",
}
_FLOW_BITS, _CARGO_BITS = 40, 20


class Weighed(NamedTuple):
    """A figure, and whether it is only a lower bound because freight under way entered with its age."""

    value: float
    lower_bound: bool


class Freight:
    """Rows of a ledger, of one replication, as arrays (n,). `names` numbers names, the same on both sides of a comparison."""

    def __init__(self, table: pd.DataFrame, names: dict[str, int]) -> None:
        self._names = names
        self._codes = {column: _numbered(table[column], names) for column in _NAMED}
        self._of: dict[tuple[str, str], Truths] = {}
        self.flow, self.corridor = self._codes["flow"], self._codes["corridor"]
        self.release_s = table["release_s"].to_numpy(np.int64)
        self.teu = table["size_teu"].to_numpy(np.int64)
        self.transit_s = table["transit_s"].to_numpy(np.int64)
        self.days: Floats = self.transit_s / DAY_S
        self.punctual = {
            "on_time.share": (table["on_time"].to_numpy(bool), table["promise_s"].to_numpy(np.int64)),
            "deadline.share": (table["in_time"].to_numpy(bool), table["deadline_s"].to_numpy(np.int64)),
        }
        """Whether each arrived within a limit, and the limit; below 0 there is none."""
        self.carried = ~self.of("status", "refused")
        self.late = self.of("status", "under way")
        self.per_feu = {name: table[column].to_numpy(float) for name, column in _PER_FEU.items()}
        kind = (self._codes["cargo"] << 1) | table["express"].to_numpy(np.int64)
        self.key = (self.flow << _FLOW_BITS) | table["number"].to_numpy(np.int64)
        """What a consignment is known by: its flow and its number within the flow."""
        self.stratum = (self.flow << _CARGO_BITS) | kind
        """Flow, cargo and express or not: freight of one stratum is alike."""

    def __len__(self) -> int:
        return len(self.teu)

    def of(self, column: str, name: str) -> Truths:
        """Consignments whose column has this name; all of them for "all"."""
        if (column, name) not in self._of:
            everywhere = np.ones(len(self._codes[column]), dtype=bool)
            found = self._codes[column] == self._names.get(name, -1)
            self._of[column, name] = everywhere if name == ALL else found
        return self._of[column, name]

    def inside(self, cell: Mapping[str, str]) -> Truths:
        """Carried consignments of a cell: a name, or "all", for each of some columns."""
        found = self.carried.copy()
        for column, name in cell.items():
            if name != ALL:
                found &= self.of(column, name)
        return found

    def figures(self, weight: Floats) -> dict[str, Weighed]:
        """Measures of transit time, punctuality, money and carbon, each consignment counting with its weight (n,), 0 for none."""
        chosen = np.flatnonzero(weight > 0)
        weights, days, late = weight[chosen], self.days[chosen], self.late[chosen]
        found = {
            name: Weighed(_exact(figure.value), figure.lower_bound)
            for name, figure in transit_figures(days, weights, late).items()
        }
        for name, (met, limit_s) in self.punctual.items():
            limited = limit_s[chosen] >= 0
            undecided = late & limited & (self.transit_s[chosen] <= limit_s[chosen])
            share = 100 * _mean(met[chosen][limited] * 1.0, weights[limited])
            found[name] = Weighed(share, bool(undecided.any()))
        for name, amounts in self.per_feu.items():
            bound = name == "time_cost.per_feu" and bool(late.any())
            found[name] = Weighed(_mean(amounts[chosen], weights), bound)
        return found


def _mean(values: Floats, weights: Floats) -> float:
    return _exact(weighted_mean(values, weights))


def _exact(value: float) -> float:
    """A figure to the ninth decimal: weights that are fractions of one size must not make 500 USD 499.99999999999994."""
    return round(value, 9)


def _numbered(column: pd.Series[str], names: dict[str, int]) -> Ints:
    import pandas as pd

    there = pd.Categorical(column)
    numbers = [names.setdefault(str(name), len(names)) for name in there.categories]
    found: Ints = np.array([*numbers, -1], dtype=np.int64)[there.codes]
    return found
