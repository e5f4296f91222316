"""What a shock does to freight: two runs on the same random numbers, with the shock and without it, consignment by consignment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.stats.intervals import summarise
from sim.stats.measured import Nature
from sim.stats.measures import ALL
from sim.stats.shares import REFUSED
from sim.stats.weekly import Week, weekly
from sim.stats.weighted import DAY_S, weighted_mean, weighted_quantiles

if TYPE_CHECKING:
    import pandas as pd

WEEK_D = 7
BAND = 0.1
"""Back to normal is within this share of the level before the shock."""
STAYS_WEEKS = 2
LEVEL_D = 28
RESILIENCE: dict[str, str] = {
    "delay.peak": "d",
    "delay.peak_week": "d",
    "recovery.time": "d",
    "delay.area": "TEU-d",
    "diverted": "TEU",
    "diverted.share": "%",
    "refused": "TEU",
    "cost.extra_per_feu": "USD/FEU",
    "cost.extra": "USD",
    "unpaired": "consignments",
}
"""Every measure with its unit; docs/resilience.md has the formulas."""
_NATURES: Mapping[str, Nature] = {
    "delay.peak": Nature.SHIFT,
    "delay.peak_week": Nature.SHIFT,
    "recovery.time": Nature.MEAN,
    "delay.area": Nature.CHANGE,
    "diverted": Nature.AMOUNT,
    "diverted.share": Nature.SHARE,
    "refused": Nature.AMOUNT,
    "cost.extra_per_feu": Nature.SHIFT,
    "cost.extra": Nature.CHANGE,
    "unpaired": Nature.AMOUNT,
}
VALUES = ["scenario", "replication", "corridor", "direction", "measure", "unit", "value", "lower_bound"]
MOVES = ["scenario", "replication", "direction", "from", "to", "teu"]
_KEY = ["flow", "number"]
_OF_BOTH = ["corridor", "status", "transit_s", "cost_usd_per_feu"]


class Window(NamedTuple):
    """Seconds from the period's start: the shock begins at `start_s`; what is released in [begin_s, until_s) is looked at."""

    begin_s: int
    start_s: int
    until_s: int


class Row(NamedTuple):
    """A measure's value, and whether it is only a lower bound because freight was under way at the end."""

    measure: str
    value: float
    lower_bound: bool = False


