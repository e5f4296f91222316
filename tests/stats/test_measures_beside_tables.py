"""Measures come straight from the log; here they are held to the tables that people read, which are told row by row elsewhere."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Barrier
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from reckonings import cohort_of, disruption_values_of, measures_of, policy_values_of
from told_by_hand import legend_for
from worlds import HOUR_S, PlanBuilder, run, scenario, timetable

from sim.contract import EventLog, Legend, Place, SampledPlan, StepKind, Strikes
from sim.engine import simulate
from sim.results import LEDGER, Reckoning, Tables, reckoning_of, tabulate
from sim.results.itineraries import itineraries_of, price_cents
from sim.results.rides import Columns
from sim.sampling import Sampler
from sim.stats import disruption_values, policy_values, replication_measures

RULES = """
policies:
  looked: {territory: [RU], inspected: {share: 40 %, handling: {p50: 9 h, p90: 40 h},
           detained: {share: 30 %, for: {p50: 2 d, p90: 4 d}}}}
  asked: {cargo: [machines], delayed: {share: 50 %, for: {p50: 1 d, p90: 3 d}}}
  paid: {territory: [RU], from: '2025-01-06', surcharge: 300 USD/FEU}
"""
CHANGES = {
    "plain": "{}",
    "jammed": "facilities: {r: {border: {time: {p50: 9 h, p90: 20 h}}}}",
    "ruled": RULES,
    "barred": "policies: {p: {territory: [RU], cargo: [toys], from: '2025-01-10', barred: true}}",
    "closed": "disruptions: {d: {at: {id: k-r}, from: '2025-01-08', lasts: 6 d, effect: closed}, "
    "e: {at: {id: k-r}, from: '2025-01-11', lasts: 2 d, effect: {running_time: 200 %}}}",
    "chosen": "choice: {routing: adaptive, scale_westbound: 900 USD/FEU}\n"
    "flows: {cn-de: {routing: {shares: {rail: 70 %, truck: 30 %}, fallbacks: null}}}\n"
    "disruptions: {d: {at: {id: k-r}, from: '2025-01-08', lasts: 6 d, effect: closed}}",
    "warm": "period: {warm_up: 5 d, cool_down: 6 d}",
}
worlds = pytest.mark.parametrize("name", CHANGES)


class Told(NamedTuple):
    plan: SampledPlan
    log: EventLog
    legend: Legend
    strikes: Strikes
    tables: Tables

    @property
    def reckoning(self) -> Reckoning:
        return reckoning_of(self.plan, self.log, self.legend, self.strikes)

    @property
    def run(self) -> tuple[str, int]:
        return self.legend.scenario, self.plan.replication


@cache
def told(name: str) -> Told:
    """One replication of a world of these changes, with its tables."""
    sampler = Sampler(scenario(CHANGES[name]), name=name)
    plan, strikes = sampler.plan(1), sampler.strikes(1)
    log = simulate(plan)
    return Told(plan, log, sampler.legend, strikes, tabulate(plan, log, sampler.legend, strikes=strikes))


def assert_same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(found, expected, rtol=1e-9, check_dtype=False)


@worlds
@pytest.mark.parametrize("by", [None, "chain", "cargo", "flow"])
def test_every_measure_is_that_of_the_rows_of_the_tables(name: str, by: str | None) -> None:
    one = told(name)
    expected = measures_of(one.tables.consignments, one.tables.trips, by, [one.run])
    assert_same(replication_measures(one.reckoning, by), expected)


@worlds
def test_so_is_what_policies_and_disruptions_did(name: str) -> None:
    one = told(name)
    consignments = one.tables.consignments
    assert_same(policy_values(one.reckoning), policy_values_of(one.tables.policies, consignments, [one.run]))
    expected = disruption_values_of(one.tables.disruptions, consignments, [one.run])
    assert_same(disruption_values(one.reckoning), expected)


def test_those_worlds_reach_every_act_of_a_policy_and_freight_that_is_held() -> None:
    acts = {act for name in CHANGES for act in told(name).tables.policies["act"]}
    assert acts >= {"inspected", "delayed", "charged", "refused"}
    held = disruption_values(told("closed").reckoning).set_index(["disruption", "measure"])["value"]
    assert held["d", "held"] > 0 and held["e", "bound"] > 0
    assert (told("chosen").tables.consignments["status"] == "delivered").sum() > 50


@worlds
def test_the_ledger_has_the_measured_rows_of_the_consignments_table(name: str) -> None:
    one = told(name)
    found, expected = one.reckoning.cohort, cohort_of(one.tables.consignments)
    for column in LEDGER:
        if column.kind == "text":
            mine, theirs = ([of.names[column.name][k] for k in of[column.name]] for of in (found, expected))
            assert mine == theirs
        else:
            assert np.array_equal(
                found[column.name], expected[column.name], equal_nan=column.kind == "number"
            )


def test_several_threads_read_logs_at_once_and_each_finds_its_own() -> None:
    names = ["plain", "ruled", "closed", "chosen"]
    alone = {name: replication_measures(told(name).reckoning, "chain") for name in names}
    together = Barrier(len(names))

    def found(name: str) -> list[pd.DataFrame]:
        one = told(name)
        together.wait(timeout=60)
        return [replication_measures(one.reckoning, "chain") for _ in range(5)]

    with ThreadPoolExecutor(len(names)) as threads:
        for name, frames in zip(names, threads.map(found, names), strict=True):
            assert all(frame.equals(alone[name]) for frame in frames)


# --- the walk through a log ------------------------------------------------------------------------------------------


@worlds
def test_what_a_consignment_pays_and_emits_is_the_sum_over_the_services_that_it_rides(name: str) -> None:
    one = told(name)
    ways = itineraries_of(one.plan, Columns(one.log), one.legend)
    rides = ways.booked
    cents = price_cents(one.plan, rides.service, rides.booked_s)
    n = one.plan.n_consignments
    assert ways.cents.tolist() == np.bincount(rides.consignment, cents, n).astype(int).tolist()
    kg = np.array(one.legend.service_emissions_kg_per_t)[rides.service]
    assert ways.kg_per_t == pytest.approx(np.bincount(rides.consignment, kg, n))


def test_a_price_is_that_of_the_second_at_which_it_holds_and_loads_are_by_trip() -> None:
    b = PlanBuilder(period_s=48 * HOUR_S, bulletin_s=48 * HOUR_S)
    steps = ((0, 100_00), (5 * HOUR_S, 200_00), (5 * HOUR_S + 1, 300_00), (40 * HOUR_S, 400_00))
    b.service(
        (StepKind.RUN, b.leg(), HOUR_S), capacity=4, rule=timetable(12 * HOUR_S, 24 * HOUR_S), price=steps
    )
    b.options(b.chain(0))
    for release_s in (0, 5 * HOUR_S - 1, 5 * HOUR_S, 5 * HOUR_S + 1):
        b.consignment(release_s, size=2)
    plan = b.plan()
    names = {
        "leg_places": (Place("a-b"),), "gate_places": (), "station_places": (), "surcharges": (), "warm_up_s": 0, "cool_down_s": 0,
    }  # fmt: skip
    ways = itineraries_of(plan, Columns(run(plan)), legend_for(plan, **names))
    assert ways.cents.tolist() == [100_00, 100_00, 200_00, 300_00]
    assert ways.departures[:, 1:].tolist() == [[0, 0, 12 * HOUR_S], [1, 0, 24 * HOUR_S]]
    assert ways.load_teu.tolist()[:2] == [4, 4]
    assert ways.carried.tolist() == [[1, 0]]
