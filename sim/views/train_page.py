"""From runs to the page with the train graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.stats import date_of, dates_of, moment
from sim.views import caption
from sim.views.asked import Asked
from sim.views.page import nothing_to_draw, page, settle
from sim.views.shown_chains import NEEDED, chains_of
from sim.views.style import shorten, wrap
from sim.views.titles import chain_title, place_names
from sim.views.told_freight import told_freight
from sim.views.trains import CLOSED, LOOKS, Stretch, train_graph

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

    from sim.results import NetworkRecord, Run

_COLUMNS = [
    "replication",
    "trip",
    "service",
    "place_kind",
    "facility",
    "to",
    "arrived_s",
    "started_s",
    "ended_s",
]


def figure(asked: Asked) -> Figure:
    """Trips on the line of one chain over a month, in the first replication; a panel for each scenario."""
    return settle(_figure(asked))


def _figure(asked: Asked) -> Figure:
    """The same, not laid out yet."""
    from sim.stats import kilometres, window_of

    runs = asked.runs
    chosen = _chain(asked)
    if chosen is None:
        title = asked.headline(asked.corridor_title, asked.direction)
        return nothing_to_draw(title, f"No measured freight in {', '.join(runs)}.")
    drawn = {name: run for name, run in runs.items() if chosen in run.network.chains}
    called = next(chain_title(run.network, chosen) for run in drawn.values())
    headline = asked.headline(called)
    hits = [shut for run in drawn.values() for shut in run.network.closures_of(chosen)]
    window_s = window_of(next(iter(drawn.values())).manifest.period, hits)
    tables = {name: _paths(run, chosen, window_s) for name, run in drawn.items()}
    if not any(len(table) for table in tables.values()):
        why = f"No train or vessel ran along {called} in that time in {', '.join(runs)}."
        return nothing_to_draw(headline, why)
    closures = {name: _closures(run, chosen, window_s) for name, run in drawn.items()}
    disrupted = _titles_of(closures)
    legend = _legend(list(tables.values()), disrupted)
    panel_in = 4.6 if len(drawn) == 1 else 3.2
    note = _note(called, tables, disrupted)
    figure, axes = page(headline, note, panels=len(drawn), panel_in=panel_in, legend=legend)
    for (name, run), ax in zip(drawn.items(), axes, strict=True):
        first, last = (date_of(run.manifest.period, second) for second in window_s)
        train_graph(
            tables[name], ax,
            stations=kilometres(run.network, chosen), names=place_names(runs), first=_first(run.network, chosen),
            window=(first, last), closures=closures[name], height_in=panel_in,
        )  # fmt: skip
        if len(runs) > 1:
            ax.set_title(wrap(name, 80, lines=1))
    return figure


def _titles_of(closures: Mapping[str, Sequence[Stretch]]) -> list[str]:
    """The titles of disruptions, with their runs where there are several."""
    several = len(closures) > 1
    titles = [
        f"{shut.name}{f' ({name})' if several else ''}" for name, many in closures.items() for shut in many
    ]
    return list(dict.fromkeys(titles))


def _legend(tables: Sequence[pd.DataFrame], disrupted: Sequence[str]) -> dict[str, Artist]:
    """The looks of trips that are drawn, and the mark of disruptions."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    made: dict[str, Artist] = {
        look.label: Line2D([], [], color=look.colour, linewidth=1.4)
        for name, look in LOOKS.items()
        if any((table["look"] == name).any() for table in tables)
    }
    if disrupted:
        made["disrupted"] = Patch(**CLOSED)
    return made


def _note(chain: str, tables: Mapping[str, pd.DataFrame], disrupted: Sequence[str]) -> str:
    """The caption."""
    trips = sum(table["trip"].nunique() for table in tables.values())
    return caption.paragraph(
        f"The line of {chain}. Every line is a train or vessel from its departure to the end of its unloading; a level part is a",
        "stop: handling, or waiting for a border, a gauge change, a port or a path. Shown are all services that run on the",
        "chain's own line; other traffic is not.",
        f"Disrupted: {', '.join(disrupted)}." if disrupted else "",
        f"n = {trips:,} trips of replication 0 of {', '.join(map(shorten, tables))}.",
    )


def _chain(asked: Asked) -> str | None:
    """The chain asked for; else the busiest of all corridors, before all others one that a dated disruption hits."""
    from sim.stats import measured_teu

    runs = asked.runs
    freight = told_freight(asked, NEEDED, one_market=False).tables
    found = chains_of(runs, freight, asked.corridor, asked.direction, asked.chain)

    def rank(one: str) -> tuple[bool, int]:
        """Disrupted chains before others, then by TEU."""
        hit = any(one in run.network.chains and run.network.closures_of(one) for run in runs.values())
        return hit, measured_teu(freight.values(), one)

    return max(found, key=rank, default=None)


def _first(network: NetworkRecord, chain: str) -> list[str]:
    """Places that are to be named before others: what is disrupted, where services begin, the chain's end, borders."""
    services = network.services_of(chain)
    places = [place for service in services for place in service.route]
    closures = network.closures_of(chain)
    shut = {place for one in closures for place in one.facilities}
    shut |= {end for one in closures for leg in one.legs for end in network.legs[leg].between}
    ends = [*(one.route[0] for one in services), places[-1]]
    return [
        *(place for place in places if place in shut),
        *ends,
        *(place for place in places if network.facilities[place].kind != "junction"),
    ]


def _paths(run: Run, chain: str, window_s: tuple[int, int]) -> pd.DataFrame:
    """The paths of the trips on a chain's line, dated, with their looks."""
    from sim.stats import kilometres, services_along, train_paths

    network = run.network
    ways = services_along(network, chain)
    looks = {
        name: "timetabled" if network.services[name].train_class == "timetabled" else way
        for name, way in ways.items()
    }
    table = train_paths(
        run.table("visits", _COLUMNS, {"replication": [0], "service": list(ways)}),
        list(ways),
        kilometres(network, chain),
        window_s,
        replication=0,
    )
    dates = dates_of(run.manifest.period, table["time_s"])
    return table.assign(look=[looks[name] for name in table["service"]], date=dates)


def _closures(run: Run, chain: str, window_s: tuple[int, int]) -> list[Stretch]:
    """Dated disruptions of the chain's places and lines within the window, as rectangles of date and km."""
    from sim.stats import kilometres, stretches

    km = kilometres(run.network, chain)
    first, last = (date_of(run.manifest.period, second) for second in window_s)
    found = []
    for shut in run.network.closures_of(chain):
        begin = max(moment(shut.begin), first)
        until = min(moment(shut.until), last) if shut.until else last
        if begin < until:
            hit = stretches(run.network, shut, km)
            found += [Stretch(shut.name, begin, until, low, high) for low, high in hit]
    return found
