"""What experiments found as documents of plain values, for programs and pages to read: what is not known is None."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from sim.experiment.cases import Case, Outcome
from sim.experiment.comparison import Comparison
from sim.experiment.criticality import Criticality
from sim.experiment.shock import ShockOutcome

if TYPE_CHECKING:
    import pandas as pd


def comparison_document(comparison: Comparison, outcomes: Sequence[Outcome]) -> dict[str, object]:
    """A comparison, and with what it was made."""
    return {
        "rows": rows_of(comparison.rows),
        "policies": rows_of(comparison.policies),
        "disruptions": rows_of(comparison.disruptions),
        "differences": rows_of(comparison.differences),
        "moved": rows_of(comparison.moved),
        "corridors": rows_of(comparison.corridors),
        "verdicts": comparison.verdicts,
        "notes": comparison.notes,
        "runs": [
            {
                "scenario": outcome.case.name,
                "seed": outcome.case.scenario.seed,
                "replications": outcome.replications,
                "plan_digest": outcome.plan_digest,
                "log_digest": outcome.log_digest,
                "warnings": _warnings(outcome.case),
            }
            for outcome in outcomes
        ],
    }


class ShockTold(Protocol):
    """What is told of a shock: its measures over replications, mean moves, and sentences."""

    @property
    def rows(self) -> pd.DataFrame:
        """Measures summed up."""

    @property
    def moved(self) -> pd.DataFrame:
        """Freight by corridor without the shock and with it."""

    @property
    def verdicts(self) -> list[str]:
        """Sentences."""


def shock_document(
    outcomes: Mapping[str, ShockOutcome], told: Mapping[str, ShockTold], by: str | None
) -> dict[str, object]:
    """What shocks did to each part of the freight: summed up (`rows`), freight by corridor without and with them (`moves`), and verdicts.

    Rows say the part under the name of the breakdown `by`, if there is one; sentences begin with it.
    """
    outcome = next(iter(outcomes.values()))
    of = {part: {by: part} if by is not None else {} for part in outcomes}
    return {
        "shocks": shock_dates(outcome),
        "rows": [{**of[part], **row} for part, one in told.items() for row in rows_of(one.rows)],
        "moves": [{**of[part], **row} for part, one in told.items() for row in rows_of(one.moved)],
        "verdicts": [
            f"{f'{part}: ' if by else ''}{text}" for part, one in told.items() for text in one.verdicts
        ],
        "warnings": _warnings(outcome.case),
    }


def criticality_document(outcome: Criticality, ranking: pd.DataFrame, verdict: str) -> dict[str, object]:
    """Every place closed in turn, ranked, and the worst of them in words."""
    return {
        **closure_dates(outcome),
        "ranking": rows_of(ranking),
        "unused": list(outcome.unused),
        "runs": outcome.runs,
        "verdict": verdict,
        "warnings": _warnings(outcome.case),
    }


def shock_dates(outcome: ShockOutcome) -> list[dict[str, str]]:
    """The shocks, and when they begin and end (ISO 8601)."""
    begin = outcome.case.scenario.period.begin
    return [
        {
            "id": spell.id,
            "title": spell.title,
            "from": (begin + timedelta(seconds=spell.from_s)).isoformat(),
            "until": (begin + timedelta(seconds=spell.until_s)).isoformat(),
        }
        for spell in outcome.spells
    ]


def closure_dates(outcome: Criticality) -> dict[str, str]:
    """When each place is closed, until when releases count, and where the period is cut (ISO 8601)."""
    begin, closure = outcome.case.scenario.period.begin, outcome.closure
    seconds = {
        "closed_from": closure.start_s,
        "closed_until": closure.end_s,
        "releases_count_until": closure.counted_s,
        "period_ends": closure.cut_s,
    }
    return {name: (begin + timedelta(seconds=at_s)).isoformat() for name, at_s in seconds.items()}


def rows_of(table: pd.DataFrame) -> list[dict[str, object]]:
    """Rows of a table as plain values."""
    known = table.astype(object).where(table.notna(), None).to_dict("records")
    return [
        {str(key): value.item() if hasattr(value, "item") else value for key, value in row.items()}
        for row in known
    ]


def _warnings(case: Case) -> list[str]:
    """What was warned of a scenario."""
    return [str(warning) for warning in case.warnings]
