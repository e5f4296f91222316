"""Calendars of a plan, compiled: the shared arithmetic on the part of its columns that one calendar has.

Number 0 is always open: most are, and they are asked for all the time.
"""

from __future__ import annotations

from sim.compiled import compiled, inlined
from sim.contract import NEVER, OPEN, SampledPlan
from sim.contract.calendars import add_work, is_constant, next_change, next_open, step_of
from sim.engine.layout import World
from sim.engine.views import part


@inlined
def step_near(p: SampledPlan, w: World, n: int, time_s: int) -> int:
    """Number of the step of calendar `n` that holds at a second: as a rule the one that was asked for last."""
    i, last = max(w.calendar_step[n], p.calendar_first[n]), p.calendar_first[n + 1] - 1
    if p.calendar_at_s[i] > time_s or (i < last and p.calendar_at_s[i + 1] <= time_s):
        i = step_of(p, n, time_s)
        w.calendar_step[n] = i
    return i


@inlined
def value_now(p: SampledPlan, w: World, n: int) -> int:
    """Value of calendar `n` now."""
    return OPEN if n == 0 else p.calendar_value[step_near(p, w, n, w.now)]


@inlined
def opens(p: SampledPlan, w: World, n: int, time_s: int) -> int:
    """First open second from `time_s` on, or NEVER."""
    return time_s if n == 0 or time_s >= NEVER else next_opening(p, w, n, time_s)


@compiled
def next_opening(p: SampledPlan, w: World, n: int, time_s: int) -> int:
    """First open second from `time_s` on of a calendar that may close, or NEVER."""
    if p.calendar_value[step_near(p, w, n, time_s)] > 0:
        return time_s
    first, steps = p.calendar_first[n], p.calendar_first[n + 1] - p.calendar_first[n]
    return next_open(part(p.calendar_at_s, first, steps), part(p.calendar_value, first, steps), time_s)


@compiled
def changes(p: SampledPlan, n: int, time_s: int) -> int:
    """First second after `time_s` at which the value changes, or NEVER."""
    if is_constant(p, n):
        return NEVER
    first = p.calendar_first[n]
    return next_change(part(p.calendar_at_s, first, p.calendar_first[n + 1] - first), time_s)


@inlined
def done(p: SampledPlan, w: World, n: int, start_s: int, work_s: int) -> int:
    """Second at which work begun at `start_s` is done, or NEVER."""
    if start_s >= NEVER:
        return NEVER
    return start_s + work_s if n == 0 else work_done(p, w, n, start_s, work_s)


@compiled
def work_done(p: SampledPlan, w: World, n: int, start_s: int, work_s: int) -> int:
    """Second at which work begun at `start_s` is done by a calendar that may change, or NEVER."""
    i, last = step_near(p, w, n, start_s), p.calendar_first[n + 1] - 1
    rate = p.calendar_value[i]
    # As a rule it is done before the calendar changes.
    if rate > 0 and (i == last or work_s * OPEN <= (p.calendar_at_s[i + 1] - start_s) * rate):
        return start_s + work_s if rate == OPEN else start_s - (-work_s * OPEN // rate)
    first, steps = p.calendar_first[n], p.calendar_first[n + 1] - p.calendar_first[n]
    return add_work(
        start_s, work_s, part(p.calendar_at_s, first, steps), part(p.calendar_value, first, steps)
    )


@inlined
def always_open(p: SampledPlan, n: int) -> bool:
    """Whether a calendar never closes and never changes."""
    return n == 0 or (is_constant(p, n) and p.calendar_value[p.calendar_first[n]] > 0)


@compiled
def add_closed(p: SampledPlan, w: World, n: int, from_s: int, until_s: int) -> int:
    """Add the closed seconds of a calendar in a span to `spans`, by cause; return their sum."""
    if until_s <= from_s or always_open(p, n):
        return 0
    i, last = max(w.calendar_step[n], p.calendar_first[n]), p.calendar_first[n + 1] - 1
    # As a rule it was open all the time, by the step that was asked for last.
    if (
        p.calendar_at_s[i] <= from_s
        and (i == last or until_s <= p.calendar_at_s[i + 1])
        and p.calendar_value[i] > 0
    ):
        return 0
    total = 0
    i = step_of(p, n, from_s)
    while i <= last and p.calendar_at_s[i] < until_s:
        if p.calendar_value[i] <= 0:
            begin = max(from_s, p.calendar_at_s[i])
            end = until_s if i == last else min(until_s, p.calendar_at_s[i + 1])
            w.spans[p.calendar_cause[i]] += end - begin
            total += end - begin
        i += 1
    return total
