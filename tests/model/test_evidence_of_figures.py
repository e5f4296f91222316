"""A number and what it rests on: plain values, ranges that hold what they are about, and what is refused."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from sim.model import Constant, Figure, Quantiles
from sim.model.drawn_quantities import Durations
from sim.model.quantities import Length, MonthlyFactors, Servers, Share

LENGTH, SHARE = TypeAdapter(Figure[Length]), TypeAdapter(Figure[Share])
TIME, SEASON = TypeAdapter(Figure[Durations]), TypeAdapter(Figure[MonthlyFactors])
few = settings(max_examples=50)


def wrong(adapter: TypeAdapter[Any], given_value: object) -> list[tuple[str, str]]:
    """Each fault as the key and the words."""
    with pytest.raises(ValidationError) as caught:
        adapter.validate_python(given_value)
    found: list[tuple[str, str]] = []
    for error in caught.value.errors():
        if error["type"] == "faults":
            found += error["ctx"]["faults"]
        else:
            found.append((".".join(map(str, error["loc"])), error["msg"].removeprefix("Value error, ")))
    return found


def test_a_plain_quantity_is_a_figure_without_evidence() -> None:
    found = LENGTH.validate_python("12 km")
    assert found.value == 12_000
    assert (found.range, found.grade, found.source, found.fitted) == (None, None, None, False)
    assert found == LENGTH.validate_python({"value": "12 km"})


def test_a_record_keeps_its_evidence_as_written() -> None:
    found = LENGTH.validate_python(
        {
            "value": "12 km",
            "range": ["11 km", "13 km"],
            "grade": "B",
            "source": "operator's timetable",
            "fitted": True,
        }
    )
    assert (found.value, found.range, found.grade, found.fitted) == (12_000, ("11 km", "13 km"), "B", True)
    assert found.source == "operator's timetable"


def test_a_mapping_that_is_a_distribution_is_the_value() -> None:
    spread = {"p50": "2 h", "p90": "6 h"}
    assert TIME.validate_python(spread).value == Quantiles(p50=7_200, p90=21_600)
    assert TIME.validate_python({"value": spread, "grade": "E"}).value == Quantiles(p50=7_200, p90=21_600)
    assert TIME.validate_python("2 h").value == Constant(constant=7_200)


def test_a_record_that_lacks_its_value_says_so_and_is_not_taken_for_a_distribution() -> None:
    assert wrong(TIME, {"grade": "A", "source": "a long enough reason"}) == [("value", "Field required")]
    assert [key for key, _ in wrong(LENGTH, {"valeu": "1 km", "grade": "A"})] == ["value", "valeu"]


@given(st.integers(0, 1_000), st.integers(0, 1_000), st.integers(0, 1_000))
@few
def test_a_range_is_in_order_and_holds_the_value(low: int, value: int, high: int) -> None:
    record = {"value": f"{value} km", "range": [f"{low} km", f"{high} km"]}
    if low > high:
        words = f'the lowest value "{low} km" is above "{high} km". Write the lower one first.'
        assert wrong(LENGTH, record) == [("range", words)]
    elif not low <= value <= high:
        words = (
            f'the value lies outside "{low} km" to "{high} km". Write a wider range, or correct the value.'
        )
        assert wrong(LENGTH, record) == [("range", words)]
    else:
        assert LENGTH.validate_python(record).value == value * 1_000


def test_ends_of_a_range_may_have_another_unit_than_the_value() -> None:
    assert LENGTH.validate_python({"value": "1.5 km", "range": ["1500 m", "2 km"]}).value == 1_500
    assert wrong(LENGTH, {"value": "1.5 km", "range": ["1501 m", "2 km"]})[0][0] == "range"


def test_the_range_of_a_distribution_is_about_its_middle() -> None:
    spread = {"p50": "2 h", "p90": "6 h"}
    assert TIME.validate_python({"value": spread, "range": ["2 h", "2 h"]}).range == ("2 h", "2 h")
    (found,) = wrong(TIME, {"value": spread, "range": ["3 h", "9 h"]})
    assert found[1].startswith('the middle of the value lies outside "3 h" to "9 h".')


def test_the_range_of_twelve_months_is_about_their_mean() -> None:
    season = ["50 %"] * 6 + ["150 %"] * 6
    assert (
        SEASON.validate_python({"value": season, "range": ["100 %", "100 %"]}).value
        == (0.5,) * 6 + (1.5,) * 6
    )
    (found,) = wrong(SEASON, {"value": season, "range": ["101 %", "150 %"]})
    assert found[1].startswith('the middle of the value lies outside "101 %" to "150 %".')


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        (["11", "13 km"], "11"),
        (["11 km", "13 h"], "13 h"),
        (["11 km", "a lot"], "a lot"),
    ],
)
def test_an_end_of_a_range_that_is_no_such_quantity_is_a_fault_of_the_range(
    ends: list[str], words: str
) -> None:
    (found,) = wrong(LENGTH, {"value": "12 km", "range": ends})
    assert found[0] == "range"
    assert words in found[1]


@pytest.mark.parametrize(
    ("evidence", "key"),
    [
        ({"grade": "D"}, "grade"),
        ({"grade": "a"}, "grade"),
        ({"source": "web"}, "source"),
        ({"source": "a bell \x07 in it"}, "source"),
        ({"range": ["1 km"]}, "range.1"),
        ({"range": ["1 km", "2 km", "3 km"]}, "range"),
        ({"range": "1 km to 2 km"}, "range"),
        ({"fitted": "yes"}, "fitted"),
    ],
)
def test_evidence_of_another_kind_is_refused_at_its_key(evidence: dict[str, object], key: str) -> None:
    assert [found[0] for found in wrong(LENGTH, {"value": "1 km", **evidence})] == [key]


def test_a_share_above_all_is_refused_and_its_bounds_are_not() -> None:
    assert [SHARE.validate_python(text).value for text in ("0 %", "100 %")] == [0, 1]
    assert wrong(SHARE, "101 %")[0][1].startswith("expected a share of at most 100 %")


@pytest.mark.parametrize("end", ["1.5", "-1", "١٢", "two", "1 crane"])
def test_the_ends_of_a_range_of_a_count_are_whole_numbers(end: str) -> None:
    cranes = TypeAdapter(Figure[Servers])
    assert cranes.validate_python({"value": 2, "range": ["1", "3"]}).value == 2
    words = f'expected a whole number, got "{end}". Write for example 12.'
    assert wrong(cranes, {"value": 2, "range": [end, "3"]}) == [("range", words)]
