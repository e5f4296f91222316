"""From runs to the page with transit times as curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.views import caption
from sim.views.legend import lines_of
from sim.views.page import page
from sim.views.style import Stroke, corridor_strokes, in_order, scenario_strokes, wrap
from sim.views.titles import titled
from sim.views.transit import BEHIND, transit_cdf
from sim.views.transit_freight import Freight, figure_of_freight

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.views.asked import Asked


def figure(asked: Asked) -> Figure:
    """Curves of the freight asked for."""
    return figure_of_freight(asked, _curves)


def _curves(freight: Freight) -> Figure:
    """One panel of curves by corridor for each scenario; or one panel of curves by scenario when there is one corridor."""
    from sim.stats import ecdf_band

    table = ecdf_band(freight.consignments)
    scenarios, corridors = list(dict.fromkeys(table["scenario"])), in_order(table["corridor"])
    if len(corridors) == 1 and len(scenarios) > 1:
        return _one_panel(table, freight, scenario_strokes(scenarios))
    strokes = {name: corridor_strokes(corridors)[name] for name in corridors}
    titled_strokes = {titled(freight.titles, name): stroke for name, stroke in strokes.items()}
    if len(scenarios) == 1:
        return _one_panel(table, freight, titled_strokes)
    return _panels(table, freight, titled_strokes, scenarios)


def _one_panel(table: pd.DataFrame, freight: Freight, strokes: Mapping[str, Stroke]) -> Figure:
    """All curves in one panel; strokes by label."""
    figure, (ax,) = page(freight.title, _note(freight), panel_in=3.1, legend=lines_of(strokes))
    transit_cdf(table, ax)
    return figure


def _panels(
    table: pd.DataFrame, freight: Freight, strokes: Mapping[str, Stroke], scenarios: Sequence[str]
) -> Figure:
    """A panel for each scenario, with the curves of the first one behind; strokes by the title of a corridor."""
    legend = lines_of(strokes) | lines_of({f"same corridor in {scenarios[0]}": BEHIND}, linewidth=0.9)
    columns = 2 if len(scenarios) in (2, 4) else 3
    figure, axes = page(
        freight.title, _note(freight), panels=len(scenarios), columns=columns, panel_in=2.25, legend=legend
    )
    first = table[table["scenario"] == scenarios[0]]
    for i, (scenario, ax) in enumerate(zip(scenarios, axes, strict=True)):
        transit_cdf(table[table["scenario"] == scenario], ax, behind=first if i else None)
        ax.set_xlim(0, table["transit_days"].max())
        ax.set_title(wrap(scenario, 60 // columns))
        if i % columns:
            ax.set_ylabel("")
    return figure


def _note(freight: Freight) -> str:
    """The caption."""
    from sim.stats import SHOWN

    sizes, titles = freight.sizes, freight.titles
    return caption.paragraph(
        "Share of freight, by TEU, that had arrived within so many days of its release at the origin terminal.",
        f"{caption.interval(sizes, 'Line: mean; band')} {caption.sample(sizes, titles)}",
        caption.unfinished(sizes, "it counts as not arrived, so those curves end below 100 %", titles),
        f"The slowest {100 - 100 * SHOWN:g}{caption.NBSP}% may lie beyond the axis.",
        freight.left_out,
    )
