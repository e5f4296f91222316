"""The only unit conversions: quantities as people write them, integers or floats inside.

Inside the program: time in seconds, length in metres, size in TEU, capacity in vehicles per day, money in USD,
mass in tonnes, greenhouse gases in kg CO2e. A year has 365 days, a month has no fixed length and is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from fractions import Fraction

from sim.errors import UnitError

MINUTE_S = 60
HOUR_S = 3_600
DAY_S = 86_400
WEEK_S = 7 * DAY_S
YEAR_S = 365 * DAY_S
TEU_PER_FEU = 2
FIRST_YEAR = 1900
LAST_YEAR = 2200


@dataclass(frozen=True)
class Dimension:
    """What kind of quantity: its name in messages, its units (factor to the inner unit), an example that works."""

    name: str
    units: Mapping[str, Fraction]
    example: str
    inner: str
    whole: bool = False
    minimum: Fraction | None = Fraction(0)


def _table(pairs: Mapping[str, int | Fraction]) -> dict[str, Fraction]:
    return {unit: Fraction(factor) for unit, factor in pairs.items()}


_PERIODS = {
    "h": Fraction(HOUR_S, DAY_S),
    "day": Fraction(1),
    "d": Fraction(1),
    "week": Fraction(7),
    "year": Fraction(365),
}
_COUNTED = {
    "trains": 1, "train": 1, "pairs": 1, "sailings": 1, "trips": 1, "vehicles": 1, "departures": 1, "trucks": 1, "slots": 1,
}  # fmt: skip

DURATION = Dimension(
    "duration",
    _table(
        {
            "s": 1,
            "min": 60,
            "h": HOUR_S,
            "d": DAY_S,
            "day": DAY_S,
            "days": DAY_S,
            "week": WEEK_S,
            "weeks": WEEK_S,
            "year": YEAR_S,
        }
    ),
    "36 h",
    "s",
    whole=True,
)
LENGTH = Dimension("length", _table({"m": 1, "km": 1_000}), "836 km", "m", whole=True)
SPEED = Dimension(
    "speed", {"km/day": Fraction(1), "km/d": Fraction(1), "km/h": Fraction(24)}, "950 km/day", "km/day"
)
SIZE = Dimension("size", _table({"TEU": 1, "FEU": TEU_PER_FEU}), "41 FEU", "TEU", whole=True)
CAPACITY = Dimension(
    "capacity",
    {f"{thing}/{per}": Fraction(n) / days for thing, n in _COUNTED.items() for per, days in _PERIODS.items()},
    "8 trains/day",
    "trains/day",
)
VOLUME = Dimension(
    "volume",
    {
        f"{size}/{per}": Fraction(n) / days
        for size, n in (("TEU", 1), ("FEU", TEU_PER_FEU))
        for per, days in _PERIODS.items()
    },
    "272157 TEU/year",
    "TEU/day",
)
FREQUENCY = Dimension("frequency", {f"/{per}": 1 / days for per, days in _PERIODS.items()}, "2 /year", "/day")
SHARE = Dimension("share", {"%": Fraction(1, 100), "permille": Fraction(1, 1000)}, "25 %", "")
MONEY = Dimension("amount of money", _table({"USD": 1}), "150 USD", "USD")
PRICE = Dimension(
    "price per container",
    {"USD/FEU": Fraction(1), "USD/TEU": Fraction(TEU_PER_FEU)},
    "3250 USD/FEU",
    "USD/FEU",
    minimum=None,
)
TARIFF = Dimension(
    "tariff",
    {"USD/FEU-km": Fraction(1), "USD/TEU-km": Fraction(TEU_PER_FEU)},
    "0.24 USD/FEU-km",
    "USD/FEU-km",
)
TIME_VALUE = Dimension(
    "value of time",
    {"USD/FEU-day": Fraction(1), "USD/TEU-day": Fraction(TEU_PER_FEU)},
    "120 USD/FEU-day",
    "USD/FEU-day",
)
MASS = Dimension("cargo mass", {"t/FEU": Fraction(1), "t/TEU": Fraction(TEU_PER_FEU)}, "16 t/FEU", "t/FEU")
EMISSION = Dimension(
    "emission factor", {"g/t-km": Fraction(1), "kg/t-km": Fraction(1000)}, "19 g/t-km", "g CO2e/t-km"
)

# At most two digits of exponent: an exact fraction of 1e999999999 would never be done.
_NUMBER = re.compile(r"([-+]?(?:[0-9][0-9_]*\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,2})?)\s*(.*)")
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_TEXT_MAX = 80
_LARGEST = Fraction(10**13)
_REFUSED = {
    "ton": "t/FEU", "tons": "t/FEU", "mt": "t/FEU", "M": "min", "m": "min", "mins": "min", "minutes": "min", "minute": "min",
    "hours": "h", "hour": "h", "hrs": "h", "hr": "h", "seconds": "s", "sec": "s", "month": "30 d", "months": "60 d", "y": "year",
    "years": "year", "containers": "FEU", "boxes": "FEU", "teu": "TEU", "feu": "FEU",
}  # fmt: skip


def parse(text: object, dimension: Dimension) -> float:
    """Read `text` ("36 h", "16 trains/day") as a number in the dimension's inner unit.

    Raises UnitError when the unit is missing, unknown or of another kind, or the number is out of range;
    the message says what to write.
    """
    if isinstance(text, bool) or not isinstance(text, str):
        magnitude = getattr(text, "magnitude", None)
        unit = getattr(text, "units", None)
        if magnitude is None or unit is None:
            raise UnitError(_expected(dimension, text))
        text = f"{magnitude} {unit}"
    match = _NUMBER.fullmatch(text.strip()) if len(text) <= _TEXT_MAX else None
    if match is None:
        raise UnitError(_expected(dimension, text))
    number, unit_text = match.groups()
    factor = dimension.units.get(unit_text)
    if factor is None:
        raise UnitError(_wrong_unit(dimension, text, number, unit_text))
    value = Fraction(number.replace("_", "")) * factor
    if dimension.minimum is not None and value < dimension.minimum:
        raise UnitError(
            f'expected a {dimension.name} of at least 0, got "{text}". Write for example "{dimension.example}".'
        )
    if abs(value) > _LARGEST:
        raise UnitError(
            f'expected a {dimension.name} that is not so large, got "{text}". Write for example "{dimension.example}".'
        )
    if dimension.whole and value.denominator != 1:
        if dimension is not DURATION:
            raise UnitError(
                f'expected a {dimension.name} that is a whole number of {dimension.inner}, got "{text}".'
            )
        value = Fraction(round(value))
    return int(value) if dimension.whole else float(value)


def _expected(dimension: Dimension, found: object) -> str:
    shown = _brief(found)
    if isinstance(found, (int, float)) and not isinstance(found, bool):
        first = dimension.example.partition(" ")[2]
        return f'expected a {dimension.name} with a unit, got {found}. Write "{found} {first}".'
    return f'expected a {dimension.name} with a unit, got {shown}. Write for example "{dimension.example}".'


def _brief(found: object) -> str:
    """Write what was found on one line, not too long."""
    match found:
        case None:
            return "nothing"
        case bool():
            return "true" if found else "false"
        case str():
            line = " ".join(found.split())
            return f'"{line}"' if len(line) <= _TEXT_MAX else f'"{line[: _TEXT_MAX - 20]}…"'
        case list() | tuple():
            return "a list"
        case Mapping():
            return "a mapping"
        case _:
            return str(found)


def _wrong_unit(dimension: Dimension, text: str, number: str, unit: str) -> str:
    if not unit:
        first = dimension.example.partition(" ")[2]
        return f'expected a {dimension.name} with a unit, got "{text}". Write "{number} {first}".'
    near = _REFUSED.get(unit)
    usual = dimension.example.partition(" ")[2]
    if usual.startswith(unit):
        near = usual
    if near is None or near not in dimension.units:
        near = next(iter(get_close_matches(unit, list(dimension.units), 1, 0.5)), None)
    advice = (
        f'Write "{number} {near}".'
        if near in dimension.units
        else f'Write for example "{dimension.example}".'
    )
    known = ", ".join(list(dimension.units)[:6])
    return f'expected a {dimension.name}, got "{text}": the unit "{unit}" is none of {known}. {advice}'


def show(value: float, dimension: Dimension) -> str:
    """Write an inner value back as people do: 129600 s becomes "36 h", 0.25 becomes "25 %"."""
    if dimension is DURATION:
        return show_duration(value)
    if dimension is SHARE:
        return f"{value * 100:.6g} %"
    if dimension is LENGTH:
        return f"{value / 1000:.10g} km"
    return f"{value:.10g} {dimension.inner}".strip()


def show_duration(seconds: float) -> str:
    """Write a duration with the unit people use for its size: 90 min, 36 h, 13 d."""
    if seconds and seconds % DAY_S == 0 and abs(seconds) >= 4 * DAY_S:
        return f"{seconds / DAY_S:.10g} d"
    if seconds and seconds % HOUR_S == 0:
        return f"{seconds / HOUR_S:.10g} h"
    if seconds and seconds % MINUTE_S == 0:
        return f"{seconds / MINUTE_S:.10g} min"
    if abs(seconds) >= 4 * DAY_S:
        return f"{seconds / DAY_S:.3g} d"
    if abs(seconds) >= HOUR_S:
        return f"{seconds / HOUR_S:.3g} h"
    return f"{seconds:.10g} s"


def parse_date(text: object) -> datetime:
    """Read an ISO 8601 date or date-time as UTC: "2025-09-12", "2025-09-12T08:00".

    Raises UnitError for anything else; a time with another offset is converted.
    """
    if isinstance(text, str) and _DATE.fullmatch(text):
        try:
            found = datetime.fromisoformat(text)
        except ValueError as error:
            raise UnitError(
                f'expected a date that exists, got "{text}" ({error}). Write for example "2025-09-12".'
            ) from None
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise UnitError(f'expected a date from {FIRST_YEAR} to {LAST_YEAR}, got "{text}".')
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    raise UnitError(
        f'expected a date, got {_brief(text)}. Write for example "2025-09-12" or "2025-09-12T08:00".'
    )


def seconds_since(start: datetime, moment: datetime) -> int:
    """Whole seconds from `start` to `moment` (negative when before)."""
    return int((moment - start) // timedelta(seconds=1))


def month_starts(start: datetime, length_s: int) -> list[tuple[int, int]]:
    """Return (second, month 1-12) of the period's start and of every first of a month within it."""
    steps = [(0, start.month)]
    year, month = start.year, start.month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        at_s = seconds_since(start, datetime(year, month, 1, tzinfo=UTC))
        if at_s >= length_s:
            return steps
        steps.append((at_s, month))


def iso(moment: datetime | date) -> str:
    """Write a moment as ISO 8601, without a time when it is midnight."""
    if isinstance(moment, datetime) and (moment.hour or moment.minute or moment.second):
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return moment.strftime("%Y-%m-%d")


Parser = Callable[[object], float]
