"""The shared model in other simulators, each in a process of its own so that none disturbs another.

`python -m benchmarks.peers NAME TRAINS REPEATS` measures one. A simulator that is not installed is reported.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.tandem import SEED, Line, drawn_line, plan_of, told_s, total_s
from benchmarks.timing import Table, Target, best_s, seconds, times
from sim.engine import simulate

STATIONS = 20
Runner = Callable[[], int]
"""Simulates the line from its arrays and returns train-seconds; what is done once (compiling) is done before."""


@dataclass(frozen=True)
class Measured:
    """Fewest seconds of a simulator, or why there are none."""

    name: str
    seconds: float | None
    missing: str = ""


def landbridge(line: Line, engine: str) -> Runner:
    """Landbridge, with its log of every event."""
    plan = plan_of(line)
    return lambda: told_s(simulate(plan, engine=engine), line)


def simpy_by_hand(line: Line) -> Runner:
    """SimPy, as one would write it without Landbridge: a process a train, a Resource a station, no log."""
    import simpy

    releases, servers = line.release_s.tolist(), line.servers.tolist()
    handling, travel = line.handling_s.tolist(), line.travel_s.tolist()

    def run() -> int:
        env = simpy.Environment()
        stations = [simpy.Resource(env, capacity=n) for n in servers]
        total_s = 0

        def train(n: int) -> Iterator[Any]:
            nonlocal total_s
            for station, work_s, run_s in zip(stations, handling[n], travel[n], strict=True):
                with station.request() as place:
                    yield place
                    yield env.timeout(work_s)
                yield env.timeout(run_s)
            total_s += env.now - releases[n]

        def source() -> Iterator[Any]:
            for n, release_s in enumerate(releases):
                yield env.timeout(release_s - env.now)
                env.process(train(n))

        env.process(source())
        env.run()
        return total_s

    return run


def salabim_by_hand(line: Line) -> Runner:
    """Salabim: a Component a train, a Resource a station, its own statistics switched off as it advises for speed."""
    import salabim

    salabim.yieldless(False)
    releases, servers = line.release_s.tolist(), line.servers.tolist()
    handling, travel = line.handling_s.tolist(), line.travel_s.tolist()

    class Train(salabim.Component):  # type: ignore[misc]
        def process(self, n: int) -> Iterator[Any]:
            for station, work_s, run_s in zip(stations, handling[n], travel[n], strict=True):
                yield self.request(station)
                yield self.hold(work_s)
                self.release(station)
                yield self.hold(run_s)
            totals.append(int(self.env.now()) - releases[n])

    class Source(salabim.Component):  # type: ignore[misc]
        def process(self) -> Iterator[Any]:
            for n, release_s in enumerate(releases):
                yield self.hold(till=release_s)
                Train(n=n)

    stations: list[Any] = []
    totals: list[int] = []

    def run() -> int:
        env = salabim.Environment(trace=False)
        stations[:] = [salabim.Resource(capacity=n, monitor=False) for n in servers]
        for station in stations:
            station.requesters().reset_monitors(monitor=False)
            station.claimers().reset_monitors(monitor=False)
        totals.clear()
        Source()
        env.run()
        return sum(totals)

    return run


def ciw_network(line: Line) -> Runner:
    """Ciw: a node a station and, for the travel after it, a node with unlimited servers; it records every visit."""
    import ciw

    class Drawn(ciw.dists.Distribution):  # type: ignore[misc]
        """The time that was drawn for this train here."""

        def __init__(self, drawn_s: list[int]) -> None:
            self.drawn_s = drawn_s

        def sample(self, t: Any = None, ind: Any = None) -> int:
            return self.drawn_s[ind.id_number - 1]

    trains, stations = line.handling_s.shape
    gaps = [*np.diff(line.release_s, prepend=0).tolist(), float("inf")]
    nodes = 2 * stations
    services = [
        Drawn(one[:, k].tolist()) for k in range(stations) for one in (line.handling_s, line.travel_s)
    ]
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential(gaps), *[None] * (nodes - 1)],
        service_distributions=services,
        number_of_servers=[m for n in line.servers.tolist() for m in (n, float("inf"))],
        routing=[[float(j == i + 1) for j in range(nodes)] for i in range(nodes)],
    )

    def run() -> int:
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_customers(trains, method="Finish")
        arrived = [one for one in simulation.nodes[-1].all_individuals if len(one.data_records) == nodes]
        left_s = sum(one.data_records[-1].exit_date for one in arrived)
        return int(left_s - line.release_s.sum())

    return run


def cimba_compiled(line: Line) -> Runner:
    """Cimba's compiled Python."""
    from benchmarks.cimba_line import cimba_runner

    return cimba_runner(line)


def cpp_program(line: Line, repeats: int, log: Path | None = None) -> tuple[float, int]:
    """Seconds and train-seconds of the C++ program, compiled here with g++ -O2; the program times itself.

    With `log` it also keeps the log of every event, as Landbridge does, and writes it there when the time is taken.
    """
    compiler = shutil.which("g++")
    if compiler is None:
        raise ImportError("g++")
    source = Path(__file__).with_name("tandem.cpp")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([compiler, "-O2", "-std=c++17", "-o", folder / "tandem", source], check=True)
        trains, stations = line.handling_s.shape
        parts = ([trains, stations, repeats], line.servers, line.release_s, line.handling_s, line.travel_s)
        (folder / "line").write_bytes(
            b"".join(np.ascontiguousarray(part, dtype=np.int64).tobytes() for part in parts)
        )
        words = [folder / "tandem", folder / "line", *([] if log is None else [log])]
        done = subprocess.run(words, check=True, capture_output=True, text=True)
    took, total = done.stdout.split()
    return float(took), int(total)


