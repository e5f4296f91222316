"""What a column of a plan is, declared beside it: how long, least and most; plan's check, engine and docs follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


@dataclass(frozen=True)
class Column:
    """A column's numbers, one for each of something, or a single number where `each` is empty.

    Numbers of a `kind` are members of a table; those that are numbers `of` something lie below how many there are of it. Those
    that are `firsts` say where the part of each begins in the column `into`; it ends where the next one begins, so there is
    one more. Without `into` what is counted has no column of its own.
    """

    each: str
    meaning: str
    least: int | None = None
    most: int | None = None
    kind: type[IntEnum] | None = None
    of: str = ""
    firsts: bool = False
    into: str = ""

    @property
    def values(self) -> str:
        """Which values it takes, in words."""
        if self.kind is not None:
            return f"of `{self.kind.__name__}`"
        if self.firsts:
            return "rising from 0"
        if self.of:
            return f"which {self.of}" + (f", or {self.least}" if self.least else "")
        if self.least is None:
            return ""
        if self.most is None:
            return {0: "not negative", 1: "positive"}.get(self.least, f"{self.least} or more")
        between = "or" if self.most == self.least + 1 else "to"
        return f"{self.least} {between} {self.most:,}"


def one(meaning: str, least: int | None = None) -> Column:
    """A single number."""
    return Column("", meaning, least)


def per(
    each: str,
    meaning: str,
    least: int | None = None,
    most: int | None = None,
    *,
    kind: type[IntEnum] | None = None,
    of: str = "",
) -> Column:
    """A number for each of something."""
    if of and least is None:
        least = 0
    return Column(each, meaning, least, most, kind, of)


def firsts(each: str, what: str, into: str = "") -> Column:
    """Where the part of each begins in a column of what there are many of for each."""
    meaning = f"number of the first of its {what}" + (f" in `{into}`" if into else "")
    return Column(each, meaning, least=0, firsts=True, into=into)
