"""A long run as a user starts it: four scenarios of the main job, with its time and the memory of all its processes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.scenarios import ROOT, TINY_SETS
from benchmarks.timing import Table, Target, seconds
from sim.experiment.cache import OFF
from sim.experiment.folders import KEPT

SCENARIOS = ("baseline", "cku-open", "brest-closure", "russia-transit-ban")
REPLICATIONS = 200
_EVERY_S = 0.25


def long_table(*, short: bool) -> tuple[Table, list[Target]]:
    """`landbridge run` of four scenarios on all cores, from an empty folder to the four run folders."""
    replications = 2 if short else REPLICATIONS
    sets = [word for one in TINY_SETS[:3] for word in ("--set", one)] if short else []
    files = [f"scenarios/{name}.yaml" for name in SCENARIOS]
    with tempfile.TemporaryDirectory() as folder:
        command = ["run", *files, *sets, "--replications", str(replications), "--no-plots", "--out", folder]
        took, peak = _watched([sys.executable, "-m", "sim", *command])
        written = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
        folders = sum((Path(folder) / name / "manifest.json").exists() for name in SCENARIOS)
    if folders != len(SCENARIOS):
        raise RuntimeError(f"{folders} run folders were written, expected {len(SCENARIOS)}")
    cores = os.cpu_count() or 1
    span = "20 days" if short else "a year"
    table = Table(
        f"A long run: {span} of {len(SCENARIOS)} scenarios × {replications} replications, {cores} cores",
        ("what", "measured"),
    )
    table.rows += [
        ("time, from the shell", seconds(took)),
        ("replications a second", f"{len(SCENARIOS) * replications / took:.1f}"),
        ("peak memory of all processes", "unknown" if peak is None else f"{peak / 2**20:.0f} MiB"),
        ("written", f"{written / 2**20:.0f} MiB"),
    ]
    table.notes.append(
        f"`landbridge run {' '.join(SCENARIOS)}` with `--replications {replications} --no-plots`, {cores} threads, nothing kept: with "
        f"the tables of the first {KEPT} of each, KPIs and intervals. Memory is the sum over the command and what it starts of what each "
        f"has for itself and its part of what they share (PSS), looked at {1 / _EVERY_S:.0f} times a second."
    )
    return table, [
        Target("200 replications of 4 scenarios: time", None if short else took / 60, most=10, unit=" min"),
        Target(
            "200 replications of 4 scenarios: memory",
            None if short or peak is None else peak / 2**30,
            most=2,
            unit=" GiB",
        ),
    ]


def _watched(command: list[str]) -> tuple[float, int | None]:
    """Seconds of a command, and the most bytes that it and all that it started had at once (None where /proc is missing)."""
    peak: int | None = None
    over = threading.Event()
    begun = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | {"MPLBACKEND": "Agg", OFF: "1"},
    )

    def watch() -> None:
        nonlocal peak
        while not over.wait(_EVERY_S):
            sizes = [size for pid in _family(process.pid) if (size := _pss_bytes(pid)) is not None]
            if sizes:
                peak = max(peak or 0, sum(sizes))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        _, told = process.communicate()
        took = time.perf_counter() - begun
    finally:
        over.set()
        watcher.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {told.decode()[-500:]}")
    return took, peak


def _family(pid: int) -> list[int]:
    """A process and all that it, directly or not, has started."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name, in brackets, may have blanks; the parent is the second word after it.
            parents[int(stat.parent.name)] = int(
                stat.read_text(encoding="utf-8").rpartition(")")[2].split()[1]
            )
        except OSError:
            continue  # it has ended since it was listed
    family = [pid]
    for one in family:
        family += [child for child, parent in parents.items() if parent == one]
    return family


def _pss_bytes(pid: int) -> int | None:
    """Memory of a process with its part of what it shares; None when it has ended or cannot be looked at."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return None
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return 1024 * int(found[1]) if found else None
