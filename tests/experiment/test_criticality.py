"""Every place closed in turn, on a line with a bottleneck and a side branch: what comes out is known by hand."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
import yaml
from click.testing import CliRunner

from sim.cli import main
from sim.errors import LandbridgeError
from sim.experiment import Case, Replication, Workers
from sim.experiment.criticality import (
    Criticality,
    Spot,
    close_each,
    closure_of,
    first_monday,
    places_of,
    with_closure,
)
from sim.model import Scenario
from sim.model.check import cross_check
from sim.stats.criticality import ranking, worst

DAY_S = 86_400
LINE = """
schema: 1
title: A line with a bottleneck and a side branch
network: none
period: {start: "2025-01-01", length: 120 d, warm_up: 9 d, cool_down: 30 d}
replications: 3
seed: 7
facilities:
  a: {name: A, country: CN, position: [40, 100], kind: terminal}
  k: {name: K, country: KZ, position: [45, 80], kind: junction}
  d: {name: D, country: DE, position: [51, 10], kind: terminal, terminal: {time: 2 h}}
  s: {name: S, country: PL, position: [52, 20], kind: terminal, terminal: {}}
  x: {name: X, country: PL, position: [53, 20], kind: terminal, terminal: {time: 2 h}}
legs:
  a-k: {between: [a, k], mode: rail, gauge: 1435, length: 1000 km, running_time: 24 h, tariff: 0.2 USD/FEU-km, emissions: 19 g/t-km}
  k-d: {between: [k, d], mode: rail, gauge: 1435, length: 1000 km, running_time: 24 h, capacity: 3 trains/day,
        tariff: 0.2 USD/FEU-km, emissions: 19 g/t-km}
  k-s: {between: [k, s], mode: rail, gauge: 1435, length: 1000 km, running_time: 24 h, tariff: 0.2 USD/FEU-km, emissions: 19 g/t-km}
  s-x: {between: [s, x], mode: rail, gauge: 1435, length: 1000 km, running_time: 24 h, tariff: 0.2 USD/FEU-km, emissions: 19 g/t-km}
services:
  main: {route: [a, k, d], gauge: 1435, capacity: 20 TEU, dispatch: {when: full}}
  side: {route: [a, k, s], gauge: 1435, capacity: 20 TEU, dispatch: {when: full}}
  onward: {route: [s, x], gauge: 1435, capacity: 20 TEU, dispatch: {when: full}}
corridors: {line: {title: Line}, branch: {title: Branch}}
chains:
  main: {corridor: line, services: [main]}
  side: {corridor: branch, services: [side]}
  onward: {corridor: branch, services: [side, onward]}
cargo:
  toys: {title: toys, hs: ["95"], time_value: 80 USD/FEU-day}
flows:
  a-d: {origin: a, destination: d, volume: 40 TEU/day, consignment: 20 TEU, cargo: {toys: 100 %}, mass: 15 t/FEU, deadline: 12 d,
        routing: {shares: {main: 100 %}}}
  a-s: {origin: a, destination: s, volume: 40 TEU/day, consignment: 20 TEU, cargo: {toys: 100 %}, mass: 15 t/FEU, deadline: 12 d,
        routing: {shares: {side: 100 %}}}
