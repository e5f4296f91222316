"""The network on a map: lines by mode and TEU a year, queues as circles, closures marked. The numbers come from `stats`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.views.placing import Room, Spot
from sim.views.projection import coastline, course, project
from sim.views.style import BLUE, GREY, GROUND, INK, ORANGE, VERMILLION
from sim.views.titles import short_name

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.results import NetworkRecord

MODES: Mapping[str, tuple[str, str]] = {
    "rail": (BLUE, "rail"),
    "road": (ORANGE, "road"),
    "sea": ("#2A9D8F", "sea"),
}
"""Colour and label by mode."""
LAND, COAST = "#F0EDE6", "#BDB8AC"
WIDEST_PT, THINNEST_PT = 6.5, 0.4
LARGEST_PT, SMALLEST_PT = 20.0, 2.0
_MARGIN = 0.035
_CUT = 0.02
_FLATTEST = 0.44
_FONT_PT = 6.2
_LEAST = 0.16
"""Importance below which a place gets no label."""


@dataclass(frozen=True)
class Scale:
    """What the widest line and the largest circle stand for, the same in all panels."""

    teu_per_year: float
    waiting_teu: float

    def width(self, teu_per_year: float) -> float:
        """Width of a line in points, in proportion to its freight."""
        return max(WIDEST_PT * teu_per_year / self.teu_per_year, THINNEST_PT)

    def diameter(self, waiting_teu: float) -> float:
        """Diameter of a circle in points; its area is in proportion to what waits."""
        return LARGEST_PT * float(np.sqrt(waiting_teu / self.waiting_teu))


def frame_of(network: NetworkRecord, lines: pd.DataFrame) -> tuple[float, float, float, float]:
    """The part of the map that holds every place on a line of rail or road with freight: left, right, bottom, top."""
    used = lines[lines["mode"] != "sea"]
    if (used["teu_per_year"] > 0).any():
        used = used[used["teu_per_year"] > 0]
    places = sorted(set(used["start"]) | set(used["end"])) or sorted(network.facilities)
    x, y = project(*_degrees(network, places))
    pad = _MARGIN * max(np.ptp(x), np.ptp(y), 0.05)
    left, right, bottom, top = x.min() - pad, x.max() + pad, y.min() - 1.3 * pad, y.max() + 1.3 * pad
    # A strip says little of where things are: the south, with its sea lanes, fills the page.
    return left, right, min(bottom, top - _FLATTEST * (right - left)), top


def joint(frames: Sequence[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    """The frame that holds several."""
    left, right, bottom, top = zip(*frames, strict=True)
    return min(left), max(right), min(bottom), max(top)


def network_map(
    lines: pd.DataFrame,
    waiting: pd.DataFrame,
    network: NetworkRecord,
    ax: Axes,
    *,
    frame: tuple[float, float, float, float],
    scale: Scale,
) -> None:
    """Draw the network on the coastline.

    Parameters: lines and waiting of `stats.traffic`; network as `network.json` has it; ax to draw on; frame of
    `frame_of`; scale.
    """
    _draw_land(ax, frame)
    _draw_lines(ax, lines, network, scale)
    _draw_waiting(ax, waiting, network, scale)
    _draw_disruptions(ax, network)
    ax.set_xlim(frame[0], frame[1])
    ax.set_ylim(frame[2], frame[3])
    ax.set_aspect("equal")
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(True)
        spine.set_color(COAST)


def _degrees(network: NetworkRecord, places: Iterable[str]) -> tuple[list[float], list[float]]:
    """Longitudes and latitudes of places."""
    known = [network.facilities[place] for place in places]
    return [place.lon for place in known], [place.lat for place in known]


def _draw_land(ax: Axes, frame: tuple[float, float, float, float]) -> None:
    """Draw the coastline, as far as the frame shows it."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path
    from matplotlib.transforms import Bbox

    left, right, bottom, top = frame
    around = Bbox.from_extents(left - _CUT, bottom - _CUT, right + _CUT, top + _CUT)
    corners: list[Any] = []
    codes: list[Any] = []
    for ring in coastline():
        x, y = project(ring[:, 0], ring[:, 1])
        if ring[:, 0].max() < -60 or x.max() < left or x.min() > right or y.max() < bottom or y.min() > top:
            continue
        # Cut a little outside the frame: what nobody sees is a third of a file.
        seen = np.asarray(Path(np.column_stack([x, y]), closed=False).clip_to_bbox(around).vertices)
        if len(seen) > 2:
            corners += [*seen.tolist(), seen[0].tolist()]
            codes += [Path.MOVETO, *[Path.LINETO] * (len(seen) - 1), Path.CLOSEPOLY]
    if corners:
        ax.add_patch(
            PathPatch(
                Path(corners, codes), facecolor=LAND, edgecolor=COAST, linewidth=0.4, zorder=0, gid=GROUND
            )
        )


