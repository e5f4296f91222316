"""Work done in this process: by the thread that asks, or by several that share its memory."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

_Numbered = tuple[int, Any]
LONG_S = 1.0
"""Work that takes longer loses nothing by waiting for its end, which takes a thirtieth of that."""
NAMED = "replications"
"""How the threads are called, before their number."""
WAITS_S = 0.05
"""How often a thread whose results nobody takes looks whether anybody still wants them."""


def in_threads(
    work: Callable[..., Any], tasks: Sequence[tuple[Any, ...]], jobs: int, end: Callable[[Any], Any]
) -> Generator[_Numbered, None, None]:
    """Yield the number and the result of each task as it is done. When it is closed, threads end after what they are at."""
    todo, over = enumerate(tasks), threading.Event()
    jobs = min(jobs, len(tasks))
    if jobs == 1:
        # Interrupted at once, and seen by debuggers.
        yield from _one_by_one(work, todo, end, over)
        return
    # No thread is far ahead of who takes the results: they may be large.
    results: queue.Queue[_Numbered | BaseException | None] = queue.Queue(jobs)
    ours = [
        threading.Thread(
            target=_serve, args=(work, todo, end, over, results), name=f"{NAMED} {number}", daemon=True
        )
        for number in range(jobs)
    ]
    try:
        for one in ours:
            one.start()
        working = jobs
        while working:
            found = results.get()
            if found is None:
                working -= 1
            elif isinstance(found, BaseException):
                raise found
            else:
                yield found
    finally:
        over.set()
        for one in ours:
            if one.ident is not None:
                one.join()


def _serve(
    work: Callable[..., Any],
    todo: Iterator[tuple[int, tuple[Any, ...]]],
    end: Callable[[Any], Any],
    over: threading.Event,
    results: queue.Queue[_Numbered | BaseException | None],
) -> None:
    """In a thread: do tasks until there are none, one fails, or it is over; None says that there are no more results."""
    try:
        for found in _one_by_one(work, todo, end, over):
            _give(found, results, over)
        _give(None, results, over)
    except BaseException as error:
        _give(error, results, over)


def _give(
    found: _Numbered | BaseException | None,
    results: queue.Queue[_Numbered | BaseException | None],
    over: threading.Event,
) -> None:
    """Hand over a result, unless nobody takes results any more."""
    while not over.is_set():
        try:
            results.put(found, timeout=WAITS_S)
        except queue.Full:
            continue
        return


def _one_by_one(
    work: Callable[..., Any],
    todo: Iterator[tuple[int, tuple[Any, ...]]],
    end: Callable[[Any], Any],
    over: threading.Event,
) -> Generator[_Numbered, None, None]:
    """Do the next tasks; what `end` waits for goes on beside the next one, unless that takes long."""
    waiting: list[_Numbered] = []
    for number, task in todo:
        if over.is_set():
            return
        start_s = time.monotonic()
        try:
            waiting.append((number, work(*task)))
        except Exception:
            # What was done before it is not lost.
            yield from ((earlier, end(begun)) for earlier, begun in waiting)
            raise
        # A result that took long is not held back, and not lost by an interruption.
        behind = 0 if time.monotonic() - start_s > LONG_S else 1
        while len(waiting) > behind:
            earlier, begun = waiting.pop(0)
            yield earlier, end(begun)
    yield from ((number, end(begun)) for number, begun in waiting)
