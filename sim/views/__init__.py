"""Pictures of runs: `draw` a kind of plot, `save` it; or give a table and an Axes to a plot function.

`PLOTS` has a row for every kind. Nothing heavy is imported before something is drawn.
"""

from typing import TYPE_CHECKING

from sim.faces import opened
from sim.views.plots import PLOTS, Plot, PlotOption, taking

if TYPE_CHECKING:
    from sim.views.causes import where_time_went
    from sim.views.drawing import draw
    from sim.views.page import save
    from sim.views.queue_lines import queues
    from sim.views.recovery import recovery_figure
    from sim.views.titles import corridor_titles
    from sim.views.transit import transit_box, transit_cdf
else:
    __getattr__ = opened(__name__)

__all__ = [
    "PLOTS",
    "Plot",
    "PlotOption",
    "corridor_titles",
    "draw",
    "queues",
    "recovery_figure",
    "save",
    "taking",
    "transit_box",
    "transit_cdf",
    "where_time_went",
]
