"""The train graph: trips as lines through time and distance. The numbers come from `stats.train_diagram`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.views.queue_lines import date_axis
from sim.views.style import BLUE, GREY, INK, ORANGE, VERMILLION, Fill

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

LOOKS: Mapping[str, Fill] = {
    "along": Fill("trip along the chain", BLUE),
    "timetabled": Fill("timetabled trip", INK),
    "back": Fill("trip in the opposite direction", ORANGE),
}
"""How trips are drawn, and their labels."""
CLOSED: Mapping[str, Any] = {"facecolor": VERMILLION, "alpha": 0.55, "linewidth": 0}
"""How a place or line is marked while it is disrupted."""
_LETTER_IN = 0.145
_THICK = 0.012
_TICKS_D = 5


@dataclass(frozen=True)
class Stretch:
    """A dated disruption's title, its first and last moment, and from where to where it hits a line."""

    name: str
    begin: pd.Timestamp
    until: pd.Timestamp
    km_from: float
    km_to: float


def train_graph(
    table: pd.DataFrame,
    ax: Axes,
    *,
    stations: Mapping[str, float],
    names: Mapping[str, str],
    first: Sequence[str],
    window: tuple[Any, Any],
    closures: Sequence[Stretch] = (),
    height_in: float = 4.6,
) -> None:
    """Draw a line for every trip: date to the right, distance downwards; a level part is a stop.

    Parameters: table with trip, look (a key of LOOKS), date, km, in the order of each trip; stations: km by facility, in
    the chain's order; names by facility; first: facilities to name before others; window: first and last date;
    closures; height_in: how high the panel will be.
    """
    far = max(stations.values(), default=1.0) or 1.0
    for name, look in LOOKS.items():
        _trips(ax, table[table["look"] == name], look.colour, 1.1 if name == "timetabled" else 0.55)
    for shut in closures:
        half = max(_THICK * far - (shut.km_to - shut.km_from) / 2, 0.0)
        edges: Any = [shut.begin, shut.until]
        ax.fill_between(edges, shut.km_from - half, shut.km_to + half, zorder=4, **CLOSED)
    for begin, until in dict.fromkeys((shut.begin, shut.until) for shut in closures):
        spell: tuple[Any, Any] = begin, until
        ax.axvspan(*spell, color=GREY, alpha=0.12, linewidth=0, zorder=0)
    date_axis(ax, list(window))
    _dates(ax, window)
    _stations(ax, stations, names, first, far, _LETTER_IN / height_in)


def _trips(ax: Axes, trips: pd.DataFrame, colour: str, width: float) -> None:
    """All trips as one line with gaps: a third of the file of as many lines, and faster drawn."""
    import numpy as np
    from matplotlib.dates import date2num
    from matplotlib.lines import Line2D

    number: Any = date2num  # it has no types
    gaps = np.flatnonzero(np.diff(trips["trip"].to_numpy())) + 1
    dates = np.insert(number(trips["date"].to_numpy()), gaps, np.nan)
    ax.add_line(
        Line2D(dates, np.insert(trips["km"].to_numpy(float), gaps, np.nan), color=colour, linewidth=width)
    )


def _dates(ax: Axes, window: tuple[Any, Any]) -> None:
    """A date every five days."""
    import pandas as pd

    ticks: Any = pd.date_range(window[0].ceil("D"), window[1], freq=f"{_TICKS_D}D")
    ax.set_xticks(ticks)


def _stations(
    ax: Axes,
    stations: Mapping[str, float],
    names: Mapping[str, str],
    first: Sequence[str],
    far: float,
    apart: float,
) -> None:
    """Name the stations that find room, those of `first` before others; small ticks for all."""
    shown: list[str] = []
    for place in [*first, *stations]:
        if all(abs(stations[place] - stations[other]) >= apart * far for other in shown):
            shown.append(place)
    ax.set_yticks(
        [stations[place] for place in shown], [f"{names[place]}  {stations[place]:,.0f}" for place in shown]
    )
    ax.tick_params(axis="y", labelsize=6.5)
    ax.set_yticks(list(stations.values()), minor=True)
    ax.set_ylim(1.015 * far, -0.015 * far)
    ax.set_ylabel("Distance from the origin (km)")
