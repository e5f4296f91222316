"""Numbers as evidence: a value with its unit, plausible range, grade and source; and distributions as people know them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from sim import units
from sim.errors import UnitError
from sim.model import limits
from sim.model.texts import Prose


class Frozen(BaseModel):
    """Frozen after checking; an unknown key is an error, and "12" is not 12."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True, defer_build=True)


@dataclass(frozen=True)
class Reader:
    """Says how the numbers of a type are read from text; the range of a figure is read in the same way."""

    read: Callable[[object], Any]


def faults(found: Iterable[tuple[str, str]]) -> PydanticCustomError:
    """Return one error that carries several (key within the value, message) for the findings."""
    pairs = tuple(found)
    words = "; ".join(f"{key}: {message}" for key, message in pairs)
    return PydanticCustomError("faults", "{words}", {"words": words, "faults": pairs})


def _quantity(
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
        above = (not positive or number > 0) and (at_least is None or number >= at_least)
        return above and (at_most is None or number <= at_most)

    def read(value: object) -> float:
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
        "description": f'{dimension.name}{_bounds(dimension, at_least, at_most)}, for example "{dimension.example}"',
        "pattern": units.pattern(dimension),
        "examples": [dimension.example],
        "x-dimension": dimension.name,
        "x-limits": _bounds(dimension, at_least, at_most),
    }
    return Reader(read), BeforeValidator(read), WithJsonSchema(schema)


def _bounds(dimension: units.Dimension, at_least: float | None, at_most: float | None) -> str:
    """The limits of a quantity in words: " from 1 km/day to 20000 km/day", or nothing where it has none."""
    low, high = (None if bound is None else units.show(bound, dimension) for bound in (at_least, at_most))
    if low is not None and high is not None:
        return f" from {low} to {high}"
    return f" of at least {low}" if low is not None else f" of at most {high}" if high is not None else ""


def _read_count(value: object) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit()):
        raise UnitError(f'expected a whole number, got "{value}". Write for example 12.')
    return int(text)


Duration = Annotated[int, *_quantity(units.DURATION, at_most=limits.LONGEST_S)]
LongDuration = Annotated[int, *_quantity(units.DURATION, positive=True, at_most=limits.LONGEST_S)]
Interval = Annotated[
    int, *_quantity(units.DURATION, at_least=limits.INTERVAL_MIN_S, at_most=limits.LONGEST_S)
]
BulletinTime = Annotated[
    int, *_quantity(units.DURATION, at_least=limits.BULLETIN_MIN_S, at_most=limits.LONGEST_S)
]
Length = Annotated[int, *_quantity(units.LENGTH, at_most=limits.LENGTH_MAX_M)]
Size = Annotated[int, *_quantity(units.SIZE, at_most=limits.SIZE_MAX_TEU)]
Load = Annotated[int, *_quantity(units.SIZE, positive=True, at_most=limits.SIZE_MAX_TEU)]
Capacity = Annotated[
    float,
    *_quantity(
        units.CAPACITY,
        positive=True,
        at_least=limits.TRAINS_MIN,
        at_most=limits.TRAINS_MAX,
        zero="What lets nothing pass is closed: write a disruption with effect: closed, or give it an opening.",
    ),
]
Traffic = Annotated[float, *_quantity(units.CAPACITY, at_most=limits.TRAINS_MAX)]
Volume = Annotated[float, *_quantity(units.VOLUME)]
Frequency = Annotated[float, *_quantity(units.FREQUENCY, at_most=limits.EVENTS_A_DAY_MAX)]
Share = Annotated[float, *_quantity(units.SHARE, at_most=1)]
Factor = Annotated[float, *_quantity(units.SHARE, at_most=limits.FACTOR_MAX)]
Change = Annotated[float, *_quantity(units.SHARE, at_most=limits.FACTOR_MAX, change=True)]
"""A factor on what is normal, written as a level, 80 %, or as a change, -20 %."""
Rate = Annotated[float, *_quantity(units.SHARE, at_most=1, change=True)]
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
Price = Annotated[float, *_quantity(units.PRICE, at_least=-limits.PRICE_MAX, at_most=limits.PRICE_MAX)]
Scale = Annotated[float, *_quantity(units.SPREAD, at_most=limits.PRICE_MAX)]
Tariff = Annotated[float, *_quantity(units.TARIFF, at_most=limits.TARIFF_MAX)]
TimeValue = Annotated[float, *_quantity(units.TIME_VALUE, at_most=limits.TIME_VALUE_MAX)]
Mass = Annotated[float, *_quantity(units.MASS, at_most=limits.MASS_MAX)]
Emission = Annotated[float, *_quantity(units.EMISSION, at_most=limits.EMISSION_MAX)]
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
"""A moment in UTC (datetime)."""

