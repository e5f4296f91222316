"""Shares of corridors over time: weeks or months, shares that sum to 100 %, and which of them are disrupted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from drawn_world import DAY_S, consignments

from sim.results import PeriodRecord, SpellRecord
from sim.stats.shares import dated_shares, measured_flows

START = datetime(2025, 1, 15, tzinfo=UTC)


def period(days: int) -> PeriodRecord:
    return PeriodRecord(start=START, length_s=days * DAY_S, warm_up_s=0, cool_down_s=0)


def spell(first_d: float, last_d: float) -> SpellRecord:
    return SpellRecord(name="shut", begin=START + timedelta(days=first_d), until=START + timedelta(days=last_d))  # fmt: skip


def test_a_short_period_is_told_by_week_and_a_long_one_by_month_from_its_first_day() -> None:
    freight = consignments(2)
    weeks = dated_shares(freight, period(120), (), 2).drop_duplicates("spell")
    assert set(weeks["width_d"]) == {7} and str(weeks["date"].iloc[1].date()) == "2025-01-22"
    months = dated_shares(freight, period(300), (), 2).drop_duplicates("spell")
    assert [str(date.date()) for date in months["date"]] == ["2025-01-15", "2025-02-01", "2025-03-01"]
    assert list(months["width_d"]) == [17, 28, 31]


@pytest.mark.parametrize("days", [120, 300])
def test_shares_of_a_spell_sum_to_all_of_it(days: int) -> None:
    shares = dated_shares(consignments(3), period(days), (), 3)
    assert shares.groupby("spell")["share"].sum().to_numpy() == pytest.approx(100)


def test_a_spell_is_disrupted_when_some_of_it_is() -> None:
    shares = dated_shares(consignments(1), period(120), (spell(7, 8), spell(20.5, 28)), 1)
    hit = shares.drop_duplicates("spell").set_index("spell")["disrupted"]
    assert [number for number, disrupted in hit.items() if disrupted] == [1, 2, 3]


def test_flows_that_are_measured_are_shown_in_the_warm_up_too_and_all_where_none_is() -> None:
    freight = pd.DataFrame({"flow": ["a", "a", "b"], "measured": [False, True, False]})
    assert list(measured_flows(freight).index) == [0, 1]
    assert len(measured_flows(freight.assign(measured=False))) == 3