def resilience_measures(without: pd.DataFrame, shocked: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Measures of a shock in one replication, by corridor and direction.

    Parameters: consignments as in `results.columns`, of one replication each, of the run without the shock and of the one
    with it; only rows that are `measured` count. Returns scenario, replication, corridor, direction ("all" where pooled),
    measure (of RESILIENCE), unit, value (not a number where there is none), lower_bound. A consignment counts under the
    corridor that it takes without the shock; peak and recovery are of the freight that a corridor has.
    """
    import pandas as pd

    a, pairs, alone = _numbered(without), paired(without, shocked), _alone(without, shocked)
    weeks_a, weeks_b = (weekly(run, *window, WEEK_D * DAY_S) for run in (without, shocked))
    rows = []
    for corridor, direction in _groups(a):
        group = (corridor, direction)
        level_d = _level_d(_chosen(a, "corridor", *group), window)
        found = [
            *paired_measures(_chosen(pairs, "corridor_a", *group), window),
            *_weekly_measures(weeks_a.get(group, {}), weeks_b.get(group, {}), level_d),
            Row("unpaired", float(len(_chosen(alone, "corridor", *group)))),
        ]
        rows += [
            (*_run(shocked), corridor, direction, row.measure, RESILIENCE[row.measure], row.value, row.lower_bound)
            for row in found
        ]  # fmt: skip
    return pd.DataFrame(rows, columns=VALUES)


def paired(without: pd.DataFrame, shocked: pd.DataFrame) -> pd.DataFrame:
    """The consignments that both runs have, one row each, in the order of release.

    A consignment is the same when its flow and its number within the flow are. Returns flow, number, direction, size_teu,
    release_s (without the shock), and corridor, status, transit_s, cost_usd_per_feu of both (`_a` without, `_b` with it).
    """
    a, b = _numbered(without), _numbered(shocked)
    return a[[*_KEY, "direction", "size_teu", "release_s", *_OF_BOTH]].merge(
        b[[*_KEY, *_OF_BOTH]], on=_KEY, suffixes=("_a", "_b")
    )


def summary(values: pd.DataFrame) -> pd.DataFrame:
    """Means over replications with 95 % intervals of `resilience_measures` of all of them.

    Returns scenario, corridor, direction, measure, unit, estimate, low, high, replications, lower_bound.
    """
    pooled = dict.fromkeys(("chain", "cargo", "flow"), ALL)
    known = values["value"].notna().astype(int)
    rows = summarise(values.assign(**pooled, consignments=known), _NATURES)
    return rows.drop(columns=[*pooled, "with_freight", "consignments"])


def mean_moves(table: pd.DataFrame, replications: int) -> pd.DataFrame:
    """Mean TEU over replications of the `moves` of all of them; a move that a replication does not have is 0 there.

    Returns scenario, direction, from, to, teu.
    """
    total = table.groupby(["scenario", "direction", "from", "to"], sort=False)["teu"].sum() / replications
    return total.reset_index()


def moves(without: pd.DataFrame, shocked: pd.DataFrame, window: Window) -> pd.DataFrame:
    """TEU released from the shock's start on, by the corridor taken without the shock and the one taken with it.

    Parameters as of `resilience_measures`. Returns scenario, replication, direction ("all" too), from, to (corridors, or
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
        rows += [
            (*_run(shocked), direction, *key, int(amount)) for key, amount in zip(teu.index, teu, strict=True)
        ]
    return pd.DataFrame(rows, columns=MOVES)


def _run(shocked: pd.DataFrame) -> tuple[str, int]:
    return str(shocked["scenario"].iloc[0]), int(shocked["replication"].iloc[0])


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
    under_way = release_s + pairs["transit_s_a"].to_numpy(np.int64) > window.start_s
    later = (release_s >= window.start_s) & (release_s < window.until_s)

    struck = both & (later | (under_way & (release_s < window.start_s)))
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


def _weekly_measures(without: dict[int, Week], shocked: dict[int, Week], level_d: float) -> Iterator[Row]:
    """Peak delay, its week, and the time to recover, from the weeks of one group; all in days."""
    delays = {
        week: shocked[week].p50_d - without[week].p50_d for week in without if _known(week, without, shocked)
    }
    worst = max(delays, key=lambda week: delays[week], default=0)
    peak = delays.get(worst, float("nan"))
    yield Row("delay.peak", peak, any(shocked[week].lower_bound for week in delays))
    yield Row("delay.peak_week", float(WEEK_D * worst) if peak > 0 else float("nan"))
    # Where freight was turned away there is no delay to see: an empty week is away from normal, too.
    away = [week for week in without if week >= 0 and _known(week, without) and not _known(week, shocked)][:1]
    away += [worst] if peak > BAND * level_d else []
    if np.isnan(level_d) or not without:
        yield Row("recovery.time", float("nan"))
    else:
        yield _recovery(without, shocked, max(away), level_d) if away else Row("recovery.time", 0.0)


def _known(week: int, *runs: dict[int, Week]) -> bool:
    return all(week in run and not np.isnan(run[week].p50_d) for run in runs)


def _recovery(without: dict[int, Week], shocked: dict[int, Week], away: int, level_d: float) -> Row:
    """Days from the shock's start to the first week, from week `away` on, that with the next one is back in the band.

    A week without freight, or whose P50 is only a lower bound, is not back; one that has no freight in either run says nothing
    and is passed over. When no such weeks come, the value is the end of the last week, a lower bound.
    """
    weeks = [week for week in without if week >= away and (_known(week, without) or _known(week, shocked))]
    back = [
        _known(week, shocked)
        and not shocked[week].lower_bound
        and shocked[week].p50_d <= (1 + BAND) * level_d
        for week in weeks
    ]
    for i in range(len(back) - STAYS_WEEKS + 1):
        if all(back[i : i + STAYS_WEEKS]):
            return Row("recovery.time", float(max(WEEK_D * weeks[i], 0)))
    return Row("recovery.time", float(WEEK_D * (max(without) + 1)), True)
