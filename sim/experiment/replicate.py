"""One replication in a worker; many of them, here or on a cluster."""

from __future__ import annotations

import hashlib
import pickle
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from sim.engine import DEFAULT
from sim.experiment.cases import Case, Outcome, digest_of, told_apart
from sim.experiment.workers import Cluster, spread

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Check, Packer, UnfinishedRun
    from sim.sampling import Sampler

KEPT = 10
"""Replications, the first ones, whose tables are kept when nobody says otherwise: a year of them is 30 MB each."""
Progress = Callable[[int, int], None]
"""Called with the replications done and the replications in all: first with those done before, 0 or more."""
VALUES, POLICIES, DISRUPTIONS = "measures", "policy-measures", "disruption-measures"
LEDGER = "ledger"
"""Part files of what a replication measured, and of the consignments that it measured."""


@dataclass(frozen=True)
class Replicated:
    """What a worker sends back: digests, and either the measures and the ledger, or the part files: their checks, or their content."""

    plan_digest: str
    log_digest: str
    values: pd.DataFrame | None = None
    policies: pd.DataFrame | None = None
    disruptions: pd.DataFrame | None = None
    ledger: bytes = b""
    files: Mapping[str, Check] = field(default_factory=dict)
    contents: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Parcel:
    """A case as bytes, packed once for all its replications; a worker opens it once, too.

    To pack and open a scenario for every replication would take as long as to measure it.
    """

    content: bytes
    digest: str

    @classmethod
    def of(cls, case: Case) -> Parcel:
        """Pack a case."""
        content = pickle.dumps(case)
        return cls(content, hashlib.sha256(content).hexdigest())


_kept = threading.local()
"""Of this thread: the parcel opened last, and the sampler of the case at work; what does not depend on chance is worked out once."""


def _opened(case: Case | Parcel) -> Case:
    if isinstance(case, Case):
        return case
    if getattr(_kept, "digest", None) != case.digest:
        _kept.opened, _kept.digest = pickle.loads(case.content), case.digest
    opened: Case = _kept.opened
    return opened


def _sampler(case: Case) -> Sampler:
    from sim.sampling import Sampler

    if getattr(_kept, "case", None) is not case:
        _kept.sampler, _kept.case = Sampler(case.scenario, name=case.name), case
    sampler: Sampler = _kept.sampler
    return sampler


def _measured(
    case: Case | Parcel, replication: int, engine: str, by: str | None, packer: Packer | None = None
) -> Replicated:
    """Draw, simulate and measure one replication; with all its tables where there is a `packer`, else with what measures need."""
    from sim.engine import simulate
    from sim.results import pack_ledger, reckoning_of, tabulate
    from sim.stats import disruption_values, policy_values, replication_measures

    sampler = _sampler(_opened(case))
    plan = sampler.plan(replication)
    log, strikes = simulate(plan, engine=engine), sampler.strikes(replication)
    # Hashing and packing leave the interpreter alone: where another core is free they go on beside the tables.
    with ThreadPoolExecutor(1) as aside:
        plan_digest, log_digest = aside.submit(plan.digest), aside.submit(log.digest)
        reckoning = reckoning_of(plan, log, sampler.legend, strikes)
        ledger = aside.submit(pack_ledger, reckoning.cohort)
        if packer is not None:
            tabulate(plan, log, sampler.legend, packer.add, strikes)
        values = replication_measures(reckoning, by)
        policies, disruptions = policy_values(reckoning), disruption_values(reckoning)
        digests = plan_digest.result(), log_digest.result()
        return Replicated(*digests, values, policies, disruptions, ledger.result())


def measure(case: Case | Parcel, replication: int, engine: str, by: str | None) -> Replicated:
    """Draw, simulate and measure one replication, with no more tables than that takes."""
    return _measured(case, replication, engine, by)


def replicate(
    case: Case | Parcel, replication: int, engine: str, by: str | None, parts: Path | None, keep: bool
) -> Replicated:
    """Draw, simulate and measure one replication, and make all its tables where they are to `keep`.

    Tables and measures become part files in the folder `parts`, or are sent back where there is none: a worker of a
    cluster has other disks.
    """
    from sim.results import Packer, packed_rows, write_parts

    with Packer(replication) as packer:
        found = _measured(case, replication, engine, by, packer if keep else None)
        assert found.values is not None
        assert found.policies is not None
        assert found.disruptions is not None
        measured = [
            (part_name(VALUES, replication), packed_rows(found.values)),
            (part_name(POLICIES, replication), packed_rows(found.policies)),
            (part_name(DISRUPTIONS, replication), packed_rows(found.disruptions)),
            (part_name(LEDGER, replication), found.ledger),
        ]
        made = chain(packer.parts(), measured)
        if parts is None:
            return Replicated(found.plan_digest, found.log_digest, contents=dict(made))
        return Replicated(found.plan_digest, found.log_digest, files=write_parts(parts, made))


