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
        ProgressColumn,
        Task,
        TaskID,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        """So many a minute."""

        def render(self, task: Task) -> Text:
            return Text(f"{60 * task.speed:.3g}/min" if task.speed else "")

    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks: list[TaskID] = []

        def show(done: int, total: int) -> None:
            # What was done before a run was resumed says nothing of the speed of now.
            if not tasks:
                tasks.append(bar.add_task(what, total=total, completed=done))
            bar.update(tasks[0], completed=done, total=total)

        yield show


def _lines(what: str, unit: str) -> Callable[[int, int], None]:
    begun = time.monotonic()
    shown_at = [begun]
    before: list[int] = []

    def show(done: int, total: int) -> None:
        now = time.monotonic()
        if not before:
            before.append(done)
            if done:
                print(f"{what}: {done} of {total} {unit} were done before", file=sys.stderr)
        new = done - before[0]
        if not new or (done < total and now - shown_at[0] < 5):
            return
        shown_at[0] = now
        spent_s = max(now - begun, 1e-9)
        print(
            f"{what}: {done} of {total} {unit}, {60 * new / spent_s:.3g}/min, {spent_s:.0f} s, "
            f"about {spent_s / new * (total - done):.0f} s left",
            file=sys.stderr,
        )

    return show
