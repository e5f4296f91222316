"""From runs to a finished figure: choose the freight, have the numbers computed, draw the panels, write the caption."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.views import caption
from sim.views.causes import where_time_went
from sim.views.page import page
from sim.views.queues import queues
from sim.views.rows import height_of, rows_of
from sim.views.style import CAUSES, GREY, SHADE, Stroke, corridor_strokes, in_order, scenario_strokes, wrap
from sim.views.transit import BEHIND, transit_box, transit_cdf

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure


def cdf_figure(table: pd.DataFrame, sizes: pd.DataFrame, title: str, absent: str) -> Figure:
    """One panel of curves by corridor for each scenario; or one panel of curves by scenario when there is one corridor."""
    from sim.stats.distribution import SHOWN

    scenarios, corridors = list(dict.fromkeys(table["scenario"])), in_order(table["corridor"])
    note = caption.paragraph(
        "Share of freight, by TEU, that had arrived within so many days of its release at the origin terminal.",
        f"{caption.interval(sizes, 'Line: mean; band')} {caption.sample(sizes)}",
        caption.unfinished(sizes, "it counts as not arrived, so those curves end below 100 %"),
        f"The slowest {100 - 100 * SHOWN:g}{caption.NBSP}% may lie beyond the axis.",
        absent,
    )
    if len(corridors) == 1 or len(scenarios) == 1:
        by_scenario = len(scenarios) > 1
        strokes = scenario_strokes(scenarios) if by_scenario else corridor_strokes(corridors)
        legend = _lines({name: strokes[name] for name in (scenarios if by_scenario else corridors)})
        figure, (ax,) = page(title, note, panel_in=3.1, legend=legend)
        transit_cdf(table, ax)
        return figure
    legend = _lines({name: corridor_strokes(corridors)[name] for name in corridors})
    legend[f"same corridor in {scenarios[0]}"] = _lines({"": BEHIND}, linewidth=0.9)[""]
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


def box_figure(table: pd.DataFrame, sizes: pd.DataFrame, title: str, absent: str) -> Figure:
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
        f"{caption.interval(sizes, 'Thick bar on the median')} {caption.sample(sizes)}",
        caption.unfinished(sizes, f"it enters with its age; {bound}"),
        absent,
    )
    height = 0.62 + 0.27 * height_of(rows_of(table))
    figure, (ax,) = page(title, note, panel_in=height, legend={})
    transit_box(table, ax)
    return figure


def causes_figure(table: pd.DataFrame, sizes: pd.DataFrame, title: str, *remarks: str) -> Figure:
    """One stacked bar for each scenario and corridor; `remarks` goes into the caption."""
    from matplotlib.patches import Patch

    note = caption.paragraph(
        "Mean days per consignment, weighted by TEU, from release at the origin terminal to release at the destination",
        "terminal; each second has one cause. At the end of each bar: the mean transit time.",
        *remarks,
        caption.sample(sizes),
        caption.unfinished(sizes, "it enters with its age, so those bars are lower bounds"),
    )
    fills = {CAUSES[name].label: CAUSES[name] for name in CAUSES if name in set(table["cause"])}
    legend: dict[str, Artist] = {
        label: Patch(facecolor=fill.colour, hatch=fill.hatch, edgecolor=fill.line, linewidth=0)
        for label, fill in fills.items()
    }
    height = 0.62 + 0.30 * height_of(rows_of(table))
    figure, (ax,) = page(title, note, panel_in=height, legend=legend)
    where_time_went(table, ax)
    return figure


def queues_figure(table: pd.DataFrame, title: str, about: str = "") -> Figure:
    """One panel for each place; `about` says which places they are, for the caption."""
    import pandas as pd
    from matplotlib.patches import Patch

    places, scenarios = list(dict.fromkeys(table["place"])), list(dict.fromkeys(table["scenario"]))
    legend = _lines(scenario_strokes(scenarios)) if len(scenarios) > 1 else {}
    disrupted = [name for name in table.get("disruption", pd.Series()).unique() if name]
    if disrupted:
        legend[f"disrupted: {', '.join(disrupted)}"] = Patch(facecolor=GREY, alpha=SHADE, linewidth=0)
    step_d = table["date"].drop_duplicates().diff().min().days if table["date"].nunique() > 1 else 1
    means = "Daily means" if step_d == 1 else f"Means of {step_d} days"
    note = caption.paragraph(
        f"{means} at the places where most TEU wait, busiest first. Trains: waiting at a border, a gauge change or",
        "a terminal's tracks; TEU: boxes in a yard waiting for a vehicle.",
        about,
        f"n = {caption.replications(table)}. {caption.interval(table, 'Line: mean; band')}",
    )
    columns = min(2, len(places))
    figure, axes = page(title, note, panels=len(places), columns=columns, panel_in=1.65, legend=legend)
    for place, ax in zip(places, axes, strict=True):
        queues(table[table["place"] == place], ax)
        ax.set_title(wrap(place, 72 // columns))
    for ax in axes[:-columns]:
        ax.set_xlabel("")
    return figure


def _lines(strokes: Mapping[str, Stroke], linewidth: float = 1.6) -> dict[str, Artist]:
    from matplotlib.lines import Line2D

    return {
        name: Line2D([], [], color=stroke.colour, linestyle=stroke.dashes, linewidth=linewidth)
        for name, stroke in strokes.items()
    }