"""
CLOSED_D = 5


def line(**changes: object) -> Scenario:
    made = Scenario.model_validate({**yaml.safe_load(LINE), **changes})
    assert cross_check(made) == []
    return made


@pytest.fixture(scope="module")
def outcome() -> Criticality:
    case = Case("line", line())
    closure = closure_of(case.scenario, first_monday(case.scenario), CLOSED_D, 30)
    return close_each(case, closure, places_of(case.scenario, None, ()))


def areas(outcome: Criticality, place: str) -> list[float]:
    mine = outcome.values[(outcome.values["place"] == place) & (outcome.values["measure"] == "delay.area")]
    return mine["value"].tolist()


def test_a_closure_begins_on_the_first_monday_measured_and_the_period_is_cut_after_it() -> None:
    made = line()
    # 1 January 2025 is a Wednesday; the ninth day after it is a Friday, so the Monday is the 13th.
    assert first_monday(made) == datetime(2025, 1, 13, tzinfo=UTC)
    closure = closure_of(made, first_monday(made), 14, 60)
    days = [second / DAY_S for second in (closure.start_s, closure.end_s, closure.counted_s, closure.cut_s)]
    assert days == [12, 26, 54, 86]
    # A period that ends before is not made longer.
    assert closure_of(made, first_monday(made), 14, 400).cut_s == 120 * DAY_S


def test_a_monday_on_which_measuring_begins_is_the_first_one() -> None:
    period = {"start": "2025-01-01", "length": "120 d", "warm_up": "5 d"}
    assert first_monday(line(period=period)) == datetime(2025, 1, 6, tzinfo=UTC)
    period["warm_up"] = "121 h"
    assert first_monday(line(period=period)) == datetime(2025, 1, 13, tzinfo=UTC)


def test_the_order_is_stem_bottleneck_branch(outcome: Criticality) -> None:
    table = ranking(outcome.values, outcome.moves)
    # Two trains a day go each way. Those that come to a closed leg wait 2.5 of 5 days on average (25 train-days for each way),
    # those on it stand for 5 (10 for each way). Ten trains then queue at the bottleneck, which takes three a day, for ten days
    # (50 train-days). In train-days, about: a-k 120 (both ways, queue), k-d 85 (one way, queue), k-s 35 (one way).
    legs = table[table["kind"] == "leg"]
    assert legs["place"].tolist() == ["a-k", "k-d", "k-s"]
    assert table["rank"].tolist() == [1, 2, 3, 4, 5] and table["place"][0] == "a-k"
    assert set(table["place"]) == {"a-k", "k-d", "k-s", "a", "d"}


def test_a_closed_origin_holds_back_what_is_released_and_nothing_else(outcome: Criticality) -> None:
    start_s, end_s = outcome.closure.start_s, outcome.closure.end_s
    made = outcome.case.scenario
    plain, closed = (
        Replication(Case("line", one), 0, "reference").consignments
        for one in (made, with_closure(made, outcome.closure, Spot("facility", "a")))
    )
    mine = (plain["flow"] == "a-s").to_numpy()
    release_s = plain["release_s"][mine]
    held = (release_s >= start_s) & (release_s < end_s)
    by_hand = (end_s - release_s).where(held, 0)
    assert (closed["transit_s"][mine] - plain["transit_s"][mine]).tolist() == by_hand.tolist()


def test_what_carries_nothing_is_named_and_not_run(outcome: Criticality) -> None:
    # Nothing is done at K and S, and nothing goes to X.
    assert outcome.unused == ("k", "s", "x", "s-x")
    assert outcome.runs == 5 * 3


def test_closing_what_was_called_unused_changes_nothing_at_all(outcome: Criticality) -> None:
    made = outcome.case.scenario
    plain = Replication(Case("line", made), 0, "reference").consignments
    for place in places_of(made, None, outcome.unused).values():
        closed = Replication(
            Case("line", with_closure(made, outcome.closure, place)), 0, "reference"
        ).consignments
        pd.testing.assert_frame_equal(closed, plain)


def test_the_delay_area_of_a_closed_branch_is_the_formula(outcome: Criticality) -> None:
    # A train of 20 TEU leaves when it is released and comes to the branch 24 h later. One that is on the branch (24 h) when it
    # closes stands for five days; one that comes while it is closed waits until it opens; there is no queue.
    start_s, end_s = outcome.closure.start_s, outcome.closure.end_s
    for replication, found in enumerate(areas(outcome, "k-s")):
        plain = Replication(Case("line", outcome.case.scenario), replication, "reference").consignments
        comes_s = plain[plain["flow"] == "a-s"]["release_s"].to_numpy() + DAY_S
        on_it = (comes_s < start_s) & (comes_s + DAY_S > start_s)
        waits = (comes_s >= start_s) & (comes_s < end_s)
        by_hand = 20 * (on_it.sum() * CLOSED_D + (end_s - comes_s[waits]).sum() / DAY_S)
        assert found == pytest.approx(by_hand, rel=1e-12) and found > 0


def test_freight_that_the_cut_hides_is_a_lower_bound() -> None:
    case = Case("line", line(replications=1))
    closure = closure_of(case.scenario, first_monday(case.scenario), CLOSED_D, 30)
    whole = close_each(case, closure, {"k-s": Spot("leg", "k-s")})
    cut = close_each(
        case, closure_of(case.scenario, first_monday(case.scenario), CLOSED_D, 0), {"k-s": Spot("leg", "k-s")}
    )
    assert not whole.values["lower_bound"].any()
    area = cut.values[cut.values["measure"] == "delay.area"].iloc[0]
    assert area["lower_bound"] and 0 < area["value"] < areas(whole, "k-s")[0]


def test_a_replication_that_does_not_use_a_place_has_no_delay_there_without_a_run() -> None:
    # A flow of one train in three months: some replications have none near the closure.
    rare = {"volume": "0.25 TEU/day", "routing": {"shares": {"onward": "100 %"}}, "destination": "x"}
    flows = yaml.safe_load(LINE)["flows"]
    made = line(flows={**flows, "a-x": {**flows["a-s"], **rare}}, replications=6)
    closure = closure_of(made, first_monday(made), CLOSED_D, 10)
    outcome = close_each(Case("line", made), closure, {"s-x": Spot("leg", "s-x")})
    assert 0 < outcome.runs < 6
    assert len(areas(outcome, "s-x")) == 6 and areas(outcome, "s-x").count(0) >= 6 - outcome.runs


def test_the_scenario_keeps_its_own_disruptions(outcome: Criticality) -> None:
    storm = {"at": {"id": "k-s"}, "from": "2025-01-20", "lasts": "3 d", "effect": "closed"}
    made = line(disruptions={"storm": storm})
    closed = with_closure(made, outcome.closure, Spot("leg", "a-k"))
    assert list(closed.disruptions) == ["storm", "criticality-closure"]
    assert closed.disruptions["criticality-closure"].from_ == datetime(2025, 1, 13, tzinfo=UTC)
    with pytest.raises(LandbridgeError, match="a disruption 'criticality-closure' of its own"):
        with_closure(closed, outcome.closure, Spot("leg", "a-k"))


def test_wrong_places_and_days_are_errors() -> None:
    made = line()
    assert list(places_of(made, "legs", ("k-d",))) == ["k-d"]
    with pytest.raises(LandbridgeError, match="no facilities 'k-d' in the scenario"):
        places_of(made, "facilities", ("k-d",))
    with pytest.raises(
        LandbridgeError, match=r"no facility or leg 'a-kk' in the scenario\. Did you mean 'a-k'"
    ):
        places_of(made, None, ("a-kk",))
    with pytest.raises(LandbridgeError, match="2026-01-01, outside the period 2025-01-01 to 2025-05-01"):
        closure_of(made, datetime(2026, 1, 1, tzinfo=UTC), 14, 90)


# --- ranking and verdict ------------------------------------------------------------------------------------------


def values(**by_place: tuple[float, ...]) -> pd.DataFrame:
    """Delay areas by place and replication; of each, 10 TEU are diverted and 2 refused."""
    rows = [
        (place, "leg", r, measure, value, False)
        for place, found in by_place.items()
        for r, area in enumerate(found)
        for measure, value in (("delay.area", area), ("diverted", 10.0), ("refused", 2.0))
    ]
    return pd.DataFrame(rows, columns=["place", "kind", "replication", "measure", "value", "lower_bound"])


NOWHERE = pd.DataFrame({"place": [], "to": [], "teu": []})


def verdict(**by_place: tuple[float, ...]) -> str:
    found = values(**by_place)
    return worst(ranking(found, NOWHERE), found, 14)


def test_the_ranking_says_who_absorbs_most_of_the_diverted_freight() -> None:
    went = pd.DataFrame({"place": ["b", "b", "b"], "to": ["sea", "road", "refused"], "teu": [4, 6, 99]})
    table = ranking(values(b=(5.0, 7.0), c=(6.0, 8.0)), went).set_index("place")
    assert table.index.tolist() == ["c", "b"]
    assert table["absorbed_by"].to_dict() == {"b": "road", "c": ""}
    assert table["delay_teu_d"].to_dict() == {"b": 6, "c": 7}
    assert table["diverted_teu"].to_dict() == {"b": 10, "c": 10} and table["refused_teu"]["b"] == 2


def test_the_verdict_compares_the_worst_with_the_next_pair_by_pair() -> None:
    # The replications differ much, the pairs by 10, 12 and 14.
    said = verdict(b=(110.0, 212.0, 164.0, 161.0, 163.0), c=(100.0, 200.0, 150.0, 149.0, 151.0))
    assert said.startswith("The single closure that hurts most is b for 14 days: 162 TEU-days of delay (")
    assert said.endswith("12 (10 to 14) more than the next, c.")


def test_the_verdict_shows_no_difference_where_there_is_none() -> None:
    assert verdict(b=(100.0, 102.0, 98.0, 101.0, 99.0), c=(101.0, 97.0, 99.0, 100.0, 98.0)).endswith(
        "no difference from the next, c, is shown."
    )
    assert verdict(b=(-50.0, 100.0) * 3).startswith("No closure of 14 days is shown to delay freight")
    # An interval above 0 is no proof for the largest of twenty.
    luck = {f"p{i}": (3.0, -2.0, 1.0, -1.0, float(-i)) for i in range(20)}
    assert verdict(b=(8.0, 9.0, 30.0, 25.0, 22.0)).startswith("The single closure that hurts most is b")
    assert verdict(b=(8.0, 9.0, 30.0, 25.0, 22.0), **luck).startswith("No closure of 14 days is shown")
    assert verdict(b=(0.0, 0.0)) == "No single closure of 14 days delays freight."
    assert verdict(b=(7.0,)).endswith("without an interval that is no verdict.")


# --- the command --------------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "line.yaml"
    path.write_text(LINE, encoding="utf-8")
    return path


def said(*words: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["criticality", *map(str, words), "--jobs", "1"])
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.output


def test_criticality_prints_a_ranking_what_is_cut_and_a_verdict(file: Path) -> None:
    text = said(file, "--days", "5", "--follow", "30", "--only", "legs", "--top", "2", "--replications", "6")
    first, _, _, _, *lines = text.splitlines()
    assert first == (
        "each place closed for 5 days from 2025-01-13; counted: freight under way then or released until 2025-02-15; "
        "the period is cut on 2025-02-17, delays after it are lower bounds"
    )
    assert [words.split()[:3] for words in lines[:2]] == [["1", "a-k", "leg"], ["2", "k-d", "leg"]]
    assert lines[2] == "and 1 more (--top)"
    assert "nothing to close or to delay at 1 of 4 places, not run" in text
    assert text.splitlines()[-1].startswith("- The single closure that hurts most is a-k for 5 days: ")


def test_criticality_of_some_places_as_a_document(file: Path) -> None:
    document = json.loads(
        said(
            file, "--place", "k-s", "--place", "s-x", "--from", "2025-02-03", "--replications", "2", "--json"
        )
    )
    assert document["closed_from"] == "2025-02-03T00:00:00+00:00"
    assert document["period_ends"] == "2025-05-01T00:00:00+00:00"
    assert [row["place"] for row in document["ranking"]] == ["k-s"]
    assert document["unused"] == ["s-x"] and document["runs"] == 2
    # Two replications are too few for a verdict.
    assert document["verdict"].startswith("In 2 replications the closure of k-s hurts most (")


def test_criticality_says_which_place_it_does_not_know(file: Path) -> None:
    assert "no facility or leg 'makmal' in the scenario" in said(file, "--place", "makmal", code=1)


def test_the_answer_does_not_depend_on_the_number_of_processes(outcome: Criticality) -> None:
    again = close_each(
        outcome.case, outcome.closure, places_of(outcome.case.scenario, None, ()), workers=Workers(2)
    )
    pd.testing.assert_frame_equal(again.values, outcome.values)
    pd.testing.assert_frame_equal(again.moves, outcome.moves)
    assert replace(again, values=outcome.values, moves=outcome.moves) == replace(outcome)
