"""What a shock does to freight: two runs on the same random numbers, with the shock and without it, consignment by consignment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.stats.measured import Measure, Nature
from sim.stats.measures import ALL
from sim.stats.shares import REFUSED
from sim.stats.struck import (
    DELAYS,
    WEEK_D,
    StruckWeek,
    Window,
    delay_rows,
    peak,
    recovery,
    struck_weeks,
    usual_consignments,
)
from sim.stats.summary import means
from sim.stats.weighted import DAY_S, weighted_mean, weighted_quantiles

if TYPE_CHECKING:
    import pandas as pd

LEVEL_D = 28
RESILIENCE_TABLE: tuple[Measure, ...] = (
    Measure("delay.peak", "d", "peak delay", "largest weekly median of how much later freight arrives", Nature.SHIFT),
    Measure("delay.peak_week", "d", "time of the peak", "when that week begins, from the shock's start", Nature.SHIFT),
    Measure("recovery.time", "d", "recovery", "days from the shock's start until delays stay small", Nature.MEAN),
    Measure("delay.area", "TEU-d", "delay in all", "delays summed over the TEU that the shock met", Nature.CHANGE),
    Measure("diverted", "TEU", "diverted", "TEU that took another corridor than without the shock", Nature.AMOUNT),
    Measure("diverted.share", "%", "share diverted", "diverted, as a share of the TEU that both runs carry or refuse", Nature.SHARE),
    Measure("refused", "TEU", "refused", "TEU that are carried without the shock and refused with it", Nature.AMOUNT),
    Measure("cost.extra_per_feu", "USD/FEU", "extra cost", "what freight pays more than without the shock, mean over it", Nature.SHIFT),
    Measure("cost.extra", "USD", "extra cost in all", "what freight pays more than without the shock", Nature.CHANGE),
    Measure("unpaired", "consignments", "unpaired", "consignments that only one of the runs has", Nature.AMOUNT),
)  # fmt: skip
"""Every measure of a shock; docs/resilience.md has the formulas."""
RESILIENCE: dict[str, str] = {measure.name: measure.unit for measure in RESILIENCE_TABLE}
"""Every measure with its unit."""
_NATURES: Mapping[str, Nature] = {measure.name: measure.nature for measure in RESILIENCE_TABLE}
VALUES = ["corridor", "direction", "measure", "unit", "value", "lower_bound"]
MOVES = ["direction", "from", "to", "teu"]
_KEY = ["flow", "number", "release_s", "size_teu"]
"""A consignment is the same when all of these are: where demand differs, a number is another consignment (decision 14)."""
_OF_BOTH = ["consignment", "corridor", "status", "transit_s", "cost_usd_per_feu"]


class Row(NamedTuple):
    """A measure's value, and whether it is only a lower bound because freight was under way at the end."""

    measure: str
    value: float
    lower_bound: bool = False


def resilience_measures(
    without: pd.DataFrame, shocked: pd.DataFrame, pairs: pd.DataFrame, window: Window
) -> pd.DataFrame:
    """Measures of a shock in one replication, by corridor and direction.

    Parameters: consignments as in `results.columns`, of one replication each, of the run without the shock and of the one
    with it; only rows that are `measured` count; `pairs`: their `paired`, with `met_s`, the second at which the shock meets a
    consignment (-1: never). Returns corridor, direction ("all" where pooled), measure (of
    RESILIENCE), unit, value (not a number where there is none), lower_bound. A consignment counts under the corridor that
    it takes without the shock.
    """
    import pandas as pd

    a, alone = _numbered(without), _alone(without, shocked)
    rows = []
    for corridor, direction in _groups(a):
        mine = _chosen(pairs, "corridor_a", corridor, direction)
        level_d = _level_d(_chosen(a, "corridor", corridor, direction), window)
        found = [
            *paired_measures(mine, window),
            *_weekly_measures(struck_weeks(mine, window), level_d, window),
            Row("unpaired", float(len(_chosen(alone, "corridor", corridor, direction)))),
        ]
        rows += [
            (corridor, direction, row.measure, RESILIENCE[row.measure], row.value, row.lower_bound)
            for row in found
        ]
    return pd.DataFrame(rows, columns=VALUES)


