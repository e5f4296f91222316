"""Clusters: the same bytes as on one machine, also when a worker dies; clear words where something is missing."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import pytest
from click.testing import CliRunner
from small_runs import case_of, contents, digests, tiny
from where import ROOT

from sim.cli import main
from sim.errors import LandbridgeError
from sim.experiment import Cluster, Workers, run_cases, run_to_folder
from sim.experiment.workers import spread
from sim.model import Scenario
from sim.sampling import Sampler

KILLING = """
import os, signal, sys
from pathlib import Path
from distributed import LocalCluster
from sim.experiment import Case, Cluster, Workers, run_to_folder, run_cases
from sim.experiment.criticality import close_each, closure_of, first_monday, places_of
from sim.experiment.shock import run_shock
from sim.scenario_file import load_scenario

if __name__ == "__main__":
    file, out = Path(sys.argv[1]), Path(sys.argv[2])
    case = Case("tiny", load_scenario(file, sets=["replications=24", "seed=7"]).scenario)
    with LocalCluster(n_workers=2, threads_per_worker=2, processes=True, host="127.0.0.1", dashboard_address=None) as local:
        cluster = Cluster("dask", local.scheduler_address)
        alive = [worker.pid for worker in local.workers.values()]

        def progress(done, total):
            if done == 5:
                os.kill(alive[0], signal.SIGKILL)

        run_to_folder([case], [out], workers=Workers(where=cluster), progress=progress)
        assert alive[0] not in [worker.pid for worker in local.workers.values()], "the worker was not killed"
        few = Case("tiny", load_scenario(file, sets=["replications=2", "seed=7"]).scenario)
        closure = closure_of(few.scenario, first_monday(few.scenario), 3, 20)
        places = places_of(few.scenario, None, ["k", "r"])
        here, there = (close_each(few, closure, places, **where) for where in ({}, {"workers": Workers(where=cluster)}))
        assert here.values.equals(there.values) and here.moves.equals(there.moves)
        shocked = Case("tiny", load_scenario(file, sets=["replications=2", "seed=7",
            "disruptions={shut: {at: {id: r}, from: 2025-01-10, lasts: 3 d, effect: closed}}"]).scenario)
        here, there = (run_shock(shocked, ["shut"], **where) for where in ({}, {"workers": Workers(where=cluster)}))
        assert here.values.equals(there.values) and here.weeks.equals(there.weeks)
    print("done")
