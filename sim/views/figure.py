"""From runs to a finished figure: choose the freight, have the numbers computed, draw the panels, write the caption."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.views import caption
from sim.views.causes import where_time_went
from sim.views.page import page
from sim.views.rows import height_of, rows_of
from sim.views.style import CAUSES, Stroke, corridor_strokes, in_order, scenario_strokes, wrap
from sim.views.titles import titled
from sim.views.transit import BEHIND, transit_box, transit_cdf

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure


def cdf_figure(
    table: pd.DataFrame, sizes: pd.DataFrame, title: str, titles: Mapping[str, str], absent: str
) -> Figure:
    """One panel of curves by corridor for each scenario; or one panel of curves by scenario when there is one corridor."""
    from sim.stats import SHOWN

    scenarios, corridors = list(dict.fromkeys(table["scenario"])), in_order(table["corridor"])
    note = caption.paragraph(
        "Share of freight, by TEU, that had arrived within so many days of its release at the origin terminal.",
        f"{caption.interval(sizes, 'Line: mean; band')} {caption.sample(sizes, titles)}",
        caption.unfinished(sizes, "it counts as not arrived, so those curves end below 100 %", titles),
        f"The slowest {100 - 100 * SHOWN:g}{caption.NBSP}% may lie beyond the axis.",
        absent,
    )
    if len(corridors) == 1 or len(scenarios) == 1:
        by_scenario = len(scenarios) > 1
        strokes = scenario_strokes(scenarios) if by_scenario else corridor_strokes(corridors)
        shown = scenarios if by_scenario else corridors
        legend = lines_of({name if by_scenario else titled(titles, name): strokes[name] for name in shown})
        figure, (ax,) = page(title, note, panel_in=3.1, legend=legend)
        transit_cdf(table, ax)
        return figure
    strokes = corridor_strokes(corridors)
    legend = lines_of({titled(titles, name): strokes[name] for name in corridors})
    legend[f"same corridor in {scenarios[0]}"] = lines_of({"": BEHIND}, linewidth=0.9)[""]
    columns = 2 if len(scenarios) in (2, 4) else 3
    figure, axes = page(title, note, panels=len(scenarios), columns=columns, panel_in=2.25, legend=legend)
    first = table[table["scenario"] == scenarios[0]]
    for i, (scenario, ax) in enumerate(zip(scenarios, axes, strict=True)):
        transit_cdf(table[table["scenario"] == scenario], ax, behind=first if i else None)
        ax.set_xlim(0, table["transit_days"].max())
        ax.set_title(wrap(scenario, 60 // columns))
        if i % columns:
            ax.set_ylabel("")
    return figure


def box_figure(
    table: pd.DataFrame, sizes: pd.DataFrame, title: str, titles: Mapping[str, str], absent: str
) -> Figure:
    """One row for each scenario and corridor."""
    bound = (
        "an arrow marks a P95 that is therefore a lower bound"
        if table["lower_bound"].any()
        else "no box depends on it"
    )
    pooled = (
        "Where a replication has too few consignments for a quantile it is that of all replications together."
    )
    note = caption.paragraph(
        "Box: P25 to P75 of the transit time, by TEU; whiskers: P5 and P95; line: median; numbers in days.",
        pooled if table["pooled"].any() else "",
        "No number: too few consignments for it." if table["days"].isna().any() else "",
        f"{caption.interval(sizes, 'Thick bar on the median')} {caption.sample(sizes, titles)}",
        caption.unfinished(sizes, f"it enters with its age; {bound}", titles),
        absent,
    )
    height = 0.62 + 0.27 * height_of(rows_of(table))
    figure, (ax,) = page(title, note, panel_in=height, legend={})
    transit_box(table, ax, titles)
    return figure


def causes_figure(
    table: pd.DataFrame, sizes: pd.DataFrame, title: str, titles: Mapping[str, str], *remarks: str
) -> Figure:
    """One stacked bar for each scenario and corridor; `remarks` goes into the caption."""
    from matplotlib.patches import Patch

    note = caption.paragraph(
        "Mean days per consignment, weighted by TEU, from release at the origin terminal to release at the destination",
        "terminal; each second has one cause. At the end of each bar: the mean transit time.",
        *remarks,
        caption.sample(sizes, titles),
        caption.unfinished(sizes, "it enters with its age, so those bars are lower bounds", titles),
    )
    fills = {CAUSES[name].label: CAUSES[name] for name in CAUSES if name in set(table["cause"])}
    legend: dict[str, Artist] = {
        label: Patch(facecolor=fill.colour, hatch=fill.hatch, edgecolor=fill.line, linewidth=0)
        for label, fill in fills.items()
    }
    height = 0.62 + 0.30 * height_of(rows_of(table))
    figure, (ax,) = page(title, note, panel_in=height, legend=legend)
    where_time_went(table, ax, titles)
    return figure


def lines_of(strokes: Mapping[str, Stroke], linewidth: float = 1.6) -> dict[str, Artist]:
    """What a legend shows of curves, by name."""
    from matplotlib.lines import Line2D

    return {
        name: Line2D([], [], color=stroke.colour, linestyle=stroke.dashes, linewidth=linewidth)
        for name, stroke in strokes.items()
    }