T = TypeVar("T")
Grade = Literal["A", "B", "C", "E"]


class Figure(Frozen, Generic[T]):
    """A number and what it rests on. A plain quantity in its place is a figure without evidence.

    `range` is the plausible lowest and highest value: of the median of a distribution, of any entry of a list or mix;
    `grade` is A statistic, B operator or forwarder, C press or claim, E reasoned estimate; `source` is an address
    or the reasoning; `fitted` marks what was chosen so that a simulated figure meets an observed one.
    """

    value: T = Field(description="the number with its unit")
    range: tuple[str, str] | None = Field(
        default=None, strict=False, description="plausible lowest and highest value, with units"
    )
    grade: Grade | None = Field(
        default=None, description="A statistic, B operator or forwarder, C press or claim, E estimate"
    )
    source: Prose | None = Field(
        default=None, min_length=8, description="address of the source, or the reasoning"
    )
    fitted: bool = Field(default=False, description="chosen so that a simulated figure meets an observed one")

    def __reduce__(self) -> tuple[Any, ...]:
        # Classes made by Figure[…] have no name to be found by: what goes to another process is a bare Figure.
        return _restore, (self.__dict__.copy(), self.model_fields_set)

    @model_validator(mode="before")
    @classmethod
    def _plain_value(cls, given: object) -> object:
        # A record that lacks its value, or has it misspelt, must not be taken for a distribution.
        if isinstance(given, dict) and not given.keys().isdisjoint(cls.model_fields):
            return given
        return {"value": given}

    @model_validator(mode="after")
    def _range_holds(self) -> Figure[T]:
        reader = next((m for m in type(self).model_fields["value"].metadata if isinstance(m, Reader)), None)
        if self.range is None or reader is None:
            return self
        try:
            low, high = map(reader.read, self.range)
        except ValueError as error:
            raise faults([("range", str(error))]) from None
        middle = _middle(self.value)
        if low > high:
            raise faults(
                [
                    (
                        "range",
                        f'the lowest value "{self.range[0]}" is above "{self.range[1]}". Write the lower one first.',
                    )
                ]
            )
        if middle is not None and not low <= middle <= high:
            words = "the value" if middle is self.value else "the middle of the value"
            raise faults(
                [
                    (
                        "range",
                        f'{words} lies outside "{self.range[0]}" to "{self.range[1]}". Write a wider range, or correct the value.',
                    )
                ]
            )
        return self


def _restore(values: dict[str, Any], given: set[str]) -> Figure[Any]:
    return Figure.model_construct(given, **values)


def _middle(value: Any) -> Any:
    """What a range is about: the number, the median of a distribution, the mean of a list; None for a mapping."""
    if isinstance(value, Distribution):
        return median(value)
    if isinstance(value, tuple):
        return sum(value) / len(value)
    return None if isinstance(value, dict) else value


class Constant(Frozen):
    """Always the same."""

    constant: float


_EXPONENT_MAX = 700.0
"""Beyond it a float has no exponential."""


