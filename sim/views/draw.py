"""From run folders to a finished figure: choose the freight, have the numbers computed, draw them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sim.errors import LandbridgeError
from sim.views import caption
from sim.views.figure import box_figure, causes_figure, cdf_figure
from sim.views.page import nothing_to_draw, paper, settle
from sim.views.queue_page import names_of_places, queues_of_runs
from sim.views.run_names import run_names, which_scenarios
from sim.views.run_tables import joined, replications_of
from sim.views.style import in_order
from sim.views.titles import corridor_titles, titled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

KINDS: Mapping[str, str] = {
    "transit-cdf": "share of freight delivered within so many days, with a band over replications",
    "transit-box": "transit times as boxes: P5, P25, P50, P75 and P95, with the interval of the median",
    "where-time-went": "mean transit time by cause, as stacked bars",
    "queues": "freight waiting at the busiest places, or at those named, over time",
    "map": "the network on a map: TEU a year on every line, what waits where, closures",
    "time-distance": "days and dollars spent over the distance along a chain, with waiting and without, one direction at a time",
    "corridor-share": "share of the freight released by corridor, over time",
    "train-graph": "trips along one chain as lines through time and distance, over a month",
}
"""The kinds of plot, with one line on each."""


class Drawable(Protocol):
    """What is needed of a run (`results.Run` is one): its manifest, and its tables by name."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """At least `scenario` and `period: {start}`; `title` in words, and `disruptions: [{name, from, until}]`, if there."""

    @property
    def path(self) -> Path:
        """The run folder, by which runs of one scenario are told apart."""

    def table(
        self, name: str, columns: Sequence[str] | None = None, only: Mapping[str, Sequence[Any]] | None = None
    ) -> pd.DataFrame:
        """A table of `results.columns`, or some of its columns and those rows that have one of some values in a column."""

    @property
    def network(self) -> Mapping[str, Any]:
        """The network as `network.json` has it."""


def draw(
    kind: str,
    runs: Sequence[Drawable],
    *,
    corridor: str | None = None,
    direction: str | None = None,
    chain: str | None = None,
    places: Sequence[str] = (),
) -> Figure:
    """Draw one kind of plot for one or several runs, with the scenarios that it shows under its title, and a caption.

    Parameters: kind: one of KINDS; runs: each another run folder, the first is the reference; corridor, direction: draw
    only this freight (of queues: those where its services come by, of all freight that waits there; no corridor where
    shares of all are drawn; time over distance shows one direction, that with more freight unless one is named); chain: for
    time-distance and train-graph, instead of the busiest one; places: for queues, facilities instead of the busiest ones.
    Raises LandbridgeError for an unknown kind, corridor, direction, chain or place, for a chain or places where none are
    drawn, for no run at all and for one that is named twice.
    """
    if kind not in KINDS:
        raise LandbridgeError(f"plot kind {kind!r} is none of {', '.join(KINDS)}. Name one of these.")
    if not runs:
        raise LandbridgeError("there is no run to draw. Name at least one run folder.")
    if chain is not None and kind not in _ALONG:
        raise LandbridgeError(
            f"a plot of kind {kind!r} shows no single chain; {' and '.join(_ALONG)} do. Leave the chain out, or name one of these kinds."
        )
    if places and kind != "queues":
        raise LandbridgeError(
            f"a plot of kind {kind!r} shows no single places; queues does. Leave the places out, or draw queues."
        )
    names = run_names(runs)
    named = dict(zip(names, runs, strict=True))
    titles = corridor_titles(run.network for run in runs)
    scenarios = "\n".join(which_scenarios(runs, names))
    if kind in _TITLES_OF_NETWORKS:
        return _network(kind, named, titles, scenarios, corridor, direction, chain)
    causes = kind == "where-time-went"
    consignments = _freight(runs, names, corridor, direction, causes) if kind != "queues" else None
    only = ", ".join(part for part in (corridor and titled(titles, corridor), direction) if part)
    what = f"Freight waiting at {', '.join(names_of_places(named, places))}" if places else _TITLES[kind]
    title = (f"{what}: {only}" if only else what) + f"\n{scenarios}"
    with paper():
        if consignments is None:
            return settle(queues_of_runs(named, title, corridor, direction, places))
        if not (consignments["measured"] & (consignments["status"] != "refused")).any():
            return settle(nothing_to_draw(title, _why_nothing(consignments, names)))
        return settle(_transit(kind, consignments, replications_of(named, consignments), title, titles))


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
    kind: str, runs: Mapping[str, Drawable], titles: Mapping[str, str], scenarios: str,
    corridor: str | None, direction: str | None, chain: str | None,
) -> Figure:  # fmt: skip
    """Draw what is about lines and chains rather than about transit times alone."""
    from sim.views.journey_page import time_distance_figure
    from sim.views.map_page import map_figure
    from sim.views.share_page import share_figure
    from sim.views.train_page import train_graph_figure

    if kind == "corridor-share" and corridor is not None:
        raise LandbridgeError("shares are of all corridors: leave the corridor out.")

    def title(way: str | None = direction, along: str | None = None) -> str:
        only = ", ".join(part for part in (along or (corridor and titled(titles, corridor)), way) if part)
        return (
            f"{_TITLES_OF_NETWORKS[kind]}: {only}" if only else _TITLES_OF_NETWORKS[kind]
        ) + f"\n{scenarios}"

    with paper():
        if kind == "map":
            return map_figure(runs, title(), corridor, direction)
        if kind == "corridor-share":
            return settle(share_figure(runs, title(), titles, direction))
        if kind == "train-graph":
            return settle(train_graph_figure(runs, title, corridor, direction, chain))
        return time_distance_figure(runs, title, corridor, direction, chain)


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
    freight = joined([run.table("consignments", columns) for run in runs], names)
    if corridor is not None:
        _known("corridor", corridor, in_order(name for name in freight["corridor"].unique() if name))
        freight = freight[freight["corridor"] == corridor]
    if direction is not None:
        _known("direction", direction, sorted(freight["direction"].unique()))
        freight = freight[freight["direction"] == direction]
    return freight


def _known(what: str, name: str, present: Sequence[str]) -> None:
    if name not in present:
        raise LandbridgeError(
            f"no freight of {what} {name!r} in these runs. Name one of {', '.join(present) or 'another run'}."
        )


def _why_nothing(consignments: pd.DataFrame, names: Sequence[str]) -> str:
    if not consignments["measured"].any():
        return f"No freight was released in the measured period of {', '.join(names)}."
    return f"All freight of the measured period was refused ({', '.join(names)})."


def _transit(
    kind: str,
    consignments: pd.DataFrame,
    replications: Mapping[str, int],
    title: str,
    titles: Mapping[str, str],
) -> Figure:
    from sim.stats import SMALL, box_numbers, ecdf_band, merge_small_causes, sample_sizes, too_small

    sizes = sample_sizes(consignments, replications)
    small = too_small(sizes)
    left_out = caption.paragraph(
        caption.absent(sizes, list(replications), titles), caption.too_small(small, titles)
    )
    if len(small) == (sizes["corridor"] != "").sum():
        return nothing_to_draw(title, left_out)
    shown = _without(consignments, small)
    if kind == "transit-cdf":
        return cdf_figure(ecdf_band(shown), sizes, title, titles, left_out)
    if kind == "transit-box":
        return box_figure(box_numbers(shown), sizes, title, titles, left_out)
    from sim.stats import where_time_went

    table, merged = merge_small_causes(where_time_went(shown))
    return causes_figure(table, sizes, title, titles, caption.merged(merged, SMALL), left_out)


def _without(consignments: pd.DataFrame, small: Sequence[tuple[str, str, float]]) -> pd.DataFrame:
    """The freight but for that of corridors which are too small for a picture."""
    for scenario, corridor, _ in small:
        there = (consignments["scenario"] == scenario) & (consignments["corridor"] == corridor)
        consignments = consignments[~there]
    return consignments
