"""What policies and disruptions bound: told at the end of every run, and in the table of when each struck."""

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import where
from click.testing import CliRunner
from reckonings import disruption_values_of, policy_values_of
from where import CASES

import sim
from sim.cli import main
from sim.engine import simulate
from sim.model import Scenario
from sim.results import Tables, tabulate
from sim.sampling import Sampler
from sim.scenario_file import load_scenario
from sim.stats import bound_sentences, silent_sentences

SMALL = load_scenario(where.SMALL).document
SMALL |= {"policies": {}, "disruptions": {}}
SMALL["period"] |= {"length": "150 d"}
SMALL["fleets"]["broad"] = {
    "between": ["altynkol", "moscow"]
}  # enough vehicles: what waits, waits for a closure
DAY_S = 86_400


def small(disruptions: dict[str, Any], **tables: Any) -> Scenario:
    document = copy.deepcopy(SMALL) | tables
    return Scenario.model_validate(document | {"disruptions": disruptions})


def tables_of(scenario: Scenario, replication: int = 0) -> Tables:
    sampler = Sampler(scenario, name="small")
    plan = sampler.plan(replication)
    return tabulate(plan, simulate(plan), sampler.legend, strikes=sampler.strikes(replication))


CLOSED = {"from": "2025-02-10", "lasts": "13 d", "effect": "closed"}
TARGETS = {
    "a border with its gauge change": {"at": {"id": "altynkol"}},
    "a leg": {"at": {"id": "altynkol-moscow"}},
    "a leg of the sea": {"at": {"id": "caspian"}},
    "a service": {"at": {"id": "ferry"}},
    "a terminal where a service starts": {"at": {"id": "xian"}},
    "a port between two services": {"at": {"id": "aktau"}},
    "a country": {"at": {"country": "KZ"}},
    "a corridor": {"at": {"corridor": "northern"}},
    "two places one after the other": {
        "at": {"id": "xian-altynkol"},
        "linked": [{"at": {"id": "altynkol-moscow"}, "effect": "closed", "after": "13 d", "lasts": "4 d"}],
    },
}


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_what_a_closure_holds_is_what_freight_waited_for_it(target: dict[str, Any]) -> None:
    """The table looks at places and times; the consignments' seconds by cause come from the log by another way."""
    tables = tables_of(small({"d": CLOSED | target}))
    goods = tables.consignments
    waited = (goods["size_teu"] * goods["closure_s"]).sum() / DAY_S
    begun_s = 150 * DAY_S - goods[goods["status"] == "under way"]["unfinished_s"]
    assert begun_s.min() > 58 * DAY_S, "what is cut off by the period's end began after the closure"
    assert waited > 0
    assert tables.disruptions["held_teu_d"].sum() == pytest.approx(waited, abs=1e-9)
    held = goods[goods["closure_s"] > 0]
    assert tables.disruptions["bound_teu"].sum() >= held[held["measured"]]["size_teu"].sum()


