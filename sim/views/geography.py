"""The network on a map: lines by mode and TEU a year, queues as circles, closures marked. The numbers come from `stats`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.views.choice import short_name
from sim.views.projection import coastline, course, project
from sim.views.style import BLUE, GREY, INK, ORANGE, PAGE_WIDTH_IN, VERMILLION

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

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
_LETTER = 0.60
"""Mean width of a letter as a share of the letter size."""


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


def frame_of(network: Mapping[str, Any], lines: pd.DataFrame) -> tuple[float, float, float, float]:
    """The part of the map that holds every place on a line of rail or road with freight: left, right, bottom, top."""
    used = lines[lines["mode"] != "sea"]
    if (used["teu_per_year"] > 0).any():
        used = used[used["teu_per_year"] > 0]
    places = sorted(set(used["start"]) | set(used["end"])) or sorted(network["facilities"])
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
    network: Mapping[str, Any],
    ax: Axes,
    *,
    frame: tuple[float, float, float, float],
    scale: Scale,
    width_in: float = PAGE_WIDTH_IN,
    labels: int = 24,
) -> None:
    """Draw the network on the coastline.

    Parameters: lines and waiting of `stats.traffic`; network as `network.json` has it; ax to draw on; frame of
    `frame_of`; scale; width_in: how wide the panel will be, and how many labels it may have.
    """
    _draw_land(ax, frame)
    _draw_lines(ax, lines, network, scale)
    _draw_waiting(ax, waiting, network, scale)
    _draw_closures(ax, network)
    _label(ax, _importance(lines, waiting, network), network, frame, width_in, labels)
    ax.set_xlim(frame[0], frame[1])
    ax.set_ylim(frame[2], frame[3])
    ax.set_aspect("equal")
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(True)
        spine.set_color(COAST)


def _degrees(network: Mapping[str, Any], places: Iterable[str]) -> tuple[list[float], list[float]]:
    known = [network["facilities"][place] for place in places]
    return [place["lon"] for place in known], [place["lat"] for place in known]


def _draw_land(ax: Axes, frame: tuple[float, float, float, float]) -> None:
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
            PathPatch(Path(corners, codes), facecolor=LAND, edgecolor=COAST, linewidth=0.4, zorder=0)
        )


def _draw_lines(ax: Axes, lines: pd.DataFrame, network: Mapping[str, Any], scale: Scale) -> None:
    looks: dict[tuple[str, float], list[Any]] = {}
    for line in lines.sort_values(["teu_per_year", "start", "end"]).to_dict("records"):
        used = line["teu_per_year"] > 0
        look = (line["mode"], scale.width(line["teu_per_year"])) if used else ("", 0.5)
        looks.setdefault(look, []).append(np.vstack([*_course(network, line)]))
    for (mode, width), courses in looks.items():  # lines of one look as one, with gaps: a small file
        gap = np.full((2, 1), np.nan)
        x, y = np.hstack([part for course in courses for part in (course, gap)])
        if mode:
            ax.plot(x, y, color="white", linewidth=width + 0.9, solid_capstyle="round", zorder=2)
            ax.plot(x, y, color=MODES[mode][0], linewidth=width, solid_capstyle="round", zorder=3)
        else:
            ax.plot(x, y, color=GREY, linewidth=width, linestyle=(0, (1.5, 2)), zorder=1)


def _course(network: Mapping[str, Any], line: Mapping[Any, Any]) -> Any:
    start, end = (network["facilities"][line[key]] for key in ("start", "end"))
    return course((start["lon"], start["lat"]), (end["lon"], end["lat"]), line["mode"], line["length_m"])


def _draw_waiting(ax: Axes, waiting: pd.DataFrame, network: Mapping[str, Any], scale: Scale) -> None:
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


def closed_places(network: Mapping[str, Any]) -> list[str]:
    """Facilities that a dated closure shuts."""
    return sorted({place for shut in network["closures"] if shut["closed"] for place in shut["facilities"]})


def _draw_closures(ax: Axes, network: Mapping[str, Any]) -> None:
    shut = closed_places(network)
    if shut:
        x, y = project(*_degrees(network, shut))
        ax.plot(x, y, "X", color=INK, markersize=6.5, markeredgecolor="white", markeredgewidth=0.7, zorder=7,
                linestyle="none")  # fmt: skip
    legs = {leg for closure in network["closures"] if closure["closed"] for leg in closure["legs"]}
    for name in sorted(legs):
        leg = network["legs"][name]
        if set(leg["between"]) & set(shut):
            continue
        start, end = leg["between"]
        x, y = _course(network, {**leg, "start": start, "end": end})
        middle = len(x) // 2
        ax.plot((x[middle] + x[-1 - middle]) / 2, (y[middle] + y[-1 - middle]) / 2, "X", color=INK, markersize=6.5,
                markeredgecolor="white", markeredgewidth=0.7, zorder=7)  # fmt: skip


def _importance(lines: pd.DataFrame, waiting: pd.DataFrame, network: Mapping[str, Any]) -> list[str]:
    """Places in the order in which they deserve a label: closed, where much waits, where much passes or is handled."""
    weights = {"gauge-change": 3.0, "port": 2.0, "terminal": 2.0, "border": 1.5, "junction": 0.15}
    passing: dict[str, float] = {}
    for line in lines.to_dict("records"):
        for end in (line["start"], line["end"]):
            passing[end] = passing.get(end, 0.0) + line["teu_per_year"]
    queued = dict(zip(waiting["facility"], waiting["aboard_teu"] + waiting["yard_teu"], strict=True))
    most, longest = max(passing.values(), default=1) or 1, max(queued.values(), default=1) or 1
    legs = {leg for one in network["closures"] if one["closed"] for leg in one["legs"]}
    shut = {*closed_places(network), *(end for leg in legs for end in network["legs"][leg]["between"])}

    def weight(place: str) -> float:
        share = np.sqrt(passing[place] / most) * weights[network["facilities"][place]["kind"]]
        queue = 2 * np.sqrt(queued.get(place, 0) / longest)
        return float(share + queue + 10 * (place in shut))

    worth = {place: weight(place) for place in passing if passing[place] > 0}
    return sorted(
        (place for place in worth if worth[place] > _LEAST), key=lambda place: (-worth[place], place)
    )


def _label(
    ax: Axes,
    places: Sequence[str],
    network: Mapping[str, Any],
    frame: tuple[float, float, float, float],
    width_in: float,
    most: int,
) -> None:
    """Name places, the most important first, each where it covers no other name; those that find no room go without."""
    per_pt = (frame[1] - frame[0]) / (width_in * 72)
    near = 2 * per_pt
    points = {place: tuple(float(one[0]) for one in project(*_degrees(network, [place]))) for place in places}
    spots = {place: (x - near, x + near, y - near, y + near) for place, (x, y) in points.items()}
    taken: list[tuple[float, float, float, float]] = []
    done = 0
    for place in places:
        if done == most:
            return
        x, y = (float(one[0]) for one in project(*_degrees(network, [place])))
        name = short_name(network["facilities"][place]["name"])
        wide, high = _LETTER * _FONT_PT * len(name) * per_pt, 1.15 * _FONT_PT * per_pt
        for dx, dy, align in _AROUND:
            left = x + dx * per_pt - {"left": 0.0, "center": wide / 2, "right": wide}[align]
            box = (left, left + wide, y + dy * per_pt - high / 2, y + dy * per_pt + high / 2)
            others = [*taken, *(spot for other, spot in spots.items() if other != place)]
            if _inside(box, frame) and not any(_overlap(box, other) for other in others):
                ax.annotate(
                    name, (x, y), (dx, dy), textcoords="offset points", ha=align, va="center", fontsize=_FONT_PT,
                    color=INK, zorder=8, bbox=_BACKGROUND,
                )  # fmt: skip
                ax.plot(x, y, "o", color=INK, markersize=1.6, markeredgewidth=0, zorder=6)
                taken += [box, (x - near, x + near, y - near, y + near)]
                done += 1
                break


# An outline around letters would be written out letter by letter, half of a map's file.
_BACKGROUND: Mapping[str, Any] = {"facecolor": "white", "alpha": 0.55, "linewidth": 0, "pad": 0.4}
_AROUND: tuple[tuple[float, float, str], ...] = (
    (4, 4, "left"), (-4, 4, "right"), (4, -4, "left"), (-4, -4, "right"), (0, 7, "center"), (0, -7, "center"),
)  # fmt: skip


def _inside(box: Sequence[float], frame: Sequence[float]) -> bool:
    return box[0] > frame[0] and box[1] < frame[1] and box[2] > frame[2] and box[3] < frame[3]


def _overlap(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]
