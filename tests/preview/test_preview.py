"""The preview agrees with the simulation where nothing queues, and warns where it would."""

import json
import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from where import ROOT, SCENARIOS
from worlds import DAY_S, HOUR_S, run, scenario

from sim.contract import Cause
from sim.model import (
    CLASSES,
    ByClass,
    Constant,
    Distribution,
    Figure,
    Flow,
    Named,
    Quantiles,
    Routing,
    Sample,
    Scenario,
    Triangular,
    WhenHeld,
)
from sim.model.distributions import average, middle
from sim.model.expected import Expected
from sim.preview import Load, free_flow, preview
from sim.results import tabulate
from sim.sampling import Sampler
from sim.sampling.legends import service_cost_usd_per_feu, service_emissions_kg_per_t
from sim.sampling.quantiles import invert
from sim.scenario_file import load_scenario

MOVING = (Cause.RUNNING, Cause.SAILING, Cause.CUSTOMS, Cause.GAUGE_CHANGE, Cause.TERMINAL, Cause.PORT)
OPERATIONS = ("border", "gauge_change", "port", "terminal")


# --- free flow: within 2 % where nothing queues -----------------------------------------------------------------------


def constant(figure: Any) -> Any:
    """A figure that is always its own median, whatever the class of train."""
    if figure is None:
        return None
    if isinstance(figure, ByClass):
        return figure.model_copy(update={name: constant(getattr(figure, name)) for name in CLASSES})
    return figure.model_copy(update={"value": Constant(constant=middle(figure.value))})


def without_limits(thing: Any, **changes: object) -> Any:
    """A model's object without capacities, opening hours, fleets and dates."""
    limits = (
        "capacity",
        "accepted",
        "background",
        "hours",
        "servers",
        "before",
        "opening",
        "closing",
        "fleet",
        "weather",
    )
    found = {key: None for key in limits if key in type(thing).model_fields}
    return thing.model_copy(update=found | changes)


def trickle(world: Scenario, as_drawn: bool = False) -> Scenario:
    """The world with constant times (unless as drawn), room for all, trains that leave at once, and a trickle on every chain."""
    usual: Callable[[Any], Any] = (lambda figure: figure) if as_drawn else constant
    some = next(iter(world.flows.values()))
    at_once = WhenHeld.model_validate({"when": "held", "at_most": "0 h", "at_least": "20 TEU"})

    def flow(chain: str) -> Flow:
        services = [world.services[name] for name in world.chains[chain].services]
        return some.model_copy(
            update={
                "origin": services[0].route[0],
                "destination": services[-1].route[-1],
                "volume": Figure(value=4.0),
                "consignment": Figure(value=20),
                "season": None,
                "charge": None,
                "routing": Routing.model_validate({"shares": {chain: "100 %"}}),
            }
        )

    facilities = {
        name: place.model_copy(
            update={
                kind: without_limits(work, time=usual(work.time))
                for kind in OPERATIONS
                if (work := getattr(place, kind)) is not None
            }
        )
        for name, place in world.facilities.items()
    }
    services = {
        name: without_limits(service, capacity=service.capacity, dispatch=at_once)
        for name, service in world.services.items()
    }
    return world.model_copy(
        update={
            "period": world.period.model_copy(update={"length": 150 * DAY_S, "warm_up": None, "cool_down": None}),
            "facilities": facilities,
            "legs": {
                name: without_limits(leg, running_time=usual(leg.running_time))
                for name, leg in world.legs.items()
            },
            "railways": {
                name: line.model_copy(update={"speed": usual(line.speed)})
                for name, line in world.railways.items()
            },
            "services": services,
            "flows": {f"by-{chain}": flow(chain) for chain in world.chains},
            "policies": {},
            "disruptions": {},
        }
    )  # fmt: skip


