"""From pydantic's errors and the cross-checks' faults to findings in plain words, each at its file and line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from sim.errors import Finding
from sim.model import COUNTRY, HS_CODE, ID, Fault
from sim.scenario_file.examples import example_at
from sim.scenario_file.scalars import resolve
from sim.scenario_file.shape import names_at, nearest
from sim.scenario_file.tree import Branch, Path, at, has, mark_of
from sim.scenario_file.writing import brief, written

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
            lacking.append(((*path, labelled[-1]), _missing(labelled)))
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


def _missing(path: Path) -> str:
    """Say that the key at the end of a path (with pydantic's labels) lacks, and what it could say."""
    key = str(path[-1])
    known = {"schema": "Write schema: 1.", "when": "Write when: full, when: held or when: timetable."}
    example = example_at(path)
    advice = known.get(key) or (
        f"Write for example {key}: {example}." if example else f"Add it: {_keys_of(path)}."
    )
    return f"missing key '{key}'. {advice}"


def _keys_of(path: Path) -> str:
    """Name the keys below one that is too long to show."""
    return f"its keys are {', '.join(names_at(path)) or 'names of your own'}"


def _unknown_key(key: str, near: str | None, names: list[str]) -> str:
    """What to write in place of an unknown key."""
    if near is not None:
        return f"unknown key {_quoted(key)}; did you mean '{near}'?"
    return f"unknown key {_quoted(key)}; write one of {', '.join(names)}."


def _quoted(key: str) -> str:
    """A key in quotes, of bearable length."""
    return f"'{key}'" if len(key) <= 60 else f"'{key[:60]}…'"


def _in_words(tree: Branch, path: Path, fault: Any) -> tuple[Path, str]:
    """Return the path and the words of one of pydantic's own errors."""
    kind, context = fault["type"], fault.get("ctx", {})
    given = at(tree, path)
    got = brief(given)
    if kind in _KINDS:
        return path, f"expected {_KINDS[kind]}, got {got}. {_instead(kind, fault['loc'], given)}"
    match kind:
        case "value_error":
            return path, str(fault["msg"]).removeprefix("Value error, ")
        case "string_pattern_mismatch" | "string_too_long" if fault["loc"][-1] == "[key]":
            return (
                path,
                f"expected {_PATTERNS[ID]}, got {brief(path[-1])}. Write for example {_named(path[-1])}.",
            )
        case "string_pattern_mismatch":
            wanted = _PATTERNS.get(context["pattern"], context["pattern"])
            return (
                path,
                f"expected {wanted}, got {got}. Write for example {_fitting(context['pattern'], given)}.",
            )
        case "literal_error":
            return (
                path,
                f"expected {context['expected']}, got {got}. {_near_literal(given, context['expected'])}",
            )
        case "union_tag_invalid":
            given = at(tree, (*path, "when"))
            words = f"expected {context['expected_tags'].replace(', ', ' or ')}, got {brief(given)}."
            return (*path, "when"), f"{words} {_near_literal(given, context['expected_tags'])}"
        case "union_tag_not_found":
            return path, _missing((*path, "when"))
        # Of a text that was looked at before its length, pydantic says only that it is too short or too long.
        case "string_too_short" | "too_short" if isinstance(given, str):
            return (
                path,
                f"expected a text of at least {context['min_length']} characters, got {got}. Say more.",
            )
        case "string_too_long" | "too_long" if isinstance(given, str):
            return (
                path,
                f"expected a text of at most {context['max_length']} characters, got {got}. Write a shorter one.",
            )
        case "missing" | "too_short" | "too_long":
            return path, _wrong_length(fault, given)
        case "greater_than_equal":
            return path, f"expected at least {context['ge']}, got {got}. Write {context['ge']} or more."
        case "less_than_equal":
            return path, f"expected at most {context['le']}, got {got}. Write {context['le']} or less."
        case "less_than":
            return path, f"expected less than {context['lt']}, got {got}. Write a smaller number."
    example = example_at(fault["loc"])
    advice = f"Write for example {example}." if example else "Correct it, or remove it."
    return path, f"{fault['msg']}, got {got}. {advice}"


def _instead(kind: str, labelled: Path, given: object) -> str:
    """Say what to write instead of something of another kind: the same in the right form if there is one."""
    if kind == "string_type" and isinstance(given, (int, float)):
        return f'Write "{brief(given)}" in quotes.'
    if kind in ("list_type", "tuple_type") and isinstance(given, (str, int, float)):
        return f"Write [{written(given)}]."
    if kind in ("int_type", "float_type") and isinstance(given, str) and _is_number(given):
        return f"Write {given} without quotes."
    if kind == "bool_type":
        return "Write one of the two, without quotes."
    example = example_at(labelled)
    return f"Write for example {example}." if example else f"Write keys below it: {_keys_of(labelled)}."


def _is_number(text: str) -> bool:
    """Whether a text would be read as a number."""
    try:
        return isinstance(resolve(text), (int, float))
    except ValueError:
        return False


def _named(given: object) -> str:
    """A name like the one given, in the letters that names have."""
    name = re.sub(r"[^a-z0-9]+", "-", str(given).casefold()).strip("-")
    return name if re.fullmatch(ID, name) else "some-name"


def _fitting(pattern: str, given: object) -> str:
    """An example that a pattern takes, as near to what was given as can be."""
    upper = str(given).upper()
    return {
        ID: _named(given),
        COUNTRY: upper if re.fullmatch(COUNTRY, upper) else "KZ",
        HS_CODE: '"8471"',
    }.get(pattern, "another text")


def _near_literal(given: object, expected: str) -> str:
    """Return advice when a word is misspelt; `expected` is pydantic's list of the words in quotes."""
    words = [word.strip("' ") for word in expected.replace(" or ", ",").split(",")]
    if isinstance(given, str) and given in words and _is_number(given):
        return f"Write {given} without quotes."
    near = nearest(given, words) if isinstance(given, str) else None
    return f"Did you mean {near}?" if near else "Write one of these."


def _wrong_length(fault: Any, given: object) -> str:
    """What to add to a list that is too short, or to remove from one that is too long."""
    context = fault.get("ctx", {})
    found = len(given) if isinstance(given, (list, dict)) else 0
    if fault["type"] == "missing":
        return f"expected more items, got {found}. Add the others."
    bound = context.get("min_length", context.get("max_length"))
    few = "least" if fault["type"] == "too_short" else "most"
    do = "Add the others" if few == "least" else "Remove the others"
    return f"expected at {few} {bound} items, got {found}. {do}."
