"""Short tables on stdout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from sim.stats import Measures

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


def _pooled(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that no breakdown by chain, cargo or flow splits."""
    for key in ("chain", "cargo", "flow"):
        if key in rows:
            rows = rows[rows[key].isna() | rows[key].isin(["all", ""])]
    return rows


def overview(rows: pd.DataFrame) -> str:
    """One scenario by corridor and direction, with 95 % intervals of the transit times."""
    part = _pooled(rows)
    head, lines = _lines(part, ["corridor", "direction"])
    return layout(head, lines, 2) + _notes(part)


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


def side_by_side(rows: pd.DataFrame, by: str | None) -> str:
    """Scenarios by corridor (directions together), or by what was asked for."""
    if by in ("chain", "cargo", "flow"):
        part, keys = (
            rows[rows[by].notna() & ~rows[by].isin(["all", ""])],
            ["scenario", "corridor", "direction", by],
        )
    elif by == "direction":
        part, keys = _pooled(rows), ["scenario", "corridor", "direction"]
    else:
        pooled = _pooled(rows)
        part, keys = pooled[pooled["direction"] == "all"], ["scenario", "corridor"]
    head, lines = _lines(part, keys)
    return layout(head, lines, len(keys)) + _notes(part)


def differences_table(changes: pd.DataFrame, by: str | None) -> str:
    """Differences from the first scenario, with plain intervals, the correlation won, and what was compared."""
    from sim.stats import MEASURES, Told

    if changes.empty:
        return ""
    if by in ("chain", "cargo", "flow"):
        part, keys = changes[changes[by] != "all"], ["corridor", "direction", by]
    else:
        part, keys = _pooled(changes), ["corridor", "direction"]
        part = part if by == "direction" else part[part["direction"] == "all"]
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
