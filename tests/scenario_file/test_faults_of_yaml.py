"""What is wrong with the text of a file, each at its line and key, and how much of it is read all the same."""

import pytest

from sim.scenario_file.text import DEPTH_MAX, parse, parse_mapping
from sim.scenario_file.tree import plain


def faults(text: str) -> list[str]:
    """Findings as "line key: words"."""
    return [f"{one.line} {one.key}: {one.message}" for one in parse(text, "f")[1]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1\nb: 2\na: 3", "3 a: given twice, first at line 1. Keep one of the two."),
        ("m:\n  a: 1\n  a: 1", "3 m.a: given twice, first at line 2. Keep one of the two."),
        ("a: *x", "1 a: the alias *x stands for nothing: no &x before. Add the anchor, or write the value."),
        ("a: &x [1, *x]", "1 a: the alias *x lies within what it stands for. Write out what is meant."),
        ("a: &x {k: 1}\nb:\n  <<: *x", '3 b: merge keys (<<) are not read. Use "extends", or write the keys out.'),
        ("85: goods", '1 : a key must be text, got 85. Write "85" in quotes.'),
        ("m:\n  true: 1", '2 m: a key must be text, got true. Write "true" in quotes.'),
        ("? [1, 2]\n: 3", '1 : a key must be text, got a list. Write "name" in quotes.'),
        ("a: !!set {}", '1 a: the tag "!!set" is not read: a scenario is plain text and numbers. Remove it.'),
        ("a: !mine {}", '1 a: the tag "!mine" is not read: a scenario is plain text and numbers. Remove it.'),
        ("a: !!int twelve", '1 a: the tag tag:yaml.org,2002:int does not fit "twelve". Remove it.'),
        ("a: .nan", "1 a: expected a finite number, got .nan. Write a number, or put the text in quotes."),
        ("a: 1\n---\nb: 2", '2 : a second document begins here. Keep one, without "---" between.'),
        ("a:\n\t- 1", "2 : not YAML: a tab. Indent with spaces."),
    ],
)  # fmt: skip
def test_a_fault_is_told_at_its_line_and_key(text: str, found: str) -> None:
    assert faults(text) == [found]


def test_all_faults_that_leave_the_rest_readable_come_at_once() -> None:
    assert [one.split(":")[0] for one in faults("a: .inf\n1: x\nb: 2\nb: 3\nc: {d: 1e999}")] == [
        "1 a",
        "2 ",
        "4 b",
        "5 c.d",
    ]


def test_of_a_key_given_twice_the_first_counts_and_the_rest_is_read() -> None:
    found, findings = parse_mapping("a: 1\na: 2\nb: 3", "f")
    assert plain(found) == {"a": 1, "b": 3}
    assert len(findings) == 1


@pytest.mark.parametrize("text", ["a: 1\nb: *x", "a: 1\nb: .nan", "a: 1\n2: b", "a: ["])
def test_of_a_text_that_cannot_be_read_as_a_whole_nothing_is_used(text: str) -> None:
    found, findings = parse_mapping(text, "f")
    assert found is None
    assert len(findings) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty. Write at least schema, title and period, or extends."),
        ("# only a comment", "the file is empty. Write at least schema, title and period, or extends."),
        ("null", "the file is empty. Write at least schema, title and period, or extends."),
        ("- a\n- b", "expected keys with values, got a list. Write for example schema: 1."),
        ("just words", 'expected keys with values, got "just words". Write for example schema: 1.'),
        ("7", "expected keys with values, got 7. Write for example schema: 1."),
    ],
)
def test_a_document_that_is_no_mapping_says_what_it_is(text: str, words: str) -> None:
    found, findings = parse_mapping(text, "f")
    assert found is None
    assert [(one.file, one.line, one.message) for one in findings] == [("f", 1, words)]


def test_what_is_given_on_the_command_line_has_no_lines() -> None:
    value, findings = parse("{a: 1,\n a: 2}", "--set x", line=0)
    assert plain(value) == {"a": 1}
    assert [one.line for one in findings] == [0]
    assert [one.line for one in parse("[1", "--set x", line=0)[1]] == [0]


def test_a_missing_bracket_is_told_with_the_line_at_which_it_begins() -> None:
    (found,) = faults("a: 1\nb: {c: 1,\n  d: 2\ne: 3\n")
    assert found.startswith("4 : not YAML: ")
    assert "begun at line 2. Look for a missing bracket, quote or colon." in found


def test_as_deep_as_is_allowed_is_read_and_one_deeper_is_not() -> None:
    value, findings = parse("[" * (DEPTH_MAX + 1) + "]" * (DEPTH_MAX + 1), "f")
    assert findings == []
    depth = 0
    while isinstance(value, list):
        value, depth = value[0] if value else None, depth + 1
    assert depth == DEPTH_MAX + 1
    (found,) = faults("[" * (DEPTH_MAX + 2) + "]" * (DEPTH_MAX + 2))
    assert found == f"1 : nested more than {DEPTH_MAX} deep, which no scenario needs. Write it flatter."


def test_an_alias_is_written_out_and_may_be_used_again() -> None:
    found, findings = parse("a: &t {p50: 2 h, p90: 6 h}\nb: *t\nc: [*t, *t]", "f")
    assert findings == []
    spread = {"p50": "2 h", "p90": "6 h"}
    assert plain(found) == {"a": spread, "b": spread, "c": [spread, spread]}


def test_an_anchor_given_again_is_the_one_before_the_alias() -> None:
    assert plain(parse("a: &t 1\nb: *t\nc: &t 2\nd: *t", "f")[0]) == {"a": 1, "b": 1, "c": 2, "d": 2}


def test_every_item_and_key_has_the_line_on_which_it_stands() -> None:
    found, _ = parse("a:\n  - 1\n  -\n    b: 2\nc: [1,\n  2]", "f")
    assert [mark.line for mark in found["a"].marks] == [2, 4]
    assert found["a"][1].marks["b"].line == 4
    assert [mark.line for mark in found["c"].marks] == [5, 6]
    assert {mark.file for mark in found.marks.values()} == {"f"}
