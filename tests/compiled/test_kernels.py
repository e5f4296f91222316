"""Machine code is compiled once, kept whole, loaded without the compiler, and called with what it was made for."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from math import log
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.compiled import Kernels
from sim.compiled.folder import VARIABLE
from sim.compiled.objects import Object, write
from sim.errors import LandbridgeError

HERE = Path(__file__).parent
ROOT = Path(sim.__file__).parents[1]
INTS, FLOATS = np.arange(5), np.arange(4.0)


def tiny(module: str = "tiny_kernel") -> Kernels:
    return Kernels(module, what="a small kernel", takes="a second")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for what is kept, and in it the object file of the small kernel."""
    made = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(made))
        patch.syspath_prepend(HERE)
        tiny().ready()
        yield made


@pytest.fixture
def kernels(folder: Path) -> Kernels:
    return tiny()


def kept(folder: Path) -> list[Path]:
    return sorted((folder / "compiled").iterdir())


PROGRAM = """
import logging, sys
import numpy as np
from sim.compiled import Kernels
logging.basicConfig(format="%(message)s")
kernels = Kernels("tiny_kernel", what="a small kernel", takes="a second")
try:
    kernels.ready()
except KeyboardInterrupt:
    print("interrupted")
print(kernels.total(np.arange(5)), "numba" in sys.modules)
"""


def program(stderr: int = subprocess.PIPE, **environment: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=stderr, text=True,
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{HERE}"} | environment,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip


def told(process: "subprocess.Popen[str]") -> tuple[str, str]:
    """What a program printed, and what it said."""
    printed, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    return printed, said


# --- calling ---------------------------------------------------------------------------------------------------------


def test_entries_compute_what_they_say(kernels: Kernels) -> None:
    into = np.zeros(4)
    kernels.scale(FLOATS, 1.5, 2, into)
    assert into.tolist() == [0, 6, 12, 18]
    assert kernels.total(INTS) == 10
    kernels.logarithms(into[1:])
    assert into[1:].tolist() == [log(6), log(12), log(18)]


def test_numbers_of_numpy_are_numbers(kernels: Kernels) -> None:
    into = np.zeros(4)
    kernels.scale(FLOATS, np.float64(0.5), np.int64(3), into)
    assert into.tolist() == [0, 3, 6, 9]


def test_an_array_of_nothing_is_an_array(kernels: Kernels) -> None:
    assert kernels.total(INTS[:0]) == 0


READ_ONLY = np.zeros(4)
READ_ONLY.setflags(write=False)


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("total", (FLOATS,), "numbers got float64 with 1 dimensions"),
        ("total", (INTS.reshape(1, -1),), "numbers got int64 with 2 dimensions"),
        ("total", (np.arange(10)[::2],), "numbers got a part of another array: copy it"),
        ("total", ([1, 2],), "numbers got list"),
        ("total", (), "takes 1 arguments, got 0"),
        ("scale", (FLOATS, 1, 1, READ_ONLY), "into got one that is read only"),
        ("scale", (FLOATS, "1", 1, np.zeros(4)), "factor got '1'"),
        ("scale", (FLOATS, 1, 1.0, np.zeros(4)), "times got 1.0"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_name_of_the_parameter(
    kernels: Kernels, name: str, given: tuple[object, ...], words: str
) -> None:
    with pytest.raises(TypeError, match=rf"^{name}\(.* array\).* ?{words}"):
        getattr(kernels, name)(*given)


def test_what_is_only_read_may_be_read_only(kernels: Kernels) -> None:
    numbers = np.arange(5)
    numbers.setflags(write=False)
    assert kernels.total(numbers) == 10


def test_an_entry_that_is_not_there_is_named_with_those_that_are(kernels: Kernels) -> None:
    with pytest.raises(
        AttributeError, match="no entry 'mean'; it has total, scale, logarithms, rounds, broken"
    ):
        _ = kernels.mean


def test_an_exception_in_an_entry_is_one_outside(kernels: Kernels) -> None:
    assert kernels.broken(INTS) == 1.5
    with pytest.raises(RuntimeError, match=r"broken\(numbers: int64 array\) raised an exception"):
        kernels.broken(INTS + 1)


def test_threads_call_at_once_and_others_run_meanwhile(kernels: Kernels) -> None:
    """A call keeps no lock: else this thread would stand while the other computes."""
    done = threading.Event()

    def work() -> int:
        counts = np.array([1])
        kernels.rounds(200_000_000, counts)
        done.set()
        return int(counts[0])

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(work) for _ in range(2)]
        looked = 0
        while not done.is_set():
            time.sleep(0.001)
            looked += 1
        assert looked > 10
        assert both[0].result() == both[1].result()


def test_many_threads_that_start_at_once_load_it_once(folder: Path) -> None:
    kernels = tiny()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda n: kernels.total(np.arange(n)), range(40))) == [
            n * (n - 1) // 2 for n in range(40)
        ]
    assert kernels.total is kernels.total


