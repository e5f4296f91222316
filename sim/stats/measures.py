"""What one replication says: transit times, punctuality, volumes, money and carbon, by corridor and direction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.errors import LandbridgeError
from sim.results import figure_columns as columns
from sim.results.figure_columns import names
from sim.stats.measured import MEASURES
from sim.stats.transit import transit_figures
from sim.stats.weighted import DAY_S, weighted_mean

if TYPE_CHECKING:
    import pandas as pd

ALL = "all"
BREAKDOWNS = ("corridor", "direction", "chain", "cargo", "flow")
"""Columns of consignments by which measures can be broken down."""
VALUES = names(columns.VALUES)

Truths = NDArray[np.bool_]


class Figure(NamedTuple):
    """A value, whether it is only a lower bound because freight under way entered with its age, and of how many consignments."""

    value: float
    lower_bound: bool
    consignments: int


Group = tuple[str, str, str, str, str]
"""Corridor, direction, chain, cargo and flow."""


def replication_measures(
    consignments: pd.DataFrame,
    trips: pd.DataFrame | None = None,
    by: str | None = None,
    runs: Sequence[tuple[str, int]] | None = None,
) -> pd.DataFrame:
    """Measures of each replication over its measured cohort, weighted by TEU.

    Parameters: consignments and trips as in `results.columns`; without trips there is no load factor. `by` "chain",
    "cargo" or "flow" adds a breakdown; "corridor" and "direction" are always there. runs: every scenario and replication
    there is, since one that released nothing has no rows; None: those that have. Returns scenario, replication, corridor,
    direction, chain, cargo, flow ("all" where pooled), measure, unit, value (not a number where there is no freight),
    lower_bound, consignments (how many stand behind the value: those carried; for `refused` those offered; for
    `load.factor` departures). Freight that was rerouted counts under its last chain and corridor; refused freight has none
    and counts under corridor "all" only. Cells of a breakdown without freight have no rows: see `completed`.
    Raises LandbridgeError for an unknown `by`.
    """
    import pandas as pd

    if by is not None and by not in BREAKDOWNS:
        raise LandbridgeError(
            f'expected a breakdown by {", ".join(BREAKDOWNS)}, got "{by}". Name one of these.'
        )
    rows: list[tuple[object, ...]] = []
    found = {
        (str(scenario), int(replication)): table  # type: ignore[call-overload]
        for (scenario, replication), table in consignments.groupby(
            ["scenario", "replication"], sort=False, observed=True
        )
    }
    for scenario, replication in found if runs is None else runs:
        of_run = found.get((scenario, replication), consignments.iloc[:0])
        cohort = _Cohort(of_run[of_run["measured"].to_numpy(bool)])
        for group, chosen in _groups(cohort, by):
            figures = cohort.figures(chosen, cohort.rivals(group), pooled=group[0] == ALL)
            rows += [(scenario, replication, *group, name, *figure) for name, figure in figures.items()]
        if trips is not None:
            mine = trips[(trips["scenario"] == scenario) & (trips["replication"] == replication)]
            rows += [
                (scenario, replication, corridor, direction, ALL, ALL, ALL, "load.factor", *figure)
                for corridor, direction, figure in _load_factors(mine, cohort)
            ]
    table = pd.DataFrame(rows, columns=[name for name in VALUES if name != "unit"])
    table.insert(VALUES.index("unit"), "unit", table["measure"].map(MEASURES))
    return table


class _Cohort:
    """The measured consignments of one replication, as arrays."""

    def __init__(self, table: pd.DataFrame) -> None:
        self._of: dict[tuple[str, str], Truths] = {}
        self._columns = {name: _categorical(table[name]) for name in BREAKDOWNS}
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

    def rivals(self, group: Group) -> Truths:
        """Freight of the same direction, cargo and flow, by whatever corridor: what a group has its share of."""
        _, direction, _, cargo, flow = group
        same = self.of("direction", direction) & self.of("cargo", cargo) & self.of("flow", flow)
        return ~self.refused & same

    def names(self, column: str, chosen: Truths) -> list[str]:
        """What the chosen consignments (n,) have in a column, sorted; the empty name of refused freight is none."""
        there = self._columns[column]
        return sorted(
            str(there.categories[code]) for code in set(there.codes[chosen]) if there.categories[code]
        )

    def of(self, column: str, name: str) -> Truths:
        """Consignments (n,) whose corridor, direction, chain, cargo or flow has this name; all of them for "all"."""
        if (column, name) not in self._of:
            self._of[column, name] = _is(self._columns[column], name)
        return self._of[column, name]

    def figures(self, chosen: Truths, rivals: Truths, pooled: bool) -> dict[str, Figure]:
        """Measures of the chosen consignments (n,); `pooled`: over all corridors, so with those refused."""
        # Numbers, not truths, from here on: most groups are a small part of all.
        carried = np.flatnonzero(chosen & ~self.refused)
        late = carried[self.under_way[carried]]
        teu, n = self.teu[carried], len(carried)
        days, is_late = self.transit_s[carried] / DAY_S, self.under_way[carried]
        figures = {name: Figure(*one, n) for name, one in transit_figures(days, teu, is_late).items()}
        # A chain that nobody quotes promises nothing: its freight is neither on time nor late.
        promised = carried[self.promise_s[carried] >= 0]
        figures["on_time.share"] = self._punctual(promised, self.on_time, self.promise_s)
        figures["deadline.share"] = self._punctual(carried, self.in_time, self.deadline_s)
        figures["delivered"] = Figure(float(teu.sum() - self.teu[late].sum()), False, n)
        if pooled:
            offered = int(np.count_nonzero(chosen))
            figures["refused"] = Figure(float(self.teu[chosen & self.refused].sum()), False, offered)
        figures["under_way"] = Figure(float(self.teu[late].sum()), False, n)
        # What is under way may still turn to another chain; in a corridor's own figure it would count elsewhere then.
        turned = float(teu[self.rerouted[carried]].sum())
        figures["rerouted"] = Figure(turned, len(late) > 0, n)
        among = self.teu[rivals].sum()
        figures["corridor.share"] = Figure(100 * float(teu.sum() / among) if among else np.nan, False, n)
        for name, amounts in self.per_feu.items():
            bound = name == "time_cost.per_feu" and len(late) > 0
            figures[name] = Figure(weighted_mean(amounts[carried], teu), bound, n)
        return figures

    def _punctual(
        self, counted: NDArray[np.int64] | NDArray[np.intp], met: Truths, limit_s: NDArray[np.int64]
    ) -> Figure:
        """Share that arrived within its limit; a lower bound when freight under way still may."""
        undecided = self.under_way[counted] & (self.transit_s[counted] <= limit_s[counted])
        share = 100 * weighted_mean(met[counted].astype(float), self.teu[counted])
        return Figure(share, bool(undecided.any()), len(counted))


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


def _groups(cohort: _Cohort, by: str | None) -> Iterator[tuple[Group, Truths]]:
    """Yield each group with its consignments: corridors and directions even when empty, those of a breakdown where not."""
    pooled = list(product([ALL, *cohort.corridors], [ALL, *cohort.directions]))
    for corridor, direction in pooled:
        chosen = cohort.of("corridor", corridor) & cohort.of("direction", direction)
        yield (corridor, direction, ALL, ALL, ALL), chosen
        if by == "cargo":
            for cargo in cohort.names("cargo", chosen):
                yield (corridor, direction, ALL, cargo, ALL), chosen & cohort.of("cargo", cargo)
        if by == "flow" and direction != ALL:
            for flow in cohort.names("flow", chosen):
                yield (corridor, direction, ALL, ALL, flow), chosen & cohort.of("flow", flow)
    if by == "chain":
        everything = np.ones(len(cohort), dtype=bool)
        for chain in cohort.names("chain", everything):
            there = cohort.of("chain", chain)
            for corridor, direction in product(
                cohort.names("corridor", there), cohort.names("direction", there)
            ):
                chosen = there & cohort.of("corridor", corridor) & cohort.of("direction", direction)
                yield (corridor, direction, chain, ALL, ALL), chosen


def _load_factors(trips: pd.DataFrame, cohort: _Cohort) -> Iterator[tuple[str, str, Figure]]:
    """Yield corridor, direction and mean fill (%) over departures of services that are that corridor's alone.

    There is none over all corridors: a train and a ship do not count alike. All departures of the measured time are known
    at the period's end, so none is a lower bound.
    """
    counted = trips[trips["measured"].to_numpy(bool) & trips["fill"].notna().to_numpy()]
    corridors, directions = _categorical(counted["corridor"]), _categorical(counted["direction"])
    fill = counted["fill"].to_numpy(float)
    bound = {direction: _is(directions, direction) for direction in [ALL, *cohort.directions]}
    for corridor in cohort.corridors:
        mine = _is(corridors, corridor)
        for direction, there in bound.items():
            chosen = mine & there
            mean = 100 * float(fill[chosen].mean()) if chosen.any() else float("nan")
            yield corridor, direction, Figure(mean, False, int(np.count_nonzero(chosen)))
