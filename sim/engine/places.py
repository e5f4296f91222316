"""What stands still in the reference engine: gates, stations, fleets and the terminals of services."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from sim.contract import DAY_S, EXPRESS_FIRST, UNLIMITED, Calendar, SampledPlan, draw_of

T = TypeVar("T")


class Waits(Protocol):
    """What stands in a line, since when."""

    since_s: int


class Line(Generic[T]):
    """A queue: express first, first come first served within a class."""

    def __init__(self) -> None:
        self.classes: tuple[deque[T], ...] = tuple(deque() for _ in EXPRESS_FIRST)

    def __bool__(self) -> bool:
        return any(self.classes)

    def join(self, express: int, who: T) -> None:
        """Stand at the end of a class (see `Express`)."""
        self.classes[express].append(who)

    def first(self) -> T:
        """Who goes next; still in the queue."""
        return next(queue[0] for queue in self.classes if queue)

    def leave(self) -> T:
        """Take out who goes next."""
        return next(queue for queue in self.classes if queue).popleft()

    def take_out(self, express: int, who: T) -> None:
        """Take someone out from the middle."""
        self.classes[express].remove(who)

    def everyone(self) -> list[T]:
        """All who stand here, class by class."""
        return [who for queue in self.classes for who in queue]

    def heads(self) -> list[T]:
        """The first of every class that has one."""
        return [queue[0] for queue in self.classes if queue]


@dataclass
class Gate:
    """One train at a time, with a minimum headway. `due` while a turn is scheduled."""

    calendar: Calendar
    headway_s: int
    next_free_s: int = 0
    due: bool = False
    line: Line[Waits] = field(default_factory=Line)

    def free_at(self, now_s: int) -> int:
        """First second from now on at which a trip may pass."""
        return self.calendar.opens(max(now_s, self.next_free_s))

    def take(self, now_s: int) -> None:
        """Let a trip pass now; the next one keeps the headway."""
        self.next_free_s = self.calendar.done(now_s, self.headway_s)


@dataclass
class Station:
    """A number of servers that handle trips side by side; `wake_s` is when a blocked line is looked at again."""

    servers: Calendar
    rate: Calendar
    busy: int = 0
    wake_s: int = -1
    line: Line[Waits] = field(default_factory=Line)

    def can_start(self, now_s: int) -> bool:
        """Whether a server is there and the place is open."""
        return self.rate.now(now_s) > 0 and self.busy < self.servers.now(now_s)

    def changes(self, now_s: int) -> int:
        """When servers or opening change next, or NEVER."""
        return min(self.servers.changes(now_s), self.rate.changes(now_s))


@dataclass
class Fleet:
    """Vehicles by end: since when each has been idle, longest first.

    `errands` are the empty runs under way by number, each with the service that called it or -1 when it goes home;
    `look_s` is when vehicles are looked at next, for an empty run.
    """

    idle: tuple[deque[int], deque[int]]
    unlimited: bool
    withdrawn_target: Calendar
    return_after_s: int
    call_after_s: int
    services: tuple[list[int], list[int]] = field(default_factory=lambda: ([], []))
    withdrawn: int = 0
    returns: int = 0
    errands: dict[int, int] = field(default_factory=dict)
    look_s: int = -1

    @classmethod
    def of(cls, plan: SampledPlan, f: int, calendars: Sequence[Calendar]) -> Fleet:
        """A fleet of a plan: its vehicles idle at either end since the period began."""
        home, away = plan.fleet_vehicles[2 * f : 2 * f + 2]
        unlimited = home >= UNLIMITED
        idle = (deque[int](), deque[int]()) if unlimited else (deque([0] * home), deque([0] * away))
        withdrawn = calendars[plan.fleet_withdrawn[f]]
        return cls(idle, unlimited, withdrawn, plan.return_after_s[f], plan.call_after_s[f])

    def idle_since(self, end: int) -> int:
        """Since when the vehicle that has been longest at an end is there, or -1 when none is."""
        if self.unlimited:
            return 0
        return self.idle[end][0] if self.idle[end] else -1

    def take(self, end: int) -> int:
        """Take the vehicle that has been longest at an end; return since when."""
        return 0 if self.unlimited else self.idle[end].popleft()

    def next_errand(self, first: int, n: int) -> int:
        """Number of the draw of the next empty run, of the `n` from `first` on."""
        # Draws are used again when they run out, but never by two at once.
        while first + self.returns % n in self.errands:
            self.returns += 1
        self.returns += 1
        return first + (self.returns - 1) % n


@dataclass
class Waiting:
    """A consignment at a place, since when."""

    consignment: int
    since_s: int


@dataclass
class Terminal:
    """Where a service starts: its waiting consignments and its next departure."""

    line: Line[Waiting] = field(default_factory=Line)
    teu: int = 0
    departures: int = 0
    day: int = -1
    today: int = 0
    beyond: int = 0
    slot_due: bool = False
    slots_past: int = 0
    coming: int = 0
    hold_over_s: int = -1
    opens_s: int = -1

    def waited_since(self) -> int:
        """Since when the one who came first has waited; somebody waits."""
        return min(waiting.since_s for waiting in self.line.heads())

    def luck(self, plan: SampledPlan, s: int, now_s: int) -> int:
        """Number of the draws that a departure of now uses: those of its place in the day."""
        if now_s // DAY_S != self.day:
            self.day, self.today = now_s // DAY_S, 0
        turns = plan.turns[s]
        draw = draw_of(plan.period_s, turns, plan.reserve[s], now_s, self.today, self.beyond)
        self.beyond += self.today >= turns
        self.today += 1
        return draw
