"""What a quantity as people write it means: the number inside, where the text is plain."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from sim.units.dimensions import DURATION, LENGTH, SIZE, Dimension
from sim.units.numbers import Written, decimal, read_number
from sim.units.unit_words import factor_of

TEXT_MAX = 80
LARGEST = Fraction(10**13)
_SPACES = re.compile("[\u00a0\u2007\u2009\u202f\\s]+")
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([^\W\d]+)")
_PARTS = re.compile(rf"{_PART.pattern}(?:(?:\s*,)?\s*(?:and\s+)?{_PART.pattern})+")

_MONEY_FIRST = re.compile(r"^([A-Z]{3}|(?:US)?[$€£¥₽]) ?([0-9](?:[0-9.,' ]*[0-9])?)(?![0-9])\s*(?=$|/|per )")

Fits = Callable[[float], bool]


@lru_cache(maxsize=8192)
def number_of(text: str, dimension: Dimension, *, change: bool) -> float | None:
    """The number inside that a text means; None when the text is not plain, or its number out of range."""
    found = value_of(text, dimension, change=change)
    if found is None or not _in_range(found, dimension):
        return None
    return int(found) if dimension.whole else float(found)


@lru_cache(maxsize=8192)
def value_of(text: str, dimension: Dimension, *, change: bool = False) -> Fraction | None:
    """Return what a text means in the dimension's inner unit; None when that is not plain."""
    line = one_line(text)
    if len(text) > TEXT_MAX:
        return None
    written = read_number(line)
    if written is None or written.value is None or _is_signed_level(written, dimension, change=change):
        return None
    factor = factor_of(written.rest, dimension)
    if factor is None:
        return _sum_of(line) if dimension is DURATION and _PARTS.fullmatch(line) else None
    return _rounded(written.value * factor + (1 if change and written.sign else 0), dimension)


def one_line(text: str) -> str:
    """Return a text with plain spaces and a plain minus, its currency behind the number."""
    line = _SPACES.sub(" ", text).strip().replace("\u2212", "-").replace("\u2019", "'")
    return _MONEY_FIRST.sub(r"\2 \1", line)


def _sum_of(line: str) -> Fraction | None:
    """Return the seconds of a duration in several units, from the largest to the smallest."""
    parts = [(Fraction(number), factor_of(unit, DURATION)) for number, unit in _PART.findall(line)]
    factors = [factor for _, factor in parts if factor is not None]
    if len(factors) < len(parts) or factors != sorted(set(factors), reverse=True):
        return None
    return _rounded(
        sum((number * factor for number, factor in parts if factor is not None), Fraction(0)), DURATION
    )


def _is_signed_level(written: Written, dimension: Dimension, *, change: bool) -> bool:
    """Say whether a "+" stands before what is a level: it would be taken for a change of it."""
    return written.sign == "+" and not change and dimension.minimum is not None


def _rounded(value: Fraction, dimension: Dimension) -> Fraction:
    """Round times to seconds and lengths to metres; boxes are never cut."""
    return Fraction(round(value)) if dimension in (DURATION, LENGTH) and abs(value) <= LARGEST else value


def _in_range(value: Fraction, dimension: Dimension) -> bool:
    """Whether a number is one that a dimension takes."""
    low = dimension.minimum is None or value >= dimension.minimum
    return low and abs(value) <= LARGEST and (dimension is not SIZE or value.denominator == 1)


def accepts(text: str, dimension: Dimension, *, change: bool, fits: Fits | None) -> bool:
    """Say whether a text is read, and the place takes what it means."""
    value = value_of(text, dimension, change=change)
    if value is None or not _in_range(value, dimension):
        return False
    return fits is None or fits(int(value) if dimension.whole else float(value))


def written_with(value: Fraction, unit: str, sign: str = "") -> str:
    """Write a quantity: the number, and the unit as the user wrote it."""
    number = decimal(abs(value))
    minus = "-" if value < 0 else sign if sign == "+" else ""
    return f"{minus}{number} {unit}".strip()
