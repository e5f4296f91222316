"""Rows of a horizontal chart: scenarios under a heading for each corridor, so that one corridor's scenarios lie together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.views.style import INK, as_written, in_order, wrap
from sim.views.titles import titled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Row:
    """One scenario and corridor, at height `y` (downwards)."""

    scenario: str
    corridor: str
    y: float


def rows_of(table: pd.DataFrame) -> list[Row]:
    """The rows for the pairs of scenario and corridor in a table, corridor by corridor from the top."""
    pairs = set(zip(table["scenario"], table["corridor"], strict=True))
    scenarios = list(dict.fromkeys(table["scenario"]))
    rows: list[Row] = []
    y = 0.0
    for corridor in in_order(table["corridor"]):
        y += 0.75 if len(scenarios) > 1 else 0
        for scenario in scenarios:
            if (scenario, corridor) in pairs:
                rows.append(Row(scenario, corridor, y))
                y += 1
    return rows


def height_of(rows: Sequence[Row]) -> float:
    """Height of the chart, in rows."""
    return (rows[-1].y - rows[0].y + 1.5) if rows else 1


def label_rows(ax: Axes, rows: Sequence[Row], titles: Mapping[str, str]) -> None:
    """Name the rows at the left: the scenario, under its corridor's title; or that alone when there is one scenario."""
    several = len({row.scenario for row in rows}) > 1
    ax.set_yticks(
        [row.y for row in rows],
        [wrap(row.scenario if several else titled(titles, row.corridor), 26, lines=2) for row in rows],
    )
    ax.tick_params(axis="y", length=0)
    for label in ax.get_yticklabels():
        label.set_linespacing(1.05)
    ax.spines["left"].set_visible(False)
    ax.grid(visible=False, axis="y")
    if not rows:
        return
    for corridor in dict.fromkeys(row.corridor for row in rows) if several else ():
        top = min(row.y for row in rows if row.corridor == corridor)
        ax.annotate(
            titled(titles, corridor), (0, top - 0.5), (3, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
            va="bottom", fontsize=8.5, fontweight="bold", color=INK,
        )  # fmt: skip
    as_written(ax)
    ax.set_ylim(rows[-1].y + 0.6, rows[0].y - (1.1 if several else 0.6))
