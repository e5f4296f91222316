"""Faults that cross-checks find: a path of the scenario and a message that says what to write."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches

Path = tuple[str | int, ...]
Fault = tuple[Path, str]


def joined(kinds: Sequence[str]) -> str:
    """Kinds in words: "a leg, a service and a flow"."""
    named = [f"a {kind}" for kind in kinds]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def unknown(what: str, path: Path, name: str | None, known: Collection[str]) -> Iterator[Fault]:
    """Yield a fault if a name, given at a path, is not among the known ones; None is no name."""
    if name is None or name in known:
        return
    near = get_close_matches(name[:80], list(known), 1, 0.6)
    if near:
        advice = f"; did you mean '{near[0]}'?"
    elif len(known) <= 12:
        advice = f"; known: {', '.join(sorted(known)) or 'none'}."
    else:
        some = ", ".join(sorted(known)[:8])
        advice = f"; known: {some} and {len(known) - 8} more."
    yield path, f"unknown {what} '{name}'{advice}"


def unknown_items(what: str, path: Path, names: Sequence[str], known: Collection[str]) -> Iterator[Fault]:
    """Yield a fault for every name of a list, given at a path, that is not among the known ones."""
    for i, name in enumerate(names):
        yield from unknown(what, (*path, i), name, known)
