"""Scenarios side by side under common random numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.experiment.cases import Outcome, told_apart

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Comparison:
    """`rows`: measures with intervals, tidy; `policies`: what policies did, likewise; `differences`: each scenario less the
    first, paired; `verdicts`: in words; `disruptions`: what disruptions did, as `policies`; `bound`: by scenario what each of
    both bound, in words.
    """

    rows: pd.DataFrame
    policies: pd.DataFrame
    differences: pd.DataFrame
    verdicts: list[str]
    disruptions: pd.DataFrame
    bound: dict[str, list[str]]


def compare_outcomes(outcomes: Sequence[Outcome]) -> Comparison:
    """Summarise every outcome, and pair each but the first with the first, replication by replication.

    Raises LandbridgeError when the outcomes have different replications, and when two have one name.
    """
    import pandas as pd

    from sim.stats import (
        bound_sentences,
        differences,
        summarise,
        summarise_disruptions,
        summarise_policies,
        verdicts,
    )

    told_apart([outcome.case for outcome in outcomes])
    values = pd.concat([outcome.values for outcome in outcomes], ignore_index=True)
    rows = pd.concat([summarise(outcome.values) for outcome in outcomes], ignore_index=True)
    bound = summarise_policies(pd.concat([outcome.policies for outcome in outcomes], ignore_index=True))
    pairs = [differences(outcomes[0].values, other.values) for other in outcomes[1:]]
    changed = pd.concat(pairs, ignore_index=True) if pairs else pd.DataFrame()
    struck = pd.concat([outcome.disruptions for outcome in outcomes], ignore_index=True)
    said = {one.case.name: bound_sentences(one.policies, one.disruptions) for one in outcomes}
    return Comparison(
        rows, bound, changed, verdicts(changed, rows, values), summarise_disruptions(struck), said
    )
