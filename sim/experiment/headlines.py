"""What comes out of many scenarios in a few lines each, every one beside the one that it extends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.experiment.cases import Outcome
from sim.experiment.comparison import Comparison, compare_outcomes, unlike
from sim.experiment.words import words_of

if TYPE_CHECKING:
    import pandas as pd

Rows = Mapping[str, Mapping[str, Any]]
"""Rows of a comparison's tables, by measure."""
_Key = tuple[str, str]
"""Market and corridor."""


@dataclass(frozen=True)
class CorridorHeadline:
    """A corridor, or "all": its measures, and how they differ from those of the base (None without one).

    `market` is that of the freight in words, where measured freight has several; else "all".
    """

    market: str
    corridor: str
    measures: Rows
    changes: Rows | None


@dataclass(frozen=True)
class Headline:
    """A scenario: the one that it is compared with ("" for none), its corridors with freight, and what is said of it.

    Of several markets it has the first one, and those of which something differs from the base.
    """

    outcome: Outcome
    base: str
    corridors: tuple[CorridorHeadline, ...]
    said: tuple[str, ...]


def headlines_of(outcomes: Sequence[Outcome], bases: Mapping[str, str]) -> list[Headline]:
    """Compare every outcome with its base, by name, where that was run, too.

    All are compared at once: what is called a difference is corrected for all that is said.
    """
    if not outcomes:
        return []
    there = {one.case.name: one for one in outcomes}
    against = {name: base for name, base in bases.items() if name in there and base in there}
    found = compare_outcomes(list(outcomes), against=against)
    return [_headline(one, there.get(against.get(name, "")), found) for name, one in there.items()]


def _headline(one: Outcome, base: Outcome | None, found: Comparison) -> Headline:
    """The lines of one scenario of the comparison of all."""
    from sim.stats import nothing_carried

    name = one.case.name
    mine = found.rows[found.rows["scenario"] == name]
    rows = _by_corridor(mine)
    if base is None:
        changes: dict[_Key, Rows] = {}
    else:
        differing = found.differences
        changes = _by_corridor(differing[(differing["a"] == base.case.name) & (differing["b"] == name)])
    words = words_of([one.case.scenario])
    lines = [
        CorridorHeadline(
            words.name("market", key[0]), key[1], measures, changes.get(key, {}) if changes else None
        )
        for key, measures in rows.items()
        if _carried(measures) or _carried(changes.get(key, {}))
    ]
    lines = _of_markets_told(lines)
    said = [
        *nothing_carried(mine)[:1],
        *(_in_words(base, one, found) if base is not None and changes else ()),
    ]
    return Headline(one, base.case.name if base is not None else "", tuple(lines), tuple(said))


def _by_corridor(table: pd.DataFrame) -> dict[_Key, Rows]:
    """Rows of all directions, chains and cargo together, by market and corridor, then by measure; of several markets each alone."""
    from sim.stats import BREAKDOWNS

    others = [name for name in BREAKDOWNS if name not in ("market", "corridor")]
    pooled = table[(table[others] == "all").all(axis=1)]
    if (pooled["market"] != "all").any():
        pooled = pooled[pooled["market"] != "all"]
    found: dict[_Key, dict[str, dict[str, Any]]] = {}
    for row in pooled.to_dict("records"):
        found.setdefault((str(row["market"]), str(row["corridor"])), {})[str(row["measure"])] = {
            str(key): value for key, value in row.items()
        }
    return dict(found)


def _of_markets_told(lines: Sequence[CorridorHeadline]) -> list[CorridorHeadline]:
    """The lines of the first market, and of those where something is called a difference from the base, or without a base of all."""
    from sim.stats import Finding

    def differs(line: CorridorHeadline) -> bool:
        """Whether something is told of it besides that it is as it was."""
        found = {row.get("finding") for row in (line.changes or {}).values()}
        return line.changes is None or not found.isdisjoint(
            (Finding.DIFFERENCE.value, Finding.NO_INTERVAL.value)
        )

    told = {line.market for line in lines if differs(line)} | {line.market for line in lines[:1]}
    return [line for line in lines if line.market in told]


def _carried(measures: Rows) -> bool:
    """Whether a corridor carries freight, or its share changed; where nothing is carried at all there is no share."""
    share = measures.get("corridor.share")
    return share is not None and share["estimate"] != 0 and share["estimate"] == share["estimate"]


def _in_words(base: Outcome, one: Outcome, found: Comparison) -> list[str]:
    """Where the two are not alike, on all freight against the base, and what the scenario leaves undone."""
    a, b = base.case.name, one.case.name
    wholes = {"all", *(str(name) for name in found.rows["market"].unique())}
    overall = [said.text for said in found.said if (said.a, said.b) == (a, b) and said.about in wholes]
    left = [
        said.text
        for said in found.said
        if (said.a, said.b) == (b, b) and said.about in ("refused", "under_way")
    ]
    return [*(f"{note}." for note in unlike(base, one)), *overall, *left]
