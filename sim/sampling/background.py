"""Background trains: when those that carry none of the freight come to each gate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from typing import NamedTuple

import numpy as np

from sim.contract import Ints
from sim.model import Leg, Operation, Scenario, Stage, opening_s
from sim.sampling.quantiles import firsts
from sim.sampling.streams import Streams, hashes_of
from sim.units import DAY_S


class _Stretch(NamedTuple):
    """So long a gate has as many background trains a day: one in each interval of `every_s` from `from_s` until `until_s`."""

    gate: int
    stream: str
    from_s: int
    until_s: int
    every_s: float


class Background:
    """Columns of the background trains of some gates, each with the name of whose draws they are."""

    def __init__(self, scenario: Scenario, gates: Sequence[tuple[str, Operation | Leg]]) -> None:
        found = [
            stretch
            for g, (owner, gate) in enumerate(gates)
            for stretch in _stretches(scenario, g, owner, gate)
        ]
        many = [ceil((one.until_s - one.from_s) / one.every_s) for one in found]
        self._hashes, self._many = hashes_of([one.stream for one in found]), np.array(many, dtype=np.int64)
        intervals = [one.from_s + np.arange(n) * one.every_s for one, n in zip(found, many, strict=True)]
        self._begin_s = np.concatenate([*intervals, np.zeros(0)])
        self._every_s = np.repeat([one.every_s for one in found], many)
        self._until_s = np.repeat(np.array([one.until_s for one in found], dtype=np.int64), many)
        self._gate = np.repeat(np.array([one.gate for one in found], dtype=np.int64), many)
        self._gates = len(gates)

    def columns(self, streams: Streams) -> dict[str, Ints]:
        """Columns of one replication: a train in each interval, at any moment of it."""
        drawn = streams.each(self._hashes, self._many)
        at_s = (self._begin_s + drawn * self._every_s).astype(np.int64)
        inside = at_s < self._until_s  # the last interval of a stretch may reach beyond its end
        return {
            "background_first": firsts(np.bincount(self._gate[inside], minlength=self._gates)),
            "background_s": at_s[inside],
        }


def _stretches(scenario: Scenario, g: int, owner: str, gate: Operation | Leg) -> Iterator[_Stretch]:
    """Yield the stretches of a gate, while it is there: until an opening it has other background trains than after it."""
    opens_s, closes_s = 0, scenario.period.length
    if isinstance(gate, Leg):
        opens_s = max(opening_s(scenario, gate.opening), 0) if gate.opening else 0
        closes_s = min(opening_s(scenario, gate.closing), closes_s) if gate.closing else closes_s
    grows_s = opens_s
    if gate.before is not None:
        grows_s = min(max(opening_s(scenario, gate.before.opening), opens_s), closes_s)
        yield from _stretch(gate.before, g, f"background before/{owner}", opens_s, grows_s, gate)
    yield from _stretch(gate, g, f"background/{owner}", grows_s, closes_s, gate)


def _stretch(
    stage: Operation | Leg | Stage, g: int, stream: str, from_s: int, until_s: int, gate: Operation | Leg
) -> Iterator[_Stretch]:
    """Yield a stretch, if any train comes in it. They come at any hour, and wait for the opening like those that are simulated."""
    a_day = stage.background.value if stage.background else 0.0
    if gate.hours is not None:
        a_day *= len(gate.hours.days) / 7  # trains of a day of opening, spread over the week
    if a_day > 0 and from_s < until_s:
        yield _Stretch(g, stream, from_s, until_s, DAY_S / a_day)
