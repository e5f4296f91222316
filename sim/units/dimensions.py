"""Kinds of quantity, and the words of their units as people write them.

Inside the program: time in seconds, length in metres, size in TEU, capacity in vehicles per day, money in USD,
mass in tonnes, greenhouse gases in kg CO2e. A year has 365 days, a month is a twelfth and a quarter a fourth of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

MINUTE_S = 60
HOUR_S = 3_600
DAY_S = 86_400
WEEK_S = 7 * DAY_S
YEAR_S = 365 * DAY_S
MONTH_S = YEAR_S // 12
QUARTER_S = YEAR_S // 4
TEU_PER_FEU = 2
CENTS = 100
"""Of a dollar: prices are whole cents where runs compare them."""
METRES_PER_MILE = Fraction("1609.344")
METRES_PER_NAUTICAL_MILE = 1_852
GRAMS_PER_POUND = Fraction("453.59237")


@dataclass(frozen=True)
class Word:
    """One word of a unit: what kind of thing it counts, and how many of the kind's first word it is."""

    kind: str
    usual: str
    factor: Fraction


_WORDS: dict[str, dict[str, tuple[int | Fraction, str]]] = {
    "time": {
        "s": (1, "sec secs second seconds"),
        "min": (MINUTE_S, "mins minute minutes"),
        "h": (HOUR_S, "hr hrs hour hours"),
        "day": (DAY_S, "d days"),
        "week": (WEEK_S, "weeks wk wks"),
        "month": (MONTH_S, "months mth mths"),
        "quarter": (QUARTER_S, "quarters"),
        "year": (YEAR_S, "years yr yrs y"),
    },
    "length": {
        "m": (1, "metre metres meter meters"),
        "km": (1_000, "kms kilometre kilometres kilometer kilometers"),
        "mi": (METRES_PER_MILE, "mile miles"),
        "nmi": (METRES_PER_NAUTICAL_MILE, "nm"),
    },
    "size": {"TEU": (1, "TEUs"), "FEU": (TEU_PER_FEU, "FEUs"), "kTEU": (1_000, "")},
    # A pair is a train in each direction, and capacities count trains in each direction: 8 pairs are 8 trains.
    "vehicle": {
        thing: (1, f"{thing[:-1]} {more}")
        for thing, more in {
            "trains": "", "pairs": "", "sailings": "", "trips": "", "vehicles": "", "departures": "", "trucks": "", "slots": "",
            "paths": "", "vessels": "", "ships": "",
        }.items()
    },
    "event": {"times": (1, "time event events")},
    "money": {"USD": (1, "US$")},
    "mass": {"g": (1, "gram grams"), "kg": (1_000, "kilogram kilograms"), "t": (10**6, "tonne tonnes"), "lb": (GRAMS_PER_POUND, "lbs")},
    "part": {"%": (Fraction(1, 100), "percent pct"), "permille": (Fraction(1, 1000), "‰")},
    "scale": {"thousand": (1_000, ""), "million": (10**6, "mln")},
}  # fmt: skip
WORDS = {
    spelling: Word(kind, usual, Fraction(factor))
    for kind, words in _WORDS.items()
    for usual, (factor, others) in words.items()
    for spelling in (usual, *others.split())
}
"""Every spelling, and what it means."""
SPELLINGS = {kind: [s for s, word in WORDS.items() if word.kind == kind] for kind in _WORDS}
"""Spellings by kind, the usual one of each word first."""


@dataclass(frozen=True, eq=False)
class Dimension:
    """What kind of quantity: its name in messages, what its units multiply and divide, an example that works.

    `inner` is the unit inside the program, `usual` are the units that a number without one most likely has.
    """

    name: str
    above: tuple[str, ...]
    below: tuple[str, ...]
    example: str
    inner: str
    usual: tuple[str, ...]
    whole: bool = False
    minimum: Fraction | None = Fraction(0)

    @property
    def title(self) -> str:
        """The name with its article."""
        return f"{'an' if self.name[0] in 'aeiou' else 'a'} {self.name}"


DURATION = Dimension("duration", ("time",), (), "36 h", "s", ("h", "d"), whole=True)
LENGTH = Dimension("length", ("length",), (), "836 km", "m", ("km",), whole=True)
SPEED = Dimension("speed", ("length",), ("time",), "950 km/day", "km/day", ("km/day", "km/h"))
SIZE = Dimension("size", ("size",), (), "41 FEU", "TEU", ("FEU", "TEU"), whole=True)
CAPACITY = Dimension(
    "capacity", ("vehicle",), ("time",), "8 trains/day", "trains/day", ("trains/day", "trains/week")
)
VOLUME = Dimension(
    "volume", ("size",), ("time",), "272157 TEU/year", "TEU/day", ("TEU/year", "TEU/month", "TEU/week")
)
FREQUENCY = Dimension("frequency", (), ("time",), "2 /year", "/day", ("/year", "/month"))
SHARE = Dimension("share", ("part",), (), "25 %", "", ("%",))
MONEY = Dimension("amount of money", ("money",), (), "150 USD", "USD", ("USD",))
PRICE = Dimension(
    "price per container",
    ("money",),
    ("size",),
    "3250 USD/FEU",
    "USD/FEU",
    ("USD/FEU", "USD/TEU"),
    minimum=None,
)
SPREAD = Dimension(
    "spread of prices", ("money",), ("size",), "2500 USD/FEU", "USD/FEU", ("USD/FEU", "USD/TEU")
)
TARIFF = Dimension(
    "tariff", ("money",), ("length", "size"), "0.24 USD/FEU-km", "USD/FEU-km", ("USD/FEU-km", "USD/TEU-km")
)
TIME_VALUE = Dimension(
    "value of time",
    ("money",),
    ("size", "time"),
    "120 USD/FEU-day",
    "USD/FEU-day",
    ("USD/FEU-day", "USD/TEU-day"),
)
MASS = Dimension("cargo mass", ("mass",), ("size",), "16 t/FEU", "t/FEU", ("t/FEU", "t/TEU"))
EMISSION = Dimension(
    "emission factor", ("mass",), ("length", "mass"), "19 g/t-km", "g CO2e/t-km", ("g/t-km", "kg/t-km")
)
DIMENSIONS = (
    DURATION, LENGTH, SPEED, SIZE, CAPACITY, VOLUME, FREQUENCY, SHARE, MONEY, PRICE, SPREAD, TARIFF, TIME_VALUE, MASS, EMISSION,
)  # fmt: skip
