"""Quantities as scenario files write them: each kind with its unit, its limits, and how it is read."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from sim import units
from sim.errors import UnitError
from sim.model import limits
from sim.model.frozen import Reader


def quantity(
    dimension: units.Dimension,
    *,
    positive: bool = False,
    at_least: float | None = None,
    at_most: float | None = None,
    change: bool = False,
    zero: str = "",
) -> tuple[Reader, BeforeValidator, WithJsonSchema]:
    """Say how quantities of a dimension are read; `zero` is what to write where 0 is none, `positive` alone an example."""

    def fits(number: float) -> bool:
        """Whether a number is within the limits."""
        above = (not positive or number > 0) and (at_least is None or number >= at_least)
        return above and (at_most is None or number <= at_most)

    def read(value: object) -> float:
        """Read a quantity within the limits."""
        number = units.parse(value, dimension, change=change, fits=fits)
        if positive and number <= 0:
            raise UnitError(
                f'expected {dimension.title} above 0, got "{value}". '
                + (zero if zero and number == 0 else f'Write for example "{dimension.example}".')
            )
        if at_most is not None and number > at_most:
            raise UnitError(
                f'expected {dimension.title} of at most {units.show(at_most, dimension)}, got "{value}". '
                f'Write "{units.show(at_most, dimension)}" or less.'
            )
        if at_least is not None and number < at_least:
            raise UnitError(
                f'expected {dimension.title} of at least {units.show(at_least, dimension)}, got "{value}". '
                f'Write "{units.show(at_least, dimension)}" or more.'
            )
        return number

    schema = {
        "type": "string",
        "description": f'{dimension.name}{limits_in_words(dimension, at_least, at_most)}, for example "{dimension.example}"',
        "pattern": units.pattern(dimension),
        "examples": [dimension.example],
        "x-dimension": dimension.name,
        "x-limits": limits_in_words(dimension, at_least, at_most),
    }
    return Reader(read), BeforeValidator(read), WithJsonSchema(schema)


def limits_in_words(dimension: units.Dimension, at_least: float | None, at_most: float | None) -> str:
    """The limits of a quantity in words: " from 1 km/day to 20000 km/day", or nothing where it has none."""
    low, high = (None if bound is None else units.show(bound, dimension) for bound in (at_least, at_most))
    if low is not None and high is not None:
        return f" from {low} to {high}"
    return f" of at least {low}" if low is not None else f" of at most {high}" if high is not None else ""


def _read_count(value: object) -> int:
    """Read a whole number."""
    text = str(value)
    if not (text.isascii() and text.isdigit()):
        raise UnitError(f'expected a whole number, got "{value}". Write for example 12.')
    return int(text)


Duration = Annotated[int, *quantity(units.DURATION, at_most=limits.LONGEST_S)]
LongDuration = Annotated[int, *quantity(units.DURATION, positive=True, at_most=limits.LONGEST_S)]
Interval = Annotated[int, *quantity(units.DURATION, at_least=limits.INTERVAL_MIN_S, at_most=limits.LONGEST_S)]
BulletinTime = Annotated[
    int, *quantity(units.DURATION, at_least=limits.BULLETIN_MIN_S, at_most=limits.LONGEST_S)
]
Length = Annotated[int, *quantity(units.LENGTH, at_most=limits.LENGTH_MAX_M)]
Size = Annotated[int, *quantity(units.SIZE, at_most=limits.SIZE_MAX_TEU)]
Load = Annotated[int, *quantity(units.SIZE, positive=True, at_most=limits.SIZE_MAX_TEU)]
Capacity = Annotated[
    float,
    *quantity(
        units.CAPACITY,
        positive=True,
        at_least=limits.TRAINS_MIN,
        at_most=limits.TRAINS_MAX,
        zero="What lets nothing pass is closed: write a disruption with effect: closed, or give it an opening.",
    ),
]
Traffic = Annotated[float, *quantity(units.CAPACITY, at_most=limits.TRAINS_MAX)]
Volume = Annotated[float, *quantity(units.VOLUME)]
Frequency = Annotated[float, *quantity(units.FREQUENCY, at_most=limits.EVENTS_A_DAY_MAX)]
Share = Annotated[float, *quantity(units.SHARE, at_most=1)]
RunningShare = Annotated[
    float,
    *quantity(
        units.SHARE,
        positive=True,
        at_most=1,
        zero="Remove the service, or give it an opening or a disruption with effect: closed.",
    ),
]
"""Share of planned departures that run."""
Factor = Annotated[float, *quantity(units.SHARE, at_most=limits.FACTOR_MAX)]
Change = Annotated[float, *quantity(units.SHARE, at_most=limits.FACTOR_MAX, change=True)]
"""A factor on what is normal, written as a level, 80 %, or as a change, -20 %."""
Rate = Annotated[float, *quantity(units.SHARE, at_most=1, change=True)]
"""What is left of normal: 70 %, or -30 %."""
MonthlyShares = Annotated[
    tuple[Share, ...],
    Reader(lambda value: units.parse(value, units.SHARE)),
    Field(strict=False, min_length=12, max_length=12),
]
MonthlyFactors = Annotated[
    tuple[Change, ...],
    Reader(lambda value: units.parse(value, units.SHARE, change=True)),
    Field(strict=False, min_length=12, max_length=12),
]
Price = Annotated[float, *quantity(units.PRICE, at_least=-limits.PRICE_MAX, at_most=limits.PRICE_MAX)]
Scale = Annotated[float, *quantity(units.SPREAD, at_most=limits.PRICE_MAX)]
Tariff = Annotated[float, *quantity(units.TARIFF, at_most=limits.TARIFF_MAX)]
TimeValue = Annotated[float, *quantity(units.TIME_VALUE, at_most=limits.TIME_VALUE_MAX)]
Mass = Annotated[float, *quantity(units.MASS, at_most=limits.MASS_MAX)]
Emission = Annotated[float, *quantity(units.EMISSION, at_most=limits.EMISSION_MAX)]
Count = Annotated[int, Reader(_read_count), Field(ge=0, le=1_000_000)]
Servers = Annotated[int, Reader(_read_count), Field(ge=1, le=1_000_000)]
Steps = Annotated[int, Reader(_read_count), Field(ge=1, le=limits.RECOVERY_STEPS_MAX)]
Date = Annotated[
    Any,
    Reader(units.parse_date),
    BeforeValidator(units.parse_date),
    WithJsonSchema(
        {"type": "string", "description": 'date, UTC, for example "2025-09-12"', "examples": ["2025-09-12"]}
    ),
]
