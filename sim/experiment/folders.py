"""Run folders: everything about a run in one place, whole or not there; what an interrupted run did stays beside it."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path

from sim.errors import readable
from sim.experiment.cache import Cache
from sim.experiment.cases import Case, Outcome, digest_of, told_apart
from sim.experiment.measured import DISRUPTIONS, LEDGER, POLICIES, VALUES, Measures, part_name
from sim.experiment.network_record import network_record
from sim.experiment.study import Progress, Study, Task
from sim.experiment.workers import ALONE, Workers
from sim.experiment.writing import Steps, Writing
from sim.model import Constant, Scenario
from sim.results import (
    LEDGER_FILE,
    OF_DISRUPTION_VALUES,
    OF_POLICY_VALUES,
    OF_VALUES,
    TABLES,
    Ledger,
    ManifestRecord,
    PeriodRecord,
    Record,
    SpellRecord,
    UnfinishedRun,
    gather,
    gather_ledger,
    read_measures,
    read_run,
    remove_leftover,
    seal,
    unfinished_run,
    write_parts,
    write_record,
)

KEPT = 5
"""Replications, the first ones, whose tables are kept when nobody says otherwise: the fewest of which pictures have intervals."""
PACKAGES = ("numba", "numpy", "pandas", "pyarrow", "pydantic", "pyyaml", "scipy", "simpy")


def run_to_folder(
    cases: Sequence[Case],
    folders: Sequence[Path],
    *,
    workers: Workers = ALONE,
    cache: Cache | None = None,
    by: str | None = None,
    tables: int | None = KEPT,
    force: bool = False,
    resume: bool = False,
    progress: Progress | None = None,
    finish: Mapping[str, Callable[[Path], None]] | None = None,
    writing: Writing | None = None,
    command: Sequence[str] = (),
) -> list[Outcome]:
    """Run the cases and write a run folder for each; `finish` adds to every folder before it gets its name: by what it adds.

    `progress` hears of replications, then `writing` of what is written. Measures are of all replications,
    tables of the first `tables` (1 or more; None: all).
    A run that fails or is interrupted stays in `FOLDER.part` with what is done, and goes on from there with `resume`: the
    folder is then the same as without the interruption. Raises RunFolderError where a folder is in the way.
    """
    told_apart(cases)
    identities = [identity(case, workers.engine, by, tables) for case in cases]
    todo = [
        not (resume and not force and _is_done(folder, one))
        for folder, one in zip(folders, identities, strict=True)
    ]
    begun = datetime.now(UTC)
    with ExitStack() as stack:
        runs = {
            c: stack.enter_context(
                unfinished_run(
                    folders[c], identities[c], case.scenario.replications, force=force, resume=resume
                )
            )
            for c, case in enumerate(cases)
            if todo[c]
        }
        _run_to_parts(cases, runs, Measures(by, tables), workers, cache, progress)
        added = finish or {}
        kept = sum(len(TABLES) * _kept(cases[c], tables) for c in runs)
        steps = Steps(kept + (2 + len(added)) * len(runs), writing if runs else None)
        outcomes = []
        for c, case in enumerate(cases):
            if c not in runs:
                remove_leftover(folders[c])
                outcomes.append(_outcome_in(case, folders[c]))
                continue
            outcomes.append(_outcome_of(case, runs[c], workers.engine))
            _write_folder(outcomes[-1], runs[c], begun, command, added, steps)
        steps.end()
    # A folder has its own name only now.
    return [
        outcome.moved(Ledger(folder / LEDGER_FILE)) for outcome, folder in zip(outcomes, folders, strict=True)
    ]


def _run_to_parts(
    cases: Sequence[Case],
    runs: Mapping[int, UnfinishedRun],
    measure: Measures,
    workers: Workers,
    cache: Cache | None,
    progress: Progress | None,
) -> None:
    """Run what is not done yet of every case; each replication is on the disk and recorded before it counts as done."""
    tasks = [Task(c, r) for c, run in runs.items() for r in range(run.replications) if r not in run.done]
    before = sum(len(run.done) for run in runs.values())

    def told(done: int, total: int) -> None:
        """Count what was done before, too."""
        if progress is not None:
            progress(before + done, before + total)

    study = Study(cases, measure, tasks, measure.kept)
    with closing(study.results(workers, cache, told)) as results:
        for _, done in results:
            run, r = runs[done.task.case], done.task.replication
            files = write_parts(run.parts, done.value.parts(r))
            run.record(Record(r, done.plan_digest, done.log_digest, files))


def _outcome_of(case: Case, run: UnfinishedRun, engine: str) -> Outcome:
    """The outcome of a run of which every replication is done; the ledger, which is large, is joined into a file of the result."""
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


def _kept(case: Case, tables: int | None) -> int:
    """Of how many replications the tables are kept."""
    n = case.scenario.replications
    return n if tables is None else min(tables, n)


def identity(case: Case, engine: str, by: str | None, tables: int | None) -> dict[str, object]:
    """What must be the same for an unfinished run to go on: entries of the manifest."""
    n = case.scenario.replications
    return {
        "landbridge": version("landbridge"),
        "scenario": case.name,
        "scenario_digest": hashlib.sha256(case.scenario.model_dump_json().encode()).hexdigest(),
        "seed": case.scenario.seed,
        "replications": n,
        "tables": _kept(case, tables),
        "engine": engine,
        "breakdown": by,
    }


def _is_done(folder: Path, wanted: dict[str, object]) -> bool:
    """Whether the run folder is there, of the same run: of several, some had their names before the others were interrupted."""
    if not os.path.lexists(folder / "manifest.json"):
        return False
    found = read_run(folder).manifest.as_written()
    return all(key in found and found[key] == value for key, value in wanted.items())


def _outcome_in(case: Case, folder: Path) -> Outcome:
    """The outcome that a run folder holds."""
    run = read_run(folder)
    origin = run.origin()
    n = case.scenario.replications
    of_shocks = run.policy_values(), run.disruption_values()
    return Outcome(
        case, origin.engine, run.values(), *of_shocks, origin.plan_digest, origin.log_digest, n, run.ledger
    )


def _write_folder(
    outcome: Outcome,
    run: UnfinishedRun,
    begun: datetime,
    command: Sequence[str],
    added: Mapping[str, Callable[[Path], None]],
    steps: Steps,
) -> None:
    """Write all that is in a run folder; the hashes of everything else last."""
    work, of = run.result, outcome.case.name
    gather(run.parts, work / "tables", partial(steps.begin, of=of))
    steps.begin("measures", of)
    _write_results(outcome, work, run.identity, begun, command)
    for what, add in added.items():
        steps.begin(what, of)
        add(work)
    steps.begin("hashes", of)
    seal(work)


def _write_results(
    outcome: Outcome, work: Path, identity: Mapping[str, object], begun: datetime, command: Sequence[str]
) -> None:
    """Write everything that a run folder holds about its results."""
    from sim.stats import summarise_disruptions, summarise_policies

    for name, table in (
        ("kpis", outcome.rows),
        ("policies", summarise_policies(outcome.policies)),
        ("disruptions", summarise_disruptions(outcome.disruptions)),
    ):
        # As bytes: Arrow opens no path whose bytes are not UTF-8.
        (work / f"{name}.parquet").write_bytes(table.to_parquet(index=False))
    for name, table in (
        ("values", outcome.values),
        ("policy-values", outcome.policies),
        ("disruption-values", outcome.disruptions),
    ):
        (work / f"{name}.parquet").write_bytes(table.to_parquet(index=False))
    (work / "scenario.yaml").write_text(outcome.case.text, encoding="utf-8")
    write_record(work / "network.json", network_record(outcome.case.scenario))
    write_record(work / "manifest.json", manifest(outcome, identity, begun, command))


def _dated(scenario: Scenario) -> list[SpellRecord]:
    """Disruptions whose dates are known before the run, for pictures to mark."""
    shown = []
    for name, disruption in scenario.disruptions.items():
        if disruption.from_ is not None and isinstance(disruption.lasts, Constant):
            until = disruption.from_ + timedelta(seconds=disruption.lasts.constant)
            shown.append(SpellRecord(name=disruption.title or name, begin=disruption.from_, until=until))
    return shown


def manifest(
    outcome: Outcome, identity: Mapping[str, object], begun: datetime, command: Sequence[str]
) -> ManifestRecord:
    """What a reader needs to trust and repeat a run."""
    scenario = outcome.case.scenario
    told = {
        **identity,
        "title": scenario.title,
        "plan_digest": outcome.plan_digest,
        "log_digest": outcome.log_digest,
        "period": PeriodRecord(
            start=scenario.period.begin,
            length_s=scenario.period.length,
            warm_up_s=scenario.period.warm_up or 0,
            cool_down_s=scenario.period.cool_down or 0,
        ),
        "disruptions": _dated(scenario),
        # A path may have bytes that are not UTF-8: they are kept as escapes.
        "files": [{"path": readable(file.path), "sha256": file.sha256} for file in outcome.case.files],
        "overrides": [readable(note) for note in outcome.case.notes],
        "warnings": [vars(warning) for warning in outcome.case.warnings],
        "command": [readable(word) for word in command],
        "begun": begun.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "packages": {name: version(name) for name in PACKAGES},
    }
    return ManifestRecord.model_validate(told)
