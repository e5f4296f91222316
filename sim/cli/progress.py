"""Progress on stderr: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

SHOWN_EVERY_S = 5


class Show(Protocol):
    """Shows how many are done of how many, and at what the work is."""

    def __call__(self, done: int, total: int, at: str = "") -> None:
        """Show it; the first call says what was done before."""


@contextmanager
def progress_of(what: str, unit: str = "replications") -> Iterator[Show]:
    """Give a function that shows (done, of all), with the rate and the time left; `unit` names what is counted."""
    with stages_of((what, unit)) as (show,):
        yield show


@contextmanager
def stages_of(*stages: tuple[str, str]) -> Iterator[Sequence[Show]]:
    """The same for work in several stages, one after the other: a function for each (what, unit)."""
    if sys.stderr.isatty():
        yield from _bars([what for what, _ in stages])
    else:
        yield [_lines(what, unit) for what, unit in stages]


def _bars(stages: Sequence[str]) -> Iterator[Sequence[Show]]:
    """Bars of a terminal, one for each stage."""
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
            """The speed, where it is known."""
            return Text(f"{60 * task.speed:.3g}/min" if task.speed else "")

    class At(ProgressColumn):
        """At what it is: a name of a scenario may have brackets, which are no markup here."""

        def render(self, task: Task) -> Text:
            """What is being done."""
            return Text(str(task.fields["at"]))

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        At(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:

        def shown(what: str) -> Show:
            """How a stage is shown."""
            tasks: list[TaskID] = []

            def show(done: int, total: int, at: str = "") -> None:
                """Move the bar."""
                # What was done before a run was resumed says nothing of the speed of now.
                if not tasks:
                    tasks.append(bar.add_task(what, total=total, completed=done, at=at))
                bar.update(tasks[0], completed=done, total=total, at=at)

            return show

        yield [shown(what) for what in stages]


def _lines(what: str, unit: str) -> Show:
    """Lines now and then, where nobody watches."""
    begun: list[float] = []
    shown_at: list[float] = []
    before: list[int] = []

    def show(done: int, total: int, at: str = "") -> None:
        """Write a line, if the last one is old enough."""
        now = time.monotonic()
        if not before:
            # A stage begins with its first call, not with the stage before it.
            begun.append(now)
            shown_at.append(now)
            before.append(done)
            if done:
                print(f"{what}: {done} of {total} {unit} were done before", file=sys.stderr)
        new = done - before[0]
        if not new or (done < total and now - shown_at[0] < SHOWN_EVERY_S):
            return
        shown_at[0] = now
        spent_s = max(now - begun[0], 1e-9)
        next_one = f", next: {at}" if at else ""
        print(
            f"{what}: {done} of {total} {unit}, {60 * new / spent_s:.3g}/min, {spent_s:.0f} s, "
            f"about {spent_s / new * (total - done):.0f} s left{next_one}",
            file=sys.stderr,
        )

    return show
