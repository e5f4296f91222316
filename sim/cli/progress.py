"""Progress on stderr: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_of(what: str, unit: str = "replications") -> Iterator[Callable[[int, int], None]]:
    """Give a function that shows (done, of all), with the rate and the time left; `unit` names what is counted."""
    if sys.stderr.isatty():
        yield from _bar(what)
    else:
        yield _lines(what, unit)


def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _lines(what: str, unit: str) -> Callable[[int, int], None]:
    begun = time.monotonic()
    shown_at = [begun]

    def show(done: int, total: int) -> None:
        now = time.monotonic()
        if done < total and now - shown_at[0] < 5:
            return
        shown_at[0] = now
        left_s = (now - begun) / done * (total - done)
        print(
            f"{what}: {done} of {total} {unit}, {now - begun:.0f} s, about {left_s:.0f} s left",
            file=sys.stderr,
        )

    return show
