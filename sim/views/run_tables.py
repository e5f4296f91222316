"""Tables of several runs as one, under the names that the picture gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Run


def joined(tables: Sequence[pd.DataFrame], names: Sequence[str]) -> pd.DataFrame:
    """One table of all runs with their names as `scenario`; names stay categories, which are grouped and chosen fast."""
    import pandas as pd

    same: dict[str, list[str]] = {}
    for column in tables[0].columns[tables[0].dtypes == "category"] if len(tables) > 1 else ():
        same[column] = list(dict.fromkeys(name for table in tables for name in table[column].cat.categories))
    parts = [
        table.assign(
            scenario=pd.Categorical.from_codes([i], pd.Index(names)).repeat(len(table)),
            **{column: table[column].cat.set_categories(wanted) for column, wanted in same.items()},
        )
        for i, table in enumerate(tables)
    ]
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]


def replications_of(runs: Mapping[str, Run], table: pd.DataFrame) -> dict[str, int]:
    """Replications of each run whose tables there are, those without rows in this one too."""
    from sim.stats import kept_replications

    return {
        name: kept_replications(run.manifest, table[table["scenario"] == name]) for name, run in runs.items()
    }
