"""What a command loads: a short run waits for no package that it does not use."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from small_runs import tiny

HEAVY = {"dask", "distributed", "joblib", "matplotlib", "numba", "ray", "rich", "scipy", "simpy"}
"""Packages that take from a tenth of a second to seconds to load."""
PROGRAM = """
import json, sys
from sim.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert not end.code, end.code
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


def loaded(*words: str | Path) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run, by which what is compiled is ready."""
    folder = tmp_path_factory.mktemp("loaded")
    loaded("run", tiny(folder), "--jobs", "1", "--replications", "1", "--no-plots", "--out", folder / "run")
    return folder / "run"


def test_a_run_without_plots_loads_neither_compiler_nor_statistics_nor_pictures(
    run_folder: Path, tmp_path: Path
) -> None:
    words = [
        "run",
        tiny(tmp_path),
        "--jobs",
        "1",
        "--replications",
        "1",
        "--no-plots",
        "--out",
        tmp_path / "run",
    ]
    found = loaded(*words)
    assert {"numpy", "pandas", "pyarrow"} <= found
    assert not found & HEAVY


def test_threads_load_nothing_more(run_folder: Path, tmp_path: Path) -> None:
    words = [
        "compare",
        tiny(tmp_path),
        "--set",
        "flows.cn-de.volume=100 TEU/day",
        "--jobs",
        "2",
        "--replications",
        "2",
    ]
    assert not loaded(*words) & HEAVY


def test_verifying_a_run_needs_no_table(run_folder: Path) -> None:
    assert not loaded("verify", run_folder, "--jobs", "1") & {*HEAVY, "pandas"}


def test_a_check_needs_no_array(tmp_path: Path) -> None:
    assert not loaded("check", tiny(tmp_path)) & {*HEAVY, "numpy", "pandas", "pyarrow", "llvmlite"}


def test_help_needs_no_model() -> None:
    assert not loaded("--help") & {*HEAVY, "numpy", "pandas", "pyarrow", "pydantic", "yaml", "llvmlite"}
