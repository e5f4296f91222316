"""The policies table and its measures: every act by hand, policies side by side, tables and files."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from reckonings import policy_values_of
from told_by_hand import legend_for, lines
from where import ROOT
from worlds import HOUR_S, PlanBuilder, held, run, scenario

from sim.cli.printed_tables import policies_overview
from sim.contract import Cause, Place, StepKind
from sim.results import ACTS, TABLES, Tables, tabulate
from sim.sampling import Sampler
from sim.stats import POLICY_MEASURES, summarise_policies

BAN, CHECK, LICENCE, FEE = range(4)
NAMES: dict[str, object] = {
    "corridors": ("northern", "ocean"), "chains": ("rail", "ship"), "chain_corridor": (0, 1), "chain_services": ((0,), (1,)),
    "services": ("train", "vessel"), "service_origin": ("a", "a"), "service_destination": ("b", "b"),
    "service_cost_usd_per_feu": (0.0, 0.0), "service_emissions_kg_per_t": (0.0, 0.0), "service_length_m": (1, 1),
    "gate_places": (), "station_places": (), "leg_places": (Place("land"), Place("sea"), Place("canal")),
    "facilities": ("suez",), "warm_up_s": 5 * HOUR_S, "cool_down_s": 0,
    "policies": ("ban", "check", "licence", "fee"), "policy_surcharge_usd_per_feu": (0.0, 0.0, 0.0, 50.0),
    "surcharges": ((FEE, 0, -1, 1, 9 * HOUR_S, 11 * HOUR_S),),
}  # fmt: skip


def world() -> tuple[PlanBuilder, int, int, int, int]:
    """A train that a ban closes and a vessel with a checkpoint; option lists: closed then vessel, closed, train, vessel."""
    b = PlanBuilder(period_s=48 * HOUR_S)
    price = [(0, 40_000), (9 * HOUR_S, 100_000)]
    b.service((StepKind.RUN, b.leg(), HOUR_S), capacity=4, rule=held(0), price=price, mean_s=10 * HOUR_S)
    b.service(
        (StepKind.RUN, b.leg(), HOUR_S), (StepKind.CHECK, 0), (StepKind.RUN, b.leg(), 5 * HOUR_S),
        capacity=4, spare=4, price=((0, 160_000),), mean_s=22 * HOUR_S,
    )  # fmt: skip
    train, vessel = b.chain(0), b.chain(1)
    shut = b.calendar([(0, 0)], cause=Cause.POLICY, policy=BAN)
    return b, b.options((train, shut), vessel), b.options((train, shut)), b.options(train), b.options(vessel)


@pytest.fixture(scope="module")
def tables() -> Tables:
    b, diverted, refused, by_train, by_vessel = world()
    b.consignment(HOUR_S, diverted, size=4)
    b.consignment(10 * HOUR_S, diverted, size=4, acts=[(-1, 3 * HOUR_S, LICENCE), (0, 6 * HOUR_S, CHECK)])
    b.consignment(12 * HOUR_S, refused, size=2)
    b.consignment(13 * HOUR_S, by_train, size=2)
    b.consignment(24 * HOUR_S, by_vessel, size=4)
    plan = b.plan()
    return tabulate(plan, run(plan), legend_for(plan, **NAMES))


def test_every_time_that_a_policy_bound_a_consignment(tables: Tables) -> None:
    # c0, before the warm-up: the train cost 400 then, so the vessel 1200 more an FEU. c1: 600 more, and four policies bind it.
    h = HOUR_S
    columns = ("time_s", "consignment", "policy", "act", "measured", "size_teu", "hours", "usd")
    assert lines(tables.policies, *columns) == [
        (1 * h, 0, "ban", "diverted", False, 4, 12.0, 2_400.0),
        (10 * h, 1, "ban", "diverted", True, 4, 12.0, 1_200.0),
        (10 * h, 1, "fee", "charged", True, 4, 0.0, 100.0),
        (12 * h, 2, "ban", "refused", True, 2, 0.0, 0.0),
        (13 * h, 1, "licence", "delayed", True, 4, 3.0, 0.0),
        (20 * h, 1, "check", "inspected", True, 4, 6.0, 0.0),
    ]
    assert list(tables.policies) == [column.name for column in TABLES["policies"]]


def test_the_consignments_table_tells_the_barred_chain_and_the_first_policy(tables: Tables) -> None:
    assert lines(tables.consignments, "chain", "first_chain", "barred_chain", "policy", "status") == [
        ("ship", "ship", "rail", "ban", "delivered"),
        ("ship", "ship", "rail", "ban", "delivered"),
        ("", "", "rail", "ban", "refused"),
        ("rail", "rail", "", "", "delivered"),
        ("ship", "ship", "", "", "delivered"),
    ]


def test_measures_of_every_act_by_hand(tables: Tables) -> None:
    values = policy_values_of(tables.policies, tables.consignments)
    found = {
        key: group["value"].to_list()
        for key, group in values.groupby(["policy", "act"])
        if group["value"].iloc[0]
    }
    share = 100 / 12
    assert list(POLICY_MEASURES) == ["bound", "bound.share", "time.per_feu", "cost.per_feu", "cost.total"]
    assert found == {
        ("ban", "diverted"): pytest.approx([4, 4 * share, 12, 600, 1_200]),
        ("ban", "refused"): pytest.approx([2, 2 * share, 0, 0, 0]),
        ("check", "inspected"): pytest.approx([4, 4 * share, 6, 0, 0]),
        ("licence", "delayed"): pytest.approx([4, 4 * share, 3, 0, 0]),
        ("fee", "charged"): pytest.approx([4, 4 * share, 0, 50, 100]),
    }


def test_two_policies_that_hold_the_same_box_have_a_row_each() -> None:
    b, *_, by_vessel = world()
    b.consignment(0, by_vessel, size=4, acts=[(0, 6 * HOUR_S, CHECK), (0, 2 * HOUR_S, LICENCE)])
    plan = b.plan()
    found = tabulate(plan, run(plan), legend_for(plan, **NAMES)).policies
    assert lines(found, "time_s", "policy", "act", "hours") == [
        (9 * HOUR_S, "check", "inspected", 6.0),
        (9 * HOUR_S, "licence", "inspected", 2.0),
    ]


def bound(*rows: tuple[int, str, int, float, float], act: str = "inspected") -> pd.DataFrame:
    """Policies of (replication, policy, consignment, hours, USD), 2 TEU each."""
    names = ["replication", "policy", "consignment", "hours", "usd"]
    return pd.DataFrame(rows, columns=names).assign(scenario="s", act=act, measured=True, size_teu=2)


def freight(replications: int) -> pd.DataFrame:
    rows = [(r, c) for r in range(replications) for c in range(5)]
    return pd.DataFrame(rows, columns=["replication", "consignment"]).assign(
        scenario="s", measured=True, size_teu=2
    )


def test_freight_that_a_policy_binds_twice_counts_once_with_all_its_hours() -> None:
    twice = bound((0, "check", 1, 6, 10), (0, "check", 1, 4, 0), (0, "check", 2, 2, 0))
    values = policy_values_of(twice, freight(1))
    inspected = values[values["act"] == "inspected"].set_index("measure")["value"].to_dict()
    assert inspected == {
        "bound": 4, "bound.share": 40, "time.per_feu": 6, "cost.per_feu": 5, "cost.total": 10,
    }  # fmt: skip


def test_a_replication_in_which_nothing_was_bound_counts_as_0_teu_and_has_no_hours() -> None:
    values = policy_values_of(bound((0, "check", 1, 6, 0), (0, "check", 2, 4, 0)), freight(5))
    rows = summarise_policies(values).set_index(["policy", "act", "measure"])
    assert set(rows.index.droplevel("measure")) == {("check", "inspected")}
    share, hours = (
        rows.loc[("check", "inspected", "bound.share")],
        rows.loc[("check", "inspected", "time.per_feu")],
    )
    # 40 % once and four times 0 %: Student's interval would be 8 ± 22.2, which begins below 0.
    assert share["estimate"] == 8
    assert 0 <= share["low"] < 8 < share["high"] <= 100
    assert (hours["estimate"], hours["replications"]) == (5, 1)
    assert np.isnan(hours["low"])


def test_the_second_table_of_a_run(tables: Tables) -> None:
    text = policies_overview(summarise_policies(policy_values_of(tables.policies, tables.consignments)))
    assert [line.split() for line in text.splitlines()] == [
        ["policy", "act", "TEU", "bound", "share", "%", "h", "USD/FEU", "USD"],
        ["-------", "---------", "---------", "-------", "----", "-------", "-----"],
        ["ban", "diverted", "4", "33.33", "12.0", "600", "1,200"],
        ["ban", "refused", "2", "16.67", "0.0", "0", "0"],
        ["check", "inspected", "4", "33.33", "6.0", "0", "0"],
        ["licence", "delayed", "4", "33.33", "3.0", "0", "0"],
        ["fee", "charged", "4", "33.33", "0.0", "50", "100"],
    ]  # fmt: skip
    nothing = policy_values_of(tables.policies.iloc[:0], tables.consignments)
    assert policies_overview(summarise_policies(nothing)) == "No policy bound measured freight."


@pytest.mark.parametrize("policies", ["{}", "{tax: {territory: [RU], surcharge: 100 USD/FEU}}"])
def test_a_run_folder_keeps_what_policies_did(policies: str, tmp_path: Path) -> None:
    from sim.experiment import Case, run_to_folder
    from sim.results import export_run, read_run

    made = scenario(f"{{policies: {policies}, replications: 2}}")
    (outcome,) = run_to_folder([Case("tiny", made)], [tmp_path / "tiny"])
    found = read_run(tmp_path / "tiny")
    effects, table = found.policy_effects(), found.policies
    assert list(effects) == list(summarise_policies(outcome.policies))
    (text,) = export_run(found, tmp_path / "text", ["policies"])
    assert text.read_text().replace('"', "").startswith("scenario,policy,act,measure,unit,estimate")
    if policies == "{}":
        assert effects.empty and table.empty
        return
    charged = effects.set_index("measure")
    assert set(charged["policy"]) == {"tax"} and set(charged["act"]) == {"charged"}
    assert charged.loc["cost.per_feu", "estimate"] == pytest.approx(100)
    assert charged.loc["cost.per_feu", "replications"] == 2
    measured = table[table["measured"]]
    assert charged.loc["bound", "estimate"] == measured["size_teu"].sum() / 2


def test_a_licence_that_does_not_meet_the_chain_leaves_the_box_in_the_yard() -> None:
    b, *_, by_vessel = world()
    b.period_s = 7 * HOUR_S
    b.consignment(0, by_vessel, size=1, acts=[(-1, 9 * HOUR_S, LICENCE)])
    b.met(LICENCE, 1, -2)
    plan = b.plan()
    levels = tabulate(plan, run(plan), legend_for(plan, **NAMES)).levels
    assert lines(levels, "place", "time_s", "teu") == [("vessel", 0, 1), ("vessel", 6 * HOUR_S, 1)]


def test_inspections_of_a_sampled_plan_add_up_to_the_time_that_policies_took() -> None:
    sampler = Sampler(
        scenario(
            "policies: {check: {territory: [RU], inspected: {share: 50 %, handling: 6 h, detained: {share: 20 %, for: 5 d}}}}"
        )
    )
    plan = sampler.plan(0)
    tables = tabulate(plan, run(plan), sampler.legend)
    held = tables.policies.groupby("consignment")["hours"].sum() * HOUR_S
    spent = tables.consignments.set_index("consignment")["policy_s"]
    assert len(held) > 10
    assert held.to_dict() == pytest.approx(spent[spent > 0].to_dict())


def test_the_results_page_tells_every_column_act_and_measure() -> None:
    page = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    wanted = [f"| `{column.name}` | {column.unit} | {column.meaning} |" for column in TABLES["policies"]]
    wanted += [f"| {act} | {meaning} |" for act, meaning in ACTS.items()]
    wanted += [f"`{measure}`" for measure in POLICY_MEASURES]
    assert [line for line in wanted if line not in page] == []
