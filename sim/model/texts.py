"""Texts that people give: they are shown as they are, on one line, wherever they come; nothing in them is markup."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

from sim.model.limits import TITLE_MAX

_HIDDEN = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ufeff")
"""Marks that turn the direction of writing: what is read is then not what stands there."""
_LINE_ENDS = "\n\r\t"
_ADVICE = "Remove it; where a backslash was meant, write the text in single quotes."


def _hidden(text: str, allowed: str = "") -> str | None:
    """Name the first character of a text that cannot be shown as it is; None if there is none."""
    if text.isprintable():  # all of those below are none of it, and most texts are
        return None
    for letter in text:
        if letter not in allowed and (
            letter in _HIDDEN or unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp", "Cn")
        ):
            return f"the character {unicodedata.name(letter, f'U+{ord(letter):04X}')}"
    return None


def _shown(text: str) -> str:
    """A text that can be shown on one line, or ValueError."""
    found = _hidden(text)
    if found is not None:
        raise ValueError(f"expected one line of text, found {found}. {_ADVICE}")
    if not text.strip():
        raise ValueError("the text is empty. Write in a few words what it is.")
    return text


def _readable(text: str) -> str:
    """A text that can be shown on several lines, or ValueError."""
    found = _hidden(text, _LINE_ENDS)
    if found is not None:
        raise ValueError(f"expected text, found {found}. {_ADVICE}")
    return text


Title = Annotated[
    str, AfterValidator(_shown), Field(min_length=1, max_length=TITLE_MAX, description="one line of text")
]
"""A title or name: one line, shown as it is in tables and pictures."""
Prose = Annotated[str, AfterValidator(_readable)]
"""Text of any length, without control characters."""
