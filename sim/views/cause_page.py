"""From runs to the page with mean transit times by cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.views import caption
from sim.views.causes import where_time_went
from sim.views.legend import patches_of
from sim.views.page import page
from sim.views.rows import height_of, rows_of
from sim.views.style import CAUSES
from sim.views.transit_freight import Freight, figure_of_freight

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.views.asked import Asked


def figure(asked: Asked) -> Figure:
    """Stacked bars of the freight asked for."""
    from sim.results import CAUSE_COLUMNS

    return figure_of_freight(asked, _bars, [*CAUSE_COLUMNS.values(), "unfinished_s"])


def _bars(freight: Freight) -> Figure:
    """One stacked bar for each scenario and corridor."""
    from sim import stats
    from sim.stats import SMALL, merge_small_causes

    table, merged = merge_small_causes(stats.where_time_went(freight.consignments))
    sizes, titles = freight.sizes, freight.titles
    note = caption.paragraph(
        "Mean days per consignment, weighted by TEU, from release at the origin terminal to release at the destination",
        "terminal; each second has one cause. At the end of each bar: the mean transit time.",
        caption.merged(merged, SMALL),
        freight.left_out,
        caption.sample(sizes, titles),
        caption.unfinished(sizes, "it enters with its age, so those bars are lower bounds", titles),
    )
    legend = patches_of({CAUSES[name].label: CAUSES[name] for name in CAUSES if name in set(table["cause"])})
    height = 0.62 + 0.30 * height_of(rows_of(table))
    figure, (ax,) = page(freight.title, note, panel_in=height, legend=legend)
    where_time_went(table, ax, titles)
    return figure
