"""Which chains and directions carry most, and what of them was delivered: counted by hand."""

from __future__ import annotations

import pandas as pd

from sim.stats.chains import any_late, busiest_chains, busiest_directions, delivered, measured_teu

COLUMNS = ["corridor", "chain", "direction", "size_teu", "status", "measured"]


def freight(*rows: tuple[str, str, str, int, str, bool]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


ONE = freight(
    ("north", "b", "westbound", 10, "delivered", True),
    ("north", "a", "westbound", 6, "under way", True),
    ("north", "a", "westbound", 4, "delivered", True),
    ("south", "c", "eastbound", 30, "delivered", True),
    ("south", "d", "eastbound", 99, "delivered", False),
    ("", "", "westbound", 99, "refused", True),
)


def test_the_busiest_chain_of_a_corridor_carries_most_measured_teu_and_among_equals_the_first_by_name_is_it() -> (
    None
):
    assert busiest_chains(ONE) == {"north": "a", "south": "c"}
    assert busiest_chains(ONE.iloc[:0]) == {}


def test_directions_are_ordered_by_measured_teu_of_all_runs_together() -> None:
    assert busiest_directions([ONE]) == ["eastbound", "westbound"]
    assert busiest_directions([ONE, ONE.iloc[:1], ONE.iloc[:1]]) == ["westbound", "eastbound"]
    assert busiest_directions([ONE], "north") == ["westbound"]
    assert busiest_directions([ONE], "nowhere") == []


def test_refused_and_unmeasured_freight_counts_for_no_direction() -> None:
    assert busiest_directions([ONE.iloc[4:]]) == []


def test_teu_and_deliveries_of_a_chain_are_of_measured_freight() -> None:
    assert measured_teu([ONE, ONE], "a") == 20
    assert measured_teu([ONE], "d") == 0
    assert (delivered(ONE, "a"), delivered(ONE, "c"), delivered(ONE, "d")) == (1, 1, 0)


def test_freight_is_late_when_more_than_one_in_two_thousand_teu_is_under_way() -> None:
    much = freight(("north", "a", "westbound", 19_990, "delivered", True))
    ten, twelve = (freight(("north", "a", "westbound", teu, "under way", True)) for teu in (10, 12))
    assert not any_late([pd.concat([much, ten])])
    assert any_late([much, pd.concat([much, twelve])])
    assert not any_late([])
