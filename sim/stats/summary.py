"""Figures over replications: means with intervals, quantiles of all replications together where each has too little, or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.results import KPIS, column_names
from sim.stats.cells import BREAKDOWNS, Freight, Transits
from sim.stats.completing import AMONG, GROUP, completed
from sim.stats.intervals import (
    LEAST_REPLICATIONS,
    Floats,
    Interval,
    interval_of,
    pooled_quantile,
)
from sim.stats.measured import ALL, Figure, Measure, Measures, Nature, Of
from sim.stats.measures import MEASURES

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Ledger

SUMMARY = column_names(KPIS)
BEYOND = 20
"""A quantile needs so many consignments beyond it: a P90 200 of them."""
LEAST_CONSIGNMENTS = 10
"""A mean or share by replication needs so many consignments in each, on average over those with freight."""
LEAST_IN_ALL = 20
"""An amount needs so many consignments in all replications together for an interval."""
_MEASURE = 1 + GROUP.index("measure")
"""Where a key of scenario and GROUP has its measure."""
Cell = tuple[str, ...]
"""A name, or "all", for each of BREAKDOWNS."""


class Pool(NamedTuple):
    """A cell's carried freight, one array for each replication that has any: days (age when under way), TEU, under way or not."""

    days: list[Floats]
    teu: list[Floats]
    late: list[NDArray[np.bool_]]


def fewest_for(share: float) -> int:
    """Consignments that a quantile needs: BEYOND of them on its shorter side."""
    return ceil(BEYOND / min(share, 1 - share) - 1e-9)


def summarise(values: pd.DataFrame, ledger: Ledger | None = None) -> pd.DataFrame:
    """Measures over replications with their 95 % intervals, where there is enough for one.

    Parameters: values as `replication_measures` returns them, of all replications, completed where a cell is empty; ledger
    of the same replications (of one scenario): without it a quantile of few consignments has no figure. Returns
    scenario, the columns of GROUP, estimate (mean over replications), low, high (not a
    number where there is no interval; of a lower bound there is no upper end), replications (those with a value),
    with_freight (those whose cell has freight), lower_bound (freight under way entered with its age), consignments (of all
    replications), small (too little freight for a figure by replication: for no verdict, for no picture), pooled
    (a quantile of all replications together).
    """
    import pandas as pd

    rows: list[tuple[object, ...]] = []
    for _, of_scenario in values.groupby("scenario", sort=False, observed=True):
        groups = [*_groups(of_scenario)]
        wholes = {
            group.among: group.counts
            for group in groups
            if group.measure.nature is Nature.PORTION and group.of["corridor"] == group.of["chain"] == ALL
        }
        runs = sorted(int(r) for r in of_scenario["replication"].unique())
        few = {group.cell for group in groups if group.measure.quantiles and not group.enough}
        pools = _pools(ledger, runs, few) if ledger is not None and few else {}
        rows += [
            (*group.key, *_figure(group, pools.get(group.cell), wholes.get(group.among))) for group in groups
        ]
    return pd.DataFrame(rows, columns=SUMMARY)


def means(values: pd.DataFrame, measures: Measures) -> pd.DataFrame:
    """Means over replications with 95 % intervals of measures that are not of cells of freight.

    Parameters: values with scenario, replication, the columns of GROUP, value, lower_bound; the measures that they are of.
    Returns scenario, the columns of GROUP, estimate, low, high, replications, lower_bound.
    """
    import pandas as pd

    rows: list[tuple[object, ...]] = []
    for _, of_scenario in values.assign(consignments=0).groupby("scenario", sort=False, observed=True):
        whole = completed(of_scenario, measures=measures)
        for key, group in whole.groupby(["scenario", *GROUP], sort=False, observed=True):
            found = interval_of(measures[str(key[_MEASURE])].nature, group["value"], np.nan)
            rows.append((*key, *_one_sided(found, bool(group["lower_bound"].any()))))
    return pd.DataFrame(
        rows, columns=["scenario", *GROUP, "estimate", "low", "high", "replications", "lower_bound"]
    )


class _Group(NamedTuple):
    """All replications of a measure of a cell: values and consignments (n,), whether any is a lower bound."""

    key: tuple[Any, ...]
    measure: Measure
    values: Floats
    counts: Floats
    lower_bound: bool

    @property
    def cell(self) -> Cell:
        """Of what freight it is."""
        return tuple(map(str, self.key[1 : 1 + len(BREAKDOWNS)]))

    @property
    def of(self) -> dict[str, str]:
        """The same by column."""
        return dict(zip(BREAKDOWNS, self.cell, strict=True))

    @property
    def among(self) -> Cell:
        """Of what freight it is a part."""
        return tuple(self.of[name] for name in AMONG)

    @property
    def fewest(self) -> int:
        """Consignments that its quantiles need."""
        return max(fewest_for(share) for share in self.measure.quantiles)

    @property
    def enough(self) -> bool:
        """Whether every replication that has freight has enough of it for a quantile."""
        there = self.counts[self.counts > 0]
        return bool(len(there)) and float(there.min()) >= self.fewest


