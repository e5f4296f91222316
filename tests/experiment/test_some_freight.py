"""Some of the freight of runs: by flow, origin and destination, or market; the simulation is the same."""

from functools import cache

import pandas as pd
import pytest
from worlds import scenario

from sim.errors import ScenarioError
from sim.experiment import (
    Case,
    Outcome,
    breakdown_of,
    check_wanted,
    compare_outcomes,
    of_freight,
    run_cases,
    run_shock,
    run_shock_by,
    several_markets,
    words_of,
)
from sim.model import Scenario

SHORT = "period: {length: 25 d, warm_up: 3 d, cool_down: 8 d}\nreplications: 2"
MARKETS = "flows: {cn-de: {market: west}, cn-pl: {market: middle-europe}}"
CLOSED = 'disruptions: {shut: {at: {id: k-r}, from: "2025-01-08", lasts: 3 d, effect: closed}}'


def world(*changes: str) -> Scenario:
    return scenario(SHORT, MARKETS, *changes)


@cache
def outcome(by: str | None = None) -> Outcome:
    (found,) = run_cases([Case("mine", world())], by=by)
    return found


def rows_of(table: pd.DataFrame, **cell: str) -> dict[tuple[str, str, str], float]:
    """Values of the measures by corridor, measure and replication, of a cell."""
    wanted = {
        **dict.fromkeys(("chain", "cargo", "flow", "market", "origin", "destination", "od"), "all"),
        **cell,
    }
    mine = table[(table[list(wanted)] == pd.Series(wanted)).all(axis=1) & (table["measure"] != "load.factor")]
    mine = mine[(mine["direction"] == "westbound") & mine["value"].notna()]
    key = ["corridor", "measure", "replication"]
    found: dict[tuple[str, str, str], float] = mine.set_index(key)["value"].to_dict()
    return {name: value for name, value in found.items() if value}


@pytest.mark.parametrize(
    ("wanted", "by", "name"),
    [
        ({"flow": ("cn-de",)}, "flow", "cn-de"),
        ({"od": ("a:p",)}, "od", "a:p"),
        ({"market": ("west",)}, "market", "west"),
    ],
)
def test_freight_by_itself_measures_what_its_cell_of_the_whole_run_does(
    wanted: dict[str, tuple[str, ...]], by: str, name: str
) -> None:
    assert breakdown_of(wanted) == by
    alone = of_freight(outcome(), wanted, None)
    # All that is chosen, without any breakdown, beside the cell of that name in the run with all freight.
    assert rows_of(alone.values) == rows_of(outcome(by).values, **{by: name})
    assert alone.log_digest == outcome().log_digest
    assert sum(len(alone.ledger.open(r)) for r in range(2)) < sum(
        len(outcome().ledger.open(r)) for r in range(2)
    )


def test_names_of_each_kind_are_all_to_hold_and_of_one_kind_any() -> None:
    both = of_freight(outcome(), {"flow": ("cn-de", "cn-pl"), "od": ("a:p",)}, None)
    assert rows_of(both.values) == rows_of(of_freight(outcome(), {"flow": ("cn-pl",)}, None).values)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (
            {"flow": ("cn-dee",)},
            'mine: --flow: expected a flow of these scenarios, got "cn-dee"; did you mean cn-de',
        ),
        (
            {"od": ("a:x",)},
            'expected ORIGIN:DESTINATION of a flow of these scenarios, got "a:x"; did you mean a:',
        ),
        (
            {"market": ("moon",)},
            'expected a market of these scenarios, got "moon"; there are west, middle-europe.',
        ),
        ({"flow": ("cn-de",), "od": ("a:p",)}, "no flow is all of that, so nothing is left"),
    ],
)
def test_freight_that_there_is_not_is_a_finding_with_what_there_is(
    wanted: dict[str, tuple[str, ...]], said: str
) -> None:
    with pytest.raises(ScenarioError) as error:
        check_wanted({"mine": world()}, wanted)
    assert said in str(error.value)


def test_all_unknown_names_are_found_at_once() -> None:
    with pytest.raises(ScenarioError) as error:
        check_wanted({"mine": world()}, {"flow": ("x", "y"), "od": ("z",)})
    assert len(error.value.findings) == 3


def test_freight_that_is_not_measured_leaves_nothing_to_tell() -> None:
    with pytest.raises(ScenarioError, match=r"not measured.*Set flows\.cn-pl\.measured=true"):
        check_wanted({"mine": world("flows: {cn-pl: {measured: false}}")}, {"flow": ("cn-pl",)})


def test_freight_that_one_of_several_scenarios_has_may_be_asked_for() -> None:
    check_wanted({"less": world("flows: {cn-pl: null}"), "more": world()}, {"flow": ("cn-pl",)})


def test_flows_without_a_market_are_others_beside_those_with_one() -> None:
    assert several_markets(scenario(SHORT, "flows: {cn-de: {market: west}}"))
    assert not several_markets(scenario(SHORT))
    check_wanted({"mine": scenario(SHORT, "flows: {cn-de: {market: west}}")}, {"market": ("other",)})


def test_corridors_of_a_market_that_one_scenario_lacks_are_there_with_0() -> None:
    barred = Case("barred", world("policies: {ban: {territory: [RU], barred: true}}"))
    (other,) = run_cases([barred])
    rows = compare_outcomes([outcome(), other]).rows
    mine = rows[(rows["scenario"] == "barred") & (rows["market"] == "west") & (rows["corridor"] == "north")]
    delivered = mine[(mine["measure"] == "delivered") & (mine["direction"] == "all")]
    assert delivered["estimate"].to_list() == [0.0]


def test_things_are_called_by_their_names_and_two_of_one_name_by_their_ids_too() -> None:
    words = words_of(
        [scenario(SHORT, MARKETS, 'facilities: {p: {name: "D (south)"}}', "corridors: {road: {by: truck}}")]
    )
    assert words.name("market", "middle-europe") == "Middle Europe"
    assert (words.name("way", "road"), words.name("way", "north")) == ("truck", "North")
    assert {words.name("od", name) for name in ("a:d", "a:p")} == {"A–D (a:d)", "A–D (a:p)"}
    assert words.name("flow", "cn-de") == "cn-de (A–D)"


def test_a_shock_is_told_by_market_each_as_if_it_were_alone_and_together_all() -> None:
    case = Case("mine", world(CLOSED))
    whole = run_shock(case, ["shut"])
    parts = run_shock_by(case, ["shut"], "market")
    assert list(parts) == ["west", "middle-europe"]

    def area(found: pd.DataFrame) -> dict[int, float]:
        mine = found[
            (found["measure"] == "delay.area") & (found["corridor"] == "all") & (found["direction"] == "all")
        ]
        return mine.set_index("replication")["value"].to_dict()

    each = [area(one.values) for one in parts.values()]
    assert all(value > 0 for one in each for value in one.values())
    assert {r: sum(one[r] for one in each) for r in (0, 1)} == pytest.approx(area(whole.values))
    (only,) = run_shock_by(case, ["shut"], "flow", {"od": ["a:p"]}).items()
    assert only[0] == "cn-pl" and area(only[1].values) == pytest.approx(each[1])
