"""The page on the model: every test that it names exists, and what no other test says."""

import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest
from worlds import DAY_S, HOUR_S, PlanBuilder, run, told

from sim.contract import EventKind, StepKind
from sim.engine import ENGINES, simulate
from sim.model import Routing
from sim.results import tabulate
from sim.sampling import Sampler
from sim.scenario_file import load_scenario

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
each_engine = pytest.mark.parametrize("engine", ENGINES)


def test_every_test_that_the_page_names_exists_and_every_section_names_some() -> None:
    files = Path(__file__).parent.glob("test_*.py")
    there = {name for file in files for name in re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.M)}
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert named and named <= there, sorted(named - there)
    sections = PAGE.split("\n## ")[1:]
    without = [part.splitlines()[0] for part in sections if "Tests:" not in part]
    # Tables that are generated, definitions of measures, and what is not there.
    assert without == ["Measures", "What is left out, and matters", "Causes of time", "Events of the log"]


def test_the_picture_of_what_is_known_tells_this_story() -> None:
    spec = spec_from_file_location("draw_what_is_known", ROOT / "docs" / "draw_what_is_known.py")
    assert spec is not None and spec.loader is not None
    picture = module_from_spec(spec)
    sys.modules[spec.name] = picture  # its dataclasses look themselves up
    spec.loader.exec_module(picture)
    told = picture.story()

    def reckoned_d(day: int) -> float:
        return float(np.mean([delay for at_s, delay in told.reckoned_s if at_s // DAY_S == day])) / DAY_S

    def by_border(*days: int) -> float:
        return float(np.mean([border for at_s, border in told.by_border if at_s // DAY_S in days]))

    assert reckoned_d(16) < 0.2  # not announced yet, though those who go now will wait
    assert (
        1 < reckoned_d(17) < 2.2
    )  # announced as short: closed from day 19 to 22, and the border is 3 days away
    assert reckoned_d(22) > 6  # the end told is past: it is thought to last 10 days more
    assert 1 < reckoned_d(23) < 4  # told until day 29
    assert by_border(22) < 0.3 < 0.5 < by_border(24, 25, 26)
    # Open again since day 29: the bulletins of days 28, 35 and 42 tell of waits that are over.
    assert min(reckoned_d(day) for day in range(29, 48)) > 3
    assert by_border(*range(36, 42)) < 0.2
    assert reckoned_d(50) < 0.5 and by_border(*range(50, 60)) > 0.6
    assert {at_s // DAY_S for at_s, _ in told.rerouted} >= {22, 28, 49}


def test_pivots_are_shares_and_parts_of_fallbacks_relative_to_them() -> None:
    routing = Routing.model_validate(
        {
            "shares": {"north": "90 %", "suez": "10 %"},
            "like": {"cape": "suez"},
            # Of what leaves the north 4 % took the middle, 96 % the sea: 10 % x 4 / 96.
            "fallbacks": ["north", {"middle": "4 %", "suez": "96 %"}, "cape", "new"],
        }
    )
    pivots = routing.pivots(0.002)
    parts = {"north": 0.9, "suez": 0.1, "middle": 0.1 * 4 / 96, "new": 0.002}
    for chain, part in parts.items():
        assert pivots[chain] == (pytest.approx(part / sum(parts.values())), chain)
    assert pivots["cape"] == pivots["suez"]
    assert list(pivots) == ["north", "suez", "middle", "new", "cape"]


@each_engine
def test_a_reserve_that_is_used_up_begins_again(engine: str) -> None:
    b = PlanBuilder(period_s=100)
    b.options(b.chain(b.service((StepKind.RUN, b.leg(), [10, 20]), reserve=2)))
    for at_s in (0, 1, 2, 3):
        b.consignment(at_s)
    arrivals = [line for line in told(run(b.plan(), engine)) if "arrived" in line]
    assert arrivals == [
        "10 arrived t0 leg 0: 10 s running",
        "12 arrived t2 leg 0: 10 s running",
        "21 arrived t1 leg 0: 20 s running",
        "23 arrived t3 leg 0: 20 s running",
    ]


def test_before_the_railway_opens_the_road_stands_in() -> None:
    """One run crosses the opening of 1 May: before, freight to Uzbekistan goes by the road to Osh; after, by the railway too."""
    scenario = load_scenario(
        ROOT / "scenarios" / "cku-ramp-up.yaml", sets=("period.length=200 d", "period.cool_down=10 d")
    ).scenario
    sampler = Sampler(scenario, name="ramp-up")
    plan = sampler.plan(0)
    log = simulate(plan)
    goods = tabulate(plan, log, sampler.legend).consignments
    opening_s = scenario.period.second(scenario.openings["cku-railway"].value)
    assert 0 < opening_s < plan.period_s
    mine = goods[goods["flow"].astype(str).isin(["xian-andijan", "andijan-xian", "xian-tashkent-osh"])]
    before, after = mine[mine["release_s"] < opening_s], mine[mine["release_s"] >= opening_s + 30 * DAY_S]
    assert set(before["corridor"].astype(str)) <= {"kashgar-osh", "regional"}
    assert (before["corridor"] == "kashgar-osh").mean() > 0.5
    assert (after["corridor"] == "cku").any()
    trips = log.rows[(log.column("kind") == EventKind.DEPARTED) & (log.column("time_s") < opening_s - HOUR_S)]
    cku_alone = {s for s, name in enumerate(sampler.legend.services) if name.startswith("kashgar-makmal")}
    assert not cku_alone & set(trips["place"].tolist())
