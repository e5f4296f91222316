"""What one replication says: every measure of freight by market, corridor and direction, and by a breakdown where one is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from sim.errors import LandbridgeError
from sim.results import VALUES as VALUES_COLUMNS
from sim.results import column_names
from sim.stats.cells import BREAKDOWNS, NARROW, Freight, Truths
from sim.stats.measured import ALL, Figure, Measure, Of
from sim.stats.measures import MEASURES

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Cohort, Reckoning

VALUES = column_names(VALUES_COLUMNS)
Cell = dict[str, str]
"""A name, or "all", for each of BREAKDOWNS."""


def replication_measures(reckoning: Reckoning, by: str | None = None) -> pd.DataFrame:
    """Measures of a replication over its measured cohort, weighted by TEU.

    Cells are by corridor and direction, and where measured freight has markets by market, too; `by` adds another of BREAKDOWNS.
    Returns scenario, replication, the columns of BREAKDOWNS ("all" where pooled), measure, unit, value (not a number where there is no
    freight), lower_bound, consignments (how many stand behind the value: those carried; for `refused` those offered; for
    `load.factor` departures). Freight that was rerouted counts under its last chain and corridor; refused freight has none and
    counts under corridor "all" only. Cells of a market or breakdown without freight have no rows: see `completed`.
    Raises LandbridgeError for an unknown `by`.
    """
    run = (reckoning.scenario, reckoning.replication)
    rows = [(*run, *row) for row in (*_of_freight(reckoning.cohort, by), *_of_departures(reckoning))]
    return _table(rows)


def cohort_measures(scenario: str, replication: int, cohort: Cohort, by: str | None = None) -> pd.DataFrame:
    """The same of some freight alone: without measures of departures, of which other freight has a part."""
    return _table([(scenario, replication, *row) for row in _of_freight(cohort, by)])


def _table(rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    """Rows as a table of values."""
    import pandas as pd

    return pd.DataFrame(rows, columns=VALUES)


def _of_freight(cohort: Cohort, by: str | None) -> Iterator[tuple[object, ...]]:
    """Yield corridor to consignments of `VALUES` for every measure of freight of every cell."""
    if by is not None and by not in BREAKDOWNS:
        raise LandbridgeError(
            f'expected a breakdown by {", ".join(BREAKDOWNS)}, got "{by}". Name one of these.'
        )
    measures = MEASURES.of(Of.CONSIGNMENTS, Of.CELL, Of.FREIGHT)
    freight = Freight(cohort)
    among_teu: dict[tuple[str, ...], float] = {}
    for cell, chosen in _cells(freight, cohort, by):
        names = tuple(cell.values())
        found = freight.cell(chosen)
        wider = {**cell, "corridor": ALL, "chain": ALL}
        rivals = tuple(wider.values())
        if rivals not in among_teu:
            among_teu[rivals] = float(freight.teu[freight.inside(wider)].sum())
        found.among_teu = among_teu[rivals]
        if cell["corridor"] == ALL:
            found.refused = np.flatnonzero(chosen & ~freight.carried)
        for measure in measures:
            figure: Figure | None = measure.made(found)
            if figure is not None:
                yield (*names, *_told(measure, figure, len(found)))


def _of_departures(reckoning: Reckoning) -> Iterator[tuple[object, ...]]:
    """Yield the same of measures of departures: there are none over all corridors, as a train and a ship do not count alike."""
    gone, directions = reckoning.departures, _names(reckoning.cohort, "direction")
    for measure in MEASURES.of(Of.DEPARTURES):
        for number, corridor in enumerate(_names(reckoning.cohort, "corridor")):
            mine = np.flatnonzero(gone.corridor == number)
            fill, way = gone.fill[mine], gone.direction[mine]
            parts = {ALL: fill, **{name: fill[way == k] for k, name in enumerate(directions)}}
            for direction, part in parts.items():
                names = _cell(corridor=corridor, direction=direction).values()
                yield (*names, *_told(measure, measure.made(part), 0))


def _told(measure: Measure, figure: Figure, carried: int) -> tuple[object, ...]:
    """A figure as a row tells it: name, unit, value, mark, and how many consignments stand behind it."""
    behind = carried if figure.behind < 0 else figure.behind
    return measure.name, measure.unit, figure.value, figure.lower_bound, behind


def _names(cohort: Cohort, column: str) -> list[str]:
    """All names that a column may have, in the order of their numbers; the empty one of refused freight is none."""
    return [name for name in cohort.names[column] if name]


def _cell(**names: str) -> Cell:
    """The cell of these names, all else pooled."""
    return dict.fromkeys(BREAKDOWNS, ALL) | names


def _cells(freight: Freight, cohort: Cohort, by: str | None) -> Iterator[tuple[Cell, Truths]]:
    """Yield each cell with its consignments: corridors and directions even when empty, those of markets and breakdowns where not.

    A flow, a pair of origin and destination, and a chain are of one market; what else breaks freight down is told by market, too.
    """
    corridors, directions, markets = (_names(cohort, name) for name in ("corridor", "direction", "market"))
    for market, corridor, direction in product([ALL, *markets], [ALL, *corridors], [ALL, *directions]):
        cell = _cell(market=market, corridor=corridor, direction=direction)
        chosen = freight.together(cell)
        if market != ALL and not chosen.any():
            continue
        yield cell, chosen
        if by in ("cargo", "origin", "destination") or (by in ("flow", "od") and market == ALL):
            if by in NARROW and direction == ALL:
                continue
            for name in freight.names(by, chosen):
                yield {**cell, by: name}, chosen & freight.of(by, name)
    if by == "chain":
        yield from _of_chains(freight)


def _of_chains(freight: Freight) -> Iterator[tuple[Cell, Truths]]:
    """Yield every chain that carries freight, by its corridor and direction."""
    for chain in freight.names("chain", np.ones(len(freight), dtype=bool)):
        there = freight.of("chain", chain)
        for corridor, direction in product(
            freight.names("corridor", there), freight.names("direction", there)
        ):
            cell = _cell(corridor=corridor, direction=direction, chain=chain)
            yield cell, freight.together(cell)
