"""A scenario with a shock beside the same scenario without it, replication by replication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sim.errors import LandbridgeError
from sim.experiment.cache import Cache
from sim.experiment.cases import Case
from sim.experiment.replication import Replication
from sim.experiment.selected import Wanted, names_in
from sim.experiment.study import Kept, Progress, Study
from sim.experiment.workers import ALONE, Workers
from sim.model import Constant, Disruption, Policy, Scenario

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Courses
    from sim.stats import ShockWindow


ALL_FREIGHT = "all"
"""The one part of freight that is not broken down."""


@dataclass(frozen=True)
class Spell:
    """When a shock holds, in seconds from the period's start; `until_s` is the period's end where no date says otherwise."""

    id: str
    title: str
    from_s: int
    until_s: int


@dataclass(frozen=True)
class ShockOutcome:
    """All replications of a pair, tidy: `values`, `moves` (from which corridor to which), `weeks` of both runs by release, and
    `delays` by when the shock meets freight.
    """

    case: Case
    spells: tuple[Spell, ...]
    window: ShockWindow
    values: pd.DataFrame
    moves: pd.DataFrame
    weeks: pd.DataFrame
    delays: pd.DataFrame
    replications: int


def dated_shocks(scenario: Scenario) -> list[str]:
    """Policies and disruptions that begin within the period."""
    begin, length = scenario.period.begin, scenario.period.length
    return [
        name
        for name, shock in _shocks(scenario).items()
        if shock.from_ is not None and 0 <= (shock.from_ - begin).total_seconds() < length
    ]


def _shocks(scenario: Scenario) -> dict[str, Policy | Disruption]:
    """Policies and disruptions by name."""
    return {**scenario.policies, **scenario.disruptions}


def spell_of(scenario: Scenario, name: str) -> Spell:
    """When a policy or disruption holds; from the period's start where chance says when.

    Raises LandbridgeError for a name that is neither, and for one that holds at no time of the period.
    """
    period, shock = scenario.period, _shocks(scenario).get(name)
    if shock is None:
        known = ", ".join(_shocks(scenario)) or "none"
        raise LandbridgeError(
            f"no policy or disruption '{name}' in the scenario; name one of these: {known}."
        )
    from_s = 0 if shock.from_ is None else period.second(shock.from_)
    until_s = period.length
    if isinstance(shock, Policy) and shock.until is not None:
        until_s = period.second(shock.until)
    if isinstance(shock, Disruption) and shock.random is None and isinstance(shock.lasts, Constant):
        until_s = from_s + round(shock.lasts.constant)
    if from_s >= period.length or until_s <= 0:
        raise LandbridgeError(
            f"'{name}' holds at no time of the period, so it cannot be looked at. Name another one, or lengthen the period."
        )
    return Spell(name, shock.title or name, max(from_s, 0), min(until_s, period.length))


def without_shocks(scenario: Scenario, names: Sequence[str]) -> Scenario:
    """The same scenario less these policies and disruptions."""
    kept = {
        table: {name: shock for name, shock in getattr(scenario, table).items() if name not in names}
        for table in ("policies", "disruptions")
    }
    return scenario.model_copy(update=kept)


def run_shock(
    case: Case,
    shocks: Sequence[str],
    *,
    workers: Workers = ALONE,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> ShockOutcome:
    """Run a case with the shocks and without them, and look at all freight together: see `run_shock_by`."""
    return run_shock_by(case, shocks, workers=workers, cache=cache, progress=progress)[ALL_FREIGHT]


def run_shock_by(
    case: Case,
    shocks: Sequence[str],
    by: str | None = None,
    wanted: Wanted | None = None,
    *,
    workers: Workers = ALONE,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> dict[str, ShockOutcome]:
    """Run a case with the shocks and without them; the outcome does not depend on who does it, nor on what was kept.

    By every name that measured freight has in the breakdown `by` (a flow, an origin, …), of the freight that is `wanted`; "all" of it
    without a breakdown. Measured is what is released after the warm-up (or from the shock's start, if that is earlier) and before the
    cool-down. Raises LandbridgeError when there is no shock, one that `spell_of` does not know, or none before the cool-down.
    """
    from sim.stats import ShockWindow

    if not shocks:
        raise LandbridgeError(
            f"{case.name} has no policy or disruption that begins within its period; name one with --shock."
        )
    spells = tuple(sorted((spell_of(case.scenario, name) for name in shocks), key=lambda one: one.from_s))
    period, start_s = case.scenario.period, spells[0].from_s
    window = ShockWindow(min(period.warm_up or 0, start_s), start_s, period.length - (period.cool_down or 0))
    if window.until_s <= start_s:
        raise LandbridgeError(
            f"'{spells[0].id}' begins in the cool-down of {case.name}, when no freight is measured any more. "
            "Lengthen the period, or shorten cool_down."
        )
    whole = without_windows(case.scenario)
    chosen = {name: tuple(names) for name, names in (wanted or {}).items() if names}
    parts = names_in(case.scenario, by, chosen) if by is not None else (ALL_FREIGHT,)
    measure = Struck(without_shocks(whole, shocks), window, by, parts, chosen)
    of = f" of {sorted(chosen.items())} by {by}" if chosen or by else ""
    kept: Kept[_Frames] = Kept(f"resilience to {', '.join(sorted(shocks))} within {tuple(window)}{of}")
    study = Study([replace(case, scenario=whole)], measure, kept=kept, digests=False)
    done = [one.value for one in study.run(workers, cache, progress)]
    return {part: _outcome(case, spells, window, [one[part] for one in done]) for part in parts}


def _outcome(
    case: Case, spells: tuple[Spell, ...], window: ShockWindow, done: Sequence[_Tables]
) -> ShockOutcome:
    """The outcome of some freight, from the tables of all replications."""
    import pandas as pd

    from sim.stats import too_few, without_weeks_of_few

    values, moves, weeks, delays = (
        pd.concat(tables, ignore_index=True) for tables in zip(*done, strict=True)
    )
    values = without_weeks_of_few(values, too_few(delays))
    return ShockOutcome(case, spells, window, values, moves, weeks, delays, len(done))


_Tables = tuple["pd.DataFrame", ...]
_Frames = dict[str, _Tables]
_Run = tuple["pd.DataFrame", "Courses"]


@dataclass(frozen=True)
class Struck:
    """Measures what a shock did in one replication, beside the same one `without` it, to each of the `parts` of the freight `chosen`.

    Parts are names in the breakdown `by`.
    """

    without: Scenario
    window: ShockWindow
    by: str | None = None
    parts: tuple[str, ...] = (ALL_FREIGHT,)
    chosen: Wanted = field(default_factory=dict)

    def __call__(self, replication: Replication) -> _Frames:
        """Measures, moves, weeks and delays of each part."""
        with_it, without_it = (_with_courses(one) for one in (replication, replication.beside(self.without)))
        found = {}
        for part in self.parts:
            only = {**self.chosen, **({} if self.by is None else {self.by: (part,)})}
            found[part] = self._tables(replication, _only(without_it, only), _only(with_it, only))
        return found

    def _tables(self, replication: Replication, without_it: _Run, with_it: _Run) -> _Tables:
        """Measures, moves, weeks and delays of some freight."""
        from sim.results import met_s
        from sim.stats import delays, moves, paired, resilience_measures, weekly_table

        window = self.window
        (without, course_a), (shocked, course_b) = without_it, with_it
        pairs = paired(without, shocked)
        of_a, of_b = (pairs[f"consignment_{side}"].to_numpy() for side in "ab")
        pairs = pairs.assign(met_s=met_s(course_a, course_b, of_a, of_b, window.start_s))
        found = (
            resilience_measures(without, shocked, pairs, window),
            moves(without, shocked, window),
            weekly_table(without, shocked, window),
            delays(pairs, window),
        )
        # Named here, not read from the tables: a run may have no freight at all.
        for table in found:
            table.insert(0, "scenario", replication.case.name)
            table.insert(1, "replication", replication.number)
        return found


def _only(run: _Run, wanted: Wanted) -> _Run:
    """The same run, its freight other than that wanted taken for not measured."""
    table, courses = run
    measured = table["measured"].to_numpy(bool)
    for column, names in wanted.items():
        measured = measured & table[column].isin(names).to_numpy()
    return table.assign(measured=measured), courses


def _with_courses(replication: Replication) -> tuple[pd.DataFrame, Courses]:
    """The consignments table of a replication, and the courses of what is measured."""
    from sim.results import Columns, courses_of

    table = replication.consignments
    return table, courses_of(Columns(replication.log), table["measured"].to_numpy(bool))


def without_windows(scenario: Scenario) -> Scenario:
    """The same scenario without warm-up and cool-down, so that `measured` says of its consignments only whether their flow is."""
    period = scenario.period.model_copy(update={"warm_up": None, "cool_down": None})
    return scenario.model_copy(update={"period": period})
