"""What experiments found as plain values: rows, dates, warnings; what is not known is None."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import scenario

from sim.errors import Finding
from sim.experiment import (
    Case,
    ShockOutcome,
    close_each,
    closure_dates,
    closure_of,
    compare_outcomes,
    comparison_document,
    criticality_document,
    places_of,
    rows_of,
    run_cases,
    run_shock,
    shock_dates,
    shock_document,
)

TINY = "period: {length: 20 d, warm_up: 2 d, cool_down: 5 d}\nreplications: 1"
SHOCKS = """
disruptions:
  late: {title: The line closes, at: {id: k-r}, from: "2025-01-12", lasts: 36 h, effect: closed}
  early: {at: {id: r}, from: "2025-01-06", lasts: 12 h, effect: closed}
"""
WARNING = Finding("here.yaml", 3, "flows.cn-de", "is odd. Write something else.")


def case(name: str, *changes: str) -> Case:
    return Case(name, scenario(TINY, *changes), warnings=(WARNING,))


def test_rows_are_plain_values_and_what_is_missing_is_none() -> None:
    table = pd.DataFrame({
        "name": pd.Categorical(["a", "b"]), "n": np.array([1, 2], dtype=np.int64), "x": [0.5, np.nan], "yes": np.array([True, False]),
        "maybe": [None, "text"],
    })  # fmt: skip
    rows = rows_of(table)
    assert rows == [
        {"name": "a", "n": 1, "x": 0.5, "yes": True, "maybe": None},
        {"name": "b", "n": 2, "x": None, "yes": False, "maybe": "text"},
    ]
    assert [type(value) for value in rows[0].values()] == [str, int, float, bool, type(None)]


def test_a_table_without_rows_has_none() -> None:
    assert rows_of(pd.DataFrame({"name": [], "x": np.zeros(0)})) == []


numbers = st.floats(allow_infinity=False)
rows = st.lists(
    st.tuples(st.text(max_size=5), st.integers(-(2**62), 2**62), numbers, st.booleans()), max_size=6
)


@settings(max_examples=15)
@given(rows)
def test_whatever_is_in_a_table_its_rows_are_json_and_say_the_same(
    given_rows: list[tuple[object, ...]],
) -> None:
    table = pd.DataFrame(given_rows, columns=["name", "n", "x", "yes"]).astype(
        {"n": np.int64, "x": float, "yes": bool}
    )
    found = json.loads(json.dumps(rows_of(table), allow_nan=False))
    for row, (name, n, x, yes) in zip(found, given_rows, strict=True):
        assert (row["name"], row["n"], row["yes"]) == (name, n, yes)
        assert row["x"] == (None if x != x else x)


def test_shocks_are_listed_by_their_beginning_with_iso_dates_and_titles() -> None:
    outcome = run_shock(case("shut", SHOCKS), ["late", "early"])
    assert shock_dates(outcome) == [
        {"id": "early", "title": "early", "from": "2025-01-06T00:00:00+00:00", "until": "2025-01-06T12:00:00+00:00"},
        {
            "id": "late", "title": "The line closes",
            "from": "2025-01-12T00:00:00+00:00", "until": "2025-01-13T12:00:00+00:00",
        },
    ]  # fmt: skip
    told = SimpleNamespace(rows=outcome.values.head(2), moved=outcome.moves.head(0), verdicts=["it is late"])
    document = shock_document({"all": outcome}, {"all": told}, None)
    assert document["shocks"] == shock_dates(outcome)
    assert (len(document["rows"]), document["moves"], document["verdicts"]) == (2, [], ["it is late"])
    assert document["warnings"] == [str(WARNING)]
    json.dumps(document, allow_nan=False)
    by_market = shock_document({"west": outcome, "east": outcome}, {"west": told, "east": told}, "market")
    assert [row["market"] for row in by_market["rows"]] == ["west", "west", "east", "east"]
    assert by_market["verdicts"] == ["west: it is late", "east: it is late"]


def test_a_shock_that_never_ends_ends_with_the_period() -> None:
    outcome = run_shock(
        case("shut", "disruptions: {s: {at: {id: r}, from: '2025-01-12', effect: closed}}"), ["s"]
    )
    assert isinstance(outcome, ShockOutcome)
    assert shock_dates(outcome)[0]["until"] == "2025-01-21T00:00:00+00:00"


def test_a_criticality_document_has_the_closure_what_is_unused_and_the_verdict() -> None:
    one = case("closed")
    closure = closure_of(one.scenario, datetime(2025, 1, 6, tzinfo=UTC), 2, 6)
    outcome = close_each(one, closure, places_of(one.scenario, None, ["k-r", "a-d"]))
    dates = closure_dates(outcome)
    assert dates == {
        "closed_from": "2025-01-06T00:00:00+00:00",
        "closed_until": "2025-01-08T00:00:00+00:00",
        "releases_count_until": "2025-01-14T00:00:00+00:00",
        "period_ends": "2025-01-14T00:00:00+00:00",
    }
    document = criticality_document(outcome, outcome.values, "a verdict")
    assert {key: document[key] for key in dates} == dates
    # Nobody takes the road while the railway is open.
    assert (document["unused"], document["runs"], document["verdict"]) == (["a-d"], 1, "a verdict")
    assert document["warnings"] == [str(WARNING)]
    assert {row["place"] for row in document["ranking"]} == {"k-r"}
    json.dumps(document, allow_nan=False)


def test_a_comparison_document_says_with_what_each_scenario_was_run() -> None:
    outcomes = run_cases(
        [case("one"), replace(case("two", "legs: {r-d: {running_time: 60 h}}"), warnings=())]
    )
    comparison = compare_outcomes(outcomes)
    document = comparison_document(comparison, outcomes)
    assert document["runs"] == [
        {
            "scenario": one.case.name, "seed": 0, "replications": 1, "plan_digest": one.plan_digest, "log_digest": one.log_digest,
            "warnings": warnings,
        }
        for one, warnings in zip(outcomes, ([str(WARNING)], []), strict=True)
    ]  # fmt: skip
    assert len(document["rows"]) == len(comparison.rows)
    assert {row["scenario"] for row in document["rows"]} == {"one", "two"}
    assert {(row["a"], row["b"]) for row in document["differences"]} == {("one", "two")}
    assert document["verdicts"] == comparison.verdicts and document["notes"] == []
    json.dumps(document, allow_nan=False)


def test_every_table_of_a_comparison_is_in_its_document() -> None:
    outcomes = run_cases([case("one", SHOCKS), case("two", SHOCKS, "seed: 1")])
    comparison = compare_outcomes(outcomes)
    document = comparison_document(comparison, outcomes)
    for name in ("rows", "differences", "moved", "corridors", "policies", "disruptions"):
        assert document[name] == rows_of(getattr(comparison, name)), name
    assert document["disruptions"] and document["notes"]
