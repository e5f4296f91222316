"""Captions, word by word: what stands behind a picture, what had not arrived, which corridors are missing."""

from __future__ import annotations

import pandas as pd
import pytest

from sim.views import caption

TITLES = {"northern": "Northern", "cku": "CKU"}
ROW = {
    "scenario": "a",
    "corridor": "northern",
    "consignments": 1200,
    "replications": 6,
    "under_way": 0.0,
    "refused": 0.0,
}


def sizes(*changes: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([{**ROW, **change} for change in changes])


def plain(text: str) -> str:
    return text.replace(caption.NBSP, " ")


def test_a_sample_is_counted_by_corridor_and_of_several_scenarios_by_scenario() -> None:
    one = sizes({"corridor": "cku", "consignments": 7}, {})
    assert (
        plain(caption.sample(one, TITLES))
        == "n = 1,207 consignments (Northern 1,200, CKU 7), 6 replications."
    )
    two = sizes({}, {"scenario": "b", "consignments": 3, "replications": 2})
    assert plain(caption.sample(two, TITLES)) == "n = 1,203 consignments (a 1,200, b 3), 2 to 6 replications."


def test_freight_without_a_corridor_is_no_part_of_the_sample() -> None:
    refused = sizes({}, {"corridor": "", "consignments": 50, "replications": 9})
    assert "n = 1,200 consignments (Northern 1,200), 6 replications." in plain(
        caption.sample(refused, TITLES)
    )


@pytest.mark.parametrize(
    ("replications", "said"),
    [
        ([1], "1 replication"),
        ([4], "4 replications"),
        ([4, 4], "4 replications of each scenario"),
        ([10, 4], "4 to 10 replications"),
    ],
)
def test_replications_are_said_in_the_right_number(replications: list[int], said: str) -> None:
    table = sizes(*({"scenario": str(i), "replications": n} for i, n in enumerate(replications)))
    assert caption.replications(table) == said


@pytest.mark.parametrize(
    ("replications", "said"),
    [
        (1, "One replication gives no interval; 5 do."),
        (4, "4 replications give no interval; 5 do."),
        (5, "Band: 95 % interval of the mean over replications."),
    ],
)
def test_an_interval_is_said_from_five_replications_on(replications: int, said: str) -> None:
    assert plain(caption.interval(sizes({"replications": replications}), "Band")) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.04, "All freight had arrived by the end."),
        (0.06, "Still under way at the end: 0.1 % of Northern freight; so it is."),
        (9.94, "Still under way at the end: 9.9 % of Northern freight; so it is."),
        (9.96, "Still under way at the end: 10 % of Northern freight; so it is."),
    ],
)
def test_what_was_still_under_way_is_said_with_as_many_digits_as_it_deserves(share: float, said: str) -> None:
    assert plain(caption.unfinished(sizes({"under_way": share}), "so it is", TITLES)) == said


def test_of_many_late_corridors_the_latest_six_are_named() -> None:
    late = sizes(*({"corridor": f"c{i}", "under_way": float(i)} for i in range(1, 9)))
    words = plain(caption.unfinished(late, "bounds", {}))
    assert words.startswith("Still under way at the end: 8.0 % of c8 freight, 7.0 % of c7 freight")
    assert words.endswith("3.0 % of c3 freight and less elsewhere; bounds.")


def test_refused_freight_is_said_once_for_each_scenario() -> None:
    both = sizes({"refused": 20.0}, {"corridor": "cku", "refused": 20.0}, {"scenario": "b", "refused": 0.01})
    assert plain(caption.unfinished(both, "", TITLES)).endswith(
        "Refused, and not shown: 20 % of the demand (a)."
    )


def test_scenarios_without_freight_on_a_corridor_are_named_the_shorter_way() -> None:
    some = sizes({}, {"corridor": "cku"}, {"scenario": "b"}, {"scenario": "c"})
    assert caption.absent(some, ["a", "b", "c"], TITLES) == "Freight by CKU in a only."
    north = [{"scenario": name} for name in "abc"]
    most = sizes(*north, {"corridor": "cku"}, {"scenario": "b", "corridor": "cku"})
    assert caption.absent(most, ["a", "b", "c"], TITLES) == "No CKU freight in c."
    assert caption.absent(sizes({}), ["a"], TITLES) == ""


def test_corridors_that_are_too_small_are_named_and_of_many_the_first_six() -> None:
    assert caption.too_small([], TITLES) == ""
    one = caption.too_small([("a", "cku", 3.0)], TITLES)
    assert one == "Not shown, fewer than 10 consignments a replication: CKU."
    two = caption.too_small([("a", "cku", 3.0), ("b", "cku", 1.0)], TITLES)
    assert two == "Not shown, fewer than 10 consignments a replication: CKU in a, CKU in b."
    many = caption.too_small([("a", f"c{i}", 1.0) for i in range(9)], {})
    assert many.endswith("c0, c1, c2, c3, c4, c5 and 3 more.")


def test_causes_that_were_merged_are_named_by_their_labels() -> None:
    assert caption.merged([], 0.02) == ""
    said = "Other: running, outside opening hours; each below 2 % of every bar."
    assert plain(caption.merged(["running", "hours"], 0.02)) == said


def test_a_paragraph_has_no_gap_where_a_sentence_is_empty() -> None:
    assert caption.paragraph("One.", "", "Two.") == "One. Two."
    assert caption.paragraph("", "") == ""
