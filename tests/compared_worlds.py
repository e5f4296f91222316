"""Freight made by hand for two scenarios to be compared, and what is said of them."""

import numpy as np
import pandas as pd
from reckonings import measures_of, pack_of

from sim.results import Ledger
from sim.stats import Compared, Matters, Side, between_corridors, differences, judged, summarise, verdicts

DAY_S = 86_400


def freight(*rows: tuple[object, ...], scenario: str = "a") -> pd.DataFrame:
    """One replication: (flow, corridor, days[, status[, cargo[, release in seconds[, TEU]]]]) for each consignment.

    Consignments of a flow are numbered in the order given; days are None when a consignment is not measured there.
    """
    made = []
    for i, (flow, corridor, days, *rest) in enumerate(rows):
        status, cargo, release, teu = (*rest, *("delivered", "toys", i, 2)[len(rest) :])
        made.append(
            {
                "flow": flow, "corridor": "" if status == "refused" else corridor, "cargo": cargo, "size_teu": teu, "status": status,
                "chain": "" if status == "refused" else f"{corridor}-rail", "measured": days is not None, "release_s": release,
                "transit_s": round((days or 0) * DAY_S), "on_time": status == "delivered" and (days or 0) <= 15,
                "in_time": status == "delivered" and (days or 0) <= 20,
                "cost_usd_per_feu": 100.0 * (days or 0), "time_cost_usd_per_feu": 10.0 * (days or 0),
            }
        )  # fmt: skip
    return pd.DataFrame(made).assign(
        scenario=scenario,
        replication=0,
        direction="westbound",
        express=False,
        reroutes=0,
        promise_s=15 * DAY_S,
        deadline_s=20 * DAY_S,
        emissions_kg_per_feu=7.0,
    )


def side(*replications: pd.DataFrame, name: str = "a", years: float = 1.0) -> Side:
    tables = [one.assign(scenario=name, replication=r) for r, one in enumerate(replications)]
    values = pd.concat([measures_of(one) for one in tables], ignore_index=True)
    return Side(values, Ledger([pack_of(one) for one in tables]), len(tables), years)


def row(table: pd.DataFrame, measure: str, corridor: str = "all", **cell: str) -> pd.Series:
    wanted = {"corridor": corridor, "direction": "all", "chain": "all", "cargo": "all", "flow": "all", **cell}
    mine = table[(table[list(wanted)] == pd.Series(wanted)).all(axis=1) & (table["measure"] == measure)]
    assert len(mine) == 1
    return mine.iloc[0]


def said(a: Side, b: Side, matters: Matters | None = None) -> list[str]:
    changed, moved = differences(a, b)
    both = pd.concat([a.values, b.values], ignore_index=True)
    within = [between_corridors(one.values, one.ledger, one.replications) for one in (a, b)]
    found = judged(
        Compared(summarise(both), changed, moved, pd.concat(within, ignore_index=True)), matters=matters
    )
    return [one.text for one in verdicts(found)]


def luck(n: int, seed: int = 0) -> list[float]:
    return [float(x) for x in np.random.default_rng(seed).uniform(-0.5, 0.5, n)]
