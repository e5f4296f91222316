"""Moments of records as tables and axes have them: UTC, without a zone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import PeriodRecord


def moment(of_zone: datetime) -> pd.Timestamp:
    """A moment of a record in UTC, without its zone."""
    import pandas as pd

    return pd.Timestamp(of_zone).tz_convert("UTC").tz_localize(None)


def date_of(period: PeriodRecord, second: int) -> pd.Timestamp:
    """The date of a second of a period."""
    import pandas as pd

    return moment(period.start) + pd.Timedelta(seconds=second)


def dates_of(period: PeriodRecord, seconds: pd.Series[int]) -> pd.Series[pd.Timestamp]:
    """The dates of many seconds of a period."""
    import pandas as pd

    return moment(period.start) + pd.to_timedelta(seconds, unit="s")
