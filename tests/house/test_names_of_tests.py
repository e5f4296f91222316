"""Test files lie in folders of rooms, have names of their own, and every one of them is collected."""

import ast
from collections import Counter

from where import ROOT, TESTS

FILES = sorted(TESTS.rglob("test_*.py"))
BESIDE = {"docs", "house", "shipped"}
"""Folders that are no rooms: of pages, of the package as a whole, of the scenarios that are shipped."""


def test_no_two_test_files_have_one_name() -> None:
    # Pytest imports them by their names: of two, one would be taken for the other.
    often = Counter(file.name for file in FILES)
    assert [name for name, n in often.items() if n > 1] == []


def test_every_test_file_is_in_the_folder_of_a_room() -> None:
    rooms = {path.name for path in (ROOT / "sim").iterdir() if (path / "__init__.py").exists()}
    assert {file.parent.name for file in FILES} <= rooms | BESIDE
    assert all(file.parent.parent == TESTS for file in FILES)


def test_no_two_tests_of_a_file_have_one_name() -> None:
    # The second would silently take the place of the first.
    for file in FILES:
        names = [
            node.name
            for node in ast.parse(file.read_text(encoding="utf-8")).body
            if isinstance(node, ast.FunctionDef)
        ]
        assert [name for name, n in Counter(names).items() if n > 1] == [], file


def called_in(node: ast.AST) -> set[str]:
    """Names of all that is called in a piece of code."""
    calls = [part.func for part in ast.walk(node) if isinstance(part, ast.Call)]
    return {getattr(call, "attr", getattr(call, "id", "")) for call in calls}


def asking(tree: ast.Module, known: set[str]) -> set[str]:
    """Functions of a file that assert, expect an exception or fail, themselves or by a function that does."""
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    found = known | {
        node.name for node in functions if any(isinstance(part, ast.Assert) for part in ast.walk(node))
    }
    while more := {node.name for node in functions if called_in(node) & found} - found:
        found |= more
    return found


def test_every_test_asks_something() -> None:
    known = {
        "raises",
        "fail",
        "check_log",
        "assert_frame_equal",
        "assert_series_equal",
        "assert_array_equal",
        "validate",
    }
    for helper in sorted(TESTS.glob("*.py")):
        known |= asking(ast.parse(helper.read_text(encoding="utf-8")), known)
    for file in FILES:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        tests = {
            node.name
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        }
        assert tests - asking(tree, known) == set(), file.name
