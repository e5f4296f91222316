"""One replication in a worker; many of them over joblib."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.engine import DEFAULT
from sim.experiment.cases import Case, Outcome, digest_of
from sim.experiment.workers import spread

if TYPE_CHECKING:
    import pandas as pd

    from sim.sampling import Sampler

Progress = Callable[[int, int], None]
"""Called with the replications done and the replications in all."""


@dataclass(frozen=True)
class Replicated:
    """What a worker sends back: small rows and digests; tables stay in its part files."""

    values: pd.DataFrame
    policies: pd.DataFrame
    plan_digest: str
    log_digest: str
    seconds: float


_samplers: dict[tuple[str, int, int], Sampler] = {}
"""The sampler of the case at work in this process; what does not depend on chance is worked out once a worker."""


def _sampler(case: Case) -> Sampler:
    from sim.sampling import Sampler

    key = (case.name, case.scenario.seed, hash(case.text) if case.text else id(case.scenario))
    if key not in _samplers:
        _samplers.clear()
        _samplers[key] = Sampler(case.scenario, name=case.name)
    return _samplers[key]


def replicate(case: Case, replication: int, engine: str, by: str | None, parts: Path | None) -> Replicated:
    """Draw, simulate and measure one replication; write its tables to `parts` when given."""
    from sim.engine import simulate
    from sim.results import tabulate, write_tables
    from sim.stats import policy_values, replication_measures

    begun = time.perf_counter()
    sampler = _sampler(case)
    plan = sampler.plan(replication)
    log = simulate(plan, engine=engine)
    tables = tabulate(plan, log, sampler.legend)
    if parts is not None:
        write_tables(tables, parts, replication)
    values = replication_measures(tables.consignments, tables.trips, by)
    policies = policy_values(tables.policies, tables.consignments)
    return Replicated(values, policies, plan.digest(), log.digest(), time.perf_counter() - begun)


def run_cases(
    cases: Sequence[Case],
    *,
    jobs: int = 1,
    engine: str = DEFAULT,
    by: str | None = None,
    parts: Sequence[Path | None] | None = None,
    progress: Progress | None = None,
) -> list[Outcome]:
    """Run every replication of every case over `jobs` processes; the outcome does not depend on how many.

    `by` adds a breakdown of the measures (see `replication_measures`); `parts` names a folder for each case's tables.
    """
    import pandas as pd

    folders = list(parts) if parts is not None else [None] * len(cases)
    tasks = [(c, r) for c, case in enumerate(cases) for r in range(case.scenario.replications)]
    calls = [(cases[c], r, engine, by, folders[c]) for c, r in tasks]
    found: list[Replicated] = []
    for done in spread(replicate, calls, jobs=jobs, engine=engine):
        found.append(done)
        if progress is not None:
            progress(len(found), len(tasks))
    outcomes = []
    for c, case in enumerate(cases):
        mine = [done for done, (number, _) in zip(found, tasks, strict=True) if number == c]
        outcomes.append(
            Outcome(
                case,
                engine,
                pd.concat([done.values for done in mine], ignore_index=True),
                pd.concat([done.policies for done in mine], ignore_index=True),
                digest_of(done.plan_digest for done in mine),
                digest_of(done.log_digest for done in mine),
                len(mine),
            )
        )
    return outcomes
