"""Every table beside a log told again row by row: on worlds with policies, closures, choice and jams."""

from collections import Counter
from functools import cache
from typing import NamedTuple

import pytest
from replay import Replay, replayed
from worlds import scenario

from sim.contract import Cause, EventKind, EventLog, Legend, PlaceKind, SampledPlan
from sim.engine import simulate
from sim.results import CAUSE_COLUMNS, LEVEL_STEP_S, Tables, tabulate
from sim.sampling import Sampler

CHANGES = {
    "plain": "{}",
    "jammed": "facilities: {r: {border: {time: {p50: 9 h, p90: 20 h}}}}",
    "inspected": "policies: {p: {territory: [RU], inspected: {share: 40 %, handling: {p50: 9 h, p90: 40 h}, "
    "detained: {share: 30 %, for: {p50: 2 d, p90: 4 d}}}}}",
    "delayed": "policies: {p: {cargo: [machines], delayed: {share: 50 %, for: {p50: 1 d, p90: 3 d}}}}",
    "barred": "policies: {p: {territory: [RU], cargo: [toys], from: '2025-01-10', barred: true}}",
    "closed": "disruptions: {d: {at: {id: k-r}, from: '2025-01-08', lasts: 6 d, effect: closed}}",
    "chosen": "choice: {routing: adaptive, scale_westbound: 900 USD/FEU}\n"
    "flows: {cn-de: {routing: {shares: {rail: 70 %, truck: 30 %}, fallbacks: null}}}\n"
    "disruptions: {d: {at: {id: k-r}, from: '2025-01-08', lasts: 6 d, effect: closed}}",
    "shared": "legs: {k-r: {background: 12 trains/day}}\n"
    "disruptions: {d: {at: {id: k-r}, from: '2025-01-24', lasts: 5 d, effect: closed}, "
    "e: {at: {id: k-r}, from: '2025-01-30', effect: closed}}",
    "warm": "period: {warm_up: 5 d, cool_down: 6 d}",
}
worlds = pytest.mark.parametrize("name", CHANGES)


class Told(NamedTuple):
    plan: SampledPlan
    log: EventLog
    legend: Legend
    tables: Tables
    story: Replay


@cache
def told(name: str) -> Told:
    """A world of these changes, simulated, tabulated, and told again."""
    sampler = Sampler(scenario(CHANGES[name]), name=name)
    plan = sampler.plan(1)
    log = simulate(plan)
    return Told(plan, log, sampler.legend, tabulate(plan, log, sampler.legend), replayed(plan, log))


# --- consignments ----------------------------------------------------------------------------------------------------


@worlds
def test_every_consignment_is_in_the_table_as_it_is_told(name: str) -> None:
    plan, _, legend, tables, story = told(name)
    rows = tables.consignments.to_dict("records")
    assert [row["consignment"] for row in rows] == sorted(story.goods)
    assert len(rows) > 300
    chains = (*legend.chains, "")
    for row in rows:
        goods = story.goods[row["consignment"]]
        assert row["chain"] == chains[goods.chain]
        assert row["first_chain"] == chains[goods.first_chain]
        assert row["corridor"] == (
            legend.corridors[legend.chain_corridor[goods.chain]] if goods.chain >= 0 else ""
        )
        assert (row["reroutes"], row["release_s"]) == (goods.reroutes, goods.release_s)
        assert (row["departed_s"], row["delivered_s"]) == (goods.departed_s, goods.delivered_s)
        assert row["size_teu"] == plan.size_teu[row["consignment"]]
        assert row["flow"] == legend.flows[plan.flow[row["consignment"]]]


@worlds
def test_a_consignment_is_delivered_under_way_or_refused(name: str) -> None:
    plan, _, _, tables, story = told(name)
    found = Counter(tables.consignments["status"])
    expected = Counter(
        "refused" if goods.refused else "delivered" if goods.delivered_s >= 0 else "under way"
        for goods in story.goods.values()
    )
    assert found == expected
    for row in tables.consignments.to_dict("records"):
        goods = story.goods[row["consignment"]]
        end_s = goods.delivered_s if goods.delivered_s >= 0 else plan.period_s
        assert row["transit_s"] == (0 if goods.refused else end_s - goods.release_s)


