"""Numbers at the head of a text: which marks group thousands, which one begins the decimals, and when that is asked."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.units.numbers import decimal, read_number

PLAIN = {
    "36 h": ("", 36, "h"),
    "36h": ("", 36, "h"),
    "-20 %": ("-", -20, "%"),
    "+0.5 d": ("+", Fraction(1, 2), "d"),
    ".25": ("", Fraction(1, 4), ""),
    "5. km": ("", 5, "km"),
    "1,234 km": ("", 1234, "km"),
    "1,234,567.8 t": ("", Fraction("1234567.8"), "t"),
    "1 234 567": ("", 1234567, ""),
    "1'234.5": ("", Fraction("1234.5"), ""),
    "12_000 TEU": ("", 12000, "TEU"),
    "1.5e3 TEU": ("", 1500, "TEU"),
    "2E-2": ("", Fraction(1, 50), ""),
    "0.125 d": ("", Fraction(1, 8), "d"),
    "1234.567 km": ("", Fraction("1234.567"), "km"),
    "1.2500 d": ("", Fraction(5, 4), "d"),
}


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_number_is_read_with_its_sign_and_what_follows(text: str) -> None:
    written = read_number(text)
    assert written is not None
    assert (written.sign, written.value, written.rest) == PLAIN[text]
    assert written.readings == ()


ASKED = {
    "1.234 km": [(1234, "if the point groups digits"), (Fraction("1.234"), "if decimals follow it")],
    "-60.000": [(-60000, "if the point groups digits"), (-60, "if decimals follow it")],
    "1.234.567": [(1234567, "")],
    "1.234,5 t": [(Fraction("1234.5"), "")],
    "1,5 d": [(Fraction(3, 2), "if the comma begins the decimals"), (15, "if it groups digits")],
    "0,5 d": [(Fraction(1, 2), "if the comma begins the decimals")],
    "1 234,5": [(Fraction("1234.5"), "if the comma begins the decimals"), (12345, "if it groups digits")],
    "1,2,3": [],
    "1.2.3": [],
}


@pytest.mark.parametrize("text", ASKED)
def test_a_number_that_others_read_in_another_way_has_no_value_and_says_what_it_may_be(text: str) -> None:
    written = read_number(text)
    assert written is not None
    assert written.value is None
    assert list(written.readings) == ASKED[text]


@pytest.mark.parametrize("text", ["", "h", "about 5", "%5", "- 5", "--5", ".", "٥ h"])
def test_a_text_that_begins_with_no_number_is_none(text: str) -> None:
    assert read_number(text) is None


def test_an_exponent_beyond_two_digits_is_a_unit_that_nobody_knows_and_not_a_number_that_is_never_done() -> (
    None
):
    written = read_number("1e999999999")
    assert written is not None
    assert (written.value, written.rest) == (1, "e999999999")


whole = st.integers(-(10**9), 10**9)


@given(whole, st.integers(0, 9))
def test_a_number_that_is_written_in_decimals_is_read_as_the_same(digits: int, places: int) -> None:
    value = Fraction(digits, 10**places)
    written = read_number(decimal(value))
    assert written is not None
    assert (written.value, written.rest) == (value, "")


@given(st.integers(0, 999), st.integers(0, 999))
def test_three_decimals_are_never_written_as_what_may_be_a_group_of_thousands(left: int, right: int) -> None:
    written = read_number(decimal(Fraction(f"{left}.{right:03}")))
    assert written is not None
    assert not written.readings


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(5), "5"),
        (Fraction(-1, 2), "-0.5"),
        (Fraction("1.234"), "1.2340"),
        (Fraction("0.125"), "0.125"),
        (Fraction("1234.567"), "1234.567"),
        (Fraction(1, 10**6), "0.000001"),
        (Fraction(1, 3), "0.3333333333333"),
        (Fraction(2, 3), "0.6666666666667"),
    ],
)
def test_a_number_is_written_with_all_its_decimals_or_cut_where_it_has_no_end(
    value: Fraction, text: str
) -> None:
    assert decimal(value) == text
