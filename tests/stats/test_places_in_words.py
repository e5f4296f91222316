"""Freight by market, origin and destination: what is counted together, and what is said of ways between places."""

import re
from collections.abc import Mapping

import pandas as pd
import pytest
from compared_worlds import freight, luck, row, side
from reckonings import measures_of

from sim.stats import (
    BREAKDOWNS,
    Compared,
    Side,
    Words,
    alone_sentences,
    between_corridors,
    differences,
    judged,
    summarise,
    verdicts,
)

WORDS = Words({
    ("od", "xian:andijan"): "Xi'an–Andijan", ("od", "xian:lodz"): "Xi'an–Lodz", ("way", "cku"): "the CKU", ("way", "regional"): "Khorgos",
    ("way", "kashgar-osh"): "truck", ("market", "europe"): "Europe", ("flow", "mine"): "mine (Xi'an–Lodz)",
})  # fmt: skip
PLACES = {
    "andijan": ("xian", "andijan", "central-asia"),
    "block": ("xian", "andijan", "central-asia"),
    "lodz": ("xian", "lodz", "europe"),
    "mine": ("xian", "lodz", "europe"),
}
"""Origin, destination and market of each flow."""


def placed(table: pd.DataFrame) -> pd.DataFrame:
    """The consignments with the places and markets of their flows."""
    ends = [PLACES[flow] for flow in table["flow"]]
    return table.assign(
        origin=[one[0] for one in ends],
        destination=[one[1] for one in ends],
        od=[f"{one[0]}:{one[1]}" for one in ends],
        market=[one[2] for one in ends],
    )


def told(*replications: pd.DataFrame, by: str | None = "od", name: str = "a") -> Side:
    """A scenario of replications, broken down."""
    tables = [placed(one).assign(scenario=name, replication=r) for r, one in enumerate(replications)]
    values = pd.concat([measures_of(one, by=by) for one in tables], ignore_index=True)
    return Side(values, side(*map(placed, replications), name=name).ledger, len(tables))


def within(one: Side, by: str = "od", opened: Mapping[str, float] | None = None) -> list[str]:
    """The sentences on ways between places of one scenario."""
    none, moved = differences(one, told(placed(freight(("lodz", "w", 1))), name="b"))
    ways = between_corridors(one.values, one.ledger, one.replications, opened)
    found = judged(Compared(summarise(one.values, one.ledger), none.iloc[:0], moved.iloc[:0], ways), by)
    return [verdict.text for verdict in verdicts(found, by, WORDS) if verdict.of_places]


def between(a: Side, b: Side, by: str = "od") -> list[str]:
    """The sentences on places between two scenarios."""
    changed, moved = differences(a, b)
    both = pd.concat([a.values, b.values], ignore_index=True)
    none = between_corridors(a.values, a.ledger, a.replications).iloc[:0]
    found = judged(Compared(summarise(both), changed, moved, none), by)
    return [verdict.text for verdict in verdicts(found, by, WORDS) if verdict.of_places]


def by_three_ways(cku: float, khorgos: float, truck: float, n: int = 60) -> list[pd.DataFrame]:
    """Five replications of one flow by three ways that take so many days, and a little more or less."""
    ways = (("regional", khorgos), ("kashgar-osh", truck), ("cku", cku))
    return [
        freight(
            *(("andijan", way, days + x) for k, (way, days) in enumerate(ways) for x in luck(n, 10 * r + k))
        )
        for r in range(5)
    ]


def later_by(days: float, r: int) -> float:
    """So many days, and a little more or less in each replication."""
    return days + 0.1 * (r - 2)


# --- ways of one scenario ------------------------------------------------------------------------------------------------


def test_the_newest_way_is_set_beside_each_other_one_and_words_turn_with_the_sign() -> None:
    (text,) = within(told(*by_three_ways(12, 14, 9)), opened={"cku": 5.0})
    assert text.startswith("Xi'an–Andijan by the CKU, in a: ")
    truck, khorgos = text.removeprefix("Xi'an–Andijan by the CKU, in a: ").split("; ")[:2]
    price = r"and [23]\d\d USD/FEU \(\d+ to \d+\)"
    assert re.match(rf"[23]\.\d d \(2\.\d to 3\.\d\) later than by truck {price} dearer", truck)
    assert re.match(
        rf"[12]\.\d d \(1\.\d to 2\.\d\) sooner than by Khorgos {price.replace('23', '12')} cheaper", khorgos
    )
    assert "n = 5" in text


def test_without_an_opening_the_way_with_most_freight_is_the_one_told() -> None:
    replications = [
        freight(
            *(("andijan", "cku", 12 + x) for x in luck(50, r)),
            *(("andijan", "regional", 14 + x) for x in luck(90, r)),
        )
        for r in range(5)
    ]
    (text,) = within(told(*replications))
    assert text.startswith("Xi'an–Andijan by Khorgos, in a: 2.0 d (") and " later than by the CKU" in text


