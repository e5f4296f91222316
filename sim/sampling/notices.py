"""What is known of closures, and when: announcements, which may be wrong, and the truth when it shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from sim.contract import NEVER
from sim.model import Announced

Kind = Literal["facility", "leg", "service"]


@dataclass(frozen=True)
class Notice:
    """One announcement of one closure: from `known_from_s` until before `known_until_s` shippers believe that `name`
    is closed from `closed_from_s` until before `closed_until_s`.

    All in seconds from the period's start, negative before it. `known_until_s` is when the next announcement replaces
    this one, or when the closure truly ends: then everybody sees that it is open. `closed_until_s` is NEVER when no end
    is told.
    """

    kind: Kind
    name: str
    known_from_s: int
    known_until_s: int
    closed_from_s: int
    closed_until_s: int


def notices_of(
    closed: Iterable[tuple[Kind, str]],
    start_s: int,
    closed_from_s: int,
    reopens_s: int,
    announced: Announced | None,
) -> list[Notice]:
    """Notices of what one event, begun at `start_s`, closes from `closed_from_s` until before `reopens_s`.

    Durations are told from the closure's own beginning. An announcement that would come when all is open is not made.
    """
    told = announced or Announced()
    made = [(start_s - told.before, told.lasts)]
    made += [(start_s + revision.after, revision.lasts) for revision in told.revisions]
    made = [(known_s, lasts) for known_s, lasts in made if known_s < reopens_s]
    known = [*(known_s for known_s, _ in made), reopens_s]
    spans = [
        (begin, end, NEVER if lasts is None else closed_from_s + lasts)
        for (begin, end), (_, lasts) in zip(pairwise(known), made, strict=True)
    ]
    return [
        Notice(kind, name, begin, end, closed_from_s, until_s)
        for kind, name in closed
        for begin, end, until_s in spans
    ]
