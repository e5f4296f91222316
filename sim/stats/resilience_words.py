"""What a shock did, in sentences for a person: never a difference where the interval contains 0, nor one among many by chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isnan, nan
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.stats.measured import ALL
from sim.stats.shares import REFUSED
from sim.stats.significance import FAMILY, holm, paired_difference

if TYPE_CHECKING:
    import pandas as pd

_LEAST_TEU = 0.5
_TESTED = ("delay.area", "delay.peak", "cost.extra_per_feu")
"""Measures of which sentences say whether they differ from 0."""


@dataclass(frozen=True)
class Estimate:
    """A mean over n replications with its 95 % interval, its p-value corrected for all that is said together, and whether all are 0."""

    value: float
    low: float
    high: float
    n: int
    lower_bound: bool
    p_holm: float
    nothing: bool

    @property
    def told(self) -> bool:
        """Whether there is an interval, or an end of one."""
        return not (isnan(self.low) and isnan(self.high))

    @property
    def shown(self) -> bool:
        """Whether it can be called different from 0."""
        return (self.low > 0 or self.high < 0) and self.p_holm <= FAMILY

    def words(self, unit: str, decimals: int = 0) -> str:
        """Write it: "9.8 d (9.1 to 10.5)"."""
        at_least = "at least " if self.lower_bound else ""
        text = f"{at_least}{self.value:,.{decimals}f} {unit}"
        return f"{text} ({self.span(decimals)})" if self.told else text

    def span(self, decimals: int = 0) -> str:
        """Write its interval, or the end that is known."""
        if isnan(self.high):
            return f"at least {self.low:,.{decimals}f}"
        if isnan(self.low):
            return f"at most {self.high:,.{decimals}f}"
        return f"{self.low:,.{decimals}f} to {self.high:,.{decimals}f}"

    def size(self, unit: str) -> str:
        """Write it without its sign."""
        turned = replace(self, value=-self.value, low=-self.high, high=-self.low, lower_bound=False)
        return (self if self.value >= 0 else turned).words(unit)


def shock_verdicts(rows: pd.DataFrame, values: pd.DataFrame, moved: pd.DataFrame) -> list[str]:
    """One sentence for all freight and for each corridor on which the shock shows, and one on where freight went.

    Parameters: `resilience.summary`, the values that it rests on, `resilience.mean_moves`. A difference is called one when its
    95 % interval leaves 0 out and its p-value, corrected for all that is tested here (Holm), is at most 5 %.
    """
    tests = _tests(values)
    pooled = rows[rows["direction"] == ALL]
    sentences = []
    for corridor in pooled["corridor"].unique():
        of_group = pooled[pooled["corridor"] == corridor]
        found = {
            str(row["measure"]): _estimate(
                row, *tests.get((str(corridor), str(row["measure"])), (nan, False))
            )
            for row in of_group.to_dict("records")
        }
        censored = _censored(values, str(corridor))
        about = "All freight" if corridor == ALL else str(corridor)
        if corridor == ALL or found["delay.area"].shown or _away(found):
            sentences.append(f"{about}: {'; '.join(_clauses(found, censored))}{_count(found)}.")
    return [*sentences, *_where(moved)]


def _tests(values: pd.DataFrame) -> dict[tuple[str, str], tuple[float, bool]]:
    """For each corridor and measure that is tested, its corrected p-value, and whether it is 0 in every replication."""
    mine = values[(values["direction"] == ALL) & values["measure"].isin(_TESTED)]
    groups = {
        (str(corridor), str(measure)): group["value"].to_numpy(float)
        for (corridor, measure), group in mine.groupby(["corridor", "measure"], sort=False, observed=True)
    }
    p = holm([paired_difference(np.zeros(len(one)), one).p for one in groups.values()])
    return {
        key: (float(one), bool((group == 0).all()))
        for (key, group), one in zip(groups.items(), p, strict=True)
    }


def _estimate(row: dict[Any, Any], p_holm: float, nothing: bool) -> Estimate:
    """A row of the summary, with its test."""
    value, low, high = (float(row[name]) for name in ("estimate", "low", "high"))
    return Estimate(value, low, high, int(row["replications"]), bool(row["lower_bound"]), p_holm, nothing)


def _censored(values: pd.DataFrame, corridor: str) -> int:
    """In how many replications a corridor did not recover within the period."""
    mine = values[
        (values["corridor"] == corridor)
        & (values["direction"] == ALL)
        & (values["measure"] == "recovery.time")
    ]
    return int(mine["lower_bound"].sum())


def _away(found: dict[str, Estimate]) -> bool:
    """Whether freight goes elsewhere, or is refused."""
    return any(found[name].value > _LEAST_TEU for name in ("diverted", "refused"))


def _clauses(found: dict[str, Estimate], censored: int) -> Iterator[str]:
    """Yield what a sentence says of a group."""
    area, peak = found["delay.area"], found["delay.peak"]
    if area.nothing:
        yield "no delay in any replication"
    elif not area.told:
        runs = "one replication, which has" if area.n == 1 else f"{area.n} replications, which have"
        yield f"delay of {area.words('TEU-days')} in {runs} no interval"
    elif not area.shown:
        inside = "contains 0" if not (area.low > 0 or area.high < 0) else "is no proof among so many"
        yield f"no delay shown, the interval of the delay area {area.span()} TEU-days {inside}"
    elif area.value < 0:
        yield f"{area.size('TEU-days')} saved"
    else:
        yield f"delay of {area.words('TEU-days')}"
    if (peak.shown or not peak.told) and peak.value > 0:
        at = found["delay.peak_week"].value
        when = (
            f"about {abs(at):.0f} days {'before' if at < 0 else 'after'} its start"
            if round(at)
            else "in its first week"
        )
        yield f"half of the freight that it meets {when} is delayed by {_or_more(peak)}"
    yield from _recovered(found["recovery.time"], censored)
    for name, word in (("diverted", "diverted"), ("refused", "refused")):
        if found[name].value > _LEAST_TEU:
            share = (
                f", {found['diverted.share'].value:.0f} % of what is offered" if name == "diverted" else ""
            )
            yield f"{found[name].words('TEU')} {word}{share}"
    cost = found["cost.extra_per_feu"]
    if cost.shown:
        yield f"it pays {cost.size('USD/FEU')} {'more' if cost.value > 0 else 'less'}"


def _or_more(peak: Estimate) -> str:
    """A median delay in days: "9.8 d (9.1 to 10.5) or more"."""
    return f"{replace(peak, lower_bound=False).words('d', 1)} or more"


def _recovered(time: Estimate, censored: int) -> Iterator[str]:
    """Yield when it is back to normal, if it ever was not."""
    if time.n == 0 or time.value == 0:
        return
    if censored == time.n:
        yield "it is not back to normal within the period"
    else:
        late = f"; not within the period in {censored} of {time.n} replications" if censored else ""
        yield f"back to normal {time.words('d')} after the shock's start{late}"


def _count(found: dict[str, Estimate]) -> str:
    """On how many replications it rests."""
    area = found["delay.area"]
    return f" (95 % intervals; n = {area.n})" if area.told else ""


def _where(moved: pd.DataFrame) -> Iterator[str]:
    """Say where most of the freight that changed its corridor went."""
    if moved.empty:
        yield "No freight released from the shock's start on is in both runs, so there is nothing to compare."
        return
    left = moved[(moved["direction"] == ALL) & (moved["from"] != moved["to"]) & (moved["teu"] > _LEAST_TEU)]
    if left.empty:
        yield "No freight changes its corridor."
        return
    to = left.groupby("to")["teu"].sum().sort_values(ascending=False)
    parts = [f"{_share(100 * teu / to.sum())} {_end(str(name))}" for name, teu in to.items()]
    yield f"Of the {to.sum():,.0f} TEU that leave their corridor: {', '.join(parts)}."


def _share(percent: float) -> str:
    """A share in words."""
    return f"{percent:.0f} %" if percent >= 1 else "less than 1 %"


def _end(name: str) -> str:
    """Where freight went, in words."""
    return "is refused" if name == REFUSED else f"by {name}"
