"""The two engines beside each other: alone, and in a whole replication."""

from __future__ import annotations

import gc
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.scenarios import baseline
from benchmarks.timing import Table, Target, best_s, seconds, times
from sim.engine import simulate
from sim.experiment import Study, Task, Workers
from sim.experiment.cases import Case
from sim.experiment.folders import KEPT
from sim.experiment.measured import Measures
from sim.model import Scenario
from sim.results import write_parts
from sim.sampling import Sampler

REPLICATIONS = 100
"""For how many replications the whole run is worked out from those that were measured."""


def engines_table(*, short: bool) -> tuple[Table, list[Target]]:
    """Fast ÷ reference on the baseline: engine only, and draw + engine + tables + measures."""
    scenario = baseline(60 if short else None)
    plan = Sampler(scenario).plan(0)
    simulate(plan, engine="fast")
    reference_s, told = best_s(lambda: simulate(plan, engine="reference"), 2)
    fast_s, again = best_s(lambda: simulate(plan, engine="fast"), 15)
    if again != told:
        raise RuntimeError("the engines disagree: run `make agreement`")
    days = scenario.period.length // 86_400
    table = Table(
        f"Fast and reference engine: baseline, {days} days, {plan.n_consignments:,} consignments, {len(told):,} events",
        ("what", "reference", "fast", "reference ÷ fast"),
    )
    table.rows.append(("engine only", seconds(reference_s), seconds(fast_s), times(reference_s / fast_s)))
    few, many = (1, 3) if short else (3, 11)
    slow = [whole_run(scenario, "reference", few, keep=keep) for keep in (True, False)]
    quick = [whole_run(scenario, "fast", many, keep=keep) for keep in (True, False)]
    for words, a, b in (
        ("a replication with its tables: draw, engine, tables, measures", min(slow[0]), min(quick[0])),
        ("a replication without: draw, engine, measures", min(slow[1]), min(quick[1])),
        (f"the run of {REPLICATIONS} replications, worked out", _run_s(slow), _run_s(quick)),
    ):
        table.rows.append((words, seconds(a), seconds(b), times(a / b)))
    table.notes.append(
        f"Engine only: `simulate(plan)` with its check of the plan, the same plan and the same process, draws excluded; the logs "
        f"were equal. A replication is what `landbridge run` does for each: draw, simulate, take the measures and write them, for the "
        f"first {KEPT} the tables, too; the draws ({seconds(_draw_s(scenario))}), tables and measures are the same code with "
        f"either engine and bound the ratio. The run of {REPLICATIONS} is {KEPT} times the median of those with tables and "
        f"{REPLICATIONS - KEPT} times that of those without: {few} of each measured with the reference engine, {many} with the "
        f"fast one; one process, which had loaded what it needs, with a second core for hashing and packing where there is one."
    )
    return table, [
        Target(
            "reference ÷ fast, engine only, baseline year", None if short else reference_s / fast_s, least=150
        ),
        Target(
            f"reference ÷ fast, whole run of {REPLICATIONS} replications",
            None if short else _run_s(slow) / _run_s(quick),
            least=40,
        ),
    ]


def whole_run(scenario: Scenario, engine: str, n: int, *, keep: bool) -> list[float]:
    """Seconds of each of n replications after a first one, written to the disk: with their tables where they are to keep."""
    case = Case("baseline", scenario)
    found = []
    # What was left lying by the measurement before is not looked through again and again in this one.
    gc.collect()
    with tempfile.TemporaryDirectory() as folder:
        for replication in range(n + 1):
            begun = time.perf_counter()
            # The first one works out what does not depend on chance, and loads what is needed: with the engine that is soon done.
            write_replication(case, replication, engine if replication else "fast", Path(folder), keep=keep)
            found.append(time.perf_counter() - begun)
    return found[1:]


def write_replication(case: Case, replication: int, engine: str, folder: Path, *, keep: bool) -> None:
    """What `landbridge run` does for each replication: draw, simulate, measure, write."""
    study = Study([case], Measures(tables=None if keep else 0), [Task(0, replication)])
    (done,) = study.run(Workers(engine=engine))
    write_parts(folder, done.value.parts(replication))


def _run_s(each: list[list[float]]) -> float:
    # The median: other programs can only add to a time, and what they add to one replication is not part of the run.
    with_tables, without = (median(one) for one in each)
    return KEPT * with_tables + (REPLICATIONS - KEPT) * without


def _draw_s(scenario: Scenario) -> float:
    sampler = Sampler(scenario)
    return best_s(lambda: sampler.plan(1), 3)[0]