@worlds
def test_every_second_of_delivered_freight_has_the_cause_that_is_told(name: str) -> None:
    _, _, _, tables, story = told(name)
    delivered = tables.consignments[tables.consignments["status"] == "delivered"]
    for row in delivered.to_dict("records"):
        spent = story.goods[row["consignment"]].spent_s
        assert {cause: row[column] for cause, column in CAUSE_COLUMNS.items() if row[column]} == dict(spent)
        assert sum(spent.values()) == row["transit_s"]


@worlds
def test_of_freight_under_way_the_causes_are_those_that_ended_and_the_rest_is_unfinished(name: str) -> None:
    _, _, _, tables, story = told(name)
    late = tables.consignments[tables.consignments["status"] == "under way"]
    for row in late.to_dict("records"):
        known = sum(row[column] for column in CAUSE_COLUMNS.values())
        assert known + row["unfinished_s"] == row["transit_s"]
        ended = story.goods[row["consignment"]].spent_s
        # What has ended is told; of a wait that goes on the table may know more than the log says.
        assert all(row[CAUSE_COLUMNS[cause]] >= span_s for cause, span_s in ended.items())


@worlds
def test_promises_and_deadlines_are_kept_or_not(name: str) -> None:
    _, _, legend, tables, story = told(name)
    for row in tables.consignments.to_dict("records"):
        there = row["status"] == "delivered"
        goods = story.goods[row["consignment"]]
        promise_s = -1 if goods.refused else legend.chain_quoted_s[goods.first_chain]
        deadline_s = legend.flow_deadline_s[legend.flows.index(row["flow"])]
        assert (row["promise_s"], row["deadline_s"]) == (promise_s, deadline_s)
        assert row["on_time"] == (there and promise_s >= 0 and row["transit_s"] <= promise_s)
        assert row["in_time"] == (there and row["transit_s"] <= deadline_s)


@worlds
def test_what_is_measured_is_released_between_the_warm_up_and_the_cool_down(name: str) -> None:
    _, _, legend, tables, _ = told(name)
    first, last = legend.warm_up_s, legend.period_s - legend.cool_down_s
    for table, column in (
        (tables.consignments, "release_s"),
        (tables.trips, "departed_s"),
        (tables.visits, "arrived_s"),
    ):
        assert (table["measured"] == table[column].between(first, last - 1)).all()
    assert (name == "warm") == (not tables.consignments["measured"].all())


# --- trips and visits ------------------------------------------------------------------------------------------------


@worlds
def test_every_departure_is_in_the_table_with_its_load(name: str) -> None:
    plan, _, legend, tables, story = told(name)
    rows = tables.trips.to_dict("records")
    assert sorted(row["trip"] for row in rows) == sorted(story.ways)
    assert [row["departed_s"] for row in rows] == sorted(row["departed_s"] for row in rows)
    for row in rows:
        way = story.ways[row["trip"]]
        assert (row["service"], row["departed_s"], row["load_teu"]) == (
            legend.services[way.service],
            way.departed_s,
            way.load_teu,
        )
        assert row["fill"] == pytest.approx(way.load_teu / plan.capacity_teu[way.service])
        if way.unloaded_s >= 0:
            assert row["ended_s"] == way.unloaded_s


@worlds
def test_every_gate_handling_and_leg_that_is_done_is_a_visit_that_ended(name: str) -> None:
    _, _, legend, tables, story = told(name)
    names = {PlaceKind.GATE: legend.gates, PlaceKind.STATION: legend.stations, PlaceKind.LEG: legend.legs}
    expected = Counter(
        (trip, kind.name.lower(), names[kind][place], second)
        for trip, way in story.ways.items()
        for kind, place, second in way.done
    )
    ended = tables.visits[tables.visits["ended_s"] >= 0]
    columns = (ended[column].tolist() for column in ("trip", "place_kind", "place", "ended_s"))
    assert Counter(zip(*columns, strict=True)) == expected


