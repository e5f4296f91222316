"""Files and folders where none can be: one line that says what to write, never a traceback, a wait or a half-written run."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from where import CASES

from sim.cli import main
from sim.errors import ScenarioError
from sim.scenario_file import load_scenario
from sim.scenario_file.layers import CHAIN_MAX

LINE = CASES / "line.yaml"


def command(*words: str | Path) -> Result:
    done = CliRunner().invoke(main, [*map(str, words)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def chain(folder: Path, files: int) -> Path:
    (folder / "f0.yaml").write_text(LINE.read_text())
    for i in range(1, files):
        (folder / f"f{i}.yaml").write_text(f"schema: 1\nextends: f{i - 1}.yaml\n")
    return folder / f"f{files - 1}.yaml"


@pytest.mark.parametrize("files", [CHAIN_MAX + 1, 600, 3_000])
def test_a_long_chain_of_files_that_extend_one_another_is_a_finding(files: int, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(chain(tmp_path, files))
    (finding,) = caught.value.findings
    assert (finding.key, finding.line) == ("extends", 2)
    assert f"more than {CHAIN_MAX} files extend one another. Write in one file" in finding.message


def test_a_chain_of_as_many_files_as_are_allowed_loads(tmp_path: Path) -> None:
    assert load_scenario(chain(tmp_path, CHAIN_MAX)).scenario.title == "One line"


@pytest.fixture
def odd(tmp_path: Path) -> dict[str, Path]:
    """A device, a pipe, a loop of links and a link to nothing."""
    found = {name: tmp_path / f"{name}.yaml" for name in ("pipe", "loop", "other", "dangling")}
    os.mkfifo(found["pipe"])
    found["loop"].symlink_to(found["other"])
    found["other"].symlink_to(found["loop"])
    found["dangling"].symlink_to(tmp_path / "nowhere.yaml")
    return {**found, "device": Path("/dev/zero")}


@pytest.mark.parametrize(
    ("kind", "words"),
    [("device", "a device"), ("pipe", "a pipe"), ("loop", "in a loop"), ("dangling", "leads nowhere")],
)
def test_what_is_no_file_is_a_finding_that_says_what_it_is(
    odd: dict[str, Path], kind: str, words: str
) -> None:
    for line in (["check", odd[kind]], ["run", LINE, "--on", odd[kind]], ["run", odd[kind], "--on", LINE]):
        done = command(*line)
        assert done.exit_code == 2, done.output
        assert words in done.output
        assert "Name a text file that ends in .yaml." in done.output
    with pytest.raises(ScenarioError, match=words):
        load_scenario(LINE, on=odd[kind])


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("/", "needs a name of its own"),
        ("/dev/null", "a file is in the way"),
        ("/proc/x", "no folder can be made here"),
        ("loop", "in a loop of links"),
        ("loop/run", "in a loop of links"),
    ],
)
@pytest.mark.parametrize("option", [[], ["--force"], ["--resume"]])
def test_a_run_folder_where_none_can_be_is_refused_before_anything_runs(
    odd: dict[str, Path], place: str, words: str, option: list[str]
) -> None:
    out = str(odd["loop"]) + place.removeprefix("loop") if place.startswith("loop") else place
    done = command("run", LINE, "--jobs", 1, "--out", out, *option)
    assert done.exit_code == 1, done.output
    assert words in done.output
    assert "replications" not in done.output


def test_pictures_without_a_place_are_refused_before_anything_runs(
    odd: dict[str, Path], tmp_path: Path
) -> None:
    (tmp_path / "line.yaml").write_text(LINE.read_text())
    file = tmp_path / "shock.yaml"
    file.write_text(
        "schema: 1\nextends: line.yaml\ndisruptions: {d: {at: {id: b}, from: 2025-02-01, lasts: 3 d, effect: closed}}\n"
    )
    for words, said in (
        (["resilience", file, "--out", "/"], "has no name for the pictures. Write"),
        (["resilience", file, "--out", "/dev/null/x"], "is a file, not a folder. Name"),
        (["plot", tmp_path, "--kind", "map", "--out", ""], "has no name for the pictures. Write"),
        (["init", odd["loop"]], "in the way. Give"),
    ):
        done = command(*words)
        assert done.exit_code in (1, 2), done.output
        assert said in done.output
        assert "replications" not in done.output


def test_too_little_memory_is_said_in_one_line(tmp_path: Path) -> None:
    def little() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (1_500 * 2**20, 1_500 * 2**20))

    words = ["run", str(LINE), "--jobs", "1", "--no-plots", "--out", str(tmp_path / "run")]
    words += ["--set", "flows.f.volume=100000 TEU/day", "--set", "services.train.capacity=200 TEU"]
    done = subprocess.run(
        [sys.executable, "-m", "sim", *words], capture_output=True, text=True, preexec_fn=little, timeout=300
    )
    assert done.returncode == 1
    assert "there is not enough memory" in done.stderr
    assert "Give fewer --jobs" in done.stderr
    assert len(done.stderr.splitlines()) <= 6
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "run").exists()
