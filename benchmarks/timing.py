"""Seconds of a piece of work, and tables of what was measured."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Table:
    """One table of the page: a title, heads of columns, rows of text, and notes under it."""

    title: str
    heads: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def as_markdown(self) -> str:
        """The table with its title and notes."""
        lines = [
            f"### {self.title}",
            "",
            _line(self.heads),
            _line(["---"] + ["---:"] * (len(self.heads) - 1)),
        ]
        lines += [_line(row) for row in self.rows]
        for note in self.notes:
            lines += ["", note]
        return "\n".join(lines)


@dataclass(frozen=True)
class Target:
    """What was aimed at and what was found: a number, as a rule a ratio, that should be at least so much, or at most."""

    words: str
    found: float | None
    least: float | None = None
    most: float | None = None
    unit: str = "×"

    @property
    def verdict(self) -> str:
        """Met, missed or not measured."""
        if self.found is None:
            return "not measured"
        low = self.least is not None and self.found < self.least
        high = self.most is not None and self.found > self.most
        return "**missed**" if low or high else "met"


def _line(cells: Any) -> str:
    return "| " + " | ".join(cells) + " |"


def best_s(work: Callable[[], Any], repeats: int) -> tuple[float, Any]:
    """Fewest seconds of some runs of the work, and what its last run gave.

    The least, not the mean: other programs on the machine can only add to it.
    """
    least = float("inf")
    found = None
    for _ in range(repeats):
        found = None
        gc.collect()
        begun = time.perf_counter()
        found = work()
        least = min(least, time.perf_counter() - begun)
    return least, found


def seconds(value: float) -> str:
    """Seconds as people read them."""
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"


def times(value: float) -> str:
    """A ratio with two or three figures."""
    return f"{value:.0f}×" if value >= 10 else f"{value:.2g}×"
