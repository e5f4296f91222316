"""Consignments of a few replications as tables, some cells of which are empty."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import strategies as st

DAY_S = 86_400
CHAINS = {"north-a": "northern", "north-b": "northern", "by-cku": "cku", "": ""}
"""Chains with their corridors; the empty one refuses."""


@st.composite
def experiments(draw: st.DrawFn) -> tuple[pd.DataFrame, int]:
    """Consignments of a few replications, some of them without any, and how many replications there are."""
    n = draw(st.integers(1, 4))
    one = st.tuples(
        st.integers(0, n - 1),
        st.sampled_from(sorted(CHAINS)),
        st.sampled_from(["westbound", "eastbound"]),
        st.sampled_from(["toys", "cars"]),
        st.sampled_from(["f", "g"]),
        st.integers(1, 30),
        st.integers(1, 40),
        st.booleans(),
    )
    return table_of(draw(st.lists(one, max_size=12))), n


def table_of(rows: list[tuple[int, str, str, str, str, int, int, bool]]) -> pd.DataFrame:
    """Consignments of (replication, chain, direction, cargo, flow, TEU, days, under way)."""
    columns = ["replication", "chain", "direction", "cargo", "flow", "size_teu", "days", "late"]
    table = pd.DataFrame(rows, columns=columns).astype({"size_teu": int, "days": float, "late": bool})
    refused = table["chain"] == ""
    status = np.where(refused, "refused", np.where(table["late"], "under way", "delivered"))
    return table.assign(
        scenario="s",
        replication=table["replication"].astype(int),
        flow=table["flow"].astype(str) + "-" + table["direction"].astype(str),
        corridor=[CHAINS[chain] for chain in table["chain"]],
        status=status,
        measured=True,
        reroutes=0,
        release_s=(table["days"] * DAY_S).astype(int),
        transit_s=np.where(refused, 0, table["days"] * DAY_S).astype(int),
        promise_s=20 * DAY_S,
        on_time=(status == "delivered") & (table["days"] <= 20),
        deadline_s=30 * DAY_S,
        in_time=(status == "delivered") & (table["days"] <= 30),
        cost_usd_per_feu=100.0,
        time_cost_usd_per_feu=10.0,
        emissions_kg_per_feu=7.0,
    )


@st.composite
def cohorts(draw: st.DrawFn, at_most: int = 12) -> pd.DataFrame:
    """Consignments of a few replications with promises, prices and reroutes of all kinds, some of them outside what is measured."""
    whole = st.integers(0, 40)
    one = st.fixed_dictionaries({
        "scenario": st.just("s"),
        "replication": st.integers(0, 2),
        "chain": st.sampled_from(sorted(CHAINS)),
        "direction": st.sampled_from(["westbound", "eastbound"]),
        "cargo": st.sampled_from(["toys", "cars"]),
        "size_teu": st.integers(1, 30),
        "transit_s": whole.map(lambda days: days * DAY_S // 2),
        "promise_s": st.one_of(st.just(-1), whole.map(lambda days: days * DAY_S // 2)),
        "deadline_s": whole.map(lambda days: days * DAY_S // 2),
        "reroutes": st.integers(0, 2),
        "measured": st.integers(0, 5).map(bool),
        "late": st.booleans(),
        "cost_usd_per_feu": st.integers(0, 9_000).map(float),
        "time_cost_usd_per_feu": st.integers(0, 900).map(float),
        "emissions_kg_per_feu": st.integers(0, 3_000).map(float),
    })  # fmt: skip
    rows = draw(st.lists(one, min_size=1, max_size=at_most))
    table = pd.DataFrame(rows).astype({"late": bool, "measured": bool})
    refused = table["chain"] == ""
    status = np.where(refused, "refused", np.where(table["late"], "under way", "delivered"))
    there = status == "delivered"
    return table.assign(
        consignment=range(len(table)),
        flow=table["cargo"] + "-" + table["direction"],
        corridor=[CHAINS[chain] for chain in table["chain"]],
        status=status,
        release_s=0,
        on_time=there & (table["transit_s"] <= table["promise_s"]),
        in_time=there & (table["transit_s"] <= table["deadline_s"]),
    )
