"""From pydantic's errors and the cross-checks' faults to findings in plain words, each at its file and line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from sim.errors import Finding
from sim.model.demand import HS_CODE
from sim.model.faults import Fault
from sim.model.network import COUNTRY, ID
from sim.scenario_file.shape import names_at, nearest
from sim.scenario_file.text import brief
from sim.scenario_file.tree import Branch, Path, at, has, mark_of

_PATTERNS = {
    ID: "a name of lower-case letters, digits and hyphens",
    COUNTRY: "a country as two capital letters (ISO 3166)",
    HS_CODE: 'an HS code of 2, 4 or 6 digits in quotes, for example "85" or "8471"',
}
_KINDS = {
    "bool_type": "true or false",
    "dict_type": "keys with values",
    "float_type": "a number",
    "int_from_float": "a whole number",
    "int_type": "a whole number",
    "list_type": "a list",
    "model_attributes_type": "keys with values",
    "model_type": "keys with values",
    "string_type": "text",
    "tuple_type": "a list",
}


def finding(tree: Branch, path: Path, message: str) -> Finding:
    """Return a finding at the line of the entry at a path, or of its nearest parent that was given."""
    mark = mark_of(tree, path)
    return Finding(mark.file, mark.line, ".".join(str(part) for part in path), message)


def from_faults(tree: Branch, faults: Iterable[Fault]) -> list[Finding]:
    """Return the findings of the cross-checks."""
    return [finding(tree, path, message) for path, message in faults]


def from_pydantic(tree: Branch, error: ValidationError) -> list[Finding]:
    """Return one finding for each fault that the schema found."""
    found: list[tuple[Path, str]] = []
    lacking: list[tuple[Path, str]] = []
    guessed: set[Path] = set()
    for fault in error.errors(include_url=False):
        labelled = fault["loc"]
        path = given_path(tree, labelled)
        if fault["type"] == "missing" and isinstance(labelled[-1], str):
            lacking.append(((*path, labelled[-1]), _missing(labelled[-1])))
        elif fault["type"] == "extra_forbidden":
            names = names_at(labelled[:-1])
            near = nearest(str(labelled[-1]), names)
            guessed.add((*path[:-1], near or ""))
            found.append((path, _unknown_key(str(labelled[-1]), near, names)))
        elif fault["type"] == "faults":
            found += [((*path, *filter(None, [key])), text) for key, text in fault["ctx"]["faults"]]
        elif not _follows(at(tree, path), fault):
            found += [_in_words(tree, path, fault)]
    # A misspelt key is one fault, although the right key is missing too.
    found += [(path, message) for path, message in lacking if path not in guessed]
    return [finding(tree, path, message) for path, message in found]


def given_path(tree: Branch, labelled: Path) -> Path:
    """Return pydantic's path without what the user did not write: labels of unions, `value` of a plain figure."""
    path: Path = ()
    node: Any = tree
    for part in labelled:
        if has(node, part):
            path = (*path, part)
            node = node[part]
    return path


def _follows(given: object, fault: Any) -> bool:
    """Say whether a fault only follows from others: a list is called too short when its items are wrong."""
    return (
        fault["type"] == "too_short" and isinstance(given, list) and len(given) >= fault["ctx"]["min_length"]
    )


def _missing(key: str) -> str:
    advice = {"schema": " Write schema: 1.", "when": " Write when: full, when: held or when: timetable."}
    return f"missing key '{key}'.{advice.get(key, '')}"


def _unknown_key(key: str, near: str | None, names: list[str]) -> str:
    if near is not None:
        return f"unknown key {_quoted(key)}; did you mean '{near}'?"
    return f"unknown key {_quoted(key)}; known here: {', '.join(names)}."


def _quoted(key: str) -> str:
    return f"'{key}'" if len(key) <= 60 else f"'{key[:60]}…'"


def _in_words(tree: Branch, path: Path, fault: Any) -> tuple[Path, str]:
    """Return the path and the words of one of pydantic's own errors."""
    kind, context = fault["type"], fault.get("ctx", {})
    given = at(tree, path)
    got = brief(given)
    if kind in _KINDS:
        advice = f' Write "{given}" in quotes.' if kind == "string_type" and _is_number(given) else ""
        return path, f"expected {_KINDS[kind]}, got {got}.{advice}"
    match kind:
        case "value_error":
            return path, str(fault["msg"]).removeprefix("Value error, ")
        case "string_pattern_mismatch" | "string_too_long" if fault["loc"][-1] == "[key]":
            return path, f"expected {_PATTERNS[ID]}, got {brief(path[-1])}."
        case "string_pattern_mismatch":
            return path, f"expected {_PATTERNS.get(context['pattern'], context['pattern'])}, got {got}."
        case "literal_error":
            return (
                path,
                f"expected {context['expected']}, got {got}.{_near_literal(given, context['expected'])}",
            )
        case "union_tag_invalid":
            given = at(tree, (*path, "when"))
            words = f"expected {context['expected_tags'].replace(', ', ' or ')}, got {brief(given)}."
            return (*path, "when"), words + _near_literal(given, context["expected_tags"])
        case "union_tag_not_found":
            return path, _missing("when")
        case "missing" | "too_short" | "too_long":
            return path, _wrong_length(fault, given)
        case "string_too_short":
            return path, f"expected a text of at least {context['min_length']} characters, got {got}."
        case "string_too_long":
            return path, f"expected a text of at most {context['max_length']} characters, got {got}."
        case "greater_than_equal":
            return path, f"expected at least {context['ge']}, got {got}."
        case "less_than_equal":
            return path, f"expected at most {context['le']}, got {got}."
        case "less_than":
            return path, f"expected less than {context['lt']}, got {got}."
    return path, f"{fault['msg']}, got {got}."


def _is_number(given: object) -> bool:
    return isinstance(given, (int, float)) and not isinstance(given, bool)


def _near_literal(given: object, expected: str) -> str:
    """Return advice when a word is misspelt; `expected` is pydantic's list of the words in quotes."""
    words = [word.strip("' ") for word in expected.replace(" or ", ",").split(",")]
    near = nearest(given, words) if isinstance(given, str) else None
    return f" Did you mean {near}?" if near else ""


def _wrong_length(fault: Any, given: object) -> str:
    context = fault.get("ctx", {})
    found = len(given) if isinstance(given, (list, dict)) else 0
    if fault["type"] == "missing":
        return f"expected more items, got {found}."
    bound = context.get("min_length", context.get("max_length"))
    few = "least" if fault["type"] == "too_short" else "most"
    return f"expected at {few} {bound} items, got {found}."
