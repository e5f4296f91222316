"""Scenarios and corridors side by side: differences of like freight, and what common random numbers won."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.errors import LandbridgeError
from sim.stats.alike import (
    BOTH,
    LATER,
    LIKE,
    SAME,
    VOLUMES,
    corridors_alike,
    measure_of,
    scenarios_alike,
)
from sim.stats.apart import scenarios_apart
from sim.stats.cells import BREAKDOWNS, is_narrow, pools_markets
from sim.stats.completing import GROUP, completed
from sim.stats.measured import ALL, Measure, Of, Told
from sim.stats.measures import MEASURES
from sim.stats.significance import independent_difference, paired_difference
from sim.stats.summary import LEAST_CONSIGNMENTS, fewest_for
from sim.stats.weighted import weighted_mean
from sim.units import DAY_S

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Ledger

Floats = NDArray[np.float64]
CELL = list(BREAKDOWNS)
_TESTED = [
    "estimate", "low", "high", "replications", "p", "value_a", "value_b", "correlation", "variance_reduction", "lower_bound_a",
    "lower_bound_b", "lower_bound", "paired", "compared", "teu", "teu_only_a", "teu_only_b", "consignments", "too_few",
]  # fmt: skip
DIFFERENCES = ["a", "b", *GROUP, *_TESTED]
OF_PAIR = [name for name in CELL if name not in ("corridor", "chain", "cargo")]
"""What freight two corridors are compared over, next to their scenario."""
BETWEEN_CORRIDORS = ["scenario", "a", "b", *OF_PAIR, "measure", "unit", *_TESTED]
MOVED = [
    "a",
    "b",
    "from",
    "to",
    "teu",
    "consignments",
    "too_few",
    "later_d",
    "low",
    "high",
    "replications",
    "p",
]
_OF_CELLS = (Of.CELL, Of.DEPARTURES)
"""What is not of single consignments: the difference is that of the cells."""
_FIGURES = (
    "value_a", "value_b", "lower_bound_a", "lower_bound_b", "consignments", "teu_same", "teu_like", "teu_only_a", "teu_only_b",
)  # fmt: skip


class CorrelationWon(NamedTuple):
    """What common random numbers won. Not a number where it cannot be told."""

    consignments: int
    correlation: float
    variance_reduction: float
    replications: int


@dataclass(frozen=True)
class Side:
    """One scenario of a comparison: values as `replication_measures` returns them, ledger, replications, measured years (365 d)."""

    values: pd.DataFrame
    ledger: Ledger
    replications: int
    years: float = 1.0

    @property
    def name(self) -> str:
        """Name of the scenario. Raises LandbridgeError when the values are not of one."""
        names = [str(name) for name in self.values["scenario"].unique()]
        if len(names) != 1:
            raise LandbridgeError(
                f"expected the values of one scenario to compare, got {', '.join(names) or 'none'}. "
                "Give each scenario's own."
            )
        return names[0]


def differences(a: Side, b: Side, *, paired: bool = True) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Scenario b less scenario a, of like freight.

    With common random numbers (`paired`) replication r of one is compared with replication r of the other, as far as both go; else
    all of one with all of the other. Where the measured times differ, volumes are a year. Returns the table with the columns
    DIFFERENCES (estimate b - a, its 95 % interval and p-value, not a number where there are too few replications; means over the
    freight compared; correlation of the values over replications and variance reduction, which need three pairs; what was compared),
    and the freight that took another corridor, MOVED.
    Raises LandbridgeError when they are not one scenario each.
    """
    import pandas as pd

    names = (a.name, b.name)
    common = min(a.replications, b.replications)
    values = completed(pd.concat([a.values, b.values], ignore_index=True))
    of_a, of_b = (values[values["scenario"] == name] for name in names)
    if names[0] == names[1]:
        raise LandbridgeError(f"two scenarios are called {names[0]}: give one of them another name")
    if paired:
        of_a, of_b = (one[one["replication"] < common] for one in (of_a, of_b))
    cells = [
        dict(zip(CELL, map(str, names), strict=True))
        for names in values[CELL].drop_duplicates().itertuples(index=False, name=None)
    ]
    if paired:
        alike, moves = scenarios_alike(a.ledger, b.ledger, range(common), cells)
    else:
        alike, moves = scenarios_apart(a.ledger, b.ledger, (a.replications, b.replications), cells), None
    alike = alike.assign(unit=[measure_of(name).unit for name in alike["measure"]])
    volumes = _of_cells(of_a, of_b, None if a.years == b.years else (a.years, b.years))
    rows = pd.concat([volumes, alike], ignore_index=True)
    table = _differences(rows, GROUP, paired).assign(a=names[0], b=names[1])
    return _in_order(table, cells)[DIFFERENCES], _moved(moves, common, *names)


