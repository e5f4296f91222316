"""A closed place holds trains and then lets them go at its rate; where it could not, `check` can tell."""

from pathlib import Path
from shutil import copy

import numpy as np
import pytest
from where import ROOT, SCENARIOS, SHIPPED
from worlds import DAY_S, scenario

from sim.contract import Cause, EventKind, PlaceKind
from sim.engine import ENGINES, simulate
from sim.model import warnings_of
from sim.model.worked_places import closures_without_effect, without_rate, worked_places
from sim.sampling import Sampler
from sim.scenario_file import load_scenario

WORDS = "all that waited goes on in the second in which it opens"


@pytest.mark.parametrize("file", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_place_that_works_trains_has_a_rate_and_only_ports_of_the_ocean_have_none(
    file: Path,
) -> None:
    shipped = load_scenario(file).scenario
    assert len(worked_places(shipped)) > 60
    ocean = {"shanghai", "hamburg", "rotterdam", "st-petersburg"}
    free = without_rate(shipped)
    assert set(free) <= ocean
    assert all(kinds == ["port"] for kinds in free.values())


def test_no_closure_of_a_shipped_scenario_is_without_effect() -> None:
    for file in SHIPPED:
        assert closures_without_effect(load_scenario(file).scenario) == [], file.stem


def test_a_strike_holds_the_trains_and_lets_them_go_at_the_rate_of_the_place(tmp_path: Path) -> None:
    for name in ("cku-open", "baseline"):
        copy(SCENARIOS / f"{name}.yaml", tmp_path)
    file = tmp_path / "my-shocks.yaml"
    copy(ROOT / "tests" / "cases" / "my-shocks.yaml", file)
    loaded = load_scenario(file).scenario
    assert closures_without_effect(loaded) == []
    sampler = Sampler(loaded)
    plan = sampler.plan(0)
    rows = simulate(plan).rows
    gate = [str(place) for place in sampler.legend.gates].index("malaszewicze.gauge_change westbound")
    begin = loaded.period.second(loaded.disruptions["malaszewicze-strike"].from_)
    end = begin + 14 * DAY_S
    here = (rows["place_kind"] == PlaceKind.GATE) & (rows["place"] == gate)
    # Background trains stand in the queue too.
    passed = np.sort(
        rows["time_s"][here & np.isin(rows["kind"], (EventKind.PASSED, EventKind.BACKGROUND_PASSED))]
    )
    assert not ((passed >= begin) & (passed < end)).any()
    waited = rows[here & (rows["kind"] == EventKind.WAITED) & (rows["cause"] == Cause.CLOSURE)]
    held = len(waited)
    assert held > 40
    after = passed[passed >= end]
    headway_s = int(plan.gate_headway_s[gate])
    assert headway_s == DAY_S // 20
    # What was left of the headway behind the last train before the strike is kept.
    assert 0 <= after[0] - end <= headway_s
    assert set(np.diff(after[:held]).tolist()) == {headway_s}
    queued = rows[here & (rows["kind"] == EventKind.WAITED) & (rows["cause"] == Cause.PATH)]
    assert queued["span_s"].max() > 2 * DAY_S


STRIKE = "disruptions: {strike: {at: AT, from: '2025-01-10', lasts: 5 d, effect: EFFECT}}"


def strike(at: str, effect: str = "closed") -> str:
    return STRIKE.replace("AT", at).replace("EFFECT", effect)


@pytest.mark.parametrize("engine", ENGINES)
def test_without_servers_or_capacity_all_that_waited_goes_on_at_once_and_with_them_it_queues(
    engine: str,
) -> None:
    last = []
    for limit in ("null", "1"):
        world = scenario(f"facilities: {{r: {{border: {{servers: {limit}, time: 2 h}}}}}}", strike("{id: r}"))
        sampler = Sampler(world, seed=3)
        plan = sampler.plan(0)
        rows = simulate(plan, engine=engine).rows
        started = rows[(rows["kind"] == EventKind.STARTED) & (rows["place"] == 1)]["time_s"]
        opens_s = 14 * DAY_S
        last.append(int((started == opens_s).sum()))
        found = closures_without_effect(world)
        assert (found == []) == (limit == "1")
    assert last[0] > 3
    assert last[1] == 1


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ((strike("{id: p}"),), "disruptions.strike.effect", f"p.terminal: neither servers nor capacity, so {WORDS}"),
        ((strike("{id: p}", "{rate: 50 %}"),), "disruptions.strike.effect", "work takes longer, and no queue forms"),
        (
            (strike("{id: a}", "{rate: 50 %}"),),
            "disruptions.strike.effect",
            "no train or ship is worked at a, and none departs there",
        ),
        (
            ("disruptions: {war: {at: {id: r-d}, from: '2025-01-10', effect: closed, linked: [{at: {id: d}, effect: closed}]}}",),
            "disruptions.war.linked.0.effect",
            "d.terminal: neither servers nor capacity",
        ),
    ],
)  # fmt: skip
def test_a_closure_that_holds_nobody_as_it_should_is_told_with_what_to_write(
    changes: tuple[str, ...], path: str, words: str
) -> None:
    ((found, message),) = closures_without_effect(scenario(*changes))
    assert found == path
    assert words in message
    assert "Write " in message


@pytest.mark.parametrize(
    "change",
    [strike("{id: r}"), strike("{id: k}"), strike("{id: k-r}"), strike("{id: p}", "{rate: 100 %}"), strike("{id: a}"),
     strike("{id: d}", "{price: 120 %}"), strike("{id: cn-de}", "{demand: 50 %}"), strike("{country: RU}")],
)  # fmt: skip
def test_a_closure_that_holds_trains_is_not_told(change: str) -> None:
    assert closures_without_effect(scenario(change)) == []


def test_check_warns_of_a_closure_of_a_place_without_a_rate_and_not_of_one_with_it() -> None:
    told = {path: message for path, message in warnings_of(scenario(strike("{id: p}"))) if WORDS in message}
    assert set(told) == {("disruptions", "strike", "effect")}
    assert [path for path, message in warnings_of(scenario(strike("{id: r}"))) if WORDS in message] == []
