"""From runs to the page with transit times as boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.views import caption
from sim.views.page import page
from sim.views.rows import height_of, rows_of
from sim.views.transit import transit_box
from sim.views.transit_freight import Freight, figure_of_freight

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.views.asked import Asked


def figure(asked: Asked) -> Figure:
    """Boxes of the freight asked for."""
    return figure_of_freight(asked, _boxes)


def _boxes(freight: Freight) -> Figure:
    """One row for each scenario and corridor."""
    from sim.stats import box_numbers

    table, sizes, titles = box_numbers(freight.consignments), freight.sizes, freight.titles
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
        freight.left_out,
    )
    height = 0.62 + 0.27 * height_of(rows_of(table))
    figure, (ax,) = page(freight.title, note, panel_in=height, legend={})
    transit_box(table, ax, titles)
    return figure
