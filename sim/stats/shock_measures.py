"""The measures of a shock: each a row, above the function that makes it of the same consignments with the shock and without it.

docs/resilience.md has the formulas.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.stats.measured import PART, PRICE, TIME, VOLUME, Figure, Least, Measures, Nature, Scale
from sim.stats.policies import DOLLARS
from sim.stats.struck import WEEK_D, ShockWindow, StruckWeek, peak, recovery, struck_weeks
from sim.stats.weighted import weighted_mean
from sim.units import DAY_S, TEU_PER_FEU

if TYPE_CHECKING:
    import pandas as pd

SHOCK_MEASURES = Measures("Of a shock ([formulas](resilience.md))")
WHOLE_DAYS = replace(TIME, decimals=0)
TEU_DAYS = Scale("TEU-d", "more", "less", "TEU-d", 0, Least.PERCENT)
COUNT = Scale("consignments", "more", "fewer", "consignments", 0, Least.PERCENT)


class Row(NamedTuple):
    """A measure's value, and whether it is only a lower bound because freight was under way at the end."""

    measure: str
    value: float
    lower_bound: bool = False


class Shaken:
    """A group of the consignments that both runs have, rows (n,) of `resilience.paired`, in a window of time.

    `level_d`: the usual transit time in days, not a number where there is none; `alone`: consignments of the group that only
    one of the runs has. Measures that go by weeks need the column `met_s`.
    """

    def __init__(
        self, pairs: pd.DataFrame, window: ShockWindow, level_d: float = float("nan"), alone: int = 0
    ) -> None:
        self._pairs, self.window, self.level_d, self.alone = pairs, window, level_d, alone
        release_s = pairs["release_s"].to_numpy(np.int64)
        self.teu = pairs["size_teu"].to_numpy(np.int64)
        self.carried = (pairs["status_a"] != "refused").to_numpy()
        self.refused = self.carried & (pairs["status_b"] == "refused").to_numpy()
        self.both = self.carried & ~self.refused
        self.early = release_s < window.until_s
        self.later = self.early & (release_s >= window.start_s)

    @property
    def turned(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which (n,) take another corridor with the shock, of those released while it lasts."""
        other = (self._pairs["corridor_a"] != self._pairs["corridor_b"]).to_numpy()
        found: np.ndarray[tuple[int], np.dtype[np.bool_]] = self.later & self.both & other
        return found

    @property
    def delay_s(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """How much later each arrives with the shock (n,)."""
        return (self._pairs["transit_s_b"] - self._pairs["transit_s_a"]).to_numpy(np.int64)

    @property
    def late(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which (n,) are under way with the shock alone: what both runs leave under way has the same age in both, and adds nothing."""
        return (
            (self._pairs["status_b"] == "under way") & (self._pairs["status_a"] != "under way")
        ).to_numpy()

    @property
    def extra_usd_per_feu(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """What each pays more with the shock (n,)."""
        return (self._pairs["cost_usd_per_feu_b"] - self._pairs["cost_usd_per_feu_a"]).to_numpy(float)

    @cached_property
    def weeks(self) -> dict[int, StruckWeek]:
        """What the shock meets, by week."""
        return struck_weeks(self._pairs, self.window)


def shock_figures(shaken: Shaken, names: Collection[str] = SHOCK_MEASURES) -> Iterator[Row]:
    """Yield measures of a group, all of them or those named, in the order of their declaration."""
    for one in SHOCK_MEASURES.values():
        if one.name in names:
            figure: Figure = one.made(shaken)
            yield Row(one.name, figure.value, figure.lower_bound)


@SHOCK_MEASURES.measure(
    "delay.peak", TIME, "peak delay", "largest weekly median of how much later freight arrives", Nature.SHIFT, heading="peak delay d"
)  # fmt: skip
def _peak(shaken: Shaken) -> Figure:
    """The longest delay of a week; 0 where no week has one."""
    worst = peak(shaken.weeks)
    # A week of which only the least delay is known may have been the worst.
    bound = any(week.lower_bound for week in shaken.weeks.values())
    if worst is None:
        return Figure(0.0 if shaken.weeks else float("nan"), bound)
    return Figure(worst[1].delay_d, bound)


@SHOCK_MEASURES.measure(
    "delay.peak_week", TIME, "time of the peak", "when that week begins, from the shock's start", Nature.SHIFT
)  # fmt: skip
def _peak_week(shaken: Shaken) -> Figure:
    """When the week of the longest delay begins."""
    worst = peak(shaken.weeks)
    return Figure(float("nan") if worst is None else float(WEEK_D * worst[0]))


@SHOCK_MEASURES.measure(
    "recovery.time", WHOLE_DAYS, "recovery", "days from the shock's start until delays stay small", Nature.MEAN, heading="recovery d"
)  # fmt: skip
def _recovery(shaken: Shaken) -> Figure:
    """When delays stay small again."""
    return Figure(*recovery(shaken.weeks, shaken.level_d, shaken.window))


@SHOCK_MEASURES.measure(
    "delay.area", TEU_DAYS, "delay in all", "delays summed over the TEU that the shock met", Nature.CHANGE, heading="delay TEU-d"
)  # fmt: skip
def _area(shaken: Shaken) -> Figure:
    """Delays by TEU; what the shock never meets has none."""
    # What the shock never meets has no delay, and adds nothing.
    struck = shaken.both & shaken.early
    teu_s = int((shaken.teu * shaken.delay_s)[struck].sum())
    return Figure(teu_s / DAY_S, bool((struck & shaken.late).any()))


@SHOCK_MEASURES.measure(
    "diverted", VOLUME, "diverted", "TEU that took another corridor than without the shock", Nature.AMOUNT
)  # fmt: skip
def _diverted(shaken: Shaken) -> Figure:
    """What took another corridor."""
    return Figure(float(shaken.teu[shaken.turned].sum()))


@SHOCK_MEASURES.measure(
    "diverted.share", PART, "share diverted", "diverted, as a share of the TEU that both runs carry or refuse", Nature.SHARE,
    heading="diverted %",
)  # fmt: skip
def _diverted_share(shaken: Shaken) -> Figure:
    """The same as a part of what is offered."""
    offered = int(shaken.teu[shaken.later & shaken.carried].sum())
    return Figure(100 * float(shaken.teu[shaken.turned].sum()) / offered if offered else float("nan"))


@SHOCK_MEASURES.measure(
    "refused", VOLUME, "refused", "TEU that are carried without the shock and refused with it", Nature.AMOUNT, heading="refused TEU"
)  # fmt: skip
def _refused(shaken: Shaken) -> Figure:
    """What is carried without the shock, and refused with it."""
    return Figure(float(shaken.teu[shaken.later & shaken.refused].sum()))


@SHOCK_MEASURES.measure(
    "cost.extra_per_feu", PRICE, "extra cost", "what freight pays more than without the shock, mean over it", Nature.SHIFT,
    heading="USD/FEU more",
)  # fmt: skip
def _extra_cost(shaken: Shaken) -> Figure:
    """What is paid more, mean over what both runs carry."""
    paid = shaken.later & shaken.both
    return Figure(weighted_mean(shaken.extra_usd_per_feu[paid], shaken.teu[paid]))


@SHOCK_MEASURES.measure(
    "cost.extra", DOLLARS, "extra cost in all", "what freight pays more than without the shock", Nature.CHANGE
)  # fmt: skip
def _extra_cost_in_all(shaken: Shaken) -> Figure:
    """What is paid more in all."""
    paid = shaken.later & shaken.both
    return Figure(float((shaken.extra_usd_per_feu[paid] * shaken.teu[paid] / TEU_PER_FEU).sum()))


@SHOCK_MEASURES.measure(
    "unpaired", COUNT, "unpaired", "consignments that only one of the runs has", Nature.AMOUNT
)  # fmt: skip
def _unpaired(shaken: Shaken) -> Figure:
    """Consignments that only one run has."""
    return Figure(float(shaken.alone))
