"""Captions in plain words: how many replications and consignments, which interval, what had not arrived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.stats import LEAST_CONSIGNMENTS, LEAST_REPLICATIONS
from sim.views.style import CAUSES, in_order
from sim.views.titles import titled

if TYPE_CHECKING:
    import pandas as pd

_LISTED = 6
NBSP = "\u00a0"


def paragraph(*sentences: str) -> str:
    """Join sentences; empty ones are left out."""
    return " ".join(sentence for sentence in sentences if sentence)


def sample(sizes: pd.DataFrame, titles: Mapping[str, str]) -> str:
    """Say how many consignments and replications stand behind a picture. Parameters: `stats.sample_sizes`; titles by corridor."""
    several = sizes["scenario"].nunique() > 1
    key = "scenario" if several else "corridor"
    carried = sizes[sizes["corridor"] != ""]
    counts = carried.groupby(key, sort=False)["consignments"].sum()
    names = list(counts.index) if several else in_order(counts.index)
    each = ", ".join(f"{name if several else titled(titles, name)} {counts[name]:,}" for name in names)
    return f"n = {counts.sum():,} consignments ({each}), {replications(sizes)}."


def replications(sizes: pd.DataFrame) -> str:
    """Say "10 replications", "1 replication", or "5 to 10 replications" where scenarios differ."""
    sizes = sizes[sizes["corridor"] != ""] if "corridor" in sizes else sizes
    low, high = int(sizes["replications"].min()), int(sizes["replications"].max())
    if low != high:
        return f"{low} to {high} replications"
    each = " of each scenario" if sizes["scenario"].nunique() > 1 else ""
    return f"{low} replication{'s' if low != 1 else ''}{each}"


def interval(sizes: pd.DataFrame, what: str) -> str:
    """Say what the interval is, or that so few replications give none."""
    most = int(sizes["replications"].max())
    if most < LEAST_REPLICATIONS:
        return no_interval(most)
    return f"{what}: 95{NBSP}% interval of the mean over replications."


def no_interval(replications: int) -> str:
    """Say that so few replications give no interval, and how many do."""
    if replications == 1:
        return f"One replication gives no interval; {LEAST_REPLICATIONS} do."
    return f"{replications} replications give no interval; {LEAST_REPLICATIONS} do."


def too_small(small: Sequence[tuple[str, str, float]], titles: Mapping[str, str]) -> str:
    """Name the corridors that carry too little for a picture. Parameters: `stats.distribution.too_small`; titles by corridor."""
    if not small:
        return ""
    several = len({scenario for scenario, _, _ in small}) > 1
    named = [
        f"{titled(titles, corridor)}{f' in {scenario}' if several else ''}" for scenario, corridor, _ in small
    ]
    listed = ", ".join(named[:_LISTED]) + (
        f" and {len(named) - _LISTED} more" if len(named) > _LISTED else ""
    )
    return f"Not shown, fewer than {LEAST_CONSIGNMENTS} consignments a replication: {listed}."


def unfinished(sizes: pd.DataFrame, consequence: str, titles: Mapping[str, str]) -> str:
    """Say how much freight was still under way or refused, and what that does to the picture."""
    late = sizes[(sizes["corridor"] != "") & (sizes["under_way"] >= 0.05)].sort_values(
        "under_way", ascending=False
    )
    sentences = []
    several = sizes["scenario"].nunique() > 1
    if len(late):
        parts = [
            f"{percent(row['under_way'])} of {titled(titles, row['corridor'])} freight"
            + (f" ({row['scenario']})" if several else "")
            for row in late.head(_LISTED).to_dict("records")
        ]
        more = " and less elsewhere" if len(late) > _LISTED else ""
        sentences.append(f"Still under way at the end: {', '.join(parts)}{more}; {consequence}.")
    else:
        sentences.append("All freight had arrived by the end.")
    refused = sizes.drop_duplicates("scenario")
    refused = refused[refused["refused"] >= 0.05]
    if len(refused):
        parts = [
            f"{percent(row['refused'])} of the demand" + (f" ({row['scenario']})" if several else "")
            for row in refused.to_dict("records")
        ]
        sentences.append(f"Refused, and not shown: {', '.join(parts)}.")
    return " ".join(sentences)


def percent(value: float) -> str:
    """Write a percentage with as many digits as it deserves."""
    return f"{value:.0f}{NBSP}%" if value >= 9.95 else f"{value:.1f}{NBSP}%"


def absent(sizes: pd.DataFrame, scenarios: Sequence[str], titles: Mapping[str, str]) -> str:
    """Name the scenarios without freight on a corridor that others use; empty when there are none."""
    corridors = in_order(name for name in sizes["corridor"] if name)
    present = set(zip(sizes["scenario"], sizes["corridor"], strict=True))
    parts = []
    for corridor in corridors:
        without = [name for name in scenarios if (name, corridor) not in present]
        if without:
            within = [name for name in scenarios if name not in without]
            if len(without) <= len(within):
                parts.append(f"No {titled(titles, corridor)} freight in {', '.join(without)}.")
            else:
                parts.append(f"Freight by {titled(titles, corridor)} in {', '.join(within)} only.")
    return " ".join(parts)


def merged(causes: Sequence[str], least: float) -> str:
    """Say which causes became "other"; empty when none did."""
    if not causes:
        return ""
    names = ", ".join(CAUSES[cause].label for cause in causes)
    return f"Other: {names}; each below {100 * least:g}{NBSP}% of every bar."
