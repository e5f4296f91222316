"""The plots that there are, a row each: what asks for one, its title, what it shows, what of a run folder it reads, who draws it.

Adding a plot is a row here and a file with its `figure`; the command line, the pictures of `run`, the docs and the tests of all
kinds follow from the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal

from sim.errors import LandbridgeError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.views.asked import Asked

PlotOption = Literal["corridor", "direction", "chain", "places", "freight", "breakdown"]
"""What may be chosen to be drawn, beside the runs."""
FREIGHT: tuple[PlotOption, ...] = ("corridor", "direction")
TRANSIT: tuple[PlotOption, ...] = (*FREIGHT, "freight", "breakdown")


@dataclass(frozen=True)
class Plot:
    """One kind of plot. Its file has a function `figure(asked: Asked) -> Figure`, and is imported only when it draws."""

    kind: str
    title: str
    help: str
    needs: tuple[str, ...]
    """The tables of `results.columns` that it reads."""
    file: str
    takes: tuple[PlotOption, ...] = FREIGHT

    def figure(self, asked: Asked) -> Figure:
        """The figure for what is asked, laid out for good; under `page.paper`."""
        figure: Figure = import_module(self.file).figure(asked)
        return figure


PLOTS: dict[str, Plot] = {
    plot.kind: plot
    for plot in (
        Plot(
            "transit-cdf", "Freight delivered within so many days",
            "share of freight delivered within so many days, with a band over replications",
            needs=("consignments",), file="sim.views.curve_page", takes=TRANSIT,
        ),
        Plot(
            "transit-box", "Transit time by corridor",
            "transit times as boxes: P5, P25, P50, P75 and P95, with the interval of the median",
            needs=("consignments",), file="sim.views.box_page", takes=TRANSIT,
        ),
        Plot(
            "where-time-went", "Where the time went",
            "mean transit time by cause, as stacked bars",
            needs=("consignments",), file="sim.views.cause_page", takes=TRANSIT,
        ),
        Plot(
            "queues", "Freight waiting at the busiest places",
            "freight waiting at the busiest places, or at those named, over time",
            needs=("levels",), file="sim.views.queue_page", takes=(*FREIGHT, "places"),
        ),
        Plot(
            "map", "Freight on the network",
            "the network on a map: TEU a year on every line, what waits where, closures",
            needs=("trips", "levels"), file="sim.views.map_page",
        ),
        Plot(
            "time-distance", "Time and cost over distance",
            "days and dollars spent over the distance along a chain, with waiting and without, one direction at a time",
            needs=("consignments", "visits", "trips", "levels"), file="sim.views.journey_page", takes=(*FREIGHT, "freight", "chain"),
        ),
        Plot(
            "corridor-share", "Freight by corridor over time",
            "share of the freight released by corridor, over time",
            needs=("consignments",), file="sim.views.share_page", takes=("direction", "freight"),
        ),
        Plot(
            "train-graph", "Train graph",
            "trips along one chain as lines through time and distance, over a month",
            needs=("consignments", "visits"), file="sim.views.train_page", takes=(*FREIGHT, "freight", "chain"),
        ),
    )
}  # fmt: skip
"""Every plot by its kind, in the order in which they are listed and drawn."""


def plot_of(kind: str) -> Plot:
    """The plot of a kind. Raises LandbridgeError for an unknown one, with those that there are."""
    if kind not in PLOTS:
        raise LandbridgeError(f"plot kind {kind!r} is none of {', '.join(PLOTS)}. Name one of these.")
    return PLOTS[kind]


def taking(option: PlotOption) -> list[str]:
    """The kinds of plot for which something may be chosen."""
    return [kind for kind, plot in PLOTS.items() if option in plot.takes]


def refuse_option(plot: Plot, option: PlotOption) -> None:
    """Raise LandbridgeError where an option would do nothing, with the plots for which it does."""
    if option not in plot.takes:
        kinds = taking(option)
        others = " and ".join(filter(None, (", ".join(kinds[:-1]), kinds[-1])))
        does, instead = ("does", f"draw {kinds[0]}") if len(kinds) == 1 else ("do", "name one of these kinds")
        raise LandbridgeError(
            f"a plot of kind {plot.kind!r} shows no single {option}; {others} {does}. Leave the {option} out, or {instead}."
        )
