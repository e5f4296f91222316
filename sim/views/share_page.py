"""From runs to the page with corridors over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.units import DAY_S
from sim.views import caption
from sim.views.choice import moment, repeated
from sim.views.page import nothing_to_draw, page
from sim.views.shares import corridor_fills, corridor_share
from sim.views.style import INK, Fill, shorten, wrap
from sim.views.titles import titled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

_WEEKLY_D = 200
_NEEDED = ["replication", "flow", "corridor", "direction", "size_teu", "status", "measured", "release_s"]


def share_figure(
    runs: Mapping[str, Any], title: str, titles: Mapping[str, str], direction: str | None
) -> Figure:
    """Shares of corridors by week of release, or by month in a long run, a panel for each scenario."""
    from sim.stats import kept_replications

    tables, replications = {}, []
    for name, run in runs.items():
        freight = _of_measured_flows(run.table("consignments", _NEEDED))
        chosen = freight if direction is None else freight[freight["direction"] == direction]
        replications.append(kept_replications(run.manifest, freight))
        tables[name] = _dated_shares(run, chosen, replications[-1])
    drawn = {name: table for name, table in tables.items() if len(table)}
    if not drawn:
        return nothing_to_draw(title, f"No freight was released in {', '.join(runs)}.")
    note = _note(drawn, replications, _disrupted(runs))
    columns = 1 if len(drawn) == 1 else 2
    fills = corridor_fills(sorted({corridor for table in drawn.values() for corridor in table["corridor"]}))
    legend = _legend(fills, titles, any(table["disrupted"].any() for table in drawn.values()))
    figure, axes = page(title, note, panels=len(drawn), columns=columns, panel_in=2.4, legend=legend)
    for (name, table), ax in zip(drawn.items(), axes, strict=True):
        corridor_share(table, ax, fills, labels=11 if columns == 1 else 6)
        if len(runs) > 1:
            ax.set_title(wrap(name, 30, lines=2))
    return figure


def _disrupted(runs: Mapping[str, Any]) -> list[str]:
    """The titles of dated disruptions, with their runs where there are several."""
    several = len(runs) > 1
    named = [
        f"{spell['name']}{f' ({name})' if several else ''}"
        for name, run in runs.items()
        for spell in run.manifest.get("disruptions", ())
    ]
    return list(dict.fromkeys(named))


def _of_measured_flows(freight: pd.DataFrame) -> pd.DataFrame:
    """Freight of the flows that are measured, in the warm-up and cool-down too; all of it where none is."""
    measured = freight.loc[freight["measured"], "flow"].unique()
    return freight[freight["flow"].isin(measured)] if len(measured) else freight


def _legend(fills: Mapping[str, Fill], titles: Mapping[str, str], disrupted: bool) -> dict[str, Artist]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    made: dict[str, Artist] = {
        titled(titles, name): Patch(facecolor=fill.colour, hatch=fill.hatch, edgecolor=fill.line, linewidth=0)
        for name, fill in fills.items()
    }
    if disrupted:
        made["disrupted at some time"] = Line2D([], [], color=INK, linewidth=2.2)
    return made


def _note(tables: Mapping[str, pd.DataFrame], replications: Sequence[int], disrupted: Sequence[str]) -> str:
    totals = {name: table.drop_duplicates("spell")["teu"].sum() for name, table in tables.items()}
    widest = max(((table["high"] - table["low"]) / 2).max() for table in tables.values())
    known = widest == widest
    return caption.paragraph(
        "Corridor that freight took, by time of its release, as a share of the TEU released by measured flows; warm-up and",
        "cool-down are shown too. All together:",
        f"{'; '.join(f'{shorten(name)} {teu:,.0f} TEU' for name, teu in totals.items())}.",
        f"Disrupted: {', '.join(disrupted)}." if disrupted else "",
        f"n = {repeated(replications)}; mean over replications.",
        f"The 95 % interval of a share is ± {widest:.1f} points or narrower." if known else caption.no_interval(max(replications)),
    )  # fmt: skip


def _dated_shares(run: Any, freight: pd.DataFrame, replications: int) -> pd.DataFrame:
    """Shares with dates, and whether something known beforehand was disrupted in each spell."""
    import pandas as pd

    from sim.stats import corridor_shares

    start, length_s = moment(run.manifest["period"]["start"]), int(run.manifest["period"]["length_s"])
    end = start + pd.Timedelta(seconds=length_s)
    if length_s <= _WEEKLY_D * DAY_S:
        begins = list(pd.date_range(start, end, freq="7D", inclusive="left"))
    else:
        begins = [start, *pd.date_range(start + pd.Timedelta(seconds=1), end, freq="MS", inclusive="left")]
    stops = [*begins[1:], end]
    edges = [int((date - start).total_seconds()) for date in (*begins, end)]
    shares = corridor_shares(freight, edges, replications)
    spells = [
        (moment(spell["from"]), moment(spell["until"])) for spell in run.manifest.get("disruptions", ())
    ]
    hit = [any(begin < until and stop > first for first, until in spells) for begin, stop in zip(begins, stops, strict=True)]  # fmt: skip
    return shares.assign(
        date=[begins[i] for i in shares["spell"]],
        width_d=[(stops[i] - begins[i]).days for i in shares["spell"]],
        disrupted=[hit[i] for i in shares["spell"]],
    )
