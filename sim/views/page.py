"""The page around the panels: title, legend and caption each in its own strip, so that none hides data."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO, StringIO
from itertools import accumulate, pairwise
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import LandbridgeError
from sim.views.style import INK, PAGE_WIDTH_IN, PAPER, shorten

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LINE_IN = 0.135
_TITLE_IN = 0.28
_LEFT = 0.012
_MARGIN_IN = 0.08
_TITLE_PT, _TITLE_LINE_IN = 10, 0.17
_SCENARIO_PT, _SCENARIO_IN = 8, 0.145
_CAPTION_PT = 7
_CAPTION_CHARACTERS = 132
_LEGEND_WIDTH = 64
_BESIDE_PX = 4
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

    Parameters: title: its first line is printed large, lines after it small: which scenario
    the picture shows; panel_in: height of a row of panels in inches, labels included; legend: artists by label, may be empty.
    Returns the figure and its Axes in reading order.
    """
    from matplotlib.figure import Figure

    first, *small = title.split("\n")
    large = _lines_that_fit(first, _TITLE_PT, "bold")
    below_title = [line for scenario in small for line in _lines_that_fit(scenario, _SCENARIO_PT)]
    first_in = _TITLE_IN + _TITLE_LINE_IN * (len(large) - 1)
    title_in = first_in + _SCENARIO_IN * len(below_title)
    lines = _lines_that_fit(caption, _CAPTION_PT)
    rows = ceil(panels / columns)
    per_row = _legend_columns(legend)
    legend_in = 0.152 * ceil(len(legend) / per_row) + 0.06 if legend else 0.0
    caption_in = _LINE_IN * len(lines) + 2 * _MARGIN_IN
    height_in = title_in + legend_in + rows * panel_in + caption_in
    figure = Figure(figsize=(PAGE_WIDTH_IN, height_in), layout="constrained")
    layout: Any = figure.get_layout_engine()
    strip = (0.005, caption_in / height_in, 0.985, rows * panel_in / height_in)
    layout.set(rect=strip, h_pad=0.05, w_pad=0.05, hspace=0.03, wspace=0.04)
    words: dict[str, Any] = {"va": "top", "color": INK}
    above, below = 1 - _MARGIN_IN / height_in, (caption_in - _MARGIN_IN) / height_in
    figure.text(_LEFT, above, "\n".join(large), fontsize=_TITLE_PT, fontweight="bold", gid="title", **words)
    figure.text(_LEFT, below, "\n".join(lines), fontsize=_CAPTION_PT, linespacing=1.3, gid="caption", **words)
    if below_title:
        figure.text(
            _LEFT, 1 - (first_in - 0.03) / height_in, "\n".join(below_title), fontsize=_SCENARIO_PT, linespacing=1.2,
            gid="scenario", **words,
        )  # fmt: skip
    if legend:
        _add_legend(figure, legend, per_row, 1 - title_in / height_in)
    grid = figure.subplots(rows, columns, squeeze=False).ravel().tolist()
    for spare in grid[panels:]:
        spare.remove()
    return figure, grid[:panels]


def _lines_that_fit(text: str, size_pt: float, weight: str = "normal") -> list[str]:
    """A text in lines that fit the page: names of wide letters take more room than as many others."""
    from matplotlib.figure import Figure

    scratch = Figure(figsize=(PAGE_WIDTH_IN, 1))
    most = int(_CAPTION_CHARACTERS * _CAPTION_PT / size_pt)
    for characters in range(most, most // 2, -6):
        # A line that is short enough stays as it is, with all its spaces.
        lines = textwrap.wrap(text, characters, break_on_hyphens=False) if len(text) > characters else [text]
        drawn = scratch.text(_LEFT, 0, "\n".join(lines), fontsize=size_pt, fontweight=weight)
        if drawn.get_window_extent().x1 <= (1 - _LEFT) * scratch.bbox.width:
            return lines
        drawn.remove()
    return lines


def _add_legend(figure: Figure, legend: Mapping[str, Artist], columns: int, top: float) -> None:
    """Put the legend under the title, each label as it is written."""
    drawn = figure.legend(
        list(legend.values()),
        ["label"]
        * len(legend),  # set below: a label that begins with an underscore is left out by older versions
        loc="upper left",
        bbox_to_anchor=(_LEFT, top),
        ncols=columns,
        handlelength=2.6,
        columnspacing=1.4,
        labelspacing=0.35,
        borderaxespad=0,
        borderpad=0,
    )
    for text, label in zip(drawn.get_texts(), legend, strict=True):
        text.set_text(shorten(label, _LEGEND_WIDTH))
    drawn.set_in_layout(False)


def settle(figure: Figure) -> Figure:
    """Lay the figure out now and for good.

    The solver's last digits change from run to run; rounded positions give the same bytes every time.
    """
    from matplotlib.ticker import FixedLocator

    layout: Any = figure.get_layout_engine()
    for _ in range(2):  # the labels' sizes are known only after the first time
        layout.execute(figure)  # what drawing would do first; nothing need be drawn for it
    figure.set_layout_engine("none")
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):  # else every format that is saved looks for its ticks again
            axis.set_major_locator(FixedLocator(list(axis.get_majorticklocs())))
        left, bottom, width, height = ax.get_position().bounds
        ax.set_position((round(left, 5), round(bottom, 5), round(width, 5), round(height, 5)))
    _thin_out(figure)
    return figure


