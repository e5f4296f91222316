"""From runs to the page with the train graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.units import DAY_S
from sim.views import caption
from sim.views.choice import NEEDED, chains_of, moment, place_names
from sim.views.page import nothing_to_draw, page
from sim.views.style import shorten, wrap
from sim.views.titles import chain_title
from sim.views.trains import CLOSED, LOOKS, train_graph

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

_WINDOW_D, _BEFORE_D = 30, 5
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


def train_graph_figure(
    runs: Mapping[str, Any],
    title: Callable[[str | None, str | None], str],
    corridor: str | None,
    direction: str | None,
    chain: str | None,
) -> Figure:
    """Trips on the line of one chain over a month, in the first replication; a panel for each scenario.

    Parameters: title: made of a direction and of the chain that is drawn.
    """
    from sim.stats import kilometres

    chosen = _chain(runs, corridor, direction, chain)
    if chosen is None:
        return nothing_to_draw(title(direction, None), f"No measured freight in {', '.join(runs)}.")
    drawn = {name: run for name, run in runs.items() if chosen in run.network["chains"]}
    called = next(chain_title(run.network, chosen) for run in drawn.values())
    headline = title(None, called)
    window_s = _window(list(drawn.values()), chosen)
    tables = {name: _paths(run, chosen, window_s) for name, run in drawn.items()}
    if not any(len(table) for table in tables.values()):
        return nothing_to_draw(
            headline, f"No train or vessel ran along {called} in that time in {', '.join(runs)}."
        )
    closures = {name: _closures(run, chosen, window_s) for name, run in drawn.items()}
    several = len(drawn) > 1
    titles = [
        f"{shut['name']}{f' ({name})' if several else ''}" for name, many in closures.items() for shut in many
    ]
    disrupted = list(dict.fromkeys(titles))
    legend = _legend(list(tables.values()), disrupted)
    panel_in = 4.6 if len(drawn) == 1 else 3.2
    figure, axes = page(
        headline, _note(called, tables, disrupted), panels=len(drawn), panel_in=panel_in, legend=legend
    )
    for (name, run), ax in zip(drawn.items(), axes, strict=True):
        train_graph(
            tables[name], ax,
            stations=kilometres(run.network, chosen), names=place_names(runs), first=_first(run, chosen),
            window=(_date(run, window_s[0]), _date(run, window_s[1])), closures=closures[name],
            height_in=panel_in,
        )  # fmt: skip
        if len(runs) > 1:
            ax.set_title(wrap(name, 80, lines=1))
    return figure


def _legend(tables: Sequence[pd.DataFrame], disrupted: Sequence[str]) -> dict[str, Artist]:
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
    trips = sum(table["trip"].nunique() for table in tables.values())
    return caption.paragraph(
        f"The line of {chain}. Every line is a train or vessel from its departure to the end of its unloading; a level part is a",
        "stop: handling, or waiting for a border, a gauge change, a port or a path. Shown are all services that run on the",
        "chain's own line; other traffic is not.",
        f"Disrupted: {', '.join(disrupted)}." if disrupted else "",
        f"n = {trips:,} trips of replication 0 of {', '.join(map(shorten, tables))}.",
    )


def _chain(
    runs: Mapping[str, Any], corridor: str | None, direction: str | None, chain: str | None
) -> str | None:
    """The chain asked for; else the busiest of all corridors, before all others one that a dated disruption hits."""
    freight = {name: run.table("consignments", NEEDED) for name, run in runs.items()}
    found = chains_of(runs, freight, corridor, direction, chain)

    def rank(one: str) -> tuple[bool, int]:
        hit = any(one in run.network["chains"] and _hits(run, one) for run in runs.values())
        teu = [
            table.loc[table["measured"] & (table["chain"] == one), "size_teu"].sum()
            for table in freight.values()
        ]
        return hit, int(sum(teu))

    return max(found, key=rank, default=None)


def _window(runs: Sequence[Any], chain: str) -> tuple[int, int]:
    """30 days from the warm-up's end, or from five days before the first dated disruption of the chain."""
    period = runs[0].manifest["period"]
    begin, length_s = moment(period["start"]), int(period["length_s"])
    hits = [int((moment(shut["from"]) - begin).total_seconds()) for run in runs for shut in _hits(run, chain)]
    inside = [second - _BEFORE_D * DAY_S for second in hits if 0 <= second < length_s]
    latest = max(length_s - _WINDOW_D * DAY_S, 0)
    start_s = min(max(min(inside, default=int(period["warm_up_s"])), 0), latest)
    return start_s, min(start_s + _WINDOW_D * DAY_S, length_s)


