"""YAML text to marked mappings and back, by the rules of YAML 1.2, defensively: a file may come from anywhere.

Unlike plain PyYAML, `NO` and `22:30` and `2025-09-12` and `010121` stay text, and a key given twice is a fault.
"""

from __future__ import annotations

import json
import math
import os
import re
import stat
from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from sim.errors import Finding
from sim.scenario_file.tree import Branch, Items, Mark

SIZE_MAX = 2_000_000
"""Bytes of a scenario file."""
DEPTH_MAX = 40
NODES_MAX = 200_000
"""Values after aliases are written out; a long text counts for several."""
_LOADER: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_CORE = "tag:yaml.org,2002:"
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORDS = {"null": None, "true": True, "false": False}
_KEYWORD = re.compile(r"null|Null|NULL|true|True|TRUE|false|False|FALSE")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_DIGITS_MAX = 40


class _UnreadableError(Exception):
    """The text cannot be read further; the finding is already noted."""


def read_file(file: Path, shown: str) -> tuple[bytes, str, list[Finding]]:
    """Return a file's bytes and text, or the reason why it is not a text of bearable size."""

    def refuse(line: int, message: str) -> tuple[bytes, str, list[Finding]]:
        return b"", "", [Finding(shown, line, "", message)]

    try:
        if not file.is_file():
            return refuse(0, _why_no_file(file))
        if file.stat().st_size > SIZE_MAX:
            return refuse(
                0, f"larger than {SIZE_MAX // 1_000_000} MB, which no scenario needs. Is it another file?"
            )
        content = file.read_bytes()[: SIZE_MAX + 1]
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        return refuse(0, f"cannot be read: {why}. Name a file that you may read.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return refuse(line, "not a text in UTF-8. Save the scenario as UTF-8.")
    control = _CONTROL.search(text)
    if control is not None:
        line = text[: control.start()].count("\n") + 1
        return refuse(line, f"not a text: it holds the control character {control.group()!r}. Remove it.")
    return content, text, []


def is_inside(target: Path, folder: Path) -> bool:
    """Say whether a path lies in a folder, or below, once links are followed."""
    try:
        return target.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        return False


def _why_no_file(file: Path) -> str:
    """Say that there is no file, and which one may be meant."""
    if file.is_dir():
        some = sorted(file.glob("*.yaml"))
        named = (
            f"Name the files in it: {some[0].as_posix()}."
            if some
            else "There is no .yaml file in it: name another one."
        )
        return f"a folder, not a scenario file. {named}"
    if os.path.lexists(file):
        return f"{_kind(file)}, not a scenario file. Name a text file that ends in .yaml."
    there = [other.name for other in file.parent.glob("*.yaml")] if file.parent.is_dir() else []
    near = get_close_matches(file.name[:80], there, 1, 0.7)
    near = [f"{file.name}.yaml"] if f"{file.name}.yaml" in there else near
    if near:
        return f"no such file; did you mean {file.with_name(near[0]).as_posix()}?"
    return f"no such file. {what_is_there(file)}"


def what_is_there(file: Path) -> str:
    """Say which scenario files there are where one was looked for, and what to do if there is none."""
    there = sorted(file.parent.glob("*.yaml")) if file.parent.is_dir() else []
    if not there:
        return "Correct the path, or write the shipped scenarios into a folder: landbridge init FOLDER."
    more = f" and {len(there) - 5} more" if len(there) > 5 else ""
    return f"Name one that is there: {', '.join(one.as_posix() for one in there[:5])}{more}."


def _kind(file: Path) -> str:
    """Say what there is that is neither a file nor a folder."""
    try:
        mode = file.stat().st_mode
    except (OSError, RuntimeError):
        return "a link that leads nowhere, or in a loop"
    return "a pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"


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
        self.note(event, message)
        return _UnreadableError()

    def document(self, text: str) -> Any:
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
        self.nodes += more
        if self.nodes > NODES_MAX:
            raise self.stop(
                event,
                f"more than {NODES_MAX:,} values once the aliases (*) are written out. Use fewer of them.",
            )

    def alias(self, event: Any) -> Any:
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
        found = Items()
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self.value(event, depth + 1))
            found.marks.append(Mark(self.shown, self.line_of(event.start_mark)))
        return found

    def branch(self, start: Any, depth: int) -> Branch:
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
        if event.tag not in (None, _CORE + kind):
            raise self.stop(
                event,
                f'the tag "{event.tag.replace(_CORE, "!!")}" is not read: a scenario is plain text and numbers. Remove it.',
            )

    def scalar(self, event: Any) -> Any:
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


@lru_cache(maxsize=4096)
def resolve(text: str) -> Any:
    """Return what an unquoted scalar means in YAML 1.2: null, bool, int, float or text.

    Raises ValueError for a number that is not finite or absurdly long. Unlike the norm, a number with a leading
    zero stays text: it is an HS code.
    """
    if text in ("", "~"):
        return None
    if _KEYWORD.fullmatch(text):
        return _WORDS[text.lower()]
    if _NOT_FINITE.fullmatch(text):
        raise ValueError(f"expected a finite number, got {text}. Write a number, or put the text in quotes.")
    if not _DECIMAL.fullmatch(text) and not _INTEGER.fullmatch(text):
        return text
    if len(text) > _DIGITS_MAX:
        raise ValueError(
            f"expected a number of at most {_DIGITS_MAX} digits, got {len(text)}. Write it shorter, or in quotes."
        )
    if _INTEGER.fullmatch(text):
        return int(text, 0)
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"expected a finite number, got {text}. Write a number, or put the text in quotes.")
    return number


def brief(value: object, length: int = 60) -> str:
    """Write a value in a finding: one line, not too long."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            text = "".join(letter if letter.isprintable() else " " for letter in value)
            return f'"{text}"' if len(text) <= length else f'"{text[:length]}…"'
        case list():
            return "a list"
        case dict():
            return "a mapping"
        case _:
            return str(value)


def flow(value: object) -> str:
    """Write a value on one line as a person would: {p50: 12 h, p90: 40 h}."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


_PLAIN = re.compile(r"(?!- )[\w./+(%-][^:#,\[\]{}\"'&*!|>\n]*(?<! )")


def written(value: object) -> str:
    """The same so that it reads back as the same value, as a file or `--set` has it: what else it could be is in quotes."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if not isinstance(value, str):
        return flow(value)
    return value if _PLAIN.fullmatch(value) and _is_text(value) else json.dumps(value, ensure_ascii=False)


def _is_text(text: str) -> bool:
    try:
        return isinstance(resolve(text), str)
    except ValueError:
        return False


class _Dumper(yaml.SafeDumper):
    """Writes text that our reader, and those of YAML 1.1, read back as the same."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar(_CORE + "str", text, style=None if _is_text(text) else "'")


_Dumper.add_representer(str, _represent_text)


def dump(document: dict[str, Any]) -> str:
    """Write a document as YAML that loads back to the same document."""
    return str(yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110))
