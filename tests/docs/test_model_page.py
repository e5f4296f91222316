"""The page of the model: every test that it names exists, its pictures are the engine's, and stories that no other file tells."""

import importlib.util
import re
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from choosing_worlds import A_CENT_A_SECOND, STANDARD_ERRORS, THERE, TWO_WAYS, chosen, logit, road, shares
from generated import numbered_plan
from where import ROOT, SCENARIOS, TESTS
from worlds import DAY_S, FULL, HOUR_S, PlanBuilder, held, run, scenario, told

from sim.contract import NEVER, Cause, EventKind, StepKind
from sim.contract.knowledge import Knowledge, note, note_ages, tell_waits
from sim.contract.turns import draw_of
from sim.engine import ENGINES, simulate
from sim.results import tabulate
from sim.sampling import Sampler
from sim.sampling.structure import Structure
from sim.scenario_file import load_scenario

PAGE = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
GATE, HANDLE, RUN, CHECK = StepKind
each_engine = pytest.mark.parametrize("engine", ENGINES)


# --- the page ---------------------------------------------------------------------------------------------------------


def test_every_test_that_the_page_names_exists_and_every_section_names_some() -> None:
    written = {
        name
        for file in TESTS.rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    sections = PAGE.split("\n## ")[1:]
    without = [
        part.splitlines()[0] for part in sections if not re.search(r"^Tests: `test_", part, re.MULTILINE)
    ]
    assert without == []
    assert sorted(set(re.findall(r"`(test_\w+)`", PAGE)) - written) == []


def picture(name: str) -> ModuleType:
    """A script of the docs that draws."""
    found = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"draw_{name}.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules[name] = module
    found.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["consignment_way", "what_is_known"])
def test_a_picture_of_the_page_is_light_and_the_same_every_time(name: str, tmp_path: Path) -> None:
    (path,) = picture(name).draw(tmp_path / name)
    kept = ROOT / "docs" / "images" / f"{name.replace('_', '-')}.svg"
    (again,) = picture(name).draw(tmp_path / "again")
    assert path.read_bytes() == again.read_bytes()
    assert kept.stat().st_size < 120_000
    assert f"images/{kept.name}" in PAGE


def test_the_picture_of_the_way_tells_a_consignment_as_the_engine_does() -> None:
    way = picture("consignment_way")
    assert {cause for causes in way.STAGES.values() for cause in causes} == {c.name.lower() for c in Cause}
    spans = way.spans_of(way.CONSIGNMENT)
    assert [(span.cause, round((span.until_s - span.from_s) / HOUR_S, 1)) for span in spans] == [
        ("load", 3.1),
        ("running", 8.0),
        ("crane", 0.8),
        ("customs", 5.0),
        ("closure", 7.6),
        ("running", 5.0),
        ("crane", 4.4),
        ("gauge_change", 8.0),
        ("vehicle", 37.0),
        ("running", 20.0),
        ("hours", 0.6),
        ("terminal", 4.0),
    ]
    delivered = [
        time_s
        for time_s, kind, who, *_ in simulate(Sampler(way.world()).plan(0)).rows.tolist()
        if kind == EventKind.DELIVERED and who == way.CONSIGNMENT
    ]
    assert delivered == [spans[-1].until_s]


def test_the_picture_of_what_is_known_shows_what_shippers_reckon_with() -> None:
    known = picture("what_is_known")
    reckoned = np.array(known.story().reckoned_s) / DAY_S

    def on(day: float) -> float:
        """Delay reckoned with by the last shipper until a day."""
        return float(reckoned[reckoned[:, 0] <= day][-1, 1])

    # A box comes to the border three days after its release. Until the announcement only the usual small waits are told.
    assert on(16.9) < 0.3
    assert on(17.05) == pytest.approx(22 - 20, abs=0.2)  # announced until 22, comes there on day 20
    assert on(21.9) < 0.3  # comes there when it should be open
    assert on(22.1) == pytest.approx(10 - 3, abs=0.2)  # 10 days from now
    assert on(23.1) == pytest.approx(29 - 26, abs=0.3)
    assert on(27.9) < 0.3
    # The bulletin of 28 has ages only; those of 35 and 42 have the waits of those who came through.
    assert on(35.5) > on(34.5) > 3
    assert on(42.5) > 3
    assert on(49.5) < 1
    true = np.array(known.story().true_s) / DAY_S
    assert true[(true[:, 0] > 36) & (true[:, 0] < 47)][:, 1].max() < 1
    corners = known._corners([(0, 1.0), (1, 1.0), (2, 3.0), (3, 3.0)])
    assert corners == [(0, 1.0), (2, 3.0), (3, 3.0)]


