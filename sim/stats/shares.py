"""Which corridor freight takes, over time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.stats.dates import moment
from sim.units import DAY_S

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import PeriodRecord, SpellRecord

REFUSED = "refused"
_WEEKLY_D = 200
"""Longer periods are told by month."""


def measured_flows(consignments: pd.DataFrame) -> pd.DataFrame:
    """Freight of the flows that are measured, in the warm-up and cool-down too; all of it where none is."""
    measured = consignments.loc[consignments["measured"], "flow"].unique()
    return consignments[consignments["flow"].isin(measured)] if len(measured) else consignments


def dated_shares(
    consignments: pd.DataFrame, period: PeriodRecord, spells: Iterable[SpellRecord], replications: int
) -> pd.DataFrame:
    """Shares of corridors by week of release from the period's start, or in a long period by month.

    Parameters: consignments as in `results.columns`, of one scenario; spells: dated disruptions. Returns the columns of
    `corridor_shares` with date (first moment of
    the spell), width_d (its days), disrupted (whether a disruption is there at some time in it).
    """
    import pandas as pd

    start, end = moment(period.start), moment(period.end)
    if period.length_s <= _WEEKLY_D * DAY_S:
        begins = list(pd.date_range(start, end, freq="7D", inclusive="left"))
    else:
        begins = [start, *pd.date_range(start + pd.Timedelta(seconds=1), end, freq="MS", inclusive="left")]
    stops = [*begins[1:], end]
    edges_s = [int((date - start).total_seconds()) for date in (*begins, end)]
    shares = corridor_shares(consignments, edges_s, replications)
    hits = [(moment(spell.begin), moment(spell.until)) for spell in spells]
    hit = [
        any(begin < until and stop > first for first, until in hits)
        for begin, stop in zip(begins, stops, strict=True)
    ]
    return shares.assign(
        date=[begins[i] for i in shares["spell"]],
        width_d=[(stops[i] - begins[i]).days for i in shares["spell"]],
        disrupted=[hit[i] for i in shares["spell"]],
    )


def corridor_shares(
    consignments: pd.DataFrame, edges_s: Sequence[int], replications: int | None = None
) -> pd.DataFrame:
    """Share of freight by corridor and time of release, in the mean over replications.

    Parameters: consignments as in `results.columns`, of one scenario; edges_s: seconds at which spells begin, and the end
    of the last; replications: how many there are, since one without freight has no rows; None: those that have.
    Returns spell (number, from 0), corridor ("refused" for freight that no corridor took), share (% of the spell's TEU, mean
    over the replications that released any in it), low, high (95 % interval; NaN with fewer than five of them), teu (mean TEU
    of the spell over all replications, all corridors), replications (all), with_freight (those that released any in the
    spell). The shares of a spell sum to 100 %. Spells without freight have no rows.
    """
    import pandas as pd

    from sim.stats.intervals import share_interval

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
    n = consignments["replication"].nunique() if replications is None else replications
    rows = []
    for number in sorted(set(kept["spell"].tolist())):
        behind = float((kept["spell"] == number).sum())
        values = teu.loc[[number]].to_numpy(float)
        totals = values.sum(axis=1)
        for i, name in enumerate(teu.columns):
            share = share_interval(100 * values[:, i] / totals, behind)
            row = {
                "spell": number,
                "corridor": str(name),
                "share": share.estimate,
                "low": share.low,
                "high": share.high,
            }
            rows.append({**row, "teu": totals.sum() / n, "replications": n, "with_freight": len(values)})
    columns = ["spell", "corridor", "share", "low", "high", "teu", "replications", "with_freight"]
    return pd.DataFrame(rows, columns=columns)