def moving(world: Scenario) -> pd.DataFrame:
    """Chain, and simulated days of running and handling, of the consignments delivered.

    Only early ones, so that slow ones are among them.
    """
    sampler = Sampler(world)
    plan = sampler.plan(0)
    table = tabulate(plan, run(plan), sampler.legend).consignments
    early = table[table["release_s"] < world.period.length / 2]
    assert set(early["status"]) == {"delivered"}
    days = sum(early[f"{cause.name.lower()}_s"] for cause in MOVING) / DAY_S
    return pd.DataFrame({"chain": early["chain"], "days": days})


def moving_days(world: Scenario) -> dict[str, tuple[float, float]]:
    """Simulated (least, greatest) days of running and handling by chain."""
    groups = moving(world).groupby("chain")["days"]
    return {str(chain): (float(group.min()), float(group.max())) for chain, group in groups}


def test_the_preview_of_every_shipped_chain_is_the_simulated_free_flow_within_two_percent() -> None:
    world = trickle(load_scenario(SCENARIOS / "baseline.yaml").scenario)
    simulated = moving_days(world)
    assert len(simulated) == len(world.chains)
    for chain, spread in simulated.items():
        assert spread == pytest.approx([free_flow(world, chain).time_s / DAY_S] * 2, rel=0.02), chain


def test_the_preview_of_the_tiny_world_is_the_simulated_free_flow_to_the_second() -> None:
    simulated = moving_days(trickle(scenario()))
    # 1,000 km at 1,000 km/day and 10 h of gauge change; 1,000 km, 2 h of customs, 30 h and 3 h to unload.
    assert free_flow(scenario(), "rail").time_s == 2 * DAY_S + (10 + 2 + 30 + 3) * HOUR_S
    assert set(simulated) == {"rail", "rail-p", "truck"}
    for chain, (least, greatest) in simulated.items():
        assert least == greatest == free_flow(scenario(), chain).time_s / DAY_S


def test_the_mean_of_the_preview_is_the_simulated_mean_within_two_percent() -> None:
    """With times as they are drawn, on one chain of every corridor: within two percent of all, and within chance of each."""
    world = load_scenario(SCENARIOS / "cku-open.yaml").scenario
    rows = {row.corridor: row for row in preview(world).chains}
    drawn = trickle(world, as_drawn=True)
    flows = {
        name: drawn.flows[name].model_copy(update={"volume": Figure(value=100.0)})
        for name in (f"by-{row.chain}" for row in rows.values())
    }
    days = moving(drawn.model_copy(update={"flows": flows}))
    ratios = []
    for row in rows.values():
        mine = days[days["chain"] == row.chain]["days"] / (row.mean_s / DAY_S)
        ratios.append(float(mine.mean()))
        assert len(mine) > 200
        assert abs(mine.mean() - 1) < 4 * mine.std() / math.sqrt(len(mine)), row.chain
    assert len(ratios) == len(world.corridors) and float(np.mean(ratios)) == pytest.approx(1, abs=0.02)


def test_constant_times_leave_the_preview_as_it_is() -> None:
    world = load_scenario(SCENARIOS / "cku-open.yaml").scenario
    for chain in world.chains:
        assert free_flow(trickle(world), chain).time_s == pytest.approx(free_flow(world, chain).time_s)


def test_price_and_emissions_are_those_of_a_run() -> None:
    world = load_scenario(SCENARIOS / "baseline.yaml").scenario
    for chain, row in ((chain, free_flow(world, chain)) for chain in world.chains):
        services = world.chains[chain].services
        flow = next((f for f in world.flows.values() if chain in f.routing.shares), None)
        if flow is None or row.price_usd_per_feu == 0:
            continue
        cost = sum(service_cost_usd_per_feu(world, name) for name in services)
        assert row.price_usd_per_feu == pytest.approx(cost + (flow.charge.value if flow.charge else 0))
        mass_t = flow.mass.value
        kg = sum(service_emissions_kg_per_t(world, name) for name in services) * mass_t
        assert row.emissions_kg_per_feu == pytest.approx(kg)


