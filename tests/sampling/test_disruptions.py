"""Disruptions in the engine, from files, and in the docs."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from drawn_shocks import event
from where import ROOT, SCENARIOS, SMALL
from worlds import DAY_S, FULL, HOUR_S, PlanBuilder, plan_of, run, told

from sim.contract import OPEN, EventKind, StepKind
from sim.errors import ScenarioError
from sim.scenario_file import load_scenario

D = DAY_S


def test_lost_vehicles_come_back_when_the_event_ends() -> None:
    b = PlanBuilder()
    fleet = b.fleet(
        home=2, away=0, withdrawn=[(0, 0), (5, 2), (40, 0)], return_after_s=0, returns_s=[10] * 20
    )
    b.options(b.chain(b.service((StepKind.RUN, b.leg(), 10), rule=FULL, fleet=fleet)))
    for release_s in (0, 10, 20):
        b.consignment(release_s)
    departed = [line for line in told(run(b.plan())) if "departed" in line or "waited" in line]
    # The set under way at second 5 is withdrawn as it comes free; both are back at 40.
    assert departed == [
        "0 departed t0 service 0",
        "40 waited c1 service 0: 30 s vehicle",
        "40 departed t1 service 0",
        "40 waited c2 service 0: 20 s vehicle",
        "40 departed t2 service 0",
    ]


def test_a_scenario_loses_vehicles_and_has_them_again() -> None:
    lost = event("{id: sets}", "{vehicles_lost: 12}", when="from: '2025-01-05', lasts: 10 d")
    by_day = []
    for plan in (plan_of(), plan_of(lost)):
        departed = [r for r in run(plan).rows if r["kind"] == EventKind.DEPARTED and r["place"] == 1]
        by_day.append(np.bincount([row["time_s"] // D for row in departed], minlength=30))
    usual, robbed = by_day
    assert np.array_equal(usual[:4], robbed[:4])
    assert usual[4:14].sum() > 10
    assert robbed[4:14].sum() == 0
    assert robbed[14:].sum() > 10


def test_a_train_takes_twice_as_long_over_a_leg_where_the_running_time_is_doubled() -> None:
    change = "disruptions: {slow-orders: {at: {id: a-d}, from: '2025-01-05', effect: {running_time: 200 %}}}"
    goods = "flows: {cn-de: {routing: {shares: {rail: 0 %, truck: 100 %}}}}"
    log = run(plan_of(change, goods))
    spans = {
        row["trip"]: (row["time_s"], row["span_s"])
        for row in log.rows
        if row["kind"] == EventKind.ARRIVED and row["span_s"] >= 14 * D
    }
    for end_s, span_s in spans.values():
        # 14 days of work: what is left on day 4 takes twice as long.
        begun_s = end_s - span_s
        assert span_s == 14 * D + max(0, 14 * D - max(0, 4 * D - begun_s))
    assert len(spans) > 3


def test_a_whole_disruption_is_read_from_a_file(tmp_path: Path) -> None:
    small = SMALL
    (tmp_path / "small.yaml").write_bytes(small.read_bytes())
    (tmp_path / "war.yaml").write_text(
        """
schema: 1
extends: small.yaml
disruptions:
  war:
    at: {tag: cn-kz-border}
    from: 2025-02-10
    lasts: {p50: 13 d, p90: 40 d}
    effect: closed
    announced: {before: 2 d, lasts: 7 d, revisions: [{after: 5 d, lasts: 13 d}]}
    recovery: {shape: steps, over: 20 d, steps: 4}
    linked:
      - {at: {country: RU}, effect: {price: 140 %, running_time: 120 %}}
      - {at: {id: broad}, effect: {vehicles_lost: 4}, after: 3 d, lasts: 30 d}
"""
    )
    war = load_scenario(tmp_path / "war.yaml").scenario.disruptions["war"]
    assert [part.after for part in war.parts] == [0, 0, 3 * D]
    assert war.announced is not None
    assert war.announced.revisions[0].lasts == 13 * D
    with pytest.raises(ScenarioError, match=r"linked\.0\.effect\.demand"):
        load_scenario(
            tmp_path / "war.yaml",
            sets=["disruptions.war.linked=[{at: {id: broad}, effect: {demand: 50 %}}]"],
        )


@pytest.mark.parametrize("number", range(5))
def test_every_example_of_the_page_checks_fine(number: int, tmp_path: Path) -> None:
    examples = re.findall(
        r"```yaml\n(.*?)```", (ROOT / "docs" / "disruptions.md").read_text(encoding="utf-8"), re.DOTALL
    )
    assert len(examples) == 5
    (tmp_path / "baseline.yaml").write_bytes((SCENARIOS / "baseline.yaml").read_bytes())
    file = tmp_path / "example.yaml"
    file.write_text(f"schema: 1\nextends: baseline.yaml\n{examples[number]}", encoding="utf-8")
    assert len(load_scenario(file).scenario.disruptions) == 1


def the_picture() -> ModuleType:
    found = importlib.util.spec_from_file_location("picture", ROOT / "docs" / "draw_work_in_progress.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules["picture"] = module
    found.loader.exec_module(module)
    return module


def test_the_picture_of_work_in_progress_shows_what_the_engine_does() -> None:
    picture = the_picture()

    def told(effect: object, train: int) -> list[tuple[str, float, float, int]]:
        spans = [span for span in picture.spans_of(effect) if span.train == train]
        return [(s.what, s.from_s / HOUR_S, s.until_s / HOUR_S, s.rate) for s in spans]

    running, handled, waiting, _, later = range(5)
    assert told("closed", running)[-3:] == [
        ("running", 9.5, 12, OPEN),
        ("running", 12, 18, 0),
        ("running", 18, 20.5, OPEN),
    ]
    assert told("closed", handled)[1:4] == [
        ("customs", 10, 12, OPEN),
        ("customs", 12, 18, 0),
        ("customs", 18, 20.5, OPEN),
    ]
    assert told("closed", waiting)[1:4] == [
        ("path", 11, 12, OPEN),
        ("path", 12, 18, 0),
        ("path", 18, 19, OPEN),
    ]
    assert told("closed", later)[:2] == [("load", 13, 18, 0), ("running", 18, 22, OPEN)]
    slow = picture.EFFECTS["effect: {rate: 50 %}"]
    assert told(slow, running)[-2:] == [("running", 9.5, 12, OPEN), ("running", 12, 17, 500)]
    assert told(slow, handled)[1:3] == [("customs", 10, 12, OPEN), ("customs", 12, 17, 500)]
    assert told(slow, waiting)[1:3] == [("path", 11, 12, OPEN), ("path", 12, 14, 500)]
    longer = picture.EFFECTS["effect: {running_time: 200 %}"]
    assert told(longer, handled)[1:3] == [("customs", 10, 14.5, OPEN), ("running", 14.5, 18, 500)]


def test_the_picture_is_the_same_every_time(tmp_path: Path) -> None:
    picture = the_picture()
    (one,), (two,) = picture.draw(tmp_path / "one"), picture.draw(tmp_path / "two")
    assert one.read_bytes() == two.read_bytes()