CASES: dict[str, tuple[str, str, Callable[[Line], Runner], int]] = {
    "fast": ("Landbridge, fast engine", "landbridge", lambda one: landbridge(one, "fast"), 15),
    "reference": ("Landbridge, reference engine", "landbridge", lambda one: landbridge(one, "reference"), 2),
    "simpy": ("SimPy by hand", "simpy", simpy_by_hand, 3),
    "salabim": ("salabim", "salabim", salabim_by_hand, 2),
    "ciw": ("Ciw", "ciw", ciw_network, 2),
    "cimba": ("Cimba (Python)", "cimba", cimba_compiled, 15),
}
"""Name, package, runner and how often it runs; those that run often also run once before, to compile and warm up."""
CPP, CPP_TELLING = "C++ program, g++ -O2, one sum", "C++ program, g++ -O2, the same log"


def peers_table(*, short: bool) -> tuple[Table, list[Target]]:
    """All simulators on one line, each beside the fast engine."""
    trains = 2_000 if short else 20_000
    line = drawn_line(trains, STATIONS, SEED)
    expected, ties = total_s(line)
    if ties:
        raise RuntimeError(f"{ties} trains come in a tied second: the simulators need not agree")
    found: list[Measured] = []
    for key, (name, package, _, repeats) in CASES.items():
        words = [sys.executable, "-m", "benchmarks.peers", key, str(trains), str(repeats)]
        done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)
        told = json.loads(done.stdout.splitlines()[-1])
        if "missing" in told:
            found.append(Measured(name, None, told["missing"]))
        else:
            _must_agree(name, told["total_s"], expected)
            found.append(Measured(f"{name} {version(package)}", told["seconds"]))
    with tempfile.TemporaryDirectory() as folder:
        for name, log in ((CPP, None), (CPP_TELLING, Path(folder) / "log")):
            try:
                took, total = cpp_program(line, 30, log)
            except ImportError:
                found.append(Measured(name, None, "g++"))
                continue
            _must_agree(name, total, expected)
            if log is not None and log.read_bytes() != simulate(plan_of(line)).rows.tobytes():
                raise RuntimeError(f"{name}: its log is not Landbridge's")
            found.append(Measured(name, took))
    return _table(line, found), _targets(found)


def measured(key: str, trains: int, repeats: int) -> dict[str, Any]:
    """Fewest seconds and train-seconds of a simulator in this process, or the package that is missing."""
    line = drawn_line(trains, STATIONS, SEED)
    try:
        run = CASES[key][2](line)
    except ModuleNotFoundError as missing:
        return {"missing": missing.name}
    if repeats > 3:
        run()
    took, total = best_s(run, repeats)
    return {"seconds": took, "total_s": total}


def _must_agree(name: str, total: int, expected: int) -> None:
    if total != expected:
        raise RuntimeError(f"{name}: {total} train-seconds in the line, expected {expected}")


def _table(line: Line, found: list[Measured]) -> Table:
    trains, stations = line.handling_s.shape
    table = Table(
        f"Others on one model: {trains:,} trains through {stations} stations",
        ("simulator", "time", "a stage", "÷ fast engine"),
    )
    fast = found[0].seconds
    assert fast is not None
    for one in found:
        if one.seconds is None:
            table.rows.append((one.name, "**NOT INSTALLED**", "", ""))
        else:
            ns = 1e9 * one.seconds / line.stages
            stage = f"{ns:.0f} ns" if ns < 1_000 else f"{ns / 1_000:.1f} µs"
            table.rows.append((one.name, seconds(one.seconds), stage, times(one.seconds / fast)))
    mean_h = total_s(line)[0] / trains / 3_600
    table.notes.append(
        f"All were given the same drawn times, and the mean time in the line is the same to the second in every row that has "
        f"a time ({mean_h:.3f} h; checked on each run, also against a calculation without events). A stage is one train at "
        f"one station: queue, handling, travel. Landbridge does more than the others here: it writes every event with the "
        f"cause of every wait to its log, goes through calendars, loads a consignment on each train, and checks its plan first; "
        f"Ciw keeps a record of every visit; the others keep one sum. One of the C++ programs keeps Landbridge's log, too, row by "
        f"row the same bytes: the practical limit for the same result. Compilation (Numba, Cimba, g++) is not in the figures."
    )
    missing = list(dict.fromkeys(one.missing for one in found if one.missing))
    if missing:
        table.notes.append(
            f"**Not installed here: {', '.join(missing)}.** `pip install -e '.[bench]'` brings them."
        )
    return table


def _targets(found: list[Measured]) -> list[Target]:
    took = {one.name: one.seconds for one in found[1:]}
    fast = found[0].seconds
    assert fast is not None
    cimba = next(seconds for name, seconds in took.items() if name.startswith("Cimba"))
    telling, cpp = took[CPP_TELLING], took[CPP]
    return [
        Target("Cimba's Python ÷ fast engine, shared model", cimba and cimba / fast, least=3),
        Target(
            "fast engine ÷ C++ program that keeps the same log, shared model",
            telling and fast / telling,
            most=2,
        ),
        Target("fast engine ÷ C++ program that keeps one sum, shared model", cpp and fast / cpp, most=2),
    ]


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
