"""The rules by name, and how a log that breaks one is told of."""

from __future__ import annotations

from dataclasses import dataclass

RULES = {
    "form": "every row has the columns of its kind",
    "order": "rows stand in order of time",
    "conservation": "a consignment is released once, in one place at a time, and delivered or refused once or under way",
    "choice": "a consignment takes the open chain that is first or worth most to it, from what was known; refused when none is",
    "capacity": "no more TEU aboard than loaded at the terminal, or with the spare room on the way",
    "fleet": "a vehicle leaves from where one is, and runs empty when it has idled too long or is called, and only then",
    "dispatch": "a trip leaves when its rule says, with all that fits",
    "turn": "express before ordinary, then first come, first served; nobody waits where it is free",
    "headway": "a gate keeps its minimum headway",
    "servers": "no more trips are handled than there are servers",
    "closure": "nothing passes, starts or departs while closed",
    "work": "work takes the plan's draws, over the calendar",
    "causes": "every second has its cause, and they sum exactly to the transit time",
    "acts": "a consignment is held where a policy's act is in force, for its time",
}
MOST_SHOWN = 16
"""Rows of an entity that a violation shows."""


@dataclass(frozen=True)
class Violation:
    """A rule of `RULES` that a log breaks: by whom, at which second (-1: a row's form, whatever the time), and how.

    `rows` are those of whoever broke it, as text.
    """

    rule: str
    who: str
    at_s: int
    words: str
    rows: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return "rule: who at second t: words", and below it the first rows of whoever broke it."""
        when = f" at second {self.at_s}" if self.at_s >= 0 else ""
        shown = "".join(f"\n    {line}" for line in self.rows[:MOST_SHOWN])
        more = f"\n    and {len(self.rows) - MOST_SHOWN} more" if len(self.rows) > MOST_SHOWN else ""
        return f"{self.rule}: {self.who}{when}: {self.words}{shown}{more}"