def _groups(of_scenario: pd.DataFrame) -> Iterator[_Group]:
    """Yield every measure of every cell, in the order of their first rows."""
    whole, keys = completed(of_scenario), ["scenario", *GROUP]
    numbers = whole.groupby(keys, sort=False, observed=True).ngroup().to_numpy()
    # Sorted once and cut: a frame for each of some hundred groups takes far longer.
    order = np.argsort(numbers, kind="stable")
    starts = np.flatnonzero(np.diff(numbers[order], prepend=-1))
    values, counts, bound = (
        whole[name].to_numpy()[order] for name in ("value", "consignments", "lower_bound")
    )
    for key, start, end in zip(
        whole[keys].iloc[order[starts]].itertuples(index=False, name=None),
        starts,
        [*starts[1:], len(order)],
        strict=True,
    ):
        yield _Group(
            tuple(map(str, key)),
            MEASURES[str(key[_MEASURE])],
            values[start:end].astype(float),
            counts[start:end].astype(float),
            bool(bound[start:end].any()),
        )


def _figure(group: _Group, pool: Pool | None, whole: Floats | None) -> tuple[object, ...]:
    """Estimate, low, high, replications, with_freight, lower_bound, consignments, small, pooled."""
    with_freight, behind = int((group.counts > 0).sum()), int(group.counts.sum())
    bound, pooled = group.lower_bound, False
    if group.measure.quantiles and not group.enough:
        small = behind > 0
        found, bound, pooled = _pooled(group, pool)
    else:
        counts = group.counts if whole is None or group.measure.nature is not Nature.PORTION else whole
        small = _is_small(group, counts, with_freight)
        found = interval_of(group.measure.nature, group.values, float(counts.sum()))
        if small or (not found.estimate and group.measure.nature is Nature.AMOUNT):
            found = found._replace(low=np.nan, high=np.nan)
    return (*_one_sided(found, bound)[:4], with_freight, bound, behind, small, pooled)


def _is_small(group: _Group, counts: Floats, with_freight: int) -> bool:
    """Whether the cell has too little freight for an interval of its values by replication."""
    if group.measure.nature is Nature.AMOUNT:
        return bool(0 < counts.sum() < LEAST_IN_ALL)
    there = counts[counts > 0]
    if not len(there):
        return False
    rare = group.measure.nature is not Nature.PORTION and with_freight < min(LEAST_REPLICATIONS, len(counts))
    # A departure says more of a load factor than a consignment of a mean: a train is many of them.
    return rare or (group.measure.of is not Of.DEPARTURES and float(there.mean()) < LEAST_CONSIGNMENTS)


def _one_sided(found: Interval, bound: bool) -> tuple[float, float, float, int, bool]:
    """A lower bound has no upper end: its interval says nothing of how far the truth is above it."""
    return found.estimate, found.low, np.nan if bound else found.high, found.replications, bound


def _pooled(group: _Group, pool: Pool | None) -> tuple[Interval, bool, bool]:
    """The quantile of all replications together, whether it is a lower bound, and whether there is one."""
    n = int((group.counts > 0).sum())
    nothing = Interval(np.nan, np.nan, np.nan, n)
    if pool is None or sum(len(one) for one in pool.days) < group.fewest:
        return nothing, False, False
    together = Transits.of(np.concatenate(pool.days), np.concatenate(pool.late), np.concatenate(pool.teu))
    figure: Figure = group.measure.made(together)
    if len(group.measure.quantiles) > 1:
        # Of a ratio of two pooled quantiles there is no interval that covers often enough (decision 13).
        return nothing._replace(estimate=figure.value), figure.lower_bound, True
    return pooled_quantile(pool.days, pool.teu, group.measure.quantiles[0]), figure.lower_bound, True


def _pools(ledger: Ledger, replications: Iterable[int], cells: set[Cell]) -> dict[Cell, Pool]:
    """The freight of these cells, a replication opened at a time."""
    pools = {cell: Pool([], [], []) for cell in cells}
    names: dict[str, int] = {}
    for replication in replications:
        freight = Freight(ledger.open(replication), names)
        for cell, pool in pools.items():
            chosen = np.flatnonzero(freight.inside(dict(zip(BREAKDOWNS, cell, strict=True))))
            if len(chosen):
                pool.days.append(freight.days[chosen])
                pool.teu.append(freight.teu[chosen].astype(float))
                pool.late.append(freight.late[chosen])
    return pools