# --- departures and paths ---------------------------------------------------------------------------------------------


@each_engine
def test_a_wait_is_for_a_vehicle_until_it_is_there_then_for_load_and_closed_seconds_are_apart(
    engine: str,
) -> None:
    # The only vehicle leaves at 0, is back at 30, and is held for 20 s. The terminal is closed from 10 to 15 and 45 to 60.
    b = PlanBuilder()
    shut = b.calendar([(10, 0), (15, 1000), (45, 0), (60, 1000)])
    sets = b.fleet(home=1)
    there = b.service((RUN, b.leg(), 15), capacity=2, rule=held(20), fleet=sets, calendar=shut)
    back = b.service((RUN, b.leg(), 15), rule=FULL, fleet=sets, end=1)
    b.options(b.chain(there))
    b.options(b.chain(back))
    b.consignment(0, size=2)
    b.consignment(5, options=0)
    b.consignment(15, options=1)
    lines = [line for line in told(run(b.plan(), engine)) if "waited c1" in line]
    assert lines == [
        "60 waited c1 service 0: 20 s vehicle",
        "60 waited c1 service 0: 15 s load",
        "60 waited c1 service 0: 20 s closure",
    ]


@each_engine
def test_empty_returns_take_no_paths(engine: str) -> None:
    # A gate lets one trip in 100 s pass. The empty vehicle goes home over the same line while it is taken.
    b = PlanBuilder()
    g = b.gate(100)
    sets = b.fleet(home=1, return_after_s=0, returns_s=[10, 10, 10])
    b.options(b.chain(b.service((GATE, g), (RUN, b.leg(), 10), fleet=sets)))
    b.consignment(0)
    b.consignment(0)
    lines = told(run(b.plan(), engine))
    assert [line for line in lines if "returned" in line or "passed" in line] == [
        "0 passed t0 gate 0",
        "20 returned fleet 0: 10 s running",
        "100 passed t1 gate 0",
        "120 returned fleet 0: 10 s running",
    ]


# --- what is known ----------------------------------------------------------------------------------------------------


def test_a_bulletin_tells_waits_that_ended_ages_where_none_did_and_else_what_is_usual() -> None:
    b = PlanBuilder(bulletin_s=100)
    gate, other = b.gate(1), b.gate(1)
    b.options(b.chain(road(b, 10, usual_s=7)), day_cents=A_CENT_A_SECOND)
    b.consignment(0)
    plan = b.plan()
    known = Knowledge(plan)
    note(known, gate, 60)
    note(known, gate, 180)
    # At second 500, two wait at the first gate since 490 and 480, and two at the other.
    note_ages(known, 500, [(gate, 490), (gate, 480), (other, 300), (other, 400)])
    tell_waits(plan, known)
    assert known.told[: plan.n_places] == [120, 150, 7]
    assert known.told[plan.n_places] == 1  # 1 and 3 minutes


@each_engine
def test_what_waits_before_a_closed_leg_is_in_no_bulletin(engine: str) -> None:
    def last(closed_leg: bool) -> str:
        b = PlanBuilder(bulletin_s=100)
        shut = b.calendar([(0, 0), (90, 1000)])
        gate = (GATE, b.gate(1, 0 if closed_leg else shut))
        over = b.service(gate, (RUN, b.leg(shut if closed_leg else 0), 10), mean_s=10)
        b.options(b.chain(over), b.chain(road(b, 50)), day_cents=A_CENT_A_SECOND)
        b.consignment(0)
        b.consignment(150)
        return chosen(b.plan(), engine)[-1]

    assert last(closed_leg=True) == "150 released c1 chain 0"
    assert last(closed_leg=False) == "150 released c1 chain 1"


@each_engine
def test_shippers_reckon_with_surcharges_and_not_with_inspections(engine: str) -> None:
    def share(act: str) -> dict[str, float]:
        return shares(engine, f"policies: {{p: {{territory: [RU], direction: westbound, {act}}}}}")[0]

    plain = shares(engine)[0]
    assert share("inspected: {share: 100 %, handling: 20 d}") == plain
    assert share("surcharge: 500 USD/FEU")["quick"] < plain["quick"] - 0.08


