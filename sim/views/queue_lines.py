"""Queues over time at one or more places. The numbers come from `stats`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.views.style import GREY, GROUND, SHADE, Stroke, scenario_strokes

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_LONG_D = 150


def queues(table: pd.DataFrame, ax: Axes, shaded: Sequence[tuple[Any, Any]] = ()) -> None:
    """Draw what waits against the date, with its band: one line per scenario, or per place when there are several.

    Parameters: table with scenario, place, unit ("trains" or "TEU"), date (datetime64), waiting, low and high; ax to draw on;
    shaded: first and last moment of times that are to be shaded in grey, the last one None where only the first is known: a
    dashed line marks it then. The lines carry labels for a legend.
    """
    by = "place" if table["place"].nunique() > 1 else "scenario"
    strokes = scenario_strokes(list(table[by]))
    for name, stroke in strokes.items():
        for _, line in table[table[by] == name].groupby(["scenario", "place"], sort=False, observed=True):
            _line(ax, line, stroke, name, 0.2 if len(strokes) < 3 else 0.12)
    for first, last in dict.fromkeys(shaded):
        if last is None:
            ax.axvline(first, color=GREY, linewidth=1.0, linestyle=(0, (3, 2)), zorder=0, gid=GROUND)
        else:
            ax.axvspan(first, last, color=GREY, alpha=SHADE, linewidth=0, zorder=0, gid=GROUND)
    date_axis(ax, table["date"])
    ax.set_ylim(0, max(1.08 * table[["waiting", "high"]].max().max(), 1) if len(table) else 1)
    if "TEU" in set(table["unit"]):
        ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.set_ylabel(f"{' and '.join(dict.fromkeys(table['unit']))} waiting")


def _line(ax: Axes, line: pd.DataFrame, stroke: Stroke, name: str, alpha: float) -> None:
    """Draw one line with its band."""
    dates: Any = line["date"]
    ax.fill_between(
        dates, line["low"].clip(lower=0), line["high"], color=stroke.colour, alpha=alpha, linewidth=0
    )
    ax.plot(dates, line["waiting"], color=stroke.colour, linestyle=stroke.dashes, linewidth=1.2, label=name)


def date_axis(ax: Axes, dates: Any) -> None:
    """ISO dates, or months when the axis is long: `2025-09-12`, `2025-09`."""
    from matplotlib import dates as matplotlib_dates

    made: Any = matplotlib_dates  # it has no types
    long = len(dates) > 0 and (max(dates) - min(dates)).days > _LONG_D
    if len(dates):  # worked out once: looking for good dates is most of the time that drawing takes
        first, last = min(dates), max(dates)
        ax.set_xlim(first, last)
        ticks = made.AutoDateLocator(minticks=3, maxticks=5).tick_values(first, last)
        low, high = ax.get_xlim()
        ax.set_xticks([tick for tick in ticks if low <= tick <= high])
    ax.xaxis.set_major_formatter(made.DateFormatter("%Y-%m" if long else "%Y-%m-%d"))
    ax.set_xlabel("Date (UTC)")
