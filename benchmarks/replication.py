"""What one replication costs beside its engine: processor time of its parts, without tables."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks.scenarios import baseline
from benchmarks.timing import Table, Target, seconds, times
from sim.engine import simulate
from sim.experiment import Replication
from sim.experiment.cases import Case
from sim.experiment.measured import Measures
from sim.sampling import Sampler


def replication_table(*, short: bool) -> tuple[Table, list[Target]]:
    """Draw, engine, measures and digests of the baseline, in one process, one after the other."""
    scenario = baseline(60 if short else None)
    case, sampler, measures = Case("baseline", scenario), Sampler(scenario), Measures()
    plan = sampler.plan(0)
    log = simulate(plan)
    n = 5 if short else 15
    engine_s = cpu_s(lambda _: simulate(plan), n)
    # Where it is asked for nothing else, a replication draws, simulates and measures.
    whole_s = cpu_s(lambda number: measures(Replication(case, number)), n)
    rows = (
        ("draw", cpu_s(sampler.plan, n)),
        ("engine", engine_s),
        ("a replication: draw, engine, measures, packing of its ledger", whole_s),
        (
            "digests of plan and log, where they are written down",
            cpu_s(lambda _: (plan.digest(), log.digest()), n),
        ),
    )
    table = Table(
        f"A replication of the baseline without tables: processor time, {scenario.period.length // 86_400} days",
        ("what", "processor time", "÷ engine"),
        [(words, seconds(found), times(found / engine_s)) for words, found in rows],
        [
            "Medians of some, in one process. Digests are made beside the next replication, where another core is free."
        ],
    )
    most = None if short else whole_s / engine_s
    return table, [Target("a replication without tables ÷ engine only, processor time", most, most=1.6)]


def cpu_s(work: Callable[[int], Any], n: int) -> float:
    """Median processor time of n runs after two; each is given its number."""
    found = []
    for number in range(n + 2):
        begun = time.process_time()
        work(number)
        found.append(time.process_time() - begun)
    return median(found[2:])
