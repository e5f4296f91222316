"""On what the time of consignments went, and where trips waited longest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.results import CAUSE_COLUMNS
from sim.stats.intervals import positive_interval
from sim.units import DAY_S, HOUR_S

if TYPE_CHECKING:
    import pandas as pd

UNFINISHED = "unfinished"
"""Name of the time of segments that had not ended by the period's end."""


def where_time_went(consignments: pd.DataFrame, by: str = "corridor") -> pd.DataFrame:
    """Mean days by cause, weighted by TEU, over the measured freight that was delivered or is under way.

    Parameters: consignments as in `results.columns`, of one or more scenarios and replications; by: a text column of
    theirs. Returns scenario, `by`, cause (a name of `contract.Cause` in lower case, or "unfinished"), days (mean over
    replications with freight), low, high (95 % interval; not a number with fewer than five), replications, lower_bound (some
    freight was under way, so the cause may take longer; what is unfinished becomes time of the other causes and is none).
    The days of a scenario and group sum to its mean transit time.
    """
    import pandas as pd

    causes = {column: cause.name.lower() for cause, column in CAUSE_COLUMNS.items()}
    causes[f"{UNFINISHED}_s"] = UNFINISHED
    columns = list(causes)
    cohort = consignments[consignments["measured"] & (consignments["status"] != "refused")]
    key = ["scenario", by]
    teu_days = cohort[columns].mul(cohort["size_teu"], axis=0) / DAY_S
    sums = teu_days.assign(
        **{name: cohort[name] for name in (*key, "replication")},
        teu=cohort["size_teu"],
        late=cohort["status"] == "under way",
    )
    each = sums.groupby([*key, "replication"], sort=False, observed=True)[[*columns, "teu", "late"]].sum()
    days = each[columns].div(each["teu"], axis=0)
    rows = []
    for (scenario, name), group in days.groupby(level=[0, 1], sort=False, observed=True):
        late = bool(each.loc[group.index, "late"].any())
        rows += [
            (
                scenario,
                name,
                causes[column],
                *positive_interval(group[column]),
                late and column != f"{UNFINISHED}_s",
            )
            for column in columns
        ]
    return pd.DataFrame(rows, columns=[*key, "cause", "days", "low", "high", "replications", "lower_bound"])


def busiest(visits: pd.DataFrame, n: int = 10) -> pd.DataFrame:
    """The gates and stations at which trips waited longest in all, per scenario.

    Parameters: visits as in `results.columns`, of one or more scenarios and replications; n places a scenario.
    Returns scenario, place_kind, place, visits (measured, a replication), waited_d (trip-days waited, mean over
    replications), wait_h (mean wait of a visit over replications), low, high (its 95 % interval), replications.
    """
    import pandas as pd

    here = visits[visits["measured"] & (visits["place_kind"] != "leg")]
    key = ["scenario", "place_kind", "place"]
    waits = here.groupby([*key, "replication"], sort=False, observed=True)["wait_s"].agg(
        ["sum", "mean", "count"]
    )
    runs = visits.groupby("scenario", observed=True)["replication"].nunique().to_dict()
    rows = []
    for names, group in waits.groupby(level=[0, 1, 2], sort=False, observed=True):
        of_run = runs[names[0]]
        waited_d, count = group["sum"].sum() / of_run / DAY_S, group["count"].sum() / of_run
        rows.append((*names, count, waited_d, *positive_interval(group["mean"] / HOUR_S)))
    columns = [*key, "visits", "waited_d", "wait_h", "low", "high", "replications"]
    table = pd.DataFrame(rows, columns=columns).sort_values("waited_d", ascending=False, kind="stable")
    table = table[table["waited_d"] > 0]
    return table.groupby("scenario", sort=False).head(n).reset_index(drop=True)
