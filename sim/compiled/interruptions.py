"""Ctrl-C, and being asked to end, put off while something must not be broken off in the middle: nothing asked is lost."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name))
"""What may ask a process to end, of what this system has."""
_MASKED = hasattr(signal, "pthread_sigmask")
"""Whether signals can be blocked: Windows has no such thing."""


@contextmanager
def put_off(*, deaf_children: bool = False) -> Iterator[None]:
    """Put off what is asked of this process until the block is over; then it is asked again.

    With `deaf_children`, processes that start in the block never hear Ctrl-C: the terminal tells all of them, and it is for
    this one to end them. Only the main thread of a program hears signals; elsewhere there is nothing to put off.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # What is ignored, or ends the process at once, stays so: only what Python would make an exception of is put off.
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    heard = {number: handler for number, handler in handlers.items() if callable(handler)}
    asked: list[int] = []
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ()) if _MASKED else None
    try:
        for one in heard:
            signal.signal(one, lambda number, _: asked.append(number))
        if deaf_children and _MASKED:
            # What is blocked stays so in a new process, also when it becomes another program; a handler does not.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        yield
    finally:
        # What has been held back is asked here, while it is still only noted.
        if mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for one, handler in heard.items():
            signal.signal(one, handler)
        for again in dict.fromkeys(asked):
            signal.raise_signal(again)