def _thin_out(figure: Figure) -> None:
    """Hide numbers and dates under the panels that would lie on the next one, or on the first of the panel to the right."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas: Any = FigureCanvasAgg(figure)
    renderer = canvas.get_renderer()
    kept: list[Any] = []
    for ax in reversed(figure.axes):
        ax.apply_aspect()
        ax.xaxis.get_tightbbox(renderer)  # puts the ticks where they will be drawn
        low, high = sorted(ax.get_xlim())
        for tick in ax.xaxis.get_major_ticks():
            if not low <= tick.get_loc() <= high or not tick.label1.get_text():
                continue
            box = tick.label1.get_window_extent(renderer)
            if any(box.overlaps(other) for other in kept):
                tick.label1.set_visible(False)
            else:
                kept.append(box.padded(_BESIDE_PX))


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
    unknown = [name for name in formats if name not in _FORMATS]
    if unknown:
        raise LandbridgeError(f"format {unknown[0]!r} is none of {', '.join(_FORMATS)}. Name one of these.")
    name_only = stem.stem if stem.suffix[1:] in _FORMATS else stem.name
    paths = [stem.parent / f"{name_only}.{name}" for name in formats]
    with paper():
        for name, path in zip(formats, paths, strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_PRINTED[name](figure, _metadata(figure, name)))
    return paths


# The canvases' own ways to print: `Figure.savefig` draws everything once more before, to lay out what is laid out already.


def _png(figure: Figure, metadata: Mapping[str, str | None]) -> bytes:
    """The figure as a PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    written = BytesIO()
    # Packed fast: at a higher level the file is a tenth smaller at most, and takes twice as long.
    canvas: Any = FigureCanvasAgg(figure)  # its ways to print have no types
    canvas.print_png(written, metadata=metadata, pil_kwargs={"compress_level": 3})
    return written.getvalue()


def _svg(figure: Figure, metadata: Mapping[str, str | None]) -> bytes:
    """The figure as an SVG, thinned out."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    written = StringIO()
    canvas: Any = FigureCanvasSVG(figure)
    canvas.print_svg(written, metadata=metadata)
    return thin_svg(written.getvalue()).encode()


def _pdf(figure: Figure, metadata: Mapping[str, str | None]) -> bytes:
    """The figure as a PDF."""
    from matplotlib.backends.backend_pdf import FigureCanvasPdf

    written = BytesIO()
    canvas: Any = FigureCanvasPdf(figure)
    canvas.print_pdf(written, metadata=metadata)
    return written.getvalue()


_PRINTED: Mapping[str, Callable[[Figure, Mapping[str, str | None]], bytes]] = {
    "png": _png,
    "svg": _svg,
    "pdf": _pdf,
}


def thin_svg(text: str) -> str:
    """The same picture in fewer bytes: coordinates to a hundredth of a point, the corners of a path in one line.

    A hundredth of a point is 1/7200 of an inch, a thirtieth of a pixel of the PNG. Matplotlib writes a millionth, and a
    line of text for every corner.
    """
    return _COORDINATES.sub(_rounded, text)


_COORDINATES = re.compile(r' (?:d|x|y|points)="[^"]*"')
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")


def _rounded(attribute: re.Match[str]) -> str:
    """An attribute with coordinates, rounded and in one line."""
    words = _LONG_NUMBER.sub(lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), attribute[0])
    return " " + " ".join(words.split()).replace(' "', '"')


def _metadata(figure: Figure, name: str) -> dict[str, str | None]:
    """What goes into the file; in an SVG also title and caption, which screen readers read out."""
    # XML takes no control characters, which the name of a file may have.
    words = {
        text.get_gid(): "".join(
            letter if letter.isprintable() else " " for letter in " ".join(text.get_text().split())
        )
        for text in figure.texts
    }
    title = ": ".join(words[name] for name in ("title", "scenario") if name in words)
    known = {"Title": title or None, "Description": words.get("caption")} if name == "svg" else {}
    return {**_FORMATS[name], **known}


def _legend_columns(legend: Mapping[str, Artist]) -> int:
    """As many columns as fit the page's width at the legend's letter size, the rows as even as can be."""
    widths = [0.62 + 0.064 * len(label) for label in (shorten(label, _LEGEND_WIDTH) for label in legend)]
    for rows in range(1, len(widths)):
        columns = ceil(len(widths) / rows)
        short, longer = divmod(len(widths), columns)  # filled column by column, the first ones may be longer
        ends = list(accumulate([short + 1] * longer + [short] * (columns - longer), initial=0))
        if sum(max(widths[a:b]) for a, b in pairwise(ends)) <= PAGE_WIDTH_IN - 0.1:
            return columns
    return 1
