"""Scenario files to layers: what a file extends, the rules that it includes, its own text, and what it sets by path."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.scenario_file.includes import included
from sim.scenario_file.overrides import Override, from_mapping
from sim.scenario_file.reading import Reading
from sim.scenario_file.tree import Branch

CHAIN_MAX = 50
"""Files that extend one another, one after the other."""


@dataclass(frozen=True)
class Layer:
    """One file's content, without `extends`, `include` and `set`, and the values that it sets by path."""

    tree: Branch
    overrides: list[Override]


def layers_of(reading: Reading, file: Path, on: Path | None, seen: tuple[Path, ...] = ()) -> list[Layer]:
    """Return the layers of a file, lowest first; `on` replaces what the file itself extends."""
    tree = reading.document(file)
    if tree is None:
        return []
    own = tree.without("extends", "include", "set")
    overrides: list[Override] = []
    if "set" in tree:
        overrides, findings = from_mapping(tree["set"], tree.marks["set"])
        reading.findings += findings
    below = on if on is not None else _extended(reading, file, tree)
    lower = _below(reading, below, file, tree, seen)
    return [*lower, *(Layer(rules, []) for rules in included(reading, file, tree)), Layer(own, overrides)]


def _below(
    reading: Reading, below: Path | None, file: Path, tree: Branch, seen: tuple[Path, ...]
) -> list[Layer]:
    """The files that a file extends, the lowest first; none where they go round in a circle or are too many."""
    if below is None:
        return []
    seen = (*seen, file)
    if len(seen) >= CHAIN_MAX:
        line = tree.marks["extends"].line if "extends" in tree else 0
        message = (
            f"more than {CHAIN_MAX} files extend one another. Write in one file what several of them change."
        )
        reading.refuse(str(file), line, "extends", message)
        return []
    if _resolved(below) in map(_resolved, seen):
        circle = " -> ".join(path.name for path in (*seen, below))
        line = tree.marks["extends"].line if "extends" in tree else 0
        reading.refuse(
            str(file),
            line,
            "extends",
            f"the files extend one another in a circle: {circle}. Remove one extends.",
        )
        return []
    return layers_of(reading, below, None, seen)


def _extended(reading: Reading, file: Path, tree: Branch) -> Path | None:
    """Return the file that a scenario extends: a YAML file in its own folder, or below."""
    if "extends" not in tree:
        return None
    return reading.file_beside(file, "extends", tree["extends"], tree.marks["extends"])


def _resolved(path: Path) -> Path:
    """A path without links; one that leads in a loop as it is, since reading it says so."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path
