"""Where compiled code is kept: to read it is to run it, so only in a folder that nobody else can write."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from multiprocessing import current_process
from pathlib import Path

from sim.compiled import own_folder

VARIABLE = "NUMBA_CACHE_DIR"
"""Where the compiler looks for its folder. Who sets it answers for it."""
_COMPILED = "fast.tell-*.nbi"


def prepared_folder() -> Path | None:
    """Make ready a folder for compiled code and tell the compiler; None when there is none of one's own.

    It is the user's cache, else one below the temporary folder.
    """
    if os.environ.get(VARIABLE):
        return Path(os.environ[VARIABLE])
    # Each state of the code has its own: the compiler sees when its file is another, but not when the shared functions are
    # that it puts into the compiled code.
    here = Path(__file__).parent
    code = code_digest([here / "fast.py", *sorted((here.parent / "contract").glob("*.py"))])
    for base, names in _candidates(code):
        folder = own_folder(base, *names)
        if folder is not None:
            os.environ[VARIABLE] = str(folder)
            return folder
    os.environ.pop(VARIABLE, None)
    return None


def code_digest(files: Iterable[Path]) -> str:
    """Twelve figures that tell one state of the code from another."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def say_what_takes_long() -> None:
    """Say on the log that what follows takes long: the first time on a machine, or every time where nothing is kept."""
    log, folder = logging.getLogger("sim"), os.environ.get(VARIABLE)
    if folder and not any(Path(folder).rglob(_COMPILED)):
        log.warning("compiling the fast engine, once on this machine: about half a minute")
    # A worker says nothing that the process which started it has said.
    elif not folder and current_process().name == "MainProcess":
        log.warning(
            "compiling the fast engine in memory, as every time: about half a minute, in each process. There is no folder for "
            f"compiled code that only this user can write; make one, and set {VARIABLE} to it"
        )


def _candidates(code: str) -> Iterable[tuple[Path, tuple[str, ...]]]:
    with suppress(RuntimeError):  # nobody knows where home is
        cache = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
        yield Path(cache), ("landbridge", "numba", code)
    with suppress(FileNotFoundError):  # there is no temporary folder either
        yield Path(tempfile.gettempdir()), (f"landbridge-numba-{os.getuid()}-{code}",)
