"""Work of departures: which draws every step of a service uses, and how long it takes by each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.contract import Ints, StepKind, days_of
from sim.model import LONGEST_S, SPEED_MAX, SPEED_MIN, Distribution, Scenario, of_class
from sim.sampling.quantiles import Inverse, firsts, shape_of
from sim.sampling.streams import DRAWS, Streams, hashes_by_day
from sim.sampling.structure import Step, Structure

TOGETHER = 32
"""Services whose work is drawn at a time: few enough that what is drawn stays in the processor's cache."""


@dataclass(frozen=True)
class _Block:
    """Draws of one kind of work of a service: of its seconds, or of a pace that all legs of a railway share (km a day)."""

    service: int
    name: str
    spread: Distribution


class Work:
    """The work of all services of a scenario."""

    def __init__(self, scenario: Scenario, structure: Structure) -> None:
        self._days = days_of(scenario.period.length)
        by_service = list(structure.steps.items())
        steps = [(s, service, step) for s, (service, mine) in enumerate(by_service) for step in mine]
        self._service = np.array([s for s, _, _ in steps], dtype=np.int64)
        self._worked = np.array([_is_work(step) for _, _, step in steps], dtype=bool)
        self._columns = {
            "step_first": firsts([len(mine) for _, mine in by_service]),
            "step_kind": np.array([step.kind for _, _, step in steps], dtype=np.int64),
            "step_place": np.array([step.place for _, _, step in steps], dtype=np.int64),
        }
        drawn = [(s, _drawn(scenario, s, service, step)) for s, service, step in steps if _is_work(step)]
        self._parts = [
            _Part([one for s, one in drawn if begin <= s < begin + TOGETHER])
            for begin in range(0, len(by_service), TOGETHER)
        ]

    def draw(self, streams: Streams, turns: Ints, reserve: Ints) -> dict[str, Ints]:
        """Columns of the steps and their work, where services have draws for so many turns a day and a reserve."""
        draws = self._days * turns + reserve
        work_first = firsts(np.where(self._worked, draws[self._service], 0))
        work_s = np.empty(work_first[-1], dtype=np.int64)
        done = 0
        for part in self._parts:
            done += part.draw_into(work_s[done:], streams, turns, reserve, self._days)
        return {**self._columns, "work_first": work_first[:-1], "work_s": work_s}


class _Part:
    """The work of some services, step by step: of which block of draws, and the km that are run at its pace (0: seconds are drawn)."""

    def __init__(self, drawn: Sequence[tuple[_Block, float]]) -> None:
        # Blocks of one shape stand together, so that they are inverted together.
        blocks = sorted(dict.fromkeys(block for block, _ in drawn), key=lambda block: shape_of(block.spread))
        number = {block: i for i, block in enumerate(blocks)}
        self._inverse = Inverse([block.spread for block in blocks])
        self._names = [block.name for block in blocks]
        self._service = np.array([block.service for block in blocks], dtype=np.int64)
        self._block = np.array([number[block] for block, _ in drawn], dtype=np.int64)
        self._length_km = np.array([length for _, length in drawn], dtype=np.float64)

    def draw_into(self, into: Ints, streams: Streams, turns: Ints, reserve: Ints, days: int) -> int:
        """Draw all seconds into the beginning of an array; how many they are."""
        turns, reserve = turns[self._service], reserve[self._service]
        hashes = b"".join(map(hashes_by_day, self._names, turns.tolist()))
        first = firsts(days * turns + reserve)
        drawn = self._inverse(streams.by_day(hashes, turns, reserve, days), first)
        limits = float(SPEED_MIN), float(SPEED_MAX), float(LONGEST_S)
        many: int = DRAWS.work(self._block, self._length_km, first, drawn, *limits, into)
        return many


def _is_work(step: Step) -> bool:
    """Whether a step takes time that is drawn."""
    return step.kind in (StepKind.HANDLE, StepKind.RUN)


def _drawn(scenario: Scenario, s: int, service: str, step: Step) -> tuple[_Block, float]:
    """The draws of a step, and the km that are run at the pace drawn (0: seconds are drawn)."""
    train_class = scenario.services[service].class_
    if step.kind == StepKind.HANDLE:
        time = getattr(scenario.facilities[step.facility], step.operation).time
        name = f"handling/facility:{step.facility}.{step.operation}/service:{service}"
        return _Block(s, name, of_class(time, train_class).value), 0.0
    line = scenario.legs[step.leg]
    if line.running_time is not None:
        return _Block(s, f"running/leg:{step.leg}/service:{service}", line.running_time.value), 0.0
    assert line.railway is not None
    name = f"running/railway:{line.railway}/service:{service}"
    speed = of_class(scenario.railways[line.railway].speed, train_class).value
    return _Block(s, name, speed), line.length.value / 1000