SPREADS = [
    Constant(constant=5),
    Quantiles(low=4, p50=10, p90=40),
    Triangular(low=4, mode=6, high=12),
    Triangular(low=4, mode=11, high=12),
    Named(kind="exponential", mean=7),
    Named(kind="uniform", low=3, high=9),
    Named(kind="gamma", mean=8, sd=4),
    Sample(sample=(5, 1, 9)),
]


@pytest.mark.parametrize("spread", SPREADS, ids=lambda spread: type(spread).__name__)
def test_middle_and_average_are_those_of_the_draws(spread: Distribution) -> None:
    assert middle(spread) == pytest.approx(float(invert(spread, np.array([0.5]))[0]), rel=0.01)
    # The points leave out the last of a long tail.
    points = (np.arange(200_000) + 0.5) / 200_000
    assert average(spread) == pytest.approx(invert(spread, points).mean(), rel=1e-3)


# --- demand -----------------------------------------------------------------------------------------------------------


def shares(*changes: str, flow: str = "cn-de") -> dict[str, float]:
    return {
        chain: round(share, 9)
        for chain, share in Expected(scenario(*changes)).shares(flow, 10 * DAY_S).items()
        if share
    }


def test_a_bar_sends_the_barred_goods_to_the_fallback() -> None:
    barred = "policies: {bar: {territory: [RU], cargo: [machines], barred: true}}"
    assert shares() == {"rail": 1}
    assert shares(barred) == {"rail": 0.4, "truck": 0.6}


def test_a_bar_that_is_over_or_for_others_closes_nothing() -> None:
    assert shares("policies: {bar: {territory: [RU], barred: true, until: '2025-01-05'}}") == {"rail": 1}
    assert shares("policies: {bar: {territory: [RU], origin: [PL], barred: true}}") == {"rail": 1}


def test_shippers_that_avoid_a_territory_are_a_share() -> None:
    assert shares("policies: {shun: {territory: [RU], avoided: {share: 30 %}}}") == {
        "rail": 0.7,
        "truck": 0.3,
    }


def test_a_line_that_opens_later_carries_nothing_yet_and_refusals_are_counted() -> None:
    later = "{openings: {line: '2025-01-20'}, legs: {r-p: {opening: line}}}"
    assert shares(later, flow="cn-pl") == {}
    assert preview(scenario(later)).refused_teu_per_day == pytest.approx(80 * 19 / 30)


# --- loads ------------------------------------------------------------------------------------------------------------


def load_of(kind: str, name: str, *changes: str) -> Load:
    return next(row for row in preview(scenario(*changes)).loads if (row.kind, row.name) == (kind, name))


def test_the_load_of_a_gate_is_trains_over_the_paths_that_others_leave() -> None:
    # 200 TEU/day of 40-TEU trains to Germany, two timetabled trains a day to Poland; 20 paths, 10 of them taken.
    gate = load_of("gate", "k > r", "legs: {k-r: {background: 10 trains/day}}")
    assert (gate.asked, gate.background, gate.there) == (7, 10, 10)
    assert gate.mean == gate.peak == pytest.approx(0.7)


def test_a_stage_before_an_opening_holds_until_its_date() -> None:
    early = (
        "{openings: {track: '2025-01-31'}, legs: {k-r: {before: {opening: track, capacity: 7 trains/day}}}}"
    )
    assert load_of("gate", "k > r", early).peak == pytest.approx(1)


def test_the_load_of_a_station_is_work_over_servers_that_are_open() -> None:
    hours = (math.exp((math.log(3) / 1.2815515655446004) ** 2 / 2)) * 2
    border = load_of("station", "r.border")
    assert border.asked == pytest.approx(7 * hours / 24) and border.there == 1
    half = load_of("station", "r.border", 'facilities: {r: {border: {hours: "00:00-12:00"}}}')
    assert half.peak == pytest.approx(2 * border.peak) and "open 00:00-12:00, 50%" in half.note


