"""Where on a panel there is room for a text: beside the curves, bands, marks and other texts, never across them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.views.style import GREY, GROUND

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.path import Path
    from matplotlib.transforms import Bbox

_CLEAR_PT = 0.6
"""Least distance between a text and what is drawn."""


@dataclass(frozen=True)
class Spot:
    """A place for a text: its point, the offset from that in points, which side and end of the text lies there; how it is turned, and
    whether a thin line leads there; `up_the_panel`: the point's height is a share of the panel's."""

    at: tuple[float, float]
    offset: tuple[float, float]
    side: str
    end: str
    rotation: float = 0.0
    leader: bool = False
    up_the_panel: bool = False

    def where(self, ax: Axes) -> Any:
        """What the point is given in: data, or data and the share of the panel's height."""
        return ax.get_xaxis_transform() if self.up_the_panel else ax.transData


_LEADER: Mapping[str, Any] = {"arrowstyle": "-", "linewidth": 0.4, "color": GREY, "shrinkA": 0, "shrinkB": 0}


class Outline(NamedTuple):
    """Something drawn, in pixels: its path, whether that is filled, half the width of its stroke, and its extent with it."""

    path: Path
    filled: bool
    half_px: float
    extent: Bbox


class Room:
    """What is drawn on an Axes that is laid out for good, in pixels; texts find room beside it."""

    def __init__(self, ax: Axes) -> None:
        """What is drawn on an Axes that is laid out for good."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        self.ax = ax
        ax.apply_aspect()
        figure: Any = ax.figure
        canvas: Any = FigureCanvasAgg(figure)  # it has no types
        self.renderer = canvas.get_renderer()
        self.points_px = figure.dpi / 72
        self.clear_px = _CLEAR_PT * self.points_px
        self.drawn = outlines(ax)
        self.taken: list[Bbox] = []
        self.texts: list[Bbox] = []

    def write(self, text: str, spots: Sequence[Spot], **how: Any) -> Spot | None:
        """Write a text at the first spot where it crosses nothing and stays within the panel; None where there is none."""
        sizes = {turn: self._size(text, turn, how) for turn in {spot.rotation for spot in spots}}
        for spot in spots:
            box, leader = self._box(spot, *sizes[spot.rotation]), self._leader(spot)
            if not self._is_free(box):
                continue
            if spot.leader and any(leader.intersects_bbox(other) for other in self.texts):
                continue
            line: dict[str, Any] = {"arrowprops": _LEADER} if spot.leader else {}
            self.ax.annotate(
                text, spot.at, spot.offset, xycoords=spot.where(self.ax), textcoords="offset points",
                ha=spot.side, va=spot.end, rotation=spot.rotation, **line, **how,
            )  # fmt: skip
            self.taken.append(box)
            self.texts.append(box)
            if spot.leader:
                self.drawn.append(Outline(leader, False, 0.0, leader.get_extents()))
            return spot
        return None

    def _size(self, text: str, rotation: float, how: Mapping[str, Any]) -> tuple[float, float]:
        """Width and height of a text in pixels."""
        note = self.ax.text(0, 0, text, fontsize=how["fontsize"], rotation=rotation)
        box = note.get_window_extent(self.renderer)
        note.remove()
        return box.width, box.height

    def _point(self, spot: Spot) -> NDArray[np.float64]:
        """Where a spot is, in pixels."""
        found: NDArray[np.float64] = np.asarray(spot.where(self.ax).transform(spot.at), dtype=float)
        return found

    def _box(self, spot: Spot, width_px: float, height_px: float) -> Bbox:
        """The box in pixels that a text of some size takes at a spot."""
        from matplotlib.transforms import Bbox as Made

        x, y = self._point(spot) + np.asarray(spot.offset) * self.points_px
        left = x - width_px * {"left": 0.0, "center": 0.5, "right": 1.0}[spot.side]
        low = y - height_px * {"bottom": 0.0, "center": 0.5, "top": 1.0}[spot.end]
        return Made.from_bounds(left, low, width_px, height_px)

    def _leader(self, spot: Spot) -> Path:
        """The line from a spot to its text, in pixels."""
        from matplotlib.path import Path as Made

        point = self._point(spot)
        return Made([point, point + np.asarray(spot.offset) * self.points_px])

    def _is_free(self, box: Bbox) -> bool:
        """Whether a box is within the panel and meets nothing."""
        frame = self.ax.bbox
        if box.x0 < frame.x0 or box.x1 > frame.x1 or box.y0 < frame.y0 or box.y1 > frame.y1:
            return False
        wide = box.padded(self.clear_px)
        return not any(wide.overlaps(other) for other in self.taken) and not crossed(wide, self.drawn)


def outlines(ax: Axes) -> list[Outline]:
    """The lines, bands, bars and marks of an Axes; what lies under the data (GROUND) is left out."""
    figure: Any = ax.figure
    points_px = figure.dpi / 72
    found: list[tuple[Path, bool, float]] = []
    for line in _data(ax.lines):
        path = line.get_transform().transform_path(line.get_path())
        if line.get_linestyle() not in _NONE:
            found.append((path, False, line.get_linewidth() / 2 * points_px))
        if line.get_marker() not in _NONE:
            found += [(mark, True, 0.0) for mark in _marks(path, line.get_markersize() / 2 * points_px)]
    for patch in _data(ax.patches):
        found.append((patch.get_transform().transform_path(patch.get_path()), True, 0.0))
    for many in _data(ax.collections):
        filled = len(many.get_facecolor()) > 0
        half_px = 0.0 if filled else max(many.get_linewidths(), default=0.0) / 2 * points_px
        found += [(many.get_transform().transform_path(path), filled, half_px) for path in many.get_paths()]
    return [
        Outline(path, filled, half_px, extent.padded(half_px))
        for path, filled, half_px in found
        if (extent := _extent(path)) is not None
    ]


_NONE = ("None", "none", " ", "", None)


def _extent(path: Path) -> Bbox | None:
    """The extent of a path, which may have gaps; None of one that is nowhere."""
    from matplotlib.transforms import Bbox

    points = np.asarray(path.vertices)
    points = points[np.isfinite(points).all(axis=1)]
    return Bbox([points.min(axis=0), points.max(axis=0)]) if len(points) else None


def _data(artists: Iterable[Any]) -> list[Any]:
    """The artists that show data: visible, and no ground."""
    return [one for one in artists if one.get_visible() and one.get_gid() != GROUND]


def _marks(path: Path, radius_px: float) -> list[Path]:
    """A circle for each mark of a line."""
    from matplotlib.path import Path as Made

    points = np.asarray(path.vertices)
    return [Made.circle((float(x), float(y)), radius_px) for x, y in points[np.isfinite(points).all(axis=1)]]


def crossed(box: Bbox, drawn: Sequence[Outline]) -> bool:
    """Whether a box (pixels) meets one of some outlines."""
    return any(
        box.overlaps(one.extent) and one.path.intersects_bbox(box.padded(one.half_px), filled=one.filled)
        for one in drawn
    )
