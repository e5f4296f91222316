"""What scenarios are called in tables and pictures: by their file, by what changed them, and told apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from sim.errors import LandbridgeError, readable

NAME_MAX = 200
"""Longest name that can be given."""
_CHANGE_MAX, _CHANGES_MAX = 48, 72
_NO_CHANGE = ("replications", "seed", "period", "title", "purpose", "sources")
"""Keys that say how often, by which chance, when and under which words a world is run, not what it is."""


class Named(Protocol):
    """A scenario that was loaded from a file, under a name of its own or by default."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def path(self) -> Path:
        """Its file, as given."""

    @property
    def name_given(self) -> bool:
        """Whether somebody chose the name."""


def called(file: Path, sets: Sequence[str] = (), on: Path | None = None) -> str:
    """The name of a file's scenario: "baseline", over another base "closure@cku-open", changed "baseline + choice.lag=7 d".

    What is set but changes nothing in the world (replications, seed, period, words) is not in the name.
    """
    name = readable(file.stem) + (f"@{readable(on.stem)}" if on is not None else "")
    changes = what_changes(sets)
    return f"{name} + {_together(changes)}" if changes else name


def what_changes(sets: Sequence[str]) -> list[str]:
    """Those of the texts "path=value" that change the world."""
    return [
        readable(" ".join(text.split()))
        for text in sets
        if text.partition("=")[0].strip().partition(".")[0] not in _NO_CHANGE
    ]


def _together(changes: Sequence[str]) -> str:
    """All changes, as far as they are short: values that are not become an ellipsis, then further changes a number."""
    short = [change if len(change) <= _CHANGE_MAX else f"{_path_of(change)}=…" for change in changes]
    shown = short[:1]
    while len(shown) < len(short) and len(", ".join([*shown, short[len(shown)]])) <= _CHANGES_MAX:
        shown.append(short[len(shown)])
    more = len(short) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _path_of(change: str) -> str:
    """The path that a change sets, of bearable length."""
    path = change.partition("=")[0].strip()
    return path if len(path) < _CHANGE_MAX else "…" + path[-_CHANGE_MAX:]


def given_name(name: str) -> str:
    """The name that somebody chose, fit to be printed. Raises LandbridgeError for one that is empty or too long."""
    found = readable(name).strip()
    if not found:
        raise LandbridgeError('the name of a scenario is empty. Write for example --name "two more cranes".')
    if len(found) > NAME_MAX:
        raise LandbridgeError(
            f"the name of a scenario has {len(found)} characters. Write one of at most {NAME_MAX}."
        )
    return found


def told_apart(loaded: Sequence[Named]) -> list[str]:
    """Names that differ: of files of one name their folders are said too, as far up as is needed ("x/s" and "y/s").

    The same file, changed in ways that its name does not tell, has a number. Raises LandbridgeError when a name that was
    chosen is another one's too.
    """
    names = [one.name for one in loaded]
    for i, one in enumerate(loaded):
        if one.name_given and names.count(one.name) > 1:
            raise LandbridgeError(f"two scenarios are called '{names[i]}'. Give each a name of its own.")
    for name in {name for name in names if names.count(name) > 1}:
        mine = [i for i, other in enumerate(names) if other == name]
        for i, above in zip(mine, _folders([loaded[i].path for i in mine]), strict=True):
            names[i] = f"{above}/{name}" if above else name
    return _numbered(names)


def _folders(files: Sequence[Path]) -> list[str]:
    """As many folders above each file as it takes to tell all of them apart that differ; the same for the same file."""
    parents = [file.absolute().parent.parts for file in files]
    deepest = max(len(parts) for parts in parents)
    for levels in range(1, deepest + 1):
        above = [parts[-levels:] for parts in parents]
        if len(set(above)) == len(set(parents)):
            break
    if len(set(parents)) == 1:
        return ["" for _ in files]
    return ["/".join(readable(part).strip("/") for part in parts) for parts in above]


def _numbered(names: Sequence[str]) -> list[str]:
    """The same names; the second, third … of one name is told apart by its number."""
    found: list[str] = []
    for name in names:
        seen, one = 1, name
        while one in found:
            seen += 1
            one = f"{name} ({seen})"
        found.append(one)
    return found


def folder_name(name: str, taken: Sequence[str] = ()) -> str:
    """A name as that of a folder, on every system, and none of those taken: "x/s" is "x-s"."""
    safe = "".join(letter if letter.isalnum() or letter in "._@+=-" else "-" for letter in name)
    while "--" in safe or "-+-" in safe:
        safe = safe.replace("--", "-").replace("-+-", "+")
    safe = safe.strip("-.")[:100] or "scenario"
    seen, one = 1, safe
    # Some systems do not tell capitals from small letters.
    while one.lower() in {other.lower() for other in taken}:
        seen += 1
        one = f"{safe}-{seen}"
    return one
