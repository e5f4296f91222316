"""Which corridor freight takes, over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

REFUSED = "refused"


def corridor_shares(consignments: pd.DataFrame, edges_s: Sequence[int]) -> pd.DataFrame:
    """Share of freight by corridor and time of release, in the mean over replications.

    Parameters: consignments as in `results.columns`, of one scenario; edges_s: seconds at which spells begin, and the end
    of the last. Returns spell (number, from 0), corridor ("refused" for freight that no corridor took), share (% of the
    spell's TEU), low, high (95 % interval; NaN with one replication), teu (mean TEU of the spell, all corridors),
    replications. Spells without freight have no rows.
    """
    import pandas as pd

    from sim.stats.intervals import mean_interval

    corridor = consignments["corridor"].astype(object).where(consignments["status"] != "refused", REFUSED)
    spell = np.searchsorted(np.asarray(edges_s), consignments["release_s"].to_numpy(), side="right") - 1
    kept = consignments.assign(corridor=corridor, spell=spell)
    kept = kept[(kept["spell"] >= 0) & (kept["spell"] < len(edges_s) - 1)]
    teu = kept.pivot_table(
        index=["spell", "replication"],
        columns="corridor",
        values="size_teu",
        aggfunc="sum",
        fill_value=0,
        observed=True,
    )
    rows = []
    for number, group in teu.groupby(level=0):
        values = group.to_numpy(float)
        totals = values.sum(axis=1)
        for i, name in enumerate(teu.columns):
            share = mean_interval(100 * values[:, i] / totals)
            row = {"spell": number, "corridor": str(name), "share": share.estimate}
            rows.append({**row, "low": share.low, "high": share.high, "teu": totals.mean(), "replications": len(group)})  # fmt: skip
    columns = ["spell", "corridor", "share", "low", "high", "teu", "replications"]
    return pd.DataFrame(rows, columns=columns)
