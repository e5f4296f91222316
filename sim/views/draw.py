"""From run folders to a finished figure: choose the freight, have the numbers computed, draw them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from sim.errors import LandbridgeError
from sim.views import caption
from sim.views.choice import known_corridor, moment, services_of
from sim.views.figure import box_figure, causes_figure, cdf_figure, queues_figure
from sim.views.page import nothing_to_draw, paper, settle
from sim.views.style import in_order

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

KINDS: Mapping[str, str] = {
    "transit-cdf": "share of freight delivered within so many days, with a band over replications",
    "transit-box": "transit times as boxes: P5, P25, P50, P75 and P95, with the interval of the median",
    "where-time-went": "mean transit time by cause, as stacked bars",
    "queues": "freight waiting at the busiest places, over time",
    "map": "the network on a map: TEU a year on every line, what waits where, closures",
    "time-distance": "days and dollars spent over the distance along a chain, with waiting and without",
    "corridor-share": "share of the freight released by corridor, over time",
    "train-graph": "trips along one chain as lines through time and distance, over a month",
}
"""The kinds of plot, with one line on each."""


class Drawable(Protocol):
    """What is needed of a run (`results.Run` is one): its manifest, and its tables by name."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """At least `scenario` and `period: {start}`; `disruptions: [{name, from, until}]` are shaded if there."""

    def table(
        self, name: str, columns: Sequence[str] | None = None, only: Mapping[str, Sequence[Any]] | None = None
    ) -> pd.DataFrame:
        """A table of `results.columns`, or some of its columns and those rows that have one of some values in a column."""

    @property
    def network(self) -> Mapping[str, Any]:
        """The network as `network.json` has it; only maps, time over distance and train graphs ask for it."""


def draw(
    kind: str,
    runs: Sequence[Drawable],
    *,
    corridor: str | None = None,
    direction: str | None = None,
    chain: str | None = None,
) -> Figure:
    """Draw one kind of plot for one or several runs, with a caption.

    Parameters: kind: one of KINDS; runs: of different scenarios, the first is the reference; corridor, direction: draw
    only this freight (of queues: those where its services come by, of all freight that waits there; no corridor where
    shares of all are drawn); chain: for time-distance and train-graph,
    instead of the busiest one.
    Raises LandbridgeError for an unknown kind, corridor, direction or chain, for a chain where none is drawn, and for no
    run at all.
    """
    if kind not in KINDS:
        raise LandbridgeError(f"plot kind {kind!r} is none of {', '.join(KINDS)}. Name one of these.")
    if not runs:
        raise LandbridgeError("there is no run to draw. Name at least one run folder.")
    if chain is not None and kind not in _ALONG:
        raise LandbridgeError(
            f"a plot of kind {kind!r} shows no single chain; {' and '.join(_ALONG)} do. Leave the chain out, or name one of these kinds."
        )
    names = _names(runs)
    if kind in _TITLES_OF_NETWORKS:
        return _network(kind, dict(zip(names, runs, strict=True)), corridor, direction, chain)
    causes = kind == "where-time-went"
    consignments = _freight(runs, names, corridor, direction, causes) if kind != "queues" else None
    only = ", ".join(part for part in (corridor, direction) if part)
    title = f"{_TITLES[kind]}: {only}" if only else _TITLES[kind]
    with paper():
        if consignments is None:
            return settle(_queues(dict(zip(names, runs, strict=True)), title, corridor, direction))
        if not (consignments["measured"] & (consignments["status"] != "refused")).any():
            return settle(nothing_to_draw(title, _why_nothing(consignments, names)))
        return settle(_transit(kind, consignments, _replications(runs, names, consignments), title))


_TITLES = {
    "transit-cdf": "Freight delivered within so many days",
    "transit-box": "Transit time by corridor",
    "where-time-went": "Where the time went",
    "queues": "Freight waiting at the busiest places",
}
_ALONG = ("time-distance", "train-graph")
_TITLES_OF_NETWORKS = {
    "map": "Freight on the network",
    "time-distance": "Time and cost over distance",
    "corridor-share": "Freight by corridor over time",
    "train-graph": "Train graph",
}
_NEEDED = ["replication", "corridor", "direction", "size_teu", "status", "measured", "transit_s"]


def _network(
    kind: str, runs: Mapping[str, Drawable], corridor: str | None, direction: str | None, chain: str | None
) -> Figure:
    """Draw what is about lines and chains rather than about transit times alone."""
    from sim.views.journey_page import time_distance_figure
    from sim.views.map_page import map_figure
    from sim.views.share_page import share_figure
    from sim.views.train_page import train_graph_figure

    if kind == "corridor-share" and corridor is not None:
        raise LandbridgeError("shares are of all corridors: leave the corridor out.")
    only = ", ".join(part for part in (chain or corridor, direction) if part)
    title = f"{_TITLES_OF_NETWORKS[kind]}: {only}" if only else _TITLES_OF_NETWORKS[kind]
    with paper():
        if kind == "map":
            return settle(map_figure(runs, title, corridor, direction))
        if kind == "corridor-share":
            return settle(share_figure(runs, title, direction))
        along = time_distance_figure if kind == "time-distance" else train_graph_figure
        return settle(along(runs, title, corridor, direction, chain))


def _names(runs: Sequence[Drawable]) -> list[str]:
    """The scenarios' names; a second run of the same scenario is told apart by a number."""
    names: list[str] = []
    for run in runs:
        name, seen = str(run.manifest["scenario"]), 1
        while (f"{name} ({seen})" if seen > 1 else name) in names:
            seen += 1
        names.append(f"{name} ({seen})" if seen > 1 else name)
    return names


