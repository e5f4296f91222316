"""YAML text to marked mappings and back, by the rules of YAML 1.2, defensively: a file may come from anywhere.

Unlike plain PyYAML, `NO` and `22:30` and `2025-09-12` and `010121` stay text, and a key given twice is a fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from sim.errors import Finding
from sim.scenario_file.scalars import resolve
from sim.scenario_file.tree import Branch, Items, Mark
from sim.scenario_file.writing import brief

DEPTH_MAX = 40
NODES_MAX = 200_000
"""Values after aliases are written out; a long text counts for several."""
_LOADER: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_CORE = "tag:yaml.org,2002:"


class _UnreadableError(Exception):
    """The text cannot be read further; the finding is already noted."""


def parse_mapping(text: str, shown: str) -> tuple[Branch | None, list[Finding]]:
    """Read a YAML document that must be a mapping; None when it cannot be used at all.

    Faults that leave the rest readable (a key given twice) come with the mapping.
    """
    value, findings = parse(text, shown)
    if isinstance(value, Branch) or findings:
        return value if isinstance(value, Branch) else None, findings
    if value is None:
        message = "the file is empty. Write at least schema, title and period, or extends."
    else:
        message = f"expected keys with values, got {brief(value)}. Write for example schema: 1."
    return None, [Finding(shown, 1, "", message)]


def parse(text: str, shown: str, line: int | None = None) -> tuple[Any, list[Finding]]:
    """Read one YAML document of any kind; None when a part of it cannot be read. `line` replaces the lines of the text (0 for `--set`)."""
    reader = _Reader(shown, line)
    try:
        value = reader.document(text)
    except _UnreadableError:
        return None, reader.findings
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        at = reader.line_of(mark) if mark is not None else 1
        reader.findings.append(Finding(shown, at if line is None else line, "", _syntax(error, text)))
        return None, reader.findings
    return None if reader.lossy else value, reader.findings


def _syntax(error: yaml.YAMLError, text: str) -> str:
    """Return what is wrong with the syntax, in the parser's words; a tab gets its own."""
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error).splitlines()[0]
    mark = getattr(error, "problem_mark", None)
    if mark is not None and "\n".join(text.splitlines()[mark.line :])[mark.column :].startswith("\t"):
        return "not YAML: a tab. Indent with spaces."
    context, begun = getattr(error, "context", None), getattr(error, "context_mark", None)
    where = f" {context}" if context else ""
    if where and begun is not None and mark is not None and begun.line != mark.line:
        where += f" begun at line {begun.line + 1}"
    return f"not YAML: {problem}{where}. Look for a missing bracket, quote or colon."


