"""Nothing is too long to be read at once, and everything says what it is for."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import sim

ROOT = Path(sim.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
LINES_OF_A_FILE, LINES_OF_A_FUNCTION = 400, 60
STORIES = {"engine/reference.py": 650, "engine/story.py": 650}
"""What is one story from beginning to end, and how long it may be."""
NOT_NAMES = {"utils", "helpers", "core", "manager", "handler", "base", "common", "data"}
each_file = pytest.mark.parametrize("file", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def defined_in(file: Path) -> Iterator[Definition]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, Definition):
            yield node


@each_file
def test_a_file_is_short_enough_to_be_read_at_once(file: Path) -> None:
    most = STORIES.get(file.relative_to(ROOT).as_posix(), LINES_OF_A_FILE)
    assert len(file.read_text(encoding="utf-8").splitlines()) <= most


@each_file
def test_a_function_is_short_enough_to_be_read_at_once(file: Path) -> None:
    lengths = {
        f"{node.name}, line {node.lineno}": (node.end_lineno or node.lineno) - node.lineno + 1
        for node in defined_in(file)
        if not isinstance(node, ast.ClassDef)
    }
    assert {name: length for name, length in lengths.items() if length > LINES_OF_A_FUNCTION} == {}


@each_file
def test_every_file_class_and_function_says_what_it_is_for(file: Path) -> None:
    """Private ones too; but those with names of Python's own (`__init__`, `__len__`) do what these always do."""
    assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    silent = [
        f"{node.name}, line {node.lineno}"
        for node in defined_in(file)
        if not ast.get_docstring(node) and not (node.name.startswith("__") and node.name.endswith("__"))
    ]
    assert silent == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert {file.stem for file in FILES} & NOT_NAMES == set()


def test_the_longest_stories_are_there() -> None:
    """A story that is told elsewhere must not leave its exception behind."""
    assert all((ROOT / name).exists() for name in STORIES)
