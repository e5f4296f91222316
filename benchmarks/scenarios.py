"""The scenario that is measured: the shipped baseline, whole or cut, with more or less freight."""

from __future__ import annotations

from pathlib import Path

from sim.model import Scenario
from sim.scenario_file import load_scenario

ROOT = Path(__file__).parent.parent
BASELINE = ROOT / "scenarios" / "baseline.yaml"
TINY_SETS = ("period.length=20 d", "period.warm_up=5 d", "period.cool_down=5 d", "replications=1")


def baseline(days: int | None = None, *, demand: float = 1.0, replications: int | None = None) -> Scenario:
    """The shipped baseline, or its first days; `demand` multiplies the volume of every flow."""
    edge = (days or 0) // 10
    sets = (
        []
        if days is None
        else [f"period.length={days} d", f"period.warm_up={edge} d", f"period.cool_down={edge} d"]
    )
    sets += [] if replications is None else [f"replications={replications}"]
    scenario = load_scenario(BASELINE, sets=sets).scenario
    flows = {
        name: flow.model_copy(
            update={"volume": flow.volume.model_copy(update={"value": demand * flow.volume.value})}
        )
        for name, flow in scenario.flows.items()
    }
    return scenario.model_copy(update={"flows": flows})
