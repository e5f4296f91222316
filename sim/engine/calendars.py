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
def opens(p: SampledPlan, n: int, time_s: int) -> int:
    """First open second from `time_s` on, or NEVER."""
    return time_s if n == 0 or time_s >= NEVER else next_opening(p, n, time_s)


@compiled
def next_opening(p: SampledPlan, n: int, time_s: int) -> int:
    """First open second from `time_s` on of a calendar that may close, or NEVER."""
    first, steps = p.calendar_first[n], p.calendar_first[n + 1] - p.calendar_first[n]
    if steps == 1:
        return time_s if p.calendar_value[first] > 0 else NEVER
    return next_open(part(p.calendar_at_s, first, steps), part(p.calendar_value, first, steps), time_s)


@compiled
def changes(p: SampledPlan, n: int, time_s: int) -> int:
    """First second after `time_s` at which the value changes, or NEVER."""
    if is_constant(p, n):
        return NEVER
    first = p.calendar_first[n]
    return next_change(part(p.calendar_at_s, first, p.calendar_first[n + 1] - first), time_s)


@inlined
def done(p: SampledPlan, n: int, start_s: int, work_s: int) -> int:
    """Second at which work begun at `start_s` is done, or NEVER."""
    if start_s >= NEVER:
        return NEVER
    return start_s + work_s if n == 0 else work_done(p, n, start_s, work_s)


@compiled
def work_done(p: SampledPlan, n: int, start_s: int, work_s: int) -> int:
    """Second at which work begun at `start_s` is done by a calendar that may change, or NEVER."""
    first, steps = p.calendar_first[n], p.calendar_first[n + 1] - p.calendar_first[n]
    if steps == 1 and p.calendar_value[first] == OPEN:
        return start_s + work_s
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
    total = 0
    i, last = step_of(p, n, from_s), p.calendar_first[n + 1] - 1
    while i <= last and p.calendar_at_s[i] < until_s:
        if p.calendar_value[i] <= 0:
            begin = max(from_s, p.calendar_at_s[i])
            end = until_s if i == last else min(until_s, p.calendar_at_s[i + 1])
            w.spans[p.calendar_cause[i]] += end - begin
            total += end - begin
        i += 1
    return total
