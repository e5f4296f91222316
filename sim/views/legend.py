"""What legends show: artists by label."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.artist import Artist

    from sim.views.style import Fill, Stroke


def lines_of(strokes: Mapping[str, Stroke], linewidth: float = 1.6) -> dict[str, Artist]:
    """Lines by name, as curves are drawn."""
    from matplotlib.lines import Line2D

    return {
        name: Line2D([], [], color=stroke.colour, linestyle=stroke.dashes, linewidth=linewidth)
        for name, stroke in strokes.items()
    }


def patches_of(fills: Mapping[str, Fill]) -> dict[str, Artist]:
    """Patches by name, as bars are filled."""
    from matplotlib.patches import Patch

    return {
        name: Patch(facecolor=fill.colour, hatch=fill.hatch, edgecolor=fill.line, linewidth=0)
        for name, fill in fills.items()
    }
