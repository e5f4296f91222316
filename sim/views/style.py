"""How pictures look: colours and line styles that survive colour blindness and grey print, and the paper settings."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any
from zlib import crc32

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito, "Color universal design" (2008): told apart with every common colour vision.
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILLION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
# Three more of Tol's "muted" scheme (2021), for corridors with little freight.
WINE, SAND, PALE = "#882255", "#B8A04A", "#BBBBBB"
GREY, INK, FAINT = "#7A7A7A", "#222222", "#D9D9D9"

SHADE = 0.25
"""How strongly a disrupted time is shaded, in grey."""

GROUND = "ground"
"""Mark (gid) of what lies under the data, land and shades and guides: labels may stand on it."""

PAGE_WIDTH_IN = 6.9
"""The text width of an A4 page."""

NAME_WIDTH = 44
"""Letters that the name of a run or corridor may have; longer ones are cut."""

_HEAD = 12
"""Letters that are left of the beginning of a name that is cut in its middle."""

PAPER: Mapping[str, Any] = {
    "text.parse_math": False,  # names and titles are the user's: a dollar in them is a dollar
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same letters, and bytes, everywhere
    "font.size": 8,
    "axes.titlesize": 8.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 8,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": FAINT,
    "grid.linewidth": 0.5,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "hatch.linewidth": 0.7,
    "figure.dpi": 200,  # laid out as it is saved: letters are wider or narrower at another resolution
    "savefig.dpi": 200,
    "svg.fonttype": "path",
    "svg.hashsalt": "landbridge",
}


@dataclass(frozen=True)
class Stroke:
    """Colour and dash pattern of one line."""

    colour: str
    dashes: Any = "solid"


_LONG_DASH, _DASH_DOT, _DOT, _SHORT_DASH = (0, (6, 2)), (0, (6, 2, 1.2, 2)), (0, (1.2, 1.6)), (0, (3, 1.5))

CORRIDORS: Mapping[str, Stroke] = {
    "northern": Stroke(BLUE),
    "cku": Stroke(VERMILLION, _LONG_DASH),
    "middle": Stroke(GREEN, _DASH_DOT),
    "ocean": Stroke(SKY, _DOT),
    # Freight by these is little or only shares the track; named here, they look the same whichever others are there.
    "iran": Stroke(WINE, _SHORT_DASH),
    "kashgar-osh": Stroke(SAND, (0, (1.2, 3))),
    "regional": Stroke(PALE, (0, (8, 1.5, 1.2, 1.5, 1.2, 1.5))),
}
_SPARE = (
    Stroke(PURPLE, _SHORT_DASH),
    Stroke(ORANGE, _LONG_DASH),
    Stroke(BLACK, _DASH_DOT),
    Stroke(GREY, _SHORT_DASH),
)
_MORE = (
    Stroke(BLUE, _DOT),
    Stroke(VERMILLION, _DASH_DOT),
    Stroke(GREEN, _LONG_DASH),
    Stroke(SKY, _SHORT_DASH),
    Stroke(WINE),
    Stroke(SAND),
    Stroke(ORANGE, _DOT),
    Stroke(PURPLE),
)
_SCENARIOS = (
    Stroke(BLACK),
    Stroke(VERMILLION, _LONG_DASH),
    Stroke(BLUE, _DASH_DOT),
    Stroke(GREEN, _SHORT_DASH),
    Stroke(PURPLE, _DOT),
    Stroke(ORANGE),
    Stroke(SKY, _LONG_DASH),
)


def corridor_strokes(names: Iterable[str]) -> dict[str, Stroke]:
    """Colour and dashes by corridor: the known ones always the same, others by name, no two alike up to twelve others."""
    unknown = sorted(set(names) - set(CORRIDORS))
    strokes = dict(CORRIDORS)
    taken: set[int] = set()
    for name in unknown:
        place = crc32(name.encode()) % len(_SPARE)
        while place in taken and len(taken) < len(_SPARE):
            place = (place + 1) % len(_SPARE)
        # Pairs of places are more than corridors: after the spare ones come those of corridors, dashed otherwise.
        strokes[name] = (
            _SPARE[place] if place not in taken else _MORE[(len(taken) - len(_SPARE)) % len(_MORE)]
        )
        taken.add(place if place not in taken else len(taken))
    return strokes


def in_order(corridors: Iterable[str]) -> list[str]:
    """The corridors in the order in which every picture shows them."""
    names = set(corridors)
    return [name for name in CORRIDORS if name in names] + sorted(names - set(CORRIDORS))


def scenario_strokes(names: Sequence[str]) -> dict[str, Stroke]:
    """Colour and dashes by scenario, in the order given; the first, black and solid, is the reference; one alone is blue."""
    different = list(dict.fromkeys(names))
    if len(different) == 1:
        return {different[0]: Stroke(BLUE)}
    return {name: _SCENARIOS[i % len(_SCENARIOS)] for i, name in enumerate(different)}


@dataclass(frozen=True)
class Fill:
    """Colour, hatch and label of one cause in a stacked bar; hatches are drawn in `line`."""

    label: str
    colour: str
    hatch: str = ""
    line: str = "white"


CAUSES: Mapping[str, Fill] = {
    "running": Fill("running", BLUE),
    "sailing": Fill("sailing", SKY, "---"),
    "customs": Fill("customs", GREEN, "\\\\\\\\"),
    "gauge_change": Fill("gauge change", "#66C5AB", "////"),
    "terminal": Fill("terminal handling", "#B2E2D5", "++++", GREEN),
    "port": Fill("port handling", "#D9F0EA", "////", GREEN),
    "vehicle": Fill("waiting for a vehicle", ORANGE),
    "load": Fill("waiting for load or timetable", "#F0C566", "\\\\\\\\"),
    "path": Fill("waiting for a path", YELLOW, "----", "#A89E00"),
    "crane": Fill("waiting for a crane or place", "#F8F2A0", "xxxx", "#A89E00"),
    "hours": Fill("outside opening hours", "#FDF9D0", "||||", "#A89E00"),
    "weather": Fill("weather", "#E4B9CF", "||||", "#B0558A"),
    "closure": Fill("closure", VERMILLION, "xxxx"),
    "policy": Fill("inspection or other policy", PURPLE, "\\\\\\\\"),
    "unfinished": Fill("segment not ended", "white", "//////", GREY),
    "other": Fill("other", "#BFBFBF"),
}
"""Fixed order and look of the causes: moving, handled, waiting, closed. No dots: a pattern of them is 250 kB of SVG."""


def as_written(ax: Axes) -> None:
    """Have every text on an Axes shown as it is written, also where its owner's settings would read formulas in it."""
    from matplotlib.text import Text

    for text in ax.findobj(Text):
        text.set_parse_math(False)


