"""When disruptions strike, and what: known with the plan, read by no engine, so that tables can tell what each did."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Hit:
    """One effect of a disruption and what of a plan feels it, in its numbers.

    `gates`, `stations` and `legs` are places of trips; `closed` services do not depart; `fewer` services lack vehicles;
    `dearer` services cost another price; `flows` send another volume. `closes` is whether places and services stand still.
    """

    disruption: int
    part: int
    at: str
    effect: str
    closes: bool
    gates: tuple[int, ...] = ()
    stations: tuple[int, ...] = ()
    legs: tuple[int, ...] = ()
    closed: tuple[int, ...] = ()
    fewer: tuple[int, ...] = ()
    dearer: tuple[int, ...] = ()
    flows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Strike:
    """One effect of one event: whole until `until_s`, gone at `over_s` (NEVER: not told), `severity` permille of it.

    In seconds from the period's start; `event` counts those of the disruption in a replication.
    """

    hit: Hit
    event: int
    from_s: int
    until_s: int
    over_s: int
    severity: int


@dataclass(frozen=True)
class Strikes:
    """All disruptions of a scenario by number, and their strikes in one replication, in order of disruption, event and part."""

    names: tuple[str, ...] = ()
    strikes: tuple[Strike, ...] = ()