@each_engine
def test_shippers_have_no_memory_beyond_the_last_bulletin(engine: str) -> None:
    # Eleven bulletins tell of a wait at the gate that grows; one that tells of nobody is enough to come back.
    b = PlanBuilder(period_s=2_000, bulletin_s=100)
    gate = (GATE, b.gate(1, b.calendar([(0, 0), (1_000, 1_000)])))
    over = b.service(gate, (RUN, b.leg(), 10), mean_s=10)
    b.options(b.chain(over), b.chain(road(b, 50)), day_cents=A_CENT_A_SECOND)
    for at_s in (0, 300, 900, 1_050, 1_150, 1_250):
        b.consignment(at_s)
    # That of 1100 tells of the one who waited until 1000, that of 1200 of nobody.
    taken = [line.split()[-1] for line in chosen(b.plan(), engine)]
    assert taken == ["0", "1", "1", "1", "1", "0"]


# --- choice -----------------------------------------------------------------------------------------------------------


def pivots(routing: str) -> dict[str, tuple[float, str]]:
    """Shares (rounded) and pivot chains of a flow with three chains; a chain of no share has a fiftieth."""
    third = """
services: {other: {route: [a, n, d], gauge: 1520, capacity: 1 TEU, dispatch: {when: full}}}
chains: {by-other: {corridor: south, services: [other]}}
"""
    found = (
        scenario(third, f"flows: {{f: {{routing: {routing}}}}}", base=TWO_WAYS)
        .flows["f"]
        .routing.pivots(0.02)
    )
    return {chain: (round(share, 4), pivot) for chain, (share, pivot) in found.items()}


def test_chains_of_fallbacks_have_shares_relative_to_those_beside_them() -> None:
    beside = "{shares: {by-north: 100 %, by-south: null}, fallbacks: [{by-north: 80 %, by-south: 20 %}]}"
    assert pivots(beside) == {"by-north": (0.8, "by-north"), "by-south": (0.2, "by-south")}
    alone = "{shares: {by-north: 100 %, by-south: null}, fallbacks: [by-south]}"
    assert pivots(alone) == {
        "by-north": (round(1 / 1.02, 4), "by-north"),
        "by-south": (round(0.02 / 1.02, 4), "by-south"),
    }


def test_a_chain_like_another_has_its_share_at_the_others_price_and_time() -> None:
    found = pivots("{fallbacks: [by-other], like: {by-other: by-south}}")
    assert found == {
        "by-north": (0.7, "by-north"),
        "by-south": (0.3, "by-south"),
        "by-other": (0.3, "by-south"),
    }


@each_engine
def test_a_tariff_moves_nobody_unless_the_chain_is_like_another(engine: str) -> None:
    # The south costs 500 USD more an FEU for good.
    dearer = "services: {south: {charge: 500 USD/FEU}}"
    assert shares(engine, dearer)[0] == shares(engine)[0]
    # A second way by the south with a charge of its own, like the first: 0.7 to 0.3 to 0.3 e^-0.5.
    third = """
services: {other: {route: [a, n, d], gauge: 1520, capacity: 1 TEU, dispatch: {when: full}, charge: 500 USD/FEU}}
chains: {by-other: {corridor: south, services: [other]}}
flows: {f: {routing: {fallbacks: [by-other], like: {by-other: by-south}}}}
"""
    found, error = shares(engine, third)
    expected = 0.7 / (0.7 + 0.3 + 0.3 * np.exp(-0.5))
    assert all(found[cargo] == pytest.approx(expected, abs=STANDARD_ERRORS * error[cargo]) for cargo in found)


@each_engine
def test_what_a_barred_chain_loses_goes_to_the_others_by_their_shares(engine: str) -> None:
    # 50 % north, 30 % south, 20 % by another way of the south: with the south barred, five in seven go north.
    third = """
services: {other: {route: [a, m, d], gauge: 1520, capacity: 1 TEU, dispatch: {when: full}}}
chains: {by-other: {corridor: south, services: [other]}}
flows: {f: {routing: {shares: {by-north: 50 %, by-south: 30 %, by-other: 20 %}}}}
policies: {p: {territory: [IR], barred: true}}
"""
    found, error = shares(engine, third)
    assert all(found[cargo] == pytest.approx(5 / 7, abs=STANDARD_ERRORS * error[cargo]) for cargo in found)
    assert logit(0.5, 0) == 0.5


