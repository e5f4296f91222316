"""What waits where, over time: the busiest places and their queues, with intervals over replications."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

DAY_S = 86_400
_BY_PLACE = ["scenario", "place_kind", "place"]
_COLUMNS = [*_BY_PLACE, "unit", "time_s", "waiting", "low", "high", "replications"]


def busiest_queues(levels: pd.DataFrame, places: int = 6) -> pd.DataFrame:
    """Daily queues at the places where most TEU wait, busiest first.

    Parameters: levels as in `results.columns`, of one or more scenarios and replications; how many places at most (a
    place where nothing ever waits is left out). A place ranks by its mean TEU in the scenario where that is largest.
    Returns scenario, place_kind, place, unit ("trains", in a yard "TEU"), time_s (start of the day), waiting (mean of
    the day, over replications), low, high (its 95 % interval; NaN with one replication), replications.
    """
    import pandas as pd

    rank = _mean_teu(levels)
    parts = []
    for kind, place in rank[rank > 0].index[:places]:
        here = levels[(levels["place_kind"] == kind) & (levels["place"] == place)]
        for scenario, every in levels.groupby("scenario", sort=False, observed=True):
            days = _daily(here[here["scenario"] == scenario], every, "teu" if kind == "yard" else "trips")
            named = {"scenario": scenario, "place_kind": kind, "place": place}
            parts.append(days.assign(**named, unit="TEU" if kind == "yard" else "trains"))
    return pd.concat(parts, ignore_index=True)[_COLUMNS] if parts else pd.DataFrame(columns=_COLUMNS)


def _mean_teu(levels: pd.DataFrame) -> pd.Series[float]:
    """Mean TEU waiting by kind and place in the scenario where it is largest, largest first."""
    rows = levels.groupby("scenario", observed=True)[["replication", "time_s"]].nunique().prod(axis=1)
    total = levels.groupby(_BY_PLACE, sort=False, observed=True)["teu"].sum()
    mean = total / rows.reindex(total.index.get_level_values("scenario")).to_numpy()
    return mean.groupby(level=[1, 2], sort=False).max().sort_values(ascending=False, kind="stable")


def _daily(here: pd.DataFrame, every: pd.DataFrame, column: str) -> pd.DataFrame:
    """Daily means of one place in one scenario, with intervals; no row of a replication means that nothing waited."""
    from scipy.special import stdtrit

    def day(table: pd.DataFrame) -> pd.Series[int]:
        return table["time_s"] // DAY_S * DAY_S

    replications, days = every["replication"].unique(), day(every).unique()
    daily = here.groupby([day(here), "replication"], observed=True)[column].mean().unstack("replication")
    daily = daily.reindex(index=sorted(days), columns=sorted(replications)).fillna(0.0)
    n = len(replications)
    mean = daily.mean(axis=1)
    half = stdtrit(n - 1, 0.975) * daily.std(axis=1) / np.sqrt(n) if n > 1 else np.nan
    found = daily.index.to_frame(index=False, name="time_s").set_index(daily.index)
    found = found.assign(waiting=mean, low=(mean - half).clip(lower=0), high=mean + half, replications=n)
    return found.reset_index(drop=True)
