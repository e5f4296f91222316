"""A study: cases x replications x a measure. Every experiment is one, whoever does the work and whatever was done before."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from sim.errors import LandbridgeError
from sim.experiment.cache import Cache, code_state, key_of
from sim.experiment.cases import Case, told_apart
from sim.experiment.replication import Replication
from sim.experiment.workers import ALONE, Parcel, Workers, opened, spread

T = TypeVar("T")
Progress = Callable[[int, int], None]
"""Called with the replications done and the replications in all: first with those done before, 0 or more."""


class Task(NamedTuple):
    """One replication of one case (by its place in the study's cases), and what its measure is given besides."""

    case: int
    replication: int
    given: bytes = b""


@dataclass(frozen=True)
class Done(Generic[T]):
    """A task that is done: its result, and SHA-256 of plan and log ("" in a study without digests)."""

    task: Task
    value: T
    plan_digest: str = ""
    log_digest: str = ""


def _whole(value: T) -> T:
    """Keep all of a value."""
    return value


def _every(_: Task) -> bool:
    """Keep every task."""
    return True


@dataclass(frozen=True)
class Kept(Generic[T]):
    """How the results of a study are kept in a cache.

    `name` says what is measured, with all that it depends on besides the scenario; another measure must have another one.
    `part` is what is kept of a result, when not all of it; `serves` says of which tasks that is the whole result.
    """

    name: str
    part: Callable[[T], T] = _whole
    serves: Callable[[Task], bool] = _every


@dataclass(frozen=True)
class Study(Generic[T]):
    """Cases, tasks and a measure: a function of a `Replication` that gives anything that can be sent to another process.

    The results do not depend on who does the work (`Workers`). With a cache, and a name under which results are `kept`, no
    replication is computed twice: also not by another command, and not after an interruption.

        def fill(replication):
            return replication.tables.trips["fill"].mean()

        study = Study([Case("baseline", scenario)], fill)
        fills = [done.value for done in study.run(Workers(jobs=2))]

    `tasks`: None for every replication of every case. `digests`: whether those of plan and log are wanted, too.
    `called` says in words what a task is, for errors. Raises LandbridgeError when two cases have one name.
    """

    cases: Sequence[Case]
    measure: Callable[[Replication], T]
    tasks: Sequence[Task] | None = None
    kept: Kept[T] | None = None
    digests: bool = True
    called: Callable[[Task], str] | None = None

    def __post_init__(self) -> None:
        """Refuse cases that cannot be told apart."""
        told_apart(self.cases)

    @cached_property
    def todo(self) -> Sequence[Task]:
        """The tasks, in their order."""
        if self.tasks is not None:
            return self.tasks
        return [Task(c, r) for c, case in enumerate(self.cases) for r in range(case.scenario.replications)]

    def run(
        self, workers: Workers = ALONE, cache: Cache | None = None, progress: Progress | None = None
    ) -> list[Done[T]]:
        """Do every task; the results are in the order of the tasks."""
        found: list[Done[T] | None] = [None] * len(self.todo)
        with closing(self.results(workers, cache, progress)) as results:
            for number, done in results:
                found[number] = done
        return [done for done in found if done is not None]

    def results(
        self, workers: Workers = ALONE, cache: Cache | None = None, progress: Progress | None = None
    ) -> Generator[tuple[int, Done[T]], None, None]:
        """Yield the number and the result of each task as it is done, those from the cache first.

        Close it (`contextlib.closing`) where the loop over it may be left early. Raises as `spread`.
        """
        tell, shelf = progress or (lambda *_: None), _Shelf(self, cache, workers.engine)
        missing, there = dict.fromkeys(range(len(self.todo))), shelf.there()
        count = len(there)
        tell(count, len(missing))
        try:
            for i in there:
                found = shelf.take(i)
                if found is None:
                    count -= 1  # it was damaged, or another program took it away
                    continue
                del missing[i]
                yield i, found
            for i, done in self._computed(list(missing), workers):
                shelf.put(i, done)
                count += 1
                # Who hears of it may stop the study: the result counts first.
                yield i, done
                tell(count, len(self.todo))
        except (KeyboardInterrupt, LandbridgeError) as error:
            if shelf.keys and count:
                error.add_note(
                    f"{count} of {len(self.todo)} replications are kept in the cache. The same command takes them from there."
                )
            raise
        if missing:
            shelf.tidy()

    def _computed(
        self, numbers: Sequence[int], workers: Workers
    ) -> Generator[tuple[int, Done[T]], None, None]:
        """Yield results of these tasks as they are done."""
        tasks = [self.todo[i] for i in numbers]
        jobs: dict[int, _Job | Parcel] = {
            c: _Job(self.cases[c], self.measure, self.digests) for c in {task.case for task in tasks}
        }
        if not workers.here:
            jobs = {c: Parcel.of(job) for c, job in jobs.items()}
        calls = [(jobs[task.case], task, workers.engine) for task in tasks]
        made = spread(_begin, calls, workers, _end, lambda number: self._said(tasks[number]))
        with closing(made) as results:
            for number, done in results:
                yield numbers[number], Done(tasks[number], *done)

    def _said(self, task: Task) -> str:
        """A task in words."""
        if self.called is not None:
            return self.called(task)
        return f"replication {task.replication} of {self.cases[task.case].name}"


@dataclass(frozen=True)
class _Shelf(Generic[T]):
    """The results of a study in a cache; empty, and kept so, where there is no cache or results are not to be kept."""

    study: Study[T]
    cache: Cache | None
    engine: str

    @cached_property
    def keys(self) -> dict[int, str]:
        """Under what the result of each task is kept, by its number."""
        kept, cases = self.study.kept, self.study.cases
        if self.cache is None or kept is None:
            return {}
        digests = [case.digest for case in cases]
        about = (kept.name, self.engine, self.study.digests, code_state())
        return {
            i: key_of(
                cases[task.case].name,
                digests[task.case],
                task.replication,
                hashlib.sha256(task.given).hexdigest(),
                *about,
            )
            for i, task in enumerate(self.study.todo)
        }

    def there(self) -> list[int]:
        """Numbers of the tasks whose whole results are there, as it seems."""
        cache, kept = self.cache, self.study.kept
        if cache is None or kept is None:
            return []
        return [i for i, key in self.keys.items() if kept.serves(self.study.todo[i]) and cache.has(key)]

    def take(self, i: int) -> Done[T] | None:
        """The result of a task; None when it is not there after all."""
        found = self.cache.get(self.keys[i]) if self.cache is not None else None
        return None if found is None else Done(self.study.todo[i], *found)

    def put(self, i: int, done: Done[T]) -> None:
        """Keep a result, with what it says of itself to people."""
        cache, kept = self.cache, self.study.kept
        if cache is None or kept is None:
            return
        case = self.study.cases[done.task.case]
        about = {
            "scenario": case.name,
            "seed": case.scenario.seed,
            "replication": done.task.replication,
            "engine": self.engine,
            "measured": kept.name,
        }
        cache.put(self.keys[i], (kept.part(done.value), done.plan_digest, done.log_digest), about)

    def tidy(self) -> None:
        """Keep the limit of the cache."""
        if self.keys and self.cache is not None:
            self.cache.trim()


class _Job(NamedTuple):
    """What a worker needs to know of a case, once for all of its tasks."""

    case: Case
    measure: Callable[[Replication], Any]
    digests: bool


_kept = threading.local()
"""Of this thread: who makes digests aside. Hashing leaves the interpreter alone, so it goes on beside the next replication."""


def _begin(sent: _Job | Parcel, task: Task, engine: str) -> tuple[Any, Future[tuple[str, str]] | None]:
    """In a worker: do a task; its digests are on their way."""
    job: _Job = opened(sent)
    replication = Replication(job.case, task.replication, engine, task.given)
    digests = None
    if job.digests:
        replication.log  # noqa: B018 - made here, so that nobody makes it twice
        if not hasattr(_kept, "aside"):
            _kept.aside = ThreadPoolExecutor(1)
        digests = _kept.aside.submit(replication.digests)
    return job.measure(replication), digests


def _end(begun: tuple[Any, Future[tuple[str, str]] | None]) -> tuple[Any, str, str]:
    """In a worker: wait for the digests of a task."""
    value, digests = begun
    return value, *(digests.result() if digests is not None else ("", ""))