def _draw_lines(ax: Axes, lines: pd.DataFrame, network: NetworkRecord, scale: Scale) -> None:
    """Draw the lines, those with most freight on top."""
    looks: dict[tuple[str, float], list[Any]] = {}
    for line in lines.sort_values(["teu_per_year", "start", "end"]).to_dict("records"):
        used = line["teu_per_year"] > 0
        look = (line["mode"], scale.width(line["teu_per_year"])) if used else ("", 0.5)
        looks.setdefault(look, []).append(
            np.vstack([*_course(network, line["start"], line["end"], line["mode"], line["length_m"])])
        )
    for (mode, width), courses in looks.items():  # lines of one look as one, with gaps: a small file
        gap = np.full((2, 1), np.nan)
        x, y = np.hstack([part for course in courses for part in (course, gap)])
        if mode:
            ax.plot(x, y, color="white", linewidth=width + 0.9, solid_capstyle="round", zorder=2, gid=GROUND)
            ax.plot(x, y, color=MODES[mode][0], linewidth=width, solid_capstyle="round", zorder=3)
        else:
            ax.plot(x, y, color=GREY, linewidth=width, linestyle=(0, (1.5, 2)), zorder=1)


def _course(network: NetworkRecord, start: str, end: str, mode: str, length_m: int) -> Any:
    """The course of a line between two places: x and y."""
    first, last = network.facilities[start], network.facilities[end]
    return course((first.lon, first.lat), (last.lon, last.lat), mode, length_m)


def _draw_waiting(ax: Axes, waiting: pd.DataFrame, network: NetworkRecord, scale: Scale) -> None:
    """A filled circle for what waits aboard, a ring for that and the yards together."""
    for place in waiting.sort_values(["aboard_teu", "facility"], ascending=[False, True]).to_dict("records"):
        x, y = project(*_degrees(network, [place["facility"]]))
        total, aboard = place["aboard_teu"] + place["yard_teu"], place["aboard_teu"]
        if scale.diameter(total) >= SMALLEST_PT:
            ax.plot(
                x, y, "o", markersize=scale.diameter(total), markerfacecolor="none",
                markeredgecolor=VERMILLION, markeredgewidth=0.8, zorder=5,
            )  # fmt: skip
        if scale.diameter(aboard) >= SMALLEST_PT:
            ax.plot(
                x, y, "o", markersize=scale.diameter(aboard), color=VERMILLION, alpha=0.8,
                markeredgewidth=0, zorder=4,
            )  # fmt: skip


MARKS: Mapping[bool, Mapping[str, Any]] = {
    True: {
        "marker": "X",
        "color": INK,
        "markersize": 6.5,
        "markeredgecolor": "white",
        "markeredgewidth": 0.7,
    },
    False: {
        "marker": "D",
        "color": "white",
        "markersize": 4.2,
        "markeredgecolor": INK,
        "markeredgewidth": 1.0,
    },
}
"""How a place or line is marked that a dated disruption shuts (True), or that does less or takes longer (False)."""


def _disrupted(network: NetworkRecord) -> tuple[dict[str, bool], dict[str, bool]]:
    """Facilities and lines that dated disruptions hit: whether they are shut."""
    places: dict[str, bool] = {}
    legs: dict[str, bool] = {}
    for one in network.closures:
        for found, names in ((places, one.facilities), (legs, one.legs)):
            for name in names:
                found[name] = found.get(name, False) or one.closed
    return places, legs


def _draw_disruptions(ax: Axes, network: NetworkRecord) -> None:
    """A mark on every place that is hit, and in the middle of every line that is hit where neither of its ends is."""
    places, legs = _disrupted(network)
    spots: dict[tuple[float, float], bool] = {}
    for place in sorted(places):
        x, y = project(*_degrees(network, [place]))
        spots[float(x[0]), float(y[0])] = places[place]
    for name in sorted(legs):
        leg = network.legs[name]
        start, end = leg.between
        if not {start, end} & set(places):
            x, y = _course(network, start, end, leg.mode, leg.length_m)
            middle = len(x) // 2
            spots[(x[middle] + x[-1 - middle]) / 2, (y[middle] + y[-1 - middle]) / 2] = legs[name]
    for shut in (False, True):
        at = [spot for spot, closed in spots.items() if closed == shut]
        if at:
            ax.plot(*zip(*at, strict=True), linestyle="none", zorder=7, **MARKS[shut])


