"""Ways between places, in words: how much sooner or later like freight arrives by one than by another, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sim.stats.cells import NARROW
from sim.stats.compare import OF_PAIR
from sim.stats.judging import Finding
from sim.stats.measured import ALL
from sim.stats.told import Row, Verdict, change_of, importance_of, rows_of
from sim.stats.wording import Change, dearer, note, sooner, span
from sim.stats.words import Words

if TYPE_CHECKING:
    import pandas as pd

_TIME, _COST = "transit_time.p50", "cost.per_feu"
_OPEN = (Finding.TOO_FEW, Finding.NOTHING)
"""Where there is no figure to tell."""


def told_ways(corridors: pd.DataFrame) -> pd.Series[bool]:
    """Which rows of `between_corridors` sentences speak of: the last way between two places beside each other one."""
    key = ["scenario", *OF_PAIR]
    found: pd.Series[bool] = corridors["b"] == corridors.groupby(key, sort=False, observed=True)[
        "b"
    ].transform("last")
    return found


def ways_said(corridors: pd.DataFrame, freight: Mapping[str, float], words: Words) -> Iterator[Verdict]:
    """Yield a sentence for each origin, destination or flow by whose freight several ways are taken.

    Parameters: corridors as `verdict.judged` returns them; freight of each scenario, TEU a replication; what things are called.
    """
    if corridors.empty:
        return
    narrow = (corridors[list(NARROW)] != ALL).any(axis=1)
    mine = corridors[corridors["finding"].notna() & narrow]
    for names, group in mine.groupby(["scenario", *OF_PAIR, "b"], sort=False, observed=True):
        scenario, *of, way = map(str, names)
        cell = {**dict.fromkeys(("corridor", "chain", "cargo"), ALL), **dict(zip(OF_PAIR, of, strict=True))}
        rows = rows_of(group)
        others = {
            str(other): [row for row in rows if row["a"] == other]
            for other in dict.fromkeys(row["a"] for row in rows)
        }
        yield _said(scenario, words.cell(cell), way, others, freight[scenario], words)


def _said(
    scenario: str, subject: str, way: str, others: Mapping[str, Sequence[Row]], freight: float, words: Words
) -> Verdict:
    """One sentence on a way between two places: "Xi'an–Andijan by the CKU: 1.9 d (1.5 to 2.3) sooner than by Khorgos, …"."""
    compared: list[Change] = []
    clauses = []
    for other, rows in others.items():
        time, cost = (next((row for row in rows if row["measure"] == name), None) for name in (_TIME, _COST))
        assert time is not None
        changes = [change_of(row) for row in (time, cost) if row is not None]
        compared += [one for one in changes if one.finding not in _OPEN]
        clauses.append(_beside(words.name("way", other), time, changes))
    n = max((one.replications for one in compared), default=0)
    text = f"{subject} by {words.name('way', way)}, in {scenario}: {'; '.join(clauses)}"
    text += (
        f" (medians and prices of like freight, 95 % intervals; n = {n}){note(compared)}."
        if compared
        else "."
    )
    weight = max(importance_of(row, freight) for rows in others.values() for row in rows)
    return Verdict(text, scenario, scenario, subject, weight, of_places=True)


def _beside(other: str, time: Row, changes: Sequence[Change]) -> str:
    """How a way is beside another one: "1.9 d (1.5 to 2.3) sooner and 320 USD/FEU (300 to 340) dearer than by Khorgos"."""
    if not time["teu"] > 0:
        return f"nothing of the same flow and cargo goes by {other}, so that is not compared"
    first, *rest = changes
    if first.finding is Finding.TOO_FEW:
        return f"too few consignments go by both it and {other} to be compared ({time['consignments']:.0f} in a replication)"
    match first.finding:
        case Finding.DIFFERENCE | Finding.NO_INTERVAL:
            alone = "" if first.shown else ", without an interval"
            told = f"{sooner(first)} than by {other}{alone}"
        case Finding.UNCHANGED:
            told = f"as long as by {other} in every replication"
        case Finding.TOO_SMALL:
            told = f"as long as by {other}, but for less than matters ({span(first)})"
        case _:
            many = " among so many comparisons" if first.one_sided else ""
            told = f"no sooner or later than by {other} as far as is shown{many} ({span(first)})"
    prices = [f"{dearer(one)}" for one in rest if one.finding is Finding.DIFFERENCE]
    return " and ".join([told, *prices])
