import copy
import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from where import MALFORMED, SMALL

from sim.errors import Finding
from sim.model import Constant
from sim.scenario_file import (
    check_files,
    dump,
    load_scenario,
    text,
)
from sim.scenario_file.scalars import resolve
from sim.scenario_file.text import parse, parse_mapping
from sim.scenario_file.tree import plain


@pytest.mark.parametrize(
    "word",
    ["NO", "yes", "off", "22:30", "2025-09-12", "010121", "007", "1_000", "<<", "=", "0x", "+", ".", "1.2.3"],
)
def test_a_word_that_other_versions_of_yaml_read_as_something_else_is_text(word: str) -> None:
    assert parse(f"key: {word}", "x")[0] == {"key": word}
    assert resolve(word) == word


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("1", 1), ("-1", -1), ("0", 0), ("1.5", 1.5), (".5", 0.5), ("1e3", 1000.0), ("0o17", 15), ("0x1F", 31), ("true", True),
        ("False", False), ("null", None), ("~", None), ("", None), ("'1'", "1"), ('"true"', "true"), ("!!str 1", "1"), ("!!int 1", 1),
    ],
)  # fmt: skip
def test_a_scalar_is_read_as_in_yaml_1_2(word: str, value: object) -> None:
    read, findings = parse(f"key: {word}", "x")
    assert not findings
    assert read == {"key": value}
    assert type(read["key"]) is type(value)


def test_aliases_of_a_small_file_are_written_out() -> None:
    read, findings = parse("a: &x {b: [1, 2]}\nc: *x\n", "x")
    assert not findings
    assert read == {"a": {"b": [1, 2]}, "c": {"b": [1, 2]}}


ODD_TEXTS = [
    "NO",
    "22:30",
    "1e5",
    "0o17",
    "0x1F",
    "~",
    "<<",
    "1_000",
    ".inf",
    "a: b",
    "- a",
    "#",
    "",
    "9" * 50,
]
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | st.sampled_from(ODD_TEXTS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(st.text(st.characters(codec="ascii", categories=["L", "N"])), VALUES, min_size=1))
def test_what_is_dumped_loads_back_to_the_same(document: dict[str, Any]) -> None:
    read, findings = parse_mapping(dump(document), "x")
    assert not findings
    assert plain(read) == document


# Nothing but findings


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_arbitrary_bytes_give_findings(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "any.yaml"
    file.write_bytes(content)
    found = check_files([file])
    assert found
    assert all(isinstance(finding, Finding) and "\n" not in str(finding) for finding in found)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.text(st.sampled_from("abk:-[]{}&*!<>|?%@#'\"\\,. \n\t\x85\u2028é~1"), max_size=80))
def test_arbitrary_yaml_gives_findings(tmp_path: Path, content: str) -> None:
    file = tmp_path / "any.yaml"
    file.write_text("schema: 1\n" + content, encoding="utf-8", newline="")
    assert check_files([file])


def places(node: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Paths of everything in a document."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, item in items for place in places(item, (*path, key)))]


DOCUMENT = load_scenario(SMALL).document
ODD = [
    *(None, True, 0, -1, 2.5, 10**25, "", "x", "36", "36 h", "-3 km", "1e40 h", "NO", "closed", "2025-01-01"),
    *("moscow", "full", [], {}, [1], [[]], {"value": None}, {"p50": "1 h"}, {"p50": "2 h", "p90": "1 h"}),
    *({"kind": "gamma"}, {"kind": []}, {"sample": 3}, {"sample": ["1 h", 2]}, {"when": "held"}, {"when": []}),
    *({"x": {"y": []}}, {"low": "1 h", "mode": {}, "high": []}, {"value": "3 km", "range": ["1 km", 3]}),
    {"value": "450 km", "range": ["9 km", "1 km"], "grade": "Z", "source": "short", "fitted": 1},
]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(
        st.tuples(
            st.sampled_from(places(DOCUMENT)[1:]),
            st.sampled_from(["replace", "remove", "rename"]),
            st.sampled_from(ODD) | st.text(max_size=10),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_an_arbitrary_change_of_a_scenario_gives_findings_or_a_scenario(
    tmp_path: Path, changes: list[Any]
) -> None:
    document = copy.deepcopy(DOCUMENT)
    for path, action, value in changes:
        parent = document
        try:
            for part in path[:-1]:
                parent = parent[part]
            old = parent.pop(path[-1])
        except (KeyError, IndexError, TypeError, AttributeError):
            continue
        if action == "remove":
            continue
        if isinstance(parent, list):
            parent.insert(path[-1], value)
        else:
            parent[str(value) if action == "rename" else path[-1]] = old if action == "rename" else value
    (tmp_path / "any.yaml").write_text(dump(document), encoding="utf-8", newline="")
    found = check_files([tmp_path / "any.yaml"])
    assert all("\n" not in str(finding) and len(str(finding)) < 900 for finding in found)


def test_a_change_of_any_letter_of_a_scenario_gives_findings_or_a_scenario(tmp_path: Path) -> None:
    body, chance = SMALL.read_text(), random.Random(7)
    for i in range(150):
        at, letter = chance.randrange(len(body)), chance.choice("x0-:{}[]'\"\n #&*!\t,")
        (tmp_path / "any.yaml").write_text(body[:at] + letter + body[at + chance.choice([0, 1]) :])
        assert isinstance(check_files([tmp_path / "any.yaml"]), list), i


def test_without_libyaml_the_same_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "_LOADER", yaml.SafeLoader)
    assert load_scenario(SMALL).document == DOCUMENT
    assert load_scenario(SMALL).scenario.legs["caspian"].running_time.value == Constant(constant=108_000)  # type: ignore[union-attr]
    assert check_files([MALFORMED / "not-yaml-tab.yaml"])
