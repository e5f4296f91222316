"""The page around the panels: title, legend and caption each in its own strip, so that none hides data."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import LandbridgeError
from sim.views.style import INK, PAGE_WIDTH_IN, PAPER

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LINE_IN = 0.135
_MARGIN_IN = 0.08
_CAPTION_CHARACTERS = 132
_FORMATS: Mapping[str, Mapping[str, None]] = {
    # Nothing in a file may depend on the day or the version it was drawn with.
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


def paper() -> AbstractContextManager[Any]:
    """Matplotlib's settings for our pictures, whatever the user's own; undone at the end."""
    from matplotlib import style

    return style.context(dict(PAPER), after_reset=True)


def page(
    title: str,
    caption: str,
    *,
    panels: int = 1,
    columns: int = 1,
    panel_in: float,
    legend: Mapping[str, Artist],
) -> tuple[Figure, list[Axes]]:
    """Lay out a figure of A4 text width: a title, `panels` Axes in `columns`, a legend and a caption.

    Parameters: panel_in: height of a row of panels in inches, labels included; legend: artists by label, may be empty.
    Returns the figure and its Axes in reading order.
    """
    from matplotlib.figure import Figure

    lines = [
        line
        for part in caption.split("\n")
        for line in textwrap.wrap(part, _CAPTION_CHARACTERS, break_on_hyphens=False)
    ]
    rows = ceil(panels / columns)
    per_row = _legend_columns(legend)
    top_in = 0.28
    legend_in = 0.152 * ceil(len(legend) / per_row) + 0.06 if legend else 0.0
    caption_in = _LINE_IN * len(lines) + 2 * _MARGIN_IN
    height_in = top_in + legend_in + rows * panel_in + caption_in
    figure = Figure(figsize=(PAGE_WIDTH_IN, height_in), layout="constrained")
    layout: Any = figure.get_layout_engine()
    bottom, height = caption_in / height_in, rows * panel_in / height_in
    layout.set(rect=(0.005, bottom, 0.985, height), h_pad=0.05, w_pad=0.05, hspace=0.03, wspace=0.04)
    left = 0.012
    figure.text(
        left,
        1 - _MARGIN_IN / height_in,
        title,
        va="top",
        fontsize=10,
        fontweight="bold",
        color=INK,
        gid="title",
    )
    figure.text(
        left, caption_in / height_in - _MARGIN_IN / height_in, "\n".join(lines), va="top", fontsize=7, color=INK,
        linespacing=1.3, gid="caption",
    )  # fmt: skip
    if legend:
        drawn = figure.legend(
            list(legend.values()), list(legend), loc="upper left", ncols=per_row, handlelength=2.6, columnspacing=1.4,
            bbox_to_anchor=(left, 1 - top_in / height_in), borderaxespad=0, borderpad=0, labelspacing=0.35,
        )  # fmt: skip
        drawn.set_in_layout(False)
    grid = figure.subplots(rows, columns, squeeze=False).ravel().tolist()
    for spare in grid[panels:]:
        spare.remove()
    return figure, grid[:panels]


def settle(figure: Figure) -> Figure:
    """Lay the figure out now and for good.

    The solver's last digits change from run to run; rounded positions give the same bytes every time.
    """
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for ax in figure.axes:
        left, bottom, width, height = ax.get_position().bounds
        ax.set_position((round(left, 5), round(bottom, 5), round(width, 5), round(height, 5)))
    return figure


def nothing_to_draw(title: str, why: str) -> Figure:
    """A figure that says that there is nothing to draw, and why."""
    figure, (ax,) = page(title, why, panel_in=1.2, legend={})
    ax.set_axis_off()
    ax.text(
        0.5,
        0.5,
        "nothing to draw",
        transform=ax.transAxes,
        ha="center",
        va="center",
        fontsize=11,
        color="#555555",
    )
    return figure


def save(figure: Figure, stem: Path, formats: Sequence[str] = ("png", "svg")) -> list[Path]:
    """Write the figure as `stem` plus each format's ending (one that it has is replaced); the same figure gives the same bytes.

    Returns the paths. Raises LandbridgeError for a format other than png, svg and pdf.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    unknown = [name for name in formats if name not in _FORMATS]
    if unknown:
        raise LandbridgeError(f"format {unknown[0]!r} is none of {', '.join(_FORMATS)}.")
    name_only = stem.stem if stem.suffix[1:] in _FORMATS else stem.name
    paths = [stem.parent / f"{name_only}.{name}" for name in formats]
    with paper():
        FigureCanvasAgg(figure)
        for name, path in zip(formats, paths, strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            figure.savefig(path, format=name, metadata=dict(_FORMATS[name]))
    return paths


def _legend_columns(legend: Mapping[str, Artist]) -> int:
    """As many columns as fit the page's width at the legend's letter size."""
    widths = [0.60 + 0.058 * len(label) for label in legend]
    for columns in range(len(widths), 1, -1):
        rows = ceil(len(widths) / columns)  # filled column by column, each as wide as its widest label
        if sum(max(widths[i : i + rows]) for i in range(0, len(widths), rows)) <= PAGE_WIDTH_IN - 0.1:
            return columns
    return 1
