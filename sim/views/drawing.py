"""From run folders to a finished figure: see what is asked for, and have the plot's own file draw it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.errors import LandbridgeError
from sim.views.asked import Asked
from sim.views.page import paper
from sim.views.plots import PlotOption, plot_of, refuse_option
from sim.views.run_names import run_names

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.results import Run


def draw(
    kind: str,
    runs: Sequence[Run],
    *,
    corridor: str | None = None,
    direction: str | None = None,
    chain: str | None = None,
    places: Sequence[str] = (),
    freight: Mapping[str, Sequence[str]] | None = None,
    by: str | None = None,
) -> Figure:
    """Draw one kind of plot for one or several runs, with the scenarios that it shows under its title, and a caption.

    Parameters: kind: one of `PLOTS`; runs: each another run folder, the first is the reference; corridor, direction: draw
    only this freight (of queues: those where its services come by, of all freight that waits there; no corridor where
    shares of all are drawn; time over distance shows one direction, that with more freight unless one is named); chain: for
    time-distance and train-graph, instead of the busiest one; places: for queues, facilities instead of the busiest ones;
    freight: names by "flow", "od" or "market", only this freight; by: "flow", "market", "origin", "destination" or "od", told apart in
    place of corridors.
    Raises LandbridgeError for an unknown kind, corridor, direction, chain or place, for a choice of what the kind has no
    single one of, for no run at all and for one that is named twice.
    """
    plot = plot_of(kind)
    if not runs:
        raise LandbridgeError("there is no run to draw. Name at least one run folder.")
    chosen: dict[PlotOption, object] = {
        "corridor": corridor,
        "direction": direction,
        "chain": chain,
        "places": places,
        "freight": freight,
        "breakdown": by,
    }
    for option, value in chosen.items():
        if value:
            refuse_option(plot, option)
    named = dict(zip(run_names(runs), runs, strict=True))
    wanted = {column: tuple(names) for column, names in (freight or {}).items() if names}
    with paper():
        return plot.figure(Asked(plot.title, named, corridor, direction, chain, tuple(places), wanted, by))
