"""The only unit conversions: quantities as people write them, integers or floats inside."""

from collections.abc import Callable

from sim.units.dates import FIRST_YEAR, LAST_YEAR, iso, month_starts, parse_date, seconds_since
from sim.units.dimensions import (
    CAPACITY,
    CENTS,
    DAY_S,
    DIMENSIONS,
    DURATION,
    EMISSION,
    FREQUENCY,
    HOUR_S,
    LENGTH,
    MASS,
    MINUTE_S,
    MONEY,
    MONTH_S,
    PRICE,
    QUARTER_S,
    SHARE,
    SIZE,
    SPEED,
    SPELLINGS,
    SPREAD,
    TARIFF,
    TEU_PER_FEU,
    TIME_VALUE,
    VOLUME,
    WEEK_S,
    WORDS,
    YEAR_S,
    Dimension,
)
from sim.units.parsing import parse
from sim.units.unit_words import pattern
from sim.units.writing import show, show_duration

Parser = Callable[[object], float]

__all__ = [
    "CAPACITY", "CENTS", "DAY_S", "DIMENSIONS", "DURATION", "EMISSION", "FIRST_YEAR", "FREQUENCY", "HOUR_S", "LAST_YEAR", "LENGTH",
    "MASS", "MINUTE_S", "MONEY", "MONTH_S", "PRICE", "QUARTER_S", "SHARE", "SIZE", "SPEED", "SPELLINGS", "SPREAD", "TARIFF",
    "TEU_PER_FEU", "TIME_VALUE", "VOLUME", "WEEK_S", "WORDS", "YEAR_S", "Dimension", "Parser", "iso", "month_starts",
    "parse", "parse_date", "pattern", "seconds_since", "show", "show_duration",
]  # fmt: skip
