"""What waits where, over time: the busiest places and their queues, with intervals over replications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.stats.intervals import band_of
from sim.stats.measured import Nature
from sim.stats.traffic import YARDS
from sim.units import DAY_S

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import NetworkRecord

_BY_PLACE = ["scenario", "place_kind", "place"]
_POINTS = 200
"""More points than this on a curve are noise: a longer run has means of two days, or three."""
_COLUMNS = [*_BY_PLACE, "unit", "time_s", "waiting", "low", "high", "replications"]


def busiest_queues(
    levels: pd.DataFrame,
    places: int = 6,
    replications: Mapping[str, int] | None = None,
    chosen: NDArray[np.bool_] | None = None,
) -> pd.DataFrame:
    """Queues over time at the places where most TEU wait, busiest first; means of a day, or of a few in a long run.

    Parameters: levels as in `results.columns`, of one or more scenarios and replications; how many places at most (a
    place where nothing ever waits is left out); replications of each scenario, since one in which nothing waits has no rows;
    None: those that have; chosen (n,): rows of the places to choose among, if not all. A place ranks by its mean TEU in the
    scenario where that is largest.
    Returns scenario, place_kind, place, unit ("trains", in a yard "TEU"), time_s (start of the days), waiting (mean
    of the days, over replications), low, high (its 95 % interval; NaN with fewer than five), replications.
    """
    import pandas as pd

    moments = levels[["scenario", "replication", "time_s"]].drop_duplicates()
    found = moments.groupby("scenario", sort=False, observed=True)["replication"].nunique()
    runs = {str(name): (replications or {}).get(str(name), int(n)) for name, n in found.items()}
    rank = _mean_teu(levels if chosen is None else levels[chosen], moments, runs)
    # At least a day, also where nothing is known but the first moment.
    step_s = DAY_S * max(ceil(levels["time_s"].max() / DAY_S / _POINTS) if len(levels) else 1, 1)
    parts = []
    for kind, place in rank[rank > 0].index[:places]:
        here = levels[(levels["place_kind"] == kind) & (levels["place"] == place)]
        for scenario, every in moments.groupby("scenario", sort=False, observed=True):
            days = _means(
                here[here["scenario"] == scenario],
                every,
                "teu" if kind in YARDS else "trips",
                step_s,
                runs[str(scenario)],
            )
            named = {"scenario": scenario, "place_kind": kind, "place": place}
            parts.append(days.assign(**named, unit="TEU" if kind in YARDS else "trains"))
    return pd.concat(parts, ignore_index=True)[_COLUMNS] if parts else pd.DataFrame(columns=_COLUMNS)


def on_the_way(levels: pd.DataFrame, network: NetworkRecord, services: Sequence[str]) -> NDArray[np.bool_]:
    """Which rows (n,) are of places that some services come by: their yards, and the gates and stations on their way.

    Parameters: levels as in `results.columns`; network as `network.json` has it; services: ids in it.
    """
    runs = [network.services[name] for name in services]
    lines = {(leg, start) for run in runs for leg, start in zip(run.legs, run.route, strict=False)}
    passed = {place for run in runs for place in run.route[1:-1]}
    worked = {(place, "border") for place in passed} | {
        (run.route[-1], run.unload) for run in runs if run.unload is not None
    }
    ways = {network.direction_of(run.route) for run in runs}
    kinds = levels["place_kind"].astype(object)
    own = (kinds == "yard") & levels["place"].isin(list(services))
    set_out = (kinds == "set-out") & levels["facility"].isin(list(passed))
    on_line = _among(levels, "leg", "facility", lines)
    # A gate lets trains of one direction in; a station, and the gate of a line, tell none.
    same_way = levels["direction"].isin(["", *ways])
    at_work = ~kinds.isin(YARDS) & _among(levels, "facility", "operation", worked) & same_way
    return np.asarray(own | set_out | on_line | at_work, dtype=bool)


def _among(levels: pd.DataFrame, one: str, other: str, pairs: set[tuple[str, str]]) -> NDArray[np.bool_]:
    """Which rows have one of some pairs in two columns (n,)."""
    distinct = levels[[one, other]].drop_duplicates().astype(str)
    wanted = set(pairs) & set(distinct.itertuples(index=False, name=None))
    found = np.zeros(len(levels), dtype=bool)
    for first, second in wanted:
        found |= ((levels[one] == first) & (levels[other] == second)).to_numpy()
    return found


def _mean_teu(levels: pd.DataFrame, moments: pd.DataFrame, runs: Mapping[str, int]) -> pd.Series[float]:
    """Mean TEU waiting by kind and place in the scenario where it is largest, largest first."""
    times = moments.groupby("scenario", observed=True)["time_s"].nunique()
    rows = times * [runs[str(name)] for name in times.index]
    total = levels.groupby(_BY_PLACE, sort=False, observed=True)["teu"].sum()
    mean = total / rows.reindex(total.index.get_level_values("scenario")).to_numpy()
    largest: pd.Series[float] = mean.groupby(level=[1, 2], sort=False).max()
    return largest.sort_values(ascending=False, kind="stable")


def _means(
    here: pd.DataFrame, every: pd.DataFrame, column: str, step_s: int, replications: int
) -> pd.DataFrame:
    """Means of one place in one scenario, with intervals; no row of a replication means that nothing waited."""
    import pandas as pd

    def begin(table: pd.DataFrame) -> pd.Series[int]:
        """First second of the days that a row belongs to."""
        return table["time_s"] // step_s * step_s

    days = begin(every).unique()
    daily = here.groupby([begin(here), "replication"], observed=True)[column].mean().unstack("replication")
    daily = daily.reindex(index=sorted(days)).fillna(0.0)
    values = np.zeros((replications, len(daily)))
    values[: daily.shape[1]] = daily.to_numpy(float).T
    mean, low, high = band_of(Nature.AMOUNT, values)
    found = {"waiting": mean, "low": low, "high": high, "replications": replications}
    return pd.DataFrame({"time_s": daily.index, **found})
