"""Where the time went: mean days by cause as stacked bars. The numbers come from `stats`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.views.rows import label_rows, rows_of
from sim.views.style import CAUSES, INK

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def where_time_went(table: pd.DataFrame, ax: Axes, titles: Mapping[str, str] | None = None) -> None:
    """Draw one bar for each scenario and corridor: mean days per cause, in a fixed order, with the total at its end.

    Parameters: table with scenario, corridor, cause (a key of `style.CAUSES`), days and, if known,
    lower_bound; ax to draw on; titles by corridor. The causes carry labels for a legend.
    """
    rows = rows_of(table)
    days = table.groupby(["scenario", "corridor", "cause"], observed=True)["days"].sum()
    longest = max(days.groupby(level=[0, 1]).sum(), default=1)
    ends = dict.fromkeys(rows, 0.0)
    for cause in [name for name in CAUSES if name in set(table["cause"])]:
        fill = CAUSES[cause]
        widths = [float(days.get((row.scenario, row.corridor, cause), 0)) for row in rows]
        ax.barh(
            [row.y for row in rows], widths, left=[ends[row] for row in rows], height=0.66, label=fill.label,
            color=fill.colour, hatch=fill.hatch, edgecolor=fill.line, linewidth=0,
        )  # fmt: skip
        for row, width in zip(rows, widths, strict=True):
            ends[row] += width
            ax.vlines(ends[row], row.y - 0.33, row.y + 0.33, color="white", linewidth=0.6)
    late = _lower_bounds(table)
    for row, end in ends.items():
        sign = "≥ " if (row.scenario, row.corridor) in late else ""
        ax.annotate(
            f"{sign}{end:.1f} d",
            (end, row.y),
            (4, 0),
            textcoords="offset points",
            va="center",
            color=INK,
        )
    label_rows(ax, rows, titles or {})
    ax.set_xlim(0, 1.1 * longest)
    ax.set_xlabel("Mean transit time by cause (days)")


def _lower_bounds(table: pd.DataFrame) -> set[tuple[str, str]]:
    """The scenarios and corridors whose total is a lower bound, because freight was still under way."""
    if "lower_bound" not in table:
        return set()
    late = table[table["lower_bound"]]
    return set(zip(late["scenario"], late["corridor"], strict=True))