class Quantiles(Frozen):
    """Lognormal through a median and a 90th percentile, shifted to begin at `low` when given."""

    low: float = 0.0
    p50: float
    p90: float

    @model_validator(mode="after")
    def _rises(self) -> Quantiles:
        if not 0 <= self.low < self.p50 < self.p90:
            raise ValueError("expected 0 <= low < p50 < p90. Write for example {p50: 12 h, p90: 40 h}.")
        return self

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm of what lies above `low`."""
        return math.log((self.p90 - self.low) / (self.p50 - self.low)) / 1.2815515655446004

    def tail(self, sigmas: float) -> float:
        """The quantile that lies so many standard deviations of the logarithm above the median (below, if negative)."""
        return self.low + (self.p50 - self.low) * math.exp(min(sigmas * self.sigma, _EXPONENT_MAX))


class Triangular(Frozen):
    """Between `low` and `high`, most often `mode`."""

    low: float
    mode: float
    high: float

    @model_validator(mode="after")
    def _rises(self) -> Triangular:
        if not 0 <= self.low <= self.mode <= self.high or self.low == self.high:
            raise ValueError(
                "expected 0 <= low <= mode <= high. Write for example {low: 4 h, mode: 6 h, high: 12 h}."
            )
        return self


_EXAMPLES = {
    "exponential": "{kind: exponential, mean: 6 h}",
    "uniform": "{kind: uniform, low: 4 h, high: 12 h}",
    "gamma": "{kind: gamma, mean: 8 h, sd: 3 h}",
}
SD_MAX = 10
"""Most that the standard deviation of a gamma distribution may be, in means: beyond, nearly all draws are 0."""


class Named(Frozen):
    """A named distribution: exponential (mean), uniform (low, high) or gamma (mean, sd)."""

    kind: Literal["exponential", "uniform", "gamma"]
    mean: float | None = None
    sd: float | None = None
    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _complete(self) -> Named:
        needed = {"exponential": ("mean",), "uniform": ("low", "high"), "gamma": ("mean", "sd")}[self.kind]
        given = {name: getattr(self, name) for name in ("mean", "sd", "low", "high")}
        given = {name: number for name, number in given.items() if number is not None}
        if set(given) != set(needed):
            raise ValueError(
                f"an {self.kind} distribution needs exactly {' and '.join(needed)}, got {', '.join(given) or 'none'}. "
                f"Write for example {_EXAMPLES[self.kind]}."
            )
        if self.kind == "uniform" and not given["low"] < given["high"]:
            raise ValueError("expected low < high. Write for example {kind: uniform, low: 4 h, high: 12 h}.")
        if self.kind != "uniform" and min(given.values()) <= 0:
            raise ValueError(
                f"expected {' and '.join(needed)} above 0. Write for example {_EXAMPLES[self.kind]}."
            )
        if self.kind == "gamma" and given["sd"] > SD_MAX * given["mean"]:
            raise ValueError(f"expected an sd of at most {SD_MAX} times the mean. Write a smaller sd.")
        return self


class Sample(Frozen):
    """An observed sample; every value is as likely."""

    sample: tuple[float, ...] = Field(min_length=1)


Distribution = Constant | Quantiles | Triangular | Named | Sample


_SHAPES: dict[str, type[Frozen]] = {
    "sample": Sample,
    "kind": Named,
    "mode": Triangular,
    "p50": Quantiles,
    "p90": Quantiles,
}


def _read_distribution(
    read: Callable[[object], float],
    spread: Callable[[object], float],
    example: str,
    check: Callable[[Frozen], None] = lambda _: None,
) -> Callable[[object], object]:
    def parse(given: object) -> object:
        if isinstance(given, Frozen):
            return given
        if not isinstance(given, dict):
            return Constant(constant=read(given))
        shape = next((_SHAPES[key] for key in _SHAPES if key in given), None)
        if shape is None:
            raise ValueError(
                f"expected a value or a distribution, got the keys {', '.join(map(str, given)) or 'of nothing'}. Write "
                f"{example}, {{p50: …, p90: …}}, {{low: …, mode: …, high: …}}, {{kind: exponential, mean: …}} "
                "or {sample: […]}."
            )
        found = _wrong_keys(shape, given)
        numbers: dict[str, Any] = {}
        for key in given.keys() & shape.model_fields.keys():
            try:
                # A speed is above 0; its standard deviation, or the shift of its distribution, need not be.
                may_be_0 = key == "sd" or (key == "low" and shape is Quantiles)
                numbers[key] = _read_part(key, given[key], spread if may_be_0 else read)
            except ValueError as error:
                found.append((key, str(error)))
        if found:
            raise faults(found)
        always = _without_spread(numbers)
        if always is not None:
            return Constant(constant=always)
        found_shape = _build(shape, numbers)
        check(found_shape)
        return found_shape

    return parse


def _without_spread(numbers: dict[str, Any]) -> float | None:
    """Return the one value of a distribution whose spread is 0, None for any other: no spread is a spread too."""
    match numbers:
        case {"p50": middle, "p90": high} if middle == high and numbers.get("low", 0) <= middle:
            return float(middle)
        case {"low": low, "mode": mode, "high": high} if low == mode == high:
            return float(mode)
        case {"kind": "uniform", "low": low, "high": high, **others} if low == high and not others:
            return float(low)
        case {"kind": "gamma", "mean": mean, "sd": 0, **others} if not others:
            return float(mean)
        case {"kind": "exponential", "mean": 0, **others} if not others:
            return 0.0
    return None


def _tails(
    dimension: units.Dimension, at_least: float | None, at_most: float | None
) -> Callable[[Frozen], None]:
    """A check that a lognormal distribution is not so wide that one draw in ten thousand lies beyond the limits."""

    def check(spread: Frozen) -> None:
        if not isinstance(spread, Quantiles):
            return
        low, high = (spread.tail(way * limits.UNLIKELY_SIGMAS) for way in (-1, 1))
        if at_most is not None and high > at_most:
            raise ValueError(
                f"so wide a distribution that one draw in 10,000 lies above {units.show(at_most, dimension)}. "
                "Write a p90 nearer to the p50, or {low: …, mode: …, high: …}."
            )
        if at_least is not None and low < at_least:
            raise ValueError(
                f"so wide a distribution that one draw in 10,000 lies below {units.show(at_least, dimension)}. "
                "Write a p90 nearer to the p50, or {low: …, mode: …, high: …}."
            )

    return check


def _wrong_keys(shape: type[Frozen], given: dict[str, object]) -> list[tuple[str, str]]:
    missing = [k for k, field in shape.model_fields.items() if field.is_required() and k not in given]
    found = []
    for key in given:
        if key in shape.model_fields:
            continue
        near = next(iter(get_close_matches(key[:80], list(shape.model_fields), 1)), None)
        advice = f"did you mean '{near}'?" if near else f"it takes {', '.join(shape.model_fields)}."
        found.append((key, f"unknown key '{key[:60]}' in a distribution; {advice}"))
        missing = [name for name in missing if name != near]
    if missing:
        found.append(("", f"the distribution lacks {' and '.join(missing)}. Give it too."))
    return found


def _read_part(key: str, value: object, read: Callable[[object], float]) -> object:
    if key == "kind":
        if value not in ("exponential", "uniform", "gamma"):
            raise ValueError(
                f"expected exponential, uniform or gamma, got {value!r}. Write for example {_EXAMPLES['gamma']}."
            )
        return value
    if key == "sample":
        if not isinstance(value, list) or not value:
            raise ValueError("expected a list of observed values. Write for example [4 h, 6 h].")
        return tuple(map(read, value))
    return read(value)


def _build(shape: type[Frozen], numbers: dict[str, object]) -> Frozen:
    try:
        return shape.model_validate(numbers)
    except ValidationError as error:
        words = "; ".join(fault["msg"].removeprefix("Value error, ") for fault in error.errors())
        raise ValueError(words) from None


_CUT = " (draws beyond are cut there: at most one in 10,000)"


def _distribution_of(
    dimension: units.Dimension,
    *,
    positive: bool = False,
    at_least: float | None = None,
    at_most: float | None = None,
    tails: bool = True,
) -> tuple[Reader, BeforeValidator, WithJsonSchema]:
    """Say how distributions of a dimension are read; with `tails` hardly any draw may lie beyond the limits."""
    reader, _, one = _quantity(dimension, positive=positive, at_least=at_least, at_most=at_most)
    text = {key: one.json_schema[key] for key in ("type", "pattern", "examples")} if one.json_schema else {}

    def shape(needed: tuple[str, ...], *more: str, **others: object) -> dict[str, object]:
        keys = dict.fromkeys((*needed, *more), text) | others
        return {"type": "object", "properties": keys, "required": [*needed], "additionalProperties": False}

    limit = _bounds(dimension, at_least, at_most) + (_CUT if tails else "")
    schema = {
        "description": f"{dimension.name}, or a distribution of it{limit}",
        "x-dimension": dimension.name,
        "x-limits": limit,
        "anyOf": [
            text,
            shape(("p50", "p90"), "low"),
            shape(("low", "mode", "high")),
            shape(("kind",), "mean", "sd", "low", "high", kind={"enum": ["exponential", "uniform", "gamma"]}),
            shape(("sample",), sample={"type": "array", "items": text, "minItems": 1}),
        ],
    }
    spread, *_ = _quantity(dimension, at_most=at_most)
    check = _tails(dimension, at_least, at_most) if tails else lambda _: None
    read = _read_distribution(reader.read, spread.read, dimension.example, check)
    return reader, BeforeValidator(read), WithJsonSchema(schema)


Durations = Annotated[Distribution, *_distribution_of(units.DURATION, at_most=limits.LONGEST_S)]
Speeds = Annotated[
    Distribution,
    *_distribution_of(units.SPEED, positive=True, at_least=limits.SPEED_MIN, at_most=limits.SPEED_MAX),
]
Shares = Annotated[Distribution, *_distribution_of(units.SHARE, at_most=1, tails=False)]


def highest(spread: Distribution) -> float | None:
    """The highest value that can be drawn, in the inner unit; None if there is none."""
    match spread:
        case Constant():
            return spread.constant
        case Triangular():
            return spread.high
        case Sample():
            return max(spread.sample)
        case Named(kind="uniform"):
            return spread.high
        case _:
            return None


def median(spread: Distribution) -> float:
    """The median, or for named distributions the mean, in the inner unit: what a free-flow estimate uses."""
    match spread:
        case Constant():
            return spread.constant
        case Quantiles():
            return spread.p50
        case Triangular():
            return spread.mode
        case Sample():
            return sorted(spread.sample)[len(spread.sample) // 2]
        case Named():
            return (
                spread.mean if spread.mean is not None else ((spread.low or 0.0) + (spread.high or 0.0)) / 2
            )
