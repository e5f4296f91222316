"""Mappings and lists that remember where each entry was given, and how layers of them are laid on one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

Path = tuple[str | int, ...]


class Mark(NamedTuple):
    """Where an entry was given: the file as people name it, and the line from 1 (0 for `--set`)."""

    file: str
    line: int


class Branch(dict[str, Any]):
    """A mapping with the mark of every key; a key removed by `null` keeps the mark of the removal."""

    def __init__(self, start: Mark) -> None:
        super().__init__()
        self.start = start
        self.marks: dict[str, Mark] = {}

    def put(self, key: str, value: Any, mark: Mark) -> None:
        """Set a key and say where it was given."""
        self[key] = value
        self.marks[key] = mark

    def without(self, *keys: str) -> Branch:
        """Return a copy of this level that lacks some keys."""
        kept = Branch(self.start)
        for key, value in self.items():
            if key not in keys:
                kept.put(key, value, self.marks[key])
        return kept


class Items(list[Any]):
    """A list with the mark of every item."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: list[Mark] = []


def lay(below: Branch, above: Branch, *, keep_null: bool = False) -> Branch:
    """Return `above` laid over `below`: mappings merge, everything else replaces, `null` removes.

    A mapping replaces another one that says the same thing in another way (see `replaces`). Neither argument is
    changed. With `keep_null` the nulls stay, so that the result can be laid over something else.
    """
    merged = Branch(above.start)
    merged.update(below)
    merged.marks.update(below.marks)
    for key, value in above.items():
        under = merged.get(key)
        if value is None and not keep_null:
            merged.pop(key, None)
        elif isinstance(value, Branch):
            if not isinstance(under, Branch) or replaces(under, value):
                under = Branch(value.start)
            merged[key] = lay(under, value, keep_null=keep_null)
        else:
            merged[key] = value
        merged.marks[key] = above.marks[key]
    return merged


RECORD = frozenset({"value", "range", "grade", "source", "fitted"})
"""Keys of a figure with its evidence."""
TARGETS = ("id", "facility", "leg", "service", "fleet", "flow", "tag", "country", "corridor")
"""The ways to say what a disruption hits."""
_ALTERNATIVES = ("sample", "kind", "mode", "p50", "p90"), TARGETS


def replaces(below: Branch, above: Branch) -> bool:
    """Say whether a mapping is another way to say what the one below it says, so that merging would mix the two.

    That is: a distribution without evidence over a record, another kind of distribution, another dispatch rule,
    another way to name a target.
    """
    if "value" in below and RECORD.isdisjoint(above):
        return True
    if "when" in below and "when" in above:
        return bool(below["when"] != above["when"])
    for keys in _ALTERNATIVES:
        # A mapping of that key is no such word but an id of the user's: flows: {flow: {…}}.
        ours, theirs = (
            {key for key in keys if key in side and not isinstance(side[key], dict)}
            for side in (above, below)
        )
        if ours and theirs and ours.isdisjoint(theirs):
            return True
    return False


def nested(path: Sequence[str], value: Any, mark: Mark) -> Branch:
    """Return the mapping of mappings that gives one value at a dotted path."""
    branch = Branch(mark)
    branch.put(path[0], nested(path[1:], value, mark) if len(path) > 1 else value, mark)
    return branch


def plain(value: Any) -> Any:
    """Return a copy without marks."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def at(tree: Any, path: Path) -> Any:
    """Return what stands at a path, or None."""
    for part in path:
        if not has(tree, part):
            return None
        tree = tree[part]
    return tree


def has(node: Any, part: str | int) -> bool:
    """Say whether a mapping has a key, or a list an item."""
    if isinstance(node, dict):
        return part in node
    return isinstance(node, list) and isinstance(part, int) and part in range(len(node))


def mark_of(tree: Branch, path: Path) -> Mark:
    """Return the mark of the entry at a path, or of its nearest parent that was given."""
    node: Any = tree
    mark = tree.start
    for part in path:
        if isinstance(node, Branch) and part in node.marks:
            mark = node.marks[str(part)]
            node = node.get(str(part))
        elif isinstance(node, Items) and isinstance(part, int) and has(node, part):
            mark = node.marks[part]
            node = node[part]
        else:
            break
    return mark


def nulls(tree: Branch, path: Path = ()) -> Iterator[Path]:
    """Yield the path of every key whose value is `null`."""
    for key, value in tree.items():
        if value is None:
            yield (*path, key)
        elif isinstance(value, Branch):
            yield from nulls(value, (*path, key))
