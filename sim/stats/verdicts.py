"""A few plain sentences on a comparison, for a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.stats.compare import between_corridors
from sim.stats.measures import ALL
from sim.stats.wording import Change, bare_span, count, note, number, size, span

if TYPE_CHECKING:
    import pandas as pd

_OF_CORRIDORS = ("transit_time.p50", "transit_time.p90", "corridor.share")
_OF_ALL = ("transit_time.p50", "transit_time.p90", "refused")
_LEAST_SHARE = 0.0005


def verdicts(
    differences: pd.DataFrame, summary: pd.DataFrame, values: pd.DataFrame | None = None
) -> list[str]:
    """What a comparison shows.

    For every pair of scenarios and each corridor: P50, P90, share of freight, and freight refused; within a scenario:
    how its corridors compare (needs `values`, as from `replication_measures`); what was refused or still under way.
    An interval with 0 inside is never called a difference.
    Parameters: tables of `differences` and `summarise`; differences may be empty.
    """
    sentences = list(_of_pairs(_pooled(differences), _pooled(summary))) if len(differences) else []
    if values is not None:
        sentences += _of_scenarios(between_corridors(values))
    return [*sentences, *_unfinished(_pooled(summary))]


def _pooled(table: pd.DataFrame) -> pd.DataFrame:
    parts = table[["chain", "cargo", "flow", "direction"]]
    return table[(parts == ALL).all(axis=1)]


def _of_pairs(differences: pd.DataFrame, summary: pd.DataFrame) -> Iterator[str]:
    shares = summary[summary["measure"] == "corridor.share"]
    carried = {
        (str(row["scenario"]), str(row["corridor"])): row["estimate"] for row in shares.to_dict("records")
    }
    for (a, b, corridor), rows in differences.groupby(["a", "b", "corridor"], sort=False, observed=True):
        empty = [scenario for scenario in (a, b) if not carried.get((str(scenario), str(corridor)), 0) > 0]
        if len(empty) == 2:
            continue
        by_measure = {row["measure"]: _change(row) for row in rows.to_dict("records")}
        wanted = _OF_ALL if corridor == ALL else _OF_CORRIDORS
        changes = [by_measure[name] for name in wanted if name in by_measure]
        clauses = [f"it carries nothing in {scenario}" for scenario in empty]
        clauses += [clause(change) for change in changes if change.replications]
        about = "all corridors together" if corridor == ALL else str(corridor)
        most = max((change.replications for change in changes), default=0)
        yield f"{b} against {a}, {about}: {'; '.join(clauses)} (95 % intervals; n = {most})."


def clause(change: Change) -> str:
    """A difference as part of a sentence: "P90 0.4 d shorter (0.1 to 0.7 d)"."""
    noun = change.noun.name
    if change.unchanged:
        return f"{noun} unchanged"
    if change.replications == 1:
        return f"{noun} {size(change)} in one replication, which shows no difference"
    if not change.shown:
        return f"{noun}: no difference shown ({span(change)}){note(change)}"
    return f"{noun} {size(change)} ({bare_span(change)}){note(change)}"


def _of_scenarios(pairs: pd.DataFrame) -> Iterator[str]:
    """Compare each corridor with the first one of its scenario: time and cost."""
    pairs = pairs[pairs["direction"] == ALL]
    first = pairs.groupby("scenario", sort=False, observed=True)["a"].transform("first")
    for (scenario, _, _), rows in pairs[pairs["a"] == first].groupby(
        ["scenario", "a", "b"], sort=False, observed=True
    ):
        by_measure = {row["measure"]: _change(row) for row in rows.to_dict("records")}
        median, cost = by_measure.get("transit_time.p50"), by_measure.get("cost.per_feu")
        if median is not None and median.replications:
            money = f"; {_costs(cost)}" if cost is not None and cost.replications else ""
            yield f"In {scenario}, {_takes(median)}{money}."


def _takes(change: Change) -> str:
    a, b = change.a, change.b
    if change.unchanged:
        return f"{b} takes as long as {a} at the median in every replication ({count(change)})"
    if change.replications == 1:
        return f"{b} took {size(change)} than {a} at the median in one replication, which shows no difference"
    if not change.shown:
        return (
            f"no difference between {b} and {a} at the median is shown: the interval {span(change)} contains 0 "
            f"({count(change)}){note(change)}"
        )
    return f"{b} takes {size(change)} than {a} at the median (95 % interval {span(change)}; {count(change)}){note(change)}"


def _costs(change: Change) -> str:
    if change.unchanged:
        return "it costs the same"
    amount = f"{number(abs(change.estimate), change)} {change.noun.unit} {'more' if change.estimate > 0 else 'less'}"
    if change.replications == 1:
        return f"it cost {amount} there"
    if not change.shown:
        return f"no difference in cost is shown ({span(change)})"
    return f"it costs {amount} ({bare_span(change)})"


def _unfinished(summary: pd.DataFrame) -> Iterator[str]:
    """Say what was refused and what was still under way, where it is more than a trifle."""
    of_all = summary[summary["corridor"] == ALL]
    for scenario, rows in of_all.groupby("scenario", sort=False, observed=True):
        teu = rows.set_index("measure")["estimate"].to_dict()
        demand = sum(teu.get(name, 0) for name in ("delivered", "refused", "under_way"))
        for name, words in (("refused", "was refused"), ("under_way", "was still under way at the end")):
            if demand > 0 and teu.get(name, 0) > _LEAST_SHARE * demand:
                yield f"In {scenario}, {100 * teu[name] / demand:.1f} % of the freight ({teu[name]:,.0f} TEU) {words}."


def _change(row: dict[Any, Any]) -> Change:
    return Change(
        row["measure"], row["unit"], str(row["a"]), str(row["b"]), row["estimate"], row["low"], row["high"],
        int(row["replications"]), bool(row["lower_bound_a"]), bool(row["lower_bound_b"]),
    )  # fmt: skip
