"""Values set by dotted path: what is wrong with a path, in words, and what a set notes."""

from pathlib import Path

import pytest
from where import SMALL

from sim.errors import ScenarioError
from sim.scenario_file import load_scenario
from sim.scenario_file.overrides import check, from_command_line, from_mapping, note
from sim.scenario_file.text import parse_mapping
from sim.scenario_file.tree import Branch, Mark

SHOWN = """
seed: 1
facilities: {brest: {kind: border}, moscow: {kind: terminal}}
flows: {west: {volume: 10 TEU/day}}
"""
HERE = Mark("f.yaml", 7)


def tree(text: str = SHOWN) -> Branch:
    found, findings = parse_mapping(text, "f.yaml")
    assert found is not None and findings == []
    return found


def said(*sets: str, below: str = SHOWN) -> list[str]:
    """What is wrong with sets of the command line, over a tree."""
    overrides, findings = from_command_line(sets)
    return [
        one.message
        for one in (*findings, *(found for each in overrides for found in check(tree(below), each)))
    ]


@pytest.mark.parametrize("text", ["seed", "=7", "seed=", " =7", "seed= ", ""])
def test_what_is_no_path_with_a_value_is_told_how_it_looks(text: str) -> None:
    assert said(text) == ["expected path=value. Write for example --set seed=7."]


@pytest.mark.parametrize(
    "text",
    [
        "seed=7",
        "title=x",
        "facilities.brest.kind=terminal",
        "facilities.brest.name=Brest",
        "policies.new.barred=true",
        "openings.o=2025-01-01",
        "flows.west.volume=1 TEU/day",
        "flows.new={a: b}",
    ],
)
def test_a_path_may_give_what_the_schema_knows_and_make_entries_where_names_are_free(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sede=7", "unknown path: a scenario has no 'sede'; did you mean 'seed'?"),
        (
            "facilities.brst.kind=border",
            "unknown path: facilities has no 'brst'; did you mean 'brest'? There is brest, moscow.",
        ),
        ("facilities.zzz.kind=border", "unknown path: facilities has no 'zzz'. There is brest, moscow."),
        (
            "facilities.brest.kinds=border",
            "unknown path: facilities.brest has no 'kinds'; did you mean 'kind'?",
        ),
        ("legs.a-b.length=1 km", "unknown path: legs has no 'a-b'. There is none yet."),
        (
            "flows.west.rooting.shares={a: 1}",
            "unknown path: flows.west has no 'rooting'; did you mean 'routing'?",
        ),
    ],
)
def test_a_path_that_leads_nowhere_says_what_is_there(text: str, words: str) -> None:
    (found,) = said(text)
    assert found.startswith(words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("facilities.warsaw=null", "nothing to remove: facilities has no 'warsaw'."),
        ("facilities.bresst=null", "nothing to remove: facilities has no 'bresst'; did you mean 'brest'?"),
    ],
)  # fmt: skip
def test_nothing_can_be_removed_that_is_not_there(text: str, words: str) -> None:
    assert said(text) == [f"{words} If nothing of it is meant, leave the null out."]


def test_what_is_there_can_be_removed_and_so_can_a_key_that_is_known_but_not_given() -> None:
    assert (
        said("facilities.brest=null", "flows.west.volume=null", "flows.west.season=null", "title=null") == []
    )


def test_a_value_that_cannot_be_read_is_told_with_what_was_written() -> None:
    overrides, findings = from_command_line(["seed=[1", "title=Two"])
    assert [(one.key, one.value) for one in overrides] == [("title", "Two")]
    assert [(one.file, one.line) for one in findings] == [("--set seed=[1", 0)]


def test_a_value_may_hold_equal_signs_and_is_read_as_yaml() -> None:
    overrides, findings = from_command_line(["title=a=b", "seed=07", "replications= 7 ", "purpose='7'"])
    assert findings == []
    assert [one.value for one in overrides] == ["a=b", "07", 7, "7"]


@pytest.mark.parametrize("given", [None, 7, "seed", [1]])
def test_set_in_a_file_is_a_mapping(given: object) -> None:
    overrides, (found,) = from_mapping(given, HERE)
    assert overrides == []
    assert (found.line, found.key) == (7, "set")
    assert found.message.startswith("expected dotted paths with values, got ")


def test_a_set_of_a_file_keeps_the_line_of_each_of_its_keys() -> None:
    overrides, findings = from_mapping(tree("seed: 7\nflows.west.volume: 1 TEU/day"), HERE)
    assert findings == []
    assert [(one.path, one.mark.line) for one in overrides] == [
        (("seed",), 1),
        (("flows", "west", "volume"), 2),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("seed=7", "seed: 1 -> 7"),
        ("title=Two words", "title: not set -> Two words"),
        ("flows.west.volume={value: 9 TEU/day, grade: A}", "flows.west.volume: 10 TEU/day -> {value: 9 TEU/day, grade: A}"),
        ("facilities.brest=null", "facilities.brest: {kind: border} -> null"),
        ("flows.west.tags=[a, b]", "flows.west.tags: not set -> [a, b]"),
    ],
)  # fmt: skip
def test_a_set_notes_what_was_there_and_what_is_now(text: str, line: str) -> None:
    ((one,), _) = from_command_line([text])
    assert note(tree(), one) == line


def test_every_set_that_is_wrong_is_a_finding_and_the_order_of_the_right_ones_counts(tmp_path: Path) -> None:
    assert load_scenario(SMALL, sets=["seed=7", "seed=8"]).scenario.seed == 8
    with pytest.raises(ScenarioError) as caught:
        load_scenario(SMALL, sets=["seed=7", "sede=8", "flows.nobody.volume=1 TEU/day", "title"])
    assert len(caught.value.findings) == 3
    assert {one.line for one in caught.value.findings} == {0}