def part_name(kind: str, replication: int) -> str:
    """Name of the part file of a replication's measures."""
    return f"{kind}-{replication:06d}.parquet"


def run_cases(
    cases: Sequence[Case],
    *,
    jobs: int = 1,
    cluster: Cluster | None = None,
    engine: str = DEFAULT,
    by: str | None = None,
    progress: Progress | None = None,
) -> list[Outcome]:
    """Run every replication of every case in `jobs` processes or on a cluster; the outcome does not depend on where.

    `by` adds a breakdown of the measures (see `replication_measures`). Nothing is written.
    """
    import pandas as pd

    from sim.results import Ledger

    told_apart(cases)
    tasks = [(c, r) for c, case in enumerate(cases) for r in range(case.scenario.replications)]
    parcels = [Parcel.of(case) for case in cases]
    calls = [(parcels[c], r, engine, by) for c, r in tasks]
    found: dict[int, Replicated] = {}
    if progress is not None:
        progress(0, len(tasks))
    called = _called(cases, tasks)
    with closing(spread(measure, calls, engine=engine, jobs=jobs, cluster=cluster, called=called)) as results:
        for number, done in results:
            found[number] = done
            if progress is not None:
                progress(len(found), len(tasks))
    outcomes = []
    for c, case in enumerate(cases):
        mine = [found[number] for number, (of_case, _) in enumerate(tasks) if of_case == c]
        outcomes.append(
            Outcome(
                case,
                engine,
                pd.concat([done.values for done in mine if done.values is not None], ignore_index=True),
                pd.concat([done.policies for done in mine if done.policies is not None], ignore_index=True),
                pd.concat(
                    [done.disruptions for done in mine if done.disruptions is not None], ignore_index=True
                ),
                digest_of(done.plan_digest for done in mine),
                digest_of(done.log_digest for done in mine),
                len(mine),
                Ledger([done.ledger for done in mine]),
            )
        )
    return outcomes


def _called(cases: Sequence[Case], tasks: Sequence[tuple[int, int]]) -> Callable[[int], str]:
    """What a task is, in words."""
    return lambda number: f"replication {tasks[number][1]} of {cases[tasks[number][0]].name}"


def run_to_parts(
    cases: Sequence[Case],
    runs: Sequence[UnfinishedRun],
    *,
    jobs: int = 1,
    cluster: Cluster | None = None,
    engine: str = DEFAULT,
    by: str | None = None,
    tables: int | None = KEPT,
    progress: Progress | None = None,
) -> None:
    """Run what is not done yet of every case; each replication is on the disk and recorded before it counts as done.

    The first `tables` replications keep their tables (None: all), and all of them their measures.
    """
    from sim.results import Record, write_parts

    total = sum(run.replications for run in runs)
    tasks = [(c, r) for c, run in enumerate(runs) for r in range(run.replications) if r not in run.done]
    parcels = [Parcel.of(case) for case in cases]
    calls = [
        (parcels[c], r, engine, by, None if cluster else runs[c].parts, tables is None or r < tables)
        for c, r in tasks
    ]
    done = total - len(tasks)
    if progress is not None:
        progress(done, total)
    called = _called(cases, tasks)
    with closing(
        spread(replicate, calls, engine=engine, jobs=jobs, cluster=cluster, called=called)
    ) as results:
        for number, made in results:
            c, r = tasks[number]
            files = write_parts(runs[c].parts, made.contents.items()) if cluster else made.files
            runs[c].record(Record(r, made.plan_digest, made.log_digest, files))
            done += 1
            if progress is not None:
                progress(done, total)


def outcome_of(case: Case, run: UnfinishedRun, engine: str) -> Outcome:
    """The outcome of a run of which every replication is done; the ledger, which is large, is joined into a file of the result."""
    from sim.results import (
        LEDGER_FILE,
        OF_DISRUPTION_VALUES,
        OF_POLICY_VALUES,
        OF_VALUES,
        Ledger,
        gather_ledger,
        read_measures,
    )

    every = [run.done[r] for r in range(run.replications)]
    values, policies, disruptions = (
        read_measures(
            run.parts,
            [part_name(kind, record.replication) for record in every],
            needed,
            (0, run.replications - 1),
        )
        for kind, needed in (
            (VALUES, OF_VALUES),
            (POLICIES, OF_POLICY_VALUES),
            (DISRUPTIONS, OF_DISRUPTION_VALUES),
        )
    )
    plan_digest = digest_of(record.plan_digest for record in every)
    log_digest = digest_of(record.log_digest for record in every)
    ledger = run.result / LEDGER_FILE
    ledger.parent.mkdir(exist_ok=True)
    gather_ledger([run.parts / part_name(LEDGER, record.replication) for record in every], ledger)
    return Outcome(
        case, engine, values, policies, disruptions, plan_digest, log_digest, len(every), Ledger(ledger)
    )