@each_engine
def test_on_the_way_the_constant_is_that_of_what_lies_ahead(engine: str) -> None:
    # A quick feeder and a ferry (20 + 10), or a slow feeder and a way by land (50 + 25) that is liked 40 better: 30
    # against 35. At the terminal between them the 50 behind are no merit of the way by land.
    b = PlanBuilder(bulletin_s=1_000)
    quick, slow = road(b, 20), road(b, 50)
    ferry, land = road(b, 10, start=THERE), road(b, 25, start=THERE)
    liked = b.calendar([(0, -40)])
    b.options(b.chain(quick, ferry), (b.chain(slow, land), 0, liked), day_cents=A_CENT_A_SECOND)
    b.consignment(0)
    assert chosen(b.plan(), engine) == ["0 released c0 chain 0", "20 rerouted c0 chain 1"]
    b.behind = {(0, 0): [0, 20], (0, 1): [0, 50]}
    assert chosen(b.plan(), engine) == ["0 released c0 chain 0"]


@each_engine
def test_a_chain_that_differs_only_in_what_lies_behind_is_no_other_chain(engine: str) -> None:
    b = PlanBuilder(bulletin_s=1_000)
    quick, slow, ferry = road(b, 20), road(b, 50), road(b, 10, start=THERE)
    b.options(
        b.chain(quick, ferry), (b.chain(slow, ferry), 0, b.calendar([(0, -29)])), day_cents=A_CENT_A_SECOND
    )
    b.consignment(0)
    assert chosen(b.plan(), engine) == ["0 released c0 chain 0"]


@each_engine
def test_where_nothing_is_unusual_nobody_thinks_otherwise_on_the_way(engine: str) -> None:
    halves = """
facilities: {j: {name: J, country: KZ, position: [45, 75], kind: terminal, terminal: {time: {p50: 9 h, p90: 20 h}}}}
legs:
  a-j: {between: [a, j], mode: rail, gauge: 1520, length: 2000 km, railway: r}
  a-n-j: {between: [n, j], mode: rail, gauge: 1520, length: 4000 km, railway: r}
  j-m: {between: [j, m], mode: rail, gauge: 1520, length: 3000 km, railway: r}
  j-d: {between: [j, d], mode: rail, gauge: 1520, length: 9000 km, railway: r}
services:
  short: {route: [a, j], gauge: 1520, capacity: 1 TEU, dispatch: {when: full}}
  long: {route: [a, n, j], gauge: 1520, capacity: 1 TEU, dispatch: {when: full}}
  onward: {route: [j, m, d], gauge: 1520, capacity: 1 TEU, dispatch: {when: full}, charge: 900 USD/FEU}
  round: {route: [j, d], gauge: 1520, capacity: 1 TEU, dispatch: {when: full}}
chains:
  short-on: {corridor: north, services: [short, onward]}
  long-on: {corridor: north, services: [long, onward]}
  short-round: {corridor: south, services: [short, round]}
  long-round: {corridor: south, services: [long, round]}
flows: {f: {routing: {shares: {by-north: null, by-south: null, short-on: 40 %, long-on: 10 %, short-round: 20 %, long-round: 30 %}}}}
"""
    sampler = Sampler(scenario(halves, base=TWO_WAYS))
    log = simulate(sampler.plan(0), engine=engine)
    assert (log.column("kind") == EventKind.DELIVERED).sum() > 5_000
    assert not (log.column("kind") == EventKind.REROUTED).any()


# --- what is left out -------------------------------------------------------------------------------------------------


def test_the_ocean_has_no_queue_but_its_timetable() -> None:
    world = load_scenario(SCENARIOS / "baseline.yaml").scenario
    structure = Structure(world)
    vessels = [
        name for name in world.services if name.startswith("shanghai-") and name.endswith(("-cape", "-suez"))
    ]
    assert len(vessels) == 4
    for name in vessels:
        service = world.services[name]
        assert service.dispatch.when == "timetable"
        assert service.fleet is None and service.capacity.value == 5_000
        assert GATE not in {step.kind for step in structure.steps[name]}
        port = world.facilities[service.route[-1]].port
        assert port is not None and port.servers is None and port.capacity is None


