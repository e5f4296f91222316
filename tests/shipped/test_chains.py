"""No chain is dead: in every shipped scenario a box gets through on every chain that there is, and on no other."""

import json
from collections import Counter, defaultdict
from functools import cache

import numpy as np
import pytest
from where import SCENARIOS
from worlds import altered

from sim.audit import check_log
from sim.contract import NEVER, EventKind, EventLog, Legend, SampledPlan, check_plan
from sim.engine import simulate
from sim.model import Choice, Scenario
from sim.model.expected import Expected
from sim.sampling import Sampler
from sim.scenario_file import load_scenario, network_scenario

SHIPPED = sorted(path.stem for path in SCENARIOS.glob("*.yaml"))
DAY_S = 86_400
WAVES_D, TESTED = (2, 12, 22, 32, 42, 52, 62), 3
"""Days after its opening at which a chain gets a box. The first three boxes must arrive; the later ones bring vehicles along."""
ON_THE_WAY_D = 120
"""Days that the slowest chain may take with light trains: a vessel every week or two, storms, and the Cape."""
NETWORK = {"period", "openings", "railways", "facilities", "legs", "weathers", "fleets", "services", "chains"}
ONE_WAY = {"food-and-fuel": ("eastbound", "to China")}
"""Corridors whose freight goes one way by what they are, and the words of their scenario that say so."""


@cache
def shipped(name: str) -> Scenario:
    return load_scenario(SCENARIOS / f"{name}.yaml").scenario


def direction_of(world: Scenario, chain: str) -> str:
    services = world.chains[chain].services
    start, end = world.services[services[0]].route[0], world.services[services[-1]].route[-1]
    west = world.facilities[end].position[1] < world.facilities[start].position[1]
    return "westbound" if west else "eastbound"


# --- boxes get through ------------------------------------------------------------------------------------------------


def light(world: Scenario) -> Scenario:
    """A scenario's network alone, with a flow of single boxes for each chain, and vehicles that leave with one box after 6 h.

    Demand, shares, policies and disruptions say who takes a chain and when; whether it can be taken is a matter of the
    network: routes, calendars, weather, and fleets that have to come back.
    """
    some = next(iter(world.flows.values()))
    flows = {}
    for name, chain in world.chains.items():
        ends = world.services[chain.services[0]].route[0], world.services[chain.services[-1]].route[-1]
        flows[name] = some.model_copy(update={
            "origin": ends[0], "destination": ends[1], "season": None,
            "volume": some.volume.model_copy(update={"value": 0.2}),
            "consignment": some.consignment.model_copy(update={"value": 2}),
            "routing": some.routing.model_copy(update={"shares": {name: 1.0}, "like": {}, "fallbacks": ()}),
        })  # fmt: skip
    held = next(s.dispatch for s in world.services.values() if s.dispatch.when == "held")
    soon = held.model_copy(update={
        "at_most": held.at_most.model_copy(update={"value": 6 * 3600}),
        "at_least": held.at_least.model_copy(update={"value": 1}),
    })  # fmt: skip
    services = {
        name: service.model_copy(update={
            "dispatch": service.dispatch.model_copy(update={"at_least": None}) if service.dispatch.when == "timetable" else soon
        })
        for name, service in world.services.items()
    }  # fmt: skip
    return world.model_copy(
        update={
            "flows": flows,
            "services": services,
            "policies": {},
            "disruptions": {},
            "choice": Choice(),
            "seed": 1,
        }
    )


def waves(sampler: Sampler) -> dict[str, list[int]]:
    """Seconds at which each chain gets a box: from its opening on, before its closing, early enough to arrive."""
    period_s = sampler.scenario.period.length
    found = {}
    for name, chain in sampler.scenario.chains.items():
        lives = [sampler.lives[service] for service in chain.services]
        opens_s, closes_s = max(a for a, _ in lives), min(b for _, b in lives)
        last_s = min(closes_s, period_s - ON_THE_WAY_D * DAY_S)
        found[name] = [opens_s + day * DAY_S for day in WAVES_D if opens_s + day * DAY_S < last_s]
    return found


def boxes(plan: SampledPlan, times_s: list[list[int]]) -> SampledPlan:
    """The plan with one box of each flow at each of its times instead of those that were drawn."""
    first = {flow: int(np.flatnonzero(plan.flow == flow)[0]) for flow in range(len(times_s))}
    rows = sorted((at_s, flow) for flow, many in enumerate(times_s) for at_s in many)
    kept = np.array([first[flow] for _, flow in rows])
    columns = {
        name: getattr(plan, name)[kept] for name in ("size_teu", "express", "flow", "cargo", "options")
    }
    made = altered(
        plan,
        release_s=[at_s for at_s, _ in rows],
        act_first=np.zeros(len(rows) + 1, dtype=np.int64),
        patience_s=np.full(len(rows), NEVER),
        taste_first=np.zeros(len(rows) + 1, dtype=np.int64),
        **columns,
    )
    check_plan(made)
    return made


