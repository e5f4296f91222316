"""Values as text: on one line for people, so that they read back as the same, and whole documents as YAML."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

from sim.scenario_file.scalars import resolve


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
    """Whether a text would be read as a text without quotes."""
    try:
        return isinstance(resolve(text), str)
    except ValueError:
        return False


class _Dumper(yaml.SafeDumper):
    """Writes text that our reader, and those of YAML 1.1, read back as the same."""

    def ignore_aliases(self, data: Any) -> bool:
        """Everything is written out."""
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    """A text, in quotes where it would be read as something else."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if _is_text(text) else "'")


_Dumper.add_representer(str, _represent_text)


def dump(document: dict[str, Any]) -> str:
    """Write a document as YAML that loads back to the same document."""
    return str(yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110))
