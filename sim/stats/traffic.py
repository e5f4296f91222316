"""How much freight uses each line, and how much waits at each place: what a map shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.units import DAY_S, YEAR_S

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import ManifestRecord, NetworkRecord, PeriodRecord

YARDS = ("yard", "set-out")
"""Kinds of place where boxes wait for a vehicle, not aboard one."""


def line_traffic(
    trips: pd.DataFrame, network: NetworkRecord, days: float, replications: int | None = None
) -> pd.DataFrame:
    """TEU a year on every line, both directions together, in the mean over replications.

    Parameters: trips as in `results.columns`, of one scenario; network as `network.json` has it; days: length of the
    measured time; replications: how many there are, since one in which nothing departs has no rows; None: those that have.
    Returns one row for two ends and a mode: start, end (facilities), mode, length_m (the shortest, where
    tracks of two gauges lie side by side), teu_per_year.
    """
    import pandas as pd

    n = max(trips["replication"].nunique() if replications is None else replications, 1)
    loads = trips[trips["measured"]].groupby("service", observed=True)["load_teu"].sum()
    carried: dict[str, float] = {}
    for service, load in loads.items():
        for leg in network.services[str(service)].legs:
            carried[leg] = carried.get(leg, 0.0) + float(load)
    rows = [
        (*sorted(leg.between), leg.mode, leg.length_m, carried.get(name, 0.0))
        for name, leg in network.legs.items()
    ]
    table = pd.DataFrame(rows, columns=["start", "end", "mode", "length_m", "teu"])
    lines = table.groupby(["start", "end", "mode"], as_index=False).agg({"length_m": "min", "teu": "sum"})
    return lines.assign(teu_per_year=lines["teu"] * (YEAR_S / DAY_S) / days / n).drop(columns="teu")


def mean_waiting(
    levels: pd.DataFrame, window_s: tuple[int, int], services: Sequence[str], replications: int | None = None
) -> pd.DataFrame:
    """Mean TEU waiting at every facility in a time: aboard trains and vessels, and in yards.

    Parameters: levels as in `results.columns`, of one scenario; window_s: first and last second that count; services:
    whose yards count (a queue of trains is everybody's, and so are boxes set out for an inspection); replications: how many
    there are, since one in which nothing waits has no rows; None: those that have. What waits to enter a line counts where
    the line begins.
    Returns facility, aboard_teu, yard_teu.
    """
    import pandas as pd

    inside = levels[(levels["time_s"] >= window_s[0]) & (levels["time_s"] < window_s[1])]
    n = levels["replication"].nunique() if replications is None else replications
    moments = max(inside["time_s"].nunique() * n, 1)
    counted = inside[(inside["place_kind"] != "yard") | inside["place"].isin(list(services))]
    sums = counted.groupby(["place_kind", "facility"], observed=True)["teu"].sum() / moments
    found: dict[str, list[float]] = {}
    for kind, facility, teu in sums.reset_index().itertuples(index=False):
        found.setdefault(facility, [0.0, 0.0])[kind in YARDS] += float(teu)
    return pd.DataFrame(
        [(facility, *teu) for facility, teu in found.items()], columns=["facility", "aboard_teu", "yard_teu"]
    )


def kept_replications(manifest: ManifestRecord, table: pd.DataFrame) -> int:
    """Replications whose tables a run folder keeps; where the manifest does not say it, those that have rows in `table`."""
    return int(table["replication"].nunique()) if manifest.tables is None else manifest.tables


def measured_days(period: PeriodRecord) -> float:
    """Length of the measured time in days."""
    first, last = period.measured_s
    return (last - first) / DAY_S
