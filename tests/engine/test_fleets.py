"""Limited fleets in scenarios: freight without counter-freight is carried, and what could stand for ever is told."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from where import CASES, SCENARIOS
from worlds import DAY_S, HOUR_S, scenario

from sim.audit import check_log
from sim.contract import EventKind
from sim.engine import ENGINES, simulate
from sim.model import Scenario
from sim.model.stranding import stranding_fleets
from sim.sampling import Sampler
from sim.scenario_file import load_scenario

each_engine = pytest.mark.parametrize("engine", ENGINES)
ONE_WAY = """
fleets: {sets: {vehicles: 1, empty_return: null}}
flows: {cn-de: null, cn-pl: null, de-cn: {origin: d, destination: k, volume: 3 TEU/day, consignment: 10 TEU, cargo: {toys: 100 %},
        mass: 15 t/FEU, deadline: 12 d, routing: {shares: {back: 100 %}}}}
services: {near: {route: [d, r, k], gauge: 1520, capacity: 40 TEU, fleet: sets, unload: gauge_change,
           dispatch: {when: held, at_most: 1 h, at_least: 10 TEU}}}
chains: {back: {corridor: north, services: [near]}}
period: {length: 200 d}
"""
"""Freight at the far end of a fleet only: all vehicles are at home, and nothing goes there."""


def delivered_share(world: Scenario, engine: str = "fast", seed: int = 0) -> float:
    plan = Sampler(world, seed=seed).plan(0)
    log = simulate(plan, engine=engine)
    check_log(plan, log)
    return float((log.column("kind") == EventKind.DELIVERED).sum()) / plan.n_consignments


@each_engine
def test_freight_without_counter_freight_is_carried(engine: str) -> None:
    assert delivered_share(scenario(ONE_WAY), engine) > 0.9
    never = scenario(ONE_WAY, "fleets: {sets: {empty_return: {called: false}}}")
    assert delivered_share(never, engine) == 0


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    vehicles=st.integers(1, 3),
    volume=st.sampled_from(("1 TEU/day", "3 TEU/day")),
    after=st.sampled_from(("null", "0 h", "6 h", "10 d")),
    hold=st.sampled_from(("0 h", "12 h", "3 d")),
    waiting=st.sampled_from(("0 h", "1 h", "24 h", "5 d")),
    seed=st.integers(0, 99),
)
def test_no_freight_waits_for_ever_whatever_the_rules_of_its_fleet(
    vehicles: int, volume: str, after: str, hold: str, waiting: str, seed: int
) -> None:
    """Time for every trip and the empty run to it, and for what is held, is there."""
    world = scenario(
        ONE_WAY,
        f"fleets: {{sets: {{vehicles: {vehicles}, empty_return: {{after: {after}, waiting: {waiting}}}}}}}",
        f"flows: {{de-cn: {{volume: {volume}}}}}",
        f"services: {{near: {{dispatch: {{at_most: {hold}}}}}}}",
    )
    plan = Sampler(world, seed=seed).plan(0)
    log = simulate(plan)
    check_log(plan, log)
    rows = log.rows
    boarded = rows["consignment"][rows["kind"] == EventKind.BOARDED]
    early = np.flatnonzero(plan.release_s < plan.period_s - 60 * DAY_S)
    assert len(early)
    assert set(early.tolist()) <= set(boarded.tolist())


def test_an_empty_run_takes_as_long_as_told_or_as_a_loaded_trip_without_waits() -> None:
    plan = Sampler(scenario(ONE_WAY, "fleets: {sets: {empty_return: {time: 7 h}}}")).plan(0)
    assert set(plan.return_s.tolist()) == {7 * HOUR_S}
    as_loaded = Sampler(scenario(ONE_WAY)).plan(0)
    means_s = as_loaded.service_mean_s[as_loaded.fleet == 0]
    assert set(as_loaded.return_s.tolist()) == {round(means_s.mean())}


def test_the_ships_of_aktau_cross_for_freight_on_the_other_shore() -> None:
    loaded = load_scenario(SCENARIOS / "baseline.yaml").scenario
    assert stranding_fleets(loaded) == []
    chains = [name for name, chain in loaded.chains.items() if "alat-aktau" in chain.services]
    flows = {
        name: flow.model_copy(update={"routing": flow.routing.model_copy(update={"shares": {chain: 1.0}})})
        for name, flow in loaded.flows.items()
        for chain in [next((c for c in chains if c in flow.routing.pivots(0.0)), "")]
        if chain
    }
    assert flows
    world = loaded.model_copy(
        update={"flows": flows, "choice": loaded.choice.model_copy(update={"routing": "fixed"})}
    )
    plan = Sampler(world).plan(0)
    log = simulate(plan)
    alat_aktau = list(world.services).index("alat-aktau")
    rows = log.rows
    called = rows["place"][rows["kind"] == EventKind.CALLED].tolist()
    assert alat_aktau in called
    waiting = set(rows["consignment"][rows["kind"] == EventKind.RELEASED].tolist())
    waited = rows[
        (rows["kind"] == EventKind.WAITED) & (rows["place"] == alat_aktau) & (rows["consignment"] >= 0)
    ]
    assert len(waiting) > 10
    assert 0 < waited["span_s"].max() < 10 * DAY_S  # storms of a week among them


@each_engine
def test_empty_runs_that_take_no_time_keep_every_rule(engine: str) -> None:
    world = load_scenario(CASES / "hostile" / "empty-return-zero.yaml").scenario
    plan = Sampler(world).plan(0)
    log = simulate(plan, engine=engine)
    check_log(plan, log)
    returned = log.rows[log.rows["kind"] == EventKind.RETURNED]
    assert len(returned) == 3
    assert set(returned["span_s"].tolist()) == {0}


NO_CALLS = "fleets: {sets: {empty_return: {called: false}}}"
BACK = """
flows: {de-cn: {origin: d, destination: k, volume: 3 TEU/day, consignment: 10 TEU, cargo: {toys: 100 %},
        mass: 15 t/FEU, deadline: 12 d, routing: {shares: {back: 100 %}}}}
services: {near: {route: [d, r, k], gauge: 1520, capacity: 40 TEU, fleet: sets, dispatch: {when: full}}}
chains: {back: {corridor: north, services: [near]}}
"""


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        (
            (ONE_WAY, NO_CALLS),
            "fleets.sets.empty_return",
            "nothing brings one to d, where the freight of near",
        ),
        (
            (NO_CALLS, "fleets: {sets: {empty_return: {after: null}}}"),
            "fleets.sets.empty_return",
            "vehicles leave k with far, with nothing to bring them back",
        ),
        ((BACK, NO_CALLS), "fleets.sets.empty_return", "beyond what they bring room for"),
        (("fleets: {sets: {vehicles: 0}}",), "fleets.sets.vehicles", "there is no vehicle for far"),
    ],
)
def test_a_fleet_that_can_strand_freight_is_told_with_what_to_write(
    changes: tuple[str, ...], path: str, words: str
) -> None:
    ((found, message),) = stranding_fleets(scenario(*changes))
    assert found == path
    assert words in message
    assert "Write " in message


@pytest.mark.parametrize(
    "changes",
    [(), (ONE_WAY,), (BACK,), (NO_CALLS,), (NO_CALLS, "fleets: {sets: {vehicles: null}}"),
     (ONE_WAY, NO_CALLS, "flows: {de-cn: {volume: 0 TEU/day}}")],
)  # fmt: skip
def test_a_fleet_whose_freight_always_finds_a_vehicle_is_not_told(changes: tuple[str, ...]) -> None:
    assert stranding_fleets(scenario(*changes)) == []
