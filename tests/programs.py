"""The command as people type it: in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from where import ROOT


def landbridge(
    *words: str | Path, cwd: Path = ROOT, module: bool = False
) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "sim"] if module else [str(Path(sys.executable).parent / "landbridge")]
    environment = os.environ | {"MPLBACKEND": "Agg", "PYTHONWARNINGS": "error"}
    return subprocess.run(
        [*program, *map(str, words)], capture_output=True, text=True, cwd=cwd, env=environment, timeout=300
    )


def fine(*words: str | Path, cwd: Path = ROOT, module: bool = False) -> str:
    done = landbridge(*words, cwd=cwd, module=module)
    assert done.returncode == 0, done.stderr
    return done.stdout
