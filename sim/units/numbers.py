"""Numbers as people write them: which mark groups thousands and which one begins the decimals is not always plain."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

_GROUPED = r"[1-9][0-9]{0,2}"
# At most two digits of exponent: an exact fraction of 1e999999999 would never be done.
_HEAD = re.compile(
    r"([-+]?)((?:[0-9]|(?<=[0-9])[,_'](?=[0-9])|(?<=[0-9]) (?=[0-9]{3}(?![0-9]))|\.(?=[0-9])|(?<=[0-9])\.)+)"
    r"((?:[eE][-+]?[0-9]{1,2}(?![0-9]))?)(?![0-9])\s*(.*)"
)
_PLAIN = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+")
_COMMAS = re.compile(rf"{_GROUPED}(?:,[0-9]{{3}})+(?:\.[0-9]*)?")
_OTHER_GROUPS = re.compile(rf"{_GROUPED}(?:([ '])[0-9]{{3}})(?:\1[0-9]{{3}})*(?:\.[0-9]*)?")
_POINT_OR_GROUP = re.compile(rf"{_GROUPED}\.[0-9]{{3}}")
_POINT_GROUPS = re.compile(rf"{_GROUPED}(?:\.[0-9]{{3}})+(?:,[0-9]+)?")
_DECIMAL_COMMA = re.compile(r"([0-9]+|[0-9]{1,3}(?:[ '][0-9]{3})+),([0-9]+)")


class Written(NamedTuple):
    """A number at the head of a text.

    `value` is what it means, None when that is not plain; then `readings` are what it may mean, each with words that say
    how it is read, none when it is no number at all. `rest` is the text behind it, and `sign` is "+", "-" or "".
    """

    sign: str
    value: Fraction | None
    readings: tuple[tuple[Fraction, str], ...]
    rest: str


def read_number(text: str) -> Written | None:
    """Read the number at the head of a text; None if there is none.

    A comma, a space, an apostrophe or an underscore may group thousands, and a point begins the decimals. What somebody
    who writes numbers in another way would mean otherwise has no value: "60.000" is 60 or 60000, "1,5" is 1.5 or 15.
    """
    match = _HEAD.fullmatch(text)
    if match is None:
        return None
    sign, digits, exponent, rest = match.groups()
    scale = Fraction(f"{sign}1{exponent}")

    def of(plain: str) -> Fraction:
        """The number, with its scale."""
        return Fraction(plain) * scale

    value: Fraction | None = None
    readings: list[tuple[Fraction, str]] = []
    plain = digits.replace("_", "")
    if _POINT_OR_GROUP.fullmatch(digits) and not exponent:
        readings = [
            (of(digits.replace(".", "")), "if the point groups digits"),
            (of(digits), "if decimals follow it"),
        ]
    elif _PLAIN.fullmatch(plain):
        value = of(plain)
    elif _COMMAS.fullmatch(digits) or _OTHER_GROUPS.fullmatch(digits):
        value = of(re.sub("[, ']", "", digits))
    elif _POINT_GROUPS.fullmatch(digits):
        readings = [(of(digits.replace(".", "").replace(",", ".")), "")]
    elif comma := _DECIMAL_COMMA.fullmatch(digits):
        whole, decimals = re.sub("[ ']", "", comma[1]), comma[2]
        readings = [(of(f"{whole}.{decimals}"), "if the comma begins the decimals")]
        if not whole.startswith("0"):
            readings.append((of(whole + decimals), "if it groups digits"))
    return Written(sign, value, tuple(readings), rest)


def decimal(value: Fraction) -> str:
    """Write a number so that it is read as the same: all its decimals, and no group that could be taken for thousands.

    A number without an end (a third) is cut after twelve digits.
    """
    if value.denominator == 1:
        return str(value.numerator)
    scaled, places = abs(value), 0
    while scaled.denominator != 1 and places < 12 + len(str(value.denominator)):
        scaled, places = scaled * 10, places + 1
    digits = str(round(scaled)).rjust(places + 1, "0")
    text = f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"
    return f"{text}0" if _POINT_OR_GROUP.fullmatch(text.lstrip("-")) else text
