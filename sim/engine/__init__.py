"""Time: a sampled plan goes in, an event log comes out. Engines know nothing else."""

from __future__ import annotations

from sim.contract import EventLog, SampledPlan
from sim.engine.reference import simulate_reference

ENGINES = {"reference": simulate_reference}


def simulate(plan: SampledPlan, *, engine: str = "reference") -> EventLog:
    """Run one replication and return what happened.

    Raises PlanError when the plan contradicts itself, EngineError when the simulation cannot go on.
    """
    plan.check()
    return ENGINES[engine](plan)


__all__ = ["ENGINES", "simulate"]
