"""Every kind of quantity takes its own bounds and refuses what lies beyond, saying what to write."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from sim.model import quantities
from sim.units import DURATION, SHARE


def read(kind: Any, text: object) -> Any:
    return TypeAdapter(kind).validate_python(text)


def wrong(kind: Any, text: object) -> str:
    with pytest.raises(ValidationError) as caught:
        read(kind, text)
    return str(caught.value.errors()[0]["msg"]).removeprefix("Value error, ")


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        (quantities.Duration, "0 h", 0),
        (quantities.LongDuration, "1 s", 1),
        (quantities.Interval, "1 min", 60),
        (quantities.BulletinTime, "1 h", 3_600),
        (quantities.Length, "0 km", 0),
        (quantities.Share, "0 %", 0.0),
        (quantities.Share, "100 %", 1.0),
        (quantities.Change, "-20 %", 0.8),
        (quantities.Change, "+50 %", 1.5),
        (quantities.Change, "80 %", 0.8),
        (quantities.Rate, "-100 %", 0.0),
        (quantities.Rate, "70 %", 0.7),
        (quantities.Price, "-250 USD/FEU", -250.0),
        (quantities.Tariff, "0 USD/FEU-km", 0.0),
        (quantities.Count, 0, 0),
        (quantities.Servers, 1, 1),
    ],
)
def test_a_bound_itself_is_taken(kind: Any, text: object, number: float) -> None:
    assert read(kind, text) == number


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        (quantities.LongDuration, "0 d", "above 0"),
        (quantities.Interval, "59 s", 'of at least 1 min, got "59 s". Write "1 min" or more.'),
        (quantities.BulletinTime, "59 min", 'of at least 1 h, got "59 min". Write "1 h" or more.'),
        (quantities.Share, "100.1 %", 'of at most 100 %, got "100.1 %". Write "100 %" or less.'),
        (quantities.Rate, "+10 %", "at most 100 %"),
        (quantities.Capacity, "0 trains/day", "write a disruption with effect: closed"),
        (quantities.Load, "0 TEU", "above 0"),
        (quantities.Servers, 0, "greater than or equal to 1"),
        (quantities.Count, 1_000_001, "less than or equal to 1000000"),
    ],
)
def test_what_lies_beyond_is_refused_with_what_to_write(kind: Any, text: object, words: str) -> None:
    assert words in wrong(kind, text)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (None, None, ""),
        (60, None, " of at least 1 min"),
        (None, 7_200, " of at most 2 h"),
        (60, 7_200, " from 1 min to 2 h"),
        (0, None, " of at least 0 s"),
    ],
)
def test_limits_are_said_in_the_unit_that_people_write(
    low: float | None, high: float | None, words: str
) -> None:
    assert quantities.limits_in_words(DURATION, low, high) == words


def test_the_schema_of_a_quantity_tells_its_limits_and_has_an_example_that_is_taken() -> None:
    for name in (
        "Duration",
        "LongDuration",
        "Interval",
        "Length",
        "Size",
        "Capacity",
        "Share",
        "Change",
        "Price",
        "Mass",
    ):
        kind = getattr(quantities, name)
        schema = TypeAdapter(kind).json_schema()
        assert schema["x-limits"] in schema["description"], name
        for example in schema["examples"]:
            read(kind, example)
    assert TypeAdapter(quantities.Share).json_schema()["x-limits"] == " of at most 100 %"
    assert TypeAdapter(quantities.Share).json_schema()["x-dimension"] == SHARE.name


def test_twelve_months_are_twelve() -> None:
    assert read(quantities.MonthlyShares, ["10 %"] * 12) == (0.1,) * 12
    for n in (11, 13):
        with pytest.raises(ValidationError):
            read(quantities.MonthlyShares, ["10 %"] * n)
