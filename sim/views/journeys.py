"""Time and cost over the distance along a chain: the chart of UNESCAP and CAREC. The numbers come from `stats.journeys`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.views.placing import Room, Spot
from sim.views.style import GREY, GROUND, INK, Stroke, scenario_strokes

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

FREE = Stroke(GREY, (0, (1.2, 1.6)))
"""How the journey without waiting is drawn."""
LONG_STOP = 0.02
"""Stops above this share of the journey are named."""


def time_distance(
    table: pd.DataFrame,
    ax: Axes,
    strokes: Mapping[str, Stroke] | None = None,
) -> None:
    """Draw days spent against km travelled, with its interval, and without waiting in dots.

    Parameters: table of `stats.journeys.journey` with `scenario` in front; ax to draw on; strokes by scenario, if not the
    usual ones.
    """
    strokes = strokes or scenario_strokes(list(table["scenario"]))
    for scenario, one in table.groupby("scenario", sort=False):
        look = strokes[str(scenario)]
        ax.fill_between(one["km"], one["low"], one["high"], color=look.colour, alpha=0.2, linewidth=0)
        ax.plot(
            one["km"],
            one["days"],
            color=look.colour,
            linestyle=look.dashes,
            linewidth=1.3,
            label=str(scenario),
        )
        free = FREE.colour if len(strokes) == 1 else look.colour
        ax.plot(one["km"], one["free_days"], color=free, linestyle=FREE.dashes, linewidth=1.1)
    _distance_axis(ax, table)
    ax.set_ylim(0, 1.05 * max(table["days"].max(), table["high"].max(), 0.1))
    ax.set_ylabel("Days since release")


def cost_distance(table: pd.DataFrame, ax: Axes, strokes: Mapping[str, Stroke] | None = None) -> None:
    """Draw USD per FEU paid against km travelled. Parameters as for `time_distance`."""
    strokes = strokes or scenario_strokes(list(table["scenario"]))
    for scenario, one in table.groupby("scenario", sort=False):
        look = strokes[str(scenario)]
        ax.plot(one["km"], one["usd"], color=look.colour, linestyle=look.dashes, linewidth=1.3)
    _distance_axis(ax, table)
    ax.set_ylim(0, 1.05 * max(table["usd"].max(), 1))
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.set_ylabel("USD per FEU")


def _distance_axis(ax: Axes, table: pd.DataFrame) -> None:
    """Kilometres to the right."""
    ax.set_xlim(0, max(table["km"].max(), 1))
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.set_xlabel("Distance from the origin (km)")


def name_stops(ax: Axes, stops: pd.DataFrame, names: Mapping[str, str], whole: float) -> None:
    """Name the places where most time is spent standing, and how long: those for whose names there is room beside the curves.

    Parameters: ax with its curves, laid out for good; stops of `stats.journeys.stops`; names of facilities; whole: days of
    the journey.
    """
    from matplotlib.transforms import Bbox

    room = Room(ax)
    for stop in stops.sort_values(["days", "km"], ascending=[False, True]).to_dict("records"):
        at_px = float(ax.transData.transform((stop["km"], 0.0))[0])
        guide = Bbox.from_extents(at_px - 0.5, ax.bbox.y0, at_px + 0.5, ax.bbox.y1)
        if stop["days"] < LONG_STOP * whole or any(guide.overlaps(other) for other in room.taken):
            continue
        text = f"{' / '.join(names[place] for place in stop['places'])} {stop['days']:.1f} d"
        if room.write(text, _spots(stop["km"]), fontsize=6, color=INK) is not None:
            room.taken.append(guide)
            ax.axvline(stop["km"], color=GREY, linewidth=0.4, zorder=0, gid=GROUND)


def _spots(km: float) -> list[Spot]:
    """Upright at the top or the bottom on either side of a stop; else level, as near to one of them as there is room."""
    sides = ((-1.5, "right"), (1.5, "left"))
    upright = [
        Spot((km, height), (offset, 0), side, end, 90, up_the_panel=True)
        for height, end in ((0.985, "top"), (0.015, "bottom"))
        for offset, side in sides
    ]
    heights = [0.02 + 0.05 * i for i in range(19)]
    level = [
        Spot((km, height), (offset, 0), side, "bottom", up_the_panel=True)
        for height in heights
        for offset, side in sides
    ]
    return [*upright, *level]
