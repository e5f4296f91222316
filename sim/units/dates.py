"""Dates and moments, all in UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from sim.errors import UnitError
from sim.units.advice import brief

FIRST_YEAR = 1900
LAST_YEAR = 2200
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)


def parse_date(text: object) -> datetime:
    """Read an ISO 8601 date or date-time as UTC: "2025-09-12", "2025-09-12T08:00".

    Raises UnitError for anything else; a time with another offset is converted.
    """
    if isinstance(text, str) and _DATE.fullmatch(text):
        try:
            found = datetime.fromisoformat(text)
        except ValueError as error:
            raise UnitError(
                f'expected a date that exists, got "{text}" ({error}). Write for example "2025-09-12".'
            ) from None
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise UnitError(
                f'expected a date from {FIRST_YEAR} to {LAST_YEAR}, got "{text}". Write for example "2025-09-12".'
            )
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    raise UnitError(
        f'expected a date, got {brief(text)}. Write for example "2025-09-12" or "2025-09-12T08:00".'
    )


def seconds_since(start: datetime, moment: datetime) -> int:
    """Whole seconds from `start` to `moment` (negative when before)."""
    return int((moment - start) // timedelta(seconds=1))


def month_starts(start: datetime, length_s: int) -> list[tuple[int, int]]:
    """Return (second, month 1-12) of the period's start and of every first of a month within it."""
    steps = [(0, start.month)]
    year, month = start.year, start.month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        at_s = seconds_since(start, datetime(year, month, 1, tzinfo=UTC))
        if at_s >= length_s:
            return steps
        steps.append((at_s, month))


def iso(moment: datetime | date) -> str:
    """Write a moment as ISO 8601, without a time when it is midnight."""
    if isinstance(moment, datetime) and (moment.hour or moment.minute or moment.second):
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return moment.strftime("%Y-%m-%d")
