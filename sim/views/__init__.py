"""Pictures of runs: `draw` a kind of plot, `save` it; or give a table and an Axes to a plot function.

`PLOTS` has a row for every kind. Nothing heavy is imported before something is drawn.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.views.plots import PLOTS, Choice, Plot, taking

if TYPE_CHECKING:
    from sim.views.causes import where_time_went
    from sim.views.drawing import draw
    from sim.views.page import save
    from sim.views.queue_lines import queues
    from sim.views.recovery import recovery_figure
    from sim.views.titles import corridor_titles
    from sim.views.transit import transit_box, transit_cdf

__all__ = [
    "PLOTS",
    "Choice",
    "Plot",
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
_IN = {
    "corridor_titles": "titles",
    "draw": "drawing",
    "queues": "queue_lines",
    "recovery_figure": "recovery",
    "save": "page",
    "transit_box": "transit",
    "transit_cdf": "transit",
    "where_time_went": "causes",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for only then (PEP 562)."""
    if name not in _IN:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"sim.views.{_IN[name]}"), name)
