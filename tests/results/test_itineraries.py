"""Freight that changes its chain at a terminal: where it went, what it paid, where it waited, on what its time went."""

import numpy as np
import pytest
from reckonings import measures_of
from told_by_hand import CAUSES, legend_for, lines
from where import SCENARIOS
from worlds import HOUR_S, PlanBuilder, run, timetable

from sim.contract import EventKind, Place, SampledPlan, StepKind
from sim.results import Tables, tabulate
from sim.results.itineraries import itineraries_of, price_cents
from sim.results.rides import Columns
from sim.sampling import Sampler
from sim.scenario_file import load_scenario

RUN = StepKind.RUN
USD = 100
NAMES: dict[str, object] = {
    "corridors": ("northern", "middle"), "chains": ("by-rail", "by-ship"), "chain_corridor": (0, 1), "chain_services": ((0, 1), (0, 2)),
    "services": ("feeder", "train", "ship"), "service_origin": ("a", "k", "k"), "service_destination": ("k", "b", "b"),
    "service_cost_usd_per_feu": (0.0, 0.0, 0.0), "service_emissions_kg_per_t": (100.0, 10.0, 20.0),
    "service_length_m": (1, 1, 1), "gate_places": (), "station_places": (), "leg_places": (Place("a-k"), Place("k-b"), Place("k-sea-b")),
    "surcharges": (),
    "warm_up_s": 0, "cool_down_s": 0,
}  # fmt: skip


def dollars(*steps: tuple[int, int]) -> list[tuple[int, int]]:
    """Prices of a service as (hour, USD per FEU)."""
    return [(hour * HOUR_S, usd * USD) for hour, usd in steps]


def fork() -> PlanBuilder:
    """From a to k by feeder, and on by a train that never fills or by a ship; only prices count, and they move."""
    b = PlanBuilder(period_s=48 * HOUR_S, bulletin_s=48 * HOUR_S)
    b.service(
        (RUN, b.leg(), HOUR_S), capacity=2, rule=timetable(7 * HOUR_S, 27 * HOUR_S), price=dollars((0, 1_000), (5, 1_100))
    )  # fmt: skip
    b.service(
        (RUN, b.leg(), HOUR_S), capacity=99, start=1, price=dollars((0, 300), (15, 900), (35, 100), (45, 999))
    )
    b.service(
        (RUN, b.leg(), 5 * HOUR_S), capacity=2, start=1, rule=timetable(25 * HOUR_S), price=dollars((0, 500), (22, 700))
    )  # fmt: skip
    b.options(b.chain(0, 1), b.chain(0, 2), day_cents=0)
    return b


def story() -> tuple[SampledPlan, Tables]:
    """c0 takes the train, leaves its line for the ship at 20 h and rides; c1 takes the ship, leaves for the train, and waits."""
    b = fork()
    b.consignment(0, size=2, patience_s=12 * HOUR_S)
    b.consignment(26 * HOUR_S, size=2, patience_s=12 * HOUR_S)
    plan = b.plan()
    return plan, tabulate(plan, run(plan), legend_for(plan, **NAMES))


@pytest.fixture(scope="module")
def tables() -> Tables:
    return story()[1]


def test_a_rerouted_consignment_has_its_last_chain_and_tells_its_first(tables: Tables) -> None:
    columns = ("chain", "corridor", "first_chain", "reroutes", "barred_chain", "status", "delivered_s")
    assert lines(tables.consignments, *columns) == [
        ("by-ship", "middle", "by-rail", 1, "", "delivered", 30 * HOUR_S),
        ("by-rail", "northern", "by-ship", 1, "", "under way", -1),
    ]


def test_every_ride_is_paid_as_priced_when_its_chain_was_taken(tables: Tables) -> None:
    # c0: feeder 1000 as at its release, ship 500 as when it turned to it, not 700 as when it boarded. c1: 1100 and,
    # though it never boards, 100. Both pay the charge of their flow.
    assert tables.consignments["cost_usd_per_feu"].to_list() == [1_000 + 500 + 50, 1_100 + 100 + 50]
    assert tables.consignments["emissions_kg_per_feu"].to_list() == [10 * (100 + 20), 10 * (100 + 10)]


def test_the_causes_of_a_rerouted_consignment_sum_to_its_transit_time(tables: Tables) -> None:
    freight = tables.consignments
    assert (freight[CAUSES].sum(axis=1) == freight["transit_s"]).all()
    assert lines(freight, "running_s", "load_s", "vehicle_s", "unfinished_s") == [
        (6 * HOUR_S, 24 * HOUR_S, 0, 0),
        (HOUR_S, 13 * HOUR_S, 0, 8 * HOUR_S),
    ]


