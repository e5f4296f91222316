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
POOLED = "*"
"""Mark of a figure that is of all replications together."""
CHANGES = ("transit_time.p50", "transit_time.p90", "on_time.share", "cost.per_feu", "delivered")


def number(value: object, decimals: int, at_least: bool = False) -> str:
    """A number for a table; "-" when there is none, ">=" when it is a lower bound."""
    if value is None or value != value:
        return "-"
    text = f"{float(value):,.{decimals}f}"  # type: ignore[arg-type]
    return f">={text}" if at_least else text


def estimate(row: dict[Hashable, Any], decimals: int) -> str:
    """An estimate: ">=" a lower bound, "*" of all replications together, "- (12)" where 12 consignments are too few."""
    text = number(row["estimate"], decimals, bool(row["lower_bound"]))
    if text == "-" and row.get("small"):
        return f"- ({row['consignments']:,})"
    return f"{text}{POOLED if row.get('pooled') else ''}"


def interval(row: dict[Hashable, Any], decimals: int) -> str:
    """An estimate with its 95 % interval: "14.2 (13.9 to 14.6)"."""
    text = estimate(row, decimals)
    if "-" in (number(row["low"], decimals), number(row["high"], decimals)):
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
    lines, often = [], []
    for names, group in rows.groupby(keys, sort=False):
        # Amounts are known in every replication: 0 is one.
        runs = int(group["replications"].max())
        cells = {row["measure"]: row for row in group.to_dict("records")}
        line = [str(name) for name in (names if isinstance(names, tuple) else (names,))]
        often.append((int(group["with_freight"].max()), runs))
        for measure in shown:
            decimals = COLUMNS[measure][1]
            if measure not in cells:
                line.append("-")
            elif measure in with_interval:
                line.append(interval(cells[measure], decimals))
            else:
                line.append(estimate(cells[measure], decimals))
        lines.append(line)
    head = [*keys, *(COLUMNS[measure][0] for measure in shown)]
    if any(0 < there < runs for there, runs in often):
        head.append("with freight")
        lines = [[*line, f"{there} of {runs}"] for line, (there, runs) in zip(lines, often, strict=True)]
    return head, lines


def _notes(rows: pd.DataFrame) -> str:
    """What marks in a table mean, and how many replications an interval takes; each once, and only where it is needed."""
    from sim.stats.intervals import LEAST_REPLICATIONS
    from sim.stats.summary import BEYOND, fewest_for

    shown = rows[rows["measure"].isin(list(COLUMNS))]
    n = int(shown["replications"].max()) if len(shown) else 0
    empty = shown["small"] & shown["estimate"].isna() & (shown["consignments"] > 0)
    notes = [
        f"no intervals from {n} replication{'s' if n != 1 else ''}: {LEAST_REPLICATIONS} would do (--replications {LEAST_REPLICATIONS})"
        if 0 < n < LEAST_REPLICATIONS
        else "",
        f"{POOLED} of all replications together, since one of them has fewer consignments than the figure needs"
        if shown["pooled"].any()
        else "",
        f"- (n): n consignments in all are too few; a quantile needs {BEYOND} beyond it, a P90 {fewest_for(0.9)}"
        if empty.any()
        else "",
        "with freight: replications in which there is any; amounts and shares are over all, times and prices over those"
        if ((shown["with_freight"] > 0) & (shown["with_freight"] < n)).any()
        else "",
    ]
    return "".join(f"\n{note}" for note in notes if note)


def _pooled(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that no breakdown by chain, cargo or flow splits."""
    for key in ("chain", "cargo", "flow"):
        if key in rows:
            rows = rows[rows[key].isna() | rows[key].isin(["all", ""])]
    return rows


def overview(rows: pd.DataFrame) -> str:
    """One scenario by corridor and direction, with 95 % intervals of the transit times."""
    part = _pooled(rows)
    head, lines = _lines(part, ["corridor", "direction"], ("transit_time.p50", "transit_time.p90"))
    return layout(head, lines, 2) + _notes(part)


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
    head, lines = _lines(part, keys, ("transit_time.p50", "transit_time.p90"))
    return layout(head, lines, len(keys)) + _notes(part)


def differences_table(changes: pd.DataFrame, by: str | None) -> str:
    """Differences from the first scenario, with plain intervals, the correlation won, and what was compared."""
    if changes.empty:
        return ""
    if by in ("chain", "cargo", "flow"):
        part, keys = changes[changes[by] != "all"], ["corridor", "direction", by]
    else:
        part, keys = _pooled(changes), ["corridor", "direction"]
        part = part if by == "direction" else part[part["direction"] == "all"]
    part = part[part["measure"].isin(CHANGES)]
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
