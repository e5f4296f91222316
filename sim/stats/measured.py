"""What a measure is, and the tables in which measures are declared: each a row, and the function that makes it of freight.

Everything that is known of a measure is in its row: names and units in tables and files, headings, words of verdicts, decimals, what of
a difference matters, in which sentences it is told, its line of the docs. To add one is to write a row above a function, in one file:
`measures.py` for measures of freight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple, TypeVar

from sim.errors import LandbridgeError

Made = TypeVar("Made", bound=Callable[..., Any])
ALL = "all"
"""Where corridors, directions, chains, cargo or flows are pooled."""


class Nature(Enum):
    """What kind of number a measure is: how it is summed up over replications, and what it is of no freight."""

    AMOUNT = "an amount: 0 where there is no freight; never below 0"
    PORTION = "a part of all freight: 0 where there is none of it, missing where there is no freight at all; 0 to 100 %"
    SHARE = "a share of what there is: missing where there is nothing; 0 to 100 %"
    MEAN = "a mean over freight: missing where there is none; never below 0"
    QUANTILE = "a quantile over freight: missing where there is none; never below 0"
    CHANGE = "a sum of changes: 0 where there is no freight; of either sign"
    SHIFT = "a mean or largest change: missing where there is no freight; of either sign"


class Of(Enum):
    """Of what a measure is one: so it is compared between scenarios."""

    CONSIGNMENTS = "single consignments: over like freight, the same weight on both sides"
    CELL = "all that goes in a cell: the cells of both sides"
    FREIGHT = "a cell beside all other freight: the parts of the freight that is compared"
    DEPARTURES = "departures: the cells of both sides"


class Least(Enum):
    """In what the least difference that matters is given (`Matters`)."""

    DAYS = "days of transit time"
    POINTS = "percentage points"
    FREIGHT = "percentage points of all freight"
    PERCENT = "percent of the value in the first scenario"


class Told(Enum):
    """Where a difference of a measure is told, beside the files that have them all."""

    ALL_FREIGHT = "the sentence on all freight"
    CORRIDORS = "sentences on corridors"
    CHAINS = "sentences on chains"
    PARTS = "sentences on flows, cargo and directions"
    WITHIN = "corridors of one scenario beside one another"
    TABLE = "the short table of differences"


@dataclass(frozen=True)
class Scale:
    """How numbers of a unit are written and spoken of: words for more and less, unit of a difference, decimals, what matters."""

    unit: str
    more: str
    less: str
    of_differences: str
    decimals: int
    least: Least


TIME = Scale("d", "longer", "shorter", "d", 1, Least.DAYS)
PART = Scale("%", "higher", "lower", "percentage points", 1, Least.POINTS)
VOLUME = Scale("TEU", "more", "less", "TEU", 0, Least.FREIGHT)
PRICE = Scale("USD/FEU", "higher", "lower", "USD/FEU", 0, Least.PERCENT)
CARBON = Scale("kg CO2e/FEU", "higher", "lower", "kg CO2e/FEU", 0, Least.PERCENT)


class Figure(NamedTuple):
    """A value, whether it is only a lower bound because freight under way entered with its age, and of how many it is.

    `behind` is -1 where it is of all that the cell carries.
    """

    value: float
    lower_bound: bool = False
    behind: int = -1


@dataclass(frozen=True)
class Measure:
    """One measure.

    `title` and `meaning` are for tables and docs, `noun` (the title, if not given) for sentences, `heading` for short tables ("": it is
    in none) where it stands at `place` (among equals in the order of declaration), with its interval or without. `quantiles` are those
    that it rests on, which need enough consignments. `grows`: it grows with the measured time, and is a rate where times differ.
    `made` makes it; what of, its table says.
    """

    name: str
    scale: Scale
    title: str
    meaning: str
    nature: Nature
    made: Callable[..., Any]
    noun: str = ""
    heading: str = ""
    place: int = 0
    with_interval: bool = False
    told: tuple[Told, ...] = ()
    quantiles: tuple[float, ...] = ()
    of: Of = Of.CONSIGNMENTS
    grows: bool = False

    @property
    def unit(self) -> str:
        """The unit of its values."""
        return self.scale.unit

    @property
    def words(self) -> str:
        """What it is called in a sentence."""
        return self.noun or self.title


class Measures(Mapping[str, Measure]):
    """Measures of one kind by name, in the order in which they are declared."""

    def __init__(self, title: str) -> None:
        self.title = title
        """Of what they are, and in which files: the heading of their table in the docs."""
        self._declared: dict[str, Measure] = {}

    def measure(
        self, name: str, scale: Scale, title: str, meaning: str, nature: Nature, **more: Any
    ) -> Callable[[Made], Made]:
        """Declare a measure above the function that makes it. Raises LandbridgeError when there is one of this name."""

        def declare(made: Made) -> Made:
            """Enter the row, and leave the function as it is."""
            if name in self._declared:
                raise LandbridgeError(f'a measure "{name}" is declared already: give this one another name')
            self._declared[name] = Measure(name, scale, title, meaning, nature, made, **more)
            return made

        return declare

    def __getitem__(self, name: str) -> Measure:
        return self._declared[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._declared)

    def __len__(self) -> int:
        return len(self._declared)

    def of(self, *kinds: Of) -> list[Measure]:
        """The measures that are of these."""
        return [one for one in self.values() if one.of in kinds]

    def told(self, where: Told) -> list[str]:
        """Names of the measures that are told there."""
        return [one.name for one in self.values() if where in one.told]

    def headed(self) -> list[Measure]:
        """The measures of short tables, in their places there."""
        return sorted((one for one in self.values() if one.heading), key=lambda one: one.place)
