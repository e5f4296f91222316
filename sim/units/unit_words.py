"""The unit behind a number, in whatever spelling: "TEU per month", "USD/FEU/km", "t-km", "pairs of trains a day"."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from sim.units.dimensions import DIMENSIONS, EMISSION, SPELLINGS, WORDS, Dimension, Word

_FOLDED = {spelling.casefold(): word for spelling, word in WORDS.items()}
_NOT_FOLDED = frozenset("M")
"""Letters that mean something else as capitals."""
_REWRITTEN = [
    (re.compile(pattern, re.IGNORECASE), by)
    for pattern, by in (
        (r"\bper ?cent\b", "percent"),
        (r"\bper ?mille?\b", "permille"),
        (r"\bpairs? of trains\b|\btrain[ -]pairs?\b", "pairs"),
        (r"\bmetric ton(ne)?s?\b", "t"),
        (r"\bnautical miles?\b", "nmi"),
        (r"\b(kn|knots?)\b", "nmi/h"),
        (r"\bmph\b", "mi/h"),
        (r"\b(kph|kmh)\b", "km/h"),
        (r"\btkm\b", "t-km"),
        (r"\s*\bp\.? ?a\.?(?!\w)", "/year"),
        (r"\s*/\s*|(?:^|\s+)(?:per|an?)\s+", "/"),
    )
]
_EQUIVALENT = re.compile(r"\s*CO2[- ]?eq?\b", re.IGNORECASE)
_JOINTS = re.compile(r"\s*[-·*]\s*|\s+")


class Unit(NamedTuple):
    """A unit taken apart: the kinds above and below the stroke, its factor, and the words that nobody knows."""

    above: tuple[str, ...]
    below: tuple[str, ...]
    factor: Fraction
    unknown: tuple[str, ...]


def word_of(spelling: str) -> Word | None:
    """Return what a word means, in lower or upper case where that makes no difference; None if it is not known."""
    found = WORDS.get(spelling)
    return _FOLDED.get(spelling.casefold()) if found is None and spelling not in _NOT_FOLDED else found


def tidy(unit: str, dimension: Dimension) -> str:
    """Write a unit with strokes and single words: "per week" is "/week", "train pairs" are "pairs"."""
    text = _EQUIVALENT.sub("", unit) if dimension is EMISSION else unit
    for pattern, by in _REWRITTEN:
        text = pattern.sub(by, text)
    return text.strip()


def words_in(part: str) -> list[str]:
    """Split one side of a stroke into its words."""
    return [word for word in _JOINTS.split(part.strip("() ")) if word]


@lru_cache(maxsize=4096)
def take_apart(unit: str, dimension: Dimension) -> Unit:
    """Take a unit apart, as it stands in a quantity of a dimension."""
    top, *bottoms = tidy(unit, dimension).split("/")
    factor = Fraction(1)
    sides: tuple[list[str], list[str]] = ([], [])
    unknown = []
    for side, text, power in ((0, top, 1), *((1, bottom, -1) for bottom in bottoms)):
        names = [] if side == 0 and text.strip() == "1" else words_in(text)
        unknown += [""] if side and not names else []
        for name in names:
            word = word_of(name)
            if word is None:
                unknown.append(name)
                continue
            factor *= word.factor**power
            sides[side].append(word.kind)
    above, below = ([kind for kind in sorted(side) if kind not in ("scale", "event")] for side in sides)
    if "event" in sides[0] and (above or not below):
        above.append("event")
    return Unit(tuple(above), tuple(below), factor, tuple(unknown))


def fits(unit: Unit, dimension: Dimension) -> bool:
    """Say whether a unit is of a dimension."""
    return not unit.unknown and (unit.above, unit.below) == (dimension.above, dimension.below)


@lru_cache(maxsize=4096)
def factor_of(unit: str, dimension: Dimension) -> Fraction | None:
    """How many inner units one of a unit is; None if it is none of the dimension."""
    taken = take_apart(unit, dimension)
    if not unit or not fits(taken, dimension):
        return None
    return taken.factor / take_apart(dimension.inner, dimension).factor if dimension.inner else taken.factor


def dimension_of(unit: str) -> Dimension | None:
    """Return the dimension of a unit, None if there is none."""
    return next((dimension for dimension in DIMENSIONS if fits(take_apart(unit, dimension), dimension)), None)


def pattern(dimension: Dimension) -> str:
    """Return a regular expression (of JSON Schema) that what is read as a quantity of the dimension matches.

    It is for editors, which mark what does not match while it is typed; it lets pass a few texts that are refused then.
    """
    number = r"[-+−]?[0-9.][0-9.,_'’\s]*(?:[eE][-+]?[0-9]+)?"
    unit = _side(dimension.above)
    if dimension.above == ("size",):
        unit = rf"(?:(?:{'|'.join(SPELLINGS['scale'])})\s+)?{unit}"
    if not dimension.above:
        unit = rf"(?:{'|'.join(SPELLINGS['event'])})?"
    if dimension is EMISSION:
        unit += r"(?:\s*CO2-?eq?)?"
    if dimension.below:
        unit += rf"\s*(?:(?:/|[Pp][Ee][Rr]|[Aa]n?)\s*|\()+{_side(dimension.below)}(?:(?:-|/|\s|[Pp][Ee][Rr])+{_side(dimension.below)})*\)?"
    one = rf"{number}\s*{unit}"
    return rf"^\s*{one}\s*$" if dimension.above != ("time",) else rf"^\s*{one}(?:[\s,]*(?:and\s)?{one})*\s*$"


def _side(kinds: tuple[str, ...]) -> str:
    """Pattern of any spelling of some kinds of unit, in lower or upper case too."""
    names = [spelling for kind in kinds for spelling in SPELLINGS[kind]]
    names += [name.upper() for name in names] + [name.lower() for name in names]
    return f"(?:{'|'.join(map(re.escape, dict.fromkeys(names)))})"
