"""Files of a run folder, opened with care: the folder may come from somebody else.

Only plain files are opened, by their names below the folder. A link may lead out of it, and a named pipe or a device is
waited for without end: each is refused before it is opened.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any, NoReturn

from sim.errors import RunFolderError

MOST_JSON_BYTES = 64 * 2**20
"""The network of the largest shipped scenario takes a third of a MiB."""
_KINDS = {
    stat.S_IFLNK: "a link",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def open_plain(folder: Path, name: str) -> BufferedReader:
    """Open a file of a folder for reading, by its name below it ("tables/trips.parquet").

    Raises RunFolderError when it, or a folder on the way to it, is something else than that: FileNotFoundError when it is not there.
    """
    file = plain(folder, name)
    # Between the look and the opening nobody should change it; if somebody does, a link is not followed and a pipe not waited for.
    handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        refuse(file, os.lstat(file).st_mode)
    return os.fdopen(handle, "rb")


def plain(folder: Path, name: str) -> Path:
    """The path of a file in a folder, once it is sure that it is one, and reached without a link; raises as `open_plain`."""
    path = folder
    parts = Path(name).parts
    if not parts or ".." in parts or Path(name).is_absolute():
        raise RunFolderError(f"{folder}: {name!r:.200} is no name of a plain file in it. Name one that is.")
    *above, last = parts
    for part in above:
        path /= part
        if not stat.S_ISDIR(mode := os.lstat(path).st_mode):
            refuse(path, mode, "a folder")
    path /= last
    if not stat.S_ISREG(mode := os.lstat(path).st_mode):
        refuse(path, mode)
    return path


def refuse(path: Path, mode: int, wanted: str = "a file") -> NoReturn:
    """Raise RunFolderError: not what was `wanted`, but what the mode says."""
    found = _KINDS.get(stat.S_IFMT(mode), "a file" if stat.S_ISREG(mode) else "something else")
    raise RunFolderError(
        f"{path}: expected {wanted}, found {found}. A run folder holds plain files and folders only: "
        "take it away, or run the scenario again."
    )


def plain_files(folder: Path) -> Iterator[str]:
    """Yield the names below a folder of all files in it, in order, "/" between parts.

    Raises RunFolderError at a link or a special file, so that nothing outside is ever read, written or taken away.
    """
    for path in sorted(folder.iterdir()):
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode):
            yield from (f"{path.name}/{name}" for name in plain_files(path))
        elif stat.S_ISREG(mode):
            yield path.name
        else:
            refuse(path, mode, "a file or a folder")


def read_json(folder: Path, name: str) -> dict[str, Any]:
    """Read a JSON object. Raises RunFolderError when it cannot be, FileNotFoundError when the file is not there."""
    with open_plain(folder, name) as file:
        content = file.read(MOST_JSON_BYTES + 1)
    where = folder / name
    if len(content) > MOST_JSON_BYTES:
        raise RunFolderError(
            f"{where}: is larger than {MOST_JSON_BYTES // 2**20} MiB, so no run wrote it. Run the scenario again."
        )
    try:
        found = json.loads(content.decode(), parse_constant=_no_number)
    except RecursionError:
        raise RunFolderError(f"{where}: is nested too deeply to be read. Run the scenario again.") from None
    except ValueError as error:
        raise RunFolderError(f"{where}: cannot be read: {error}. Run the scenario again.") from error
    if not isinstance(found, dict):
        raise RunFolderError(
            f"{where}: expected an object, found {type(found).__name__}. Run the scenario again."
        )
    return found


def _no_number(text: str) -> NoReturn:
    """Refuse NaN and infinity, which JSON has not."""
    raise ValueError(f"{text} is not a number")
