"""What consignments have of their flows: places, pairs of them, markets; and some consignments of a cohort."""

import numpy as np
import pytest
from told_by_hand import legend_for, story

from sim.results import NO_MARKET, Cohort, Ledger, od_of, pack_ledger, reckoning_of, tabulate


def cohort(markets: tuple[str, str] = ("near", "far"), counted: tuple[bool, bool] = (True, True)) -> Cohort:
    """What is measured of six consignments, five of the first flow and one of the second."""
    plan, log = story()
    return reckoning_of(
        plan, log, legend_for(plan, flow_market=markets, flow_measured=counted, warm_up_s=0, cool_down_s=0)
    ).cohort


def told(found: Cohort, column: str) -> list[str]:
    return [found.names[column][code] for code in found[column]]


def test_a_consignment_has_places_and_market_of_its_flow() -> None:
    found = cohort()
    assert od_of("a", "b") == "a:b"
    rows = list(
        zip(*(told(found, name) for name in ("flow", "origin", "destination", "od", "market")), strict=True)
    )
    assert rows == [("out", "a", "b", "a:b", "near")] * 5 + [("home", "b", "a", "b:a", "far")]


@pytest.mark.parametrize(
    ("markets", "expected"),
    [(("near", ""), {"near", NO_MARKET}), (("", ""), {""}), (("near", "far"), {"near", "far"})],
)
def test_freight_without_a_market_is_other_where_other_freight_has_one(
    markets: tuple[str, str], expected: set[str]
) -> None:
    assert set(told(cohort(markets), "market")) == expected


def test_a_market_of_freight_that_is_not_measured_is_none_of_the_measures() -> None:
    found = cohort(counted=(True, False))
    assert [name for name in found.names["market"] if name] == ["near"]


def test_the_table_of_consignments_says_the_same() -> None:
    plan, log = story()
    table = tabulate(plan, log, legend_for(plan, flow_market=("near", ""))).consignments
    assert table["od"].to_list() == ["a:b"] * 5 + ["b:a"]
    assert table["market"].to_list() == ["near"] * 5 + [NO_MARKET]


def test_some_consignments_have_a_name_of_each_column_that_is_asked_for() -> None:
    whole = cohort()
    assert told(whole.only({"od": ["a:b", "x:y"]}), "flow") == ["out"] * 5
    assert len(whole.only({"od": ["a:b"], "market": ["far"]})) == 0
    some = whole.only({"cargo": ["cars"], "market": ["near"]})
    assert told(some, "cargo") == ["cars"] and len(some) == 1


def test_a_ledger_opens_the_chosen_consignments_as_packed() -> None:
    whole = cohort()
    ledger = Ledger([pack_ledger(whole)], {"market": ["far"]})
    assert told(ledger.open(0), "flow") == ["home"]
    assert np.array_equal(ledger.open(0)["size_teu"], whole["size_teu"][5:])
