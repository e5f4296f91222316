"""What a shock does to freight: two runs on the same random numbers, with the shock and without it, consignment by consignment."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from sim.stats.cells import BREAKDOWNS
from sim.stats.measured import ALL
from sim.stats.shares import REFUSED
from sim.stats.shock_measures import SHOCK_MEASURES, Shaken, shock_figures
from sim.stats.struck import DELAYS, ShockWindow, delay_rows, struck_weeks, usual_consignments
from sim.stats.summary import means
from sim.stats.weighted import weighted_quantiles
from sim.units import DAY_S

if TYPE_CHECKING:
    import pandas as pd

LEVEL_D = 28
VALUES = ["corridor", "direction", "measure", "unit", "value", "lower_bound"]
MOVES = ["direction", "from", "to", "teu"]
_KEY = ["flow", "number", "release_s", "size_teu"]
"""A consignment is the same when all of these are: where demand differs, a number is another consignment (decision 14)."""
_OF_BOTH = ["consignment", "corridor", "status", "transit_s", "cost_usd_per_feu"]


def resilience_measures(
    without: pd.DataFrame, shocked: pd.DataFrame, pairs: pd.DataFrame, window: ShockWindow
) -> pd.DataFrame:
    """Measures of a shock in one replication, by corridor and direction.

    Parameters: consignments as in `results.columns`, of one replication each, of the run without the shock and of the one
    with it; only rows that are `measured` count; `pairs`: their `paired`, with `met_s`, the second at which the shock meets a
    consignment (-1: never). Returns corridor, direction ("all" where pooled), measure (of
    SHOCK_MEASURES), unit, value (not a number where there is none), lower_bound. A consignment counts under the corridor that
    it takes without the shock.
    """
    import pandas as pd

    a, alone = _numbered(without), _alone(without, shocked)
    rows = []
    for corridor, direction in _groups(a):
        mine = _chosen(pairs, "corridor_a", corridor, direction)
        level_d = _level_d(_chosen(a, "corridor", corridor, direction), window)
        shaken = Shaken(mine, window, level_d, len(_chosen(alone, "corridor", corridor, direction)))
        rows += [
            (corridor, direction, row.measure, SHOCK_MEASURES[row.measure].unit, row.value, row.lower_bound)
            for row in shock_figures(shaken)
        ]
    return pd.DataFrame(rows, columns=VALUES)


def delays(pairs: pd.DataFrame, window: ShockWindow) -> pd.DataFrame:
    """Delay by the week in which the shock meets freight, by corridor (without the shock) and direction, of one replication.

    Parameters as of `resilience_measures`. Returns corridor, direction, week (from the shock's start),
    delay (days; not a number without freight), teu (that it meets), lower_bound, usual (consignments of a usual week).
    """
    import pandas as pd

    groups = product(
        [ALL, *sorted({n for n in pairs["corridor_a"] if n})], [ALL, *sorted(set(pairs["direction"]))]
    )
    rows = []
    for group in groups:
        mine = _chosen(pairs, "corridor_a", *group)
        usual = usual_consignments(mine, window)
        rows += [(*group, *row) for row in delay_rows(struck_weeks(mine, window), usual, window)]
    return pd.DataFrame(rows, columns=DELAYS)


def paired(without: pd.DataFrame, shocked: pd.DataFrame) -> pd.DataFrame:
    """The consignments that both runs have, one row each, in the order of release.

    A consignment is the same when its flow, its number within the flow, its release and its size are. Returns flow, number,
    direction, size_teu, release_s, and consignment, corridor, status, transit_s, cost_usd_per_feu of both (`_a` without, `_b`
    with it).
    """
    a, b = _numbered(without), _numbered(shocked)
    return a[[*_KEY, "direction", *_OF_BOTH]].merge(b[[*_KEY, *_OF_BOTH]], on=_KEY, suffixes=("_a", "_b"))


def shock_summary(values: pd.DataFrame) -> pd.DataFrame:
    """Means over replications with 95 % intervals of `resilience_measures` of all of them.

    Returns scenario, corridor, direction, measure, unit, estimate, low, high, replications, lower_bound.
    """
    pooled = dict.fromkeys((name for name in BREAKDOWNS if name not in values), ALL)
    return means(values.assign(**pooled), SHOCK_MEASURES).drop(columns=[*pooled])


def mean_moves(table: pd.DataFrame, replications: int) -> pd.DataFrame:
    """Mean TEU over replications of the `moves` of all of them; a move that a replication does not have is 0 there.

    Returns scenario, direction, from, to, teu.
    """
    total = table.groupby(["scenario", "direction", "from", "to"], sort=False)["teu"].sum() / replications
    return total.reset_index()


def moves(without: pd.DataFrame, shocked: pd.DataFrame, window: ShockWindow) -> pd.DataFrame:
    """TEU released from the shock's start on, by the corridor taken without the shock and the one taken with it.

    Parameters as of `resilience_measures`. Returns direction ("all" too), from, to (corridors, or
    "refused"), teu.
    """
    import pandas as pd

    pairs = paired(without, shocked)
    later = pairs[(pairs["release_s"] >= window.start_s) & (pairs["release_s"] < window.until_s)]
    later = later.assign(
        **{
            way: later[f"corridor_{side}"].where(later[f"status_{side}"] != "refused", REFUSED)
            for way, side in (("from", "a"), ("to", "b"))
        }
    )
    rows = []
    for direction in [ALL, *sorted(later["direction"].unique())]:
        mine = later if direction == ALL else later[later["direction"] == direction]
        teu = mine.groupby(["from", "to"])["size_teu"].sum()
        rows += [(direction, *key, int(amount)) for key, amount in zip(teu.index, teu, strict=True)]
    return pd.DataFrame(rows, columns=MOVES)


def _numbered(consignments: pd.DataFrame) -> pd.DataFrame:
    """Measured consignments with their number within the flow, names as plain text."""
    table = consignments.assign(
        **{name: consignments[name].astype(object) for name in ("flow", "direction", "corridor", "status")}
    )
    table = table.assign(number=table.groupby("flow").cumcount())
    return table[table["measured"].to_numpy(bool)]


def _alone(without: pd.DataFrame, shocked: pd.DataFrame) -> pd.DataFrame:
    """Consignments that only one of the runs has, with the corridor that they take there."""
    import pandas as pd

    a, b = (_numbered(run).set_index(_KEY)[["corridor", "direction"]] for run in (without, shocked))
    return pd.concat([a[~a.index.isin(b.index)], b[~b.index.isin(a.index)]])


def _groups(numbered: pd.DataFrame) -> list[tuple[str, str]]:
    """All freight, then every corridor that carries some without the shock; by direction."""
    corridors = sorted({name for name in numbered["corridor"] if name})
    return list(product([ALL, *corridors], [ALL, *sorted(set(numbered["direction"]))]))


def _chosen(table: pd.DataFrame, column: str, corridor: str, direction: str) -> pd.DataFrame:
    """Rows of a corridor, by its column, and a direction."""
    keep = np.ones(len(table), dtype=bool)
    if corridor != ALL:
        keep &= (table[column] == corridor).to_numpy()
    if direction != ALL:
        keep &= (table["direction"] == direction).to_numpy()
    return table[keep]


def _level_d(mine: pd.DataFrame, window: ShockWindow) -> float:
    """P50 in days of what was released in the four weeks before the shock; in its first four weeks if nothing was."""
    mine = mine[mine["status"] != "refused"]
    release_s, start_s = mine["release_s"].to_numpy(np.int64), window.start_s
    before = (max(window.begin_s, start_s - LEVEL_D * DAY_S), start_s)
    for begin_s, end_s in (before, (start_s, start_s + LEVEL_D * DAY_S)):
        inside = (release_s >= begin_s) & (release_s < end_s)
        if inside.any():
            transit_d = mine["transit_s"].to_numpy(np.int64)[inside] / DAY_S
            return weighted_quantiles(transit_d, mine["size_teu"].to_numpy(np.int64)[inside], [0.5])[0]
    return float("nan")
