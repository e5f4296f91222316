"""Who does the work: processes of this machine, or a cluster; the same calls over joblib."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any, Literal

from sim.engine import prepare
from sim.errors import LandbridgeError

PACKAGE = {"dask": "distributed", "ray": "ray"}
"""What each kind of cluster needs; the extra of its name installs it."""
ANSWER_S = 20
"""A scheduler that is there answers within a second; one behind a slow line gets some more."""
AHEAD = 4
"""Calls for each worker of a cluster at a time: results that carry tables wait in memory until they are written."""


@dataclass(frozen=True)
class Cluster:
    """A cluster of Dask or Ray that is running, and its address (HOST:PORT of the scheduler or the head node)."""

    kind: Literal["dask", "ray"]
    address: str


def spread(
    work: Callable[..., Any],
    tasks: Sequence[tuple[Any, ...]],
    *,
    engine: str,
    jobs: int = 1,
    cluster: Cluster | None = None,
) -> Iterator[tuple[int, Any]]:
    """Yield the number and the result of every task, as they are done: in `jobs` processes, or on all workers of a cluster.

    Raises LandbridgeError when the cluster does not answer, has another version, loses a worker (Ray; Dask gives its tasks to
    others), or its packages are not installed here.
    """
    from joblib import Parallel, delayed, effective_n_jobs

    if not tasks:
        return
    if cluster is None:
        prepare(engine)
    with _joined(cluster):
        n_jobs = -1 if cluster else min(jobs, len(tasks))
        size = AHEAD * effective_n_jobs(-1) if cluster else len(tasks)
        # Ray's backend gives whole lists only (it is one of multiprocessing's pools).
        as_done = "list" if cluster and cluster.kind == "ray" else "generator_unordered"
        with Parallel(n_jobs=n_jobs, return_as=as_done) as parallel:
            for begin in range(0, len(tasks), size):
                some = enumerate(tasks[begin : begin + size], begin)
                with nullcontext() if cluster else _workers_left_alone():
                    results = parallel(delayed(_numbered)(i, work, task) for i, task in some)
                yield from results


@contextmanager
def _workers_left_alone() -> Iterator[None]:
    """Processes that start meanwhile do not hear Ctrl-C: the terminal tells all of them, and it is for this one to end them.

    A worker that is interrupted while it starts prints a traceback.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _numbered(i: int, work: Callable[..., Any], task: tuple[Any, ...]) -> tuple[int, Any]:
    return i, work(*task)


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
