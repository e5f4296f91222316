"""Quantities that may be drawn: a value, or a distribution of it, read from text with its limits."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationError, WithJsonSchema

from sim import units
from sim.model import limits
from sim.model.distributions import (
    EXAMPLES,
    Constant,
    Distribution,
    MeanAndP90,
    Named,
    Quantiles,
    Sample,
    Triangular,
)
from sim.model.frozen import Frozen, Reader, faults
from sim.model.quantities import limits_in_words, quantity

_SHAPES: dict[str, type[Frozen]] = {
    "sample": Sample,
    "kind": Named,
    "mode": Triangular,
    "p50": Quantiles,
    "mean": MeanAndP90,
    "p90": Quantiles,
}


def _read_distribution(
    read: Callable[[object], float],
    spread: Callable[[object], float],
    example: str,
    check: Callable[[Frozen], None] = lambda _: None,
) -> Callable[[object], object]:
    """Say how a value or a distribution is read; `spread` reads the numbers that may be 0 though the quantity may not."""

    def parse(given: object) -> object:
        """Read a value or a distribution; all that is wrong with it is told at once."""
        if isinstance(given, Frozen):
            return given
        if not isinstance(given, dict):
            return Constant(constant=read(given))
        shape = next((_SHAPES[key] for key in _SHAPES if key in given), None)
        if shape is None:
            raise ValueError(
                f"expected a value or a distribution, got the keys {', '.join(map(str, given)) or 'of nothing'}. Write "
                f"{example}, {{p50: …, p90: …}}, {{mean: …, p90: …}}, {{low: …, mode: …, high: …}}, {{kind: exponential, mean: …}} "
                "or {sample: […]}."
            )
        found = _wrong_keys(shape, given)
        numbers: dict[str, Any] = {}
        for key in given.keys() & shape.model_fields.keys():
            try:
                # A speed is above 0; its standard deviation, or the shift of its distribution, need not be.
                may_be_0 = key == "sd" or (key == "low" and shape in (Quantiles, MeanAndP90))
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
        case {"p50": middle, "p90": high} | {"mean": middle, "p90": high} if (
            middle == high and numbers.get("low", 0) <= middle
        ):
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
        """Refuse a distribution with too long a tail."""
        centre = "mean" if isinstance(spread, MeanAndP90) else "p50"
        spread = spread.lognormal if isinstance(spread, MeanAndP90) else spread
        if not isinstance(spread, Quantiles):
            return
        low, high = (spread.tail(way * limits.UNLIKELY_SIGMAS) for way in (-1, 1))
        if at_most is not None and high > at_most:
            raise ValueError(
                f"so wide a distribution that one draw in 10,000 lies above {units.show(at_most, dimension)}. "
                f"Write a p90 nearer to the {centre}, or {{low: …, mode: …, high: …}}."
            )
        if at_least is not None and low < at_least:
            raise ValueError(
                f"so wide a distribution that one draw in 10,000 lies below {units.show(at_least, dimension)}. "
                f"Write a p90 nearer to the {centre}, or {{low: …, mode: …, high: …}}."
            )

    return check


def _wrong_keys(shape: type[Frozen], given: dict[str, object]) -> list[tuple[str, str]]:
    """(key, message) of keys that a distribution does not have, or lacks."""
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
    """Read what stands under one key of a distribution."""
    if key == "kind":
        if value not in ("exponential", "uniform", "gamma"):
            raise ValueError(
                f"expected exponential, uniform or gamma, got {value!r}. Write for example {EXAMPLES['gamma']}."
            )
        return value
    if key == "sample":
        if not isinstance(value, list) or not value:
            raise ValueError("expected a list of observed values. Write for example [4 h, 6 h].")
        return tuple(map(read, value))
    return read(value)


def _build(shape: type[Frozen], numbers: dict[str, object]) -> Frozen:
    """A distribution from its numbers; what is wrong is raised as one ValueError."""
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
    reader, _, one = quantity(dimension, positive=positive, at_least=at_least, at_most=at_most)
    text = {key: one.json_schema[key] for key in ("type", "pattern", "examples")} if one.json_schema else {}

    def shape(needed: tuple[str, ...], *more: str, **others: object) -> dict[str, object]:
        """JSON Schema of a distribution with these keys."""
        keys = dict.fromkeys((*needed, *more), text) | others
        return {"type": "object", "properties": keys, "required": [*needed], "additionalProperties": False}

    limit = limits_in_words(dimension, at_least, at_most) + (_CUT if tails else "")
    schema = {
        "description": f"{dimension.name}, or a distribution of it{limit}",
        "x-dimension": dimension.name,
        "x-limits": limit,
        "anyOf": [
            text,
            shape(("p50", "p90"), "low"),
            shape(("mean", "p90"), "low"),
            shape(("low", "mode", "high")),
            shape(("kind",), "mean", "sd", "low", "high", kind={"enum": ["exponential", "uniform", "gamma"]}),
            shape(("sample",), sample={"type": "array", "items": text, "minItems": 1}),
        ],
    }
    spread, *_ = quantity(dimension, at_most=at_most)
    check = _tails(dimension, at_least, at_most) if tails else lambda _: None
    read = _read_distribution(reader.read, spread.read, dimension.example, check)
    return reader, BeforeValidator(read), WithJsonSchema(schema)


Durations = Annotated[Distribution, *_distribution_of(units.DURATION, at_most=limits.LONGEST_S)]
Speeds = Annotated[
    Distribution,
    *_distribution_of(units.SPEED, positive=True, at_least=limits.SPEED_MIN, at_most=limits.SPEED_MAX),
]
Shares = Annotated[Distribution, *_distribution_of(units.SHARE, at_most=1, tails=False)]
