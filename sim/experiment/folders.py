"""Run folders: everything about a run in one place, written at once or not at all."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from sim.engine import DEFAULT
from sim.experiment.cases import Case, Outcome
from sim.experiment.network_record import network_record
from sim.experiment.replicate import Progress, run_cases
from sim.model import Constant, Scenario

PACKAGES = ("numba", "numpy", "pandas", "pyarrow", "pydantic", "pyyaml", "scipy", "simpy")


def run_to_folder(
    cases: Sequence[Case],
    folders: Sequence[Path],
    *,
    jobs: int = 1,
    engine: str = DEFAULT,
    by: str | None = None,
    force: bool = False,
    progress: Progress | None = None,
    finish: Callable[[Path], None] | None = None,
    command: Sequence[str] = (),
) -> list[Outcome]:
    """Run the cases and write a run folder for each; `finish` adds to every folder before it gets its name.

    Nothing stays behind when a run fails or is interrupted. Raises RunFolderError where a folder is in the way.
    """
    from sim.results import gather, new_run_folder

    with ExitStack() as stack:
        works = [stack.enter_context(new_run_folder(folder, force=force)) for folder in folders]
        parts = [work / "parts" for work in works]
        begun = datetime.now(UTC)
        outcomes = run_cases(cases, jobs=jobs, engine=engine, by=by, parts=parts, progress=progress)
        for outcome, work, part in zip(outcomes, works, parts, strict=True):
            gather(part, work / "tables")
            shutil.rmtree(part)
            _write_results(outcome, work, begun, command)
            if finish is not None:
                finish(work)
    return outcomes


def _write_results(outcome: Outcome, work: Path, begun: datetime, command: Sequence[str]) -> None:
    from sim.results import write_json
    from sim.stats import summarise, summarise_policies

    for name, table in (
        ("kpis", summarise(outcome.values)),
        ("policies", summarise_policies(outcome.policies)),
    ):
        table.to_csv(work / f"{name}.csv", index=False, lineterminator="\n")
        table.to_parquet(work / f"{name}.parquet", index=False)
    outcome.values.to_parquet(work / "values.parquet", index=False)
    (work / "scenario.yaml").write_text(outcome.case.text, encoding="utf-8")
    write_json(work / "network.json", network_record(outcome.case.scenario))
    write_json(work / "manifest.json", manifest(outcome, begun, command))


def _dated(scenario: Scenario) -> list[dict[str, str]]:
    """Disruptions whose dates are known before the run, for pictures to mark."""
    shown = []
    for name, disruption in scenario.disruptions.items():
        if disruption.from_ is not None and isinstance(disruption.lasts, Constant):
            until = disruption.from_ + timedelta(seconds=disruption.lasts.constant)
            shown.append(
                {
                    "name": disruption.title or name,
                    "from": disruption.from_.isoformat(),
                    "until": until.isoformat(),
                }
            )
    return shown


def manifest(outcome: Outcome, begun: datetime, command: Sequence[str]) -> dict[str, object]:
    """What a reader needs to trust and repeat a run."""
    scenario = outcome.case.scenario
    return {
        "landbridge": version("landbridge"),
        "scenario": outcome.case.name,
        "title": scenario.title,
        "seed": scenario.seed,
        "replications": outcome.replications,
        "engine": outcome.engine,
        "plan_digest": outcome.plan_digest,
        "log_digest": outcome.log_digest,
        "period": {
            "start": scenario.period.begin.isoformat(),
            "length_s": scenario.period.length,
            "warm_up_s": scenario.period.warm_up or 0,
            "cool_down_s": scenario.period.cool_down or 0,
        },
        "disruptions": _dated(scenario),
        "files": [{"path": file.path, "sha256": file.sha256} for file in outcome.case.files],
        "overrides": list(outcome.case.notes),
        "command": list(command),
        "begun": begun.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "packages": {name: version(name) for name in PACKAGES},
    }
