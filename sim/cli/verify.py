"""`landbridge verify`: look whether a run folder is as it was written, run again what it says, and compare digests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.options import JOBS
from sim.cli.progress import progress_of
from sim.errors import LandbridgeError, RunFolderError

if TYPE_CHECKING:
    from sim.experiment import Case, Repeated
    from sim.results import Origin, Run

DIGESTS = {"plan_digest": "the draws", "log_digest": "the event logs"}


@click.command()
@click.argument("run_folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option(
    "--rules", is_flag=True,
    help="Ask every row of every event log, too, whether it keeps the rules of the model (some seconds a replication).",
)  # fmt: skip
@JOBS
def verify(run_folder: Path, rules: bool, jobs: int) -> None:
    """Run a run folder's scenario again and compare digests: exit code 0 when they are the same, 1 when not.

    With --rules the event logs are replayed against the rules that every log must keep, whatever engine wrote it: nobody is in
    two places, express boards before ordinary, no train starts with another at the gate, every second has its cause.

    \b
    Example:
      landbridge verify runs/baseline --rules
    """
    from sim.audit import RULES
    from sim.experiment import Workers, repeat
    from sim.results import changes, likely_reasons, read_run

    run = read_run(run_folder)
    changed = list(changes(run)) if run.manifest.contents is not None else []
    for line in changed:
        click.echo(f"{run_folder}: {line}", err=True)
    origin = run.origin()
    case, read = _case_of(run, origin)
    with progress_of("verifying") as progress:
        # A replay of a log is not compiled: threads would wait for one another.
        workers = Workers(jobs, _engine_of(run, origin.engine), "processes" if rules else None)
        outcome = repeat(case, rules=rules, workers=workers, progress=progress)
    if outcome.broken:
        raise LandbridgeError(_said(run_folder, outcome))
    differing = [what for key, what in DIGESTS.items() if getattr(outcome, key) != getattr(origin, key)]
    files = f"{len(changed)} file{'s' if len(changed) > 1 else ''} not as the run wrote {'them' if len(changed) > 1 else 'it'}"
    if differing:
        reasons = "\n".join(f"  - {reason}" for reason in likely_reasons(run.manifest, read))
        also = f"{files}; " if changed else ""
        raise LandbridgeError(
            f"{run_folder}: {also}{' and '.join(differing)} differ. Likely reasons:\n{reasons}\n"
            "Run the scenario again with what it was run with."
        )
    same = f"({outcome.replications} replications, seed {case.scenario.seed}, log {outcome.log_digest[:12]}…)"
    if changed:
        raise LandbridgeError(
            f"{run_folder}: {files}. The scenario still gives the same digests {same}: run it again into another folder "
            "to have the files as they were."
        )
    click.echo(f"{run_folder}: same {same}")
    if rules:
        click.echo(f"{run_folder}: every row of the logs keeps the rules ({', '.join(RULES)})")
    if run.manifest.contents is None:
        click.echo(
            f"{run_folder}: only the digests were compared: an older version wrote the folder, without the hashes of its files. "
            "Run the scenario again to have them.",
            err=True,
        )


def _said(folder: Path, outcome: Repeated) -> str:
    """What broke which rules, in which replications, and what to do."""
    found = "\n".join(f"replication {replication}: {violation}" for replication, violation in outcome.broken)
    return (
        f"{folder}: the event logs break rules that every log must keep, so no figure of the run holds.\n{found}\n"
        "A change of the engine does that, or a fault in it: with a version as it was installed, report it with scenario.yaml."
    )


def _case_of(run: Run, origin: Origin) -> tuple[Case, dict[str, str]]:
    """What the folder says that was run, and the hashes of the files that this was read from."""
    from sim.experiment import Case
    from sim.results import plain
    from sim.scenario_file import load_scenario

    try:
        file = plain(run.path, "scenario.yaml")
    except OSError:
        raise RunFolderError(
            f"{run.path / 'scenario.yaml'}: is missing, so the run cannot be repeated. Take the folder from where it was whole."
        ) from None
    loaded = load_scenario(file, sets=[f"seed={origin.seed}", f"replications={origin.replications}"])
    return Case(run.manifest.scenario, loaded.scenario), {read.path: read.sha256 for read in loaded.files}


def _engine_of(run: Run, engine: str) -> str:
    """The engine that the folder names. Raises RunFolderError when there is none of that name."""
    from sim.experiment import ENGINES

    if engine not in ENGINES:
        raise RunFolderError(
            f"{run.path / 'manifest.json'}: engine: expected one of {', '.join(ENGINES)}, found {engine!r:.80}. "
            "Take the folder from where it was whole."
        )
    return engine
