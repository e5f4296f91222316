"""Before, during and after a shock: delay by when it meets freight, and freight released by week. The numbers come from `stats`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sim.stats import LEAST_REPLICATIONS, LEAST_USUAL, too_few
from sim.views import caption
from sim.views.legend import lines_of
from sim.views.page import page, paper, settle
from sim.views.queue_lines import date_axis
from sim.views.shares import REFUSED_FILL
from sim.views.style import GREY, GROUND, SHADE, Stroke, corridor_strokes, in_order
from sim.views.titles import titled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN_WEEKS = 10
"""Weeks shown before the shock."""
_WITHOUT_WIDTH, _WITHOUT_ALPHA = 2.6, 0.35


def recovery_figure(
    weeks: pd.DataFrame,
    delays: pd.DataFrame,
    shocks: Sequence[tuple[str, datetime, datetime]],
    title: str,
    titles: Mapping[str, str] | None = None,
) -> Figure:
    """Two panels over the same weeks: delay of the freight that the shocks meet, and TEU released by corridor.

    Parameters: weeks as from `stats.weekly.mean_weeks`, delays as from `stats.struck.mean_delays`, both of one direction (or
    "all"); shocks: title, first and last moment of each, the earliest first: week 0 begins with it; titles by corridor. A
    corridor whose usual week has too few consignments for a median has no delay, and the caption says so.
    """
    start = shocks[0][1]
    shown, late = (
        table.assign(date=[start + timedelta(days=7 * int(week) + 3.5) for week in table["week"]])
        for table in (_by_corridor(weeks), _by_corridor(delays))
    )
    strokes, titles = _strokes(shown), titles or {}
    small = [corridor for corridor, _ in too_few(delays) if corridor in strokes]
    late = late[~late["corridor"].isin(small)]
    note = _note(shocks, int(weeks["replications"].max()), [titled(titles, name) for name in small])
    legend = _legend({titled(titles, name): stroke for name, stroke in strokes.items()})
    with paper():
        figure, (above, below) = page(title, note, panels=2, panel_in=2.45, legend=legend)
        delay_lines(late, above, strokes)
        above.set_ylabel("median delay (days)")
        weekly_lines(shown, below, strokes)
        below.set_ylabel("TEU released a week")
        below.yaxis.set_major_formatter("{x:,.0f}")
        for ax in (above, below):
            for spell in _joined(shocks):
                edges: Any = spell
                ax.axvspan(*edges, color=GREY, alpha=SHADE, linewidth=0, zorder=0, gid=GROUND)
            date_axis(ax, shown["date"])
        # The lines set the scale: the interval of a small corridor over few replications may be very wide.
        least, most = (float(x) if x == x else 0.0 for x in (late["delay"].min(), late["delay"].max()))
        above.set_ylim(1.12 * min(least, 0.0), 1.12 * max(most, 1.0))
        below.set_ylim(0, 1.12 * max(float(shown["teu"].max()), 1.0))
        above.set_xlabel("")
        return settle(figure)


def _legend(strokes: Mapping[str, Stroke]) -> dict[str, Artist]:
    """The corridors by their titles, freight without the shock, and the shock."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    legend = lines_of(strokes, linewidth=1.4)
    legend["without the shock"] = Line2D([], [], color=GREY, linewidth=_WITHOUT_WIDTH, alpha=_WITHOUT_ALPHA)
    legend["shock"] = Patch(facecolor=GREY, alpha=SHADE, linewidth=0)
    return legend


def _note(shocks: Sequence[tuple[str, datetime, datetime]], replications: int, small: Sequence[str]) -> str:
    """The caption. Parameters: small: titles of corridors without a delay."""
    several = (
        f"means over {replications} replications, band: 95 % interval"
        if replications >= LEAST_REPLICATIONS
        else f"n = {replications}: no interval from fewer than {LEAST_REPLICATIONS} replications"
    )
    return caption.paragraph(
        "Above: half of the freight that the shock meets in a week, by TEU, is delayed by so much or more; the shock meets freight when",
        "it first fares otherwise than without it, and freight counts under the corridor that it takes without the shock. Below: TEU by",
        "week of release at the origin terminal; thin line: with the shock, by the corridor that they take; broad pale line in the same",
        f"colour: the same freight on the same random numbers without it; {several}. A gap: a corridor had no freight.",
        f"No delay of {', '.join(small)}: a usual week has fewer than {LEAST_USUAL} consignments."
        if small
        else "",
        f"Shaded: {'; '.join(name for name, _, _ in shocks)}.",
    )


def _by_corridor(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of single corridors, from a few weeks before the shock."""
    return table[(table["corridor"] != "all") & (table["week"] >= -SHOWN_WEEKS)]


def weekly_lines(table: pd.DataFrame, ax: Axes, strokes: dict[str, Stroke]) -> None:
    """Draw the TEU of weeks, a line for each corridor with the shock over a broad pale one without it.

    Parameters: table with run ("with", "without"), corridor, date and teu; ax to draw on.
    """
    for corridor, stroke in strokes.items():
        for run in ("without", "with"):
            line = table[(table["corridor"] == corridor) & (table["run"] == run)].sort_values("date")
            if not line["teu"].any():
                continue
            dates: Any = line["date"]
            if run == "without":
                ax.plot(dates, line["teu"], color=stroke.colour, linewidth=_WITHOUT_WIDTH, alpha=_WITHOUT_ALPHA, zorder=2)  # fmt: skip
            else:
                _thin(ax, dates, line["teu"], stroke)


def delay_lines(table: pd.DataFrame, ax: Axes, strokes: dict[str, Stroke]) -> None:
    """Draw the delay of each corridor, with its band.

    Parameters: table with corridor, date, delay, low and high; ax to draw on.
    """
    for corridor, stroke in strokes.items():
        line = table[table["corridor"] == corridor].sort_values("date")
        if line["delay"].notna().any():
            dates: Any = line["date"]
            _thin(ax, dates, line["delay"], stroke)
            ax.fill_between(dates, line["low"], line["high"], color=stroke.colour, alpha=0.12, linewidth=0)


def _thin(ax: Axes, dates: Any, values: pd.Series[float], stroke: Stroke) -> None:
    """Draw a line with the shock."""
    ax.plot(dates, values, color=stroke.colour, linestyle=stroke.dashes, linewidth=1.3, zorder=3)


def _joined(shocks: Sequence[tuple[str, datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Spells that overlap as one, so that none is shaded twice."""
    spells: list[tuple[datetime, datetime]] = []
    for _, first, last in sorted(shocks, key=lambda shock: shock[1:]):
        if spells and first <= spells[-1][1]:
            spells[-1] = (spells[-1][0], max(last, spells[-1][1]))
        else:
            spells.append((first, last))
    return spells


def _strokes(shown: pd.DataFrame) -> dict[str, Stroke]:
    """Strokes of the corridors that carry freight, and of what is refused."""
    carried = shown.groupby("corridor")["teu"].sum()
    names = in_order(str(name) for name, teu in carried.items() if teu > 0 and name != "refused")
    strokes = {name: corridor_strokes(names)[name] for name in names}
    if carried.get("refused", 0) > 0:
        strokes["refused"] = Stroke(REFUSED_FILL.line, (0, (1, 1)))
    return strokes
