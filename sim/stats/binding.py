"""What policies and disruptions bound, in words: none is silent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def bound_sentences(policies: pd.DataFrame, disruptions: pd.DataFrame) -> list[str]:
    """A sentence for each policy and disruption of one scenario: what it bound in a replication, on average, or that it did not.

    Parameters: values as `policy_values` and `disruption_values` return them, of all replications of one scenario.
    """
    return [sentence for _, sentence in (*_of_policies(policies), *_of_disruptions(disruptions))]


def silent_sentences(policies: pd.DataFrame, disruptions: pd.DataFrame) -> list[str]:
    """The sentences of those that bound no measured freight in any replication; parameters as of `bound_sentences`."""
    every = (*_of_policies(policies), *_of_disruptions(disruptions))
    return [sentence for binds, sentence in every if not binds]


def _of_policies(values: pd.DataFrame) -> Iterator[tuple[bool, str]]:
    """Yield whether each policy bound anything, and what it did by act."""
    bound = values[values["measure"] == "bound"]
    for name, of_policy in bound.groupby("policy", sort=False, observed=True):
        teu = of_policy.groupby("act", sort=False, observed=True)["value"].mean()
        acts = ", ".join(f"{act} {mean:,.0f} TEU" for act, mean in teu.items() if mean > 0)
        yield bool(acts), f"policy {name}: {acts}." if acts else f"policy {name} bound no measured freight."


def _of_disruptions(values: pd.DataFrame) -> Iterator[tuple[bool, str]]:
    """Yield whether each disruption met anything, and how often it struck."""
    for name, of_disruption in values.groupby("disruption", sort=False, observed=True):
        mean = of_disruption.groupby("measure", observed=True)["value"].mean()
        struck, bound, held = (float(mean[measure]) for measure in ("struck", "bound", "held"))
        times = f"struck {struck:.3g} time{'' if struck == 1 else 's'}"
        if bound:
            waits = f" and held freight for {held:,.0f} TEU-days" if held else ""
            yield True, f"disruption {name} {times}, met {bound:,.0f} TEU{waits}."
        elif struck:
            yield False, f"disruption {name} {times} and met no measured freight."
        else:
            yield False, f"disruption {name} did not strike in the measured time of any replication."
