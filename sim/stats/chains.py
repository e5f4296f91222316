"""Freight of chains, over one or several runs: which carry most, which way most goes, how much was delivered.

All functions take consignments as in `results.columns`, with the columns that they name; those of several runs come as a list of tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_LATE = 0.0005
"""Share of the measured TEU above which freight that is still under way is said."""


def busiest_chains(consignments: pd.DataFrame) -> dict[str, str]:
    """For each corridor the chain that carries most TEU of the measured freight; the first by name among equals."""
    carried = _carried(consignments)
    teu = carried.groupby(["corridor", "chain"], observed=True)["size_teu"].sum().reset_index()
    teu = teu[teu["size_teu"] > 0].sort_values(["size_teu", "chain"], ascending=[False, True])
    return {str(row.corridor): str(row.chain) for row in teu.drop_duplicates("corridor").itertuples()}


def busiest_directions(tables: Iterable[pd.DataFrame], corridor: str | None = None) -> list[str]:
    """The directions in which measured TEU are carried, of a corridor or of all, that with most first."""
    teu: dict[str, int] = {}
    for table in tables:
        carried = _carried(table)
        carried = carried if corridor is None else carried[carried["corridor"] == corridor]
        for way, total in carried.groupby("direction", observed=True)["size_teu"].sum().items():
            teu[str(way)] = teu.get(str(way), 0) + int(total)
    return sorted((way for way in teu if teu[way] > 0), key=lambda way: (-teu[way], way))


def measured_teu(tables: Iterable[pd.DataFrame], chain: str) -> int:
    """Measured TEU of a chain in all tables."""
    return sum(int(one.loc[one["measured"] & (one["chain"] == chain), "size_teu"].sum()) for one in tables)


def delivered(consignments: pd.DataFrame, chain: str) -> int:
    """Measured consignments of a chain that were delivered."""
    rows = (
        consignments["measured"] & (consignments["status"] == "delivered") & (consignments["chain"] == chain)
    )
    return int(rows.sum())


def any_late(tables: Sequence[pd.DataFrame]) -> bool:
    """Whether in one of the tables more than one in two thousand measured TEU were still under way."""
    for table in tables:
        cohort = table[table["measured"]]
        if cohort.loc[cohort["status"] == "under way", "size_teu"].sum() > _LATE * cohort["size_teu"].sum():
            return True
    return False


def _carried(consignments: pd.DataFrame) -> pd.DataFrame:
    """The measured freight that was not refused."""
    return consignments[consignments["measured"] & (consignments["status"] != "refused")]
