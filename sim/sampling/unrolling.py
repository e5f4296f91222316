"""Calendars, unrolled before the run: opening hours x weather x openings x policies x disruptions become step functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from sim.contract import NEVER, OPEN, Cause
from sim.model import Hours, Period, Recovery
from sim.units import DAY_S

PRECEDENCE = {Cause.CLOSURE: 3, Cause.POLICY: 2, Cause.WEATHER: 1, Cause.HOURS: 0}
"""Which cause a closed second has when several close it."""


@dataclass(frozen=True, order=True)
class Spell:
    """From `from_s` until before `until_s` a value holds (a rate in permille, or a number), for a cause or a policy.

    Of the servers that a spell takes away, `part` permille are away: how many that is depends on the station.
    """

    from_s: int
    until_s: int
    value: int
    cause: int = -1
    policy: int = -1
    part: int = OPEN


Phase = tuple[int, int, int]
"""(from_s, until_s, part): how much of an effect holds from when until when, in permille."""
Step = tuple[int, int, int, int]
"""(at_s, value, cause, policy)."""
ALWAYS_OPEN: tuple[Step, ...] = ((0, OPEN, -1, -1),)


def _sweep(spells: Iterable[Spell], period_s: int) -> list[tuple[int, list[Spell]]]:
    """(second, spells that hold from then on) at 0 and at every second in the period where that changes."""
    inside = [s for s in spells if s.from_s < s.until_s and s.until_s > 0 and s.from_s < period_s]
    starts: dict[int, list[Spell]] = {}
    ends: dict[int, list[Spell]] = {}
    for spell in inside:
        starts.setdefault(max(spell.from_s, 0), []).append(spell)
        if spell.until_s < period_s:
            ends.setdefault(spell.until_s, []).append(spell)
    holding: list[Spell] = []
    found = []
    for second in sorted({0, *starts, *ends}):
        for spell in ends.get(second, ()):
            holding.remove(spell)
        holding += starts.get(second, ())
        found.append((second, sorted(holding)))
    return found


def _joined(steps: list[Step]) -> tuple[Step, ...]:
    """Leave out steps that change nothing."""
    kept = [step for i, step in enumerate(steps) if i == 0 or step[1:] != steps[i - 1][1:]]
    return tuple(kept)


def rate_steps(spells: Iterable[Spell], period_s: int) -> tuple[Step, ...]:
    """Rates in permille, multiplied where spells overlap; a closed step has the cause of highest precedence."""
    return _rate_steps(tuple(spells), period_s)


@lru_cache(maxsize=10_000)  # most places keep their hours in every replication
def _rate_steps(spells: tuple[Spell, ...], period_s: int) -> tuple[Step, ...]:
    """Steps of rates for spells that come again in other replications."""
    return multiplied_steps(spells, period_s)


def multiplied_steps(spells: tuple[Spell, ...], period_s: int) -> tuple[Step, ...]:
    """What `rate_steps` gives, for spells that no other replication has: nothing of them is kept."""
    steps = []
    for second, holding in _sweep(spells, period_s):
        rate = OPEN
        shut = [spell for spell in holding if spell.value == 0]
        for spell in holding:
            # Slow-downs that overlap never close what none of them closes.
            rate = max(rate * spell.value // OPEN, 0 if shut else 1)
        why = max(shut, key=lambda s: PRECEDENCE[Cause(s.cause)]) if shut else None
        steps.append((second, rate, why.cause if why else -1, why.policy if why else -1))
    return _joined(steps)


def server_steps(normal: int, spells: Iterable[Spell], period_s: int) -> tuple[Step, ...]:
    """Number of servers: the fewest that any spell leaves."""

    def left(spell: Spell) -> int:
        """Servers that a spell leaves."""
        return normal - share_of(max(normal - spell.value, 0), spell.part, OPEN)

    return _joined(
        [(second, min([normal, *map(left, holding)]), -1, -1) for second, holding in _sweep(spells, period_s)]
    )


def lost_steps(spells: Iterable[Spell], period_s: int) -> tuple[Step, ...]:
    """Number of vehicles withdrawn: the sum over spells."""
    return summed_steps(0, spells, period_s)


def summed_steps(normal: int, spells: Iterable[Spell], period_s: int) -> tuple[Step, ...]:
    """An amount: what is normal, and what the spells add or take away."""
    return _joined(
        [
            (second, normal + sum(spell.value for spell in holding), -1, -1)
            for second, holding in _sweep(spells, period_s)
        ]
    )


def share_of(number: int, part: int, whole: int) -> int:
    """`number` x `part` / `whole`, all >= 0, to the nearest integer; halves up."""
    return (2 * number * part + whole) // (2 * whole)


def fading(from_s: int, until_s: int, part: int, recovery: Recovery | None) -> list[Phase]:
    """An effect that lasts and then passes: `part` permille of it until `until_s`, then less and less until normal.

    A linear recovery has on each day the mean of the falling line over that day. One in n steps has n parts of equal
    length, in which n/(n+1), …, 1/(n+1) of the effect hold. Over both, half of the effect holds on average.
    """
    phases = [(from_s, until_s, part)]
    if recovery is None or recovery.over == 0:
        return phases
    over, n = recovery.over, recovery.steps or 0
    if recovery.shape == "linear":
        cuts = [*range(0, over, DAY_S), over]
        levels = [share_of(part, 2 * over - a - b, 2 * over) for a, b in pairwise(cuts)]
    else:
        cuts = [over * k // n for k in range(n + 1)]
        levels = [share_of(part, n - k, n + 1) for k in range(n)]
    return phases + [
        (until_s + a, until_s + b, level) for (a, b), level in zip(pairwise(cuts), levels, strict=True)
    ]


DEAREST_CENTS = 10**15
"""Where factors multiply without end, an amount stays at this one, so that sums of it fit into 64 bits."""


def factored_steps(normal: int, spells: Iterable[Spell], period_s: int) -> tuple[Step, ...]:
    """An amount: what is normal, times the factors (in permille) of the spells that hold, rounded down at each."""
    steps = []
    for second, holding in _sweep(spells, period_s):
        amount = normal
        for spell in holding:
            amount = min(amount * spell.value // OPEN, DEAREST_CENTS)
        steps.append((second, amount, -1, -1))
    return _joined(steps)


@lru_cache(maxsize=10_000)  # the same in every replication
def closed_outside(hours: Hours | None, period: Period) -> tuple[Spell, ...]:
    """Spells of closure between the opening hours, over the whole period."""
    if hours is None:
        return ()
    midnight_s = -(period.begin.hour * 3600 + period.begin.minute * 60 + period.begin.second)
    weekday = period.begin.weekday()
    shut, from_s = [], midnight_s - DAY_S
    for day in range(-1, period.length // DAY_S + 3):
        if (weekday + day) % 7 in hours.days:
            opens_s = midnight_s + day * DAY_S + hours.from_s
            if opens_s > from_s:
                shut.append(Spell(from_s, opens_s, 0, Cause.HOURS))
            from_s = opens_s + hours.open_s
    shut.append(Spell(from_s, period.length, 0, Cause.HOURS))
    return tuple(shut)


def spells_outside(opens_s: int, closes_s: int) -> list[Spell]:
    """The time before something opens and after it closes, as closures."""
    before = [Spell(0, opens_s, 0, Cause.CLOSURE)] if opens_s > 0 else []
    after = [Spell(max(closes_s, 0), NEVER, 0, Cause.CLOSURE)] if closes_s < NEVER else []
    return before + after


class CalendarBook:
    """Calendars of a plan, numbered; equal ones once. Number 0 is always open."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[Step, ...], int] = {ALWAYS_OPEN: 0}

    def copy(self) -> CalendarBook:
        """A book with the same calendars, to go on with."""
        other = CalendarBook()
        other.numbers = self.numbers.copy()
        return other

    def number(self, steps: tuple[Step, ...]) -> int:
        """Number of a calendar, entering it if it is new."""
        return self.numbers.setdefault(steps, len(self.numbers))
