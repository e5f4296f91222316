"""Pictures of runs: `draw` a kind of plot, `save` it; or give a table and an Axes to a plot function.

Nothing heavy is imported before something is drawn.
"""

from sim.views.causes import where_time_went
from sim.views.draw import KINDS, draw
from sim.views.page import save
from sim.views.queues import queues
from sim.views.recovery import recovery_figure
from sim.views.titles import corridor_titles
from sim.views.transit import transit_box, transit_cdf

__all__ = [
    "KINDS",
    "corridor_titles",
    "draw",
    "queues",
    "recovery_figure",
    "save",
    "transit_box",
    "transit_cdf",
    "where_time_went",
]
