"""Work of departures: which draws every step of a service uses, and how long it takes by each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.contract import Ints, StepKind, days_of
from sim.model import LONGEST_S, SPEED_MAX, SPEED_MIN, Distribution, Scenario
from sim.sampling.quantiles import Inverse, firsts, shape_of
from sim.sampling.streams import DRAWS, Streams, hashes_by_day
from sim.sampling.structure import Step, Structure


@dataclass(frozen=True)
class _Block:
    """Draws of one kind of work of a service: of its seconds, or of a pace that all legs of a railway share (km a day)."""

    service: int
    name: str


class Work:
    """The work of all services of a scenario."""

    def __init__(self, scenario: Scenario, structure: Structure) -> None:
        self._scenario = scenario
        self._days = days_of(scenario.period.length)
        self._steps = [
            (s, name, step) for s, (name, steps) in enumerate(structure.steps.items()) for step in steps
        ]
        drawn = {
            i: self._drawn(*step)
            for i, step in enumerate(self._steps)
            if step[2].kind in (StepKind.HANDLE, StepKind.RUN)
        }
        spreads = {block: spread for block, spread, _ in drawn.values()}
        # Those of one shape stand together, so that they are inverted together.
        blocks = sorted(spreads, key=lambda block: shape_of(spreads[block]))
        number = {block: i for i, block in enumerate(blocks)}
        self._inverse = Inverse([spreads[block] for block in blocks])
        self._names = [block.name for block in blocks]
        self._service_of_block = np.array([block.service for block in blocks], dtype=np.int64)
        self._block = np.array([number[block] for block, _, _ in drawn.values()], dtype=np.int64)
        self._length_km = np.array([length for _, _, length in drawn.values()], dtype=np.float64)
        self._service = np.array([s for s, _, _ in self._steps], dtype=np.int64)
        self._worked = np.array([i in drawn for i in range(len(self._steps))], dtype=bool)
        counts = [len(steps) for steps in structure.steps.values()]
        self._columns = {
            "step_first": firsts(counts),
            "step_kind": np.array([step.kind for _, _, step in self._steps], dtype=np.int64),
            "step_place": np.array([step.place for _, _, step in self._steps], dtype=np.int64),
        }

    def _drawn(self, s: int, service: str, step: Step) -> tuple[_Block, Distribution, float]:
        """The draws of a step, what they are inverted by, and the km that are run at the pace drawn (0: seconds are drawn)."""
        scenario = self._scenario
        if step.kind == StepKind.HANDLE:
            spread = getattr(scenario.facilities[step.facility], step.operation).time.value
            name = f"handling/facility:{step.facility}.{step.operation}/service:{service}"
            return _Block(s, name), spread, 0.0
        line = scenario.legs[step.leg]
        if line.running_time is not None:
            return _Block(s, f"running/leg:{step.leg}/service:{service}"), line.running_time.value, 0.0
        assert line.railway is not None
        name = f"running/railway:{line.railway}/service:{service}"
        return _Block(s, name), scenario.railways[line.railway].speed.value, line.length.value / 1000

    def draw(self, streams: Streams, turns: Ints, reserve: Ints) -> dict[str, Ints]:
        """Columns of the steps and their work, where services have draws for so many turns a day and a reserve."""
        of = self._service_of_block
        hashes = b"".join(map(hashes_by_day, self._names, turns[of].tolist()))
        draws = self._days * turns + reserve
        first = firsts(draws[of])
        drawn = self._inverse(streams.by_day(hashes, turns[of], reserve[of], self._days), first)
        step_draws = np.where(self._worked, draws[self._service], 0)
        work_first = firsts(step_draws)
        work_s = np.empty(work_first[-1], dtype=np.int64)
        limits = float(SPEED_MIN), float(SPEED_MAX), float(LONGEST_S)
        DRAWS.work(self._block, self._length_km, first, drawn, *limits, work_s)
        return {**self._columns, "work_first": work_first[:-1], "work_s": work_s}
