"""The hashes of a run folder's files, in its manifest: what was altered, taken away or added afterwards is found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sim.results.opening import open_plain, plain_files, read_json
from sim.results.run_folder import MANIFEST, Run, as_json, write_json

CONTENTS = "contents"
"""Entry of the manifest: SHA-256 by name, "/" between the folders. That of the manifest itself is of all its other entries."""


def seal(folder: Path) -> None:
    """Add the hashes of all files of a run folder to its manifest: the last thing that is written."""
    manifest = read_json(folder, MANIFEST)
    write_json(folder / MANIFEST, manifest | {CONTENTS: _contents(folder, manifest)})


def changes(run: Run) -> Iterator[str]:
    """Yield what is not as the run wrote it, a line for each file. Nothing is known of a folder without hashes.

    Raises RunFolderError at a link or a special file.
    """
    then = run.manifest.contents or {}
    now = _contents(run.path, read_json(run.path, MANIFEST))
    for name in sorted({*then, *now}):
        if name not in now:
            yield f"{name}: is missing"
        elif name not in then:
            yield f"{name}: was added"
        elif then[name] != now[name]:
            yield f"{name}: was altered"


def _contents(folder: Path, manifest: Mapping[str, Any]) -> dict[str, str]:
    """SHA-256 of every file by its name; of the manifest that of its other entries."""
    others = {key: value for key, value in manifest.items() if key != CONTENTS}
    found = {MANIFEST: hashlib.sha256(as_json(others).encode()).hexdigest()}
    for name in plain_files(folder):
        if name != MANIFEST:
            with open_plain(folder, name) as file:
                found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found