def _freight(
    runs: Sequence[Drawable],
    names: Sequence[str],
    corridor: str | None,
    direction: str | None,
    causes: bool,
) -> pd.DataFrame:
    """The consignments of all runs that are to be drawn; without a corridor chosen, those refused too."""
    from sim.results import CAUSE_COLUMNS

    columns = [*_NEEDED, *(CAUSE_COLUMNS.values() if causes else ()), *(["unfinished_s"] if causes else ())]
    freight = _joined([run.table("consignments", columns) for run in runs], names)
    if corridor is not None:
        _known("corridor", corridor, in_order(name for name in freight["corridor"].unique() if name))
        freight = freight[freight["corridor"] == corridor]
    if direction is not None:
        _known("direction", direction, sorted(freight["direction"].unique()))
        freight = freight[freight["direction"] == direction]
    return freight


def _joined(tables: Sequence[pd.DataFrame], names: Sequence[str]) -> pd.DataFrame:
    """One table of all runs with their names as `scenario`; names stay categories, which are grouped and chosen fast."""
    import pandas as pd

    same: dict[str, list[str]] = {}
    for column in tables[0].columns[tables[0].dtypes == "category"] if len(tables) > 1 else ():
        same[column] = list(dict.fromkeys(name for table in tables for name in table[column].cat.categories))
    parts = [
        table.assign(
            scenario=pd.Categorical.from_codes([i], pd.Index(names)).repeat(len(table)),
            **{column: table[column].cat.set_categories(wanted) for column, wanted in same.items()},
        )
        for i, table in enumerate(tables)
    ]
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]


def _known(what: str, name: str, present: Sequence[str]) -> None:
    if name not in present:
        raise LandbridgeError(
            f"no freight of {what} {name!r} in these runs. Name one of {', '.join(present) or 'another run'}."
        )


def _why_nothing(consignments: pd.DataFrame, names: Sequence[str]) -> str:
    if not consignments["measured"].any():
        return f"No freight was released in the measured period of {', '.join(names)}."
    return f"All freight of the measured period was refused ({', '.join(names)})."


