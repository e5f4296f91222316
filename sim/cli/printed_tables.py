"""Short tables on stdout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from sim.stats import Measures, Words

POOLED = "*"
"""Mark of a figure that is of all replications together."""


def number(value: object, decimals: int, at_least: bool = False) -> str:
    """A number for a table; "-" when there is none, ">=" when it is a lower bound."""
    if value is None or value != value:
        return "-"
    text = f"{float(value):,.{decimals}f}"  # type: ignore[arg-type]
    return f">={text}" if at_least else text


def estimate(row: Mapping[Any, Any], decimals: int) -> str:
    """An estimate: ">=" a lower bound, "*" of all replications together, "- (12)" where 12 consignments are too few."""
    text = number(row["estimate"], decimals, bool(row["lower_bound"]))
    if text == "-" and row.get("small"):
        return f"- ({row['consignments']:,})"
    return f"{text}{POOLED if row.get('pooled') else ''}"


def interval(row: Mapping[Any, Any], decimals: int) -> str:
    """An estimate with its 95 % interval: "14.2 (13.9 to 14.6)"."""
    text = estimate(row, decimals)
    if "-" in (number(row["low"], decimals), number(row["high"], decimals)):
        return text
    return f"{text} ({number(row['low'], decimals)} to {number(row['high'], decimals)})"


def layout(headings: list[str], lines: list[list[str]], texts: int) -> str:
    """Columns side by side: the first `texts` to the left, the others to the right."""
    widths = [max(len(line[i]) for line in [headings, *lines]) for i in range(len(headings))]

    def join(line: list[str]) -> str:
        """Cells below one another, numbers to the right."""
        cells = (
            cell.ljust(w) if i < texts else cell.rjust(w)
            for i, (cell, w) in enumerate(zip(line, widths, strict=True))
        )
        return "  ".join(cells).rstrip()

    return "\n".join([join(headings), join(["-" * width for width in widths]), *map(join, lines)])


def _lines(rows: pd.DataFrame, keys: list[str]) -> tuple[list[str], list[list[str]]]:
    """Headings and cells of the measures, a line for each key."""
    from sim.stats import MEASURES

    shown = [measure for measure in MEASURES.headed() if measure.name in set(rows["measure"])]
    lines, often = [], []
    for names, group in rows.groupby(keys, sort=False):
        # Amounts are known in every replication: 0 is one.
        runs = int(group["replications"].max())
        cells = {row["measure"]: row for row in group.to_dict("records")}
        line = [str(name) for name in (names if isinstance(names, tuple) else (names,))]
        often.append((int(group["with_freight"].max()), runs))
        for measure in shown:
            told = interval if measure.with_interval else estimate
            line.append(told(cells[measure.name], measure.scale.decimals) if measure.name in cells else "-")
        lines.append(line)
    head = [*keys, *(measure.heading for measure in shown)]
    if any(0 < there < runs for there, runs in often):
        head.append("with freight")
        lines = [[*line, f"{there} of {runs}"] for line, (there, runs) in zip(lines, often, strict=True)]
    return head, lines


def _notes(rows: pd.DataFrame) -> str:
    """What marks in a table mean, and how many replications an interval takes; each once, and only where it is needed."""
    from sim.stats import MEASURES

    shown = rows[rows["measure"].isin([measure.name for measure in MEASURES.headed()])]
    notes = marks_on(shown)
    if ((shown["with_freight"] > 0) & (shown["with_freight"] < shown["replications"].max())).any():
        notes.append(
            "with freight: replications in which there is any; amounts and shares are over all, times and prices over those"
        )
    return "".join(f"\n{note}" for note in notes)


def marks_on(rows: pd.DataFrame) -> list[str]:
    """What stands beside figures of these rows, in words: too few replications or consignments, and all replications together."""
    from sim.stats import BEYOND, LEAST_REPLICATIONS, fewest_for

    if rows.empty:
        return []
    n = int(rows["replications"].max())
    empty = rows["small"] & rows["estimate"].isna() & (rows["consignments"] > 0)
    notes = [
        f"no intervals from {n} replication{'s' if n != 1 else ''}: {LEAST_REPLICATIONS} would do (--replications {LEAST_REPLICATIONS})"
        if 0 < n < LEAST_REPLICATIONS
        else "",
        f"{POOLED} of all replications together, since one of them has fewer consignments than the figure needs"
        if rows["pooled"].any()
        else "",
        f"- (n): n consignments in all are too few; a quantile needs {BEYOND} beyond it, a P90 {fewest_for(0.9)}"
        if empty.any()
        else "",
    ]
    return [note for note in notes if note]


def _split(rows: pd.DataFrame, by: str | None) -> pd.DataFrame:
    """The rows that a table by this breakdown has: of all freight, and of each market."""
    from sim.stats import NARROW

    fixed = ["chain", "cargo", *NARROW]
    for column in fixed:
        if column in rows:
            there = rows[column].notna() & ~rows[column].isin(["all", ""])
            rows = rows[there if column == by else ~there]
    return rows


def _blocks(rows: pd.DataFrame, by: str | None, words: Words | None) -> list[tuple[str, pd.DataFrame]]:
    """The rows of a table in blocks by market, where there are several or they are asked for; the title of each.

    What has one market by itself (a flow, a chain) is in one block without a title.
    """
    markets = [name for name in rows["market"].unique() if name != "all"] if "market" in rows else []
    if not markets:
        return [("", rows)]
    return [
        (words.name("market", market) if words else market, rows[rows["market"] == market])
        for market in markets
    ]


def overview(rows: pd.DataFrame, by: str | None = None, words: Words | None = None) -> str:
    """One scenario by corridor and direction or by what was asked for, with 95 % intervals of the transit times, market by market."""
    part = _split(rows, by)
    keys = _keys(part, by, ["corridor", "direction"])
    told = [
        _titled(title, *_lines(_once(block) if title else block, keys), len(keys))
        for title, block in _blocks(part, by, words)
        if len(block)
    ]
    return "\n\n".join(told) + _together(rows, part) + _notes(part)


def _once(block: pd.DataFrame) -> pd.DataFrame:
    """The rows of a market whose freight goes one way only that way: both ways together say the same again."""
    ways = [name for name in block["direction"].unique() if name != "all"]
    return block[block["direction"] != "all"] if len(ways) == 1 else block


def _keys(part: pd.DataFrame, by: str | None, usual: list[str]) -> list[str]:
    """The columns that tell the lines of a table apart; freight between two places goes one way, so that needs no column."""
    from sim.stats import NARROW

    if by in ("chain", "cargo"):
        return ["corridor", "direction", by]
    if by in NARROW:
        ways = part.groupby(by, observed=True)["direction"].nunique()
        return [by, "corridor", *(["direction"] if (ways > 1).any() else [])]
    return usual


def _titled(title: str, head: list[str], lines: list[list[str]], texts: int) -> str:
    """A table under its title, if it has one."""
    return "\n".join([*([title] if title else []), layout(head, lines, texts)])


def _together(rows: pd.DataFrame, part: pd.DataFrame) -> str:
    """What goes to all markets together, in TEU: of freight to several ends a common transit time would mean nothing."""
    from sim.stats import MEASURES

    if "market" not in part or part.loc[part["market"] != "all", "market"].nunique() < 2:
        return ""
    pooled = _split(rows, None)
    pooled = pooled[(pooled[["corridor", "direction", "market"]] == "all").all(axis=1)]
    said = []
    for scenario, mine in pooled.groupby("scenario", sort=False, observed=True):
        teu = mine.set_index("measure")["estimate"]
        amounts = (
            f"{teu[name]:,.0f} TEU {MEASURES[name].title}" for name in ("delivered", "under_way", "refused")
        )
        where = f", {scenario}" if rows["scenario"].nunique() > 1 else ""
        said.append(f"\nAll markets{where}: {', '.join(amounts)}")
    return "\n" + "".join(said)


def policies_overview(rows: pd.DataFrame) -> str:
    """What each policy did in one scenario, with 95 % intervals of the share of freight bound."""
    from sim.stats import POLICY_MEASURES

    if rows.empty:
        return "No policy bound measured freight."
    return _by_name(rows, ["policy", "act"], POLICY_MEASURES)


def disruptions_overview(rows: pd.DataFrame) -> str:
    """What each disruption did in one scenario: a mean replication, with the 95 % interval of the share of freight met."""
    from sim.stats import DISRUPTION_MEASURES

    return _by_name(rows, ["disruption"], DISRUPTION_MEASURES)


def _by_name(rows: pd.DataFrame, keys: list[str], measures: Measures) -> str:
    """The measures of what acted, a line each."""
    shown, lines = measures.headed(), []
    for names, group in rows.groupby(keys, sort=False):
        cells = {row["measure"]: {**row, "lower_bound": False} for row in group.to_dict("records")}
        told = [
            (interval if one.with_interval else estimate)(cells[one.name], one.scale.decimals)
            for one in shown
        ]
        lines.append([*map(str, names), *told])
    return layout([*keys, *(one.heading for one in shown)], lines, len(keys))


def side_by_side(rows: pd.DataFrame, by: str | None, words: Words | None = None) -> str:
    """Scenarios by corridor (directions together), or by what was asked for; market by market where there are several."""
    from sim.stats import NARROW

    part = _split(rows, by)
    if by not in ("direction", "chain", "cargo", *NARROW):
        part = part[part["direction"] == "all"]
    usual = ["corridor", "direction"] if by == "direction" else ["corridor"]
    keys = _keys(part, by, usual)
    keys = [*keys, "scenario"] if by in NARROW else ["scenario", *keys]
    told = []
    for title, block in _blocks(part, by, words):
        if len(block):
            head, lines = _lines(block, keys)
            told.append(_titled(title, head, _together_first(lines) if by in NARROW else lines, len(keys)))
    return "\n\n".join(told) + _together(rows, part) + _notes(part)


def _together_first(lines: list[list[str]]) -> list[list[str]]:
    """Lines of one name, and within it of one corridor, below one another, each in the order in which it first comes."""
    names = list(dict.fromkeys(line[0] for line in lines))
    corridors = list(dict.fromkeys(line[1] for line in lines))
    return sorted(lines, key=lambda line: (names.index(line[0]), corridors.index(line[1])))


def differences_table(changes: pd.DataFrame, by: str | None) -> str:
    """Differences from the first scenario, with plain intervals, the correlation won, and what was compared."""
    from sim.stats import MEASURES, NARROW, Told

    if changes.empty:
        return ""
    part = _split(changes, by)
    keys = _keys(part, by, ["corridor", "direction"])
    if by in NARROW:
        # Of each corridor of each pair of places they would fill pages: JSON has them.
        part = part[part["corridor"] == "all"]
    if by not in ("direction", "chain", "cargo", *NARROW):
        part = part[part["direction"] == "all"]
    if (part["market"] != "all").any():
        # Volumes alone are told of all markets together.
        part, keys = part[part["market"] != "all"], ["market", *keys]
    part = part[part["measure"].isin(MEASURES.told(Told.TABLE))]
    few = part["too_few"].astype(bool) & (part["consignments"] > 0)
    small = len(part.loc[few, keys].drop_duplicates())
    part = part[part["estimate"].notna()]
    part = part[part[["estimate", "low", "high"]].fillna(0).ne(0).any(axis=1)]
    are = "group has" if small == 1 else "groups have"
    left_out = f"{small} {are} too few consignments for some figures\n" if small else ""
    if part.empty:
        return f"\nno differences\n{left_out}"
    lines = [
        [
            f"{row['b']} - {row['a']}",
            *(row[key] for key in keys),
            row["measure"],
            row["unit"],
            row["compared"],
            number(row["estimate"], 2),
            _ends(row),
            number(row["correlation"], 2),
            number(row["teu"], 0),
        ]
        for _, row in part.iterrows()
    ]
    head = [
        "difference",
        *keys,
        "measure",
        "unit",
        "compared",
        "estimate",
        "95 % interval",
        "correlation",
        "TEU",
    ]
    return f"\n{layout(head, lines, len(keys) + 4)}\n{left_out}"


def _ends(row: pd.Series[Any]) -> str:
    """An interval, or the end of it that is known."""
    low, high = number(row["low"], 2), number(row["high"], 2)
    if "-" not in (low, high):
        return f"{low} to {high}"
    return "-" if low == high else f"at least {low}" if high == "-" else f"at most {high}"