@worlds
def test_a_trip_waits_at_a_place_as_long_as_is_told(name: str) -> None:
    _, _, legend, tables, story = told(name)
    ended = tables.visits[tables.visits["ended_s"] >= 0]
    waits = ended.groupby(["trip", "place_kind", "place"], observed=True)["wait_s"].sum().to_dict()
    names = {PlaceKind.GATE: legend.gates, PlaceKind.STATION: legend.stations}
    over = {(row.trip, row.place_kind, row.place) for row in ended.itertuples()}
    for trip, way in story.ways.items():
        for (kind, place), span_s in way.waited_s.items():
            key = (trip, kind.name.lower(), names[kind][place]) if kind in names else None
            if key in over:
                assert waits[key] == span_s


@worlds
def test_a_visit_is_its_wait_and_its_work(name: str) -> None:
    visits = told(name).tables.visits
    ended = visits[visits["ended_s"] >= 0]
    assert (ended["wait_s"] + ended["work_s"] == ended["ended_s"] - ended["arrived_s"]).all()
    assert (ended["started_s"] >= ended["arrived_s"]).all()
    assert (ended["ended_s"] >= ended["started_s"]).all()
    going = visits[visits["ended_s"] < 0]
    assert (going["arrived_s"] + going["wait_s"] + going["work_s"] <= told(name).plan.period_s).all()


@worlds
def test_the_visits_of_a_trip_follow_one_another(name: str) -> None:
    visits = told(name).tables.visits
    for _, way in visits.groupby("trip"):
        done = way[way["ended_s"] >= 0]
        assert done["arrived_s"].is_monotonic_increasing
        assert (done["arrived_s"].to_numpy()[1:] == done["ended_s"].to_numpy()[:-1]).all()


# --- levels ----------------------------------------------------------------------------------------------------------


def others_at(name: str, gate: str) -> list[tuple[int, int]]:
    """From when until when each background train has waited at a gate, in the order in which they come."""
    plan, log, legend, *_ = told(name)
    g = legend.gates.index(gate)
    come_s = plan.background_s[plan.background_first[g] : plan.background_first[g + 1]].tolist()
    passed_s = [row[0] for row in log.rows.tolist() if row[1] == EventKind.BACKGROUND_PASSED and row[5] == g]
    return list(zip(come_s, [*passed_s, *[plan.period_s] * (len(come_s) - len(passed_s))], strict=True))


def test_background_trains_wait_in_the_levels_of_a_gate_and_are_in_no_other_table() -> None:
    plan, log, _, tables, _ = told("shared")
    assert any(gone_s > come_s for come_s, gone_s in others_at("shared", "k > r"))
    assert any(gone_s == plan.period_s for _, gone_s in others_at("shared", "k > r"))
    last = tables.levels[tables.levels["place"] == "k > r"].iloc[-1]
    trips = tables.visits[(tables.visits["place"] == "k > r") & (tables.visits["started_s"] < 0)]
    assert last["trips"] > len(trips)
    departed = (log.rows["kind"] == EventKind.DEPARTED).sum()
    assert len(tables.trips) == departed
    assert set(tables.visits["trip"]) == set(tables.trips["trip"])


@worlds
@pytest.mark.parametrize("kind", ["gate", "station"])
def test_trains_wait_at_a_place_from_their_arrival_until_they_start(name: str, kind: str) -> None:
    plan, _, _, tables, _ = told(name)
    visits = tables.visits[tables.visits["place_kind"] == kind]
    levels = tables.levels[tables.levels["place_kind"] == kind]
    for place, rows in levels.groupby("place", observed=True):
        here = visits[visits["place"] == place]
        until_s = here["started_s"].where(here["started_s"] >= 0, plan.period_s)
        others = others_at(name, str(place)) if kind == "gate" else []
        for time_s, trips, teu in zip(rows["time_s"], rows["trips"], rows["teu"], strict=True):
            waiting = (here["arrived_s"] <= time_s) & (time_s < until_s)
            among = sum(come_s <= time_s < gone_s for come_s, gone_s in others)
            assert (trips, teu) == (waiting.sum() + among, here.loc[waiting, "load_teu"].sum())
    assert set(levels["time_s"]) <= set(range(0, plan.period_s, LEVEL_STEP_S))