def _hits(run: Any, chain: str) -> list[Mapping[str, Any]]:
    """Dated disruptions that hit a place or a line of the chain."""
    network = run.network
    services = [network["services"][name] for name in network["chains"][chain]["services"]]
    places = {place for service in services for place in service["route"]}
    legs = {leg for service in services for leg in service["legs"]}
    return [
        shut for shut in network["closures"] if places & set(shut["facilities"]) or legs & set(shut["legs"])
    ]


def _first(run: Any, chain: str) -> list[str]:
    """Places that are to be named before others: what is disrupted, where services begin, the chain's end, borders."""
    network = run.network
    services = [network["services"][name] for name in network["chains"][chain]["services"]]
    places = [place for service in services for place in service["route"]]
    shut = {place for one in _hits(run, chain) for place in one["facilities"]}
    for one in _hits(run, chain):
        shut |= {end for leg in one["legs"] for end in network["legs"][leg]["between"]}
    ends = [*(one["route"][0] for one in services), places[-1]]
    return [
        *(place for place in places if place in shut),
        *ends,
        *(place for place in places if network["facilities"][place]["kind"] != "junction"),
    ]


def _date(run: Any, second: int) -> pd.Timestamp:
    import pandas as pd

    return moment(run.manifest["period"]["start"]) + pd.Timedelta(seconds=second)


def _paths(run: Any, chain: str, window_s: tuple[int, int]) -> pd.DataFrame:
    """The paths of the trips on a chain's line, dated, with their looks."""
    import pandas as pd

    from sim.stats import kilometres, services_along, train_paths

    network = run.network
    ways = services_along(network, chain)
    looks = {name: "express" if network["services"][name]["express"] else way for name, way in ways.items()}
    table = train_paths(
        run.table("visits", _COLUMNS, {"replication": [0], "service": list(ways)}),
        list(ways),
        kilometres(network, chain),
        window_s,
        replication=0,
    )
    date = moment(run.manifest["period"]["start"]) + pd.to_timedelta(table["time_s"], unit="s")
    return table.assign(look=[looks[name] for name in table["service"]], date=date)


def _closures(run: Any, chain: str, window_s: tuple[int, int]) -> list[dict[str, Any]]:
    """Dated disruptions of the chain's places and lines within the window, as rectangles of date and km."""
    from sim.stats import kilometres

    network, km = run.network, kilometres(run.network, chain)
    first, last = _date(run, window_s[0]), _date(run, window_s[1])
    found = []
    for shut in _hits(run, chain):
        begin = max(moment(shut["from"]), first)
        until = min(moment(shut["until"]), last) if shut["until"] else last
        ends = [(km[place], km[place]) for place in shut["facilities"] if place in km]
        lines = [network["legs"][leg]["between"] for leg in shut["legs"]]
        ends += [(km[a], km[b]) for a, b in lines if a in km and b in km]
        if begin < until:
            spell = {"name": shut["name"], "from": begin, "until": until}
            found += [{**spell, "km_from": low, "km_to": high} for low, high in _merged(ends)]
    return found


def _merged(ends: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Stretches of line in order, those that touch as one."""
    merged: list[tuple[float, float]] = []
    for low, high in sorted((min(pair), max(pair)) for pair in ends):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged
