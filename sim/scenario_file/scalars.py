"""Plain values by the rules of YAML 1.2: which text is a number, a truth value, nothing, or text."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Any

_WORDS = {"null": None, "true": True, "false": False}
_KEYWORD = re.compile(r"null|Null|NULL|true|True|TRUE|false|False|FALSE")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_DIGITS_MAX = 40


@lru_cache(maxsize=4096)
def resolve(text: str) -> Any:
    """Return what an unquoted scalar means in YAML 1.2: null, bool, int, float or text.

    Raises ValueError for a number that is not finite or absurdly long. Unlike the norm, a number with a leading
    zero stays text: it is an HS code.
    """
    if text in ("", "~"):
        return None
    if _KEYWORD.fullmatch(text):
        return _WORDS[text.lower()]
    if _NOT_FINITE.fullmatch(text):
        raise ValueError(f"expected a finite number, got {text}. Write a number, or put the text in quotes.")
    if not _DECIMAL.fullmatch(text) and not _INTEGER.fullmatch(text):
        return text
    if len(text) > _DIGITS_MAX:
        raise ValueError(
            f"expected a number of at most {_DIGITS_MAX} digits, got {len(text)}. Write it shorter, or in quotes."
        )
    if _INTEGER.fullmatch(text):
        return int(text, 0)
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"expected a finite number, got {text}. Write a number, or put the text in quotes.")
    return number
