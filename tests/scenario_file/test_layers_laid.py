"""Mappings laid on one another: what merges, what replaces, what removes, and where each entry was given."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario_file.text import parse_mapping
from sim.scenario_file.tree import Branch, Mark, at, lay, mark_of, nested, nulls, plain

few = settings(max_examples=60)
KEYS = st.sampled_from(["a", "b", "c"])
LEAVES = st.none() | st.integers(0, 3) | st.lists(st.integers(0, 3), max_size=2)
TREES = st.dictionaries(
    KEYS,
    st.recursive(LEAVES, lambda inner: st.dictionaries(KEYS, inner, max_size=3), max_leaves=6),
    max_size=3,
)


def tree(text: str, shown: str = "f.yaml") -> Branch:
    found, findings = parse_mapping(text, shown)
    assert found is not None and findings == []
    return found


def branch(document: dict[str, Any], shown: str = "f.yaml") -> Branch:
    return tree(yaml.safe_dump(document), shown)


def laid(below: str, above: str) -> object:
    return plain(lay(tree(below), tree(above)))


def merged(under: Any, over: dict[str, Any]) -> dict[str, Any]:
    """What laying should give, on plain mappings: the oracle."""
    found = dict(under) if isinstance(under, dict) else {}
    for key, value in over.items():
        if value is None:
            found.pop(key, None)
        else:
            found[key] = merged(found.get(key), value) if isinstance(value, dict) else value
    return found


def without_nulls(document: dict[str, Any]) -> dict[str, Any]:
    return merged({}, document)


@given(TREES, TREES)
@few
def test_mappings_merge_all_else_replaces_and_null_removes(
    below: dict[str, Any], above: dict[str, Any]
) -> None:
    below = without_nulls(below)
    assert plain(lay(branch(below), branch(above))) == merged(below, above)


@given(TREES, TREES)
@few
def test_laying_changes_neither_of_the_two(below: dict[str, Any], above: dict[str, Any]) -> None:
    one, other = branch(below), branch(above)
    lay(one, other)
    lay(one, other, keep_null=True)
    assert (plain(one), plain(other)) == (below, above)


@given(TREES, TREES)
@few
def test_what_is_laid_twice_changes_nothing_more(below: dict[str, Any], above: dict[str, Any]) -> None:
    once = lay(branch(without_nulls(below)), branch(above))
    assert plain(lay(once, branch(above))) == plain(once)


@given(TREES, TREES)
@few
def test_every_entry_knows_the_layer_from_which_it_comes(
    below: dict[str, Any], above: dict[str, Any]
) -> None:
    found = lay(branch(without_nulls(below), "below"), branch(above, "above"))
    for key in found:
        assert found.marks[key].file == ("above" if key in above else "below"), key


@given(TREES)
@few
def test_laid_over_nothing_with_its_nulls_kept_a_layer_is_itself(above: dict[str, Any]) -> None:
    kept = lay(Branch(Mark("x", 1)), branch(above), keep_null=True)
    assert plain(kept) == above
    assert sorted(map(str, nulls(kept))) == sorted(map(str, nulls(branch(above))))


@pytest.mark.parametrize(
    ("below", "above", "found"),
    [
        # Another distribution
        ("t: {p50: 2 h, p90: 6 h}", "t: {p50: 3 h}", {"p50": "3 h", "p90": "6 h"}),
        ("t: {p50: 2 h, p90: 6 h}", "t: {sample: [1 h]}", {"sample": ["1 h"]}),
        ("t: {p50: 2 h, p90: 6 h}", "t: {low: 1 h, mode: 2 h, high: 3 h}", {"low": "1 h", "mode": "2 h", "high": "3 h"}),
        ("t: {kind: gamma, mean: 8 h, sd: 2 h}", "t: {mean: 9 h}", {"kind": "gamma", "mean": "9 h", "sd": "2 h"}),
        # A record with its evidence
        ("t: {value: 5, grade: C}", "t: {grade: A}", {"value": 5, "grade": "A"}),
        ("t: {value: 5, grade: C}", "t: {value: 6}", {"value": 6, "grade": "C"}),
        ("t: {value: 5, grade: C}", "t: {p50: 2 h, p90: 6 h}", {"p50": "2 h", "p90": "6 h"}),
        ("t: {value: 5, grade: C}", "t: 6", 6),
        ("t: 6", "t: {value: 5}", {"value": 5}),
        # Another dispatch rule
        ("t: {when: held, at_most: 2 d}", "t: {when: held, at_least: 9 TEU}", {"when": "held", "at_most": "2 d", "at_least": "9 TEU"}),
        ("t: {when: held, at_most: 2 d}", "t: {when: full}", {"when": "full"}),
        ("t: {when: held, at_most: 2 d}", "t: {at_most: 3 d}", {"when": "held", "at_most": "3 d"}),
        # Another target
        ("t: {facility: brest}", "t: {country: BY}", {"country": "BY"}),
        ("t: {leg: a-b}", "t: {leg: c-d}", {"leg": "c-d"}),
        # Ids of the user's that are called as those words are
        ("t: {flow: {volume: 1}}", "t: {tag: {volume: 2}}", {"flow": {"volume": 1}, "tag": {"volume": 2}}),
    ],
)  # fmt: skip
def test_another_way_to_say_it_replaces_and_the_same_way_merges(
    below: str, above: str, found: object
) -> None:
    assert laid(below, above) == {"t": found}


def test_a_removal_is_marked_where_it_stands() -> None:
    found = lay(tree("a: 1\nb: 2", "below"), tree("\n\nb: null", "above"))
    assert plain(found) == {"a": 1}
    assert found.marks == {"a": Mark("below", 1), "b": Mark("above", 3)}


def test_the_mark_of_a_path_is_that_of_its_nearest_parent_that_was_given() -> None:
    found = tree("a:\n  b:\n    - 1\n    - c: 2\n")
    marks = {
        ("a",): 1,
        ("a", "b"): 2,
        ("a", "b", 0): 3,
        ("a", "b", 1): 4,
        ("a", "b", 1, "c"): 4,
        ("a", "b", 2): 2,
        ("a", "x", "y"): 1,
        ("z",): 1,
    }
    assert {path: mark_of(found, path).line for path in marks} == marks


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((), {"a": [1, {"b": None}]}),
        (("a",), [1, {"b": None}]),
        (("a", 0), 1),
        (("a", 1, "b"), None),
        (("a", 2), None),
        (("a", -1), None),
        (("a", "0"), None),
        (("a", 0, "b"), None),
        (("b",), None),
    ],
)
def test_at_a_path_is_what_stands_there_or_nothing(path: tuple[str | int, ...], value: object) -> None:
    assert at(tree("a: [1, {b: null}]"), path) == value


@given(st.lists(KEYS, min_size=1, max_size=5), st.integers())
@few
def test_a_dotted_path_makes_the_mappings_above_it_all_given_at_one_place(
    path: list[str], value: int
) -> None:
    here = Mark("--set", 0)
    made = nested(path, value, here)
    assert at(made, tuple(path)) == value
    assert [mark_of(made, tuple(path[:i])) for i in range(len(path) + 1)] == [here] * (len(path) + 1)


def test_nulls_are_found_at_every_depth_of_mappings() -> None:
    found = tree("a: null\nb: {c: ~, d: {e: null, f: 1}}\ng: [null]\nh: ''")
    assert list(nulls(found)) == [("a",), ("b", "c"), ("b", "d", "e")]


def test_a_level_without_some_keys_keeps_the_marks_of_the_others() -> None:
    found = tree("a: 1\nb: 2\nc: 3").without("b", "x")
    assert plain(found) == {"a": 1, "c": 3}
    assert {key: mark.line for key, mark in found.marks.items()} == {"a": 1, "c": 3}
