"""Time: a sampled plan goes in, an event log comes out. Engines know nothing else."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from sim.compiled import put_off
from sim.contract import EventLog, SampledPlan, check_plan
from sim.errors import EngineError

ENGINES = {"fast": "simulate_fast", "reference": "simulate_reference"}
"""Engines by name, the one that is taken when none is named first: the same log, bit for bit. `reference` (SimPy) is the
specification, `fast` the same story compiled."""
DEFAULT = next(iter(ENGINES))


def simulate(plan: SampledPlan, *, engine: str = DEFAULT) -> EventLog:
    """Run one replication and return what happened.

    Raises PlanError when the plan contradicts itself, EngineError when the simulation cannot go on.
    """
    check_plan(plan)
    return _engine(engine)(plan)


def prepare(engine: str) -> None:
    """Make an engine ready on this machine, before workers start: else each of them would compile it for itself."""
    if known(engine) == "fast":
        import_module("sim.engine.fast").STORY.ready()


def known(name: str) -> str:
    """The name of an engine, which is that of a module here. Raises EngineError for any other text."""
    if name not in ENGINES:
        raise EngineError(f"engine: expected one of {', '.join(ENGINES)}, found {name!r:.80}.")
    return name


def _engine(name: str) -> Callable[[SampledPlan], EventLog]:
    """The function of an engine; its libraries are loaded when it is first used."""
    function: Callable[[SampledPlan], EventLog] = getattr(
        import_module(f"sim.engine.{known(name)}"), ENGINES[name]
    )
    return function


__all__ = ["DEFAULT", "ENGINES", "known", "prepare", "put_off", "simulate"]