def _in_order(table: pd.DataFrame, cells: Sequence[dict[str, str]]) -> pd.DataFrame:
    """Cell by cell in the order given, measures in that of their declaration."""
    of_cell = {tuple(cell.values()): i for i, cell in enumerate(cells)}
    of_measure = {name: i for i, name in enumerate([*MEASURES, *LATER])}
    place = [
        (of_cell[tuple(row[:-1])], of_measure[row[-1]])
        for row in table[[*CELL, "measure"]].itertuples(index=False, name=None)
    ]
    return table.iloc[sorted(range(len(place)), key=place.__getitem__)].reset_index(drop=True)


def between_corridors(
    values: pd.DataFrame, ledger: Ledger, replications: int, opened: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Each later corridor of a scenario less each earlier one, over the same flows, cargo and haste, paired by replication.

    Of all freight, or of each market where there are several, by direction, corridors come in the order of the values. Of each origin,
    destination or flow that the values have they come the newest last, by `opened` (when each opened, in any unit), and else that
    with most freight last. Parameters: values as `replication_measures` returns them and ledger, of one scenario.
    Returns scenario, a, b (corridors), the columns of OF_PAIR, measure (those told within a scenario), unit and the other columns of
    `differences`. Corridors without freight have no rows; two that have no like freight have rows without an estimate.
    """
    (scenario,) = values["scenario"].unique()
    measures = MEASURES.told(Told.WITHIN)
    cells = _cells_with_corridors(values, opened or {})
    rows = corridors_alike(ledger, range(replications), cells, measures)
    rows = rows.assign(unit=[MEASURES[name].unit for name in rows["measure"]])
    table = _differences(rows, ["a", "b", *OF_PAIR, "measure", "unit"], paired=True)
    return table.assign(scenario=scenario)[BETWEEN_CORRIDORS]


def _cells_with_corridors(
    values: pd.DataFrame, opened: Mapping[str, float]
) -> list[tuple[dict[str, str], list[str]]]:
    """The cells in which corridors are compared, each with the corridors that carry some of its freight."""
    carried = values[(values[["chain", "cargo"]] == ALL).all(axis=1) & (values["corridor"] != ALL)]
    carried = carried[(carried["measure"] == "corridor.share") & (carried["value"] > 0)]
    place = {str(name): i for i, name in enumerate(carried["corridor"].unique())}
    several = bool((values["market"] != ALL).any())
    found = []
    for names, group in carried.groupby(OF_PAIR, sort=False, observed=True):
        cell = dict(zip(OF_PAIR, map(str, names), strict=True))
        share = group.groupby("corridor", sort=False, observed=True)["value"].sum()
        there = sorted((str(name) for name in share.index), key=place.__getitem__)
        if several and pools_markets(cell):
            continue
        if is_narrow(cell):
            there.sort(key=lambda name: (opened.get(name, -inf), share[name]))
        if len(there) > 1:
            found.append((cell, there))
    return found


def _of_cells(of_a: pd.DataFrame, of_b: pd.DataFrame, years: tuple[float, float] | None) -> pd.DataFrame:
    """Volumes and shares of cells side by side, as rows of ALIKE; `years`: as rates a year of measured times so long."""
    key = [*GROUP, "replication"]
    sides = []
    for number, one in enumerate((of_a, of_b)):
        mine = one[one["measure"].isin([measure.name for measure in MEASURES.of(*_OF_CELLS)])]
        if years is not None:
            rate = mine["measure"].isin([measure.name for measure in MEASURES.values() if measure.grows])
            mine = mine.assign(
                value=mine["value"].where(~rate, mine["value"] / years[number]),
                unit=mine["unit"].where(~rate, mine["unit"].astype(str) + "/year"),
            )
        sides.append(mine[[*key, "value", "lower_bound", "consignments"]])
    table = sides[0].merge(sides[1], on=key, how="outer", suffixes=("_a", "_b"), sort=False)
    return table.assign(
        consignments=table[["consignments_a", "consignments_b"]].max(axis=1),
        lower_bound_a=table["lower_bound_a"].eq(True),
        lower_bound_b=table["lower_bound_b"].eq(True),
        **dict.fromkeys(("teu_same", "teu_like", "teu_only_a", "teu_only_b"), np.nan),
    ).drop(columns=["consignments_a", "consignments_b"])


def _differences(rows: pd.DataFrame, key: list[str], paired: bool) -> pd.DataFrame:
    """A row for each group of `rows`, in their order; rows are the values of both sides, one a replication."""
    import pandas as pd

    if rows.empty:
        return pd.DataFrame(columns=[*key, *_TESTED])
    number = rows.groupby(key, sort=False, observed=True).ngroup().to_numpy()
    order = np.argsort(number, kind="stable")
    begins = np.flatnonzero(np.diff(number[order], prepend=-1))
    names = rows[key].iloc[order[begins]].itertuples(index=False, name=None)
    columns = {name: rows[name].to_numpy(float) for name in _FIGURES}
    measure = key.index("measure")
    found = []
    for group, mine in zip(names, np.split(order, begins[1:]), strict=True):
        figures = {name: column[mine] for name, column in columns.items()}
        found.append((*group, *_difference(str(group[measure]), figures, paired).values()))
    return pd.DataFrame(found, columns=[*key, *_TESTED])


def _difference(measure: str, of: dict[str, Floats], paired: bool) -> dict[str, object]:
    """The columns _TESTED of a difference, from the values of both sides and what stands behind them."""
    a, b = of["value_a"], of["value_b"]
    found = paired_difference(a, b) if paired else independent_difference(a, b)
    counted = ~np.isnan(a) & ~np.isnan(b) if paired else np.ones(len(a), dtype=bool)
    correlation, reduction = float("nan"), float("nan")
    if paired:
        correlation = _correlation(a[counted], b[counted])
        if counted.sum() >= 3 and np.var(b[counted] - a[counted]) > 0:
            reduction = float((np.var(a[counted]) + np.var(b[counted])) / np.var((b - a)[counted]))
    bound_a, bound_b = (bool(of[name][counted].any()) for name in ("lower_bound_a", "lower_bound_b"))
    fewest = float(of["consignments"][counted].min(initial=np.inf)) if counted.any() else 0.0
    declared = measure_of(measure)
    of_cells = declared.of in _OF_CELLS
    # A quantile of some replications is none of all: those without it are no luck of the draw.
    small = declared.of is Of.CONSIGNMENTS and fewest < needed(declared)
    shown = found._asdict()
    if small and declared.quantiles:
        shown |= dict.fromkeys(("estimate", "low", "high", "p"), float("nan"))
    # Late freight leaves open how far the figure of its side, and so the difference, goes.
    if bound_a != bound_b:
        shown["low" if bound_a else "high"] = float("nan")
    same, like, only_a, only_b = (
        _mean(of[name]) for name in ("teu_same", "teu_like", "teu_only_a", "teu_only_b")
    )
    return {
        **shown,
        "value_a": _mean(a[counted]),
        "value_b": _mean(b[counted]),
        "correlation": correlation,
        "variance_reduction": reduction,
        "lower_bound_a": bound_a,
        "lower_bound_b": bound_b,
        "lower_bound": bound_a or bound_b,
        "paired": paired,
        "compared": VOLUMES if of_cells else _basis(paired, same, like),
        "teu": same + like,
        "teu_only_a": only_a,
        "teu_only_b": only_b,
        "consignments": fewest,
        "too_few": small,
    }


def _basis(paired: bool, same: float, like: float) -> str:
    """What is compared, of so many TEU of the same consignments and of like freight."""
    if same and like:
        return BOTH
    return LIKE if like or not paired else SAME


def needed(measure: Measure) -> int:
    """Consignments that a figure needs in every replication."""
    return max(map(fewest_for, measure.quantiles), default=LEAST_CONSIGNMENTS)


def _mean(values: Floats) -> float:
    """Mean of the values that are numbers; not a number where none is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def _moved(moves: pd.DataFrame | None, replications: int, a: str, b: str) -> pd.DataFrame:
    """Mean TEU a replication that took another corridor, most first, and how much later it arrived."""
    import pandas as pd

    rows = []
    for (left, to), group in [] if moves is None else moves.groupby(["from", "to"], sort=False):
        later = group["later_d"].to_numpy(float)
        found = paired_difference(np.zeros(len(later)), later)
        teu, behind = (group[name].sum() / replications for name in ("teu", "consignments"))
        rows.append((a, b, left, to, teu, behind, bool(behind < LEAST_CONSIGNMENTS), *found))
    table = pd.DataFrame(rows, columns=MOVED)
    return table.sort_values("teu", ascending=False, kind="stable", ignore_index=True)


def _correlation(a: Floats, b: Floats) -> float:
    """Pearson's correlation; not a number with fewer than three pairs or when either does not vary."""
    if len(a) < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


def consignment_correlation(a: pd.DataFrame, b: pd.DataFrame) -> CorrelationWon:
    """How alike the same consignments fared in two scenarios, and what that did for the difference of their means.

    Parameters: consignments as in `results.columns`, of one scenario each. The same consignment has the same
    replication, flow and number within the flow; counted are those measured and delivered in both. Returns how many,
    the correlation of their transit times, the variance of the difference of mean transit times (over replications)
    with independent runs over that with these, and the number of replications.
    """
    both = _delivered(a).merge(_delivered(b), on=["replication", "flow", "number"], suffixes=("_a", "_b"))
    correlation = _correlation(both["transit_s_a"].to_numpy(float), both["transit_s_b"].to_numpy(float))
    means = np.array(
        [
            [
                weighted_mean(of_run[f"transit_s_{side}"].to_numpy() / DAY_S, of_run["size_teu_a"].to_numpy())
                for side in "ab"
            ]
            for _, of_run in both.groupby("replication", observed=True)
        ]
    ).reshape(-1, 2)
    apart = np.var(means, axis=0).sum() if len(means) else 0.0
    together = np.var(means[:, 1] - means[:, 0]) if len(means) else 0.0
    reduction = float(apart / together) if len(means) >= 3 and together > 0 else float("nan")
    return CorrelationWon(len(both), correlation, reduction, len(means))


def _delivered(consignments: pd.DataFrame) -> pd.DataFrame:
    """Delivered measured consignments, with their number within the flow."""
    table = consignments[["replication", "flow", "consignment", "size_teu", "transit_s"]].assign(
        flow=consignments["flow"].astype(str)
    )
    number = table.groupby(["replication", "flow"]).cumcount()
    counted = (consignments["measured"] & (consignments["status"] == "delivered")).to_numpy()
    return table.assign(number=number)[counted]
