"""Transit times as curves and as boxes. Nothing is computed here: the numbers come from `stats.distribution`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.views.rows import Row, label_rows, rows_of
from sim.views.style import INK, Stroke, corridor_strokes, in_order, scenario_strokes

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

BEHIND = Stroke("#B0B0B0")
"""How the curves of the scenario compared with are drawn."""


def transit_cdf(table: pd.DataFrame, ax: Axes, *, behind: pd.DataFrame | None = None) -> None:
    """Draw the share of freight delivered (% of TEU) against days since release, with its band.

    Parameters: table of `stats.distribution.ecdf_band`; ax to draw on; behind: the same of another scenario, drawn in
    thin grey lines for comparison. One line per corridor, or per scenario when there are several on one corridor; the lines
    carry labels for a legend.
    """
    corridors = in_order(table["corridor"])
    by = "scenario" if len(corridors) == 1 and table["scenario"].nunique() > 1 else "corridor"
    strokes = corridor_strokes(corridors) if by == "corridor" else scenario_strokes(list(table["scenario"]))
    if behind is not None:
        for _, curve in behind.groupby("corridor"):
            ax.plot(curve["transit_days"], curve["share"], color=BEHIND.colour, linewidth=0.9, zorder=1)
    for name in corridors if by == "corridor" else strokes:
        for _, curve in table[table[by] == name].groupby("scenario", sort=False):
            stroke = strokes[name]
            days = curve["transit_days"]
            ax.fill_between(
                days, curve["low"], curve["high"], color=stroke.colour, alpha=0.2, linewidth=0, zorder=2
            )
            ax.plot(
                days, curve["share"], color=stroke.colour, linestyle=stroke.dashes, linewidth=1.6, label=name
            )
    ax.set_xlim(0, max(table["transit_days"], default=1))
    ax.set_ylim(0, 102)
    if not table["share"].gt(0).any():
        ax.text(0.5, 0.5, "nothing had arrived", transform=ax.transAxes, ha="center", color=INK)
    ax.set_yticks(range(0, 101, 25))
    ax.set_xlabel("Transit time (days)")
    ax.set_ylabel("Delivered (% of TEU)")


def transit_box(table: pd.DataFrame, ax: Axes, titles: Mapping[str, str] | None = None) -> None:
    """Draw one box (P25 to P75, whiskers P5 to P95) for each scenario and corridor, with the median's interval.

    Parameters: table of `stats.distribution.box_numbers`; ax to draw on; titles by corridor. An arrow instead of a whisker's end marks a
    P95 that is a lower bound, because freight was still under way.
    """
    rows = rows_of(table)
    strokes = corridor_strokes(table["corridor"])
    for row in rows:
        chosen = table[(table["scenario"] == row.scenario) & (table["corridor"] == row.corridor)]
        _box(ax, row, chosen.set_index("quantile"), strokes[row.corridor].colour)
    label_rows(ax, rows, titles or {})
    if rows:
        top = rows[0].y - (1.1 if len({row.scenario for row in rows}) > 1 else 0.75)
        _write(ax, top, "median (95 %)", "P95", fontweight="bold")
    ax.set_xlim(0, 1.04 * max(table["days"].dropna(), default=1))
    ax.set_xlabel("Transit time (days)")


def _box(ax: Axes, row: Row, numbers: pd.DataFrame, colour: str) -> None:
    """Draw one box with its whiskers, median and numbers."""
    days: Any = numbers["days"]
    p5, p25, p50, p75, p95 = (days[q] for q in (0.05, 0.25, 0.50, 0.75, 0.95))
    ax.hlines(row.y, p5, p95, color=colour, linewidth=1.1, zorder=2)
    ax.barh(
        row.y,
        p75 - p25,
        left=p25,
        height=0.56,
        color=_tint(colour),
        edgecolor=colour,
        linewidth=1.1,
        zorder=3,
    )
    bound = bool(numbers["lower_bound"][0.95])
    for end in (p5,) if bound else (p5, p95):
        ax.vlines(end, row.y - 0.16, row.y + 0.16, color=colour, linewidth=1.1, zorder=2)
    if bound:
        ax.plot([p95], [row.y], marker=">", color=colour, markersize=5, clip_on=False, zorder=5)
    ax.vlines(p50, row.y - 0.28, row.y + 0.28, color=INK, linewidth=1.8, zorder=4)
    ax.hlines(row.y, numbers["low"][0.50], numbers["high"][0.50], color=INK, linewidth=3.2, zorder=4)
    _write(ax, row.y, _with_interval(numbers.loc[0.50]), _with_bound(p95, bound=bound))


def _write(ax: Axes, y: float, median: str, p95: str, **how: Any) -> None:
    """Write two columns of numbers to the right of the chart, where they hide nothing."""
    for text, offset in ((median, 82), (p95, 122)):
        ax.annotate(
            text, (1, y), (offset, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
            ha="right", va="center", fontsize=7.5, color=INK, annotation_clip=False, **how,
        )  # fmt: skip


def _with_interval(median: Any) -> str:
    """The median with its interval, in days."""
    mark = "≥ " if median["lower_bound"] else ""
    known = median["low"] == median["low"] and median["high"] == median["high"]
    return f"{mark}{_days(median['days'])}" + (
        f" ({median['low']:.1f}–{median['high']:.1f})" if known else ""
    )


def _days(days: float) -> str:
    """Days with one digit; a dash where there is no number."""
    return f"{days:.1f}" if days == days else "–"


def _with_bound(days: float, *, bound: bool) -> str:
    """Days, marked where they are a lower bound."""
    return f"≥ {_days(days)}" if bound else _days(days)


def _tint(colour: str) -> tuple[float, float, float]:
    """Two thirds of the way to white, so that a median stands out on any corridor's colour."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return (red + 2) / 3, (green + 2) / 3, (blue + 2) / 3
