"""Freight by week of release, counted from a shock's start: how much of it each corridor takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.stats.measured import ALL
from sim.stats.shares import REFUSED
from sim.stats.struck import ShockWindow
from sim.units import WEEK_S

if TYPE_CHECKING:
    import pandas as pd

WEEKS = ["run", "corridor", "direction", "week", "teu"]


def weekly_table(without: pd.DataFrame, shocked: pd.DataFrame, window: ShockWindow) -> pd.DataFrame:
    """TEU released by week, with a shock and without it.

    Parameters: consignments as in `results.columns`, of one replication of both runs; those measured count. Returns run ("with"
    or "without" the shock), corridor ("all", and "refused" for freight that none took), direction, week (from the
    shock's start), teu: of every whole week of the window, 0 where there is none.
    """
    import pandas as pd

    runs = {"without": _measured(without), "with": _measured(shocked)}
    corridors, directions = (
        [ALL, *sorted({str(name) for run in runs.values() for name in run[column]})]
        for column in ("corridor", "direction")
    )
    weeks = range(-((window.start_s - window.begin_s) // WEEK_S), window.weeks.stop)
    rows = []
    for name, run in runs.items():
        week = (run["release_s"].to_numpy(np.int64) - window.start_s) // WEEK_S
        corridor, direction = (run[column].to_numpy(object) for column in ("corridor", "direction"))
        teu = run["size_teu"].to_numpy(np.int64)
        for one in corridors:
            of_corridor = corridor != REFUSED if one == ALL else corridor == one
            for way in directions:
                mine = of_corridor if way == ALL else of_corridor & (direction == way)
                rows += [(name, one, way, k, int(teu[mine & (week == k)].sum())) for k in weeks]
    return pd.DataFrame(rows, columns=WEEKS)


def _measured(consignments: pd.DataFrame) -> pd.DataFrame:
    """Measured consignments, refused ones with that as their corridor."""
    table = consignments[consignments["measured"].to_numpy(bool)]
    corridor = table["corridor"].astype(object).where(table["status"] != "refused", REFUSED)
    return table.assign(corridor=corridor)


def mean_weeks(table: pd.DataFrame) -> pd.DataFrame:
    """Means over replications of `weekly_table` of all of them.

    Returns run, corridor, direction, week, teu (0 in a replication in which the corridor carries nothing), replications.
    """
    n = table["replication"].nunique()
    teu = table.groupby(["run", "corridor", "direction", "week"], sort=False)["teu"].sum() / n
    return teu.reset_index().assign(replications=n)
