"""Time and cost over the distance along a chain: the chart of UNESCAP and CAREC. The numbers come from `stats.journeys`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.views.style import GREY, INK, Stroke, scenario_strokes

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

FREE = Stroke(GREY, (0, (1.2, 1.6)))
"""How the journey without waiting is drawn."""
LONG_STOP = 0.02
"""Stops above this share of the journey are named."""
_APART = 0.045


def time_distance(
    table: pd.DataFrame,
    stops: pd.DataFrame,
    ax: Axes,
    names: Mapping[str, str],
    strokes: Mapping[str, Stroke] | None = None,
) -> None:
    """Draw days spent against km travelled, with its interval, and without waiting in dots; long stops are named.

    Parameters: table of `stats.journeys.journey` with `scenario` in front; stops of `stats.journeys.stops`; ax to draw on;
    names of facilities; strokes by scenario, if not the usual ones.
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
    _name_stops(ax, stops, names, max(table["days"].max(), 0.1), max(table["km"].max(), 1))


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
    ax.set_xlim(0, max(table["km"].max(), 1))
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.set_xlabel("Distance from the origin (km)")


def _name_stops(ax: Axes, stops: pd.DataFrame, names: Mapping[str, str], whole: float, far: float) -> None:
    """Name the places where most time is spent standing, and how long, as far as the names find room."""
    from matplotlib.patheffects import withStroke

    taken: list[float] = []
    for stop in stops.sort_values(["days", "km"], ascending=[False, True]).to_dict("records"):
        at = stop["km"] / far
        if stop["days"] < LONG_STOP * whole or any(abs(at - other) < _APART for other in taken):
            continue
        taken.append(at)
        ax.axvline(stop["km"], color=GREY, linewidth=0.4, zorder=0)
        # Below the curve where it is high, above it where it is low: there the panel is empty.
        high = stop["reached"] > 0.5 * whole
        named = " / ".join(names[place] for place in stop["places"])
        ax.annotate(
            f"{named} {stop['days']:.1f} d", (at, 0.015 if high else 0.985), (-1.5 if at > 0.05 else 1.5, 0),
            xycoords="axes fraction", textcoords="offset points", rotation=90, ha="right" if at > 0.05 else "left",
            va="bottom" if high else "top", fontsize=6, color=INK,
            path_effects=[withStroke(linewidth=1.6, foreground="white")],
        )  # fmt: skip
