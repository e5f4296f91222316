"""Zero is a value: where none is meaningful it is accepted, and where it is not, the reason stands here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import NoneType
from typing import Any, get_args

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from where import SMALL

from sim.audit import check_log
from sim.contract import EventKind
from sim.engine import ENGINES, simulate
from sim.model import Constant, Scenario
from sim.sampling import Sampler
from sim.scenario_file import load_scenario
from sim.units import DIMENSIONS

ABOVE_0 = {
    "ByTimetable.every": "departures every 0 h would be without number",
    "Choice.bulletin": "bulletins every 0 h would be without number",
    "EmptyReturn.at_least": "no freight calls no vehicle",
    "Announced.lasts": "what is announced to last no time is not announced",
    "Revision.lasts": "the end told lies after the revision, which comes at the start or later",
    "Period.length": "nothing happens in a period of no time",
    "Flow.deadline": "freight that takes no time is counted on by nobody",
    "Chain.quoted": "a way that takes no time is quoted by nobody; leave it out where nothing is quoted",
    "Flow.consignment": "a consignment has a box",
    "Service.capacity": "a train that loads nothing does not run: remove the service",
    "Railway.speed": "a train that stands never arrives: close its legs",
    "Operation.capacity": "a gate that lets nothing pass is closed, which the finding says",
    "Stage.capacity": "a gate that lets nothing pass is closed, which the finding says",
    "Leg.capacity": "a gate that lets nothing pass is closed, which the finding says",
    "Operation.servers": "a place that handles nothing is closed, which the finding says",
    "ByTimetable.runs": "a train of which no departure runs does not run: remove the service",
    "Recovery.steps": "a recovery in no steps is none: leave it out, or write over: 0 d",
    "Scenario.replications": "without a replication there is no answer",
    **dict.fromkeys(
        ("Operation.accepted", "Leg.accepted"), "a gate that accepts nothing is closed by a disruption"
    ),
}
"""Every key that takes a number and refuses 0, and why."""


def classes(kind: Any = Scenario, seen: set[Any] | None = None) -> Iterator[type[BaseModel]]:
    """Yield every class of the model that a scenario holds."""
    seen = set() if seen is None else seen
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in seen:
        seen.add(kind)
        yield kind
        for field in kind.model_fields.values():
            yield from classes(field.annotation, seen)
    for inner in get_args(kind):
        if inner is not NoneType:
            yield from classes(inner, seen)


def takes_0(kind: Any) -> bool | None:
    """Whether a field takes 0 in some unit; None when it takes no number at all."""
    adapter = TypeAdapter(kind)
    refused = False
    for zero in (*(f"0 {unit}" for one in DIMENSIONS for unit in one.usual[:1]), 0):
        try:
            adapter.validate_python(zero)
        except ValidationError as error:
            refused |= any(
                re.search("above 0|of at least", str(fault["msg"])) or fault["type"] == "greater_than_equal"
                for fault in error.errors()
            )
        else:
            return None if isinstance(zero, int) and not _is_number(adapter) else True
    return False if refused else None


def _is_number(adapter: TypeAdapter[Any]) -> bool:
    try:
        return type(getattr(adapter.validate_python(0), "value", adapter.validate_python(0))) is int
    except ValidationError:
        return False


def test_zero_is_taken_wherever_none_is_meaningful() -> None:
    shapes = {"Figure", "Constant", "Quantiles", "Triangular", "Named", "Sample", "Hours"}
    found = {}
    for kind in classes():
        if kind.__name__.partition("[")[0] not in shapes:
            for name, field in kind.model_fields.items():
                found[f"{kind.__name__}.{name}"] = takes_0(field.rebuild_annotation())
    assert {name for name, takes in found.items() if takes is False} == ABOVE_0.keys()
    taken = {name for name, takes in found.items() if takes}
    assert taken >= {
        "Period.warm_up", "Period.cool_down", "Choice.open_end", "Choice.scale_westbound", "Choice.lag", "Leg.length",
        "WhenHeld.at_least", "ByTimetable.at_least", "Recovery.over", "Flow.volume", "Effect.rate", "Effect.demand", "Fleet.vehicles",
        "Service.spare", "Railway.tariff", "RandomTimes.rate", "Scenario.seed",
    }  # fmt: skip


def over_small(folder: Path, body: str) -> Scenario:
    (folder / "small.yaml").write_bytes(SMALL.read_bytes())
    (folder / "over.yaml").write_text(f"schema: 1\nextends: small.yaml\n{body}\n", encoding="utf-8")
    return load_scenario(folder / "over.yaml").scenario


def test_a_scenario_runs_without_a_warm_up_and_a_cool_down(tmp_path: Path) -> None:
    period = over_small(tmp_path, "period: {warm_up: 0 d, cool_down: 0 d}").period
    assert (period.warm_up, period.cool_down) == (0, 0)


@pytest.mark.parametrize(
    ("spread", "always_s"),
    [
        ("{p50: 9 h, p90: 9 h}", 32_400),
        ("{low: 9 h, p50: 9 h, p90: 9 h}", 32_400),
        ("{low: 9 h, mode: 9 h, high: 9 h}", 32_400),
        ("{kind: uniform, low: 9 h, high: 9 h}", 32_400),
        ("{kind: gamma, mean: 9 h, sd: 0 h}", 32_400),
        ("{kind: exponential, mean: 0 h}", 0),
        ("0 h", 0),
    ],
)
def test_a_spread_of_nothing_is_one_value(tmp_path: Path, spread: str, always_s: int) -> None:
    scenario = over_small(tmp_path, f"legs: {{caspian: {{running_time: {spread}}}}}")
    figure = scenario.legs["caspian"].running_time
    assert figure is not None and figure.value == Constant(constant=always_s)


ZEROS = """
period: {length: 60 d, warm_up: 0 d, cool_down: 0 d}
choice: {routing: adaptive, lag: 0 h, open_end: 0 d, scale_westbound: 0 USD/FEU, scale_eastbound: 0 USD/FEU, patience: 0 h}
legs: {caspian: {length: 0 km, running_time: {p50: 0 h, p90: 0 h}}}
services:
  russia-train: {dispatch: {at_most: 0 h, at_least: 0 TEU}}
  ferry: {dispatch: {at_least: 0 TEU, first: 0 h}, spare: 0 TEU}