@each_engine
def test_a_jam_keeps_nobody_from_shipping(engine: str) -> None:
    def released(*changes: str) -> list[int]:
        plan = Sampler(scenario("choice: {aversion: {RU: 50 USD/FEU}}", *changes, base=TWO_WAYS)).plan(0)
        rows = simulate(plan, engine=engine).rows
        assert not (rows["kind"] == EventKind.REFUSED).any()
        return rows["time_s"][rows["kind"] == EventKind.RELEASED].tolist()

    jam = "facilities: {m: {border: {capacity: 1 trains/day}}, n: {border: {capacity: 1 trains/day}}}"
    assert released(jam) == released()


# --- engines and draws ------------------------------------------------------------------------------------------------


def test_both_engines_tell_the_same_log_of_generated_plans() -> None:
    for number in range(200):
        plan = numbered_plan(number)
        assert simulate(plan, engine="fast") == simulate(plan, engine="reference"), number


@each_engine
def test_a_departure_uses_the_draws_of_its_place_in_the_day(engine: str) -> None:
    # Two turns a day over two days, then a reserve of two: 1 2 | 3 4 | 90 91. A second box on the first day or not, the
    # first train of the second day runs 3 s.
    def runs(*at_s: int) -> list[int]:
        b = PlanBuilder(period_s=2 * DAY_S)
        step = (RUN, b.leg(), [1, 2, 3, 4, 90, 91])
        b.options(b.chain(b.service(step, turns=2, reserve=2)))
        for time_s in at_s:
            b.consignment(time_s)
        rows = run(b.plan(), engine).rows
        return rows["span_s"][rows["kind"] == EventKind.ARRIVED].tolist()

    assert runs(0, DAY_S) == [1, 3]
    assert runs(0, 200, DAY_S) == [1, 2, 3]
    assert runs(0, 200, 400, DAY_S) == [1, 2, 90, 3]


@each_engine
def test_a_reserve_that_is_used_up_begins_again(engine: str) -> None:
    b = PlanBuilder()
    b.options(b.chain(b.service((RUN, b.leg(), [5, 6, 7]), reserve=3)))
    for at_s in (0, 100, 200, 300, 400):
        b.consignment(at_s)
    rows = run(b.plan(), engine).rows
    assert rows["span_s"][rows["kind"] == EventKind.ARRIVED].tolist() == [5, 6, 7, 5, 6]
    assert [draw_of(DAY_S, 0, 3, 0, 0, beyond) for beyond in range(5)] == [0, 1, 2, 0, 1]


def test_a_period_too_long_for_an_event_to_be_one_number_is_refused() -> None:
    from sim.errors import PlanError

    b = PlanBuilder()
    b.options(b.chain(b.service((RUN, b.leg(), 5))))
    b.consignment(0, patience_s=NEVER)
    plan = replace(b.plan(), period_s=2**30)
    with pytest.raises(PlanError, match="Use the reference engine"):
        simulate(plan, engine="fast")


def test_before_the_railway_opens_the_road_stands_in() -> None:
    """One run crosses the opening of 1 May: before, freight to Uzbekistan goes by the road to Osh; after, by the railway too."""
    scenario = load_scenario(
        SCENARIOS / "cku-ramp-up.yaml", sets=("period.length=231 d", "period.cool_down=10 d")
    ).scenario
    sampler = Sampler(scenario, name="ramp-up")
    plan = sampler.plan(0)
    log = simulate(plan)
    goods = tabulate(plan, log, sampler.legend).consignments
    opening_s = scenario.period.second(scenario.openings["cku-railway"].value)
    assert 0 < opening_s < plan.period_s
    mine = goods[
        goods["flow"].astype(str).isin(["xian-andijan-osh", "andijan-xian-osh", "xian-tashkent-osh"])
    ]
    before, after = mine[mine["release_s"] < opening_s], mine[mine["release_s"] >= opening_s + 30 * DAY_S]
    assert set(before["corridor"].astype(str)) <= {"kashgar-osh", "regional"}
    assert (before["corridor"] == "kashgar-osh").mean() > 0.5
    assert (after["corridor"] == "cku").any()
    trips = log.rows[(log.column("kind") == EventKind.DEPARTED) & (log.column("time_s") < opening_s - HOUR_S)]
    cku_alone = {s for s, name in enumerate(sampler.legend.services) if "makmal" in name}
    assert not cku_alone & set(trips["place"].tolist())
