"""What a picture of a network shows: which chain, which services, which moments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.errors import LandbridgeError
from sim.views.style import in_order

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Run

NEEDED = ["replication", "corridor", "chain", "direction", "size_teu", "status", "measured", "release_s", "transit_s",
          "cost_usd_per_feu"]  # fmt: skip
"""Columns of the consignments that these pictures need."""


def chains_of(
    runs: Mapping[str, Run], freight: Mapping[str, pd.DataFrame], corridor: str | None, direction: str | None, chain: str | None
) -> list[str]:  # fmt: skip
    """The chain that was asked for; else the busiest of every corridor, those of the first run that has the corridor."""
    from difflib import get_close_matches

    from sim.stats import busiest_chains

    if chain is not None:
        known = sorted({name for run in runs.values() for name in run.network.chains})
        if chain not in known:
            near = get_close_matches(chain, known, 1)
            advice = f"Did you mean {near[0]!r}?" if near else "landbridge network lists them."
            raise LandbridgeError(f"no chain {chain!r} in these runs. {advice}")
        return [chain]
    found: dict[str, str] = {}
    for name, table in freight.items():
        chosen = table if direction is None else table[table["direction"] == direction]
        for key, value in busiest_chains(chosen).items():
            if corridor in (None, key) and value in runs[name].network.chains:
                found.setdefault(key, value)
    if corridor is not None and not found:
        raise LandbridgeError(
            f"no freight of corridor {corridor!r} in these runs. Name another --corridor, or leave it out."
        )
    return [found[key] for key in in_order(found)]


def services_of(run: Run, corridor: str | None, direction: str | None) -> list[str]:
    """The services of the chains of a corridor that lead in a direction; of all chains when neither is chosen."""
    network = run.network
    found: dict[str, None] = {}
    for chain in network.chains.values():
        first, last = network.services[chain.services[0]], network.services[chain.services[-1]]
        way = network.direction_of((first.route[0], last.route[-1]))
        if corridor in (None, chain.corridor) and direction in (None, way):
            found |= dict.fromkeys(chain.services)
    return list(found) if corridor or direction else list(network.services)


def repeated(numbers: Sequence[int]) -> str:
    """Say how many replications there are of each run."""
    low, high = min(numbers), max(numbers)
    each = " of each scenario" if len(numbers) > 1 else ""
    return (
        f"{low} to {high} replications"
        if low != high
        else f"{low} replication{'s' if low != 1 else ''}{each}"
    )


def known_corridor(runs: Mapping[str, Run], corridor: str | None) -> None:
    """Raise LandbridgeError for a corridor that no chain of these runs has."""
    known = in_order(chain.corridor for run in runs.values() for chain in run.network.chains.values())
    if corridor is not None and corridor not in known:
        raise LandbridgeError(
            f"no corridor {corridor!r} in these runs. Name one of {', '.join(known) or 'another run'}."
        )
