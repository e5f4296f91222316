"""Which place hurts most when it is closed: places ranked by the delay of all freight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.stats.intervals import mean_interval
from sim.stats.shares import REFUSED
from sim.stats.significance import FAMILY, holm, paired_difference

if TYPE_CHECKING:
    import pandas as pd

RANKING = [
    "rank", "place", "kind", "delay_teu_d", "low", "high", "replications", "lower_bound", "diverted_teu", "refused_teu", "absorbed_by",
]  # fmt: skip


def ranking(values: pd.DataFrame, moves: pd.DataFrame) -> pd.DataFrame:
    """Places by delay area, the largest first; equal ones by name.

    Parameters: values with place, kind, replication, measure ("delay.area", "diverted", "refused"), value, lower_bound; moves
    with place, to (corridor or "refused") and teu, of freight that left its corridor. Returns rank (from 1), place, kind,
    delay_teu_d (mean over replications), low, high (95 % interval), replications, lower_bound, diverted_teu, refused_teu
    (means), absorbed_by (the corridor that takes most of the diverted freight, or "").
    """
    import pandas as pd

    diverted = moves[moves["to"] != REFUSED]
    rows = []
    for place in values["place"].unique():
        group = values[values["place"] == place]
        area, *others = (group[group["measure"] == name] for name in ("delay.area", "diverted", "refused"))
        to = diverted[diverted["place"] == place].groupby("to")["teu"].sum()
        most = str(to.idxmax()) if len(to) else ""
        means = [float(part["value"].mean()) for part in others]
        bound = bool(area["lower_bound"].any())
        rows.append((place, area["kind"].iloc[0], *mean_interval(area["value"]), bound, *means, most))
    table = pd.DataFrame(rows, columns=RANKING[1:])
    table = table.sort_values(["delay_teu_d", "place"], ascending=[False, True], ignore_index=True)
    table.insert(0, "rank", range(1, len(table) + 1))
    return table


def worst(table: pd.DataFrame, values: pd.DataFrame, days: int) -> str:
    """Which single closure hurts most, in a sentence; and whether it does so more than the next one, paired by replication.

    Parameters: `ranking`, the values it rests on, how long each place was closed. That the largest of many stands out is what chance
    does, too: p-values of all places, and of the gap, are corrected together (Holm).
    """
    if table.empty or not table["delay_teu_d"].iloc[0] > 0:
        return f"No single closure of {days} days delays freight."
    first = table.iloc[0]
    name, n = first["place"], first["replications"]
    size = f"{'at least ' if first['lower_bound'] else ''}{first['delay_teu_d']:,.0f} TEU-days"
    span = f"{first['low']:,.0f} to {first['high']:,.0f}"
    if np.isnan(first["low"]):
        runs = f"{n} replication{'s' if n != 1 else ''}"
        return f"In {runs} the closure of {name} hurts most ({size}); without an interval that is no verdict."
    areas = [_areas(values, str(place)) for place in table["place"]]
    nothing = np.zeros(n)
    tested = [paired_difference(nothing, one) for one in areas]
    gap = paired_difference(areas[1], areas[0]) if len(areas) > 1 else None
    p = holm([one.p for one in tested] + ([gap.p] if gap is not None else []))
    if first["low"] <= 0 or p[0] > FAMILY:
        return f"No closure of {days} days is shown to delay freight; the largest interval, of {name}, is {span} TEU-days."
    said = f"The single closure that hurts most is {name} for {days} days: {size} of delay ({span}; 95 % interval, n = {n})"
    if gap is None:
        return f"{said}."
    second = str(table["place"].iloc[1])
    if gap.low > 0 and p[-1] <= FAMILY:
        return (
            f"{said}, {gap.estimate:,.0f} ({gap.low:,.0f} to {gap.high:,.0f}) more than the next, {second}."
        )
    return f"{said}; no difference from the next, {second}, is shown."


def _areas(values: pd.DataFrame, place: str) -> NDArray[np.float64]:
    """Delay area of a place by replication."""
    mine = values[(values["place"] == place) & (values["measure"] == "delay.area")]
    return mine.set_index("replication")["value"].sort_index().to_numpy(float)