def delays(pairs: pd.DataFrame, window: Window) -> pd.DataFrame:
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


def summary(values: pd.DataFrame) -> pd.DataFrame:
    """Means over replications with 95 % intervals of `resilience_measures` of all of them.

    Returns scenario, corridor, direction, measure, unit, estimate, low, high, replications, lower_bound.
    """
    pooled = dict.fromkeys(("chain", "cargo", "flow"), ALL)
    return means(values.assign(**pooled), _NATURES).drop(columns=[*pooled])


def mean_moves(table: pd.DataFrame, replications: int) -> pd.DataFrame:
    """Mean TEU over replications of the `moves` of all of them; a move that a replication does not have is 0 there.

    Returns scenario, direction, from, to, teu.
    """
    total = table.groupby(["scenario", "direction", "from", "to"], sort=False)["teu"].sum() / replications
    return total.reset_index()


def moves(without: pd.DataFrame, shocked: pd.DataFrame, window: Window) -> pd.DataFrame:
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
    keep = np.ones(len(table), dtype=bool)
    if corridor != ALL:
        keep &= (table[column] == corridor).to_numpy()
    if direction != ALL:
        keep &= (table["direction"] == direction).to_numpy()
    return table[keep]


def paired_measures(pairs: pd.DataFrame, window: Window) -> Iterator[Row]:
    """Delay area, diverted and refused freight and extra cost of a group of consignments (rows of `paired`)."""
    release_s, teu = pairs["release_s"].to_numpy(np.int64), pairs["size_teu"].to_numpy(np.int64)
    carried = (pairs["status_a"] != "refused").to_numpy()
    refused = carried & (pairs["status_b"] == "refused").to_numpy()
    both = carried & ~refused
    later = (release_s >= window.start_s) & (release_s < window.until_s)

    # What the shock never meets has no delay, and adds nothing.
    struck = both & (release_s < window.until_s)
    delay_s = (pairs["transit_s_b"] - pairs["transit_s_a"]).to_numpy(np.int64)
    # Freight that both runs leave under way has the same age in both and adds nothing.
    late = ((pairs["status_b"] == "under way") & (pairs["status_a"] != "under way")).to_numpy()
    yield Row("delay.area", int((teu * delay_s)[struck].sum()) / DAY_S, bool((struck & late).any()))

    diverted = later & both & (pairs["corridor_a"] != pairs["corridor_b"]).to_numpy()
    offered = int(teu[later & carried].sum())
    yield Row("diverted", float(teu[diverted].sum()))
    yield Row("diverted.share", 100 * float(teu[diverted].sum()) / offered if offered else np.nan)
    yield Row("refused", float(teu[later & refused].sum()))

    paid = later & both
    extra = (pairs["cost_usd_per_feu_b"] - pairs["cost_usd_per_feu_a"]).to_numpy(float)[paid]
    yield Row("cost.extra_per_feu", weighted_mean(extra, teu[paid]))
    yield Row("cost.extra", float((extra * teu[paid] / 2).sum()))


def _level_d(mine: pd.DataFrame, window: Window) -> float:
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


def _weekly_measures(weeks: dict[int, StruckWeek], level_d: float, window: Window) -> Iterator[Row]:
    """Peak and recovery, by the week in which the shock meets freight."""
    worst = peak(weeks)
    # A week of which only the least delay is known may have been the worst.
    bound = any(week.lower_bound for week in weeks.values())
    if worst is None:
        yield Row("delay.peak", 0.0 if weeks else float("nan"), bound)
        yield Row("delay.peak_week", float("nan"))
    else:
        yield Row("delay.peak", worst[1].delay_d, bound)
        yield Row("delay.peak_week", float(WEEK_D * worst[0]))
    yield Row("recovery.time", *recovery(weeks, level_d, window))