@pytest.mark.parametrize("name", ["plain", "jammed", "closed", "warm"])
def test_boxes_stand_in_a_yard_from_their_release_or_unloading_until_they_board(name: str) -> None:
    plan, log, legend, tables, story = told(name)
    stands: list[tuple[int, int, int, int]] = []
    since: dict[int, tuple[int, int]] = {}
    legs: dict[int, int] = dict.fromkeys(story.goods, 0)
    for time_s, kind, c, _, _, place, *_ in log.rows.tolist():
        if kind == EventKind.RELEASED:
            since[c] = (legend.chain_services[place][0], time_s)
        elif kind == EventKind.BOARDED:
            service, from_s = since.pop(c)
            stands.append((service, from_s, time_s, int(plan.size_teu[c])))
        elif kind == EventKind.UNLOADED:
            legs[c] += 1
            services = legend.chain_services[story.goods[c].chain]
            if legs[c] < len(services):
                since[c] = (services[legs[c]], time_s)
    stands += [
        (service, from_s, plan.period_s, int(plan.size_teu[c])) for c, (service, from_s) in since.items()
    ]
    yards = tables.levels[tables.levels["place_kind"] == "yard"]
    assert len(yards)
    for row in yards.to_dict("records"):
        here = [one for one in stands if legend.services[one[0]] == row["place"]]
        assert row["teu"] == sum(teu for _, from_s, until_s, teu in here if from_s <= row["time_s"] < until_s)
        assert row["trips"] == 0


# --- policies --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "act"), [("inspected", "inspected"), ("delayed", "delayed")])
def test_every_hold_that_ended_is_an_act_with_its_hours(name: str, act: str) -> None:
    _, _, _, tables, story = told(name)
    found = Counter(
        (row.consignment, round(row.hours * 3600)) for row in tables.policies.itertuples() if row.act == act
    )
    expected = Counter((c, span_s) for c, goods in story.goods.items() for span_s in goods.held_s)
    assert found == expected
    assert len(found) > 20


def test_whom_a_policy_bars_is_diverted_to_the_road_or_refused() -> None:
    _, _, legend, tables, story = told("barred")
    acts = Counter(tables.policies["act"])
    assert acts["refused"] == sum(goods.refused for goods in story.goods.values()) > 0
    trucks = legend.chains.index("truck")
    assert acts["diverted"] == sum(goods.first_chain == trucks for goods in story.goods.values()) > 0


def test_freight_that_chooses_leaves_a_line_that_is_closed() -> None:
    _, _, legend, tables, story = told("chosen")
    trucks = legend.chains.index("truck")
    day_s = 86_400
    of_day = [
        [goods.first_chain == trucks for c, goods in story.goods.items()
         if legend.flows[told("chosen").plan.flow[c]] == "cn-de" and first <= goods.release_s // day_s < last]
        for first, last in ((0, 7), (9, 13))
    ]  # fmt: skip
    before, closed = (sum(took) / len(took) for took in of_day)
    assert closed > before + 0.2
    assert tables.consignments["reroutes"].sum() == sum(goods.reroutes for goods in story.goods.values())


def test_every_cause_that_these_worlds_have_is_reached_by_some() -> None:
    causes = {
        cause for name in CHANGES for goods in told(name).story.goods.values() for cause in goods.spent_s
    }
    assert {
        Cause.RUNNING,
        Cause.CUSTOMS,
        Cause.GAUGE_CHANGE,
        Cause.TERMINAL,
        Cause.VEHICLE,
        Cause.LOAD,
        Cause.PATH,
    } <= causes
    assert {Cause.CRANE, Cause.CLOSURE, Cause.POLICY} <= causes
