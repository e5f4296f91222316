"""Random but valid plans, heavy with ties: small integers, times on a coarse grid, everything shared."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from hypothesis import strategies as st
from worlds import FULL, PlanBuilder, Rule, held, timetable

from sim.contract import NEVER, UNLIMITED, Cause, SampledPlan, StepKind

Pick = Callable[[int, int], int]
"""A whole number from the first to the second, both included."""
GRID_S = 5
PERIOD_S = 240
CLOSED_BY = (Cause.HOURS, Cause.WEATHER, Cause.CLOSURE, Cause.POLICY)
HANDLED_BY = (Cause.CUSTOMS, Cause.GAUGE_CHANGE, Cause.TERMINAL, Cause.PORT)
RETURNS = 30


class _Dice:
    """Choices from one source, which Hypothesis can shrink."""

    def __init__(self, pick: Pick) -> None:
        self.pick = pick

    def one_in(self, n: int) -> bool:
        return self.pick(1, n) == n

    def of(self, *things: object) -> object:
        return things[self.pick(0, len(things) - 1)]

    def second(self, last_s: int = PERIOD_S) -> int:
        return GRID_S * self.pick(0, last_s // GRID_S)

    def work_s(self, least: int = 0) -> list[int]:
        return [GRID_S * self.pick(least, 4) for _ in range(self.pick(1, 3))]

    def changes(self, values: tuple[int, ...], most: int = 3) -> list[tuple[int, int]]:
        """Steps (second, value) that rise from 0."""
        seconds = sorted({0, *(self.second() for _ in range(self.pick(0, most)))})
        return [
            (t, self.pick(values[0], values[1]) if len(values) == 2 else int(self.of(*values)))
            for t in seconds
        ]

    def rate(self, b: PlanBuilder, policy: int = -1) -> int:
        """A calendar of opening: mostly open."""
        if not self.one_in(3):
            return 0
        return b.calendar(self.changes((1000, 0, 500)), Cause(self.of(*CLOSED_BY)), policy)


def random_plan(pick: Pick) -> SampledPlan:
    """A plan of 1-4 services with 1-12 consignments; `pick` makes every choice."""
    dice, b = _Dice(pick), PlanBuilder(period_s=PERIOD_S, seed=pick(0, 3), replication=pick(0, 2))
    for _ in range(pick(1, 2)):
        b.gate(int(dice.of(1, 5, 10, 12)), dice.rate(b), Cause(dice.of(*CLOSED_BY)))
    for _ in range(pick(1, 2)):
        servers = dice.of(UNLIMITED, 1, 2, "changing")
        b.station(
            b_changes(dice) if servers == "changing" else int(servers),
            dice.rate(b),
            Cause(dice.of(*HANDLED_BY)),
        )
    for _ in range(pick(1, 2)):
        b.leg(dice.rate(b), Cause(dice.of(Cause.RUNNING, Cause.SAILING)))
    for _ in range(pick(0, 2)):
        _fleet(dice, b)
    largest = pick(1, 3)
    n = pick(1, 12)
    for _ in range(pick(1, 4)):
        _service(dice, b, largest, n)
    for _ in range(pick(1, 4)):
        b.chain(*(pick(0, len(b.services) - 1) for _ in range(pick(1, 3))))
    for _ in range(pick(1, 3)):
        chains = [pick(0, len(b.chains) - 1) for _ in range(pick(0, 8) and pick(1, 3))]
        b.options(*((chain, dice.rate(b, policy=pick(0, 2))) for chain in dict.fromkeys(chains)))
    for release_s in sorted(dice.second(PERIOD_S - 2 * GRID_S) for _ in range(n)):
        acts = [_act(dice) for _ in range(pick(0, 2))]
        b.consignment(release_s, pick(0, len(b.option_lists) - 1), pick(1, largest), dice.one_in(3), acts)
    return b.plan()


def b_changes(dice: _Dice) -> list[tuple[int, int]]:
    """Servers that change in number."""
    return dice.changes((0, 2))


def _fleet(dice: _Dice, b: PlanBuilder) -> None:
    home = dice.of(UNLIMITED, 0, 1, 1, 2)
    b.fleet(
        int(home),
        away=dice.pick(0, 1),
        withdrawn=b.calendar(dice.changes((0, 2))) if dice.one_in(2) else [(0, 0)],
        return_after_s=int(dice.of(-1, 0, 5, 20)),
        returns_s=[GRID_S * dice.pick(1, 4) for _ in range(3)] * RETURNS,
    )


def _service(dice: _Dice, b: PlanBuilder, largest: int, n: int) -> None:
    steps: list[tuple[object, ...]] = []
    for _ in range(dice.pick(1, 2)):
        steps += _operation(dice, b)
        if steps and dice.one_in(2):
            steps.append((StepKind.CHECK, dice.pick(0, 1)))
        steps.append((StepKind.RUN, dice.pick(0, len(b.legs) - 1), dice.work_s(least=1)))
    steps += _operation(dice, b)
    capacity = dice.pick(largest, 4)
    fleet = dice.pick(-1, len(b.fleets) - 1)
    b.service(
        *steps,
        capacity=capacity,
        rule=_rule(dice, capacity),
        full=dice.pick(1, capacity) if dice.one_in(4) else capacity - largest + 1,
        spare=dice.pick(0, 2),
        express=dice.one_in(3),
        calendar=dice.rate(b),
        fleet=fleet,
        end=dice.pick(0, 1),
        trips=3 * n + 1,
        turns=dice.pick(0, 3),
    )


def _operation(dice: _Dice, b: PlanBuilder) -> list[tuple[object, ...]]:
    steps: list[tuple[object, ...]] = []
    if dice.one_in(2):
        steps.append((StepKind.GATE, dice.pick(0, len(b.gates) - 1)))
    if dice.one_in(2):
        steps.append((StepKind.HANDLE, dice.pick(0, len(b.stations) - 1), dice.work_s()))
    return steps


def _rule(dice: _Dice, capacity: int) -> Rule:
    which = dice.pick(0, 2)
    if which == 0:
        return FULL
    if which == 1:
        return held(dice.second(8 * GRID_S), dice.pick(0, capacity))
    return timetable(
        *sorted({dice.second() for _ in range(dice.pick(1, 8))}), least_teu=dice.pick(0, capacity)
    )


def _act(dice: _Dice) -> tuple[int, ...]:
    """(facility or -1, seconds, policy, from, until)."""
    from_s = 0 if dice.one_in(2) else dice.second()
    until_s = NEVER if dice.one_in(2) else from_s + dice.second()
    return dice.pick(-1, 1), GRID_S * dice.pick(0, 8), dice.pick(0, 2), from_s, until_s


@st.composite
def plans(draw: st.DrawFn) -> SampledPlan:
    """Plans for Hypothesis."""
    return random_plan(lambda low, high: draw(st.integers(low, high)))


def numbered_plan(number: int) -> SampledPlan:
    """The same plan for the same number, on every machine."""
    return random_plan(Random(number).randint)
