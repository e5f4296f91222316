"""From runs to the page with time and cost over distance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.stats import (
    LEAST_CONSIGNMENTS,
    LEAST_REPLICATIONS,
    any_late,
    busiest_directions,
    delivered,
    kept_replications,
    measured_teu,
)
from sim.views import caption
from sim.views.asked import Asked
from sim.views.journeys import FREE, cost_distance, name_stops, time_distance
from sim.views.page import nothing_to_draw, page, settle
from sim.views.shown_chains import NEEDED, chains_of, repeated
from sim.views.style import INK, Stroke, corridor_strokes, scenario_strokes, wrap
from sim.views.titles import chain_title, place_names
from sim.views.told_freight import told_freight

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

    from sim.results import Run

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


def figure(asked: Asked) -> Figure:
    """Time and cost along one chain, or along the busiest chain of every corridor in one direction, laid out for good.

    The direction is that with more freight if none is asked for.
    """
    import pandas as pd

    runs, direction, chain = asked.runs, asked.direction, asked.chain
    told = told_freight(asked, NEEDED, one_market=False)
    freight = told.tables
    others: list[str] = []
    if direction is None and chain is None:
        ways = busiest_directions(freight.values(), asked.corridor)
        direction, others = (ways[0], ways[1:]) if ways else (None, [])
    every = chains_of(runs, freight, asked.corridor, direction, chain)
    carried = every if chain else [one for one in every if not _too_few(runs, freight, one)]
    busiest = sorted(carried, key=lambda one: -measured_teu(freight.values(), one))[:_ROWS]
    chains = [one for one in carried if one in busiest]
    titles = {one: _title(runs, one) for one in every}
    found = [table for name, run in runs.items() for table in _journeys(name, run, freight[name], chains)]
    headline = asked.headline(told.words, titles[chain] if chain else asked.corridor_title, direction)
    other_way, small = (
        _other_way(direction, others),
        _left_out([titles[one] for one in every if one not in carried]),
    )
    if not found:
        along = "; ".join(titles[one] for one in chains) or "any chain"
        why = f"No measured freight was delivered on {along} in {', '.join(runs)}."
        return settle(nothing_to_draw(headline, caption.paragraph(other_way, small, why)))
    table = pd.concat(found, ignore_index=True)
    note = caption.paragraph(other_way, _note(table, freight, titles, len(carried) - len(chains)), small)
    shown = {one: titles[one] for one in chains if one in set(table["chain"])}
    return _drawn(runs, table, shown, headline, note)


def _drawn(
    runs: Mapping[str, Run], table: pd.DataFrame, chains: Mapping[str, str], headline: str, note: str
) -> Figure:
    """Two panels for each chain; chains by their titles."""
    from sim.stats import stops

    figure, axes = page(headline, note, panels=2 * len(chains), columns=2, panel_in=2.3, legend=_legend(runs))
    pairs = dict(zip(chains, zip(axes[::2], axes[1::2], strict=True), strict=True))
    for one, (left, right) in pairs.items():
        mine = table[table["chain"] == one]
        strokes = _strokes(runs, str(mine["corridor"].iloc[0]))
        time_distance(mine, left, strokes)
        cost_distance(mine, right, strokes)
        left.set_title(wrap(chains[one], 100, lines=1))
    settle(figure)
    for one, (left, _) in pairs.items():  # where there is room for names is known only now
        mine = table[table["chain"] == one]
        first = mine[mine["scenario"] == mine["scenario"].iloc[0]]
        name_stops(left, stops(first), place_names(runs), float(first["days"].max()))
    return figure


def _strokes(runs: Mapping[str, Run], corridor: str) -> dict[str, Stroke]:
    """Strokes by scenario; one scenario alone has its corridor's colour."""
    if len(runs) == 1:
        return {name: Stroke(corridor_strokes([corridor])[corridor].colour) for name in runs}
    return scenario_strokes(list(runs))


def _title(runs: Mapping[str, Run], chain: str) -> str:
    """The title of a chain, by the first run that has it."""
    return next(chain_title(run.network, chain) for run in runs.values() if chain in run.network.chains)


def _too_few(runs: Mapping[str, Run], freight: Mapping[str, pd.DataFrame], chain: str) -> bool:
    """Whether every run delivers too few consignments of a chain a replication for a picture."""
    return all(
        delivered(freight[name], chain)
        < LEAST_CONSIGNMENTS * max(kept_replications(run.manifest, freight[name]), 1)
        for name, run in runs.items()
    )


def _other_way(direction: str | None, others: Sequence[str]) -> str:
    """Say which direction is shown and how to get the other; empty when all is shown."""
    if not others:
        return ""
    return f"Only {direction} freight, of which there is more; for the other way: --direction {' or '.join(others)}."


def _left_out(titles: Sequence[str]) -> str:
    """Name the chains that carry too little; empty when none does."""
    if not titles:
        return ""
    return (
        f"Not shown, fewer than {LEAST_CONSIGNMENTS} consignments a replication: {'; '.join(titles)}; --chain draws one "
        "all the same."
    )


def _journeys(name: str, run: Run, freight: pd.DataFrame, chains: Sequence[str]) -> list[pd.DataFrame]:
    """The journeys of one run along those chains that it has and that delivered freight."""
    from sim.stats import journey, stages_of

    network, window_s = run.network, run.manifest.period.measured_s
    used = {one for chain in chains if chain in network.chains for one in network.chains[chain].services}
    visits = run.table("visits", _VISITS, {"service": sorted(used)})  # of millions
    trips = run.table("trips", _TRIPS, {"service": sorted(used)})
    levels = run.table("levels", _LEVELS, {"place_kind": ["yard"]})
    found = []
    for chain in chains:
        if chain in network.chains:
            table = journey(visits, trips, levels, freight, stages_of(network, chain), chain, window_s)
            corridor = network.chains[chain].corridor
            found.append(table.assign(scenario=name, chain=chain, corridor=corridor))
    return [table for table in found if len(table)]


def _legend(runs: Mapping[str, Run]) -> dict[str, Artist]:
    """Lines with waiting by scenario, and the one without."""
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


def _note(
    table: pd.DataFrame, freight: Mapping[str, pd.DataFrame], titles: Mapping[str, str], left_out: int
) -> str:
    """The caption."""
    several = len(freight) > 1
    counts = [int(n) for n in table.groupby("scenario", sort=False)["replications"].max()]
    chains = list(table["chain"].unique())
    sizes = [f"{titles[one]}: {sum(delivered(part, one) for part in freight.values()):,}" for one in chains]
    late = any_late(list(freight.values()))
    return caption.paragraph(
        f"The busiest chain of the {len(chains)} corridors with most freight; {left_out} left out." if left_out else "",
        "Left: days from release to every point of the chain, with all waiting (line: mean; band: 95 % interval of the mean",
        "over replications) and without (dots: medians of running and handling). Upright parts are stops; named, with their",
        f"mean length{' in the first scenario drawn' if several else ''}: those above 2 % of the journey that find room, the two",
        "sides of a border together. The wait",
        "for trains and vessels is shared among terminals as the boxes in their yards are; inspections are part of it. Right:",
        "USD per FEU paid up to there; charges of the flow and surcharges at the origin, a service's own where it begins.",
        f"n = {'; '.join(sizes)} consignments delivered, {repeated(counts)}.",
        caption.no_interval(max(counts)) if max(counts) < LEAST_REPLICATIONS else "",
        "Freight still under way is left out: where a queue has not cleared, times are lower bounds." if late else "",
    )  # fmt: skip
