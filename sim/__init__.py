"""Landbridge: China-Europe freight by Russia, by the China-Kyrgyzstan-Uzbekistan railway or by sea, simulated.

    import sim
    baseline = sim.load_scenario("scenarios/baseline.yaml", sets=["replications=5"])
    closure = sim.load_scenario("scenarios/brest-closure.yaml", sets=["replications=5"])
    comparison = sim.compare([baseline, closure])
    print(comparison.rows, *comparison.verdicts, sep="\\n")

What of a scenario can have no effect, or hardly the one that was meant, is in `baseline.warnings`.
Nothing heavy is imported before it is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import LandbridgeError, ScenarioError
from sim.faces import opened

if TYPE_CHECKING:
    from sim.contract import EventLog, SampledPlan
    from sim.engine import simulate
    from sim.experiment import Case, Comparison, Outcome
    from sim.results import Run, read_run
    from sim.sampling import Sampler
    from sim.scenario_file import Loaded, load_scenario
    from sim.views import draw
else:
    __getattr__ = opened(__name__)


def run(loaded: Loaded | Sequence[Loaded], *, jobs: int = 1) -> list[Outcome]:
    """Run one or several loaded scenarios and return their outcomes: measures by replication, and digests.

    What was computed before is taken from the cache, here and in `compare` and `run_to_folder`; LANDBRIDGE_NO_CACHE=1 in the
    environment turns it off.
    """
    from sim.experiment import Workers, run_cases, usual_cache

    return run_cases(_cases(loaded), workers=Workers(jobs), cache=usual_cache())


def compare(loaded: Sequence[Loaded], *, jobs: int = 1, by: str | None = None) -> Comparison:
    """Run scenarios on common random numbers and compare each with the first: measures, paired differences, verdicts.

    `by` ("od", "origin", "destination", "flow", "chain" or "cargo") breaks the measures down further than by market, corridor and
    direction.
    """
    from sim.experiment import Workers, compare_outcomes, run_cases, usual_cache

    workers, cache = Workers(jobs), usual_cache()
    return compare_outcomes(run_cases(_cases(loaded), workers=workers, cache=cache, by=by), by)


def run_to_folder(
    loaded: Loaded, folder: str | Path, *, jobs: int = 1, tables: int | None = 5, force: bool = False
) -> Run:
    """Run a loaded scenario, write its run folder, and open it.

    Measures are of all replications, tables of the first `tables` (None: all; a year of them is some 10 MB each).
    """
    from sim.experiment import Workers, usual_cache
    from sim.experiment import run_to_folder as write
    from sim.results import read_run

    workers, cache = Workers(jobs), usual_cache()
    write(_cases(loaded), [Path(folder)], workers=workers, cache=cache, tables=tables, force=force)
    return read_run(Path(folder))


def _cases(loaded: Loaded | Sequence[Loaded]) -> list[Case]:
    """Loaded scenarios as cases of an experiment, under names that tell them apart."""
    from sim.experiment import Case
    from sim.scenario_file import Loaded as One
    from sim.scenario_file import dump, told_apart

    several = [loaded] if isinstance(loaded, One) else loaded
    return [
        Case(name, one.scenario, dump(one.own), one.files, one.notes, one.warnings)
        for name, one in zip(told_apart(several), several, strict=True)
    ]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


__all__ = [
    "Comparison",
    "EventLog",
    "LandbridgeError",
    "Outcome",
    "Run",
    "SampledPlan",
    "Sampler",
    "ScenarioError",
    "compare",
    "draw",
    "load_scenario",
    "read_run",
    "run",
    "run_to_folder",
    "simulate",
]
