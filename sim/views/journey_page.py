"""From runs to the page with time and cost over distance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.stats.intervals import LEAST_REPLICATIONS
from sim.views import caption
from sim.views.choice import NEEDED, chains_of, place_names, repeated
from sim.views.journeys import FREE, cost_distance, time_distance
from sim.views.page import nothing_to_draw, page
from sim.views.style import INK, Stroke, corridor_strokes, scenario_strokes, wrap

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

_VISITS = [
    "replication",
    "service",
    "place_kind",
    "place",
    "facility",
    "leg",
    "measured",
    "ended_s",
    "wait_s",
    "work_s",
    "load_teu",
]
_TRIPS = ["service", "measured", "load_teu"]
_LEVELS = ["place_kind", "place", "time_s", "teu"]
_ROWS = 4
"""Chains on a page, which is as long as a sheet of A4 then."""


def time_distance_figure(
    runs: Mapping[str, Any], title: str, corridor: str | None, direction: str | None, chain: str | None
) -> Figure:
    """Time and cost along one chain, or along the busiest chain of every corridor."""
    import pandas as pd

    freight = {name: run.table("consignments", NEEDED) for name, run in runs.items()}
    every = chains_of(runs, freight, corridor, direction, chain)
    chains = sorted(every, key=lambda one: -_teu(freight, one))[:_ROWS]
    chains = [one for one in every if one in chains]
    found = [table for name, run in runs.items() for table in _journeys(name, run, freight[name], chains)]
    if not found:
        along = ", ".join(chains) or "any chain"
        return nothing_to_draw(title, f"No measured freight was delivered on {along} in {', '.join(runs)}.")
    from sim.stats.journeys import stops

    table = pd.concat(found, ignore_index=True)
    note = _note(table, freight, len(every) - len(chains))
    shown = [one for one in chains if one in set(table["chain"])]
    figure, axes = page(title, note, panels=2 * len(shown), columns=2, panel_in=2.3, legend=_legend(runs))
    names = place_names(runs)
    for one, left, right in zip(shown, axes[::2], axes[1::2], strict=True):
        mine = table[table["chain"] == one]
        way = str(mine["corridor"].iloc[0])
        strokes = scenario_strokes(list(runs))
        if len(runs) == 1:
            strokes = {name: Stroke(corridor_strokes([way])[way].colour) for name in runs}
        first = mine[mine["scenario"] == mine["scenario"].iloc[0]]
        time_distance(mine, stops(first), left, names, strokes)
        cost_distance(mine, right, strokes)
        left.set_title(wrap(f"{way}: {one}", 46, lines=2))
    return figure


def _journeys(name: str, run: Any, freight: pd.DataFrame, chains: Sequence[str]) -> list[pd.DataFrame]:
    """The journeys of one run along those chains that it has and that delivered freight."""
    from sim.stats.journeys import journey, stages_of
    from sim.stats.traffic import measured_window

    network, window_s = run.network, measured_window(run.manifest)
    used = {
        one for chain in chains if chain in network["chains"] for one in network["chains"][chain]["services"]
    }
    visits = run.table("visits", _VISITS, {"service": sorted(used)})  # of millions
    trips = run.table("trips", _TRIPS, {"service": sorted(used)})
    levels = run.table("levels", _LEVELS, {"place_kind": ["yard"]})
    found = []
    for chain in chains:
        if chain in network["chains"]:
            table = journey(visits, trips, levels, freight, stages_of(network, chain), chain, window_s)
            corridor = network["chains"][chain]["corridor"]
            found.append(table.assign(scenario=name, chain=chain, corridor=corridor))
    return [table for table in found if len(table)]


def _legend(runs: Mapping[str, Any]) -> dict[str, Artist]:
    from matplotlib.lines import Line2D

    made: dict[str, Artist] = {"mean, waiting included": Line2D([], [], color=INK, linewidth=1.4)}
    if len(runs) > 1:
        strokes = scenario_strokes(list(runs)).items()
        made = {
            name: Line2D([], [], color=stroke.colour, linestyle=stroke.dashes, linewidth=1.4)
            for name, stroke in strokes
        }
    made["without waiting"] = Line2D([], [], color=FREE.colour, linestyle=FREE.dashes, linewidth=1.2)
    return made


def _note(table: pd.DataFrame, freight: Mapping[str, pd.DataFrame], left_out: int) -> str:
    several = len(freight) > 1
    counts = [int(n) for n in table.groupby("scenario", sort=False)["replications"].max()]
    chains = list(table["chain"].unique())
    sizes = [f"{one} {sum(_delivered(part, one) for part in freight.values()):,}" for one in chains]
    late = any(_late(part) for part in freight.values())
    return caption.paragraph(
        f"The busiest chain of the {len(chains)} corridors with most freight; {left_out} left out." if left_out else "",
        "Left: days from release to every point of the chain, with all waiting (line: mean; band: 95 % interval of the mean",
        "over replications) and without (dots: medians of running and handling). Upright parts are stops; named, with their",
        f"mean length{' in the first scenario drawn' if several else ''}: those above 2 % of the journey that find room, the two",
        "sides of a border together. The wait",
        "for trains and vessels is shared among terminals as the boxes in their yards are; inspections are part of it. Right:",
        "USD per FEU paid up to there; charges of the flow and surcharges at the origin, a service's own where it begins.",
        f"n = {', '.join(sizes)} consignments delivered, {repeated(counts)}.",
        caption.no_interval(max(counts)) if max(counts) < LEAST_REPLICATIONS else "",
        "Freight still under way is left out: where a queue has not cleared, times are lower bounds." if late else "",
    )  # fmt: skip


def _teu(freight: Mapping[str, pd.DataFrame], chain: str) -> int:
    """Measured TEU of a chain in all runs."""
    return sum(
        int(one.loc[one["measured"] & (one["chain"] == chain), "size_teu"].sum()) for one in freight.values()
    )


def _delivered(consignments: pd.DataFrame, chain: str) -> int:
    rows = consignments[consignments["measured"] & (consignments["status"] == "delivered")]
    return int((rows["chain"] == chain).sum())


def _late(consignments: pd.DataFrame) -> bool:
    """Whether more than one in two thousand TEU was still under way."""
    cohort = consignments[consignments["measured"]]
    late = cohort.loc[cohort["status"] == "under way", "size_teu"].sum()
    return bool(late > 0.0005 * cohort["size_teu"].sum())
