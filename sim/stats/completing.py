"""Nothing is a value: cells that are empty in a replication have their rows, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.results import CELL, column_names
from sim.stats.measured import ALL, Measures, Nature
from sim.stats.measures import MEASURES

if TYPE_CHECKING:
    import pandas as pd

GROUP = [*column_names(CELL), "measure", "unit"]
"""Columns that say of what a value is, next to the scenario."""
AMONG = [name for name in column_names(CELL) if name not in ("corridor", "chain")]
"""What a part of all freight is a part of: the same in these, by whatever corridor and chain."""
_RUN = ["scenario", "replication"]


def completed(
    values: pd.DataFrame, groups: pd.DataFrame | None = None, measures: Measures = MEASURES
) -> pd.DataFrame:
    """Values with a row for every group in every replication of every scenario, empty cells too.

    Parameters: values as `replication_measures` returns them, of one or more scenarios; groups: the columns of GROUP, a
    row for each group that is to be there (others are left out); None: every group of `values`, whichever scenario has it;
    measures: those that the values are of. Returns the columns of values, by scenario and replication in the order given. Where a cell has
    no freight, amounts are 0; a part of all freight is 0 where there is other freight of the same in all but corridor and chain, and
    missing where there is nothing to be a part of; times, prices and shares of the freight itself are missing.
    """
    wanted = (values if groups is None else groups)[GROUP].drop_duplicates()
    every = values[_RUN].drop_duplicates().merge(wanted, how="cross")
    names = [*_RUN, *GROUP]
    plain = {name: "object" for name in names if name != "replication"}
    table = every.astype(plain).merge(values.astype(plain), how="left", on=names, indicator="_found")
    absent = (table.pop("_found") == "left_only").to_numpy()
    of_row = table["measure"].map({name: one.nature for name, one in measures.items()})
    filled = table["value"].to_numpy(float, copy=True)
    filled[absent & of_row.isin([Nature.AMOUNT, Nature.CHANGE]).to_numpy()] = 0.0
    portions = absent & (of_row == Nature.PORTION).to_numpy()
    if portions.any():
        filled[portions] = _part_of(table[portions], values)
    bound = table["lower_bound"].to_numpy(object)
    counts = table["consignments"].to_numpy(float, copy=True)
    counts[absent] = 0
    return table.assign(
        value=filled,
        lower_bound=np.where(absent, False, bound).astype(bool),
        consignments=counts.astype(np.int64),
    )[list(values.columns)]


def _part_of(empty: pd.DataFrame, values: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """0 where the replication has other freight of the same in all but corridor and chain, else not a number."""
    key = [*_RUN, *AMONG, "measure"]
    whole = values[(values["corridor"] == ALL) & (values["chain"] == ALL)]
    carried = {tuple(row) for row in whole.loc[whole["value"] > 0, key].itertuples(index=False, name=None)}
    return np.array([
        0.0 if tuple(row) in carried else np.nan for row in empty[key].itertuples(index=False, name=None)
    ])  # fmt: skip
