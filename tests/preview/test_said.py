"""What a preview says in words and as a document: only what is near or above what there is, and what it leaves out."""

import json
from math import inf

import pytest
from worlds import scenario

from sim.preview import FreeFlow, Load, Preview, as_document, in_words, preview

CHAIN = FreeFlow("rail", "north", "westbound", 864_000.0, 1_036_800.0, 9_000_500, 4_000.126, 2_500.124)


def load(peak: float, mean: float = 0.5, there: float = 10.0) -> Load:
    return Load("gate", "a > b", 5.00004, 1.0, there, mean, peak, "2025-02", "a note")


def found(*loads: Load, refused: float = 0.0) -> Preview:
    return Preview((CHAIN,), loads, refused)


@pytest.mark.parametrize(
    ("peak", "warning", "words"),
    [
        (0.5, "", None),
        (0.899, "", None),
        (0.9, "near", "90% of what there is in 2025-02 (mean 50%): near capacity."),
        (1.0, "near", "100% of what there is in 2025-02 (mean 50%): near capacity."),
        (1.001, "over", "100% of what there is in 2025-02 (mean 50%): above capacity, its queue grows."),
        (2.5, "over", "250% of what there is in 2025-02 (mean 50%): above capacity, its queue grows."),
        (inf, "over", "no capacity of what there is in 2025-02 (mean 50%): above capacity, its queue grows."),
    ],
)
def test_a_place_is_said_from_nine_tenths_on(peak: float, warning: str, words: str | None) -> None:
    one = load(peak)
    assert one.warning == warning
    assert in_words(scenario(), found(one)) == ([] if words is None else [f"gate a > b: {words}"])


def test_refused_freight_is_said_unless_it_rounds_to_nothing() -> None:
    assert in_words(scenario(), found(refused=0.005)) == []
    assert in_words(scenario(), found(refused=1234.56)) == [
        "1,234.6 TEU a day find no open chain and are refused."
    ]


def test_disruptions_are_said_to_be_left_out_with_their_names() -> None:
    two = (
        "disruptions: {flood: {at: {id: k-r}, from: '2025-01-08', lasts: 3 d, effect: closed},"
        " strike: {at: {id: r}, from: '2025-01-12', lasts: 3 d, effect: closed}}"
    )
    assert in_words(scenario(two), found()) == [
        "disruptions are left out of a preview: flood, strike. A run shows what they do."
    ]


def test_disruptions_change_no_figure_of_a_preview() -> None:
    closed = "disruptions: {flood: {at: {id: k-r}, from: '2025-01-08', lasts: 20 d, effect: closed}}"
    assert preview(scenario(closed)) == preview(scenario())


def test_a_document_has_days_kilometres_and_rounded_figures() -> None:
    document = as_document("mine", scenario(), found(load(0.95, 0.512345), refused=2.00004), ["a warning"])
    assert document == {
        "scenario": "mine",
        "chains": [
            {
                "chain": "rail", "corridor": "north", "direction": "westbound", "free_flow_days": 10.0, "mean_days": 12.0,
                "length_km": 9_000.5, "price_usd_per_feu": 4_000.13, "emissions_kg_per_feu": 2_500.12,
            }
        ],
        "loads": [
            {
                "kind": "gate", "name": "a > b", "asked": 5.0, "background": 1.0, "there": 10.0, "load": 0.5123, "peak_load": 0.95,
                "peak_month": "2025-02", "warning": "near", "note": "a note",
            }
        ],
        "refused_teu_per_day": 2.0,
        "warnings": [
            "a warning",
            "gate a > b: 95% of what there is in 2025-02 (mean 51%): near capacity.",
            "2.0 TEU a day find no open chain and are refused.",
        ],
    }  # fmt: skip


def test_what_is_without_limit_is_none_in_a_document() -> None:
    (row,) = as_document("mine", scenario(), found(load(inf, inf, inf)))["loads"]
    assert (row["there"], row["load"], row["peak_load"]) == (None, None, None)


def test_a_document_of_a_whole_preview_is_json() -> None:
    world = scenario()
    document = as_document("tiny", world, preview(world))
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert [row["chain"] for row in document["chains"]] == [one.chain for one in preview(world).chains]
    assert {row["kind"] for row in document["loads"]} == {"gate", "station", "service", "fleet"}
