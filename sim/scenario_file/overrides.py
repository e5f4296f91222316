"""Single values set by dotted path: the mapping `set` of a file, and `--set path=value` of the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sim.errors import Finding
from sim.scenario_file.renamed import renamed_path
from sim.scenario_file.shape import CREATABLE, is_open, names_at, nearest
from sim.scenario_file.text import parse
from sim.scenario_file.tree import Branch, Mark, Path, at, lay, nested, nulls
from sim.scenario_file.writing import brief, flow

_SHOWN_MAX = 200
_COUNT_MAX = 1_000


@dataclass(frozen=True)
class Override:
    """A value for a dotted path, and where it was given."""

    path: tuple[str, ...]
    value: Any
    mark: Mark

    @property
    def key(self) -> str:
        """The dotted path as written."""
        return ".".join(self.path)


def from_command_line(sets: Sequence[str]) -> tuple[list[Override], list[Finding]]:
    """Read the texts "path=value" of `--set`."""
    overrides: list[Override] = []
    findings: list[Finding] = []
    for text in sets:
        shown = f"--set {brief(text, _SHOWN_MAX)[1:-1]}"
        key, equals, written = text.partition("=")
        if not equals or not key.strip() or not written.strip():
            findings.append(Finding(shown, 0, "", "expected path=value. Write for example --set seed=7."))
            continue
        value, faults = parse(written, shown, line=0)
        findings += faults
        if not faults:
            overrides.append(Override(renamed_path(tuple(key.strip().split("."))), value, Mark(shown, 0)))
    return overrides, findings


def from_mapping(given: Any, mark: Mark) -> tuple[list[Override], list[Finding]]:
    """Read the mapping `set` of a file."""
    if not isinstance(given, Branch):
        message = (
            f"expected dotted paths with values, got {brief(given)}. Write for example set: {{seed: 7}}."
        )
        return [], [Finding(mark.file, mark.line, "set", message)]
    if len(given) > _COUNT_MAX:
        message = f"more than {_COUNT_MAX:,} values are set by path. Write them as keys of their own."
        return [], [Finding(mark.file, mark.line, "set", message)]
    return [
        Override(renamed_path(tuple(key.split("."))), value, given.marks[key]) for key, value in given.items()
    ], []


def apply(tree: Branch, override: Override) -> Branch:
    """Return the tree with a value set."""
    return lay(tree, nested(override.path, override.value, override.mark))


def check(tree: Branch, override: Override) -> Iterator[Finding]:
    """Yield the finding that a dotted path leads nowhere, or removes what is not there."""
    message = wrong_step(tree, override.path)
    if message is None and override.value is None:
        message = wrong_removal(tree, override.path)
    if message is not None:
        yield Finding(override.mark.file, override.mark.line, override.key, message)


def note(tree: Branch, override: Override) -> str:
    """Return the line that says what an override changes: `key: old -> new`."""
    old = at(tree, override.path)
    return f"{override.key}: {'not set' if old is None else flow(old)} -> {flow(override.value)}"


def check_nulls(tree: Branch, above: Branch) -> Iterator[Finding]:
    """Yield a finding for every `null` of a layer that removes nothing from what lies below."""
    for path in nulls(above):
        message = wrong_removal(tree, path)
        if message is not None:
            mark = _mark(above, path)
            yield Finding(mark.file, mark.line, ".".join(map(str, path)), message)


def _mark(above: Branch, path: Path) -> Mark:
    """Where the value at a path was written."""
    parent = at(above, path[:-1])
    mark: Mark = parent.marks[path[-1]]
    return mark


def wrong_removal(tree: Branch, path: Path) -> str | None:
    """Return what is wrong with removing the key at a path with `null`."""
    *parents, name = path
    below = at(tree, tuple(parents))
    if isinstance(below, dict) and name in below:
        return None
    names = list(below) if is_open(parents) and isinstance(below, dict) else names_at(parents)
    if name in names:
        return None
    return f"nothing to remove: {_where(parents)} has no '{name}'{_near(str(name), names)} If nothing of it is meant, leave the null out."


def wrong_step(tree: Branch, path: tuple[str, ...]) -> str | None:
    """Return what is wrong with the first step of a dotted path that leads nowhere.

    A path may make new entries where names are free (`CREATABLE`), and give any key that the schema knows.
    """
    node: Any = tree
    for i, name in enumerate(path):
        parents = path[:i]
        there = list(node) if isinstance(node, dict) else []
        if name not in there:
            free = is_open(parents)
            names = there if free else names_at(parents)
            makes = free and (i == len(path) - 1 or path[0] in CREATABLE)
            if not makes and (free or names) and name not in names:
                return f"unknown path: {_where(parents)} has no '{name[:60]}'{_near(name, names)}{_there(parents, names)}"
        node = node.get(name) if isinstance(node, dict) else None
    return None


def _where(parents: Sequence[str | int]) -> str:
    """The thing that should hold a key."""
    return ".".join(map(str, parents)) or "a scenario"


def _there(parents: Sequence[str], names: Sequence[str], most: int = 10) -> str:
    """Say what there is: all of it when it is little, else where the rest is listed."""
    if not names:
        return " There is none yet."
    if len(names) <= most or not parents:
        return f" There is {', '.join(names)}."
    more = f"{len(names) - most} more: landbridge paths {'.'.join(parents)} lists them."
    return f" There is {', '.join(names[:most])} and {more}"


def _near(name: str, names: Sequence[str]) -> str:
    """The question whether the nearest name was meant."""
    near = nearest(name, names)
    return f"; did you mean '{near}'?" if near else "."
