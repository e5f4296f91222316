"""Scenarios and corridors side by side: differences paired by replication, and what common random numbers won."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.errors import LandbridgeError
from sim.stats.intervals import GROUP, mean_interval
from sim.stats.measures import ALL
from sim.stats.weighted import DAY_S, weighted_mean
from sim.stats.wording import Change, sentence, subject

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
_PAIR = [
    "estimate", "low", "high", "replications", "correlation", "variance_reduction", "lower_bound_a", "lower_bound_b",
]  # fmt: skip
DIFFERENCES = ["a", "b", *GROUP, *_PAIR, "lower_bound", "verdict"]
BETWEEN_CORRIDORS = ["scenario", "a", "b", "direction", "measure", "unit", *_PAIR, "lower_bound", "verdict"]
COMPARED = ("transit_time.p50", "transit_time.p90", "cost.per_feu", "emissions.per_feu")


class CorrelationWon(NamedTuple):
    """What common random numbers won. Not a number where it cannot be told."""

    consignments: int
    correlation: float
    variance_reduction: float
    replications: int


def differences(values_a: pd.DataFrame, values_b: pd.DataFrame) -> pd.DataFrame:
    """Scenario b less scenario a, paired by replication.

    Parameters: values of one scenario each, as `replication_measures` returns them. Returns a, b, corridor, direction,
    chain, cargo, measure, unit, estimate (b - a), low, high (95 % interval; not a number with fewer than two pairs),
    replications, correlation (of the values over replications; needs three pairs), variance_reduction (variance of the
    difference with independent runs over that with these), lower_bound_a, lower_bound_b, lower_bound, verdict.
    Raises LandbridgeError when they are not one scenario each, or not of the same replications.
    """
    import pandas as pd

    a, b = _scenario(values_a), _scenario(values_b)
    _same_replications(a, values_a, b, values_b)
    rows = []
    for key, pairs in _paired(values_a, values_b, GROUP):
        group = dict(zip(GROUP, key, strict=True))
        numbers = _difference(pairs)
        about = subject(group["corridor"], group["direction"], group["chain"], group["cargo"])
        change = _change(numbers, group["measure"], group["unit"], a, b)
        rows.append({"a": a, "b": b, **group, **numbers, "verdict": f"{b}: {sentence(about, change)}"})
    return _with_bound(
        pd.DataFrame(rows, columns=[name for name in DIFFERENCES if name != "lower_bound"]), DIFFERENCES
    )


def between_corridors(values: pd.DataFrame) -> pd.DataFrame:
    """Within each scenario, each later corridor less each earlier one, paired by replication.

    Parameters: values as `replication_measures` returns them. Returns scenario, a, b (corridors), direction, measure
    (of COMPARED), unit and the other columns of `differences`.
    """
    import pandas as pd

    rows = []
    pooled = values[
        (values["chain"] == ALL)
        & (values["cargo"] == ALL)
        & (values["corridor"] != ALL)
        & values["measure"].isin(COMPARED)
    ]
    key_columns = ["direction", "measure", "unit"]
    for scenario, of_scenario in pooled.groupby("scenario", sort=False, observed=True):
        used = of_scenario[of_scenario["value"].notna()]
        for a, b in combinations(dict.fromkeys(used["corridor"].astype(str)), 2):
            of_a, of_b = (of_scenario[of_scenario["corridor"] == corridor] for corridor in (a, b))
            for key, pairs in _paired(of_a, of_b, key_columns):
                group = dict(zip(key_columns, key, strict=True))
                numbers = _difference(pairs)
                change = _change(numbers, group["measure"], group["unit"], a, b)
                words = f"{scenario}: {sentence(subject(b, group['direction']), change)}"
                rows.append({"scenario": scenario, "a": a, "b": b, **group, **numbers, "verdict": words})
    columns = [name for name in BETWEEN_CORRIDORS if name != "lower_bound"]
    return _with_bound(pd.DataFrame(rows, columns=columns), BETWEEN_CORRIDORS)


def _with_bound(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    bound = table["lower_bound_a"].astype(bool) | table["lower_bound_b"].astype(bool)
    return table.assign(lower_bound=bound)[list(columns)]


def _scenario(values: pd.DataFrame) -> str:
    names = [str(name) for name in values["scenario"].unique()]
    if len(names) != 1:
        raise LandbridgeError(
            f"expected the values of one scenario to compare, got {', '.join(names) or 'none'}. Give it those of one."
        )
    return names[0]


def _same_replications(a: str, values_a: pd.DataFrame, b: str, values_b: pd.DataFrame) -> None:
    of_a, of_b = (sorted(int(r) for r in values["replication"].unique()) for values in (values_a, values_b))
    if of_a != of_b:
        raise LandbridgeError(
            f"cannot pair {b} with {a}: {a} has {len(of_a)} replications ({_span(of_a)}), {b} has {len(of_b)} "
            f"({_span(of_b)}). Run both with the same --replications."
        )


def _span(numbers: Sequence[int]) -> str:
    whole = list(range(numbers[0], numbers[-1] + 1)) == list(numbers)
    return f"{numbers[0]} to {numbers[-1]}" if whole else ", ".join(map(str, numbers))


def _paired(
    values_a: pd.DataFrame, values_b: pd.DataFrame, key: list[str]
) -> list[tuple[tuple[str, ...], pd.DataFrame]]:
    """Groups in the order given, each with value and lower_bound of a and b side by side, one row a replication."""
    import pandas as pd

    columns = [*key, "replication", "value", "lower_bound"]
    both = values_a[columns].merge(
        values_b[columns], on=[*key, "replication"], how="outer", suffixes=("_a", "_b")
    )
    groups = {tuple(map(str, names)): group for names, group in both.groupby(key, sort=False, observed=True)}
    order = pd.concat([values_a[key], values_b[key]]).drop_duplicates().itertuples(index=False, name=None)
    return [(names, groups[names]) for names in order]


def _difference(pairs: pd.DataFrame) -> dict[str, float | int | bool]:
    """Mean difference with its interval, correlation and variance reduction over the pairs that have both values."""
    pairs = pairs.dropna(subset=["value_a", "value_b"])
    a, b = pairs["value_a"].to_numpy(float), pairs["value_b"].to_numpy(float)
    found = mean_interval(b - a)
    correlation, reduction = _correlation(a, b), float("nan")
    if len(a) >= 3 and np.var(b - a) > 0:
        reduction = float((np.var(a) + np.var(b)) / np.var(b - a))
    return {
        **found._asdict(),
        "correlation": correlation,
        "variance_reduction": reduction,
        "lower_bound_a": bool((pairs["lower_bound_a"] == True).any()),  # noqa: E712  (object column after an outer join)
        "lower_bound_b": bool((pairs["lower_bound_b"] == True).any()),  # noqa: E712
    }


def _correlation(a: Floats, b: Floats) -> float:
    """Pearson's correlation; not a number with fewer than three pairs or when either does not vary."""
    if len(a) < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


def _change(numbers: dict[str, float | int | bool], measure: str, unit: str, a: str, b: str) -> Change:
    return Change(
        measure, unit, a, b, float(numbers["estimate"]), float(numbers["low"]), float(numbers["high"]),
        int(numbers["replications"]), bool(numbers["lower_bound_a"]), bool(numbers["lower_bound_b"]),
    )  # fmt: skip


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
    table = consignments[["replication", "flow", "consignment", "size_teu", "transit_s"]].assign(
        flow=consignments["flow"].astype(str)
    )
    number = table.groupby(["replication", "flow"]).cumcount()
    counted = (consignments["measured"] & (consignments["status"] == "delivered")).to_numpy()
    return table.assign(number=number)[counted]
