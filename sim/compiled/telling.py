"""What is told while something is compiled: a line on the log, and on a terminal a bar."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import current_process

from sim.compiled.folder import VARIABLE

Show = Callable[[int, int], None]
"""Shows that so many functions are compiled, of so many."""
_WIDTH = 30


@contextmanager
def told(what: str, takes: str, *, kept: bool) -> Iterator[Show]:
    """Say that `what` is compiled, which `takes` long: the first time on a machine, or every time where nothing is kept.

    A worker says nothing that the process which started it has said.
    """
    first = current_process().name == "MainProcess"
    if kept:
        logging.getLogger("sim").warning(f"compiling {what}, once on this machine: {takes}")
    elif first:
        logging.getLogger("sim").warning(
            f"compiling {what} in memory, as every time: {takes}, in each process. There is no folder for "
            f"compiled code that only this user can write; make one, and set {VARIABLE} to it"
        )
    if not (first and sys.stderr.isatty()):
        yield lambda done, total: None
        return
    try:
        yield _show
    finally:
        sys.stderr.write("\r\x1b[K")  # the bar goes when all is done
        sys.stderr.flush()


def _show(done: int, total: int) -> None:
    """Write the bar over the one before."""
    full = _WIDTH * done // max(total, 1)
    sys.stderr.write(f"\r[{'#' * full}{' ' * (_WIDTH - full)}] {done} of {total} functions")
    sys.stderr.flush()
