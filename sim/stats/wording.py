"""Differences in words, for a person: never a difference that is not shown, nor one too small to matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from sim.stats.alike import measure_of
from sim.stats.judging import Finding

_DECIMALS_MAX = 4


@dataclass(frozen=True)
class Change:
    """The difference b - a of a measure, with its 95 % interval over n replications, what is found of it, and which side is a bound."""

    measure: str
    unit: str
    a: str
    b: str
    estimate: float
    low: float
    high: float
    replications: int
    finding: Finding
    bound_a: bool = False
    bound_b: bool = False

    @property
    def noun(self) -> str:
        """What the measure is called."""
        return measure_of(self.measure).words

    @property
    def spoken_unit(self) -> str:
        """The unit of the difference, as one says it: of shares, percentage points."""
        scale = measure_of(self.measure).scale
        return scale.of_differences if self.unit == scale.unit else f"{scale.unit} a year"

    @property
    def shown(self) -> bool:
        """Whether it is called a difference."""
        return self.finding is Finding.DIFFERENCE

    @property
    def one_sided(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.low > 0 or self.high < 0

    @property
    def comparative(self) -> str:
        """More or less, as one says it of this measure."""
        scale = measure_of(self.measure).scale
        return scale.more if self.estimate > 0 else scale.less


def clause(change: Change) -> str:
    """A difference as part of a sentence: "P90 0.4 d shorter (0.1 to 0.7)"."""
    noun = change.noun
    match change.finding:
        case Finding.DIFFERENCE:
            return f"{noun} {size(change)} ({bare_span(change)})"
        case Finding.UNCHANGED:
            return f"{noun} unchanged"
        case Finding.TOO_SMALL:
            return f"{noun}: too small to matter ({span(change)})"
        case Finding.NO_INTERVAL:
            return f"{noun} {size(change)}" if change.estimate else f"{noun} unchanged"
        case Finding.NOT_SHOWN:
            many = " among so many comparisons" if change.one_sided else ""
            return f"{noun}: no difference shown{many} ({span(change)})"
        case _:
            return f"{noun}: {change.finding.value}"


def size(change: Change) -> str:
    """The difference without its sign: "0.4 d shorter", "at least 2.1 d longer"."""
    amount = f"{number(abs(change.estimate), change)} {change.spoken_unit}"
    return f"{_bound_words(change)}{amount} {change.comparative}"


def sooner(change: Change) -> str:
    """A difference of times as one says it of freight: "1.9 d (1.5 to 2.3) sooner", "at least 2.1 d later"."""
    return _turned(change, "later", "sooner")


def dearer(change: Change) -> str:
    """A difference of prices: "320 USD/FEU (300 to 340) dearer"."""
    return _turned(change, "dearer", "cheaper")


def _turned(change: Change, more: str, less: str) -> str:
    """The difference without its sign, with its interval where it is shown, and a word that turns with the sign."""
    amount = f"{_bound_words(change)}{number(abs(change.estimate), change)} {change.spoken_unit}"
    interval = f" ({bare_span(change)})" if change.shown else ""
    return f"{amount}{interval} {more if change.estimate > 0 else less}"


def span(change: Change) -> str:
    """The interval with its unit, "0.1 to 0.7 d"."""
    return f"{bare_span(change)} {change.spoken_unit}"


def bare_span(change: Change) -> str:
    """The plain 95 % interval, "0.1 to 0.7", or its end that is known: of the size when a difference is shown, else with its sign."""
    low, high = (-change.high, -change.low) if change.shown and change.high < 0 else (change.low, change.high)
    if isnan(low) or isnan(high):
        return f"at most {number(high, change)}" if isnan(low) else f"at least {number(low, change)}"
    return f"{number(low, change)} to {number(high, change)}"


def note(changes: Sequence[Change]) -> str:
    """Say which figures are lower bounds because freight was under way at the end, if any."""
    late = list(dict.fromkeys(
        name for one in changes for name, bound in ((one.a, one.bound_a), (one.b, one.bound_b)) if bound
    ))  # fmt: skip
    bound = list(dict.fromkeys(one.noun for one in changes if one.bound_a or one.bound_b))
    if not late:
        return ""
    return f"; freight was still under way in {listed(late)}, so {listed(bound)} may differ otherwise"


def listed(names: Sequence[str]) -> str:
    """Write several names: "a, b and c"."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _bound_words(change: Change) -> str:
    """Say where the difference can only be larger."""
    return "at least " if change.shown and _grows(change) else ""


def _grows(change: Change) -> bool:
    """Whether the true difference can only be larger: the one lower bound is on the side that is larger already."""
    if change.bound_a == change.bound_b:
        return False
    return change.bound_b == (change.estimate > 0)


def number(value: float, change: Change) -> str:
    """Write a number with as many decimals as the interval needs not to shrink to a point, nor its ends to 0."""
    decimals = measure_of(change.measure).scale.decimals
    numbers = [change.low, change.high, change.high - change.low]
    if change.shown or isnan(change.low):
        numbers.append(change.estimate)
    telling = [x for x in numbers if x and not isnan(x)]
    while decimals < _DECIMALS_MAX and any(round(x, decimals) == 0 for x in telling):
        decimals += 1
    return f"{value:,.{decimals}f}"
