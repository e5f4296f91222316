"""Why a run that is repeated may give something else than its folder says."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version

from sim.results.declared import ManifestRecord


def likely_reasons(manifest: ManifestRecord, files: Mapping[str, str]) -> Iterator[str]:
    """Yield what is not as it was when the run was written: versions, the built-in network (`files`: path to SHA-256), the machine.

    When all of that is the same, the folder was changed, or the code was under the same version.
    """
    then_now = {
        "landbridge": (manifest.landbridge, version("landbridge")),
        "Python": (manifest.python, sys.version.split()[0]),
        **{name: (then, _installed(name)) for name, then in manifest.packages.items()},
    }
    found = [f"{name} was {then}, is {now}" for name, (then, now) in then_now.items() if then != now]
    found += [
        f"{file.path} is not what it was"
        for file in manifest.files
        if files.get(file.path, file.sha256) != file.sha256
    ]
    if manifest.platform != platform.platform():
        found.append(f"the machine was {manifest.platform}, is {platform.platform()}")
    yield from found or [
        "scenario.yaml or manifest.json was changed after the run",
        "or the code was changed under the same version",
    ]


def _installed(name: str) -> str:
    """Version of a package here."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
