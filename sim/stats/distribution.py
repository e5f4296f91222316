"""How transit times are distributed: curves, boxes and sample sizes for pictures, with intervals over replications."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.stats.intervals import Interval, band_of, pooled_quantile, positive_interval
from sim.stats.measured import Nature
from sim.stats.summary import LEAST_CONSIGNMENTS, fewest_for
from sim.stats.weighted import Floats, weighted_quantiles
from sim.units import DAY_S

if TYPE_CHECKING:
    import pandas as pd

BOX_QUANTILES = (0.05, 0.25, 0.50, 0.75, 0.95)
SMALL = 0.02
"""Causes below this share of every bar are shown together."""
SHOWN = 0.99
"""The curves' grid ends where this share of the delivered freight has arrived, so that a few strays do not squeeze it."""


def ecdf_band(consignments: pd.DataFrame, points: int = 241) -> pd.DataFrame:
    """Share of freight delivered within so many days: one curve per scenario and corridor on a common grid.

    Parameters: consignments as in `results.columns`, of one or more scenarios and replications; points on the grid.
    Returns scenario, corridor, direction, transit_days, share, low, high (% of TEU), replications. `share` is the mean
    over replications with freight, low and high its pointwise 95 % interval (NaN with fewer than five of them). Freight
    still under way counts as not delivered, so the curve of a congested corridor does not reach 100 %.
    """
    import pandas as pd

    cohort = _cohort(consignments)
    grid = _grid(cohort, points)
    curves = []
    for key, replications in _groups(cohort):
        shares = np.array([_delivered_share(one, grid) for one in replications])
        share, low, high = band_of(Nature.SHARE, shares, sum(map(len, replications)))
        values = {"transit_days": grid, "share": share, "low": low, "high": high}
        curves.append(pd.DataFrame({**key, **values, "replications": len(shares)}))
    columns = ["scenario", "corridor", "direction", "transit_days", "share", "low", "high", "replications"]
    return pd.concat(curves, ignore_index=True) if curves else pd.DataFrame(columns=columns)


def box_numbers(consignments: pd.DataFrame) -> pd.DataFrame:
    """P5, P25, P50, P75 and P95 of the transit time by scenario and corridor, TEU-weighted.

    Returns scenario, corridor, direction, quantile, days, low, high (days), lower_bound, replications, pooled: days is the
    mean over replications with freight, or where one of them has too little for the quantile that of all of them together
    (`pooled`), not a number where that is too little as well; low and high is its 95 % interval (NaN with fewer than five
    replications; a lower bound has no upper end). Freight still under way enters with its age; `lower_bound` says that a
    quantile depends on it.
    """
    import pandas as pd

    rows = []
    for key, replications in _groups(_cohort(consignments)):
        for quantile in BOX_QUANTILES:
            found, bound, pooled = _box_number(replications, quantile)
            numbers = {
                "quantile": quantile,
                "days": found.estimate,
                "low": found.low,
                "high": np.nan if bound else found.high,
            }
            rows.append(
                {**key, **numbers, "lower_bound": bound, "replications": len(replications), "pooled": pooled}
            )
    columns = [
        "scenario",
        "corridor",
        "direction",
        "quantile",
        "days",
        "low",
        "high",
        "lower_bound",
        "replications",
        "pooled",
    ]
    return pd.DataFrame(rows, columns=columns)


def sample_sizes(consignments: pd.DataFrame, replications: Mapping[str, int] | None = None) -> pd.DataFrame:
    """What stands behind a picture, over the measured cohort and all replications together.

    Parameters: consignments; replications of each scenario, since one without freight has no rows; None: those that have.
    Returns scenario, corridor ("" for refused freight), consignments, teu, under_way (% of the corridor's TEU),
    refused (% of all the scenario's TEU; the same in all its rows), replications, with_freight (those in which the corridor
    has any).
    """
    import pandas as pd

    cohort = consignments[consignments["measured"]]
    rows = []
    for scenario, of_scenario in cohort.groupby("scenario", sort=False, observed=True):
        teu = of_scenario["size_teu"].sum()
        refused = of_scenario.loc[of_scenario["status"] == "refused", "size_teu"].sum()
        for corridor, group in of_scenario.groupby("corridor", observed=True):
            late = group.loc[group["status"] == "under way", "size_teu"].sum()
            rows.append(
                {
                    "scenario": scenario,
                    "corridor": corridor,
                    "consignments": len(group),
                    "teu": group["size_teu"].sum(),
                    "under_way": 100 * late / group["size_teu"].sum(),
                    "refused": 100 * refused / teu,
                    "replications": (replications or {}).get(
                        str(scenario), of_scenario["replication"].nunique()
                    ),
                    "with_freight": group["replication"].nunique(),
                }
            )
    columns = [
        "scenario",
        "corridor",
        "consignments",
        "teu",
        "under_way",
        "refused",
        "replications",
        "with_freight",
    ]
    return pd.DataFrame(rows, columns=columns)


