"""Who does the work: threads of this process, processes of this machine, or a cluster; the same results."""

from __future__ import annotations

import hashlib
import os
import pickle
import socket
import threading
import time
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any, Literal

from sim.engine import DEFAULT, known, prepare, put_off
from sim.errors import LandbridgeError
from sim.experiment.threads import in_threads
from sim.experiment.torn import torn_results_noticed
from sim.results import prepare as prepare_measures
from sim.sampling import prepare as prepare_draws

PACKAGE = {"dask": "distributed", "ray": "ray"}
"""What each kind of cluster needs; the extra of its name installs it."""
ANSWER_S = 20
"""A scheduler that is there answers within a second; one behind a slow line gets some more."""
AHEAD = 4
"""Calls for each worker of a cluster at a time: results that carry tables wait in memory until they are written."""

LOOKS_S = 0.2
"""How often a worker looks whether its parent is there."""


@dataclass(frozen=True)
class Cluster:
    """A cluster of Dask or Ray that is running, and its address (HOST:PORT of the scheduler or the head node)."""

    kind: Literal["dask", "ray"]
    address: str


@dataclass(frozen=True)
class Workers:
    """Who does the work, and with which engine.

    `jobs` at a time on this machine, as `where` says: threads of this process, other processes, or all workers of a cluster. None:
    threads for an engine that leaves the interpreter alone, processes for one that needs an interpreter of its own. Raises
    LandbridgeError for anything else.
    """

    jobs: int = 1
    engine: str = DEFAULT
    where: Literal["threads", "processes"] | Cluster | None = None

    def __post_init__(self) -> None:
        """Refuse workers that there are not."""
        known(self.engine)
        if self.jobs < 1:
            raise LandbridgeError(
                f"jobs: expected 1 or more, got {self.jobs}. Write 1 for one replication at a time."
            )
        if not (self.where in (None, "threads", "processes") or isinstance(self.where, Cluster)):
            raise LandbridgeError(
                f'where: expected "threads", "processes" or a Cluster, got {self.where!r:.80}. Leave it out for what suits the engine.'
            )

    @property
    def cluster(self) -> Cluster | None:
        """The cluster, if it is one."""
        return self.where if isinstance(self.where, Cluster) else None

    @property
    def here(self) -> bool:
        """Whether all work is done in this process."""
        if self.cluster is not None:
            return False
        return self.jobs == 1 or (self.where or WHERE[self.engine]) == "threads"


ALONE = Workers()
"""One job at a time, in this process."""
WHERE = {"fast": "threads", "reference": "processes"}
"""Where the work of an engine is done when nobody says otherwise. Processes take seconds to start."""


def _itself(result: Any) -> Any:
    """A result as it is."""
    return result


def spread(
    work: Callable[..., Any],
    tasks: Sequence[tuple[Any, ...]],
    workers: Workers,
    end: Callable[[Any], Any] = _itself,
    called: Callable[[int], str] = "task {}".format,
) -> Generator[tuple[int, Any], None, None]:
    """Yield the number and the result of every task, as they are done: `end(work(*task))`.

    What `work` leaves going on beside the next task, `end` waits for. Close it (`contextlib.closing`) where the loop over it may be
    left early: workers go on until it is closed.
    `called` says in words what the task of a number is. Raises LandbridgeError when a worker is killed or memory runs out, and
    when the cluster does not answer, has another version, loses a worker (Ray; Dask gives its tasks to others), or its packages
    are not installed here.
    """
    if not tasks:
        return
    if workers.cluster is None:
        prepare(workers.engine)
        prepare_draws()
        prepare_measures()
    missing = dict.fromkeys(range(len(tasks)))
    with _said_in_words(missing, called):
        made = (
            in_threads(work, tasks, workers.jobs, end)
            if workers.here
            else _elsewhere(work, tasks, workers, end)
        )
        with closing(made) as results:
            for number, result in results:
                del missing[number]
                yield number, result


def _elsewhere(
    work: Callable[..., Any], tasks: Sequence[tuple[Any, ...]], workers: Workers, end: Callable[[Any], Any]
) -> Generator[tuple[int, Any], None, None]:
    """The same in processes of this machine or of a cluster, by joblib."""
    from joblib import Parallel, delayed, effective_n_jobs

    cluster = workers.cluster
    with _joined(cluster):
        n_jobs = -1 if cluster else min(workers.jobs, len(tasks))
        size = AHEAD * effective_n_jobs(-1) if cluster else len(tasks)
        # Ray's backend gives whole lists only (it is one of multiprocessing's pools).
        as_done = "list" if cluster and cluster.kind == "ray" else "generator_unordered"
        here = {"initializer": end_with, "initargs": (os.getpid(),)} if n_jobs > 1 else {}
        with Parallel(n_jobs=n_jobs, return_as=as_done, **here) as parallel:
            if n_jobs > 1:
                _start_trackers()
            for begin in range(0, len(tasks), size):
                some = enumerate(tasks[begin : begin + size], begin)
                # A worker that is interrupted while it starts prints a traceback.
                with nullcontext() if cluster else put_off(deaf_children=True):
                    results = parallel(delayed(_numbered)(i, work, task, end) for i, task in some)
                with torn_results_noticed(parallel._backend._workers) if here else nullcontext():
                    yield from results


