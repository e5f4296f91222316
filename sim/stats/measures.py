"""What one replication says: transit times, punctuality, volumes, money and carbon, by corridor and direction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.errors import LandbridgeError
from sim.stats.weighted import DAY_S, weighted_mean, weighted_quantiles

if TYPE_CHECKING:
    import pandas as pd

ALL = "all"
QUANTILES: Mapping[str, float] = {"p10": 0.10, "p50": 0.50, "p90": 0.90, "p95": 0.95}
MEASURES: Mapping[str, str] = {
    "transit_time.mean": "d",
    **{f"transit_time.{name}": "d" for name in QUANTILES},
    "buffer.index": "%",
    "on_time.share": "%",
    "deadline.share": "%",
    "delivered": "TEU",
    "refused": "TEU",
    "under_way": "TEU",
    "rerouted": "TEU",
    "corridor.share": "%",
    "cost.per_feu": "USD/FEU",
    "time_cost.per_feu": "USD/FEU",
    "emissions.per_feu": "kg CO2e/FEU",
    "load.factor": "%",
}
"""Every measure with its unit."""
BREAKDOWNS = ("corridor", "direction", "chain", "cargo")
VALUES = [
    "scenario",
    "replication",
    "corridor",
    "direction",
    "chain",
    "cargo",
    "measure",
    "unit",
    "value",
    "lower_bound",
]

Ints = NDArray[np.intp]
Truths = NDArray[np.bool_]


class Figure(NamedTuple):
    """A value, and whether it is only a lower bound because freight under way entered with its age."""

    value: float
    lower_bound: bool = False


def replication_measures(
    consignments: pd.DataFrame, trips: pd.DataFrame | None = None, by: str | None = None
) -> pd.DataFrame:
    """Measures of each replication over its measured cohort, weighted by TEU.

    Parameters: consignments and trips as in `results.columns`; without trips there is no load factor. `by` "chain" or
    "cargo" adds a breakdown; "corridor" and "direction" are always there. Returns scenario, replication, corridor,
    direction, chain, cargo ("all" where pooled), measure, unit, value (not a number where there is no freight),
    lower_bound. Freight that was rerouted counts under its last chain and corridor; refused freight has none and counts under
    corridor "all" only.
    Raises LandbridgeError for an unknown `by`.
    """
    import pandas as pd

    if by is not None and by not in BREAKDOWNS:
        raise LandbridgeError(
            f'expected a breakdown by {", ".join(BREAKDOWNS)}, got "{by}". Name one of these.'
        )
    rows = []
    for (scenario, replication), of_run in consignments.groupby(
        ["scenario", "replication"], sort=False, observed=True
    ):
        cohort = _Cohort(of_run[of_run["measured"].to_numpy()])
        for group, chosen in _groups(cohort, by):
            figures = cohort.figures(chosen, cohort.rivals(group), pooled=group[0] == ALL)
            rows += [(scenario, replication, *group, name, *figure) for name, figure in figures.items()]
        if trips is not None:
            mine = trips[(trips["scenario"] == scenario) & (trips["replication"] == replication)]
            rows += [
                (scenario, replication, corridor, direction, ALL, ALL, "load.factor", fill, False)
                for corridor, direction, fill in _load_factors(mine, cohort)
            ]
    table = pd.DataFrame(rows, columns=[name for name in VALUES if name != "unit"])
    table.insert(VALUES.index("unit"), "unit", table["measure"].map(MEASURES))
    return table


class _Cohort:
    """The measured consignments of one replication, as arrays."""

    def __init__(self, table: pd.DataFrame) -> None:
        self._of: dict[tuple[str, str], Truths] = {}
        self.corridor, self.direction, self.chain, self.cargo = (
            _categorical(table[name]) for name in BREAKDOWNS
        )
        self.corridors = _names(table["corridor"])
        self.directions = _names(table["direction"])
        self.teu = table["size_teu"].to_numpy(np.int64)
        self.transit_s = table["transit_s"].to_numpy(np.int64)
        self.promise_s = table["promise_s"].to_numpy(np.int64)
        self.rerouted = table["reroutes"].to_numpy(np.int64) > 0
        self.on_time = table["on_time"].to_numpy(bool)
        self.deadline_s = table["deadline_s"].to_numpy(np.int64)
        self.in_time = table["in_time"].to_numpy(bool)
        status = _categorical(table["status"])
        self.refused = _is(status, "refused")
        self.under_way = _is(status, "under way")
        self.per_feu = {
            "cost.per_feu": table["cost_usd_per_feu"].to_numpy(float),
            "time_cost.per_feu": table["time_cost_usd_per_feu"].to_numpy(float),
            "emissions.per_feu": table["emissions_kg_per_feu"].to_numpy(float),
        }

    def __len__(self) -> int:
        return len(self.teu)

    def rivals(self, group: tuple[str, str, str, str]) -> Truths:
        """Freight of the same direction and cargo, by whatever corridor: what a group has its share of."""
        _, direction, _, cargo = group
        return ~self.refused & self.of("direction", direction) & self.of("cargo", cargo)

    def of(self, column: str, name: str) -> Truths:
        """Consignments (n,) whose corridor, direction, chain or cargo has this name; all of them for "all"."""
        if (column, name) not in self._of:
            self._of[column, name] = _is(getattr(self, column), name)
        return self._of[column, name]

    def figures(self, chosen: Truths, rivals: Truths, pooled: bool) -> dict[str, Figure]:
        """Measures of the chosen consignments (n,); `pooled`: over all corridors, so with those refused."""
        # Numbers, not truths, from here on: most groups are a small part of all.
        carried = np.flatnonzero(chosen & ~self.refused)
        late = carried[self.under_way[carried]]
        teu = self.teu[carried]
        figures = self._transit_times(carried, late)
        # A chain that nobody quotes promises nothing: its freight is neither on time nor late.
        promised = carried[self.promise_s[carried] >= 0]
        figures["on_time.share"] = self._punctual(promised, self.on_time, self.promise_s)
        figures["deadline.share"] = self._punctual(carried, self.in_time, self.deadline_s)
        figures["delivered"] = Figure(float(teu.sum() - self.teu[late].sum()))
        if pooled:
            figures["refused"] = Figure(float(self.teu[chosen & self.refused].sum()))
        figures["under_way"] = Figure(float(self.teu[late].sum()))
        figures["rerouted"] = Figure(float(teu[self.rerouted[carried]].sum()))
        among = self.teu[rivals].sum()
        figures["corridor.share"] = Figure(100 * float(teu.sum() / among) if among else float("nan"))
        for name, amounts in self.per_feu.items():
            bound = name == "time_cost.per_feu" and len(late) > 0
            figures[name] = Figure(weighted_mean(amounts[carried], teu), bound)
        return figures

    def _punctual(self, counted: Ints, met: Truths, limit_s: NDArray[np.int64]) -> Figure:
        """Share that arrived within its limit; a lower bound when freight under way still may."""
        undecided = self.under_way[counted] & (self.transit_s[counted] <= limit_s[counted])
        return Figure(
            100 * weighted_mean(met[counted].astype(float), self.teu[counted]), bool(undecided.any())
        )

    def _transit_times(self, carried: Ints, late: Ints) -> dict[str, Figure]:
        days = self.transit_s[carried] / DAY_S
        teu = self.teu[carried]
        figures = {"transit_time.mean": Figure(weighted_mean(days, teu), len(late) > 0)}
        youngest = self.transit_s[late].min() / DAY_S if len(late) else np.inf
        for name, value in zip(
            QUANTILES, weighted_quantiles(days, teu, list(QUANTILES.values())), strict=True
        ):
            # Freight that is older than the quantile already can only arrive above it: the quantile is exact.
            figures[f"transit_time.{name}"] = Figure(value, bool(youngest <= value))
        median, p95 = figures["transit_time.p50"], figures["transit_time.p95"]
        spread = 100 * (p95.value - median.value) / median.value if median.value else float("nan")
        figures["buffer.index"] = Figure(spread, p95.lower_bound)
        return figures


def _names(column: pd.Series[str]) -> list[str]:
    """Names that a column may hold: declared ones, too, where it declares them."""
    declared = getattr(column, "cat", None)
    names = declared.categories if declared is not None else sorted(column.unique())
    return [str(name) for name in names if name]


def _categorical(column: pd.Series[str]) -> pd.Categorical[str]:
    import pandas as pd

    return pd.Categorical(column)


def _is(column: pd.Categorical[str], name: str) -> Truths:
    """Where a column has a name (n,); everywhere for "all". Numbers of names compare far sooner than names."""
    if name == ALL:
        return np.ones(len(column), dtype=bool)
    names = list(column.categories)
    found: Truths = column.codes == (names.index(name) if name in names else len(names))
    return found


def _groups(cohort: _Cohort, by: str | None) -> Iterator[tuple[tuple[str, str, str, str], Truths]]:
    """Yield corridor, direction, chain and cargo of each group with its consignments; pooled ones even when empty."""
    pooled = list(product([ALL, *cohort.corridors], [ALL, *cohort.directions]))
    for corridor, direction in pooled:
        chosen = cohort.of("corridor", corridor) & cohort.of("direction", direction)
        yield (corridor, direction, ALL, ALL), chosen
        if by == "cargo":
            for cargo in sorted(set(cohort.cargo[chosen])):
                yield (corridor, direction, ALL, cargo), chosen & cohort.of("cargo", cargo)
    if by == "chain":
        for chain in sorted({name for name in cohort.chain if name}):
            chosen = cohort.of("chain", chain)
            directions = set(cohort.direction[chosen])
            direction = directions.pop() if len(directions) == 1 else ALL
            yield (str(cohort.corridor[chosen][0]), direction, chain, ALL), chosen


def _load_factors(trips: pd.DataFrame, cohort: _Cohort) -> Iterator[tuple[str, str, float]]:
    """Yield corridor, direction and mean fill (%) over departures of services that are that corridor's alone.

    There is none over all corridors: a train and a ship do not count alike.
    """
    counted = trips[trips["measured"].to_numpy() & trips["fill"].notna().to_numpy()]
    corridors, directions = _categorical(counted["corridor"]), _categorical(counted["direction"])
    fill = counted["fill"].to_numpy(float)
    bound = {direction: _is(directions, direction) for direction in [ALL, *cohort.directions]}
    for corridor in cohort.corridors:
        mine = _is(corridors, corridor)
        for direction, there in bound.items():
            chosen = mine & there
            yield corridor, direction, 100 * float(fill[chosen].mean()) if chosen.any() else float("nan")
