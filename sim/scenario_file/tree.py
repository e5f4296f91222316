"""Mappings and lists that remember where each entry was given, and how layers of them are laid on one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sim.model import CLASSES

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
_SHAPES = {
    "sample": {"observed"},
    "kind": {"named"},
    "mode": {"triangular"},
    "p50": {"median"},
    "mean": {"mean", "named"},
    "p90": {"mean", "median"},
}
"""Of keys of a distribution, the kinds of distribution that have them."""


def replaces(below: Branch, above: Branch) -> bool:
    """Say whether a mapping is another way to say what the one below it says, so that merging would mix the two.

    That is: a distribution without evidence over a record, another kind of distribution, figures by class of train over one
    for all or the other way round, another dispatch rule, another way to name a target.
    """
    if "value" in below and RECORD.isdisjoint(above):
        return True
    if any(by_class(one) and _is_figure(other) for one, other in ((above, below), (below, above))):
        return True
    if "when" in below and "when" in above:
        return bool(below["when"] != above["when"])
    for said in (_shapes, _targets):
        ours, theirs = said(above), said(below)
        if ours and theirs and ours.isdisjoint(theirs):
            return True
    return False


def _words(given: Branch, keys: Iterable[str]) -> set[str]:
    """Those of some keys that a mapping has. A mapping under one is no such word but an id of the user's: flows: {flow: {…}}."""
    return {key for key in keys if key in given and not isinstance(given[key], dict)}


def _shapes(given: Branch) -> set[str]:
    """The kinds of distribution that a mapping may be by its keys; none where they tell nothing, or of several at once."""
    told = [_SHAPES[key] for key in _words(given, _SHAPES)]
    return set.intersection(*told) if told else set()


def _targets(given: Branch) -> set[str]:
    """The ways to name a target that a mapping uses."""
    return _words(given, TARGETS)


def by_class(given: object) -> bool:
    """Whether a mapping gives figures by class of train: it has classes as keys, and nothing else."""
    return isinstance(given, dict) and bool(given) and given.keys() <= set(CLASSES)


def _is_figure(given: Branch) -> bool:
    """Whether a mapping is a record with its evidence, or a distribution."""
    return bool(_words(given, _SHAPES)) or (bool(given) and given.keys() <= RECORD)


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
