"""What one replication says: every measure of freight, by corridor and direction, and by a breakdown where one is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from sim.errors import LandbridgeError
from sim.results import VALUES as VALUES_COLUMNS
from sim.results import column_names
from sim.stats.cells import BREAKDOWNS, Freight, Truths
from sim.stats.measured import ALL, Figure, Measure, Of
from sim.stats.measures import MEASURES

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Reckoning

VALUES = column_names(VALUES_COLUMNS)
Group = tuple[str, str, str, str, str]
"""Corridor, direction, chain, cargo and flow."""


def replication_measures(reckoning: Reckoning, by: str | None = None) -> pd.DataFrame:
    """Measures of a replication over its measured cohort, weighted by TEU.

    `by` "chain", "cargo" or "flow" adds a breakdown; "corridor" and "direction" are always there. Returns scenario, replication,
    corridor, direction, chain, cargo, flow ("all" where pooled), measure, unit, value (not a number where there is no freight),
    lower_bound, consignments (how many stand behind the value: those carried; for `refused` those offered; for
    `load.factor` departures). Freight that was rerouted counts under its last chain and corridor; refused freight has none
    and counts under corridor "all" only. Cells of a breakdown without freight have no rows: see `completed`.
    Raises LandbridgeError for an unknown `by`.
    """
    import pandas as pd

    if by is not None and by not in BREAKDOWNS:
        raise LandbridgeError(
            f'expected a breakdown by {", ".join(BREAKDOWNS)}, got "{by}". Name one of these.'
        )
    run = (reckoning.scenario, reckoning.replication)
    rows = [(*run, *row) for row in (*_of_freight(reckoning, by), *_of_departures(reckoning))]
    return pd.DataFrame(rows, columns=VALUES)


def _of_freight(reckoning: Reckoning, by: str | None) -> Iterator[tuple[object, ...]]:
    """Yield corridor to consignments of `VALUES` for every measure of freight of every cell."""
    measures = MEASURES.of(Of.CONSIGNMENTS, Of.CELL, Of.FREIGHT)
    freight = Freight(reckoning.cohort)
    corridors, directions = (_names(reckoning, column) for column in ("corridor", "direction"))
    among_teu: dict[tuple[str, ...], float] = {}
    for group, chosen in _groups(freight, corridors, directions, by):
        corridor, direction, _, cargo, flow = group
        cell = freight.cell(chosen)
        rivals = (direction, cargo, flow)
        if rivals not in among_teu:
            wider = {"direction": direction, "cargo": cargo, "flow": flow}
            among_teu[rivals] = float(freight.teu[freight.inside(wider)].sum())
        cell.among_teu = among_teu[rivals]
        if corridor == ALL:
            cell.refused = np.flatnonzero(chosen & ~freight.carried)
        for measure in measures:
            figure: Figure | None = measure.made(cell)
            if figure is not None:
                yield (*group, *_told(measure, figure, len(cell)))


def _of_departures(reckoning: Reckoning) -> Iterator[tuple[object, ...]]:
    """Yield the same of measures of departures: there are none over all corridors, as a train and a ship do not count alike."""
    gone, directions = reckoning.departures, _names(reckoning, "direction")
    for measure in MEASURES.of(Of.DEPARTURES):
        for number, corridor in enumerate(_names(reckoning, "corridor")):
            mine = np.flatnonzero(gone.corridor == number)
            fill, way = gone.fill[mine], gone.direction[mine]
            parts = {ALL: fill, **{name: fill[way == k] for k, name in enumerate(directions)}}
            for direction, part in parts.items():
                yield (corridor, direction, ALL, ALL, ALL, *_told(measure, measure.made(part), 0))


def _told(measure: Measure, figure: Figure, carried: int) -> tuple[object, ...]:
    """A figure as a row tells it: name, unit, value, mark, and how many consignments stand behind it."""
    behind = carried if figure.behind < 0 else figure.behind
    return measure.name, measure.unit, figure.value, figure.lower_bound, behind


def _names(reckoning: Reckoning, column: str) -> list[str]:
    """All names that a column may have, in the order of their numbers; the empty one of refused freight is none."""
    return [name for name in reckoning.cohort.names[column] if name]


def _groups(
    freight: Freight, corridors: Sequence[str], directions: Sequence[str], by: str | None
) -> Iterator[tuple[Group, Truths]]:
    """Yield each group with its consignments: corridors and directions even when empty, those of a breakdown where not."""
    for corridor, direction in product([ALL, *corridors], [ALL, *directions]):
        chosen = freight.of("corridor", corridor) & freight.of("direction", direction)
        yield (corridor, direction, ALL, ALL, ALL), chosen
        if by == "cargo":
            for cargo in freight.names("cargo", chosen):
                yield (corridor, direction, ALL, cargo, ALL), chosen & freight.of("cargo", cargo)
        if by == "flow" and direction != ALL:
            for flow in freight.names("flow", chosen):
                yield (corridor, direction, ALL, ALL, flow), chosen & freight.of("flow", flow)
    if by == "chain":
        everything = np.ones(len(freight), dtype=bool)
        for chain in freight.names("chain", everything):
            there = freight.of("chain", chain)
            for corridor, direction in product(
                freight.names("corridor", there), freight.names("direction", there)
            ):
                chosen = there & freight.of("corridor", corridor) & freight.of("direction", direction)
                yield (corridor, direction, chain, ALL, ALL), chosen