def wrap(name: str, width: int, lines: int = 3) -> str:
    """Break a long name into lines at spaces and hyphens, or where it must be; cut what is left after `lines`.

    A name of up to `width` times `lines` letters is never cut: two names that differ stay different.
    """
    broken = textwrap.wrap(name, width)
    if len(broken) > lines >= ceil(len(name) / width):
        broken = [name[i : i + width].strip() for i in range(0, len(name), width)]
    if len(broken) <= lines:
        return "\n".join(broken)
    return "\n".join([*broken[: lines - 1], shorten(broken[lines - 1] + "…", width)])


def shorten(name: str, width: int = NAME_WIDTH) -> str:
    """Cut a long name to `width` characters."""
    return name if len(name) <= width else name[: width - 1].rstrip("…") + "…"


def cut_apart(names: Sequence[str]) -> list[str]:
    """The same names, cut to what finds room; those that would be cut alike begin where they differ."""
    found = [shorten(name, NAME_WIDTH) for name in names]
    for cut in {name for name in found if found.count(name) > 1}:
        mine = [i for i, other in enumerate(found) if other == cut]
        common = _common([names[i] for i in mine])
        for i in mine:
            found[i] = shorten(f"{names[i][:_HEAD].rstrip()}…{names[i][max(common - 3, 0) :]}", NAME_WIDTH)
    if len(set(found)) == len(found):
        return found
    return [shorten(f"{i}: {name}", NAME_WIDTH) for i, name in enumerate(names, 1)]


def _common(names: Sequence[str]) -> int:
    """How many letters at the beginning are the same in all names."""
    for i, letters in enumerate(zip(*names, strict=False)):
        if len(set(letters)) > 1:
            return i
    return min(map(len, names))