def test_the_mix_of_flows_of_a_pair_of_places_makes_no_way_faster() -> None:
    # Slow freight goes by Khorgos and fast freight by the CKU, each as fast as its like on the other way.
    replications = [
        freight(
            *(("andijan", "cku", 20 + x) for x in luck(50, r)), *(("andijan", "regional", 20 + x) for x in luck(300, r)),
            *(("block", "cku", 5 + x) for x in luck(300, r)), *(("block", "regional", 5 + x) for x in luck(50, r)),
        )
        for r in range(5)
    ]  # fmt: skip
    (text,) = within(told(*replications), opened={"cku": 1.0})
    assert "sooner" not in text and "later than by" not in text.replace("no sooner or later than by", "")


def test_too_few_consignments_by_a_way_are_said_and_not_compared() -> None:
    (text,) = within(told(*by_three_ways(12, 14, 9, n=6)), opened={"cku": 1.0})
    assert text.count("too few consignments go by both it and") == 2
    assert "(6 in a replication)" in text and "sooner" not in text


def test_ways_without_like_freight_are_not_compared() -> None:
    replications = [
        freight(
            *(("andijan", "regional", 14 + x) for x in luck(60, r)),
            *(("block", "cku", 12 + x) for x in luck(60, r)),
        )
        for r in range(5)
    ]
    (text,) = within(told(*replications), opened={"cku": 1.0})
    assert "nothing of the same flow and cargo goes by Khorgos, so that is not compared" in text


def test_where_there_is_one_way_there_is_nothing_to_say_of_ways() -> None:
    assert (
        within(told(*[freight(*(("lodz", "regional", 14 + x) for x in luck(50, r))) for r in range(5)])) == []
    )


def test_who_asks_for_places_alone_is_told_of_nothing_else_and_corrected_for_nothing_else() -> None:
    one = told(*by_three_ways(12, 12.6, 9))
    ways = between_corridors(one.values, one.ledger, 5, {"cku": 1.0})
    none, moved = differences(one, told(placed(freight(("lodz", "w", 1))), name="b"))
    tables = Compared(summarise(one.values, one.ledger), none.iloc[:0], moved.iloc[:0], ways)
    whole, places = judged(tables, "od"), judged(tables, "od", of_places=True)
    assert {verdict.of_places for verdict in verdicts(whole, "od", WORDS)} == {True, False}
    assert {verdict.of_places for verdict in verdicts(places, "od", WORDS, of_places=True)} == {True}
    narrow = ways["od"] != "all"
    assert places.corridors.loc[~narrow, "p_holm"].isna().all()
    mine = whole.corridors[narrow & whole.corridors["p_holm"].notna()].index
    fewer, more = (found.corridors.loc[mine, "p_holm"] for found in (places, whole))
    assert (fewer <= more).all() and (fewer < more).any()


# --- between scenarios -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("later", "word", "price"), [(-2.0, "sooner", "lower"), (2.0, "later", "higher")])
def test_a_pair_of_places_is_sooner_or_later_in_the_second_scenario(
    later: float, word: str, price: str
) -> None:
    a = [freight(*(("andijan", "regional", 14 + x) for x in luck(60, r))) for r in range(5)]
    b = [
        freight(*(("andijan", "regional", 14 + later_by(later, r) + x) for x in luck(60, r)))
        for r in range(5)
    ]
    (text,) = between(told(*a), told(*b, name="b"))
    assert text.startswith("Xi'an–Andijan in b, beside a (same consignments): 2.0 d (1.8 to 2.2) ")
    assert f" {word} at the median" in text and f"cost 200 USD/FEU {price}" in text


def test_freight_that_only_moves_to_another_pair_of_places_changes_neither() -> None:
    near, far = (
        [("andijan", "regional", 8 + x) for x in luck(60)],
        [("lodz", "regional", 16 + x) for x in luck(60)],
    )
    a, b = [freight(*near, *far)] * 5, [freight(*near, *far[:45])] * 5
    texts = between(told(*a), told(*b, name="b"))
    assert len(texts) == 2 and not any("sooner" in text or "later" in text for text in texts)


