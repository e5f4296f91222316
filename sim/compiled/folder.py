"""Where compiled code and results are kept: to read them is to run them, so only in a folder that nobody else can write."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from sim.errors import LandbridgeError

VARIABLE = "LANDBRIDGE_CACHE"
"""Names the folder for what is kept between runs. Who sets it answers for it."""
_POSIX = os.name == "posix"


def kept_in(what: str) -> Path | None:
    """The folder for `what` ("compiled", "results"), made where it is not there; None when there is none of one's own.

    It is below the folder that `VARIABLE` names; else below the user's cache, else below the temporary folder. Raises
    LandbridgeError where the folder that is named cannot be made.
    """
    told = os.environ.get(VARIABLE)
    if told:
        folder = Path(told) / what
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LandbridgeError(
                f"{VARIABLE}={told}: {error.strerror}. Name a folder that can be written."
            ) from error
        return folder
    found = (own_folder(base, *names) for base, names in _candidates(what))
    return next((folder for folder in found if folder is not None), None)


def own_folder(base: Path, *names: str) -> Path | None:
    """A folder below one that is there or can be made, each step of `names` this user's own; None when one is somebody else's.

    Own is: no link, of this user, and not for others to write. Whoever could write the folder that the first step is in could
    put another one in its place, unless that is a folder in which each may only remove what is theirs (as /tmp is).
    """
    try:
        base.mkdir(parents=True, exist_ok=True)
        folder = base.resolve(strict=True)
        if not all(_safe(above) for above in (folder, *folder.parents)):
            return None
        for name in names:
            folder /= name
            try:
                folder.mkdir(mode=0o700)
            except FileExistsError:
                if not _own(folder):
                    return None
        return folder if os.access(folder, os.W_OK | os.X_OK) else None
    except (OSError, RuntimeError):
        return None


def _candidates(what: str) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Folders that are there or can be made, and the steps below each; the best first."""
    with suppress(RuntimeError):  # nobody knows where home is
        yield _user_cache(), ("landbridge", what)
    with suppress(FileNotFoundError):  # there is no temporary folder either
        whose = f"-{os.getuid()}" if _POSIX else ""
        yield Path(tempfile.gettempdir()), (f"landbridge{whose}", what)


def _user_cache() -> Path:
    """The user's folder for what can be made again, as each system has it. Raises RuntimeError where home is unknown."""
    told = os.environ.get("XDG_CACHE_HOME") if _POSIX else os.environ.get("LOCALAPPDATA")
    if told:
        return Path(told)
    home = Path("~").expanduser()
    return home / {"darwin": "Library/Caches", "win32": "AppData/Local"}.get(sys.platform, ".cache")


def _own(folder: Path) -> bool:
    """Whether a folder is one, is this user's, and is not for others to write."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return False
    if not _POSIX:  # a user's folders are closed to others there, and the mode says nothing of it
        return True
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _safe(folder: Path) -> bool:
    """Whether nobody but this user and root can put something else in the place of what is in a folder."""
    if not _POSIX:
        return True
    found = folder.stat()
    each_only_theirs = bool(found.st_mode & stat.S_ISVTX)
    only_owner = not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return found.st_uid in (0, os.getuid()) and (only_owner or each_only_theirs)