def _start_trackers() -> None:
    """Start the two processes that look after what workers share, which would be started with the first of them.

    When Python starts its own it lets Ctrl-C through again (up to 3.12), and the workers after it would hear it.
    """
    from multiprocessing import resource_tracker

    from joblib.externals.loky.backend import resource_tracker as of_loky

    with put_off():
        resource_tracker.ensure_running()
        of_loky.ensure_running()


def end_with(parent: int) -> None:
    """In a worker: end at once when the process that started it has ended, so that a killed run leaves nobody behind.

    A process whose parent ends is given another one.
    """

    def watch() -> None:
        """End with the process that started this one."""
        while os.getppid() == parent:
            time.sleep(LOOKS_S)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _said_in_words(missing: Collection[int], called: Callable[[int], str]) -> Iterator[None]:
    """Say that a worker was killed, or that memory ran out, and at what; `missing` are the tasks that are not done."""
    try:
        yield
    except (BrokenProcessPool, MemoryError) as error:
        if isinstance(error, BrokenProcessPool) and error.__cause__ is not None:
            raise  # a call or a result that cannot be sent: a fault of the program
        ended = isinstance(error, BrokenProcessPool)
        what = "a worker process was killed" if ended else "there is not enough memory"
        why = " (the system does that where memory runs out)" if ended else ""
        raise LandbridgeError(
            f"{what}, and {called(min(missing, default=0))} is not done{why}. Give fewer --jobs, so that each has more memory."
        ) from None


def _numbered(
    i: int, work: Callable[..., Any], task: tuple[Any, ...], end: Callable[[Any], Any]
) -> tuple[int, Any]:
    """A result with the number of its task."""
    return i, end(work(*task))


@dataclass(frozen=True)
class Parcel:
    """What all tasks of a case share, as bytes: packed once, and opened once by each worker.

    To pack and open a scenario for every replication would take as long as to measure it.
    """

    content: bytes
    digest: str

    @classmethod
    def of(cls, shared: object) -> Parcel:
        """Pack it; what is defined in a notebook or a script goes along by value."""
        from joblib.externals.loky.backend.reduction import dumps

        content = bytes(dumps(shared))
        return cls(content, hashlib.sha256(content).hexdigest())


_kept = threading.local()
"""Of this thread: what was in the parcel opened last."""


def opened(sent: Any) -> Any:
    """What is in a parcel; anything else as it is."""
    if not isinstance(sent, Parcel):
        return sent
    if getattr(_kept, "digest", None) != sent.digest:
        _kept.shared, _kept.digest = pickle.loads(sent.content), sent.digest
    return _kept.shared


@contextmanager
def _joined(cluster: Cluster | None) -> Iterator[None]:
    """Send joblib's calls to the cluster."""
    if cluster is None:
        yield
        return
    if find_spec(PACKAGE[cluster.kind]) is None:
        raise LandbridgeError(
            f'the backend {cluster.kind} needs packages that are not installed. Write: pip install "landbridge[{cluster.kind}]"'
        )
    with {"dask": _dask, "ray": _ray}[cluster.kind](cluster.address):
        yield


@contextmanager
def _dask(address: str) -> Iterator[None]:
    """Work on a Dask cluster."""
    from distributed import Client
    from joblib import parallel_config

    try:
        client = Client(address, timeout=ANSWER_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise LandbridgeError(
            f"no Dask scheduler answers at {address}: {error}. Start one (dask scheduler), or correct --address."
        ) from error
    with client:
        there = set(client.run(version, "landbridge").values())
        if not there:
            raise LandbridgeError(
                f"the Dask cluster at {address} has no workers. Start some: dask worker {address}"
            )
        if there != {version("landbridge")}:
            raise LandbridgeError(
                f"the workers at {address} have landbridge {', '.join(sorted(there))}, here is {version('landbridge')}: "
                "results would not be the same. Install the same version on all."
            )
        with client.as_current(), parallel_config(backend="dask"):
            yield


@contextmanager
def _ray(address: str) -> Iterator[None]:
    """Work on a Ray cluster."""
    import ray
    from joblib import parallel_config
    from ray.util.joblib import register_ray

    try:
        host, _, port = address.rpartition(":")
        # Ray itself goes on trying for minutes.
        socket.create_connection((host, int(port)), timeout=ANSWER_S).close()
        ray.init(address=address)
    except (OSError, ValueError) as error:
        raise LandbridgeError(
            f"no Ray cluster answers at {address}: {error}. Start one (ray start --head), or correct --address."
        ) from error
    try:
        register_ray()
        with parallel_config(backend="ray"):
            yield
    except ray.exceptions.RayActorError as error:
        raise LandbridgeError(
            f"a worker of the Ray cluster at {address} died. Look into its log, and run the same with --resume."
        ) from error
    finally:
        ray.shutdown()
