"""Freight compared like with like, so that no difference comes from another mix.

The same consignments, where two scenarios have them: the same flow, number within the flow, release, size, cargo and haste. Where
they do not (a flow whose demand is another one, scenarios without random numbers in common, two corridors), like freight: both
sides of every stratum (flow, cargo, express or not) count with the same TEU, those that the smaller side has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from sim.stats.cells import Freight, Ints, Truths
from sim.stats.measured import ALL, TIME, Figure, Measure, Measures, Nature, Of
from sim.stats.measures import MEASURES
from sim.stats.weighted import Floats, weighted_mean, weighted_quantiles
from sim.units import DAY_S

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Ledger

SAME, LIKE, BOTH, VOLUMES = (
    "same consignments",
    "like freight",
    "same consignments and like freight",
    "volumes",
)
"""What a difference compared."""
LATER = Measures("Of the same consignments in two scenarios (`differences`)")
ALIKE = [
    "measure", "replication", "value_a", "value_b", "lower_bound_a", "lower_bound_b", "consignments", "teu_same", "teu_like",
    "teu_only_a", "teu_only_b",
]  # fmt: skip
"""Columns, after those of the cell: figures of either side over the freight compared, how many consignments stand behind the smaller
side, TEU of the same consignments and of like freight compared, and TEU that only one side has."""
MOVES = ["from", "to", "replication", "teu", "consignments", "later_d"]
REFUSED = "refused"
Cell = Mapping[str, str]


def _declare_later(name: str, share: float, noun: str) -> None:
    """Declare a quantile of how much later freight arrives."""

    @LATER.measure(
        f"later.{name}",
        TIME,
        f"{name.upper()} of the delay",
        f"{100 * share:.0f} % of the TEU of the same consignments arrive at most so many days later in the second scenario",
        Nature.SHIFT,
        noun=noun,
        quantiles=(share,),
    )
    def _later(later_d: Floats, teu: Ints) -> float:
        """The quantile by TEU."""
        return weighted_quantiles(later_d, teu, [share])[0]


_declare_later("p10", 0.10, "delay that all but a tenth exceed")
_declare_later("p50", 0.50, "delay that half exceed")
_declare_later("p90", 0.90, "delay that a tenth exceed")


def measure_of(name: str) -> Measure:
    """The measure of a difference: of freight, or of how much later the same consignments arrive."""
    return LATER[name] if name in LATER else MEASURES[name]


@dataclass(frozen=True)
class Matched:
    """Two replications side by side: rows of the same consignments, and the strata of all freight as numbers from 0."""

    a: Freight
    b: Freight
    rows_a: Ints
    rows_b: Ints
    redrawn_a: Truths
    """Freight of flows that both have and whose consignments are others: demand differs."""
    redrawn_b: Truths
    stratum_a: Ints
    stratum_b: Ints
    strata: int


@dataclass(frozen=True)
class Shares:
    """How much each consignment of either side counts, in TEU, and of how much of that it is the same on both sides."""

    a: Floats
    b: Floats
    same: Truths
    """Of the matched rows, those compared as the same consignments."""
    teu_same: float
    teu_like: float
    teu_late: float
    """Of the same consignments, those under way at the end on both sides: nothing is known of their difference, and they are left out."""


def matched(a: Freight, b: Freight) -> Matched:
    """Find the same consignments on both sides, and the flows that have none because their demand is another one."""
    _, rows_a, rows_b = np.intersect1d(a.key, b.key, assume_unique=True, return_indices=True)
    # Another rate of demand moves releases: number 7 is then another consignment, of another week.
    others = (a.release_s[rows_a] != b.release_s[rows_b]) | (a.teu[rows_a] != b.teu[rows_b])
    redrawn = np.setdiff1d(
        np.intersect1d(a.flow, b.flow), np.setdiff1d(a.flow[rows_a], a.flow[rows_a[others]])
    )
    redrawn_a, redrawn_b = np.isin(a.flow, redrawn), np.isin(b.flow, redrawn)
    alike = ~redrawn_a[rows_a] & (a.stratum[rows_a] == b.stratum[rows_b])
    return _side_by_side(a, b, rows_a[alike], rows_b[alike], redrawn_a, redrawn_b)


def _side_by_side(
    a: Freight, b: Freight, rows_a: Ints, rows_b: Ints, redrawn_a: Truths, redrawn_b: Truths
) -> Matched:
    """The strata of both sides, numbered alike."""
    both = np.concatenate([a.stratum, b.stratum])
    distinct, number = np.unique(both, return_inverse=True)
    return Matched(
        a, b, rows_a, rows_b, redrawn_a, redrawn_b, number[: len(a)], number[len(a) :], len(distinct)
    )


def compared(pair: Matched, in_a: Truths, in_b: Truths, *, late_too: bool = False) -> Shares:
    """What of the freight in a group, `in_a` and `in_b` of either side, is compared, and with which weights.

    Of the same consignments those that both sides leave under way are left out, but for `late_too`.
    """
    weight_a, weight_b = np.zeros(len(pair.a)), np.zeros(len(pair.b))
    both = in_a[pair.rows_a] & in_b[pair.rows_b]
    late = (not late_too) & both & pair.a.late[pair.rows_a] & pair.b.late[pair.rows_b]
    same = both & ~late
    teu = pair.a.teu[pair.rows_a[same]]
    weight_a[pair.rows_a[same]], weight_b[pair.rows_b[same]] = teu, teu
    like_a, like_b = in_a & pair.redrawn_a, in_b & pair.redrawn_b
    total_a, total_b = (
        np.bincount(stratum[like], side.teu[like], pair.strata)
        for stratum, like, side in (
            (pair.stratum_a, like_a, pair.a), (pair.stratum_b, like_b, pair.b)
        )
    )  # fmt: skip
    least = np.minimum(total_a, total_b)
    for weight, stratum, like, side, total in (
        (weight_a, pair.stratum_a, like_a, pair.a, total_a),
        (weight_b, pair.stratum_b, like_b, pair.b, total_b),
    ):
        scale = np.divide(least, total, out=np.zeros(pair.strata), where=total > 0)
        weight[like] = side.teu[like] * scale[stratum[like]]
    return Shares(
        weight_a,
        weight_b,
        same,
        float(teu.sum()),
        float(least.sum()),
        float(pair.a.teu[pair.rows_a[late]].sum()),
    )


def weighed(freight: Freight, weight: Floats, names: Collection[str] = MEASURES) -> dict[str, Figure]:
    """Measures of consignments, all of them or those named, each consignment counting with its weight (n,), 0 for none.

    To the ninth decimal: weights that are fractions of one size must not make 500 USD 499.99999999999994.
    """
    cell = freight.cell(weight > 0, weight)
    found: dict[str, Figure] = {
        one.name: one.made(cell) for one in MEASURES.of(Of.CONSIGNMENTS) if one.name in names
    }
    return {name: figure._replace(value=round(figure.value, 9)) for name, figure in found.items()}


def scenarios_alike(
    a: Ledger, b: Ledger, replications: Sequence[int], cells: Sequence[Cell]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Freight of two scenarios on common random numbers, replication by replication, like with like.

    Parameters: ledgers, replications that both have, cells (corridor, direction, chain, … or "all" of each). Returns the columns of
    the cells with those of ALIKE, and MOVES: of the same consignments, the TEU that took another corridor (or was refused in one of
    the two), and by how many days it was later (mean; not a number when refused).
    """
    import pandas as pd

    names: dict[str, int] = {}
    rows: list[tuple[object, ...]] = []
    moves: list[tuple[object, ...]] = []
    for r in replications:
        pair = matched(Freight(a.open(r), names), Freight(b.open(r), names))
        for cell in cells:
            in_a, in_b = pair.a.inside(cell), pair.b.inside(cell)
            rows += [(*cell.values(), *row) for row in _figures(r, pair, in_a, in_b)]
            rows.append((*cell.values(), "corridor.share", r, *_portion(pair, cell, in_a, in_b)))
        moves += _moves(r, pair, names)
    columns = list(cells[0]) if cells else []
    return pd.DataFrame(rows, columns=[*columns, *ALIKE]), pd.DataFrame(moves, columns=MOVES)


