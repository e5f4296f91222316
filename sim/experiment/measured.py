"""The usual measure of a study: what `run`, `compare` and `headlines` want of a replication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sim.experiment.cache import Cache
from sim.experiment.cases import Case, Outcome, digest_of
from sim.experiment.replication import Replication
from sim.experiment.study import Done, Kept, Progress, Study, Task
from sim.experiment.workers import ALONE, Workers

if TYPE_CHECKING:
    import pandas as pd


VALUES, POLICIES, DISRUPTIONS, LEDGER = "measures", "policy-measures", "disruption-measures", "ledger"
"""Part files of what a replication measured, and of the consignments that it measured."""


@dataclass(frozen=True)
class Measured:
    """Measures of one replication, tidy; its ledger, packed; and its tables by name of part file, where they are kept."""

    values: pd.DataFrame
    policies: pd.DataFrame
    disruptions: pd.DataFrame
    ledger: bytes
    tables: Mapping[str, bytes] = field(default_factory=dict)

    def parts(self, replication: int) -> Iterator[tuple[str, bytes]]:
        """Yield name and content of every part file."""
        from sim.results import packed_rows

        yield from self.tables.items()
        for kind, table in (
            (VALUES, self.values),
            (POLICIES, self.policies),
            (DISRUPTIONS, self.disruptions),
        ):
            yield part_name(kind, replication), packed_rows(table)
        yield part_name(LEDGER, replication), self.ledger


def part_name(kind: str, replication: int) -> str:
    """Name of the part file of a replication's measures."""
    return f"{kind}-{replication:06d}.parquet"


@dataclass(frozen=True)
class Measures:
    """Measures one replication: `by` adds a breakdown (see `replication_measures`).

    Of the first `tables` replications the tables are made, too (None: of all); of others only what measures need.
    """

    by: str | None = None
    tables: int | None = 0

    def __call__(self, replication: Replication) -> Measured:
        """Measure it."""
        from sim.results import Packer

        found = self._measured(replication)
        if not self.keeps(replication.number):
            return found
        with Packer(replication.number) as packer:
            replication.tabulated(packer.add)
            return replace(found, tables=dict(packer.parts()))

    def keeps(self, replication: int) -> bool:
        """Whether the tables of a replication are wanted."""
        return self.tables is None or replication < self.tables

    @property
    def kept(self) -> Kept[Measured]:
        """How it is kept: without the tables, which are large."""
        return Kept(
            f"measures by {self.by or 'corridor'}",
            lambda found: replace(found, tables={}),
            lambda task: not self.keeps(task.replication),
        )

    def _measured(self, replication: Replication) -> Measured:
        """Everything that a run reports about a replication."""
        from sim.results import pack_ledger
        from sim.stats import disruption_values, policy_values, replication_measures

        reckoning = replication.reckoning
        # Packing leaves the interpreter alone: where another core is free it goes on beside the measures.
        with ThreadPoolExecutor(1) as aside:
            ledger = aside.submit(pack_ledger, reckoning.cohort)
            values = replication_measures(reckoning, self.by)
            return Measured(values, policy_values(reckoning), disruption_values(reckoning), ledger.result())


def study_of(
    cases: Sequence[Case], by: str | None = None, tables: int | None = 0, tasks: Sequence[Task] | None = None
) -> Study[Measured]:
    """The study of the usual measures."""
    measure = Measures(by, tables)
    return Study(cases, measure, tasks, measure.kept)


def run_cases(
    cases: Sequence[Case],
    *,
    workers: Workers = ALONE,
    cache: Cache | None = None,
    by: str | None = None,
    progress: Progress | None = None,
) -> list[Outcome]:
    """Run every replication of every case; the outcome does not depend on who does it, nor on what was kept.

    `by` adds a breakdown of the measures (see `replication_measures`). Nothing is written but to the cache.
    """
    done = study_of(cases, by).run(workers, cache, progress)
    return [
        _outcome(case, workers.engine, [one for one in done if one.task.case == c])
        for c, case in enumerate(cases)
    ]


def _outcome(case: Case, engine: str, done: Sequence[Done[Measured]]) -> Outcome:
    """The outcome of a case from what was measured in each replication."""
    import pandas as pd

    from sim.results import Ledger

    return Outcome(
        case,
        engine,
        pd.concat([one.value.values for one in done], ignore_index=True),
        pd.concat([one.value.policies for one in done], ignore_index=True),
        pd.concat([one.value.disruptions for one in done], ignore_index=True),
        digest_of(one.plan_digest for one in done),
        digest_of(one.log_digest for one in done),
        len(done),
        Ledger([one.value.ledger for one in done]),
    )
