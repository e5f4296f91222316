"""What each disruption did: how often it struck, what freight it met, and how long it held it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.stats.intervals import mean_interval

if TYPE_CHECKING:
    import pandas as pd

DISRUPTION_MEASURES: Mapping[str, str] = {
    "struck": "events",
    "trips": "trips",
    "bound": "TEU",
    "bound.share": "%",
    "held": "TEU-days",
}
"""Every measure of a disruption with its unit: events that hold in the measured time, trips met by all events, measured
freight met (each consignment once), its share of all measured freight, and time at what was closed.
"""
_KEY = ["scenario", "disruption", "measure", "unit"]
DISRUPTION_VALUES = ["scenario", "replication", "disruption", "measure", "unit", "value"]
DISRUPTION_SUMMARY = [*_KEY, "estimate", "low", "high", "replications"]


def disruption_values(
    disruptions: pd.DataFrame, consignments: pd.DataFrame, runs: Sequence[tuple[str, int]]
) -> pd.DataFrame:
    """Measures of each disruption in each replication.

    Parameters: disruptions and consignments as in `results.columns`, of the same replications; `runs` names these, (scenario,
    replication): one in which nothing is released has no rows. Returns scenario, replication, disruption, measure, unit,
    value; there are rows for every disruption that the table declares, 0 where it did not strike. Freight that several
    disruptions meet counts under each: rows do not add up. The share is not a number where nothing is measured.
    """
    import pandas as pd

    declared = getattr(disruptions["disruption"], "cat", None)
    found = declared.categories if declared is not None else sorted(disruptions["disruption"].unique())
    names = [str(name) for name in found if name]
    rows = []
    for scenario, replication in runs:
        of_run, of_replication = (
            table[(table["scenario"] == scenario) & (table["replication"] == replication)]
            for table in (consignments, disruptions)
        )
        cohort_teu = int(of_run.loc[of_run["measured"].to_numpy(bool), "size_teu"].sum())
        for name in names:
            mine = of_replication[of_replication["disruption"] == name]
            bound = float(mine["bound_teu"].sum())
            figures = {
                "struck": float(mine.loc[mine["measured"].to_numpy(bool), "event"].nunique()),
                "trips": float(mine["trips"].sum()),
                "bound": bound,
                "bound.share": 100 * bound / cohort_teu if cohort_teu else float("nan"),
                "held": float(mine["held_teu_d"].sum()),
            }
            rows += [
                (scenario, replication, name, measure, unit, figures[measure])
                for measure, unit in DISRUPTION_MEASURES.items()
            ]
    return pd.DataFrame(rows, columns=DISRUPTION_VALUES)


def summarise_disruptions(values: pd.DataFrame) -> pd.DataFrame:
    """Means over replications with 95 % intervals, of every disruption, those that never struck included.

    Parameters: values as `disruption_values` returns them, of all replications. Returns scenario, disruption, measure, unit,
    estimate, low, high (not a number with fewer than two values), replications (those with a value).
    """
    import pandas as pd

    rows = [
        (*key, *mean_interval(group["value"]))
        for key, group in values.groupby(_KEY, sort=False, observed=True)
    ]
    return pd.DataFrame(rows, columns=DISRUPTION_SUMMARY)