def corridors_alike(
    ledger: Ledger,
    replications: Sequence[int],
    cells: Sequence[tuple[Cell, Sequence[str]]],
    measures: Collection[str],
) -> pd.DataFrame:
    """Corridors of one scenario, each later one beside each earlier one, over like freight: the same flows, cargo and haste.

    Parameters: cells, each with the corridors that are compared in it; measures of consignments. Returns a, b (corridors), the
    columns of the cells and those of ALIKE.
    """
    import pandas as pd

    names: dict[str, int] = {}
    rows: list[tuple[object, ...]] = []
    for r in replications:
        freight = Freight(ledger.open(r), names)
        nothing, everything = np.zeros(0, dtype=np.int64), np.ones(len(freight), dtype=bool)
        pair = _side_by_side(freight, freight, nothing, nothing, everything, everything)
        for cell, corridors in cells:
            inside = {name: freight.inside({**cell, "corridor": name}) for name in corridors}
            for a, b in combinations(corridors, 2):
                figures = _figures(r, pair, inside[a], inside[b], measures)
                rows += [(a, b, *cell.values(), *row) for row in figures]
    columns = [] if not cells else [*cells[0][0]]
    return pd.DataFrame(rows, columns=["a", "b", *columns, *ALIKE])


def _figures(
    r: int, pair: Matched, in_a: Truths, in_b: Truths, names: Collection[str] | None = None
) -> Iterator[tuple[object, ...]]:
    """Yield the columns of ALIKE for measures of the freight that two sides of a cell have alike, all of them or those named."""
    names = (*MEASURES, *LATER) if names is None else names
    shares = compared(pair, in_a, in_b)
    teu = shares.teu_same + shares.teu_like
    n = min(np.count_nonzero(shares.a), np.count_nonzero(shares.b))
    only = (
        side.teu[inside].sum() - teu - shares.teu_late for side, inside in ((pair.a, in_a), (pair.b, in_b))
    )
    about = (n, shares.teu_same, shares.teu_like, *(max(float(one), 0.0) for one in only))
    figures_b = weighed(pair.b, shares.b, names)
    for name, of_a in weighed(pair.a, shares.a, names).items():
        of_b = figures_b[name]
        yield name, r, of_a.value, of_b.value, of_a.lower_bound, of_b.lower_bound, *about
    if not set(names).intersection(LATER):
        return
    late_a, late_b = (
        bool(side.late[rows[shares.same]].any())
        for side, rows in ((pair.a, pair.rows_a), (pair.b, pair.rows_b))
    )
    for name, value in _later(pair, shares.same).items():
        yield name, r, 0.0 if value == value else value, value, late_a, late_b, *about


