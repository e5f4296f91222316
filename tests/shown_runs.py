"""Runs for pictures, and what a picture says."""

from __future__ import annotations

import shutil
from pathlib import Path

from click.testing import CliRunner
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.cli import main
from sim.results import Run, read_run

MONTH = (
    "period.start=2025-09-01",
    "period.length=60 d",
    "period.warm_up=5 d",
    "period.cool_down=10 d",
)


def run_of(file: Path, out: Path, *sets: str, replications: int = 2) -> Run:
    words = [
        "run",
        str(file),
        "--replications",
        str(replications),
        "--jobs",
        "1",
        "--no-plots",
        "--out",
        str(out),
    ]
    for one in sets:
        words += ["--set", one]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    return read_run(out)


def again(run: Run, folder: Path) -> Run:
    """The same run in another folder."""
    shutil.copytree(run.path, folder)
    return read_run(folder)


def words_of(figure: Figure) -> list[Text]:
    return [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]


def said(figure: Figure, gid: str) -> str:
    """The title, the scenarios or the caption, on one line."""
    return (
        " ".join(text.get_text() for text in figure.texts if text.get_gid() == gid)
        .replace("\n", " ")
        .replace("\u00a0", " ")
    )
