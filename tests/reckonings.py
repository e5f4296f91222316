"""What measures are made of, written by hand as tables: consignments, trips and what bound them, of one replication or several."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.results import ACTS, Cohort, Departures, Reckoning, pack_ledger
from sim.results.disruptions import StrikesMet
from sim.results.ledger import LEDGER
from sim.results.policies import Bindings
from sim.stats import disruption_values, policy_values, replication_measures
from sim.stats.disruptions import DISRUPTION_VALUES
from sim.stats.policies import POLICY_VALUES
from sim.stats.replications import VALUES

Runs = Sequence[tuple[str, int]]


def names_of(column: pd.Series) -> list[str]:
    """Names that a column may have: declared ones, too, where it declares them."""
    declared = getattr(column, "cat", None)
    return list(declared.categories) if declared is not None else sorted(column.unique())


def cohort_of(consignments: pd.DataFrame) -> Cohort:
    """The measured ones of the consignments of one replication; what they do not say is empty, 0 or not so."""
    nothing = {"text": "", "integer": 0, "number": 0.0, "truth": False}
    unsaid = {one.name: nothing[one.kind] for one in LEDGER if one.name not in consignments}
    table = consignments.assign(**unsaid)
    table = table.assign(number=table.groupby("flow", observed=True).cumcount())
    table = table[table["measured"].to_numpy(bool)]
    columns, names = {}, {}
    for column in LEDGER:
        found = table[column.name]
        if column.kind == "text":
            names[column.name] = tuple(dict.fromkeys([*names_of(found), ""]))
            columns[column.name] = np.array(
                [names[column.name].index(name) for name in found], dtype=np.int64
            )
        else:
            kind = {"integer": np.int64, "number": float, "truth": bool}[column.kind]
            columns[column.name] = found.to_numpy(kind)
    return Cohort(columns, names)


def pack_of(consignments: pd.DataFrame) -> bytes:
    """The ledger of the consignments of one replication, packed."""
    return pack_ledger(cohort_of(consignments))


def reckoning(
    run: tuple[str, int],
    consignments: pd.DataFrame,
    trips: pd.DataFrame | None = None,
    policies: pd.DataFrame | None = None,
    disruptions: pd.DataFrame | None = None,
) -> Reckoning:
    """Rows of one run of some tables, with columns as in `results.columns`."""

    def mine(table: pd.DataFrame | None) -> pd.DataFrame:
        if table is None:
            return pd.DataFrame()
        return table[(table["scenario"] == run[0]) & (table["replication"] == run[1])]

    cohort = cohort_of(mine(consignments))
    acts, struck = mine(policies), mine(disruptions)
    acts = acts[acts["measured"].to_numpy(bool)] if len(acts) else acts
    policy_names = [] if policies is None else [name for name in names_of(policies["policy"]) if name]
    stop_names = [] if disruptions is None else [name for name in names_of(disruptions["disruption"]) if name]
    return Reckoning(
        *run,
        cohort,
        departures_of(mine(trips), cohort),
        tuple(policy_names),
        Bindings(
            numbers(acts, "policy", policy_names), numbers(acts, "act", list(ACTS)), ints(acts, "consignment"),
            ints(acts, "time_s"), floats(acts, "hours"), floats(acts, "usd"),
        ),
        ints(acts, "size_teu"),
        tuple(stop_names),
        StrikesMet(
            numbers(struck, "disruption", stop_names), ints(struck, "event"), ints(struck, "measured").astype(bool),
            ints(struck, "trips"), ints(struck, "teu"), ints(struck, "measured_teu"), ints(struck, "bound_teu"),
            floats(struck, "held_teu_d"),
        ),
    )  # fmt: skip


def departures_of(trips: pd.DataFrame, cohort: Cohort) -> Departures:
    """The measured ones of some trips that have a corridor and a capacity."""
    if trips.empty:
        return Departures(*[np.zeros(0, dtype=np.int64)] * 2, np.zeros(0))
    counted = trips[trips["measured"].to_numpy(bool) & trips["fill"].notna() & (trips["corridor"] != "")]
    return Departures(
        *(numbers(counted, name, cohort.names[name]) for name in ("corridor", "direction")),
        counted["fill"].to_numpy(float),
    )


def numbers(table: pd.DataFrame, column: str, names: Sequence[str]) -> np.ndarray:
    """Numbers among some names; -1 for any other."""
    place = {name: i for i, name in enumerate(names)}
    found = table[column].astype(object) if len(table) else []
    return np.array([place.get(name, -1) for name in found], dtype=np.int64)


def ints(table: pd.DataFrame, column: str) -> np.ndarray:
    """A column of whole numbers; none where the table has no rows. What is not said is 0."""
    if column not in table:
        return np.zeros(len(table), dtype=np.int64)
    return table[column].to_numpy(np.int64)


def floats(table: pd.DataFrame, column: str) -> np.ndarray:
    """The same of numbers."""
    return table[column].to_numpy(float) if len(table) else np.zeros(0)


def runs_of(consignments: pd.DataFrame) -> Runs:
    """Scenario and replication of all runs that have consignments."""
    key = consignments[["scenario", "replication"]].drop_duplicates()
    return [(str(name), int(r)) for name, r in key.itertuples(index=False, name=None)]


def measures_of(
    consignments: pd.DataFrame,
    trips: pd.DataFrame | None = None,
    by: str | None = None,
    runs: Runs | None = None,
) -> pd.DataFrame:
    """`replication_measures` of every run, those that have consignments if none are named; without trips no load factor."""
    found = [
        replication_measures(reckoning(run, consignments, trips), by)
        for run in (runs_of(consignments) if runs is None else runs)
    ]
    values = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=VALUES)
    return values if trips is not None else values[values["measure"] != "load.factor"].reset_index(drop=True)


def policy_values_of(
    policies: pd.DataFrame, consignments: pd.DataFrame, runs: Runs | None = None
) -> pd.DataFrame:
    """`policy_values` of every run, those that have consignments if none are named."""
    found = [
        policy_values(reckoning(run, consignments, policies=policies))
        for run in (runs_of(consignments) if runs is None else runs)
    ]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=POLICY_VALUES)


def disruption_values_of(disruptions: pd.DataFrame, consignments: pd.DataFrame, runs: Runs) -> pd.DataFrame:
    """`disruption_values` of every run."""
    found = [disruption_values(reckoning(run, consignments, disruptions=disruptions)) for run in runs]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=DISRUPTION_VALUES)
