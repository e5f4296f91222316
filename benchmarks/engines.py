"""The two engines beside each other: alone, and in a whole replication."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.scenarios import baseline
from benchmarks.timing import Table, Target, best_s, seconds, times
from sim.engine import simulate
from sim.experiment.cases import Case
from sim.experiment.replicate import replicate
from sim.model import Scenario
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
    slow, quick = whole_run(scenario, "reference", 3), whole_run(scenario, "fast", 4 if short else 11)
    for words, a, b in (
        ("a replication: draw, engine, tables, measures", min(slow[1:]), min(quick[1:])),
        (f"the run of {REPLICATIONS} replications, worked out", _run_s(slow), _run_s(quick)),
    ):
        table.rows.append((words, seconds(a), seconds(b), times(a / b)))
    table.notes.append(
        f"Engine only: `simulate(plan)` with its check of the plan, the same plan and the same process, draws excluded; the logs "
        f"were equal. A replication is what `landbridge run` does for each: draw, simulate, make the tables, write them, take "
        f"the measures; the draws ({seconds(_draw_s(scenario))}) and the tables are the same code with either engine and "
        f"bound the ratio. The run of {REPLICATIONS} is the first replication (which loads what is needed) and "
        f"{REPLICATIONS - 1} times the mean of the others: {len(slow) - 1} measured with the reference engine, "
        f"{len(quick) - 1} with the fast one; one process."
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


def whole_run(scenario: Scenario, engine: str, n: int) -> list[float]:
    """Seconds of each of n replications, tables written."""
    case = Case("baseline", scenario)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for replication in range(n):
            begun = time.perf_counter()
            replicate(case, replication, engine, None, Path(folder))
            found.append(time.perf_counter() - begun)
    return found


def _run_s(each: list[float]) -> float:
    return each[0] + (REPLICATIONS - 1) * sum(each[1:]) / (len(each) - 1)


def _draw_s(scenario: Scenario) -> float:
    sampler = Sampler(scenario)
    return best_s(lambda: sampler.plan(1), 3)[0]