def merge_small_causes(table: pd.DataFrame, least: float = SMALL) -> tuple[pd.DataFrame, list[str]]:
    """Merge causes that are below the share `least` of the days of every scenario and corridor into "other".

    Parameters: table of `where_time_went`. Returns scenario, corridor, cause, days, lower_bound without the causes that
    took no time, and the causes merged (none when only one is small: a label of its own says more).
    """
    days = table[table["days"] > 0]
    bars = days.groupby(["scenario", "corridor"], observed=True)["days"].transform("sum")
    largest = (days["days"] / bars).groupby(days["cause"], sort=False).max()
    small = [str(cause) for cause in largest.index[largest < least]]
    if len(small) < 2:
        small = []
    named = days.assign(cause=days["cause"].where(~days["cause"].isin(small), "other"))
    key = ["scenario", "corridor", "cause"]
    merged = named.groupby(key, sort=False, observed=True).agg({"days": "sum", "lower_bound": "max"})
    return merged.reset_index(), small


def _cohort(consignments: pd.DataFrame) -> pd.DataFrame:
    """Measured freight that was carried."""
    return consignments[consignments["measured"] & (consignments["status"] != "refused")]


def _groups(cohort: pd.DataFrame) -> Iterator[tuple[dict[str, str], list[pd.DataFrame]]]:
    """Yield each scenario and corridor, scenarios in the order given, with its consignments by replication."""
    directions = cohort["direction"].unique()
    direction = str(directions[0]) if len(directions) == 1 else "all"
    for scenario, of_scenario in cohort.groupby("scenario", sort=False, observed=True):
        for corridor, group in of_scenario.groupby("corridor", observed=True):
            key = {"scenario": str(scenario), "corridor": str(corridor), "direction": direction}
            yield key, [one for _, one in group.groupby("replication", observed=True)]


def _grid(cohort: pd.DataFrame, points: int) -> Floats:
    """From 0 to where nearly all that arrives has arrived; when nothing has, to the greatest age."""
    delivered = cohort.loc[cohort["status"] == "delivered"]
    if delivered.empty:
        delivered = cohort
    ends = [
        group["transit_s"].quantile(SHOWN)
        for _, group in delivered.groupby(["scenario", "corridor"], observed=True)
    ]
    return np.linspace(0, np.ceil(max(ends, default=DAY_S) / DAY_S), points)


def _delivered_share(group: pd.DataFrame, grid: Floats) -> Floats:
    """Share (%) of a group that has arrived by each point of a grid of days."""
    delivered = group[group["status"] == "delivered"].sort_values("transit_s")
    teu = np.concatenate(([0.0], delivered["size_teu"].cumsum().to_numpy(float)))
    arrived = np.searchsorted(delivered["transit_s"].to_numpy(float) / DAY_S, grid, side="right")
    share: Floats = 100 * teu[arrived] / group["size_teu"].sum()
    return share


def too_small(sizes: pd.DataFrame) -> list[tuple[str, str, float]]:
    """Scenario, corridor and consignments a replication with freight of the corridors that are too small for a picture.

    Parameters: `sample_sizes`.
    """
    carried = sizes[sizes["corridor"] != ""]
    each = carried["consignments"] / carried["with_freight"]
    small = carried[each < LEAST_CONSIGNMENTS]
    return [
        (str(scenario), str(corridor), float(each[i]))
        for i, scenario, corridor in zip(small.index, small["scenario"], small["corridor"], strict=True)
    ]


def _box_number(replications: Sequence[pd.DataFrame], quantile: float) -> tuple[Interval, bool, bool]:
    """A quantile over replications with its interval, whether it is a lower bound, and whether replications are pooled."""
    fewest = fewest_for(quantile)
    if min(map(len, replications)) >= fewest:
        ages, never = (
            np.array([_quantile(one, quantile, ended=ended) for one in replications])
            for ended in (False, True)
        )
        return positive_interval(ages), bool((ages != never).any()), False
    if sum(map(len, replications)) < fewest:
        return Interval(np.nan, np.nan, np.nan, len(replications)), False, False
    weights = [one["size_teu"].to_numpy(float) for one in replications]
    pooled, arrived = (
        pooled_quantile([_days(one, ended=ended) for one in replications], weights, quantile)
        for ended in (False, True)
    )
    return pooled, pooled.estimate != arrived.estimate, True


def _days(group: pd.DataFrame, *, ended: bool) -> Floats:
    """Days of each consignment; freight under way counts with its age, or as never arriving (`ended`)."""
    days: Floats = group["transit_s"].to_numpy(float) / DAY_S
    return np.where(group["status"] == "under way", np.inf, days) if ended else days


def _quantile(group: pd.DataFrame, quantile: float, *, ended: bool) -> float:
    """A quantile of a group's days; freight under way with its age, or as never arriving (`ended`)."""
    return weighted_quantiles(_days(group, ended=ended), group["size_teu"].to_numpy(), [quantile])[0]
