"""Like freight of two scenarios that share no random numbers: replications are not paired, the mix is weighted alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.stats.alike import ALIKE, Cell, weighed
from sim.stats.cells import Freight, Truths
from sim.stats.measured import ALL
from sim.stats.weighted import Floats

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Ledger

Strata = dict[int, float]
"""Mean TEU a replication of every stratum of a group."""


def scenarios_apart(
    a: Ledger, b: Ledger, replications: tuple[int, int], cells: Sequence[Cell]
) -> pd.DataFrame:
    """Figures of like freight: replication r of one scenario is no partner of r of the other.

    Parameters: ledgers, how many replications each has, cells as of `scenarios_alike`, which hold the wider one of each (all
    corridors and chains). A stratum counts with the smaller one of its mean TEU in both. Returns what `scenarios_alike` does; a
    replication that only one side has is not a number on the other.
    """
    import pandas as pd

    names: dict[str, int] = {}
    means = [_mean_teu(ledger, n, cells, names) for ledger, n in zip((a, b), replications, strict=True)]
    target = [
        {stratum: min(teu, there[stratum]) for stratum, teu in here.items() if stratum in there}
        for here, there in zip(*means, strict=True)
    ]
    sides = []
    for side, ledger, n, mine in zip("ab", (a, b), replications, means, strict=True):
        alone = [sum(every.values()) - sum(like.values()) for every, like in zip(mine, target, strict=True)]
        rows: list[tuple[object, ...]] = []
        for r in range(n):
            freight = Freight(ledger.open(r), names)
            for cell, row in _figures(freight, cells, target, alone):
                rows.append((*cell.values(), row[0], r, *row[1:]))
        told = [f"{name}_{side}" for name in ("value", "lower_bound", "consignments", "teu_like", "teu_only")]
        sides.append(pd.DataFrame(rows, columns=[*cells[0], "measure", "replication", *told]))
    return _joined(sides[0], sides[1], [*cells[0], "measure", "replication"])


def _figures(
    freight: Freight, cells: Sequence[Cell], target: Sequence[Strata], alone: Sequence[float]
) -> Iterator[tuple[Cell, tuple[object, ...]]]:
    """Yield each cell with measure, value, lower_bound, consignments, TEU compared and TEU of this side only."""
    of_cell = {tuple(cell.values()): strata for cell, strata in zip(cells, target, strict=True)}
    for cell, strata, only in zip(cells, target, alone, strict=True):
        inside = freight.inside(cell)
        weight = _standard_weights(freight, inside, strata)
        behind = (np.count_nonzero(weight), sum(strata.values()), only)
        for name, figure in weighed(freight, weight).items():
            yield cell, (name, figure.value, figure.lower_bound, *behind)
        wider = {**cell, "corridor": ALL, "chain": ALL}
        part = _standard_weights(freight, freight.inside(wider), of_cell[tuple(wider.values())])
        share = 100 * float(part[inside].sum() / part.sum()) if part.any() else float("nan")
        yield cell, ("corridor.share", share, False, *behind)


def _joined(of_a: pd.DataFrame, of_b: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Both sides by cell, measure and replication, with the columns of ALIKE."""
    table = of_a.merge(of_b, on=key, how="outer", sort=False)
    return table.assign(
        consignments=table[["consignments_a", "consignments_b"]].min(axis=1),
        teu_same=0.0,
        teu_like=table["teu_like_a"].fillna(table["teu_like_b"]),
        lower_bound_a=table["lower_bound_a"].eq(True),
        lower_bound_b=table["lower_bound_b"].eq(True),
    )[[*key[:-2], *ALIKE]]


def _mean_teu(ledger: Ledger, n: int, cells: Sequence[Cell], names: dict[str, int]) -> list[dict[int, float]]:
    """For each cell, the mean TEU a replication of every stratum that it has."""
    found: list[Strata] = [{} for _ in cells]
    for r in range(n):
        freight = Freight(ledger.open(r), names)
        for total, cell in zip(found, cells, strict=True):
            inside = freight.inside(cell)
            strata, number = np.unique(freight.stratum[inside], return_inverse=True)
            for stratum, teu in zip(strata, np.bincount(number, freight.teu[inside]), strict=True):
                total[int(stratum)] = total.get(int(stratum), 0.0) + float(teu) / n
    return found


def _standard_weights(freight: Freight, inside: Truths, target: Strata) -> Floats:
    """Weights that give every stratum of a group the TEU that it is to have; one that is not there has none."""
    weight = np.zeros(len(freight))
    strata, number = np.unique(freight.stratum[inside], return_inverse=True)
    total = np.bincount(number, freight.teu[inside])
    wanted = np.array([target.get(int(stratum), 0.0) for stratum in strata])
    weight[inside] = freight.teu[inside] * (wanted / total)[number] if len(strata) else 0.0
    return weight