def test_the_load_of_a_fleet_is_vehicles_by_cycle_time() -> None:
    def mean_s(p50_h: float, p90_h: float) -> float:
        return average(Quantiles(p50=p50_h * HOUR_S, p90=p90_h * HOUR_S))

    pace = mean_s(24, 24 * 1.2)
    out_s = pace + mean_s(2, 6) + mean_s(30, 50) + mean_s(3, 9)
    empty_s = 12 * HOUR_S + mean_s(48, 72)
    fleet = load_of("fleet", "sets")
    assert fleet.asked == pytest.approx(5 * (out_s + empty_s) / DAY_S) and fleet.there == 12
    assert fleet.peak > 1


def test_a_timetabled_service_offers_its_departures() -> None:
    service = load_of("service", "far-p")
    assert (service.asked, service.there) == (80, 80)


def test_the_busiest_month_is_named() -> None:
    season = ", ".join(["80 %"] + ["120 %"] + ["100 %"] * 10)
    gate = load_of("gate", "k > r", "period: {length: 59 d}", f"flows: {{cn-de: {{season: [{season}]}}}}")
    assert gate.peak_month == "2025-02" and gate.mean < gate.peak == pytest.approx((6 + 2) / 20)


def test_expected_trains_are_those_of_a_run() -> None:
    """Three months of the shipped baseline, gates with more than a train a day, within a fifth."""
    sets = ["period.length=150 d", "period.warm_up=30 d", "period.cool_down=30 d"]
    world = load_scenario(SCENARIOS / "baseline.yaml", sets=sets).scenario
    sampler = Sampler(world)
    plan = sampler.plan(0)
    visits = tabulate(plan, run(plan), sampler.legend).visits
    gates = visits[(visits["place_kind"] == "gate") & (visits["arrived_s"] > 60 * DAY_S)]
    passed = gates.groupby("place").size() / 90
    compared = 0
    for row in preview(world).loads:
        if row.kind == "gate" and row.asked > 1:
            compared += 1
            assert float(passed[row.name]) == pytest.approx(row.asked, rel=0.2), row.name
    assert compared > 5


# --- the command ------------------------------------------------------------------------------------------------------


def landbridge(*words: str | Path) -> subprocess.CompletedProcess[str]:
    program = [str(Path(sys.executable).parent / "landbridge"), *map(str, words)]
    return subprocess.run(program, capture_output=True, text=True, cwd=ROOT, timeout=120)


def test_preview_takes_well_under_a_second_of_work() -> None:
    resource = pytest.importorskip("resource")
    # Time of the processor: other tests share the machine. Alone it takes about half a second on the clock, too.
    times = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = landbridge("preview", "scenarios/cku-open.yaml")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert done.returncode == 0, done.stderr
    assert min(times) < 1.3
    assert "north-dostyk-xian-lodz" in done.stdout and "gate" in done.stdout


def test_preview_warns_on_stderr_and_marks_the_row() -> None:
    fewer = "facilities.brest.gauge_change.servers=1"
    narrow = "legs.iletsk-orenburg.capacity=15 trains/day"
    done = landbridge("preview", "scenarios/baseline.yaml", "--set", narrow, "--set", fewer)
    assert done.returncode == 0
    assert "gate iletsk > orenburg: " in done.stderr and "above capacity" in done.stderr
    marked = [line for line in done.stdout.splitlines() if line.startswith("iletsk > orenburg")]
    assert marked and "OVER" in marked[0]


def test_preview_prints_one_json_document_for_several_scenarios() -> None:
    words = ["scenarios/baseline.yaml", "scenarios/brest-closure.yaml", "--on", "scenarios/cku-open.yaml"]
    done = landbridge("preview", *words, "--json")
    documents = json.loads(done.stdout)
    assert [one["scenario"] for one in documents] == ["baseline", "brest-closure@cku-open"]
    assert "brest-closure@cku-open: disruptions are left out of a preview: " in done.stderr
    chain = next(row for row in documents[0]["chains"] if row["chain"] == "north-dostyk-xian-lodz")
    assert 8 < chain["free_flow_days"] < 20 and 8_000 < chain["length_km"] < 10_000
    assert {row["kind"] for row in documents[0]["loads"]} >= {"gate", "service", "fleet"}