def _portion(pair: Matched, cell: Cell, in_a: Truths, in_b: Truths) -> tuple[object, ...]:
    """What part (%) of the freight compared, by whatever corridor and chain, is in a cell on either side."""
    wider = {**cell, "corridor": ALL, "chain": ALL}
    all_a, all_b = pair.a.inside(wider), pair.b.inside(wider)
    shares = compared(pair, all_a, all_b, late_too=True)
    teu = shares.teu_same + shares.teu_like
    parts = [
        100 * float(weight[inside].sum()) / teu if teu else float("nan")
        for weight, inside in ((shares.a, in_a), (shares.b, in_b))
    ]
    n = min(np.count_nonzero(shares.a), np.count_nonzero(shares.b))
    only = (side.teu[inside].sum() - teu for side, inside in ((pair.a, all_a), (pair.b, all_b)))
    return (
        *parts,
        False,
        False,
        n,
        shares.teu_same,
        shares.teu_like,
        *(max(float(one), 0.0) for one in only),
    )


def _later(pair: Matched, same: Truths) -> dict[str, float]:
    """Quantiles over the same consignments of how many days later each is in b; not a number where there are none."""
    rows_a, rows_b = pair.rows_a[same], pair.rows_b[same]
    later = (pair.b.transit_s[rows_b] - pair.a.transit_s[rows_a]) / DAY_S
    teu = pair.a.teu[rows_a]
    return {one.name: one.made(later, teu) for one in LATER.values()}


def _moves(r: int, pair: Matched, names: Mapping[str, int]) -> Iterator[tuple[object, ...]]:
    """Yield the same consignments that took another way, by from and to."""
    title = {number: name for name, number in names.items()}
    refused = -2
    way_a, way_b = (
        np.where(side.carried[rows], side.corridor[rows], refused)
        for side, rows in ((pair.a, pair.rows_a), (pair.b, pair.rows_b))
    )
    moved = np.flatnonzero(way_a != way_b)
    if not len(moved):
        return
    teu = pair.a.teu[pair.rows_a[moved]]
    later = (pair.b.transit_s[pair.rows_b[moved]] - pair.a.transit_s[pair.rows_a[moved]]) / DAY_S
    for ways in np.unique(np.column_stack([way_a[moved], way_b[moved]]), axis=0):
        there = (way_a[moved] == ways[0]) & (way_b[moved] == ways[1])
        ends = [REFUSED if way == refused else title[int(way)] for way in ways]
        delay = float("nan") if REFUSED in ends else weighted_mean(later[there], teu[there])
        yield (*ends, r, float(teu[there].sum()), int(there.sum()), delay)
