"""What a log implies between its rows: who stands where since when. The books that the replay keeps."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass, field

import numpy as np

from sim.contract import DAY_S, EXPRESS_FIRST, NEVER, UNLIMITED, Calendar, SampledPlan, draw_of


class Queue:
    """Who waits since when, by class (see `Express`), in order of arrival."""

    def __init__(self) -> None:
        self.classes: tuple[dict[int, int], ...] = tuple({} for _ in EXPRESS_FIRST)

    def __len__(self) -> int:
        return sum(map(len, self.classes))

    def join(self, express: int, who: int, since_s: int) -> None:
        """Stand at the end of a class."""
        self.classes[express][who] = since_s

    def since(self, who: int) -> int | None:
        """Since when someone waits; None when not there."""
        return next((waiting[who] for waiting in self.classes if who in waiting), None)

    def leave(self, who: int) -> None:
        """Take someone out, if there."""
        for waiting in self.classes:
            waiting.pop(who, None)

    def first(self) -> int:
        """Who goes next, or -1."""
        return next((next(iter(waiting)) for waiting in self.classes if waiting), -1)

    def earliest_s(self) -> int:
        """Since when the one who came first has waited, or NEVER."""
        return min((next(iter(waiting.values())) for waiting in self.classes if waiting), default=NEVER)

    def has_better_claim(self, express: int, who: int, now_s: int) -> bool:
        """Whether another should go before: of a better class and here before now, or of this class and here earlier.

        Arrivals in the same second are left to the ranks of events, which a log does not show.
        """
        since_s = self.classes[express].get(who, now_s)
        limits_s = [now_s] * express + [since_s]
        heads = [next(iter(waiting.values()), NEVER) for waiting in self.classes]
        return any(head_s < limit_s for head_s, limit_s in zip(heads, limits_s, strict=False))

    def reaches_s(self, teu: int, size_teu: list[int]) -> int:
        """Second at which those who wait came to `teu` together, or NEVER."""
        arrivals = sorted((since_s, who) for waiting in self.classes for who, since_s in waiting.items())
        total = 0
        for since_s, who in arrivals:
            total += size_teu[who]
            if total >= teu:
                return since_s
        return NEVER


@dataclass
class Goods:
    """A consignment: `state` in words, and in `own_s` and `ridden_s` the seconds that the log has accounted for."""

    state: str = "not released"
    since_s: int = 0
    chain: int = -1
    leg: int = 0
    trip: int = -1
    yard: int = -1
    facility: int = -1
    due_s: int = 0
    owed: list[tuple[int, int]] = field(default_factory=list)
    waits: dict[int, int] = field(default_factory=dict)
    waited_s: int = 0
    own_s: int = 0
    ridden_s: int = 0
    boarded_spent_s: int = 0
    think_s: int = -1
    takes: tuple[int, int] | None = None
    """(chain, stage) of another chain that it takes as it is unloaded, until a row says so."""


@dataclass
class Ride:
    """A trip: its step since when, its load, and the seconds that its rows have accounted for."""

    number: int
    service: int
    draw: int = -1
    aboard: list[int] = field(default_factory=list)
    departed_s: int = -1
    step: int = -1
    since_s: int = 0
    started: bool = False
    waits: dict[int, int] = field(default_factory=dict)
    waited_s: int = 0
    spent_s: int = 0
    to_set_out: set[int] = field(default_factory=set)
    freed: bool = False


class FleetBook:
    """Vehicles of a fleet, with the events that leave no row: withdrawals, and departures home empty."""

    def __init__(self, plan: SampledPlan, f: int) -> None:
        home, away = (int(plan.fleet_vehicles[2 * f + end]) for end in (0, 1))
        self.unlimited = home >= UNLIMITED
        mine = plan.fleet == f
        self.ends: tuple[list[int], list[int]] = (
            np.flatnonzero(mine & (plan.fleet_end == 0)).tolist(),
            np.flatnonzero(mine & (plan.fleet_end == 1)).tolist(),
        )
        """Services that start at either end."""
        self.idle = (deque[int](), deque[int]()) if self.unlimited else (deque([0] * home), deque([0] * away))
        self.target = Calendar(plan, int(plan.fleet_withdrawn[f]))
        self.changes = deque(self.target.at_s)
        self.after_s = int(plan.return_after_s[f])
        self.call_after_s = int(plan.call_after_s[f])
        self.runs_s: list[int] = plan.return_s[plan.return_first[f] : plan.return_first[f + 1]].tolist()
        self.runs = 0
        self.withdrawn = 0
        self.coming: dict[int, tuple[int, int, int]] = {}
        """Empty runs under way by number: second of the end, seconds, and the service that called it or -1 for home."""

    def leaves_s(self, now_s: int, spare: int) -> int:
        """Second, `now_s` or later, at which the next vehicle goes home empty if so many are spare at the far end; or NEVER."""
        if self.after_s < 0 or spare <= 0 or not self.runs_s:
            return NEVER
        return max(now_s, self.idle[1][0] + self.after_s)

    def run_empty(self, end: int, now_s: int, service: int = -1) -> None:
        """A vehicle sets off empty from an end, for a service or home; its time is the next that nobody uses."""
        self.idle[end].popleft()
        n = len(self.runs_s)
        while len(self.coming) < n and self.runs % n in self.coming:
            self.runs += 1
        run_s = self.runs_s[self.runs % n]
        self.coming[self.runs % n] = now_s + run_s, run_s, service
        self.runs += 1

    def comes(self, now_s: int, run_s: int, service: int) -> bool:
        """Whether an empty vehicle comes now, to a service or (-1) home; it has come then."""
        found = [i for i, run in self.coming.items() if run == (now_s, run_s, service)]
        for i in found[:1]:
            del self.coming[i]
        return bool(found)

    def called(self, service: int) -> int:
        """How many vehicles come empty to a service."""
        return sum(run[2] == service for run in self.coming.values())

    def change(self, at_s: int) -> None:
        """Withdraw idle vehicles up to the number of the calendar, home first, or bring some back home."""
        target = self.target.now(at_s)
        for idle in self.idle:
            while idle and self.withdrawn < target:
                idle.popleft()
                self.withdrawn += 1
        while not self.unlimited and self.withdrawn > target:
            self.withdrawn -= 1
            self.idle[0].append(at_s)

    def free(self, end: int, now_s: int) -> None:
        """A vehicle is free at an end, unless it is withdrawn."""
        if self.unlimited:
            return
        if self.withdrawn < self.target.now(now_s):
            self.withdrawn += 1
        else:
            self.idle[end].append(now_s)

    def since(self, end: int) -> int:
        """Since when a vehicle is there; -1 when none is."""
        if self.unlimited:
            return 0
        return self.idle[end][0] if self.idle[end] else -1

    def take(self, end: int) -> None:
        """A vehicle leaves with a trip."""
        if self.idle[end]:
            self.idle[end].popleft()


class Turns:
    """Which draws the departures of a service use (see `turns`)."""

    def __init__(self, period_s: int, turns: int, reserve: int) -> None:
        self.period_s = period_s
        self.turns = turns
        self.reserve = reserve
        self.day = -1
        self.today = 0
        self.beyond = 0

    def take(self, now_s: int) -> int:
        """Number of the draws of a departure now."""
        if now_s // DAY_S != self.day:
            self.day, self.today = now_s // DAY_S, 0
        draw = draw_of(self.period_s, self.turns, self.reserve, now_s, self.today, self.beyond)
        self.beyond += self.today >= self.turns
        self.today += 1
        return draw


class Timetable:
    """Slots of a service: each is used by a trip or lapses, in order."""

    def __init__(self, slots: list[int]) -> None:
        self.slots = slots
        self.next = 0

    def due(self, now_s: int) -> int:
        """Number of the slot on which a trip that leaves now runs, or -1 when there is none.

        A trip that leaves in the second of a slot may still run on the one before.
        """
        last = bisect_right(self.slots, now_s) - 1
        oldest = last - 1 if last >= 0 and self.slots[last] == now_s else last
        return self.next if oldest <= self.next <= last and last >= 0 else -1