def _replications(runs: Sequence[Drawable], names: Sequence[str], table: pd.DataFrame) -> dict[str, int]:
    """Replications of each run whose tables there are, those without rows in this one too."""
    from sim.stats.traffic import kept_replications

    return {
        name: kept_replications(run.manifest, table[table["scenario"] == name])
        for name, run in zip(names, runs, strict=True)
    }


def _transit(kind: str, consignments: pd.DataFrame, replications: Mapping[str, int], title: str) -> Figure:
    from sim.stats.distribution import (
        SMALL,
        box_numbers,
        ecdf_band,
        merge_small_causes,
        sample_sizes,
        too_small,
    )

    sizes = sample_sizes(consignments, replications)
    small = too_small(sizes)
    left_out = caption.paragraph(caption.absent(sizes, list(replications)), caption.too_small(small))
    if len(small) == (sizes["corridor"] != "").sum():
        return nothing_to_draw(title, left_out)
    shown = _without(consignments, small)
    if kind == "transit-cdf":
        return cdf_figure(ecdf_band(shown), sizes, title, left_out)
    if kind == "transit-box":
        return box_figure(box_numbers(shown), sizes, title, left_out)
    from sim.stats import where_time_went

    table, merged = merge_small_causes(where_time_went(shown))
    return causes_figure(table, sizes, title, caption.merged(merged, SMALL), left_out)


def _without(consignments: pd.DataFrame, small: Sequence[tuple[str, str, float]]) -> pd.DataFrame:
    """The freight but for that of corridors which are too small for a picture."""
    for scenario, corridor, _ in small:
        there = (consignments["scenario"] == scenario) & (consignments["corridor"] == corridor)
        consignments = consignments[~there]
    return consignments


def _queues(runs: Mapping[str, Drawable], title: str, corridor: str | None, direction: str | None) -> Figure:
    import numpy as np
    import pandas as pd

    from sim.stats.waiting import busiest_queues, on_the_way

    names = list(runs)
    columns = ["replication", "place_kind", "place", "time_s", "trips", "teu"]
    columns += ["facility", "leg", "operation", "direction"] if corridor or direction else []
    levels = [run.table("levels", columns) for run in runs.values()]
    chosen = None
    if corridor or direction:
        known_corridor(runs, corridor)
        used = [
            on_the_way(table, run.network, services_of(run, corridor, direction))
            for table, run in zip(levels, runs.values(), strict=True)
        ]
        chosen = np.concatenate(used)
    joined = _joined(levels, names)
    replications = _replications(list(runs.values()), names, joined)
    table = busiest_queues(joined, replications=replications, chosen=chosen)
    where = " where its services come by" if chosen is not None else ""
    if table.empty:
        return nothing_to_draw(title, f"Nothing ever waited{where} in {', '.join(names)}.")
    dated = [_dated(table[table["scenario"] == name], run.manifest) for name, run in runs.items()]
    about = "Of all freight that waits where its services come by." if chosen is not None else ""
    return queues_figure(pd.concat(dated, ignore_index=True), title, about)


def _dated(queues: pd.DataFrame, manifest: Mapping[str, Any]) -> pd.DataFrame:
    """Add dates, full names of places, and what was disrupted when, if the manifest says so."""
    import pandas as pd

    start = moment(manifest["period"]["start"])
    dates = start + pd.to_timedelta(queues["time_s"], unit="s")
    disruption = pd.Series("", index=queues.index)
    for spell in manifest.get("disruptions", ()):
        disruption[(dates >= moment(spell["from"])) & (dates < moment(spell["until"]))] = spell["name"]
    boxes = queues["place_kind"] == "yard"  # boxes there wait for the service of that name
    places = queues["place"].where(~boxes, "for " + queues["place"]) + " (" + queues["place_kind"] + ")"
    return queues.assign(date=dates, place=places, disruption=disruption)
