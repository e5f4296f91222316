"""Freight between two places by itself, in words: how long it takes, how surely, at what price, by which ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sim.stats.cells import BREAKDOWNS, NARROW
from sim.stats.measured import ALL
from sim.stats.measures import MEASURES
from sim.stats.wording import listed
from sim.stats.words import Words

if TYPE_CHECKING:
    import pandas as pd

_Row = Mapping[Any, Any]
_LEAST_PERCENT = 0.5
"""A way with less of the freight is not named."""


def alone_sentences(summary: pd.DataFrame, words: Words) -> list[str]:
    """A sentence for each flow, origin, destination or pair of both that the measures are broken down by, scenario after scenario.

    Parameters: measures as `summarise` returns them; what things are called.
    """
    narrow = summary[(summary[list(NARROW)] != ALL).any(axis=1)]
    key = [name for name in BREAKDOWNS if name != "corridor"]
    return [
        _sentence(of_scenario, words)
        for _, group in narrow.groupby(key, sort=False, observed=True)
        for _, of_scenario in group.groupby("scenario", sort=False, observed=True)
    ]


def _sentence(group: pd.DataFrame, words: Words) -> str:
    """What the rows of one cell say, by all its corridors."""
    by_corridor: dict[str, dict[str, _Row]] = {}
    for row in group.to_dict("records"):
        by_corridor.setdefault(str(row["corridor"]), {})[str(row["measure"])] = row
    whole = by_corridor[ALL]
    first = whole["delivered"]
    begin = f"{words.cell({name: str(first[name]) for name in BREAKDOWNS})} in {first['scenario']}"
    teu = sum(float(whole[name]["estimate"]) for name in ("delivered", "under_way"))
    if not teu > 0:
        refused = float(whole["refused"]["estimate"])
        return f"{begin}: it carries nothing{f', {refused:,.0f} TEU are refused' if refused else ''}."
    times = [
        *_time(whole["transit_time.p50"], "half of it arrives"),
        *_time(whole["transit_time.p90"], "nine tenths"),
    ]
    kept = whole["deadline.share"]
    parts = [
        ", ".join(times)
        or f"too few consignments for a transit time ({whole['transit_time.p50']['consignments']:.0f})",
        *([f"{_number(kept)} % within the deadline"] if _known(kept) else []),
        *([f"{_number(whole['cost.per_feu'])} USD/FEU"] if _known(whole["cost.per_feu"]) else []),
        *_ways(by_corridor, words),
    ]
    return f"{begin}: {'; '.join(parts)}."


def _time(row: _Row, what: str) -> Iterator[str]:
    """Yield by when a share of the freight arrives, with the interval where there is one."""
    if not _known(row):
        return
    low, high = (f"{row[end]:.1f}" for end in ("low", "high"))
    span = f" ({low} to {high})" if "nan" not in (low, high) else ""
    yield f"{what} within {'at least ' if row['lower_bound'] else ''}{row['estimate']:.1f} d{span}"


def _ways(by_corridor: Mapping[str, Mapping[str, _Row]], words: Words) -> Iterator[str]:
    """Yield by which ways it goes, that with most of it first."""
    shares = {
        corridor: float(rows["corridor.share"]["estimate"])
        for corridor, rows in by_corridor.items()
        if corridor != ALL and "corridor.share" in rows
    }
    named = sorted(
        (name for name in shares if shares[name] >= _LEAST_PERCENT), key=lambda name: -shares[name]
    )
    if named:
        yield listed([f"{shares[name]:.0f} % by {words.name('way', name)}" for name in named])


def _known(row: _Row) -> bool:
    """Whether there is a figure."""
    return bool(row["estimate"] == row["estimate"])


def _number(row: _Row) -> str:
    """An estimate with the decimals of its measure; a lower bound says so."""
    decimals = MEASURES[row["measure"]].scale.decimals
    return f"{'at least ' if row['lower_bound'] else ''}{row['estimate']:,.{decimals}f}"
