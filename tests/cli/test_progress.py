"""Progress: also of what is written after the replications, in plain lines where nobody looks at a terminal."""

import time
from pathlib import Path

import pytest
from small_runs import case_of

from sim.cli.progress import stages_of
from sim.experiment import run_to_folder
from sim.results import TABLES


def test_each_stage_counts_its_own_time_and_says_what_comes_next(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([0.0, 100.0, 1_000.0, 1_002.0, 1_006.0, 1_007.0, 1_012.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    with stages_of(("running", "replications"), ("writing", "steps")) as (running, writing):
        running(0, 1)
        running(1, 1)
        writing(0, 4, "table trips of tiny")
        writing(1, 4, "measures of tiny")
        writing(2, 4, "picture map of tiny")
        writing(3, 4, "hashes of tiny")
        writing(4, 4, "")
    assert capsys.readouterr().err.splitlines() == [
        "running: 1 of 1 replications, 0.6/min, 100 s, about 0 s left",
        "writing: 2 of 4 steps, 20/min, 6 s, about 6 s left, next: picture map of tiny",
        "writing: 4 of 4 steps, 20/min, 12 s, about 0 s left",
    ]


def test_on_a_terminal_the_bar_says_what_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "xterm")
    with stages_of(("running", "replications"), ("writing", "steps")) as (running, writing):
        running(0, 2)
        running(2, 2)
        writing(3, 5, "picture map of [red]tiny")
    assert "running" in terminal.getvalue() and "2/2" in terminal.getvalue()
    assert "3/5" in terminal.getvalue() and "picture map of [red]tiny" in terminal.getvalue()


def test_every_step_of_the_writing_is_told_before_it_begins(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    run_to_folder(
        [case_of(tmp_path, 3)], [tmp_path / "out"], tables=2, writing=lambda *one: told.append(one),
        finish={"picture one": lambda folder: (folder / "one").touch(), "picture two": lambda folder: (folder / "two").touch()},
    )  # fmt: skip
    steps = [f"table {name} of tiny" for name in TABLES for _ in range(2)]
    steps += ["measures of tiny", "picture one of tiny", "picture two of tiny", "hashes of tiny", ""]
    assert told == [(i, len(steps) - 1, step) for i, step in enumerate(steps)]


def test_where_nothing_is_to_be_written_nothing_is_told(tmp_path: Path) -> None:
    run_to_folder([case_of(tmp_path, 1)], [tmp_path / "out"])
    told: list[tuple[int, int, str]] = []
    run_to_folder(
        [case_of(tmp_path, 1)], [tmp_path / "out"], resume=True, writing=lambda *one: told.append(one)
    )
    assert told == []
