"""A worker that is killed in the middle of sending a result: who reads it would wait for its rest for ever."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from typing import Any

LOOKS_S = 0.2
"""How often it is looked whether a worker has ended."""
NOTICED_S = 5.0
"""So long after the end of a worker its pool knows of it, unless it waits for the rest of a result."""


@contextmanager
def torn_results_noticed(pool: Any) -> Iterator[None]:
    """Break a pool of joblib's processes that does not notice the end of one of them; raise BrokenProcessPool without a cause.

    The pool reads what is in its pipe before it looks who has ended. The rest of a result that is there in part never comes, and
    the pipe has no end while anybody can write to it: the other workers, who wait for their turn to write, and the pool itself.
    """
    done, broken = threading.Event(), threading.Event()

    def watch() -> None:
        """Look who has ended until all is done."""
        since: float | None = None
        while not done.wait(LOOKS_S):
            ended = any(process.exitcode is not None for process in list(pool._processes.values()))
            # A pool that is shut down ends its processes itself.
            if not ended or pool._flags.broken is not None or pool._flags.shutdown:
                since = None
                continue
            since = since or time.monotonic()
            if time.monotonic() - since > NOTICED_S:
                broken.set()
                for process in list(pool._processes.values()):
                    with suppress(ProcessLookupError):
                        os.kill(process.pid, signal.SIGKILL)
                pool._result_queue._writer.close()
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    except BrokenProcessPool:
        if broken.is_set():
            raise BrokenProcessPool("a worker was killed while it sent a result") from None
        raise
    finally:
        done.set()
        watcher.join()