"""


def test_a_dask_cluster_that_loses_a_worker_gives_the_same_bytes(tmp_path: Path) -> None:
    file, script = tiny(tmp_path), tmp_path / "killing.py"
    script.write_text(KILLING)
    words = [sys.executable, str(script), str(file), str(tmp_path / "there")]
    path = {**os.environ, "PYTHONPATH": str(ROOT)}
    found = subprocess.run(words, capture_output=True, text=True, timeout=240, env=path, cwd=tmp_path)
    assert found.stdout == "done\n", found.stderr
    run_to_folder([case_of(tmp_path, 24)], [tmp_path / "here"])
    assert digests(tmp_path / "there") == digests(tmp_path / "here")
    assert contents(tmp_path / "there") == contents(tmp_path / "here")


@pytest.mark.parametrize("where", ["threads", "processes"])
def test_two_threads_or_processes_give_the_same_bytes_as_one(
    tmp_path: Path, where: Literal["threads", "processes"]
) -> None:
    for jobs in (1, 2):
        run_to_folder([case_of(tmp_path, 5)], [tmp_path / str(jobs)], workers=Workers(jobs, where=where))
    assert contents(tmp_path / "1") == contents(tmp_path / "2")


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_does_not_depend_on_chance_is_worked_out_once_for_all_replications_of_a_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    made: list[str] = []

    class Counted(Sampler):
        def __init__(self, scenario: Scenario, *, name: str) -> None:
            made.append(name)
            super().__init__(scenario, name=name)

    monkeypatch.setattr("sim.sampling.Sampler", Counted)
    cases = [replace(case_of(tmp_path, 4), name=name) for name in ("one", "other")]
    outcomes = run_cases(cases, workers=Workers(jobs))
    assert made == ["one", "other"]
    assert outcomes[0].log_digest == outcomes[1].log_digest


def test_a_missing_package_is_said_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.experiment.workers.find_spec", lambda name: None)
    for kind in ("dask", "ray"):
        found = CliRunner().invoke(
            main, ["compare", str(tiny(tmp_path)), "--backend", kind, "--address", "127.0.0.1:8786"]
        )
        assert found.exit_code == 1
        assert found.stderr.splitlines()[-1] == (
            f"the backend {kind} needs packages that are not installed. "
            f'Write: pip install "landbridge[{kind}]"'
        )


@pytest.mark.parametrize("command", ["run", "compare", "resilience", "criticality"])
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--backend", "dask"], "--backend dask is of a cluster: add its --address HOST:PORT"),
        (["--address", "h:1"], "--address is of a cluster: add --backend dask or --backend ray"),
    ],
)
def test_backend_and_address_go_together(tmp_path: Path, command: str, words: list[str], said: str) -> None:
    found = CliRunner().invoke(main, [command, str(tiny(tmp_path)), *words])
    assert (found.exit_code, said in found.stderr) == (2, True), found.stderr


def test_a_scheduler_that_does_not_answer_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.experiment.workers.ANSWER_S", 0.5)
    with pytest.raises(LandbridgeError, match=r"no Dask scheduler answers at 127\.0\.0\.1:9"):
        list(spread(abs, [(1,)], Workers(where=Cluster("dask", "127.0.0.1:9"))))


with_ray = pytest.mark.skipif(
    find_spec("ray") is None, reason="Ray is not installed: pip install -e '.[ray]'"
)


@pytest.fixture(scope="module")
def ray_head() -> Iterator[str]:
    """Address of a Ray cluster of two workers on this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    ray = [sys.executable, "-m", "ray.scripts.scripts"]
    start = [
        "start",
        "--head",
        "--num-cpus",
        "2",
        "--include-dashboard",
        "false",
        "--port",
        address.split(":")[1],
    ]
    quiet = {
        "stdout": subprocess.DEVNULL,
        "timeout": 120,
        "env": os.environ | {"RAY_USAGE_STATS_ENABLED": "0"},
    }
    subprocess.run([*ray, *start], check=True, **quiet)  # type: ignore[call-overload]
    try:
        yield address
    finally:
        subprocess.run([*ray, "stop", "--force"], check=True, **quiet)  # type: ignore[call-overload]


def landbridge(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "sim", *words], capture_output=True, text=True, timeout=240, cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip


@with_ray
def test_a_ray_cluster_gives_the_same_bytes(tmp_path: Path, ray_head: str) -> None:
    words = ["run", str(tiny(tmp_path)), "--replications", "6", "--no-plots"]
    for where, out in ((["--backend", "ray", "--address", ray_head], "there"), (["--jobs", "1"], "here")):
        done = landbridge(*words, *where, "--out", out, folder=tmp_path)
        assert done.returncode == 0, done.stderr
    assert digests(tmp_path / "there") == digests(tmp_path / "here")
    assert contents(tmp_path / "there") == contents(tmp_path / "here")


@with_ray
def test_a_ray_worker_that_dies_is_said_so(tmp_path: Path, ray_head: str) -> None:
    program = f"""
import os, sys
from pathlib import Path
from sim.errors import LandbridgeError
from sim.experiment import Cluster, Workers
from sim.experiment.workers import Workers, spread

def work(n):
    if n == 1:
        os._exit(1)
    return n

try:
    print(list(spread(work, [(1,), (2,)], Workers(where=Cluster("ray", {ray_head!r})))))
except LandbridgeError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=240, cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.stdout.splitlines()[-1:] == [f"a worker of the Ray cluster at {ray_head} died"], done.stderr


@with_ray
def test_a_ray_head_that_does_not_answer_is_said_so(tmp_path: Path) -> None:
    words = ["run", str(tiny(tmp_path)), "--replications", "1", "--no-plots", "--out", "nowhere"]
    done = landbridge(*words, "--backend", "ray", "--address", "127.0.0.1:9", folder=tmp_path)
    assert done.returncode == 1
    assert "no Ray cluster answers at 127.0.0.1:9" in done.stderr.splitlines()[-1]
