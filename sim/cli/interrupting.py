"""Ctrl-C, SIGTERM and SIGHUP end a command at once and in order: with its workers, and with what is done kept."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SOON_S, LATER_S = 0.05, 5.0
"""When to ask again: while something is imported, and where the first time came to nothing."""


class AskedToEnd(KeyboardInterrupt):
    """A signal asks the command to end.

    A type of its own: were it KeyboardInterrupt itself, Python would end as if nobody had caught it once it came by `exec`.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(number)


@contextmanager
def heard() -> Iterator[None]:
    """Raise AskedToEnd in the block when one of SIGNALS comes.

    What is ignored (as SIGHUP is under nohup), or somebody else's business, stays so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual = (signal.SIG_DFL, signal.default_int_handler)
    mine = {number: signal.getsignal(number) for number in SIGNALS}
    mine = {number: handler for number, handler in mine.items() if handler in usual}
    over = threading.Event()

    def hear(number: int, frame: FrameType | None) -> None:
        """End when it is safe to, and ask again until then."""
        if _imports(frame):
            # Half-imported packages make other errors of it, print it, or forget it.
            _again(number, SOON_S, over)
        elif _is_ending(sys.exception()):
            _again(number, LATER_S, over)
        else:
            # Where nobody takes exceptions (a finalizer, a callback from C) it is only printed.
            _again(number, LATER_S, over)
            raise AskedToEnd(number)

    try:
        for number in mine:
            signal.signal(number, hear)
        yield
    finally:
        over.set()
        for number, handler in mine.items():
            signal.signal(number, handler)


def _again(number: int, seconds: float, over: threading.Event) -> None:
    """Ask once more after a while, unless it is over then."""

    def ask() -> None:
        """Send the signal again after a while, unless it is over."""
        if not over.wait(seconds):
            os.kill(os.getpid(), number)

    threading.Thread(target=ask, daemon=True).start()


def _imports(frame: FrameType | None) -> bool:
    """Whether a package is being imported where the program is."""
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False


def _is_ending(error: BaseException | None) -> bool:
    """Whether the program is at what is to be done before it ends: an interruption is on its way."""
    while error is not None:
        if isinstance(error, AskedToEnd):
            return True
        error = error.__context__
    return False