def test_it_waits_in_the_yard_of_the_service_of_the_time(tables: Tables) -> None:
    waits = tables.levels[tables.levels["teu"] > 0]
    found = sorted(
        (time_s // HOUR_S, place, teu) for place, time_s, teu in lines(waits, "place", "time_s", "teu")
    )
    assert found == [
        (0, "feeder", 2), (6, "feeder", 2), (12, "train", 2), (18, "train", 2), (24, "ship", 2),
        (30, "ship", 2), (36, "ship", 2), (42, "train", 2),
    ]  # fmt: skip


def test_freight_that_turns_as_it_is_unloaded_never_waits_for_the_first_service() -> None:
    b = fork()
    b.services[1]["service_price"] = b.calendar(dollars((0, 300), (6, 900)))
    b.consignment(0, size=2)
    plan = b.plan()
    log = run(plan)
    found = tabulate(plan, log, legend_for(plan, **NAMES))
    turned = log.rows[log.column("kind") == EventKind.REROUTED]
    assert turned["time_s"].tolist() == [8 * HOUR_S]
    assert found.consignments["cost_usd_per_feu"].to_list() == [1_550]
    assert set(found.levels["place"]) == {"feeder", "ship"}


def test_freight_that_turns_twice_is_followed_through() -> None:
    b = fork()
    b.services[2]["service_price"] = b.calendar(dollars((0, 500), (38, 50)))
    b.services[1]["service_price"] = b.calendar(dollars((0, 600), (30, 100)))
    b.rules[2] = timetable(47 * HOUR_S)
    b.consignment(26 * HOUR_S, size=2, patience_s=6 * HOUR_S)
    plan = b.plan()
    log = run(plan)
    ways = itineraries_of(plan, Columns(log), legend_for(plan, **NAMES))
    assert ways.reroutes.tolist() == [2]
    assert ways.booked.left.tolist() == [2, 1]
    assert ways.booked.service.tolist() == [0, 2]
    assert ways.booked.booked_s.tolist() == [26 * HOUR_S, 40 * HOUR_S]
    found = tabulate(plan, log, legend_for(plan, **NAMES)).consignments
    assert lines(found, "first_chain", "chain", "cost_usd_per_feu") == [
        ("by-ship", "by-ship", 1_100 + 50 + 50)
    ]


def test_a_surcharge_is_paid_by_the_last_chain_as_in_force_when_it_was_taken() -> None:
    plan, _ = story()
    log = run(plan)
    # On the ship from 10 h to 30 h: c0 turns to it at 20 h and pays; c1 takes it at 26 h, and leaves it.
    names = {**NAMES, "surcharges": ((0, 0, -1, 1, 10 * HOUR_S, 30 * HOUR_S),)}
    found = tabulate(plan, log, legend_for(plan, **names))
    assert found.consignments["cost_usd_per_feu"].to_list() == [1_550 + 200, 1_250]
    assert lines(found.policies, "act", "consignment", "time_s", "usd") == [("charged", 0, 20 * HOUR_S, 200)]


def test_shares_count_the_last_corridor_and_rerouted_freight_is_a_measure(tables: Tables) -> None:
    values = measures_of(tables.consignments)
    pooled = values[values["direction"] == "all"].set_index(["measure", "corridor"])["value"]
    assert pooled["corridor.share"].to_dict() == {"all": 100, "northern": 50, "middle": 50}
    assert pooled["rerouted"].to_dict() == {"all": 4, "northern": 2, "middle": 2}


def test_prices_are_read_from_the_step_that_holds() -> None:
    plan, _ = story()
    hours = [0, 4, 5, 14, 15, 47]
    at_s = plan.release_s[:1] * 0 + [hour * HOUR_S for hour in hours]
    feeder, train = (price_cents(plan, at_s * 0 + s, at_s) // USD for s in (0, 1))
    assert feeder.tolist() == [1_000, 1_000, 1_100, 1_100, 1_100, 1_100]
    assert train.tolist() == [300, 300, 300, 300, 900, 999]


def test_rerouted_freight_of_a_shipped_scenario_holds_together() -> None:
    # A ban that begins in the middle turns many consignments that are on their way.
    file = SCENARIOS / "russia-transit-ban.yaml"
    loaded = load_scenario(
        file,
        sets=[
            "period.start=2025-08-15",
            "period.length=70 d",
            "period.warm_up=15 d",
            "period.cool_down=15 d",
            "policies.russia-belarus-transit-ban.from=2025-09-12",
            "policies.russia-belarus-transit-ban-eastbound.from=2025-09-12",
        ],
    )
    sampler = Sampler(loaded.scenario, name="russia-transit-ban")
    plan = sampler.plan(0)
    log = run(plan)
    ways = itineraries_of(plan, Columns(log), sampler.legend)
    freight = tabulate(plan, log, sampler.legend).consignments
    assert (ways.reroutes > 0).sum() > 100
    assert (freight[CAUSES].sum(axis=1) == freight["transit_s"]).all()
    # What was boarded is the beginning of every itinerary, in order.
    columns = Columns(log)
    boarded = columns.by_consignment(columns.rows(EventKind.BOARDED))
    who = columns.consignment[boarded]
    rank = [i - begin for i, begin in enumerate(who.searchsorted(who))]
    assert (ways.booked.service[ways.booked.begin[who] + rank] == columns.place[boarded]).all()
    # One that was delivered has boarded all of it, one that is under way has the rest to come.
    times = np.bincount(who, minlength=plan.n_consignments)
    planned = np.diff(ways.booked.begin)
    delivered = (freight["status"] == "delivered").to_numpy()
    assert (times == planned)[delivered].all()
    assert (times <= planned).all()
    # Its rides join up, from its origin to its destination.
    starts = np.array([sampler.legend.service_origin.index(name) for name in sampler.legend.service_origin])
    ends = {name: i for i, name in reversed([*enumerate(sampler.legend.service_origin)])}
    onward = np.diff(ways.booked.consignment, append=-1) == 0
    arrives = np.array([ends.get(name, -1) for name in sampler.legend.service_destination])[
        ways.booked.service
    ]
    assert (arrives[:-1] == starts[ways.booked.service][1:])[onward[:-1]].all()
