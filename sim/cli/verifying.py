"""`landbridge verify`: run again what a run folder says, and compare digests."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click

from sim.cli.progress import progress_of
from sim.errors import LandbridgeError, RunFolderError

DIGESTS = {"plan_digest": "the draws", "log_digest": "the event logs"}


def verify_run(folder: Path, jobs: int) -> None:
    """Run a run folder's scenario again; say "same", or raise LandbridgeError with what differs and why that may be."""
    from sim.experiment import Case, run_cases
    from sim.results import read_run
    from sim.scenario_file import load_scenario

    manifest = read_run(folder).manifest
    seed, replications, engine = (_given(folder, manifest, key) for key in ("seed", "replications", "engine"))
    file = folder / "scenario.yaml"
    if not file.is_file():
        raise RunFolderError(f"{file}: is missing, so the run cannot be repeated.")
    loaded = load_scenario(file, sets=[f"seed={seed}", f"replications={replications}"])
    case = Case(str(manifest.get("scenario", folder.name)), loaded.scenario)
    with progress_of("verifying") as progress:
        (outcome,) = run_cases([case], jobs=jobs, engine=str(engine), progress=progress)
    differing = [
        what for key, what in DIGESTS.items() if getattr(outcome, key) != _given(folder, manifest, key)
    ]
    if not differing:
        click.echo(
            f"{folder}: same ({replications} replications, seed {seed}, log {outcome.log_digest[:12]}…)"
        )
        return
    now = {read.path: read.sha256 for read in loaded.files}
    reasons = "\n".join(f"  - {reason}" for reason in likely_reasons(manifest, now))
    raise LandbridgeError(f"{folder}: {' and '.join(differing)} differ. Likely reasons:\n{reasons}")


def _given(folder: Path, manifest: Mapping[str, Any], key: str) -> object:
    if key not in manifest:
        raise RunFolderError(f"{folder / 'manifest.json'}: has no '{key}', so the run cannot be verified.")
    return manifest[key]


def likely_reasons(manifest: Mapping[str, Any], files: Mapping[str, str]) -> Iterator[str]:
    """Yield what is not as it was when the run was written: versions, the built-in network (`files`: path to SHA-256), the machine.

    When all of that is the same, the folder was changed, or the code was under the same version.
    """
    packages = manifest.get("packages")
    then_now = {
        "landbridge": (manifest.get("landbridge"), version("landbridge")),
        "Python": (manifest.get("python"), sys.version.split()[0]),
        **{
            name: (then, _installed(name))
            for name, then in (packages if isinstance(packages, dict) else {}).items()
        },
    }
    found = [f"{name} was {then}, is {now}" for name, (then, now) in then_now.items() if then != now]
    read = manifest.get("files")
    found += [
        f"{file['path']} is not what it was"
        for file in (read if isinstance(read, list) else [])
        if files.get(file["path"], file["sha256"]) != file["sha256"]
    ]
    if manifest.get("platform") != platform.platform():
        found.append(f"the machine was {manifest.get('platform')}, is {platform.platform()}")
    yield from found or [
        "scenario.yaml or manifest.json was changed after the run",
        "or the code was changed under the same version",
    ]


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