def _importance(lines: pd.DataFrame, waiting: pd.DataFrame, network: NetworkRecord) -> list[str]:
    """Places in the order in which they deserve a label: disrupted, where freight comes from or goes to, waits or passes."""
    weights = {"gauge-change": 3.0, "port": 2.0, "terminal": 2.0, "border": 1.5, "junction": 0.15}
    passing: dict[str, float] = {}
    for line in lines.to_dict("records"):
        for end in (line["start"], line["end"]):
            passing[end] = passing.get(end, 0.0) + line["teu_per_year"]
    queued = dict(zip(waiting["facility"], waiting["aboard_teu"] + waiting["yard_teu"], strict=True))
    most, longest = max(passing.values(), default=1) or 1, max(queued.values(), default=1) or 1
    places, legs = _disrupted(network)
    shut = {*places, *(end for leg in legs for end in network.legs[leg].between)}
    routes = [[service.route for service in network.services_of(chain)] for chain in network.chains]
    cities = {end for route in routes for end in (route[0][0], route[-1][-1])}

    def weight(place: str) -> float:
        """How much a place deserves a label."""
        share = np.sqrt(passing[place] / most) * weights[network.facilities[place].kind]
        queue = 2 * np.sqrt(queued.get(place, 0) / longest)
        return float(share + queue + (place in cities) + 10 * (place in shut))

    worth = {place: weight(place) for place in passing if passing[place] > 0}
    return sorted(
        (place for place in worth if worth[place] > _LEAST), key=lambda place: (-worth[place], place)
    )


def name_places(
    ax: Axes, lines: pd.DataFrame, waiting: pd.DataFrame, network: NetworkRecord, scale: Scale, most: int
) -> None:
    """Name places on a map, the most important first, each beside what is drawn; those that find no room go without.

    Parameters: ax with the map of `network_map`, laid out for good; the others as there; most: how many names at most.
    """
    from matplotlib.transforms import Bbox

    places = _importance(lines, waiting, network)
    room = Room(ax)
    x, y = project(*_degrees(network, places))
    points = dict(zip(places, zip(x.tolist(), y.tolist(), strict=True), strict=True))
    near_px = _NEAR_PT * room.points_px
    for at in ax.transData.transform([*points.values()]) if points else ():
        room.taken.append(Bbox([at - near_px, at + near_px]))
    queued = dict(zip(waiting["facility"], waiting["aboard_teu"] + waiting["yard_teu"], strict=True))
    done = 0
    for place in places:
        around = max(scale.diameter(queued.get(place, 0.0)) / 2, _NEAR_PT) + 1.0
        name = short_name(network.facilities[place].name)
        how: dict[str, Any] = {"fontsize": _FONT_PT, "color": INK, "zorder": 8}
        if done < most and room.write(name, _around(points[place], around), **how) is not None:
            ax.plot(*points[place], "o", color=INK, markersize=1.6, markeredgewidth=0, zorder=6)
            done += 1


_NEAR_PT = 2.0


def _around(point: tuple[float, float], radius_pt: float) -> list[Spot]:
    """Beside a point in eight directions, ever a little farther off; then in sixteen, with a line that leads there."""
    near = [
        _spot(point, radius_pt + more, angle)
        for more in (0.0, 2.5, 5.0)
        for angle in (45, 135, 315, 225, 0, 180, 90, 270)
    ]
    far = [
        _spot(point, radius_pt + more, 22.5 * i, leader=True)
        for more in (9.0, 14.0, 20.0, 27.0, 35.0)
        for i in range(16)
    ]
    return [*near, *far]


def _spot(point: tuple[float, float], radius_pt: float, angle_deg: float, *, leader: bool = False) -> Spot:
    """A spot for a label in a direction from a point, so many points off."""
    right, up = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    side = "left" if right > 0.3 else "right" if right < -0.3 else "center"
    end = "bottom" if up > 0.3 else "top" if up < -0.3 else "center"
    return Spot(point, (radius_pt * right, radius_pt * up), side, end, leader=leader)
