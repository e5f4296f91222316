"""Runs that carry nothing, said in words: an empty table alone would leave a reader guessing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.stats.cells import BREAKDOWNS
from sim.stats.measured import ALL

if TYPE_CHECKING:
    import pandas as pd


def nothing_carried(summary: pd.DataFrame) -> list[str]:
    """One sentence for every scenario that carried no measured freight, and why.

    Parameters: measures of one or several scenarios as `summarise` returns them.
    """
    pooled = summary
    for column in BREAKDOWNS:
        pooled = pooled[pooled[column] == ALL] if column in pooled else pooled
    sentences = []
    for scenario, rows in pooled.groupby("scenario", sort=False, observed=True):
        teu = rows.set_index("measure")["estimate"].to_dict()
        if teu.get("delivered", 0) + teu.get("under_way", 0) > 0:
            continue
        refused = teu.get("refused", 0)
        why = (
            f"all of it, {refused:,.0f} TEU, was refused"
            if refused > 0
            else "none was released in the measured period"
        )
        sentences.append(f"{scenario} carried no measured freight: {why}.")
    return sentences
