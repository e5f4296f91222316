"""Texts that people give: one line is one line, nothing in it hides, and every language is welcome."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from sim.model.limits import TITLE_MAX
from sim.model.texts import Prose, Title

TITLE, PROSE = TypeAdapter(Title), TypeAdapter(Prose)


def wrong(adapter: TypeAdapter[str], text: str) -> str:
    with pytest.raises(ValidationError) as caught:
        adapter.validate_python(text)
    (error,) = caught.value.errors()
    return str(error["msg"]).removeprefix("Value error, ")


@pytest.mark.parametrize(
    "text",
    [
        "Middle Corridor",
        "Срединный коридор",
        "中欧班列",
        "Małaszewicze–Brest",
        "50 % of “it”",
        "a\u00a0b",
        "<b>&amp;",
    ],
)
def test_a_title_in_any_language_is_kept_as_it_is(text: str) -> None:
    assert TITLE.validate_python(text) == text
    assert PROSE.validate_python(text) == text


@pytest.mark.parametrize(
    ("letter", "name"),
    [
        ("\u202e", "RIGHT-TO-LEFT OVERRIDE"),
        ("\u2066", "LEFT-TO-RIGHT ISOLATE"),
        ("\u200f", "RIGHT-TO-LEFT MARK"),
        ("\ufeff", "ZERO WIDTH NO-BREAK SPACE"),
        ("\u2028", "LINE SEPARATOR"),
        ("\u2029", "PARAGRAPH SEPARATOR"),
        ("\x07", "U+0007"),
        ("\x1b", "U+001B"),
        ("\x85", "U+0085"),
        ("\ud800", "U+D800"),
        ("\uffff", "U+FFFF"),
    ],
)
def test_what_cannot_be_shown_is_refused_by_its_name_in_titles_and_prose(letter: str, name: str) -> None:
    text = f"North{letter}South"
    advice = "Remove it; where a backslash was meant, write the text in single quotes."
    # A half of a pair is no text at all for the schema.
    if unicodedata.category(letter) == "Cs":
        with pytest.raises(ValidationError):
            TITLE.validate_python(text)
        return
    assert wrong(TITLE, text) == f"expected one line of text, found the character {name}. {advice}"
    assert wrong(PROSE, text) == f"expected text, found the character {name}. {advice}"


@pytest.mark.parametrize(("letter", "name"), [("\n", "U+000A"), ("\r", "U+000D"), ("\t", "U+0009")])
def test_prose_has_lines_and_a_title_has_one(letter: str, name: str) -> None:
    text = f"One{letter}two"
    assert PROSE.validate_python(text) == text
    assert f"found the character {name}" in wrong(TITLE, text)


@pytest.mark.parametrize("text", [" ", "   ", "\u00a0", "\u3000"])
def test_a_title_of_blanks_is_empty(text: str) -> None:
    assert wrong(TITLE, text) == "the text is empty. Write in a few words what it is."


def test_a_title_is_as_long_as_a_line_and_no_longer() -> None:
    assert TITLE.validate_python("x" * TITLE_MAX) == "x" * TITLE_MAX
    assert str(TITLE_MAX) in wrong(TITLE, "x" * (TITLE_MAX + 1))
    assert PROSE.validate_python("x" * 10 * TITLE_MAX) == "x" * 10 * TITLE_MAX
    with pytest.raises(ValidationError):
        TITLE.validate_python("")


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp", "Cf"]), min_size=1, max_size=40)
)
def test_every_text_of_letters_marks_and_signs_is_prose_and_a_title_unless_it_is_blank(text: str) -> None:
    assert PROSE.validate_python(text) == text
    if text.strip():
        assert TITLE.validate_python(text) == text
    else:
        assert "the text is empty" in wrong(TITLE, text)
