"""Values written on one line: in findings short enough to read, in advice so that they read back as the same."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario_file.scalars import resolve
from sim.scenario_file.text import parse
from sim.scenario_file.tree import plain
from sim.scenario_file.writing import brief, flow, written

some = settings(max_examples=150)
TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12) | st.sampled_from(
    [
        "no",
        "12 h",
        "-20 %",
        "- a",
        "a: b",
        "#",
        "",
        "null",
        "1e3",
        "0o17",
        "~",
        "'",
        '"',
        "{}",
        "Brest–Terespol",
        "a b ",
    ]
)
VALUES = st.recursive(
    TEXTS | st.integers(-(10**9), 10**9) | st.booleans() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["p50", "low", "a-b"]), inner, max_size=2)
    ),
    max_leaves=5,
)


@given(VALUES)
@some
def test_what_is_advised_reads_back_as_the_same(value: Any) -> None:
    line = written(value)
    assert "\n" not in line
    found, findings = parse(f"key: {line}", "x")
    assert findings == []
    assert plain(found) == {"key": value}


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("12 h", "12 h"),
        ("-20 %", "-20 %"),
        ("a-b", "a-b"),
        ("85", '"85"'),
        ("0851", "0851"),
        ("true", '"true"'),
        ("", '""'),
        ("a: b", '"a: b"'),
        ("Москва", "Москва"),
        (["1 d", 2, None], "[1 d, 2, null]"),
        ({"p50": "12 h", "p90": "40 h"}, "{p50: 12 h, p90: 40 h}"),
        ({"hs": ["85", "0851"]}, '{hs: ["85", 0851]}'),
        (False, "false"),
        (1.5, "1.5"),
        ([], "[]"),
        ({}, "{}"),
    ],
)
def test_only_what_could_be_something_else_is_in_quotes(value: object, line: str) -> None:
    assert written(value) == line


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (None, "null"),
        (True, "true"),
        ({"a": ["85", None, {"b": False}]}, "{a: [85, null, {b: false}]}"),
        ("12 h", "12 h"),
        (7, "7"),
    ],
)
def test_a_note_shows_a_value_as_a_person_writes_it(value: object, line: str) -> None:
    assert flow(value) == line


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (2.5, "2.5"),
        ([1], "a list"),
        ({"a": 1}, "a mapping"),
        ("twelve", '"twelve"'),
        ("two\nlines\tand \x1b[31mred", '"two lines and  [31mred"'),
        ("x" * 60, '"' + "x" * 60 + '"'),
        ("x" * 61, '"' + "x" * 60 + '…"'),
    ],
)
def test_in_a_finding_a_value_is_one_short_line(value: object, words: str) -> None:
    assert brief(value) == words


def test_as_much_of_a_text_is_shown_as_is_asked_for() -> None:
    assert brief("abcdef", 3) == '"abc…"'
    assert brief("abc", 3) == '"abc"'


@given(st.integers(-(10**38), 10**38))
@some
def test_a_whole_number_is_itself(number: int) -> None:
    assert resolve(str(number)) == number
    assert isinstance(resolve(str(number)), int)


@given(st.floats(-1e15, 1e15, allow_nan=False))
@some
def test_a_decimal_is_the_nearest_binary_number(number: float) -> None:
    assert resolve(repr(number)) == number
    assert isinstance(resolve(repr(number)), float)


@pytest.mark.parametrize(
    ("text", "value"),
    [("0x1f", 31), ("0o17", 15), ("+3", 3), ("-0", 0), ("1.", 1.0), ("+.5e1", 5.0), ("1e-2", 0.01), ("NULL", None), ("True", True)],
)  # fmt: skip
def test_a_number_may_be_written_in_other_ways(text: str, value: object) -> None:
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)


@pytest.mark.parametrize(
    "text",
    ["tRUE", "nULL", "00", "01.5", "-01", "0b1", "0x", "1e", "e3", "--1", "1,5", "١٢", "1 000", ".", "+"],
)
def test_what_only_resembles_a_number_or_a_word_is_text(text: str) -> None:
    assert resolve(text) == text


@pytest.mark.parametrize("text", [".inf", "-.INF", "+.Inf", ".nan", ".NaN", "1e999", "-1e400"])
def test_a_number_that_is_not_finite_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a finite number, got") as caught:
        resolve(text)
    assert text in str(caught.value)


def test_an_absurdly_long_number_is_refused_and_an_absurdly_long_text_is_not() -> None:
    assert resolve("1" * 40) == int("1" * 40)
    with pytest.raises(ValueError, match="at most 40 digits, got 41"):
        resolve("1" * 41)
    assert resolve("1" * 41 + "x") == "1" * 41 + "x"
