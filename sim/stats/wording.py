"""Differences in words, for a person: never a difference where the interval contains 0."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan


@dataclass(frozen=True)
class Noun:
    """How a measure is spoken of: its name, the words for more and less, its unit and least decimals."""

    name: str
    more: str
    less: str
    unit: str
    decimals: int


_TIME = ("longer", "shorter", "d", 1)
_POINTS = ("higher", "lower", "percentage points", 1)
_TEU = ("more", "less", "TEU", 0)
NOUNS: dict[str, Noun] = {
    "transit_time.mean": Noun("mean transit time", *_TIME),
    "transit_time.p10": Noun("P10", *_TIME),
    "transit_time.p50": Noun("P50", *_TIME),
    "transit_time.p90": Noun("P90", *_TIME),
    "transit_time.p95": Noun("P95", *_TIME),
    "buffer.index": Noun("buffer index", *_POINTS),
    "on_time.share": Noun("on-time share", *_POINTS),
    "deadline.share": Noun("share within the deadline", *_POINTS),
    "delivered": Noun("delivered freight", *_TEU),
    "refused": Noun("refused freight", *_TEU),
    "under_way": Noun("freight under way", *_TEU),
    "rerouted": Noun("rerouted freight", *_TEU),
    "corridor.share": Noun("share of freight", *_POINTS),
    "cost.per_feu": Noun("cost", "higher", "lower", "USD/FEU", 0),
    "time_cost.per_feu": Noun("cost of time", "higher", "lower", "USD/FEU", 0),
    "emissions.per_feu": Noun("emissions", "higher", "lower", "kg CO2e/FEU", 0),
    "load.factor": Noun("load factor", *_POINTS),
}
_DECIMALS_MAX = 4


@dataclass(frozen=True)
class Change:
    """The difference b - a of a measure, with its 95 % interval over n pairs, and which side is a lower bound."""

    measure: str
    unit: str
    a: str
    b: str
    estimate: float
    low: float
    high: float
    replications: int
    bound_a: bool = False
    bound_b: bool = False

    @property
    def noun(self) -> Noun:
        """Words for the measure."""
        return NOUNS.get(self.measure) or Noun(self.measure, "higher", "lower", self.unit, 2)

    @property
    def unchanged(self) -> bool:
        """Whether every pair is equal."""
        return (
            self.replications > 0 and self.estimate == 0 and (isnan(self.low) or self.low == self.high == 0)
        )

    @property
    def shown(self) -> bool:
        """Whether the interval leaves 0 out: only then it is called a difference."""
        return self.low > 0 or self.high < 0

    @property
    def comparative(self) -> str:
        """More or less, as one says it of this measure."""
        return self.noun.more if self.estimate > 0 else self.noun.less


def subject(corridor: str, direction: str = "all", chain: str = "all", cargo: str = "all") -> str:
    """Name the freight: "northern", "northern westbound machinery", "all corridors"."""
    named = ["all corridors" if corridor == "all" and chain == "all" else "" if chain != "all" else corridor]
    named += [
        part for part in (f"chain {chain}" if chain != "all" else "all", direction, cargo) if part != "all"
    ]
    return " ".join(part for part in named if part)


def sentence(about: str, change: Change) -> str:
    """One line on a difference: its size and interval, or that none is shown; the freight is named by `about`."""
    what = f"{about} {change.noun.name}"
    if change.replications == 0:
        return f"{what}: nothing to compare with {change.a}, no replication has freight in both"
    if change.unchanged:
        return f"{what} the same as {change.a} in every replication ({count(change)})"
    if change.replications == 1:
        return f"{what} {size(change)} than {change.a} in one replication: without an interval no difference is shown"
    if not change.shown:
        return f"{what}: no difference from {change.a} shown, the interval {span(change)} contains 0 ({count(change)}){note(change)}"
    return (
        f"{what} {size(change)} than {change.a} (95 % interval {span(change)}; {count(change)}){note(change)}"
    )


def size(change: Change) -> str:
    """The difference without its sign: "0.4 d shorter", "at least 2.1 d longer"."""
    amount = f"{number(abs(change.estimate), change)} {change.noun.unit}"
    return f"{_bound_words(change)}{amount} {change.comparative}"


def span(change: Change) -> str:
    """The interval with its unit, "0.1 to 0.7 d"."""
    return f"{bare_span(change)} {change.noun.unit}"


def bare_span(change: Change) -> str:
    """The interval, "0.1 to 0.7": of the difference's size when one is shown, else with its sign."""
    low, high = (-change.high, -change.low) if change.high < 0 else (change.low, change.high)
    return f"{number(low, change)} to {number(high, change)}"


def count(change: Change) -> str:
    """Say over how many pairs."""
    return f"n = {change.replications}"


def note(change: Change) -> str:
    """Say what freight under way did to the difference, if anything."""
    late = [name for name, bound in ((change.a, change.bound_a), (change.b, change.bound_b)) if bound]
    if not late:
        return ""
    if len(late) == 1 and (_grows(change) and change.shown):
        return f", because freight was still under way in {late[0]}"
    held = "figure is a lower bound" if len(late) == 1 else "figures are lower bounds"
    return f"; freight was still under way in {' and '.join(late)}, whose {held}, so the true difference may be another"


def _bound_words(change: Change) -> str:
    return "at least " if change.shown and _grows(change) else ""


def _grows(change: Change) -> bool:
    """Whether the true difference can only be larger: the one lower bound is on the side that is larger already."""
    if change.bound_a == change.bound_b:
        return False
    return change.bound_b == (change.estimate > 0)


def number(value: float, change: Change) -> str:
    """Write a number with as many decimals as the interval needs not to shrink to a point, nor its ends to 0."""
    decimals = change.noun.decimals
    numbers = [change.low, change.high, change.high - change.low]
    if change.shown or isnan(change.low):
        numbers.append(change.estimate)
    telling = [x for x in numbers if x and not isnan(x)]
    while decimals < _DECIMALS_MAX and any(round(x, decimals) == 0 for x in telling):
        decimals += 1
    return f"{value:,.{decimals}f}"
