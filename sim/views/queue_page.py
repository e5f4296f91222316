"""From runs to the page with queues over time: the busiest places, or those named, and what disrupts them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from sim.errors import LandbridgeError
from sim.stats import moment
from sim.views import caption
from sim.views.asked import Asked
from sim.views.legend import lines_of
from sim.views.page import nothing_to_draw, page, settle
from sim.views.queue_lines import queues
from sim.views.run_tables import joined, replications_of
from sim.views.shown_chains import known_corridor, services_of
from sim.views.style import GREY, SHADE, scenario_strokes, wrap
from sim.views.titles import place_names, queue_titles

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.results import ClosureRecord, NetworkRecord, Run

_PLACE = ["place_kind", "place", "facility", "to", "leg", "operation", "direction"]
_COLUMNS = ["replication", *_PLACE, "time_s", "trips", "teu"]
_BUSIEST, _OF_PLACES = 6, 12
"""Panels of the busiest places; of places that are named."""
Key = tuple[str, str]


@dataclass(frozen=True)
class Spell:
    """A dated disruption of one run: title, first and last moment (None: its end is drawn), and the panels that it concerns."""

    scenario: str
    name: str
    first: pd.Timestamp
    last: pd.Timestamp | None
    panels: frozenset[Key]


def names_of_places(runs: Mapping[str, Run], places: Sequence[str]) -> list[str]:
    """The short names of facilities. Raises LandbridgeError for an id that no run has, with near ones."""
    known = place_names(runs)
    for place in places:
        if place not in known:
            near = get_close_matches(place, known, 3)
            advice = (
                f"Did you mean {' or '.join(map(repr, near))}?" if near else "landbridge network lists them."
            )
            raise LandbridgeError(f"no place {place!r} in these runs. {advice}")
    return [known[place] for place in dict.fromkeys(places)]


def figure(asked: Asked) -> Figure:
    """What waits at the busiest places, or at those named, one panel for each place."""
    import numpy as np
    import pandas as pd

    from sim.stats import busiest_queues, on_the_way

    runs, corridor, direction, places = asked.runs, asked.corridor, asked.direction, asked.places
    title = asked.headline(
        asked.corridor_title,
        direction,
        title=f"Freight waiting at {', '.join(names_of_places(runs, places))}" if places else "",
    )
    levels = [run.table("levels", _COLUMNS) for run in runs.values()]
    table = joined(levels, list(runs))
    chosen, where = np.ones(len(table), dtype=bool), ""
    if corridor or direction:
        known_corridor(runs, corridor)
        used = [
            on_the_way(part, run.network, services_of(run, corridor, direction))
            for part, run in zip(levels, runs.values(), strict=True)
        ]
        chosen, where = np.concatenate(used), " where its services come by"
    if places:
        chosen &= table["facility"].isin(list(places)).to_numpy()
        where += f" at {', '.join(names_of_places(runs, places))}"
    most = _OF_PLACES if places else _BUSIEST
    found = busiest_queues(table, most, replications_of(runs, table), chosen)
    if found.empty:
        return settle(nothing_to_draw(title, f"Nothing ever waited{where} in {', '.join(runs)}."))
    about = "Of all freight that waits where its services come by." if corridor or direction else ""
    if places:
        waits = table[chosen & (table["teu"] > 0).to_numpy()]
        about = caption.paragraph(about, _left_out(waits, most))
    networks = [run.network for run in runs.values()]
    panels = found[["place_kind", "place"]].drop_duplicates().astype(str).merge(
        table[_PLACE].drop_duplicates(["place_kind", "place"]).astype(str), how="left"
    )  # fmt: skip
    start = {name: moment(run.manifest.period.start) for name, run in runs.items()}
    dates = found["scenario"].astype(str).map(start) + pd.to_timedelta(found["time_s"], unit="s")
    spells = [spell for name, run in runs.items() for spell in _spells(name, run, panels)]
    dated, titles = found.assign(date=dates), queue_titles(panels, networks)
    return settle(_figure(dated, titles, spells, title, about, busiest=not places))


def _left_out(waits: pd.DataFrame, most: int) -> str:
    """Say how many places are left out; empty when none is."""
    more = len(waits[["place_kind", "place"]].drop_duplicates()) - most
    return f"{more} more at which less waits are left out." if more > 0 else ""


def _spells(name: str, run: Run, panels: pd.DataFrame) -> list[Spell]:
    """The dated disruptions of a run within its period, each with the places shown that it concerns."""
    found = []
    for shut in run.network.closures:
        if shut.within(run.manifest.period):
            hit = {
                (row["place_kind"], row["place"])
                for row in panels.to_dict("records")
                if _concerns(shut, row, run.network)
            }
            last = moment(shut.until) if shut.until else None
            found.append(Spell(name, shut.name, moment(shut.begin), last, frozenset(hit)))
    return found


def _concerns(shut: ClosureRecord, row: Mapping[Any, str], network: NetworkRecord) -> bool:
    """Whether a disruption hits a place; boxes in a yard wait for a service, so what hits its way concerns them."""
    if row["place_kind"] == "yard":
        service = network.services.get(row["place"])
        return service is not None and (
            shut.hits(service.route, service.legs) or row["place"] in shut.services
        )
    return row["leg"] in shut.legs if row["leg"] else row["facility"] in shut.facilities


def _figure(
    table: pd.DataFrame, titles: Mapping[Key, str], spells: Sequence[Spell], title: str, about: str, *, busiest: bool
) -> Figure:  # fmt: skip
    """One panel for each place; `about` says which places they are, for the caption."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    scenarios = list(dict.fromkeys(table["scenario"]))
    legend = lines_of(scenario_strokes(scenarios)) if len(scenarios) > 1 else {}
    marked = [spell for spell in spells if spell.panels]
    if any(spell.last is not None for spell in marked):
        legend["disrupted"] = Patch(facecolor=GREY, alpha=SHADE, linewidth=0)
    if any(spell.last is None for spell in marked):
        legend["a disruption begins"] = Line2D([], [], color=GREY, linewidth=1.0, linestyle=(0, (3, 2)))
    step_d = table["date"].drop_duplicates().diff().min().days if table["date"].nunique() > 1 else 1
    means = "Daily means" if step_d == 1 else f"Means of {step_d} days"
    note = caption.paragraph(
        f"{means} {'at the places where most TEU wait' if busiest else 'at these places'}, busiest first. Trains: waiting at a",
        "border, a gauge change, a terminal's tracks or for a line; TEU: boxes in a yard waiting for a vehicle.",
        about,
        _disrupted(spells, several=len(scenarios) > 1),
        f"n = {caption.replications(table)}. {caption.interval(table, 'Line: mean; band')}",
    )
    columns = min(2, len(titles))
    figure, axes = page(title, note, panels=len(titles), columns=columns, panel_in=1.65, legend=legend)
    for (kind, place), ax in zip(titles, axes, strict=True):
        mine = table[(table["place_kind"] == kind) & (table["place"] == place)]
        shaded = [(spell.first, spell.last) for spell in marked if (kind, place) in spell.panels]
        queues(mine, ax, shaded)
        ax.set_title(wrap(titles[kind, place], 80 // columns))
    for ax in axes[:-columns]:
        ax.set_xlabel("")
    return figure


def _disrupted(spells: Sequence[Spell], *, several: bool) -> str:
    """Say what is shaded, and which disruptions hit none of the places shown."""
    marked = [_dated(spell, several) for spell in spells if spell.panels]
    shown = {(spell.scenario, spell.name) for spell in spells if spell.panels}
    others = [spell.name for spell in spells if (spell.scenario, spell.name) not in shown]
    return caption.paragraph(
        f"Shaded where they are hit: {'; '.join(dict.fromkeys(marked))}." if marked else "",
        f"Not marked, since it hits none of these places: {'; '.join(dict.fromkeys(others))}."
        if others
        else "",
    )


def _dated(spell: Spell, several: bool) -> str:
    """A disruption with its dates, and its scenario where there are several."""
    until = f"to {spell.last:%Y-%m-%d}" if spell.last is not None else "on, its end differs by replication"
    return f"{spell.name} from {spell.first:%Y-%m-%d} {until}{f' ({spell.scenario})' if several else ''}"
