"""A run repeated: the digests of its draws and logs once more, and every row of its logs asked whether it keeps the rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.experiment.cases import Case, digest_of
from sim.experiment.replication import Replication
from sim.experiment.study import Progress, Study
from sim.experiment.workers import ALONE, Workers

if TYPE_CHECKING:
    from sim.audit import Violation


@dataclass(frozen=True)
class Repeated:
    """SHA-256 of plans and of logs over all replications, and the rules that a log breaks, with its replication."""

    plan_digest: str
    log_digest: str
    replications: int
    broken: tuple[tuple[int, Violation], ...]


def repeat(
    case: Case, *, rules: bool = False, workers: Workers = ALONE, progress: Progress | None = None
) -> Repeated:
    """Run every replication of a case again, from the draws on; nothing that was kept is believed.

    With `rules` every log is replayed against the rules that all logs must keep (`sim.audit.RULES`).
    """
    done = Study([case], violations_of if rules else _no_violations).run(workers, progress=progress)
    return Repeated(
        digest_of(one.plan_digest for one in done),
        digest_of(one.log_digest for one in done),
        len(done),
        tuple((one.task.replication, violation) for one in done for violation in one.value),
    )


def violations_of(replication: Replication) -> list[Violation]:
    """The rules that a replication's log breaks: the first few, in the order of its rows."""
    from sim.audit import violations

    return violations(replication.plan, replication.log)


def _no_violations(_: Replication) -> list[Violation]:
    """Of a log that nobody asks."""
    return []
