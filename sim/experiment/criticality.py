"""Every leg and facility closed in turn, each against the same replications without the closure."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal, NamedTuple

from sim.errors import LandbridgeError
from sim.experiment.cache import Cache
from sim.experiment.cases import Case
from sim.experiment.replication import Replication
from sim.experiment.shock import without_windows
from sim.experiment.study import Kept, Progress, Study, Task
from sim.experiment.workers import ALONE, Workers
from sim.model import Disruption, Scenario
from sim.units import DAY_S

if TYPE_CHECKING:
    import pandas as pd

    from sim.sampling import Sampler
    from sim.stats import ShockWindow

DAYS, FOLLOW_D = 14, 90
COUNTED_D = 28
"""Days after a closure until which releases count: the last of them need the rest of `follow` to arrive."""
_CLOSURE = "criticality-closure"
Kind = Literal["facilities", "legs"]


class Spot(NamedTuple):
    """A facility or leg: ids of the two kinds may be the same."""

    kind: Literal["facility", "leg"]
    id: str


@dataclass(frozen=True)
class Closure:
    """When a place is closed, in seconds from the period's start, and where the period is cut.

    Freight counts that is under way at `start_s` or released from then until `counted_s`.
    """

    start_s: int
    end_s: int
    counted_s: int
    cut_s: int

    @property
    def window(self) -> ShockWindow:
        """The same for the measures."""
        from sim.stats import ShockWindow

        return ShockWindow(self.start_s, self.start_s, self.counted_s)


@dataclass(frozen=True)
class Criticality:
    """All closures of a case: `values` and `moves` tidy by place and replication; places that carry nothing; runs made."""

    case: Case
    closure: Closure
    values: pd.DataFrame
    moves: pd.DataFrame
    unused: tuple[str, ...]
    runs: int


def first_monday(scenario: Scenario) -> datetime:
    """The first Monday, 00:00 UTC, that is measured: the usual first day of a closure."""
    period = scenario.period
    measured = period.begin + timedelta(seconds=period.warm_up or 0)
    day = measured.replace(hour=0, minute=0, second=0, microsecond=0)
    day += timedelta(days=1) if day < measured else timedelta()
    return day + timedelta(days=-day.weekday() % 7)


def closure_of(scenario: Scenario, begin: datetime, days: int, follow_d: int) -> Closure:
    """A closure of so many days, and the period cut `follow_d` days after it (or where it ends anyway).

    Raises LandbridgeError when the first day lies outside the period.
    """
    period = scenario.period
    start_s = period.second(begin)
    if not 0 <= start_s < period.length:
        last = period.begin + timedelta(seconds=period.length)
        raise LandbridgeError(
            f"the closure would begin on {begin:%Y-%m-%d}, outside the period {period.begin:%Y-%m-%d} to {last:%Y-%m-%d}. "
            "Name a day within it with --from."
        )
    end_s = start_s + days * DAY_S
    cut_s = min(period.length, end_s + follow_d * DAY_S)
    return Closure(start_s, end_s, min(end_s + COUNTED_D * DAY_S, cut_s), cut_s)


def places_of(scenario: Scenario, only: Kind | None, named: Sequence[str]) -> dict[str, Spot]:
    """The places to close by what they are called, in the scenario's order: their id, or "facility b" and "leg b" of one id.

    Raises LandbridgeError for a name that is neither a facility nor a leg, or not of the kind asked for.
    """
    every = [Spot("facility", name) for name in scenario.facilities if only != "legs"]
    every += [Spot("leg", name) for name in scenario.legs if only != "facilities"]
    ids = {spot.id for spot in every}
    for name in named:
        if name not in ids:
            near = get_close_matches(name, list(ids), 1)
            advice = f"Did you mean '{near[0]}'?" if near else "landbridge network lists them."
            raise LandbridgeError(f"no {only or 'facility or leg'} '{name}' in the scenario. {advice}")
    both = scenario.facilities.keys() & scenario.legs.keys()
    return {
        f"{spot.kind} {spot.id}" if spot.id in both else spot.id: spot
        for spot in every
        if not named or spot.id in named
    }


def close_each(
    case: Case,
    closure: Closure,
    places: dict[str, Spot],
    *,
    workers: Workers = ALONE,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> Criticality:
    """Run every replication without a closure once, then with each place closed that carries something in it.

    A place at which nothing is, begins or comes by from the closure's start until the cut changes nothing when it is closed:
    there every measure is exactly 0 without a run. The outcome does not depend on who does it, nor on what was kept.
    """
    import pandas as pd

    cut = _cut(case.scenario, closure.cut_s)
    n = cut.replications
    open_ = Study(
        [replace(case, scenario=cut)],
        Unclosed(closure.start_s),
        kept=Kept(f"used from second {closure.start_s} on"),
        digests=False,
        called=lambda task: f"replication {task.replication}",
    )
    base = [done.value for done in open_.run(workers, cache, progress)]
    used = [place for place in places if any(places[place] in there for there, _ in base)]
    closed = Study(
        [
            Case(f"{case.name} with {place} closed", with_closure(cut, closure, places[place]))
            for place in used
        ],
        Closed(closure),
        [
            Task(c, r, packed)
            for c, place in enumerate(used)
            for r, (there, packed) in enumerate(base)
            if places[place] in there
        ],
        kept=Kept(f"delays by {closure}"),
        digests=False,
        called=lambda task: f"replication {task.replication} with {used[task.case]} closed",
    )
    done = closed.run(workers, cache, _after(n, progress))
    found = {(used[one.task.case], one.task.replication): one.value for one in done}
    values = [
        (place, places[place].kind, r, *row)
        for place in used
        for r in range(n)
        for row in (found[place, r][0] if (place, r) in found else _UNTOUCHED)
    ]
    moved = [one.assign(place=place) for (place, _), (_, one) in found.items()]
    return Criticality(
        case,
        closure,
        pd.DataFrame(values, columns=["place", "kind", "replication", "measure", "value", "lower_bound"]),
        pd.concat(moved, ignore_index=True) if moved else pd.DataFrame(columns=["place", "to", "teu"]),
        tuple(place for place in places if place not in used),
        len(done),
    )


MEASURED = ("delay.area", "diverted", "refused")
_UNTOUCHED = [(measure, 0.0, False) for measure in MEASURED]
_Rows = list[tuple[str, float, bool]]


def _cut(scenario: Scenario, end_s: int) -> Scenario:
    """The scenario until a second, without warm-up and cool-down."""
    whole = without_windows(scenario)
    period = whole.period.model_copy(update={"length": end_s})
    return whole.model_copy(update={"period": period})


def _after(n: int, progress: Progress | None) -> Progress | None:
    """Progress of what is run after `n` others."""
    if progress is None:
        return None
    return lambda done, total: progress(n + done, n + total) if total else None


@dataclass(frozen=True)
class Unclosed:
    """Measures a replication without a closure: the places it uses from `start_s` on, and its consignments as a Parquet file."""

    start_s: int

    def __call__(self, replication: Replication) -> tuple[set[Spot], bytes]:
        """Measure it."""
        from sim.results import Columns, visits_table

        consignments = replication.consignments
        visits = visits_table(replication.plan, Columns(replication.log), replication.legend)
        written = io.BytesIO()
        consignments.to_parquet(written, index=False)
        return used_places(replication.sampler, consignments, visits, self.start_s), written.getvalue()


@dataclass(frozen=True)
class Closed:
    """Measures what a closure did in a replication, beside the one without it, which it is given as a Parquet file."""

    closure: Closure

    def __call__(self, replication: Replication) -> tuple[_Rows, pd.DataFrame]:
        """Measures by name, and what went by which corridor instead."""
        import pandas as pd

        from sim.stats import Shaken, moves, paired, shock_figures

        window = self.closure.window
        without, closed = pd.read_parquet(io.BytesIO(replication.given)), replication.consignments
        found = shock_figures(Shaken(paired(without, closed), window), MEASURED)
        rows = [(row.measure, row.value, row.lower_bound) for row in found]
        moved = moves(without, closed, window)
        return rows, moved[(moved["direction"] == "all") & (moved["from"] != moved["to"])]


def used_places(
    sampler: Sampler, consignments: pd.DataFrame, visits: pd.DataFrame, start_s: int
) -> set[Spot]:
    """Facilities and legs whose closure from `start_s` on can change anything.

    Those that a trip is at or comes to from then on, and the facilities from which services start that run from then on or
    that freight not yet delivered takes.
    """
    later = visits[(visits["ended_s"] < 0) | (visits["ended_s"] >= start_s)]
    legend = sampler.legend
    at_work = later.loc[later["leg"] == "", "facility"].unique()
    found = {Spot("leg", str(leg)) for leg in later["leg"].unique() if leg}
    found |= {Spot("facility", str(place)) for place in at_work}
    ended_s = consignments["release_s"] + consignments["transit_s"]
    moving = consignments[(consignments["status"] != "refused") & (ended_s >= start_s)]
    running = set(later["service"].unique())
    for chain in moving["chain"].unique():
        running |= {legend.services[s] for s in legend.chain_services[legend.chains.index(chain)]}
    return found | {Spot("facility", sampler.scenario.services[service].route[0]) for service in running}


def with_closure(scenario: Scenario, closure: Closure, place: Spot) -> Scenario:
    """The scenario with one facility or leg closed, as an ordinary disruption."""
    if _CLOSURE in scenario.disruptions:
        raise LandbridgeError(f"the scenario has a disruption '{_CLOSURE}' of its own; give it another name.")
    begin = scenario.period.begin + timedelta(seconds=closure.start_s)
    closed = Disruption.model_validate(
        {
            "at": {place.kind: place.id},
            "from": f"{begin:%Y-%m-%dT%H:%M}",
            "lasts": f"{(closure.end_s - closure.start_s) // DAY_S} d",
            "effect": "closed",
        }
    )
    return scenario.model_copy(update={"disruptions": {**scenario.disruptions, _CLOSURE: closed}})