# --- keeping ---------------------------------------------------------------------------------------------------------


def test_what_is_kept_is_loaded_without_the_compiler(folder: Path) -> None:
    assert told(program()) == ("10 False\n", "")


@pytest.mark.parametrize("damage", [b"", b"no object file", None])
def test_a_damaged_file_is_made_anew_and_that_is_said(
    folder: Path, caplog: pytest.LogCaptureFixture, damage: bytes | None
) -> None:
    (file,) = kept(folder)
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]) if damage is None else damage)
    assert tiny().total(INTS) == 10
    assert caplog.messages == [
        f"compiled code in {file} is damaged: it is made anew",
        "compiling a small kernel, once on this machine: a second",
    ]
    caplog.clear()
    assert tiny().total(INTS) == 10
    assert caplog.messages == [] and kept(folder) == [file]


def test_two_processes_that_compile_at_once_both_have_it_and_leave_one_file(
    folder: Path, tmp_path: Path
) -> None:
    both = [program(**{VARIABLE: str(tmp_path)}) for _ in range(2)]
    said = "compiling a small kernel, once on this machine: a second\n"
    assert [told(one) for one in both] == [("10 True\n", said)] * 2
    assert [file.name for file in kept(tmp_path)] == [file.name for file in kept(folder)]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_while_it_compiles_takes_effect_when_that_is_done(tmp_path: Path) -> None:
    process = program(**{VARIABLE: str(tmp_path)})
    assert process.stderr is not None
    assert "compiling" in process.stderr.readline()
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    assert told(process) == ("interrupted\n10 True\n", "")
    assert len(kept(tmp_path)) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
def test_on_a_terminal_a_bar_says_how_far_compiling_is_and_goes_when_it_is_done(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    with program(stderr=theirs, **{VARIABLE: str(tmp_path)}) as process:
        os.close(theirs)
        assert process.stdout is not None
        assert process.stdout.read() == "10 True\n"
        said = os.read(ours, 100_000).decode()
    os.close(ours)
    assert said.startswith("compiling a small kernel, once on this machine: a second\r\n")
    shown = said.split("\r")[2:]
    assert shown[0] == f"[{' ' * 30}] 0 of 2 functions"
    assert shown[-2:] == [f"[{'#' * 30}] 2 of 2 functions", "\x1b[K"]


@pytest.mark.skipif(os.name != "posix", reason="folders of others are told by their mode")
def test_without_a_folder_of_ones_own_code_is_compiled_in_memory_and_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    nowhere = str(tmp_path / "file" / "nowhere")
    foreign = tmp_path / f"landbridge-{os.getuid()}"
    foreign.mkdir()
    foreign.chmod(0o777)
    printed, said = told(
        program(**{VARIABLE: "", "HOME": nowhere, "XDG_CACHE_HOME": nowhere, "TMPDIR": str(tmp_path)})
    )
    assert printed == "10 True\n"
    assert said.startswith("compiling a small kernel in memory, as every time: a second, in each process.")
    assert f"set {VARIABLE} to it" in said
    assert list(foreign.iterdir()) == []


def test_code_that_cannot_be_kept_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "nowhere" / "tiny.o"
    write(file, Object(b"", (), ()))
    assert caplog.messages == [f"compiled code cannot be kept in {file}: No such file or directory"]


def test_a_folder_that_is_named_and_cannot_be_made_is_an_error_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file"))
    with pytest.raises(LandbridgeError, match=f"^{VARIABLE}=.*file: Not a directory. Name a folder"):
        tiny().ready()


def test_another_state_of_the_text_is_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("one", "other"):
        (tmp_path / f"{name}_kernel.py").write_text("A = 1\n")
    both = Kernels("one_kernel", shared=["other_kernel"], what="", takes="")
    names = {both.file_name}
    for name in ("one", "other"):
        (tmp_path / f"{name}_kernel.py").write_text("A = 2\n")
        names.add(both.file_name)
    assert len(names) == 3
    assert both.file_name in names


# --- what cannot be compiled -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "words", "entry"),
    [
        ("writing_kernel", "Cannot modify readonly array", "clear(numbers: int64 array)"),
        ("making_kernel", "np.empty", "length(numbers: int64 array)"),
    ],
)
def test_an_entry_that_writes_what_it_may_only_read_or_makes_arrays_is_not_compiled(
    folder: Path, module: str, words: str, entry: str
) -> None:
    with pytest.raises(Exception, match=words) as raised:
        tiny(module).ready()
    assert raised.value.__notes__ == [
        f"{entry}: it may make no arrays, and write only those that are marked `Into`"
    ]
    assert len(kept(folder)) == 1


def test_an_entry_that_needs_python_is_not_compiled(folder: Path) -> None:
    with pytest.raises(RuntimeError, match=r"printing_kernel needs the compiler beside it: it calls .*Py"):
        tiny("printing_kernel").ready()
    assert len(kept(folder)) == 1
