"""Short tables on stdout."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = {
    "delivered": ("delivered TEU", 0),
    "under_way": ("under way TEU", 0),
    "refused": ("refused TEU", 0),
    "corridor.share": ("share %", 1),
    "transit_time.p50": ("P50 days", 1),
    "transit_time.p90": ("P90 days", 1),
    "on_time.share": ("on time %", 1),
    "cost.per_feu": ("USD/FEU", 0),
    "emissions.per_feu": ("kg CO2e/FEU", 0),
}
"""Measures shown, with their heading and decimals."""
POLICY_COLUMNS = {
    "bound": ("TEU bound", 0),
    "bound.share": ("share %", 2),
    "time.per_feu": ("h", 1),
    "cost.per_feu": ("USD/FEU", 0),
    "cost.total": ("USD", 0),
}
"""Measures of what a policy did, with their heading and decimals."""
DISRUPTION_COLUMNS = {
    "struck": ("times struck", 1),
    "trips": ("trips met", 0),
    "bound": ("TEU met", 0),
    "bound.share": ("share %", 2),
    "held": ("held TEU-d", 0),
}
"""Measures of what a disruption did, with their heading and decimals."""
CHANGES = ("transit_time.p50", "transit_time.p90", "on_time.share", "cost.per_feu", "delivered")


def number(value: object, decimals: int, at_least: bool = False) -> str:
    """A number for a table; "-" when there is none, ">=" when it is a lower bound."""
    if value is None or value != value:
        return "-"
    text = f"{float(value):,.{decimals}f}"  # type: ignore[arg-type]
    return f">={text}" if at_least else text


def interval(row: dict[Hashable, Any], decimals: int) -> str:
    """An estimate with its 95 % interval: "14.2 (13.9 to 14.6)"."""
    text = number(row["estimate"], decimals, bool(row["lower_bound"]))
    if number(row["low"], decimals) == "-" or text == "-":
        return text
    return f"{text} ({number(row['low'], decimals)} to {number(row['high'], decimals)})"


def layout(headings: list[str], lines: list[list[str]], texts: int) -> str:
    """Columns side by side: the first `texts` to the left, the others to the right."""
    widths = [max(len(line[i]) for line in [headings, *lines]) for i in range(len(headings))]

    def join(line: list[str]) -> str:
        cells = (
            cell.ljust(w) if i < texts else cell.rjust(w)
            for i, (cell, w) in enumerate(zip(line, widths, strict=True))
        )
        return "  ".join(cells).rstrip()

    return "\n".join([join(headings), join(["-" * width for width in widths]), *map(join, lines)])


def _lines(
    rows: pd.DataFrame, keys: list[str], with_interval: tuple[str, ...]
) -> tuple[list[str], list[list[str]]]:
    shown = [measure for measure in COLUMNS if measure in set(rows["measure"])]
    lines = []
    for names, group in rows.groupby(keys, sort=False):
        cells = {row["measure"]: row for row in group.to_dict("records")}
        line = [str(name) for name in (names if isinstance(names, tuple) else (names,))]
        for measure in shown:
            decimals = COLUMNS[measure][1]
            if measure not in cells:
                line.append("-")
            elif measure in with_interval:
                line.append(interval(cells[measure], decimals))
            else:
                row = cells[measure]
                line.append(number(row["estimate"], decimals, bool(row["lower_bound"])))
        lines.append(line)
    return [*keys, *(COLUMNS[measure][0] for measure in shown)], lines


def _pooled(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that no breakdown by chain or cargo splits."""
    for key in ("chain", "cargo"):
        if key in rows:
            rows = rows[rows[key].isna() | rows[key].isin(["all", ""])]
    return rows


def overview(rows: pd.DataFrame) -> str:
    """One scenario by corridor and direction, with 95 % intervals of the transit times."""
    head, lines = _lines(_pooled(rows), ["corridor", "direction"], ("transit_time.p50", "transit_time.p90"))
    return layout(head, lines, 2)


def policies_overview(rows: pd.DataFrame) -> str:
    """What each policy did in one scenario, with 95 % intervals of the share of freight bound."""
    if rows.empty:
        return "No policy bound measured freight."
    lines = []
    for (policy, act), group in rows.groupby(["policy", "act"], sort=False):
        cells = {row["measure"]: {**row, "lower_bound": False} for row in group.to_dict("records")}
        shown = [
            interval(cells[name], decimals)
            if name == "bound.share"
            else number(cells[name]["estimate"], decimals)
            for name, (_, decimals) in POLICY_COLUMNS.items()
        ]
        lines.append([str(policy), str(act), *shown])
    return layout(["policy", "act", *(heading for heading, _ in POLICY_COLUMNS.values())], lines, 2)


def disruptions_overview(rows: pd.DataFrame) -> str:
    """What each disruption did in one scenario: a mean replication, with the 95 % interval of the share of freight met."""
    lines = []
    for name, group in rows.groupby("disruption", sort=False):
        cells = {row["measure"]: {**row, "lower_bound": False} for row in group.to_dict("records")}
        shown = [
            interval(cells[measure], decimals)
            if measure == "bound.share"
            else number(cells[measure]["estimate"], decimals)
            for measure, (_, decimals) in DISRUPTION_COLUMNS.items()
        ]
        lines.append([str(name), *shown])
    return layout(["disruption", *(heading for heading, _ in DISRUPTION_COLUMNS.values())], lines, 1)


def side_by_side(rows: pd.DataFrame, by: str | None) -> str:
    """Scenarios by corridor (directions together), or by what was asked for."""
    if by in ("chain", "cargo"):
        part, keys = (
            rows[rows[by].notna() & ~rows[by].isin(["all", ""])],
            ["scenario", "corridor", "direction", by],
        )
    elif by == "direction":
        part, keys = _pooled(rows), ["scenario", "corridor", "direction"]
    else:
        pooled = _pooled(rows)
        part, keys = pooled[pooled["direction"] == "all"], ["scenario", "corridor"]
    head, lines = _lines(part, keys, ("transit_time.p50", "transit_time.p90"))
    return layout(head, lines, len(keys))


def differences_table(changes: pd.DataFrame, by: str | None) -> str:
    """Paired differences from the first scenario, with intervals and the correlation won."""
    if changes.empty:
        return ""
    part = _pooled(changes)
    part = part[part["measure"].isin(CHANGES)]
    if by != "direction":
        part = part[part["direction"] == "all"]
    part = part[part["estimate"].notna()]
    part = part[part[["estimate", "low", "high"]].fillna(0).ne(0).any(axis=1)]
    if part.empty:
        return "\nno differences\n"
    lines = [
        [
            f"{row['b']} - {row['a']}",
            row["corridor"],
            row["direction"],
            row["measure"],
            row["unit"],
            number(row["estimate"], 2),
            f"{number(row['low'], 2)} to {number(row['high'], 2)}",
            number(row["correlation"], 2),
        ]
        for _, row in part.iterrows()
    ]
    head = [
        "difference",
        "corridor",
        "direction",
        "measure",
        "unit",
        "estimate",
        "95 % interval",
        "correlation",
    ]
    return "\n" + layout(head, lines, 5) + "\n"