def ways(plan: SampledPlan, legend: Legend, log: EventLog) -> dict[int, tuple[str, list[str], bool]]:
    """For each box the chain that it took, the services that it rode in order, and whether it was delivered."""
    took: dict[int, str] = {}
    rode: dict[int, list[str]] = defaultdict(list)
    there: set[int] = set()
    for kind, box, trip, place in log.rows[["kind", "consignment", "trip", "place"]].tolist():
        if kind == EventKind.RELEASED:
            took[box] = legend.chains[place]
        elif kind == EventKind.BOARDED:
            rode[box].append(legend.services[int(np.searchsorted(plan.trip_first, trip, side="right")) - 1])
        elif kind == EventKind.DELIVERED:
            there.add(box)
    return {box: (chain, rode[box], box in there) for box, chain in took.items()}


def tried_in(world: Scenario) -> tuple[list[str], set[str]]:
    """What is wrong with the chains of a scenario's network, and the chains that were tried."""
    sampler = Sampler(light(world))
    times_s = waves(sampler)
    plan = boxes(sampler.plan(0), list(times_s.values()))
    log = simulate(plan)
    check_log(plan, log)
    found = ways(plan, sampler.legend, log)
    wrong, tried, seen = [], set(), Counter()
    for box, flow in enumerate(plan.flow.tolist()):
        chain = sampler.legend.flows[flow]
        seen[chain] += 1
        took, rode, arrived = found.get(box, ("none", [], False))
        if took != chain:
            wrong.append(f"{chain}: took {took}")
        elif seen[chain] <= TESTED:
            tried.add(chain)
            services = list(sampler.scenario.chains[chain].services)
            if not arrived or rode != services:
                wrong.append(f"{chain}, box {seen[chain]}: rode {rode} of {services}, arrived: {arrived}")
    return wrong, tried


@cache
def network_of(name: str) -> str:
    return json.dumps(shipped(name).model_dump(mode="json", include=NETWORK), sort_keys=True, default=str)


@cache
def first_with_network(name: str) -> tuple[list[str], set[str]]:
    return tried_in(shipped(name))


def tried_of(name: str) -> tuple[list[str], set[str]]:
    """As `tried_in`, once for all scenarios with the same network."""
    return first_with_network(next(other for other in SHIPPED if network_of(other) == network_of(name)))


@pytest.mark.parametrize("name", SHIPPED)
def test_every_chain_that_a_scenario_has_lets_a_box_through(name: str) -> None:
    wrong, tried = tried_of(name)
    assert wrong == []
    world = shipped(name)
    untried = {world.chains[chain].corridor for chain in set(world.chains) - tried}
    assert untried == (set() if opens(world, "cku-railway") else {"cku"})


def opens(world: Scenario, opening: str) -> bool:
    return world.period.second(world.openings[opening].value) < world.period.length


def test_every_chain_of_the_network_is_tried_in_some_scenario() -> None:
    tried = set().union(*(tried_of(name)[1] for name in SHIPPED))
    assert set(network_scenario().chains) - tried == set()


def test_a_chain_whose_vehicles_never_come_is_found_dead() -> None:
    # Alone, boxes from Duisburg wait at Alat for ever for a feeder that only boxes from China bring over from Aktau, or that
    # is called.
    world = shipped("baseline")
    back, there = "middle-btk-duisburg-xian", "middle-btk-xian-budapest"
    alone = world.model_copy(update={"chains": {back: world.chains[back]}})
    assert tried_in(alone) == ([], {back})
    uncalled = {
        name: fleet.model_copy(
            update={"empty_return": fleet.empty_return.model_copy(update={"called": False})}
        )
        for name, fleet in world.fleets.items()
    }
    wrong, _ = tried_in(alone.model_copy(update={"fleets": uncalled}))
    assert [text.split(":")[0] for text in wrong] == [f"{back}, box {i}" for i in (1, 2, 3)]
    both = {"chains": {one: world.chains[one] for one in (back, there)}, "fleets": uncalled}
    assert tried_in(world.model_copy(update=both)) == ([], {back, there})


# --- corridors go both ways -------------------------------------------------------------------------------------------


def test_every_corridor_of_the_network_has_chains_in_both_directions() -> None:
    world = network_scenario()
    found = {(chain.corridor, direction_of(world, name)) for name, chain in world.chains.items()}
    assert found == {(corridor, way) for corridor in world.corridors for way in ("westbound", "eastbound")}


@pytest.mark.parametrize("name", SHIPPED)
def test_every_corridor_with_freight_carries_it_both_ways_or_the_scenario_says_why_not(name: str) -> None:
    world = shipped(name)
    expected = Expected(world)
    found: dict[str, set[str]] = defaultdict(set)
    for at_s in range(0, world.period.length, 30 * DAY_S):
        for flow in world.flows:
            for chain, share in expected.shares(flow, at_s).items():
                if share > 0:
                    found[world.chains[chain].corridor].add(direction_of(world, chain))
    for corridor, directions in found.items():
        way, words = ONE_WAY.get(corridor, ("", ""))
        assert directions == ({way} if way else {"westbound", "eastbound"}), corridor
        assert words in world.title, corridor
