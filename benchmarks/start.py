"""How long the command takes from the shell."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.scenarios import BASELINE, ROOT, TINY_SETS
from benchmarks.timing import Table, Target, seconds
from sim.experiment.cache import OFF

COMPILING = "the engine compiled for the first time on a machine"
COMPILE = ["-c", "from sim.engine import prepare; prepare('fast')"]
SHORT_RUN = "`landbridge run`, 140 days, one replication"


def start_table(*, short: bool) -> tuple[Table, list[Target]]:
    """`--help`, `check`, and the run of a tiny scenario without and with compiled code at hand."""
    table = Table("From the shell", ("command", "time"))
    found_s: dict[str, float] = {}
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
        longer = [word.replace("period.length=20 d", "period.length=140 d") for word in run]
        for words, command, repeats in (
            (COMPILING, COMPILE, 1),
            ("`landbridge --help`", ["--help"], 5),
            ("`landbridge check scenarios/baseline.yaml`", ["check", scenario], 5),
            (
                "`landbridge run`, 20 days, one replication, all but the engine compiled for the first time",
                run,
                1,
            ),
            ("the same again, compiled code read from the cache", run, 3),
            (SHORT_RUN, longer, 5),
            ("the same with `--engine reference`", [*run, "--engine", "reference"], 2),
        ):
            if short and (command is COMPILE or command[:1] == ["run"]):
                continue
            found_s[words] = min(_process_s(command, folder / "cache") for _ in range(repeats))
            table.rows.append((words, seconds(found_s[words])))
    table.notes.append(
        "Whole processes, fewest seconds of some; the first run is measured once, with a new folder as LANDBRIDGE_CACHE."
    )
    if short:
        table.notes.append("The short form leaves the runs out: the first would compile everything.")
    return table, [
        Target("first compilation of the engine", found_s.get(COMPILING), most=16, unit=" s"),
        Target(
            "`landbridge run` of 140 days, one replication, no plots",
            found_s.get(SHORT_RUN),
            most=1.2,
            unit=" s",
        ),
    ]


def _process_s(command: list[str], cache: Path) -> float:
    environment = os.environ | {"LANDBRIDGE_CACHE": str(cache), OFF: "1", "MPLBACKEND": "Agg"}
    begun = time.perf_counter()
    program = command if command is COMPILE else ["-m", "sim", *command]
    subprocess.run([sys.executable, *program], check=True, capture_output=True, cwd=ROOT, env=environment)
    return time.perf_counter() - begun
