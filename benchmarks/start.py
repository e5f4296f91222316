"""How long the command takes from the shell."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.scenarios import BASELINE, ROOT, TINY_SETS
from benchmarks.timing import Table, seconds
from sim.experiment.cache import OFF


def start_table(*, short: bool) -> Table:
    """`--help`, `check`, and the run of a tiny scenario without and with compiled code at hand."""
    table = Table("From the shell", ("command", "time"))
    scenario = str(BASELINE.relative_to(ROOT))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run = [
            "run",
            scenario,
            *(word for one in TINY_SETS for word in ("--set", one)),
            "--jobs",
            "1",
            "--no-plots",
        ]
        run += ["--force", "--out", str(folder / "run")]
        for words, command, repeats in (
            ("`landbridge --help`", ["--help"], 5),
            ("`landbridge check scenarios/baseline.yaml`", ["check", scenario], 5),
            ("`landbridge run`, 20 days, one replication, nothing compiled yet", run, 1),
            ("the same again, compiled code read from the cache", run, 3),
            ("the same with `--engine reference`", [*run, "--engine", "reference"], 2),
        ):
            if short and command[:1] == ["run"]:
                continue
            least = min(_process_s(command, folder / "cache") for _ in range(repeats))
            table.rows.append((words, seconds(least)))
    table.notes.append(
        "Whole processes, fewest seconds of some; the first run is measured once, with a new folder as LANDBRIDGE_CACHE."
    )
    if short:
        table.notes.append("The short form leaves the runs out: the first would compile everything.")
    return table


def _process_s(command: list[str], cache: Path) -> float:
    environment = os.environ | {"LANDBRIDGE_CACHE": str(cache), OFF: "1", "MPLBACKEND": "Agg"}
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "sim", *command], check=True, capture_output=True, cwd=ROOT, env=environment
    )
    return time.perf_counter() - begun
