"""Freight by the week in which a shock meets it: how long it is delayed, and when that is over.

A shock meets a consignment when it first fares otherwise than without the shock (`results.courses.met_s`): at its release if it
then takes another way, at a closed border if it has come so far. By week of release, the freight that a closure holds would stand in
weeks before the closure began. Where a shock meets less than the freight of a usual week (the few that turn away when a closure is
announced), the rest of a usual week counts as not delayed: else those few would be the week.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.stats.intervals import mean_interval
from sim.stats.summary import fewest_for
from sim.stats.weighted import Floats, weighted_quantiles
from sim.units import DAY_S, WEEK_S

if TYPE_CHECKING:
    import pandas as pd

WEEK_D = 7
BAND = 0.1
"""Back to normal is delayed by no more than this share of the level before the shock."""
STAYS_WEEKS = 2
DELAYS = ["corridor", "direction", "week", "delay", "teu", "lower_bound", "usual"]


LEAST_USUAL = fewest_for(0.5)
"""Consignments that a usual week must have for its median to say something: else the delay of a corridor hangs on a few boxes."""
_BY_WEEK = ("delay.peak", "delay.peak_week", "recovery.time")
"""Measures that rest on the medians of weeks."""


class ShockWindow(NamedTuple):
    """Seconds from the period's start: the shock begins at `start_s`; what is released in [begin_s, until_s) is looked at."""

    begin_s: int
    start_s: int
    until_s: int

    @property
    def weeks(self) -> range:
        """Whole weeks until the end of what is looked at, week 0 beginning with the shock."""
        return range(-(self.start_s // WEEK_S), (self.until_s - self.start_s) // WEEK_S)


class StruckWeek(NamedTuple):
    """What a shock meets in a week.

    `delay_d`: the median delay in days, by TEU, of what is carried with the shock and without it (not a number when all is
    refused); `teu`: all that it meets; `held_d`: the median with refused freight as if it never arrived; `lower_bound`: the delay is
    only one, because freight was still under way at the period's end.
    """

    delay_d: float
    teu: int
    held_d: float
    lower_bound: bool


def struck_weeks(pairs: pd.DataFrame, window: ShockWindow) -> dict[int, StruckWeek]:
    """Weeks in which freight is on its way that the shock has not met before, by number; a week without any is not in them.

    Parameters: rows of `resilience.paired`, of one replication, with `met_s`. A usual week is the mean of those in which what
    is looked at is released.
    """
    met_s = pairs["met_s"].to_numpy(np.int64)
    release_s, teu = pairs["release_s"].to_numpy(np.int64), pairs["size_teu"].to_numpy(np.int64)
    a, b = (pairs[f"transit_s_{side}"].to_numpy(np.int64) for side in "ab")
    refused = (pairs["status_b"] == "refused").to_numpy()
    late_a, late_b = ((pairs[f"status_{side}"] == "under way").to_numpy() for side in "ab")
    carried_a = (pairs["status_a"] != "refused").to_numpy() & (release_s < window.until_s)
    usual = (
        int(teu[carried_a & (release_s >= window.begin_s)].sum())
        * WEEK_S
        / max(window.until_s - window.begin_s, 1)
    )
    met = carried_a & (met_s >= 0)
    # The age of freight that neither run brings to its end says nothing of its delay.
    told = met & ~(late_a & late_b)
    week = (met_s - window.start_s) // WEEK_S
    delay_d = (b - a) / DAY_S
    found = {}
    for k in window.weeks:
        begin_s, end_s = window.start_s + k * WEEK_S, window.start_s + (k + 1) * WEEK_S
        now = told & (week == k)
        ahead = (
            carried_a & (release_s < end_s) & (release_s + a >= begin_s) & ((met_s < 0) | (met_s >= end_s))
        )
        if not (now.any() or ahead.any()):
            continue
        moved = now & ~refused
        rest = max(usual - float(teu[now].sum()), 0.0)
        amounts = np.append(teu[moved], rest)
        late = np.append(late_b[moved], False)
        delays_d = np.append(delay_d[moved], 0.0)
        median = _median(delays_d, amounts)
        never = _median(np.where(late, np.inf, delays_d), amounts)
        held = _median(np.append(delays_d, np.inf), np.append(amounts, float(teu[now & refused].sum())))
        found[k] = StruckWeek(
            median, int(teu[met & (week == k)].sum()), held, never != median and not np.isnan(median)
        )
    return found


def _median(values: Floats, weights: Floats) -> float:
    """Weighted median; not a number where nothing weighs."""
    counted = weights > 0
    return weighted_quantiles(values[counted], weights[counted], [0.5])[0]


def peak(weeks: Mapping[int, StruckWeek]) -> tuple[int, StruckWeek] | None:
    """The week with the longest delay; None when no week has one."""
    delayed = {k: week for k, week in weeks.items() if week.delay_d > 0}
    worst = max(delayed, key=lambda k: delayed[k].delay_d, default=None)
    return None if worst is None else (worst, delayed[worst])


def recovery(weeks: Mapping[int, StruckWeek], level_d: float, window: ShockWindow) -> tuple[float, bool]:
    """Days from the shock's start to the first week after the worst that, with the next one, is back to normal.

    A week is back when the median delay of what the shock meets in it is at most BAND of `level_d`; not when that is only a lower
    bound, nor when most of what it meets is refused. 0 when no week is away. When none is back, the end of the last week looked at,
    a lower bound (True). Not a number without a level, or without freight.
    """
    if not weeks or np.isnan(level_d):
        return float("nan"), False
    back = {k: not week.lower_bound and week.held_d <= BAND * level_d for k, week in weeks.items()}
    away = [k for k in weeks if weeks[k].held_d > BAND * level_d]
    if not away:
        return 0.0, False
    held = [k for k in away if np.isinf(weeks[k].held_d)][:1]
    worst = peak({k: weeks[k] for k in away})
    # Where much is refused the median may be away with it though what is carried has no delay.
    longest = max(away, key=lambda k: weeks[k].held_d)
    since = max([*held, worst[0] if worst is not None else longest])
    later = [k for k in weeks if k >= since]
    for i in range(len(later) - STAYS_WEEKS + 1):
        if all(back[k] for k in later[i : i + STAYS_WEEKS]):
            return float(max(WEEK_D * later[i], 0)), False
    return float(WEEK_D * window.weeks.stop), True


def usual_consignments(pairs: pd.DataFrame, window: ShockWindow) -> float:
    """Consignments of a usual week: the mean of those carried without the shock and released in what is looked at."""
    release_s = pairs["release_s"].to_numpy(np.int64)
    inside = (release_s >= window.begin_s) & (release_s < window.until_s)
    carried = int((inside & (pairs["status_a"] != "refused").to_numpy()).sum())
    return carried * WEEK_S / max(window.until_s - window.begin_s, 1)


def too_few(delays: pd.DataFrame) -> list[tuple[str, str]]:
    """Corridors and directions whose usual week has fewer than LEAST_USUAL consignments, in the mean over replications.

    Parameters: rows of `resilience.delays`, of all replications, or `mean_delays` of them.
    """
    usual = delays.groupby(["corridor", "direction"], sort=False)["usual"].mean()
    return [(str(corridor), str(direction)) for corridor, direction in usual.index[usual < LEAST_USUAL]]


def without_weeks_of_few(values: pd.DataFrame, small: Collection[tuple[str, str]]) -> pd.DataFrame:
    """The measures of all replications; those that rest on medians of weeks are missing where those weeks are too small.

    Parameters: values as of `resilience.resilience_measures`; small: `too_few`.
    """
    groups = list(zip(values["corridor"], values["direction"], strict=True))
    blank = values["measure"].isin(_BY_WEEK).to_numpy() & np.array(
        [group in small for group in groups], dtype=bool
    )
    return values.assign(
        value=values["value"].where(~blank), lower_bound=values["lower_bound"].to_numpy(bool) & ~blank
    )


def delay_rows(
    weeks: Mapping[int, StruckWeek], usual: float, window: ShockWindow
) -> Iterator[tuple[int, float, int, bool, float]]:
    """Yield week, delay, TEU met, whether the delay is a lower bound, and the consignments of a usual week, of every week.

    No number where there is no freight.
    """
    nothing = StruckWeek(float("nan"), 0, float("nan"), False)
    for k in window.weeks:
        week = weeks.get(k, nothing)
        yield k, week.delay_d, week.teu, week.lower_bound, usual


def mean_delays(table: pd.DataFrame) -> pd.DataFrame:
    """Means over replications of the delays of all of them, with the 95 % interval of the delay.

    Returns corridor, direction, week, delay, low, high (days; not a number where no replication has freight), teu (that the shock
    meets), usual (consignments of a usual week), replications.
    """
    import pandas as pd

    n = table["replication"].nunique()
    rows = []
    for key, group in table.groupby(["corridor", "direction", "week"], sort=False):
        delay = mean_interval(group["delay"])
        rows.append(
            (*key, delay.estimate, delay.low, delay.high, group["teu"].sum() / n, group["usual"].mean(), n)
        )
    return pd.DataFrame(
        rows,
        columns=["corridor", "direction", "week", "delay", "low", "high", "teu", "usual", "replications"],
    )
