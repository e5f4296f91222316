"""From runs to the page with corridors over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.views import caption
from sim.views.asked import Asked
from sim.views.legend import patches_of
from sim.views.page import nothing_to_draw, page, settle
from sim.views.shares import corridor_fills, corridor_share
from sim.views.shown_chains import repeated
from sim.views.style import INK, Fill, shorten, wrap
from sim.views.titles import titled
from sim.views.told_freight import told_freight

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

    from sim.results import Run

_NEEDED = ["replication", "flow", "corridor", "direction", "size_teu", "status", "measured", "release_s"]


def figure(asked: Asked) -> Figure:
    """Shares of corridors by week of release, or by month in a long run, a panel for each scenario."""
    from sim.stats import dated_shares, kept_replications, measured_flows

    runs, titles, direction = asked.runs, asked.titles, asked.direction
    told = told_freight(asked, _NEEDED)
    title = asked.headline(told.words, direction)
    tables, replications = {}, []
    for name, run in runs.items():
        freight = measured_flows(told.tables[name])
        chosen = freight if direction is None else freight[freight["direction"] == direction]
        replications.append(kept_replications(run.manifest, freight))
        tables[name] = dated_shares(chosen, run.manifest.period, run.manifest.disruptions, replications[-1])
    drawn = {name: table for name, table in tables.items() if len(table)}
    if not drawn:
        return settle(nothing_to_draw(title, f"No freight was released in {', '.join(runs)}."))
    note = caption.paragraph(_note(drawn, replications, _disrupted(runs)), told.left_out)
    columns = 1 if len(drawn) == 1 else 2
    fills = corridor_fills(sorted({corridor for table in drawn.values() for corridor in table["corridor"]}))
    legend = _legend(fills, titles, any(table["disrupted"].any() for table in drawn.values()))
    figure, axes = page(title, note, panels=len(drawn), columns=columns, panel_in=2.4, legend=legend)
    for (name, table), ax in zip(drawn.items(), axes, strict=True):
        corridor_share(table, ax, fills, labels=11 if columns == 1 else 6)
        if len(runs) > 1:
            ax.set_title(wrap(name, 30, lines=2))
    return settle(figure)


def _disrupted(runs: Mapping[str, Run]) -> list[str]:
    """The titles of dated disruptions, with their runs where there are several."""
    several = len(runs) > 1
    named = [
        f"{spell.name}{f' ({name})' if several else ''}"
        for name, run in runs.items()
        for spell in run.manifest.disruptions
    ]
    return list(dict.fromkeys(named))


def _legend(fills: Mapping[str, Fill], titles: Mapping[str, str], disrupted: bool) -> dict[str, Artist]:
    """The corridors' fills by their titles, and the mark of disrupted spells."""
    from matplotlib.lines import Line2D

    made = patches_of({titled(titles, name): fill for name, fill in fills.items()})
    if disrupted:
        made["disrupted at some time"] = Line2D([], [], color=INK, linewidth=2.2)
    return made


def _note(tables: Mapping[str, pd.DataFrame], replications: Sequence[int], disrupted: Sequence[str]) -> str:
    """The caption."""
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
