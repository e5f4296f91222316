"""Scenarios side by side: on common random numbers where they have them in common, and saying so where not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.experiment.cases import Outcome, told_apart
from sim.experiment.words import opened, words_of
from sim.units import DAY_S, YEAR_S

if TYPE_CHECKING:
    import pandas as pd

    from sim.stats import Compared, Matters, Side, Verdict


@dataclass(frozen=True)
class Comparison:
    """`rows`: measures with intervals, tidy; `policies` and `disruptions`: what they did, likewise; `differences`: each scenario less
    the first, of like freight; `moved`: freight that took another corridor; `corridors`: those of each scenario, compared over like
    freight; `said`: verdicts, the most important first; `notes`: where scenarios are not alike, and what was done about it; `nothing`:
    scenarios that carried nothing, in words; `bound`: by scenario what each policy and disruption bound, in words.
    """

    rows: pd.DataFrame
    policies: pd.DataFrame
    differences: pd.DataFrame
    moved: pd.DataFrame
    corridors: pd.DataFrame
    said: list[Verdict]
    notes: list[str]
    disruptions: pd.DataFrame
    nothing: list[str]
    bound: dict[str, list[str]]

    @property
    def verdicts(self) -> list[str]:
        """What the comparison shows, in words; the most important first."""
        return [one.text for one in self.said]


def compare_outcomes(
    outcomes: Sequence[Outcome],
    by: str | None = None,
    matters: Matters | None = None,
    against: Mapping[str, str] | None = None,
    *,
    of_places: bool = False,
) -> Comparison:
    """Summarise every outcome, and compare each but the first with the first, and the corridors of each among themselves.

    With `of_places` it speaks of freight between places alone (`by` a flow, an origin, …). `against` names for each scenario that is
    compared the one that it is compared with, if it is not the first.

    Scenarios with the same seed and start are paired replication by replication, as far as both go; others are compared as a whole.
    What is unlike is said in `notes`. `by`: the breakdown of the outcomes, for verdicts; `matters`: differences below are too small.
    Raises LandbridgeError when two outcomes have one name.
    """
    import pandas as pd

    from sim.stats import (
        bound_sentences,
        judged,
        nothing_carried,
        summarise_disruptions,
        summarise_policies,
        verdicts,
    )

    told_apart([outcome.case for outcome in outcomes])
    named = {outcome.case.name: outcome for outcome in outcomes}
    first, *others = named
    bases = dict.fromkeys(others, first) if against is None else against
    compared = [(named[base], named[name]) for name, base in bases.items()]
    found = judged(_compared(outcomes, compared), by, matters, of_places=of_places)
    bound = summarise_policies(pd.concat([outcome.policies for outcome in outcomes], ignore_index=True))
    notes = [note for a, b in compared for note in unlike(a, b)]
    said = verdicts(found, by, words_of(one.case.scenario for one in outcomes), of_places=of_places)
    struck = summarise_disruptions(
        pd.concat([outcome.disruptions for outcome in outcomes], ignore_index=True)
    )
    bound_by = {one.case.name: bound_sentences(one.policies, one.disruptions) for one in outcomes}
    return Comparison(
        found.summary,
        bound,
        found.differences,
        found.moved,
        found.corridors,
        said,
        notes,
        struck,
        nothing_carried(found.summary),
        bound_by,
    )


def _compared(outcomes: Sequence[Outcome], compared: Sequence[tuple[Outcome, Outcome]]) -> Compared:
    """Rows of every outcome, differences and moves of the pairs, and corridors beside each other."""
    import pandas as pd

    from sim.stats import BETWEEN_CORRIDORS, DIFFERENCES, MOVED, Compared, between_corridors, differences

    rows = pd.concat(_rows_alike(outcomes), ignore_index=True)
    pairs = [differences(_side(a), _side(b), paired=_paired(a, b)) for a, b in compared]
    within = [
        between_corridors(one.values, one.ledger, one.replications, opened(one.case.scenario))
        for one in outcomes
    ]
    changed, moved, corridors = (
        pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
        for tables, columns in (
            ([pair[0] for pair in pairs], DIFFERENCES),
            ([pair[1] for pair in pairs], MOVED),
            (within, BETWEEN_CORRIDORS),
        )
    )
    return Compared(rows, changed, moved, corridors)


def _rows_alike(outcomes: Sequence[Outcome]) -> Iterator[pd.DataFrame]:
    """Yield the measures of every outcome, each with the corridors by which freight of a market goes in any of them: there 0 is a value."""
    import pandas as pd

    from sim.stats import BREAKDOWNS, completed, summarise

    split = [name for name in BREAKDOWNS if name not in ("market", "corridor", "direction")]
    found = [one.values[[*BREAKDOWNS, "measure", "unit"]].drop_duplicates() for one in outcomes]
    shared = pd.concat([groups[(groups[split] == "all").all(axis=1)] for groups in found]).drop_duplicates()
    for one, mine in zip(outcomes, found, strict=True):
        groups = pd.concat([shared, mine]).drop_duplicates()
        yield one.rows if len(groups) == len(mine) else summarise(completed(one.values, groups), one.ledger)


def _side(outcome: Outcome) -> Side:
    """One side of a comparison."""
    from sim.stats import Side

    return Side(outcome.values, outcome.ledger, outcome.replications, _measured_s(outcome) / YEAR_S)


def _window(outcome: Outcome) -> tuple[int, int]:
    """First and last second of the measured time."""
    period = outcome.case.scenario.period
    return period.warm_up or 0, period.length - (period.cool_down or 0)


def _measured_s(outcome: Outcome) -> int:
    """Seconds that are measured."""
    begin, end = _window(outcome)
    return end - begin


def _paired(a: Outcome, b: Outcome) -> bool:
    """Whether the same consignments can be in both: the same draws, on the same dates."""
    one, other = a.case.scenario, b.case.scenario
    return one.seed == other.seed and one.period.begin == other.period.begin


def unlike(a: Outcome, b: Outcome) -> list[str]:
    """In which of seed, dates, measured time and replications two outcomes differ, and what is done about it; one line each."""
    one, other = a.case.scenario, b.case.scenario
    names = f"{b.case.name} and {a.case.name}"
    found = []
    apart = "so nothing pairs them: like freight is compared (flow, cargo and haste weighted alike), with wider intervals"
    if one.seed != other.seed:
        found.append(f"{names} have other seeds ({other.seed}, {one.seed}), {apart}")
    if one.period.begin != other.period.begin:
        dates = f"{other.period.begin:%Y-%m-%d}, {one.period.begin:%Y-%m-%d}"
        found.append(f"{names} begin on other dates ({dates}), {apart}")
    if _window(a) != _window(b):
        days = [(x / DAY_S, y / DAY_S) for x, y in (_window(b), _window(a))]
        spans = ", ".join(f"days {begin:g} to {end:g}" for begin, end in days)
        rates = (
            "volumes are compared as rates a year"
            if _measured_s(a) != _measured_s(b)
            else "volumes are of other days"
        )
        times = "times of the consignments that both measure" if _paired(a, b) else "times of like freight"
        found.append(f"{names} measure other times ({spans} of the period): {rates}, {times}")
    if a.replications != b.replications:
        used = (
            f"the first {min(a.replications, b.replications)} of both are paired"
            if _paired(a, b)
            else "all of both are used"
        )
        found.append(f"{names} have {b.replications} and {a.replications} replications: {used}")
    return found
