"""Scenarios side by side under common random numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.experiment.cases import Outcome

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Comparison:
    """`rows`: measures with intervals, tidy; `policies`: what policies did, likewise; `differences`: each scenario less the
    first, paired; `verdicts`: in words.
    """

    rows: pd.DataFrame
    policies: pd.DataFrame
    differences: pd.DataFrame
    verdicts: list[str]


def compare_outcomes(outcomes: Sequence[Outcome]) -> Comparison:
    """Summarise every outcome, and pair each but the first with the first, replication by replication.

    Raises LandbridgeError when the outcomes have different replications.
    """
    import pandas as pd

    from sim.stats import differences, summarise, summarise_policies, verdicts

    values = pd.concat([outcome.values for outcome in outcomes], ignore_index=True)
    rows = pd.concat([summarise(outcome.values, outcome.ledger) for outcome in outcomes], ignore_index=True)
    bound = summarise_policies(pd.concat([outcome.policies for outcome in outcomes], ignore_index=True))
    pairs = [differences(outcomes[0].values, other.values) for other in outcomes[1:]]
    changed = pd.concat(pairs, ignore_index=True) if pairs else pd.DataFrame()
    return Comparison(rows, bound, changed, verdicts(changed, rows, values))
