"""Which draws a departure uses: those of its place in the day, so that luck does not shift when volumes change.

Were departure k of a service to use draw k, a few boxes less in spring would give every later train of the year other
luck, and two scenarios could not be compared on common random numbers. So draws are kept for so many `turns` a day;
the n-th departure of a day uses the n-th, and one beyond them the next of a common reserve. With 0 turns all
departures use the reserve, one after the other, and again from its beginning when it is used up.
"""

from __future__ import annotations

DAY_S = 86_400


def days_of(period_s: int) -> int:
    """Days begun in a period."""
    return -(-period_s // DAY_S)


def draws_of(period_s: int, turns: int, reserve: int) -> int:
    """How many draws a service needs for each piece of work: its turns of every day, and a reserve."""
    return days_of(period_s) * turns + reserve


def draw_of(period_s: int, turns: int, reserve: int, time_s: int, nth: int, beyond: int) -> int:
    """Number of the draws of a departure at `time_s`: the `nth` of its day, after `beyond` that used the reserve.

    A reserve that is used up begins again.
    """
    if nth < turns:
        return time_s // DAY_S * turns + nth
    return days_of(period_s) * turns + beyond % reserve