def test_each_market_is_told_by_itself_and_no_time_of_all_of_them() -> None:
    a = [
        freight(
            *((flow, "w", days + x) for flow, days in (("lodz", 16), ("andijan", 8)) for x in luck(60, r))
        )
        for r in range(5)
    ]
    b = [
        freight(
            *(
                (flow, "w", days + x)
                for flow, days in (("lodz", later_by(18, r)), ("andijan", later_by(7, r)))
                for x in luck(60, r)
            )
        )
        for r in range(5)
    ]
    one, other = told(*a, by=None), told(*b, by=None, name="b")
    changed, moved = differences(one, other)
    both = pd.concat([one.values, other.values], ignore_index=True)
    none = between_corridors(one.values, one.ledger, 5)
    said = verdicts(judged(Compared(summarise(both), changed, moved, none)), words=WORDS)
    texts = [one.text for one in said]
    assert not any("all freight" in text for text in texts)
    assert any(text.startswith("b against a, Europe (") and "P50 2.0 d longer" in text for text in texts)
    assert any(
        text.startswith("b against a, central-asia (") and "P50 1.0 d shorter" in text for text in texts
    )
    assert {one.about for one in said if " (same" in one.text} >= {"europe", "central-asia"}


# --- what is counted together ------------------------------------------------------------------------------------------------


def test_cells_of_a_breakdown_hold_the_freight_of_their_name_and_nothing_else() -> None:
    table = placed(freight(("lodz", "w", 10), ("andijan", "w", 20), ("andijan", "e", 30), ("mine", "w", 40)))
    for by in ("flow", "od", "origin", "destination", "market"):
        found = measures_of(table, by=by)
        delivered = found[
            (found["measure"] == "delivered") & (found["corridor"] == "all") & (found[by] != "all")
        ]
        others = [name for name in BREAKDOWNS if name not in (by, "direction", "corridor", "market")]
        mine = delivered[(delivered[others] == "all").all(axis=1) & (delivered["direction"] == "westbound")]
        pooled = mine if by == "market" else mine[mine["market"] == "all"]
        expected = table.groupby(by)["size_teu"].sum()
        assert pooled.set_index(by)["value"].to_dict() == expected.to_dict(), by


def test_freight_of_a_market_is_never_mixed_with_that_of_another() -> None:
    found = measures_of(placed(freight(("lodz", "w", 10), ("andijan", "w", 20))))
    days = {
        market: row(found, "transit_time.p50", market=market)["value"]
        for market in ("europe", "central-asia")
    }
    assert days == {"europe": 10, "central-asia": 20}
    share = row(found, "corridor.share", "w", market="europe")
    assert share["value"] == 100, "a share is of the freight of its market"


def test_freight_without_any_market_has_no_cells_of_markets() -> None:
    found = measures_of(freight(("lodz", "w", 10)))
    assert set(found["market"]) == {"all"}


# --- freight by itself ---------------------------------------------------------------------------------------------------------


def test_a_flow_by_itself_is_told_with_its_times_deadline_price_and_ways() -> None:
    replications = [
        placed(
            freight(
                *(("mine", "regional", 10 + x) for x in luck(300, r)),
                *(("mine", "cku", 30 + x) for x in luck(100, r)),
            )
        )
        for r in range(5)
    ]
    one = told(*replications, by="flow")
    (text,) = alone_sentences(summarise(one.values, one.ledger), WORDS)
    assert text.startswith(
        "mine (Xi'an–Lodz) in a: half of it arrives within 10.2 d (10.1 to 10.3), nine tenths within 30."
    )
    assert "; 75.0 % within the deadline; 1,502 USD/FEU; 75 % by Khorgos and 25 % by the CKU." in text


def test_a_flow_of_few_consignments_has_no_times_and_says_so() -> None:
    one = told(placed(freight(("mine", "cku", 10), ("mine", "cku", 12))), by="flow")
    (text,) = alone_sentences(summarise(one.values, one.ledger), WORDS)
    assert text.startswith("mine (Xi'an–Lodz) in a: too few consignments for a transit time (2); ")


def test_a_flow_that_is_refused_carries_nothing() -> None:
    one = told(placed(freight(("mine", "cku", 10, "refused"))), by="flow")
    (text,) = alone_sentences(summarise(one.values, one.ledger), WORDS)
    assert text == "mine (Xi'an–Lodz) in a: it carries nothing, 2 TEU are refused."


def test_words_fall_back_on_ids_and_name_all_parts_of_a_cell() -> None:
    cell = dict.fromkeys(BREAKDOWNS, "all")
    assert Words().cell(cell) == "all freight"
    assert (
        Words().cell(cell | {"market": "iran", "corridor": "cku", "direction": "westbound"})
        == "iran, cku westbound"
    )
    assert WORDS.cell(cell | {"od": "xian:lodz", "corridor": "cku"}) == "Xi'an–Lodz, cku"
    assert WORDS.cell(cell | {"od": "a:b"}) == "a:b"
    assert WORDS.cell(cell | {"chain": "x", "direction": "eastbound"}) == "chain x eastbound"
