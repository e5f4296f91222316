"""Processes: an interruption is never lost, workers end with their parent, and what goes wrong with one is said in words."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from small_runs import run_words, tiny
from where import ROOT

from sim.engine import put_off

IN_TIME_S = 90


def children(pid: int) -> list[int]:
    """Processes that a process has started, and theirs, that are alive."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                parents[int(stat.parent.name)] = int(parent)
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


def alive(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def until(true: Callable[[], object], what: str) -> None:
    end = time.monotonic() + IN_TIME_S
    while not true():
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(0.02)


def lines(journal: Path) -> int:
    return journal.read_bytes().count(b"\n") if journal.exists() else 0


def _heard() -> None:
    """In a child: signals that its parent may ignore are heard again."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@contextmanager
def running(
    tmp_path: Path, n: int = 2_000, jobs: int = 2, backend: str = "processes"
) -> Iterator[subprocess.Popen[str]]:
    """A long run with workers, in a session of its own; what is left of it is ended afterwards."""
    with subprocess.Popen(
        [*run_words(tiny(tmp_path), tmp_path / "out", n, jobs), "--backend", backend],
        cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
        start_new_session=True,
        # What starts the tests may ignore Ctrl-C (a shell does for what runs in the background) or the end of its terminal
        # (nohup does), and children would too.
        preexec_fn=_heard,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def at_work(process: subprocess.Popen[str], tmp_path: Path) -> list[int]:
    """The workers of a run, of which some replications are done."""
    journal = tmp_path / "out.part" / "journal.jsonl"
    until(lambda: lines(journal) > 4, "some replications are done")
    found = children(process.pid)
    assert len(found) >= 2
    return found


# --- ended by a signal -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "name"), [(signal.SIGTERM, "SIGTERM"), (signal.SIGHUP, "SIGHUP")])
def test_a_run_that_is_asked_to_end_keeps_what_is_done_and_takes_its_workers_along(
    tmp_path: Path, number: signal.Signals, name: str
) -> None:
    with running(tmp_path) as process:
        workers = at_work(process, tmp_path)
        process.send_signal(number)
        _, said = process.communicate(timeout=IN_TIME_S)
    assert process.returncode == 128 + number
    assert f"landbridge: interrupted by {name}." in said
    assert "--resume goes on" in said and "Traceback" not in said
    until(lambda: not any(map(alive, workers)), "the workers have ended")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_in_threads_that_is_asked_to_end_keeps_what_is_done(
    tmp_path: Path, number: signal.Signals
) -> None:
    with running(tmp_path, backend="threads") as process:
        until(lambda: lines(tmp_path / "out.part" / "journal.jsonl") > 4, "some replications are done")
        assert children(process.pid) == []
        process.send_signal(number)
        _, said = process.communicate(timeout=IN_TIME_S)
    assert process.returncode == 128 + number
    assert "landbridge: interrupted" in said and "--resume goes on" in said and "Traceback" not in said
    assert not list((tmp_path / "out.part" / "parts").glob(".*"))


def test_the_workers_of_a_killed_run_end_and_write_no_more(tmp_path: Path) -> None:
    with running(tmp_path) as process:
        workers = at_work(process, tmp_path)
        process.kill()
        process.wait(timeout=IN_TIME_S)
        until(lambda: not any(map(alive, workers)), "the workers have ended")
    files = {path: path.stat().st_mtime_ns for path in (tmp_path / "out.part").rglob("*")}
    time.sleep(0.5)
    assert files == {path: path.stat().st_mtime_ns for path in (tmp_path / "out.part").rglob("*")}


def test_workers_that_have_no_work_yet_end_with_a_killed_run(tmp_path: Path) -> None:
    with running(tmp_path) as process:
        until(lambda: len(children(process.pid)) >= 2, "workers start")
        workers = children(process.pid)
        process.kill()
        process.wait(timeout=IN_TIME_S)
        until(lambda: not any(map(alive, workers)), "the workers have ended")


def test_a_killed_worker_is_said_in_words_and_the_run_can_go_on(tmp_path: Path) -> None:
    with running(tmp_path) as process:
        at_work(process, tmp_path)
        (worker, *_) = [
            pid for pid in children(process.pid) if b"popen_loky" in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]
        os.kill(worker, signal.SIGKILL)
        _, said = process.communicate(timeout=IN_TIME_S)
    assert process.returncode == 1
    first, second = said.splitlines()[-2:]
    assert re.fullmatch(
        r"a worker process was killed, and replication \d+ of tiny is not done \(the system does that where memory runs out\)\. "
        r"Give fewer --jobs, so that each has more memory\.",
        first,
    )
    assert "replications are kept in" in second and "--resume goes on" in second
    assert "Traceback" not in said and "loky" not in said


TORN = """
import os, signal, struct
from multiprocessing.connection import Connection
from sim.errors import LandbridgeError
from sim.experiment.workers import Workers, spread

def work(n):
    if n == 3:
        def in_part(self, result):
            self._send(struct.pack("!i", len(result)) + bytes(result[:1]))
            os.kill(os.getpid(), signal.SIGKILL)
        Connection._send_bytes = in_part
    return n

try:
    for _ in spread(work, [(n,) for n in range(100)], Workers(2, "reference"), called="replication {} of it".format):
        pass
except LandbridgeError as error:
    print(error)
"""


def test_a_worker_killed_while_it_sends_a_result_is_said_in_words(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TORN], capture_output=True, text=True, timeout=IN_TIME_S, cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert re.fullmatch(
        r"a worker process was killed, and replication \d+ of it is not done \(the system does that where memory runs out\)\. "
        r"Give fewer --jobs, so that each has more memory\.\n",
        done.stdout,
    ), done.stderr
    assert "Traceback" not in done.stderr


OUT_OF_MEMORY = """
import sys
import time
from pathlib import Path
from sim.errors import LandbridgeError
from sim.experiment.workers import Workers, spread

def work(n):
    if n == 1:
        time.sleep(1)  # the first is done by then
        bytearray(2**60)
    return n

for jobs in (1, 2):
    try:
        print(list(spread(work, [(0,), (1,)], Workers(jobs, "reference"), called="replication {} of it".format)))
    except LandbridgeError as error:
        print(error)
"""


def test_memory_that_runs_out_is_said_in_words_here_and_in_a_worker(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", OUT_OF_MEMORY], capture_output=True, text=True, timeout=IN_TIME_S, cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    said = "there is not enough memory, and replication 1 of it is not done. Give fewer --jobs, so that each has more memory."
    assert done.stdout.splitlines() == [said, said], done.stderr
    assert done.stderr == ""


# --- Ctrl-C at any moment --------------------------------------------------------------------------------------------


@pytest.fixture
def hearing() -> Iterator[None]:
    """A process started in the background is deaf to Ctrl-C, which is then ignored for good: here it is heard."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("hearing")
def test_what_is_asked_while_it_is_put_off_comes_afterwards() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), put_off(deaf_children=True):
        signal.raise_signal(signal.SIGINT)
        deaf = subprocess.run(
            [sys.executable, "-c", "import signal; print(signal.SIGINT in signal.pthread_sigmask(0, ()))"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        done.append(deaf.stdout.strip())
    assert done == ["True"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


@pytest.mark.usefixtures("hearing")
def test_what_is_asked_is_not_lost_when_what_it_waits_for_fails() -> None:
    with pytest.raises(KeyboardInterrupt), put_off():
        signal.raise_signal(signal.SIGINT)
        raise ValueError("something else")


def test_what_is_ignored_stays_ignored_while_it_is_put_off() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with put_off():
            signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def hears(pid: int) -> bool:
    """Whether a process has a handler for SIGTERM: the command is loaded, what it needs is not yet."""
    (caught,) = re.findall(r"SigCgt:\s*([0-9a-f]+)", Path(f"/proc/{pid}/status").read_text())
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def interrupted(folder: Path, seconds: float, backend: str) -> str | None:
    """Interrupt a run after so long, as a terminal does: all its processes. What is wrong with how it ends."""
    folder.mkdir()
    with running(folder, backend=backend) as process:
        until(lambda: hears(process.pid), "the command is loaded")
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGINT)
        try:
            _, said = process.communicate(timeout=IN_TIME_S)
        except subprocess.TimeoutExpired:
            return "it goes on"
    if process.returncode != 130 or "landbridge: interrupted." not in said:
        return f"exit code {process.returncode}: {said[-600:]}"
    if "Traceback" in said or "Exception" in said:
        return said[-600:]
    left = sorted(path.name for path in folder.iterdir())
    kept = [] if "Nothing was written." in said else ["out.part"]
    return None if left == [*kept, "tiny.yaml"] else f"left: {left}, said: {said[-300:]}"


def moments(n: int) -> list[float]:
    """Seconds after the command is loaded, until its workers are at work."""
    chance = random.Random(20260301)
    return [chance.uniform(0, 5) for _ in range(n)]


def wrong(folder: Path, some: list[float], backend: str = "processes") -> list[str]:
    said = ((at, interrupted(folder / str(i), at, backend)) for i, at in enumerate(some))
    return [f"after {at:.3f} s: {text}" for at, text in said if text]


def test_ctrl_c_is_heard_at_any_moment_of_the_start(tmp_path: Path) -> None:
    assert wrong(tmp_path, moments(6)) == []


def test_ctrl_c_is_heard_at_any_moment_of_a_run_in_threads(tmp_path: Path) -> None:
    assert wrong(tmp_path, moments(3), "threads") == []


@pytest.mark.slow
def test_ctrl_c_is_heard_at_each_of_many_moments_of_the_start(tmp_path: Path) -> None:
    assert wrong(tmp_path, moments(200)) == []
