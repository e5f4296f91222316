"""Comparisons, shocks and closures from the command line, of a world of one line: what must come out is known."""

import re
from pathlib import Path
from typing import Any

import pytest
from in_process import document, printed, written
from where import CASES

LINE = CASES / "line.yaml"
FIVE = ("--replications", 5, "--jobs", 1)
A_DAY_MORE = ("--set", "legs.a-b.running_time=2 d")


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The line, of which all that is measured arrives before the end."""
    text = LINE.read_text().replace("length: 100 d", "length: 40 d, cool_down: 15 d")
    return written(tmp_path_factory.mktemp("calm"), calm=text)[0]


@pytest.fixture(scope="module")
def slower(calm: Path) -> dict[str, Any]:
    """The line beside itself with trains that take a day longer and cost 100 USD/FEU more."""
    found: dict[str, Any] = document(
        "compare", calm, *A_DAY_MORE, "--set", "services.train.charge=100 USD/FEU", *FIVE
    )
    return found


def difference(found: dict[str, Any], measure: str, corridor: str = "all") -> dict[str, Any]:
    (row,) = [
        row
        for row in found["differences"]
        if (row["measure"], row["corridor"], row["direction"]) == (measure, corridor, "all")
    ]
    return row


def test_a_line_is_compared_with_itself_as_it_was_changed(slower: dict[str, Any]) -> None:
    names = [run["scenario"] for run in slower["runs"]]
    assert names[0] == "calm"
    assert names[1].startswith("calm + legs.a-b.running_time=2 d")
    assert [run["replications"] for run in slower["runs"]] == [5, 5]
    assert slower["runs"][0]["log_digest"] != slower["runs"][1]["log_digest"]


def test_a_day_more_on_the_way_is_a_day_more_at_the_median_on_the_same_luck(slower: dict[str, Any]) -> None:
    row = difference(slower, "transit_time.p50")
    assert row["estimate"] == pytest.approx(1, abs=1e-6)
    assert row["compared"] == "same consignments"


def test_a_charge_is_paid_by_every_container_and_the_same_in_each_replication(slower: dict[str, Any]) -> None:
    row = difference(slower, "cost.per_feu")
    assert (row["estimate"], row["low"], row["high"]) == pytest.approx((100, 100, 100))
    assert difference(slower, "emissions.per_feu")["estimate"] == 0


def test_time_costs_what_the_cargo_says(slower: dict[str, Any]) -> None:
    mean, cost = difference(slower, "transit_time.mean"), difference(slower, "time_cost.per_feu")
    assert cost["estimate"] == pytest.approx(100 * mean["estimate"])


def test_a_corridor_that_takes_everything_differs_as_everything_does(slower: dict[str, Any]) -> None:
    for measure in ("transit_time.p50", "cost.per_feu", "delivered"):
        everything, corridor = difference(slower, measure), difference(slower, measure, "c")
        assert everything["estimate"] == corridor["estimate"]


def test_volumes_differ_by_what_was_delivered_in_each(slower: dict[str, Any]) -> None:
    totals = {
        row["scenario"]: row["estimate"]
        for row in slower["rows"]
        if (row["measure"], row["corridor"], row["direction"]) == ("delivered", "all", "all")
    }
    here, there = totals.values()
    assert difference(slower, "delivered")["estimate"] == pytest.approx(there - here)


def test_the_verdict_tells_the_median_and_the_price(slower: dict[str, Any]) -> None:
    said = slower["verdicts"][0]
    assert "against calm, all freight (same consignments)" in said
    assert re.search(r"; P50 1\.0+ d longer \(1\.0+ to 1\.0+\);", said)
    assert "cost 100 USD/FEU higher (100 to 100)" in said
    assert "n = 5" in said


def test_a_line_beside_its_equal_is_unchanged_in_everything(calm: Path) -> None:
    (twin,) = written(calm.parent, twin=calm.read_text())
    found = document("compare", calm, twin, *FIVE)
    first, second = found["runs"]
    assert first["log_digest"] == second["log_digest"]
    told = [row for row in found["differences"] if row["estimate"] is not None]
    assert len(told) > 20
    assert {row["estimate"] for row in told} == {0}
    assert not any(word in said for said in found["verdicts"] for word in ("longer", "higher", "shorter"))


def test_with_one_replication_there_is_a_difference_and_no_interval(calm: Path) -> None:
    row = difference(document("compare", calm, *A_DAY_MORE, "--jobs", 1), "transit_time.p50")
    assert (row["low"], row["high"]) == (None, None)
    assert row["estimate"] == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("by", "name"), [("chain", "c"), ("direction", "westbound"), ("cargo", "g"), ("flow", "f")]
)
def test_a_breakdown_has_its_own_rows(calm: Path, by: str, name: str) -> None:
    found = document("compare", calm, *A_DAY_MORE, "--by", by, "--jobs", 1)
    assert {row[by] for row in found["rows"]} == {"all", name}
    assert any(row[by] == name for row in found["differences"])


@pytest.mark.parametrize(("matters", "too_small"), [("2 d", True), ("0.5 d", False)])
def test_what_matters_is_what_the_user_says(calm: Path, matters: str, too_small: bool) -> None:
    found = document("compare", calm, *A_DAY_MORE, *FIVE, "--matters", matters)
    said = next(verdict for verdict in found["verdicts"] if "all freight" in verdict)
    assert ("; P50: too small to matter (1.0" in said) == too_small
    assert ("; P50 1.0" in said) == (not too_small)


# --- shocks ----------------------------------------------------------------------------------------------------------

CLOSED = "disruptions.cut={at: {id: a-b}, from: 2025-02-10, lasts: 10 d, effect: closed}"


@pytest.fixture(scope="module")
def cut() -> dict[str, Any]:
    """The line closed for ten days."""
    return document("resilience", LINE, "--set", CLOSED, "--replications", 5, "--jobs", 1)  # type: ignore[no-any-return]


def rows_of(found: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["measure"], row["corridor"]): row for row in found["rows"] if row["direction"] == "all"}


def test_freight_that_meets_a_closure_first_waits_until_its_end(cut: dict[str, Any]) -> None:
    peak = rows_of(cut)["delay.peak", "all"]
    # Whoever comes in the first week waits 3 to 10 days more; then trains leave one after the other, unloaded one an hour.
    assert 6.5 < peak["estimate"] < 10


def test_the_delay_of_all_freight_is_the_queue_times_its_time(cut: dict[str, Any]) -> None:
    area = rows_of(cut)["delay.area", "all"]
    # 20 TEU a day queue up for 10 days; then 24 trains of 2 TEU a day are unloaded, and 10 come.
    queue_teu = 20 * 10
    cleared_d = queue_teu / (2 * 24 - 20)
    assert area["low"] < queue_teu * 10 / 2 + queue_teu * cleared_d / 2 < area["high"]


def test_a_queue_that_is_cleared_is_recovered_from(cut: dict[str, Any]) -> None:
    recovery = rows_of(cut)["recovery.time", "all"]
    assert 10 < recovery["estimate"] < 28
    assert not recovery["lower_bound"]


def test_where_there_is_one_way_nothing_is_diverted_refused_or_paid_for(cut: dict[str, Any]) -> None:
    rows = rows_of(cut)
    told = {measure: row["estimate"] for (measure, corridor), row in rows.items() if corridor == "all"}
    nothing = ("diverted", "diverted.share", "refused", "cost.extra_per_feu", "cost.extra", "unpaired")
    assert {told[name] for name in nothing} == {0}


def test_the_words_of_a_shock_name_it_with_its_days() -> None:
    lines = printed("resilience", LINE, "--set", CLOSED, "--replications", 1, "--jobs", 1)
    assert lines[0] == "cut: cut, 2025-02-10 to 2025-02-20"
    assert lines[-1] == "- No freight changes its corridor."


# --- closures --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def closures() -> dict[str, Any]:
    return document("criticality", LINE, "--jobs", 1, "--replications", 2)  # type: ignore[no-any-return]


def test_every_place_of_a_line_is_closed_and_ranked(closures: dict[str, Any]) -> None:
    ranking = closures["ranking"]
    assert {row["place"] for row in ranking} == {"a", "b", "a-b"}
    assert [row["rank"] for row in ranking] == [1, 2, 3]
    delays = [row["delay_teu_d"] for row in ranking]
    assert delays == sorted(delays, reverse=True)
    # 20 TEU a day are held for 14 days: 7 in the mean, and those behind them longer.
    assert all(20 * 14 * 7 < delay < 3 * 20 * 14 * 7 for delay in delays)


def test_a_closure_says_from_when_until_when_it_holds_and_who_counts(closures: dict[str, Any]) -> None:
    assert closures["closed_from"] == "2025-01-06T00:00:00+00:00"  # the first Monday
    assert closures["closed_until"] == "2025-01-20T00:00:00+00:00"
    assert closures["releases_count_until"] == "2025-02-17T00:00:00+00:00"
    assert closures["unused"] == []


@pytest.mark.parametrize(("only", "places"), [("facilities", {"a", "b"}), ("legs", {"a-b"})])
def test_only_what_is_asked_for_is_closed(only: str, places: set[str]) -> None:
    found = document("criticality", LINE, "--jobs", 1, "--only", only, "--follow", 10, "--days", 3)
    assert {row["place"] for row in found["ranking"]} == places


def test_a_longer_closure_hurts_more() -> None:
    words = ("criticality", LINE, "--jobs", 1, "--place", "a-b", "--follow", 40, "--days")
    short, long = (document(*words, days)["ranking"][0]["delay_teu_d"] for days in (3, 9))
    assert long > 3 * short > 0


def test_a_place_closed_from_a_day_is_closed_from_that_day() -> None:
    found = document(
        "criticality", LINE, "--jobs", 1, "--place", "b", "--from", "2025-02-01", "--follow", 10, "--days", 3
    )
    assert found["closed_from"] == "2025-02-01T00:00:00+00:00"
    assert found["period_ends"] == "2025-02-14T00:00:00+00:00"
