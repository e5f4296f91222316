"""How time and memory grow with demand, period, trains, stations, processes and replications."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from benchmarks.engines import write_replication
from benchmarks.scenarios import ROOT, baseline
from benchmarks.tandem import drawn_line, plan_of
from benchmarks.timing import Table, Target, best_s, seconds, times
from sim.contract import SampledPlan
from sim.engine import simulate
from sim.experiment import Workers, run_cases
from sim.experiment.cases import Case
from sim.sampling import Sampler


def scaling_table(*, short: bool) -> Table:
    """Engine time over demand, period, trains and stations: time an event should stay."""
    table = Table(
        "Growth of the fast engine's time",
        ("what", "consignments", "events", "time", "an event", "events ×", "time ×"),
    )
    days, steps = (20, (1, 4)) if short else (90, (1, 4, 16))
    _add(table, ((f"baseline, {days} days, demand {m}×", _drawn(days, m)) for m in steps))
    long, spans = (20, (1, 2)) if short else (98, (1, 2, 4))
    _add(table, ((f"baseline, {m * long} days", _drawn(m * long, 1)) for m in spans))
    trains = 500 if short else 5_000
    _add(
        table,
        (
            (f"line, {m * trains:,} trains × 20 stations", plan_of(drawn_line(m * trains, 20, 1)))
            for m in steps
        ),
    )
    few = (5, 20) if short else (5, 20, 80)
    _add(table, ((f"line, {trains:,} trains × {k} stations", plan_of(drawn_line(trains, k, 1))) for k in few))
    table.notes.append(
        "The first row of each group is 1×. At 4× and 16× demand the railways are far beyond their capacity, so that queues "
        "grow without end: time an event must not grow with them. The period of the longest baseline is 392 days."
    )
    return table


def _drawn(days: int, demand: float) -> SampledPlan:
    return Sampler(baseline(days, demand=demand)).plan(0)


def _add(table: Table, plans: Iterable[tuple[str, SampledPlan]]) -> None:
    first: tuple[int, float] | None = None
    for words, plan in plans:
        simulate(plan, engine="fast")
        took, log = best_s(lambda plan=plan: simulate(plan, engine="fast"), 5)  # type: ignore[misc]
        first = first or (len(log), took)
        event, more, longer = 1e9 * took / len(log), len(log) / first[0], took / first[1]
        sizes = f"{plan.n_consignments:,}", f"{len(log):,}"
        table.rows.append((words, *sizes, seconds(took), f"{event:.0f} ns", times(more), times(longer)))


def parallel_table(*, short: bool) -> tuple[Table, list[Target]]:
    """Replications over one thread and over all cores."""
    cores = os.cpu_count() or 1
    n = 4 if short else 20
    case = Case("baseline", baseline(60 if short else None, replications=n))
    load = os.getloadavg()[0]
    table = Table(
        f"Replications over threads: {n} of the baseline, {cores} cores",
        ("threads", "time", "one thread ÷ this", "efficiency"),
    )
    one_s = 0.0
    took_s = {}
    for jobs in dict.fromkeys((1, 2, cores)):
        took, _ = best_s(lambda jobs=jobs: run_cases([case], workers=Workers(jobs)), 2)  # type: ignore[misc]
        one_s = one_s or took
        took_s[jobs] = None if short else took
        table.rows.append(
            (str(jobs), seconds(took), times(one_s / took), f"{100 * one_s / took / min(jobs, cores):.0f} %")
        )
    table.notes.append(
        f"The better of two runs. Just before, {load:.1f} other programs were "
        f"running on the {cores} cores (load average of a minute): what they take is missing here."
    )
    return table, [
        Target(f"{n} replications of the baseline, one thread", took_s[1], most=2.5, unit=" s"),
        Target(f"{n} replications of the baseline, two threads", took_s[2], most=1.5, unit=" s"),
    ]


def memory_table(*, short: bool) -> Table:
    """Peak memory of processes that run some replications."""
    table = Table("Peak memory", ("process", "peak memory"))
    days = 60 if short else 0
    for words, engine, n in (
        ("everything loaded, nothing run", "fast", 0),
        ("one replication with its tables, fast engine", "fast", 1),
        ("six replications with their tables, fast engine", "fast", 6),
        ("one replication with its tables, reference engine", "reference", 1),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.scaling", engine, str(n), str(days)],
            check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip
        table.rows.append((words, f"{json.loads(done.stdout) / 2**20:.0f} MiB"))
    span = f"{days} days of the baseline" if days else "The baseline"
    table.notes.append(f"{span}; the peak of the resident memory of a process of its own.")
    return table


def _peak_bytes(engine: str, n: int, days: int) -> int:
    import resource

    import sim.engine.fast
    import sim.results
    import sim.stats  # noqa: F401

    case = Case("baseline", baseline(days or None))
    with tempfile.TemporaryDirectory() as folder:
        for replication in range(n):
            write_replication(case, replication, engine, Path(folder), keep=True)
    status = Path("/proc/self/status")
    if status.exists():
        # getrusage also counts the process that started this one, before it became another program.
        return 1024 * int(re.findall(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))[0])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


if __name__ == "__main__":
    print(_peak_bytes(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
