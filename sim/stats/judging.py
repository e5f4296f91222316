"""What may be called a difference: corrected for all that is compared together, and large enough to matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import isnan
from typing import TYPE_CHECKING, Any

from sim.stats.measured import Least, Measure
from sim.stats.significance import FAMILY, holm

if TYPE_CHECKING:
    import pandas as pd


class Finding(Enum):
    """What is found of a difference."""

    DIFFERENCE = "a difference"
    TOO_SMALL = "too small to matter"
    UNCHANGED = "unchanged in every replication"
    NOT_SHOWN = "no difference shown"
    NO_INTERVAL = "too few replications for an interval"
    TOO_FEW = "too few consignments"
    NOTHING = "nothing to compare"


@dataclass(frozen=True)
class Matters:
    """Differences below these are too small to matter; each is above 0.

    `days` of transit time; `points`, percentage points of shares, and of volumes that share of all freight; `percent` of the price
    (or emissions) per FEU in the first scenario.
    """

    days: float = 0.25
    points: float = 0.5
    percent: float = 1.0

    def of(self, measure: Measure, value_a: float, freight: float) -> float:
        """The least difference that matters, in the unit of the measure.

        Parameters: measure; value_a, its value in the first scenario; freight, all of its freight, in the unit of volumes.
        """
        match measure.scale.least:
            case Least.DAYS:
                return self.days
            case Least.POINTS:
                return self.points
            case Least.FREIGHT:
                return self.points / 100 * freight
            case Least.PERCENT:
                return self.percent / 100 * abs(value_a)


def corrected(tables: Sequence[pd.DataFrame]) -> list[pd.DataFrame]:
    """The tables with `p_holm`: their p-values corrected for being compared together, all tables as one family."""
    import pandas as pd

    found = holm(pd.concat([table["p"] for table in tables], ignore_index=True))
    begin, made = 0, []
    for table in tables:
        made.append(table.assign(p_holm=found[begin : begin + len(table)]))
        begin += len(table)
    return made


def finding(row: dict[str, Any], matters: float) -> Finding:
    """What is found of a row with estimate, low, high, p_holm, too_few, lower_bound; `matters` in its unit."""
    low, high = float(row["low"]), float(row["high"])
    if row["too_few"]:
        return Finding.TOO_FEW
    if isnan(row["estimate"]):
        return Finding.NOTHING
    if isnan(low) and isnan(high):
        return Finding.NO_INTERVAL
    if low == high == 0:
        return Finding.UNCHANGED
    # A lower bound may hide any difference: that one is small cannot be said.
    if -matters < low and high < matters and not row["lower_bound"]:
        return Finding.TOO_SMALL
    # The end of an interval that freight under way leaves open may be anywhere, also beyond 0.
    away = low > 0 or high < 0
    return Finding.DIFFERENCE if away and row["p_holm"] <= FAMILY else Finding.NOT_SHOWN
