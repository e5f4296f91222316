"""Calendar arithmetic on plain integer arrays, written once for both engines.

A calendar is a step function: `at_s` int64 (n,) increasing from 0, `value` int64 (n,), the value that holds from
`at_s[i]` until `at_s[i + 1]`. For rates the value is permille of normal (1000 normal, 0 closed); for servers and
fleets it is a number. `cause` int64 (n,) says why a step is closed (see `Cause`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from sim.contract.tables import NEVER, OPEN


def step_at(at_s: Sequence[int], time_s: int) -> int:
    """Index of the step that holds at `time_s` >= 0."""
    return bisect_right(at_s, time_s) - 1


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