class _Reader:
    """Builds marked values from the parser's events: no recursion deeper than DEPTH_MAX, no object but ours."""

    def __init__(self, shown: str, line: int | None) -> None:
        self.shown = shown
        self.line = line
        self.findings: list[Finding] = []
        self.lossy = False
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.open: set[str] = set()
        self.nodes = 0
        self.path: list[str] = []
        self.events: Iterator[Any] = iter(())

    def line_of(self, mark: Any) -> int:
        """Line of a mark, from 1; where all of a text stands on one line, that."""
        return self.line if self.line is not None else int(mark.line) + 1

    def note(self, event: Any, message: str) -> None:
        """Note a fault that leaves the value unread."""
        self.lossy = True
        self.warn(event, message)

    def warn(self, event: Any, message: str) -> None:
        """Note a fault that leaves everything readable."""
        self.findings.append(
            Finding(self.shown, self.line_of(event.start_mark), ".".join(self.path), message)
        )

    def stop(self, event: Any, message: str) -> _UnreadableError:
        """Note what is wrong, and return what ends the reading."""
        self.note(event, message)
        return _UnreadableError()

    def document(self, text: str) -> Any:
        """The one document of a text."""
        self.events = yaml.parse(text, Loader=_LOADER)
        next(self.events)
        first = next(self.events)
        if isinstance(first, yaml.StreamEndEvent):
            return None
        value = self.value(next(self.events))
        next(self.events)
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self.stop(after, 'a second document begins here. Keep one, without "---" between.')
        return value

    def value(self, event: Any, depth: int = 0) -> Any:
        """A value of any kind that begins with an event."""
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        before = self.nodes
        self.count(event, 1 + (len(event.value) // 64 if isinstance(event, yaml.ScalarEvent) else 0))
        if depth > DEPTH_MAX:
            raise self.stop(
                event, f"nested more than {DEPTH_MAX} deep, which no scenario needs. Write it flatter."
            )
        if event.anchor:
            self.open.add(event.anchor)
        value: Any
        if isinstance(event, yaml.ScalarEvent):
            value = self.scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            self.refuse_tag(event, "seq")
            value = self.items(depth)
        else:
            self.refuse_tag(event, "map")
            value = self.branch(event, depth)
        if event.anchor:
            self.open.discard(event.anchor)
            self.anchors[event.anchor] = value, self.nodes - before
        return value

    def count(self, event: Any, more: int) -> None:
        """Count values, so that a few aliases cannot become a million."""
        self.nodes += more
        if self.nodes > NODES_MAX:
            raise self.stop(
                event,
                f"more than {NODES_MAX:,} values once the aliases (*) are written out. Use fewer of them.",
            )

    def alias(self, event: Any) -> Any:
        """What an alias stands for."""
        if event.anchor in self.open:
            raise self.stop(
                event, f"the alias *{event.anchor} lies within what it stands for. Write out what is meant."
            )
        if event.anchor not in self.anchors:
            raise self.stop(
                event,
                f"the alias *{event.anchor} stands for nothing: no &{event.anchor} before. Add the anchor, or write the value.",
            )
        value, nodes = self.anchors[event.anchor]
        self.count(event, nodes)
        return value

    def items(self, depth: int) -> Items:
        """A list, with the mark of each item."""
        found = Items()
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self.value(event, depth + 1))
            found.marks.append(Mark(self.shown, self.line_of(event.start_mark)))
        return found

    def branch(self, start: Any, depth: int) -> Branch:
        """A mapping, with the mark of each key; of a key given twice the first."""
        found = Branch(Mark(self.shown, self.line_of(start.start_mark)))
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.key(event, depth)
            self.path.append(key if key is not None else "?")
            if key is not None and key in found.marks:
                self.warn(event, f"given twice, first at line {found.marks[key].line}. Keep one of the two.")
                key = None
            value = self.value(next(self.events), depth + 1)
            self.path.pop()
            if key is not None:
                found.put(key, value, Mark(self.shown, self.line_of(event.start_mark)))
        return found

    def key(self, event: Any, depth: int) -> str | None:
        """Return a key's text; None (and a finding) for any other key, so that reading can go on."""
        if isinstance(event, yaml.ScalarEvent) and event.value == "<<" and event.implicit[0]:
            self.note(event, 'merge keys (<<) are not read. Use "extends", or write the keys out.')
            return None
        value = self.value(event, depth + 1)
        if isinstance(value, str):
            return value
        shown = event.value if isinstance(event, yaml.ScalarEvent) else ""
        self.note(event, f'a key must be text, got {brief(value)}. Write "{shown or "name"}" in quotes.')
        return None

    def refuse_tag(self, event: Any, kind: str) -> None:
        """Only the tags of plain values are read."""
        if event.tag not in (None, _CORE + kind):
            raise self.stop(
                event,
                f'the tag "{event.tag.replace(_CORE, "!!")}" is not read: a scenario is plain text and numbers. Remove it.',
            )

    def scalar(self, event: Any) -> Any:
        """A text, number, truth value or nothing."""
        wanted = event.tag
        if wanted is not None and wanted.removeprefix(_CORE) not in ("str", "int", "float", "bool", "null"):
            self.refuse_tag(event, "str")
        if wanted == _CORE + "str" or (wanted is None and not event.implicit[0]):
            return event.value
        try:
            value = resolve(event.value)
        except ValueError as error:
            self.note(event, str(error))
            return None
        kinds = {None: "null", bool: "bool", int: "int", float: "float", str: "str"}
        kind = kinds[None if value is None else type(value)]
        if wanted is not None and wanted != _CORE + kind:
            raise self.stop(event, f"the tag {wanted} does not fit {brief(event.value)}. Remove it.")
        return value