def test_random_events_are_in_the_table_where_the_plan_has_them() -> None:
    landslides = {"at": {"id": "altynkol-moscow"}, "random": {"rate": "20 /year"}, "lasts": {"p50": "2 d", "p90": "9 d"},
                  "effect": "closed"}  # fmt: skip
    sampler = Sampler(small({"landslides": landslides}))
    (leg,) = [i for i, place in enumerate(sampler.structure.legs) if place.name == "altynkol > moscow"]
    numbers = set()
    for replication in range(4):
        plan, strikes = sampler.plan(replication), sampler.strikes(replication).strikes
        numbers.add(len(strikes))
        calendar = plan.leg_calendar[leg]
        steps = slice(plan.calendar_first[calendar], plan.calendar_first[calendar + 1])
        closed = set()
        begins_s = plan.calendar_at_s[steps].tolist()
        for begin_s, end_s, rate in zip(
            begins_s, [*begins_s[1:], plan.period_s], plan.calendar_value[steps].tolist(), strict=True
        ):
            closed |= set(range(begin_s // 60, end_s // 60)) if rate == 0 else set()
        told = {
            minute
            for one in strikes
            for minute in range(one.from_s // 60 + 1, min(one.until_s, plan.period_s) // 60)
        }
        assert told <= closed
        assert len(closed) <= len(told) + 2 * len(strikes)
    assert len(numbers) > 1, "chance gives other numbers in other replications"


def test_what_comes_after_the_period_is_not_in_the_table() -> None:
    late, early = {**CLOSED, "from": "2025-06-01"}, {**CLOSED, "from": "2024-12-01"}
    found = tables_of(
        small({"late": {"at": {"id": "altynkol"}} | late, "early": {"at": {"id": "altynkol"}} | early})
    )
    assert found.disruptions.empty
    values = disruption_values_of(found.disruptions, found.consignments, [("small", 0)])
    assert set(values["disruption"]) == {"late", "early"}


def test_a_slow_down_meets_freight_and_holds_none() -> None:
    found = tables_of(
        small({"d": CLOSED | {"at": {"id": "altynkol"}, "effect": {"rate": "50 %"}}})
    ).disruptions
    assert found["effect"].tolist() == ["rate 50 %"]
    assert found["trips"].item() > 0
    assert found["held_teu_d"].item() == 0


# --- in words ---------------------------------------------------------------------------------------------------------


def sentences(tables: Tables) -> tuple[list[str], list[str]]:
    runs = [("small", 0)]
    values = (
        policy_values_of(tables.policies, tables.consignments),
        disruption_values_of(tables.disruptions, tables.consignments, runs),
    )
    return bound_sentences(*values), silent_sentences(*values)


def test_none_is_silent_and_those_that_bound_nothing_say_so() -> None:
    rules = {
        "ban": {"territory": ["RU"], "cargo": ["machinery"], "barred": True},
        "idle": {"direction": "eastbound", "surcharge": "9 USD/FEU"},
    }
    shocks = {
        "hit": {"at": {"id": "altynkol"}} | CLOSED,
        "missed": {"at": {"id": "cn-az"}} | CLOSED | {"lasts": "1 s", "effect": {"demand": "90 %"}},
        "late": {"at": {"id": "altynkol"}} | CLOSED | {"from": "2025-07-01"},
    }
    said, silent = sentences(tables_of(small(shocks, policies=rules)))
    assert [one.partition(":")[0].partition(" struck")[0] for one in said] == [
        "policy ban",
        "policy idle bound no measured freight.",
        "disruption hit",
        "disruption missed",
        "disruption late did not strike in the measured time of any replication.",
    ]
    assert silent == [
        "policy idle bound no measured freight.",
        "disruption missed struck 1 time and met no measured freight.",
        "disruption late did not strike in the measured time of any replication.",
    ]
    assert "refused" in said[0]
    assert "held freight for" in said[2]


WORLD = """schema: 1
title: One that binds, one that does not, and chance
extends: line.yaml
replications: 2
policies:
  toll: {title: p, source: invented here, territory: [KZ], surcharge: 9 USD/FEU}
  idle: {title: p, source: invented here, direction: eastbound, surcharge: 9 USD/FEU}
disruptions:
  strike: {at: {id: a-b}, from: 2025-02-01, lasts: 3 d, effect: closed}
  slides: {at: {id: a-b}, random: {rate: 12 /year}, lasts: {p50: 1 d, p90: 3 d}, effect: closed}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    shutil.copy(CASES / "line.yaml", tmp_path)
    path = tmp_path / "shocked.yaml"
    path.write_text(WORLD, encoding="utf-8")
    return path


def test_a_run_ends_with_every_policy_and_disruption_and_keeps_when_each_struck(file: Path) -> None:
    out = file.parent / "out"
    done = CliRunner().invoke(main, ["run", str(file), "--no-plots", "--jobs", "1", "--out", str(out)])
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines if line.startswith(("toll", "strike", "slides"))] == [
        "toll",
        "strike",
        "slides",
    ]
    assert "- policy idle bound no measured freight." in lines
    assert f"when each struck: {out / 'tables' / 'disruptions.parquet'}" in lines

    run = sim.read_run(out)
    table = run.disruptions
    assert set(table["replication"]) == {0, 1}
    assert set(table["disruption"].astype(str)) == {"strike", "slides"}
    strike = table[table["disruption"] == "strike"]
    assert strike["struck_at"].astype(str).tolist() == ["2025-02-01", "2025-02-01"]
    effects = run.disruption_effects().set_index(["disruption", "measure"])["estimate"]
    assert effects["strike", "struck"] == 1
    assert effects["slides", "struck"] == len(table[table["disruption"] == "slides"]) / 2
    (text,) = sim.results.export_run(run, out.with_name("text"), ["disruptions"])
    written = pd.read_csv(text).set_index(["disruption", "measure"])["estimate"]
    pd.testing.assert_series_equal(written, effects, check_names=False)


def test_a_run_that_is_taken_up_again_tells_the_same_of_its_disruptions(file: Path) -> None:
    out = file.parent / "out"
    command = ["run", str(file), "--no-plots", "--jobs", "1", "--out", str(out)]
    first = CliRunner().invoke(main, command)
    again = CliRunner().invoke(main, [*command, "--resume"])
    assert again.exit_code == 0, again.output
    assert again.stdout == first.stdout


def test_a_comparison_ends_with_what_each_bound_in_short(file: Path) -> None:
    command = ["compare", str(file.with_name("line.yaml")), str(file), "--replications", "2", "--jobs", "1"]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.output
    told = [line for line in done.stdout.splitlines() if line.startswith("- shocked: ")]
    assert [line.split()[2:4] for line in told] == [
        ["policy", "toll:"], ["policy", "idle"], ["disruption", "strike"], ["disruption", "slides"],
    ]  # fmt: skip
    document = json.loads(CliRunner().invoke(main, [*command, "--json"]).stdout)
    assert {row["disruption"] for row in document["disruptions"]} == {"strike", "slides"}
