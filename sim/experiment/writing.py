"""How far the writing of run folders is: a step for each part of a table, for the measures, and for each thing added."""

from __future__ import annotations

from collections.abc import Callable

Writing = Callable[[int, int, str], None]
"""Called with the steps done, the steps in all, and what is written now (empty at the end)."""


class Steps:
    """Counts what is written of all run folders together, and tells it."""

    def __init__(self, total: int, tell: Writing | None) -> None:
        """Of `total` steps; `tell` hears of them."""
        self.total = total
        self.done = -1
        self._tell = tell

    def begin(self, what: str, of: str) -> None:
        """A step begins: what is written now of which run; the step before is done."""
        self.done += 1
        self._told(f"{what} of {of}")

    def end(self) -> None:
        """All is written; parts that were not there count as done."""
        self.done = self.total
        self._told("")

    def _told(self, at: str) -> None:
        """Say what is being written."""
        if self._tell is not None:
            self._tell(self.done, self.total, at)
