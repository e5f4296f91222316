"""Calls spread over the processes of this machine."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sim.engine import prepare


def spread(
    work: Callable[..., Any], tasks: Sequence[tuple[Any, ...]], *, jobs: int, engine: str
) -> Iterator[Any]:
    """Yield `work(*task)` of every task, in their order, from `jobs` processes; an interruption ends them all."""
    from joblib import Parallel, delayed

    if not tasks:
        return
    prepare(engine)
    calls = (delayed(work)(*task) for task in tasks)
    with _workers_left_alone():
        results = Parallel(n_jobs=min(jobs, len(tasks)), return_as="generator")(calls)
    yield from results


@contextmanager
def _workers_left_alone() -> Iterator[None]:
    """Processes that start meanwhile do not hear Ctrl-C: the terminal tells all of them, and it is for this one to end them.

    A worker that is interrupted while it starts prints a traceback, or leaves the others waiting for it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
