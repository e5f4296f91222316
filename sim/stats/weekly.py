"""Freight by week of release, counted from a moment: the median transit time, and how much there was."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.stats.intervals import mean_interval
from sim.stats.measures import ALL
from sim.stats.shares import REFUSED
from sim.stats.weighted import DAY_S, weighted_quantiles

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]
WEEKS = ["scenario", "replication", "run", "corridor", "direction", "week", "p50", "teu", "lower_bound"]


class Week(NamedTuple):
    """One week's releases: median transit time in days (not a number when none were), TEU, and whether the median is a
    lower bound because freight was under way.
    """

    p50_d: float
    teu: int
    lower_bound: bool


def weekly(
    consignments: pd.DataFrame, begin_s: int, start_s: int, until_s: int, week_s: int
) -> dict[tuple[str, str], dict[int, Week]]:
    """Whole weeks of release within [begin_s, until_s), week 0 beginning at `start_s`.

    Parameters: consignments as in `results.columns`, of one replication; those measured count. Returns weeks by number for
    every (corridor, direction), each with "all" too; refused freight is in none of them but in (REFUSED, …), by TEU only.
    """
    table = consignments[consignments["measured"].to_numpy(bool)]
    first, last = -((start_s - begin_s) // week_s), (until_s - start_s) // week_s
    week = (table["release_s"].to_numpy(np.int64) - start_s) // week_s
    refused = (table["status"] == "refused").to_numpy()
    corridor = np.where(refused, REFUSED, table["corridor"].to_numpy(object))
    direction = table["direction"].to_numpy(object)
    transit_s, teu = table["transit_s"].to_numpy(np.int64), table["size_teu"].to_numpy(np.int64)
    under_way = (table["status"] == "under way").to_numpy()
    found: dict[tuple[str, str], dict[int, Week]] = {}
    for name in [ALL, *sorted(set(corridor))]:
        for way in [ALL, *sorted(set(direction))]:
            mine = ~refused if name == ALL else corridor == name
            mine = mine if way == ALL else mine & (direction == way)
            found[name, way] = {}
            for k in range(first, last):
                now = mine & (week == k)
                found[name, way][k] = _week(transit_s[now], teu[now], under_way[now], name == REFUSED)
    return found


def _week(transit_s: Ints, teu: Ints, under_way: NDArray[np.bool_], refused: bool) -> Week:
    if refused or not len(teu):
        return Week(float("nan"), int(teu.sum()), False)
    p50_s = weighted_quantiles(transit_s, teu, [0.5])[0]
    # Freight that is older than the median already can only arrive above it: the median is exact.
    return Week(p50_s / DAY_S, int(teu.sum()), bool((transit_s[under_way] <= p50_s).any()))


def weekly_table(
    without: pd.DataFrame, shocked: pd.DataFrame, begin_s: int, start_s: int, until_s: int, week_s: int,
    run: tuple[str, int] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """The weeks of both runs as tidy rows: scenario, replication, run ("with" or "without" the shock), corridor, direction,
    week (from the shock's start), p50 (days), teu, lower_bound. Weeks in which a group has no freight have teu 0.
    run: scenario and replication (None: those of `shocked`, which then needs a row).
    """
    import pandas as pd

    if run is None:
        run = str(shocked["scenario"].iloc[0]), int(shocked["replication"].iloc[0])
    rows = [
        (*run, side, corridor, direction, k, week.p50_d, week.teu, week.lower_bound)
        for side, table in (("without", without), ("with", shocked))
        for (corridor, direction), weeks in weekly(table, begin_s, start_s, until_s, week_s).items()
        for k, week in weeks.items()
    ]
    return pd.DataFrame(rows, columns=WEEKS)


def mean_weeks(table: pd.DataFrame) -> pd.DataFrame:
    """Means over replications of `weekly_table` of all of them, with the 95 % interval of the P50.

    Returns run, corridor, direction, week, p50, low, high (of the P50; not a number where no replication has freight), teu,
    replications.
    """
    import pandas as pd

    n = table["replication"].nunique()
    rows = []
    for key, group in table.groupby(["run", "corridor", "direction", "week"], sort=False):
        p50 = mean_interval(group["p50"])
        # A replication in which a corridor carries nothing at all has no rows of it.
        rows.append((*key, p50.estimate, p50.low, p50.high, group["teu"].sum() / n, n))
    columns = ["run", "corridor", "direction", "week", "p50", "low", "high", "teu", "replications"]
    return pd.DataFrame(rows, columns=columns)
