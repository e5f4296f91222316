"""Calendar arithmetic on plain integer arrays, written once for both engines.

A calendar is a step function: `at_s` int64 (n,) increasing from 0, `value` int64 (n,), the value that holds from
`at_s[i]` until `at_s[i + 1]`. For rates the value is permille of normal (1000 normal, 0 closed); for servers and
fleets it is a number. `cause` int64 (n,) says why a step is closed (see `Cause`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.contract.tables import NEVER, OPEN

if TYPE_CHECKING:
    from sim.contract.plan import SampledPlan


def step_at(at_s: Sequence[int], time_s: int) -> int:
    """Index of the step that holds at `time_s` >= 0."""
    return bisect_right(at_s, time_s) - 1


def step_of(p: SampledPlan, n: int, time_s: int) -> int:
    """Number, among the steps of all calendars of a plan, of the step of calendar `n` that holds at a second."""
    return bisect_right(p.calendar_at_s, time_s, p.calendar_first[n], p.calendar_first[n + 1]) - 1


def value_at(p: SampledPlan, n: int, time_s: int) -> int:
    """Value of calendar `n` of a plan at a second."""
    # Number 0 is always open: most are, and they are asked for all the time.
    if n == 0:
        return OPEN
    return p.calendar_value[step_of(p, n, time_s)]


def is_constant(p: SampledPlan, n: int) -> bool:
    """Whether calendar `n` of a plan never changes."""
    return p.calendar_first[n + 1] - p.calendar_first[n] == 1


def next_open(at_s: Sequence[int], value: Sequence[int], time_s: int) -> int:
    """First second >= `time_s` at which the value is above 0, or NEVER."""
    i = step_at(at_s, time_s)
    if value[i] > 0:
        return time_s
    for j in range(i + 1, len(at_s)):
        if value[j] > 0:
            return at_s[j]
    return NEVER


def next_change(at_s: Sequence[int], time_s: int) -> int:
    """First second > `time_s` at which a step begins, or NEVER."""
    i = step_at(at_s, time_s) + 1
    return at_s[i] if i < len(at_s) else NEVER


def add_work(start_s: int, work_s: int, at_s: Sequence[int], rate: Sequence[int]) -> int:
    """Second at which `work_s` seconds of work, begun at `start_s`, are done; NEVER if the calendar closes for good.

    The rate (permille) slows or stops the work; a rate of 0 pauses it. Exact: integers only, rounded up to a second.
    """
    i = step_at(at_s, start_s)
    left = work_s * OPEN
    time_s = start_s
    last = len(at_s) - 1
    while i < last:
        able = (at_s[i + 1] - time_s) * rate[i]
        if left <= able:
            break
        left -= able
        i += 1
        time_s = at_s[i]
    if left == 0:
        return time_s
    if rate[i] <= 0:
        return NEVER
    return time_s - (-left // rate[i])


def closed_spans(
    from_s: int, until_s: int, at_s: Sequence[int], value: Sequence[int], cause: Sequence[int]
) -> list[tuple[int, int]]:
    """(cause, seconds) of the closed time in [from_s, until_s), summed by cause, in ascending order of cause."""
    if until_s <= from_s or (len(at_s) == 1 and value[0] > 0):
        return []
    found: dict[int, int] = {}
    i = step_at(at_s, from_s)
    while i < len(at_s) and at_s[i] < until_s:
        if value[i] <= 0:
            begin = max(from_s, at_s[i])
            end = until_s if i + 1 == len(at_s) else min(until_s, at_s[i + 1])
            found[cause[i]] = found.get(cause[i], 0) + end - begin
        i += 1
    return sorted(found.items())


class Calendar:
    """One calendar of a plan, as lists: read one by one they are far faster than arrays."""

    def __init__(self, plan: SampledPlan, number: int) -> None:
        part = slice(plan.calendar_first[number], plan.calendar_first[number + 1])
        self.at_s: list[int] = plan.calendar_at_s[part].tolist()
        self.value: list[int] = plan.calendar_value[part].tolist()
        self.cause: list[int] = plan.calendar_cause[part].tolist()
        self.policy: list[int] = plan.calendar_policy[part].tolist()

    def now(self, time_s: int) -> int:
        """Value at a second."""
        return self.value[step_at(self.at_s, time_s)]

    def cause_at(self, time_s: int) -> int:
        """Cause of the closure at a second, or -1."""
        return self.cause[step_at(self.at_s, time_s)]

    def policy_at(self, time_s: int) -> int:
        """Policy that closes at a second, or -1."""
        return self.policy[step_at(self.at_s, time_s)]

    def opens(self, time_s: int) -> int:
        """First open second from `time_s` on, or NEVER."""
        return next_open(self.at_s, self.value, time_s) if time_s < NEVER else NEVER

    def changes(self, time_s: int) -> int:
        """First second after `time_s` at which the value changes, or NEVER."""
        return next_change(self.at_s, time_s)

    def done(self, start_s: int, work_s: int) -> int:
        """Second at which work begun at `start_s` is done, or NEVER."""
        return add_work(start_s, work_s, self.at_s, self.value) if start_s < NEVER else NEVER

    def closed(self, from_s: int, until_s: int) -> list[tuple[int, int]]:
        """(cause, seconds) closed between two seconds."""
        return closed_spans(from_s, until_s, self.at_s, self.value, self.cause)

    def split(self, from_s: int, until_s: int, cause: int) -> dict[int, int]:
        """Seconds by cause of a span: closed ones by their own cause, the rest by `cause`; none that are 0."""
        spans = dict(self.closed(from_s, until_s))
        rest_s = until_s - from_s - sum(spans.values())
        return added(spans, {cause: rest_s}) if rest_s else spans


def added(one: dict[int, int], other: dict[int, int]) -> dict[int, int]:
    """Sum of two tables of seconds by cause."""
    return {cause: one.get(cause, 0) + other.get(cause, 0) for cause in (*one, *other)}
