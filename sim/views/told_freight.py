"""Of whose freight a picture is: of the flows, origins and destinations, or markets asked for; else of one market at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from sim.errors import LandbridgeError
from sim.views.titles import place_names

if TYPE_CHECKING:
    import pandas as pd

    from sim.views.asked import Asked

_OF_ONE_MARKET = ("market", "od", "flow")
"""What is told apart by these needs no market: each has one."""


class ToldFreight(NamedTuple):
    """The consignments of every run that a picture shows, what they are in words ("" for all), and which markets are left out."""

    tables: dict[str, pd.DataFrame]
    words: str
    left_out: str


def told_freight(asked: Asked, columns: Sequence[str], *, one_market: bool = True) -> ToldFreight:
    """Read these columns of the consignments of every run, of the freight that is asked for.

    With `one_market` freight of several markets is never shown together: the first of them is shown, unless something is asked for.
    Raises LandbridgeError for a name that no freight has, with the nearest ones.
    """
    wanted = asked.freight
    needed = dict.fromkeys([*columns, "measured", "market", *wanted, *([asked.by] if asked.by else [])])
    tables = {name: run.table("consignments", list(needed)) for name, run in asked.runs.items()}
    words: list[str] = []
    for column, names in wanted.items():
        known = _names(tables, column)
        for name in names:
            if name not in known:
                near = get_close_matches(name[:80], known, 3) or known[:8]
                raise LandbridgeError(
                    f"no freight of {column} {name!r} in these runs. Name one of {', '.join(near) or 'another run'}."
                )
        words += [title_of(asked, column, name) for name in names]
        tables = {run: table[table[column].isin(names)] for run, table in tables.items()}
    left_out = ""
    if one_market and asked.by not in _OF_ONE_MARKET and not wanted:
        first, *others = _markets(asked, tables) or [""]
        if others:
            words.append(title_of(asked, "market", first))
            tables = {run: table[table["market"] == first] for run, table in tables.items()}
            titles = ", ".join(title_of(asked, "market", other) for other in others)
            left_out = f"Only freight of one market; --market shows others: {titles}."
    return ToldFreight(tables, ", ".join(words), left_out)


def title_of(asked: Asked, column: str, name: str) -> str:
    """What a flow, a place, a pair of places or a market is called on a picture."""
    places = place_names(asked.runs)
    if column == "od":
        return "–".join(places.get(end, end) for end in name.split(":"))
    if column == "market":
        return name.replace("-", " ").title() if name else "no market"
    return places.get(name, name) if column in ("origin", "destination") else name


def told_apart(asked: Asked, table: pd.DataFrame) -> pd.DataFrame:
    """The same consignments with the names of the breakdown asked for in place of corridors; those refused have none."""
    if asked.by is None:
        return table
    names = table[asked.by].astype(object).where(table["status"] != "refused", "")
    return table.assign(corridor=names)


def titles_of(asked: Asked, table: pd.DataFrame) -> Mapping[str, str]:
    """The titles of what is told apart: corridors, or names of the breakdown."""
    if asked.by is None:
        return asked.titles
    return {str(name): title_of(asked, asked.by, str(name)) for name in table["corridor"].unique() if name}


def _names(tables: Mapping[str, pd.DataFrame], column: str) -> list[str]:
    """The names that measured freight has in a column, in the order in which the scenarios have them."""
    found: dict[str, None] = {}
    for table in tables.values():
        there = set(table.loc[table["measured"], column].unique())
        order = table[column].cat.categories if table[column].dtype == "category" else sorted(there)
        found |= dict.fromkeys(str(name) for name in order if name in there and name)
    return list(found)


def _markets(asked: Asked, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """The markets of the freight by the corridor that is asked for, or of all."""
    if asked.corridor is None or any("corridor" not in table for table in tables.values()):
        return _names(tables, "market")
    return _names(
        {run: table[table["corridor"] == asked.corridor] for run, table in tables.items()}, "market"
    )