disruptions:
  closure: {recovery: {shape: linear, over: 0 d}, announced: {before: 0 d}}
  slow: {random: {rate: 0 /year}, recovery: {shape: steps, steps: 4, over: 0 d}}
"""


def test_a_world_of_zeros_runs_the_same_in_both_engines_and_keeps_the_rules(tmp_path: Path) -> None:
    scenario = over_small(tmp_path, ZEROS)
    plan = Sampler(scenario, name="zeros").plan(0)
    logs = {engine: simulate(plan, engine=engine) for engine in ENGINES}
    assert logs["fast"] == logs["reference"]
    check_log(plan, logs["fast"])
    left = logs["fast"].rows[logs["fast"].column("kind") == EventKind.DEPARTED]
    # Held for no time with at least nothing: a vehicle leaves as soon as there is freight, never empty.
    assert len(left) > 50


def test_a_recovery_that_takes_no_time_is_none(tmp_path: Path) -> None:
    at_once = "disruptions: {closure: {recovery: {shape: linear, over: 0 d}}}"
    plans = [Sampler(over_small(tmp_path, body), name="x").plan(0) for body in ("", at_once)]
    assert plans[0].digest() == plans[1].digest()


def test_at_least_nothing_is_what_a_timetable_asks_without_it(tmp_path: Path) -> None:
    nothing = "services: {ferry: {dispatch: {at_least: 0 TEU}}}"
    plans = [Sampler(over_small(tmp_path, body), name="x").plan(0) for body in ("", nothing)]
    assert plans[0].digest() == plans[1].digest()
