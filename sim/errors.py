"""How things go wrong, and how that is said: findings with file, line, key and fix; one exception per room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Finding:
    """One thing to mend in a user's input.

    `file` and `line` (from 1; 0 where there is none, as for `--set`) say where; `key` is the dotted path;
    `message` says what was expected, what was found and what to write instead.
    """

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        """Return the finding as editors and people read it: `file:line: key: message`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(_one_line(part) for part in (place, self.key, self.message) if part)


def _one_line(text: str, length: int = 500) -> str:
    """Return a text of bearable length without line ends and control characters: a finding is one line."""
    line = readable(text[: length + 1])
    return line if len(line) <= length else line[:length] + "…"


def readable(text: object) -> str:
    """A text or path as it can be printed and written: bytes that are not UTF-8 as "\\xff", control characters as spaces."""
    return "".join(letter if letter.isprintable() else _escaped(letter) for letter in str(text))


def _escaped(letter: str) -> str:
    """A character that cannot be printed, as one reads it in code, or a space."""
    code = ord(letter)
    if 0xDC80 <= code <= 0xDCFF:  # how Python keeps a byte that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}" if 0xD800 <= code <= 0xDFFF else " "


class LandbridgeError(Exception):
    """A mistake of the input or of the use, to be shown without a traceback."""


class ScenarioError(LandbridgeError):
    """A scenario or network that cannot be used; carries every finding, sorted by file and line."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(sorted(set(findings)))
        super().__init__("\n".join(map(str, self.findings)))


class UnitError(LandbridgeError, ValueError):
    """A quantity that cannot be read; the message says what to write."""


class PlanError(LandbridgeError):
    """Arrays of a sampled plan that contradict one another."""


class EngineError(LandbridgeError):
    """A simulation that cannot go on; the message names seed, replication, time and entity."""


class RunFolderError(LandbridgeError):
    """A run folder that cannot be written or read."""
