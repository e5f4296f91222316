"""Compiled code is run when it is read: only from a folder that nobody else can write, and engines are known by name only."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from where import ROOT

from sim.engine import ENGINES, prepare, simulate
from sim.errors import EngineError

SOMEBODY = 12_345
as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder to somebody else")


def given_away(folder: Path) -> None:
    os.chown(folder, SOMEBODY, SOMEBODY)


def linked(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))
    folder.symlink_to("elsewhere")


def for_all(folder: Path) -> None:
    folder.chmod(0o777)


def for_the_group(folder: Path) -> None:
    folder.chmod(0o775)


def a_file(folder: Path) -> None:
    folder.rmdir()
    folder.write_text("")


FOREIGN = [pytest.param(given_away, marks=as_root), linked, for_all, for_the_group, a_file]


PREPARED = """
import sys
from sim.engine.cache import prepared_folder
print(prepared_folder())
"""


def prepared(folder: Path, program: str = PREPARED) -> subprocess.CompletedProcess[str]:
    """In a process whose home cannot be written, not even by root, and whose temporary folder is `folder`."""
    (folder / "file").write_text("", encoding="utf-8")
    nowhere = str(folder / "file" / "nowhere")
    kept = {key: value for key, value in os.environ.items() if key != "NUMBA_CACHE_DIR"}
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=folder, timeout=300, check=True,
        env=kept | {"PYTHONPATH": str(ROOT), "TMPDIR": str(folder), "HOME": nowhere, "XDG_CACHE_HOME": nowhere},
    )  # fmt: skip


def test_without_a_home_the_temporary_folder_has_a_folder_of_ones_own(tmp_path: Path) -> None:
    found = Path(prepared(tmp_path).stdout.strip())
    assert found.parent == tmp_path and found.name.startswith(f"landbridge-numba-{os.getuid()}-")
    assert found.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("alter", FOREIGN)
def test_without_a_home_a_foreign_folder_of_that_name_is_not_used(
    tmp_path: Path, alter: Callable[[Path], None]
) -> None:
    alter(Path(prepared(tmp_path).stdout.strip()))
    assert prepared(tmp_path).stdout.strip() == "None"


IN_MEMORY = """
import os
from sim.engine import prepare
prepare("fast")
from sim.engine.fast import CACHED, tell
print(CACHED, os.environ.get("NUMBA_CACHE_DIR"), len(tell.signatures))
"""


@pytest.mark.slow
def test_without_a_folder_of_ones_own_code_is_compiled_in_memory_and_that_is_said(tmp_path: Path) -> None:
    foreign = Path(prepared(tmp_path).stdout.strip())
    foreign.chmod(0o777)
    done = prepared(tmp_path, IN_MEMORY)
    assert done.stdout.split() == ["False", "None", "1"]
    assert "compiling the fast engine in memory, as every time" in done.stderr
    assert list(foreign.iterdir()) == []


@pytest.mark.parametrize("name", ["", "os", "../fast", "cache", "fast.tell", "x" * 500])
def test_an_engine_is_one_of_those_that_there_are(name: str) -> None:
    from generated import numbered_plan

    said = rf"engine: expected one of {', '.join(ENGINES)}, found "
    with pytest.raises(EngineError, match=said):
        prepare(name)
    with pytest.raises(EngineError, match=said):
        simulate(numbered_plan(1), engine=name)
