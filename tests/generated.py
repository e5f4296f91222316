"""Random but valid plans, heavy with ties: small integers, times on a coarse grid, everything shared."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from hypothesis import strategies as st
from worlds import FULL, PlanBuilder, Rule, held, timetable

from sim.contract import NEVER, UNLIMITED, Cause, SampledPlan, StepKind
from sim.contract.choice import DAY_MIN, DAY_S

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
    smallest, n = pick(1, 3), pick(1, 12)
    largest = pick(smallest, 3)
    for _ in range(pick(1, 4)):
        _service(dice, b, smallest, largest, n)
    for _ in range(pick(1, 4)):
        b.chain(*(pick(0, len(b.services) - 1) for _ in range(pick(1, 3))))
    b.bulletin_s = GRID_S * pick(2, 12)
    b.lag_s, b.open_end_s = GRID_S * int(dice.of(0, 0, 1, 5)), GRID_S * pick(1, 8)
    for _ in range(pick(1, 3)):
        _options(dice, b)
    for policy in range(3):
        for chain in range(len(b.chains)):
            b.met(policy, chain, int(dice.of(-2, -1, 0, 1)))
    for release_s in sorted(dice.second(PERIOD_S - 2 * GRID_S) for _ in range(n)):
        acts = [_act(dice) for _ in range(pick(0, 2))]
        options = pick(0, len(b.option_lists) - 1)
        tastes = [pick(-20, 20) for _ in b.option_lists[options]] if b.values[options][0] >= 0 else []
        b.consignment(
            release_s,
            options,
            pick(smallest, largest),
            dice.one_in(3),
            acts,
            patience_s=int(dice.of(NEVER, 1, GRID_S, 4 * GRID_S)),
            tastes=tastes,
        )
    for g in range(len(b.gates)):
        b.background[g] = sorted(dice.second() for _ in range(int(dice.of(0, 0, 2, 12))))
    return b.plan()


def _options(dice: _Dice, b: PlanBuilder) -> None:
    """Chains in order, or weighed: then a second is worth a cent, a minute of spread a cent, prices and tastes some."""
    chains = [dice.pick(0, len(b.chains) - 1) for _ in range(dice.pick(0, 8) and dice.pick(1, 4))]
    weighed = dice.one_in(2)
    extras = [b.calendar(dice.changes((-30, 30), most=1)) if weighed else 0 for _ in chains]
    found = {
        chain: (chain, dice.rate(b, policy=dice.pick(0, 2)), extra)
        for chain, extra in zip(chains, extras, strict=True)
    }
    number = b.options(
        *found.values(),
        day_cents=DAY_S * dice.pick(0, 2) if weighed else -1,
        spread_cents=DAY_MIN * dice.pick(0, 2) if weighed else 0,
    )
    for place, chain in enumerate(found if weighed else ()):
        b.behind[number, place] = [0, *(dice.pick(0, 30) for _ in b.chains[chain][1:])]


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
        returns_s=[GRID_S * dice.pick(0, 4) for _ in range(3)] * dice.pick(1, RETURNS),
        call_after_s=int(dice.of(-1, 0, 5, 20)),
    )


def _service(dice: _Dice, b: PlanBuilder, smallest: int, largest: int, n: int) -> None:
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
        full=capacity - smallest + 1,
        call=dice.pick(1, capacity),
        spare=dice.pick(0, 2),
        express=dice.one_in(3),
        calendar=dice.rate(b),
        fleet=fleet,
        end=dice.pick(0, 1),
        # A ride takes a step of the grid or more, and one who thinks again may ride in circles to the end.
        trips=PERIOD_S // GRID_S * n + 1,
        turns=dice.pick(0, 3),
        reserve=dice.pick(1, 3),
        start=dice.pick(0, 2),
        price=dice.changes((0, 40), most=1),
        mean_s=dice.second(8 * GRID_S),
        variance_min2=dice.pick(0, 2),
        usual_s=dice.second(4 * GRID_S),
        notices=[_notice(dice) for _ in range(dice.pick(0, 2) and 1)],
    )


def _notice(dice: _Dice) -> tuple[int, ...]:
    """(known from, known until, closed from, closed until, offset)."""
    known_s, from_s = dice.second(), dice.second()
    until_s = NEVER if dice.one_in(3) else from_s + GRID_S * dice.pick(1, 8)
    return known_s, known_s + dice.second(), from_s, until_s, dice.second(4 * GRID_S)


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
