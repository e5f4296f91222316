"""Tables from a log: a story told by hand with every number known, then logs of the engine."""

import numpy as np
import pytest
from reckonings import disruption_values_of
from told_by_hand import CAUSES, K, legend_for, lines, row, story, world
from where import ROOT, SCENARIOS
from worlds import PlanBuilder, run, scenario, timetable

from sim.contract import (
    NEVER,
    EventLog,
    Hit,
    Place,
    StepKind,
    Strike,
    Strikes,
)
from sim.engine import simulate
from sim.results import TABLES, Tables, tabulate
from sim.sampling import Sampler
from sim.scenario_file import load_scenario
from sim.stats import DISRUPTION_MEASURES

QUAKE, JAM = (0, "pass", "closed"), (1, "all", "rate 50 %")
STRUCK = Strikes(
    ("quake", "jam", "never"),
    (
        # The border is closed while the first trip waits for its path, and once more while nobody is there.
        Strike(Hit(*QUAKE[:1], 0, *QUAKE[1:], True, gates=(0,)), 0, 1_200, 1_250, 1_250, 1_000),
        Strike(Hit(*QUAKE[:1], 1, *QUAKE[1:], True, closed=(0,)), 0, 20, 60, 60, 1_000),
        Strike(Hit(*QUAKE[:1], 0, *QUAKE[1:], True, gates=(0,)), 1, 20_000, 21_000, 21_000, 1_000),
        # The second leg is slow: the first trip comes without what was set out before, the second with it.
        Strike(Hit(*JAM[:1], 0, *JAM[1:], False, legs=(1,)), 0, 3_000, 3_500, 4_000, 500),
        Strike(Hit(*JAM[:1], 0, *JAM[1:], False, legs=(1,)), 1, 8_000, NEVER, NEVER, 500),
        Strike(Hit(*JAM[:1], 1, "out", "demand 80 %", False, flows=(0,)), 1, 8_000, 90_000, 90_000, 500),
        Strike(Hit(*JAM[:1], 2, "train", "price 80 %", False, dearer=(0,)), 1, 4_000, 6_000, 6_000, 500),
        Strike(Hit(*JAM[:1], 3, "wagons", "vehicles lost 2", False, fewer=(0,)), 1, 90, 101, 101, 500),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def tables() -> Tables:
    plan, log = story()
    return tabulate(plan, log, legend_for(plan), strikes=STRUCK)


def test_where_each_consignment_went_and_how_long_it_took(tables: Tables) -> None:
    columns = (
        "consignment",
        "chain",
        "corridor",
        "status",
        "measured",
        "delivered_s",
        "transit_s",
        "on_time",
        "in_time",
        "policy",
    )
    assert lines(tables.consignments, *columns) == [
        (0, "rail", "northern", "delivered", False, 3_850, 3_850, True, True, "decree"),
        # Later than its chain was quoted, and just within what its shippers count on.
        (1, "rail", "northern", "delivered", True, 8_500, 8_490, False, True, "decree"),
        (2, "", "", "refused", True, -1, 0, False, False, "ban"),
        (3, "rail", "northern", "delivered", True, 8_500, 3_500, True, True, ""),
        (4, "rail", "northern", "under way", True, -1, 30_000, False, False, ""),
        (5, "rail", "northern", "under way", False, -1, 20_000, False, False, ""),
    ]
    assert tables.consignments["promise_s"].tolist() == [4_000, 4_000, -1, 4_000, 4_000, 4_000]
    assert lines(tables.consignments, "flow", "direction", "cargo", "express", "size_teu")[4:] == [
        ("out", "westbound", "toys", True, 4),
        ("home", "eastbound", "toys", False, 1),
    ]


def test_a_consignment_departs_with_its_first_trip(tables: Tables) -> None:
    assert tables.consignments["departed_s"].to_list() == [100, 100, -1, 5_000, 70_000, -1]


def test_a_consignment_has_the_time_of_its_trips_only_while_it_is_aboard(tables: Tables) -> None:
    spent = [
        {name.removesuffix("_s"): one[name] for name in CAUSES if one[name]}
        for one in tables.consignments.to_dict("records")
    ]
    assert spent == [
        {"load": 100, "running": 3_000, "path": 200, "crane": 50, "hours": 100, "customs": 400},
        {"vehicle": 710, "load": 30, "running": 3_000, "path": 200, "crane": 50, "hours": 100, "customs": 400, "policy": 4_000},
        {},
        {"running": 3_000, "customs": 500},
        {"running": 1_000, "unfinished": 29_000},
        {"unfinished": 20_000},
    ]  # fmt: skip


def test_causes_sum_exactly_to_the_transit_time(tables: Tables) -> None:
    assert (tables.consignments[CAUSES].sum(axis=1) == tables.consignments["transit_s"]).all()


def test_money_and_carbon_are_known_unless_refused(tables: Tables) -> None:
    found = tables.consignments
    nan = np.nan
    assert found["cost_usd_per_feu"].to_list() == pytest.approx(
        [1250, 1250, nan, 1050, 1050, 1000], nan_ok=True
    )
    assert found["time_cost_usd_per_feu"].to_list() == pytest.approx(
        [3.85, 84.9, nan, 3.5, 30, 20], nan_ok=True
    )
    assert found["emissions_kg_per_feu"].to_list() == pytest.approx(
        [1000, 1000, nan, 1000, 1000, 2000], nan_ok=True
    )


def test_a_policy_charges_once_by_flow_cargo_chain_and_date() -> None:
    plan, log = story()
    twice = ((0, 0, 0, 0, 0, 60), (0, 0, 1, 0, 0, 60), (0, 0, -1, 0, 5_000, 5_001), (1, 1, -1, 0, 0, 2**62))
    legend = legend_for(plan, surcharges=twice, policy_surcharge_usd_per_feu=(200.0, 7.0))
    found = tabulate(plan, log, legend).consignments
    assert found["cost_usd_per_feu"].to_list() == pytest.approx(
        [1250, 1250, np.nan, 1250, 1050, 1007], nan_ok=True
    )
    assert found["policy"].to_list() == ["decree", "decree", "ban", "decree", "", "ban"]


def test_trips_and_their_loads(tables: Tables) -> None:
    columns = (
        "trip",
        "service",
        "corridor",
        "direction",
        "measured",
        "departed_s",
        "ended_s",
        "load_teu",
        "capacity_teu",
        "fill",
    )
    assert lines(tables.trips, *columns) == [
        (0, "train", "northern", "westbound", True, 100, 3_850, 3, 4, 0.75),
        (1, "train", "northern", "westbound", True, 5_000, 8_500, 3, 4, 0.75),
        (2, "train", "northern", "westbound", True, 70_000, -1, 4, 4, 1.0),
    ]  # fmt: skip


def test_visits_to_gates_stations_and_legs(tables: Tables) -> None:
    columns = (
        "trip",
        "place_kind",
        "place",
        "arrived_s",
        "started_s",
        "ended_s",
        "wait_s",
        "work_s",
        "load_teu",
    )
    assert lines(tables.visits, *columns) == [
        (0, "leg", "first", 100, 100, 1_100, 0, 1_000, 3),
        (0, "gate", "border", 1_100, 1_300, 1_300, 200, 0, 3),
        (0, "station", "customs", 1_300, 1_350, 1_850, 150, 400, 3),
        (0, "leg", "second", 1_850, 1_850, 3_850, 0, 2_000, 2),
        (1, "leg", "first", 5_000, 5_000, 6_000, 0, 1_000, 3),
        (1, "gate", "border", 6_000, 6_000, 6_000, 0, 0, 3),
        (1, "station", "customs", 6_000, 6_000, 6_500, 0, 500, 3),
        (1, "leg", "second", 6_500, 6_500, 8_500, 0, 2_000, 4),
        (2, "leg", "first", 70_000, 70_000, 71_000, 0, 1_000, 4),
        (2, "gate", "border", 71_000, -1, -1, 29_000, 0, 4),
    ]


def test_what_each_strike_of_a_disruption_met_and_held(tables: Tables) -> None:
    columns = ("disruption", "event", "part", "trips", "teu", "measured_teu", "bound_teu")
    assert lines(tables.disruptions, *columns) == [
        # c0 (2 TEU, released before the warm-up was over) and c1 (1 TEU) are on the trip at the border, and waited before.
        ("quake", 0, 0, 1, 3, 1, 1),
        ("quake", 0, 1, 0, 3, 1, 0),
        ("quake", 1, 0, 0, 0, 0, 0),
        # c1 was set out before the second leg; the second trip has c3 (3 TEU) and c1, the last c4 (4 TEU), not yet there.
        ("jam", 0, 0, 1, 2, 0, 0),
        ("jam", 1, 0, 1, 4, 4, 4),
        ("jam", 1, 1, 0, 4, 4, 4),
        ("jam", 1, 2, 0, 3, 3, 0),
        ("jam", 1, 3, 1, 3, 1, 0),
    ]
    held_teu_s = [round(days * 86_400) for days in tables.disruptions["held_teu_d"]]
    assert held_teu_s == [3 * 50, 3 * 40, 0, 0, 0, 0, 0, 0]


def test_when_each_strike_was_and_how_hard(tables: Tables) -> None:
    columns = ("at", "effect", "severity", "measured", "struck_at", "from_s", "until_s", "over_s")
    found = lines(tables.disruptions, *columns)
    assert found[0] == ("pass", "closed", 1.0, True, "2025-01-01T00:20:00Z", 1_200, 1_250, 1_250)
    assert found[3] == ("all", "rate 50 %", 0.5, True, "2025-01-01T00:50:00Z", 3_000, 3_500, 4_000)
    assert found[4][5:] == (8_000, -1, -1)
    assert [one[3] for one in found] == [True] * 8


def test_every_disruption_of_a_scenario_has_measures_also_one_that_never_struck(tables: Tables) -> None:
    values = disruption_values_of(tables.disruptions, tables.consignments, [("story", 0)])
    found = values.pivot(index="disruption", columns="measure", values="value")
    assert found.loc["quake"].to_dict() == {
        "bound": 1.0, "bound.share": 100 / 9, "held": 270 / 86_400, "struck": 2.0, "trips": 1.0,
    }  # fmt: skip
    assert found.loc["never"].to_dict() == {
        "bound": 0.0,
        "bound.share": 0.0,
        "held": 0.0,
        "struck": 0.0,
        "trips": 0.0,
    }


def test_levels_every_six_hours_at_places_where_anything_ever_waits(tables: Tables) -> None:
    hours = [0, 6, 12, 18, 24]
    expected = [("gate", "border", h * 3_600, int(h == 24), 4 * int(h == 24)) for h in hours]
    expected += [("yard", "train", h * 3_600, 0, {0: 2, 24: 1}.get(h, 0)) for h in hours]
    assert lines(tables.levels, "place_kind", "place", "time_s", "trips", "teu") == expected


def test_every_table_has_its_declared_columns_and_says_of_which_run(tables: Tables) -> None:
    for name, table in tables.items():
        assert list(table) == [column.name for column in TABLES[name]]
        assert set(lines(table, "scenario", "replication")) == {("story", 0)}


def test_a_cut_off_handling_and_a_cut_off_leg_have_started() -> None:
    b = world()
    b.consignment(0, size=4)
    for seconds, last in (
        (1_200, (0, "station", "customs", 1_000, 1_000, -1, 0, 200)),
        (600, (0, "leg", "first", 0, 0, -1, 0, 600)),
    ):
        b.period_s = seconds
        plan = b.plan()
        found = tabulate(plan, run(plan), legend_for(plan, cool_down_s=0)).visits
        columns = ("trip", "place_kind", "place", "arrived_s", "started_s", "ended_s", "wait_s", "work_s")
        assert lines(found, *columns)[-1] == last


def test_a_trip_before_a_closed_leg_has_not_set_off() -> None:
    b = PlanBuilder(period_s=100)
    b.service(
        (StepKind.RUN, b.leg(), 10),
        (StepKind.RUN, b.leg([(0, 0), (60, 1_000)]), 10),
        (StepKind.RUN, b.leg([(0, 0)]), 10),
    )
    b.options(b.chain(0))
    b.consignment(0)
    plan = b.plan()
    found = tabulate(
        plan,
        run(plan),
        legend_for(plan, leg_places=(Place("open"), Place("late"), Place("never")), cool_down_s=0),
    ).visits
    assert lines(found, "place", "arrived_s", "started_s", "ended_s", "wait_s", "work_s") == [
        ("open", 0, 0, 10, 0, 10),
        ("late", 10, 60, 70, 50, 10),
        ("never", 70, -1, -1, 30, 0),
    ]


def test_a_licence_keeps_freight_out_of_the_yard_and_an_inspected_box_waits_at_its_facility() -> None:
    b = world()
    b.period_s = 50_000
    b.consignment(0, size=1, acts=[(-1, 30_000, 0)])
    b.consignment(0, size=1, acts=[(-1, 90_000, 0)])
    b.consignment(0, size=4, acts=[(0, 10_000, 0)])
    plan = b.plan()
    levels = tabulate(plan, run(plan), legend_for(plan, cool_down_s=0)).levels
    assert lines(levels, "place_kind", "place", "time_s", "teu") == [
        ("yard", "train", 0, 0), ("yard", "train", 21_600, 0), ("yard", "train", 43_200, 1),
        ("set-out", "brest", 0, 0), ("set-out", "brest", 21_600, 4), ("set-out", "brest", 43_200, 4),
    ]  # fmt: skip


def test_a_period_without_freight_and_one_in_which_all_is_refused() -> None:
    plan = world().plan()
    empty = tabulate(plan, EventLog.of([]), legend_for(plan))
    assert [len(table) for _, table in empty.items()] == [0, 0, 0, 0, 0, 0]
    b = world()
    b.consignment(10)
    plan = b.plan()
    found = tabulate(plan, EventLog.of([row(10, K.REFUSED, 0)]), legend_for(plan))
    assert lines(found.consignments, "status", "policy", "transit_s") == [("refused", "", 0)]
    assert len(found.trips) == len(found.visits) == len(found.levels) == 0


def test_an_unlimited_vehicle_has_no_fill() -> None:
    b = PlanBuilder(period_s=100)
    b.service((StepKind.RUN, b.leg(), 10), capacity=2**40, rule=timetable(5))
    b.options(b.chain(0))
    b.consignment(0)
    plan = b.plan()
    found = tabulate(plan, run(plan), legend_for(plan, leg_places=(Place("first"),), cool_down_s=0)).trips
    assert found["load_teu"].to_list() == [1]
    assert found["fill"].isna().all()


INSPECTED = "policies: {check: {territory: [RU], inspected: {share: 50 %, handling: 6 h, detained: {share: 20 %, for: 20 d}}}}"


@pytest.mark.parametrize("change", ["{}", INSPECTED], ids=["plain", "inspected"])
def test_tables_of_a_sampled_plan_hold_together(change: str) -> None:
    sampler = Sampler(scenario(change))
    plan = sampler.plan(1)
    tables = tabulate(plan, run(plan), sampler.legend)
    freight, visits = tables.consignments, tables.visits
    delivered = freight["status"] == "delivered"
    assert len(freight) == plan.n_consignments
    assert delivered.any()
    assert (freight["status"] == "under way").any()
    assert (freight[CAUSES].sum(axis=1) == freight["transit_s"]).all()
    assert (freight.loc[delivered, "unfinished_s"] == 0).all()
    assert (freight[CAUSES] >= 0).all(axis=None)
    assert (freight["policy_s"] > 0).any() == (change == INSPECTED)
    ended = visits["ended_s"] >= 0
    spent = visits["wait_s"] + visits["work_s"]
    assert (spent == np.where(ended, visits["ended_s"], plan.period_s) - visits["arrived_s"]).all()
    assert (visits["load_teu"] <= 60).all()
    assert ((visits["started_s"] >= visits["arrived_s"]) | (visits["started_s"] == -1)).all()
    # A trip leaves one place for the next, and ends when it leaves the last.
    same = visits["trip"].eq(visits["trip"].shift())
    assert (visits["arrived_s"] == visits["ended_s"].shift())[same].all()
    last = visits.groupby("trip")["ended_s"].last()
    assert (tables.trips.set_index("trip")["ended_s"].reindex(last.index) == last).all()


def test_levels_agree_with_the_visits_at_every_moment() -> None:
    sampler = Sampler(scenario("facilities: {k: {gauge_change: {servers: 1}}}"))
    plan = sampler.plan(0)
    tables = tabulate(plan, run(plan), sampler.legend)
    visits = tables.visits[tables.visits["place_kind"] != "leg"]
    assert tables.levels["trips"].max() > 1
    for one in tables.levels[tables.levels["place_kind"] != "yard"].itertuples():
        here = visits[visits["place"] == one.place]
        waits = (here["arrived_s"] <= one.time_s) & (
            (here["started_s"] > one.time_s) | (here["started_s"] < 0)
        )
        assert (waits.sum(), here.loc[waits, "load_teu"].sum()) == (one.trips, one.teu)


def test_freight_that_only_shares_the_track_is_in_the_tables_and_not_measured() -> None:
    loaded = load_scenario(
        SCENARIOS / "baseline.yaml",
        sets=["period.length=40 d", "period.warm_up=5 d", "period.cool_down=5 d"],
    )
    sampler = Sampler(loaded.scenario, name="baseline")
    plan = sampler.plan(0)
    found = tabulate(plan, simulate(plan), sampler.legend).consignments
    measured = set(found.loc[found["measured"], "flow"].astype(str))
    assert "xian-lodz" in measured
    assert "xian-moscow" in set(found["flow"].astype(str)) - measured


def test_the_results_page_has_the_columns_of_the_disruptions_table() -> None:
    page = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    rows = [f"| `{one.name}` | {one.unit} | {one.meaning} |" for one in TABLES["disruptions"]]
    assert "\n".join(["| column | unit | meaning |", "|---|---|---|", *rows]) in page
    assert all(f"`{measure}`" in page for measure in DISRUPTION_MEASURES)
