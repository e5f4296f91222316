"""The fast engine's machine code: kept and loaded without the compiler, another for another text, run by threads at once."""

import ast
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
from generated import numbered_plan
from where import ROOT

from sim.compiled.folder import VARIABLE
from sim.contract import EventLog, SampledPlan
from sim.engine import ENGINES, prepare, simulate
from sim.engine.fast import STORY
from sim.engine.layout import members
from sim.errors import EngineError

PROGRAM = f"""
import sys
sys.path.insert(0, {str(ROOT / "tests")!r})
from generated import numbered_plan
from sim.engine import simulate
print(simulate(numbered_plan(1), engine="fast").digest(), "numba" in sys.modules)
"""


def started(folder: Path) -> list[str]:
    """Digest of a plan's log, and whether the compiler was there, in a process that keeps code in a folder."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=600,
        env=os.environ | {"PYTHONPATH": str(ROOT), VARIABLE: str(folder)},
    ).stdout.split()  # fmt: skip


@pytest.mark.slow
def test_the_first_start_compiles_the_engine_and_the_second_does_not_load_the_compiler(
    tmp_path: Path,
) -> None:
    digest = simulate(numbered_plan(1), engine="reference").digest()
    assert started(tmp_path) == [digest, "True"]
    assert started(tmp_path) == [digest, "False"]
    assert len(list((tmp_path / "compiled").iterdir())) == 1


def test_where_the_engine_is_compiled_the_compiler_is_not_loaded() -> None:
    STORY.ready()
    digest = simulate(numbered_plan(1), engine="reference").digest()
    kept = os.environ.get(VARIABLE)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=600,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | ({VARIABLE: kept} if kept else {}),
    )  # fmt: skip
    assert done.stdout.split() == [digest, "False"]


def test_another_text_of_what_is_compiled_is_another_object_file() -> None:
    """All that the story imports from the engine and the contract is named as what its code is made of."""
    seen, ahead = set(), ["sim.engine.story"]
    while ahead:
        name = ahead.pop()
        seen.add(name)
        file = ROOT / f"{name.replace('.', '/')}.py"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("sim.engine."):
                ahead += [str(node.module)] if node.module not in seen else []
    made_of = {file.relative_to(ROOT).as_posix() for file in STORY.sources()}
    assert made_of >= {f"{name.replace('.', '/')}.py" for name in seen}
    assert made_of >= {f"sim/contract/{file.name}" for file in (ROOT / "sim" / "contract").glob("*.py")}


def test_the_compiled_engine_reads_every_column_of_a_plan_under_its_own_name() -> None:
    assert list(members(SampledPlan))[: len(SampledPlan.__annotations__)] == list(SampledPlan.__annotations__)


# --- threads, and arrays that are used again --------------------------------------------------------------------------


def test_two_threads_tell_the_same_as_one() -> None:
    plans = [numbered_plan(number) for number in range(200)]
    alone = [simulate(plan).digest() for plan in plans]
    meet = Barrier(2)

    def all_of_them(order: int) -> list[str]:
        meet.wait()
        return [simulate(plan).digest() for plan in plans[::order]][::order]

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(all_of_them, (1, -1))) == [alone, alone]


def test_a_log_stays_what_it_is_when_others_are_made() -> None:
    plans = [numbered_plan(number) for number in range(60)]
    logs = [simulate(plan) for plan in plans]
    digests = [log.digest() for log in logs]
    copies = [log.rows.copy() for log in logs]
    for plan in plans:
        simulate(plan)
    assert [log.digest() for log in logs] == digests
    assert all(np.array_equal(log.rows, copy) for log, copy in zip(logs, copies, strict=True))


def test_the_array_of_a_log_is_used_again_only_when_nobody_has_the_log() -> None:
    def place(log: EventLog) -> int:
        return int(log.rows.ctypes.data)

    plan = numbered_plan(3)
    first = simulate(plan)
    at, part = place(first), first.rows[2:5]
    del first
    second = simulate(plan)  # a part of the first is still in use
    assert place(second) != at and part.tolist() == second.rows[2:5].tolist()
    at = place(second)
    del second
    assert place(simulate(plan)) == at


def test_nothing_of_a_replication_is_left_for_the_next_in_the_same_thread() -> None:
    """Each of many plans after a larger one, and after a smaller one, tells what it tells in a thread that is new to it."""
    plans = [numbered_plan(number) for number in range(60)]

    def alone(plan: SampledPlan) -> str:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(lambda: simulate(plan).digest()).result()

    fresh = [alone(plan) for plan in plans]
    by_size = sorted(range(len(plans)), key=lambda i: plans[i].n_trips)
    for order in (by_size, by_size[::-1]):
        assert {i: simulate(plans[i]).digest() for i in order} == dict(enumerate(fresh))


@pytest.mark.parametrize("name", ["", "os", "../fast", "cache", "fast.tell", "x" * 500])
def test_an_engine_is_one_of_those_that_there_are(name: str) -> None:
    said = rf"engine: expected one of {', '.join(ENGINES)}, found "
    with pytest.raises(EngineError, match=said):
        prepare(name)
    with pytest.raises(EngineError, match=said):
        simulate(numbered_plan(1), engine=name)
