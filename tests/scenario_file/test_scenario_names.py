"""What scenarios are called: two files of one name are two, a changed one is called by what changed it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from where import CASES

import sim
from sim.errors import LandbridgeError
from sim.experiment import Case, Workers, compare_outcomes, run_cases
from sim.scenario_file import folder_name, load_scenario, told_apart
from sim.scenario_file.naming import called


def landbridge(*words: str | Path, folder: Path = CASES) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "sim", *map(str, words)]
    environment = {**os.environ, "PYTHONPATH": str(CASES.parent.parent)}
    return subprocess.run(program, capture_output=True, text=True, cwd=folder, env=environment, check=False)


def names_of(*words: str | Path) -> list[str]:
    """Names of the scenarios that `check` finds."""
    done = landbridge("check", *words)
    assert done.returncode == 0, done.stderr
    return [line.partition(": fine")[0] for line in done.stdout.splitlines()]


def test_two_files_of_one_name_are_two_scenarios_called_by_their_folders() -> None:
    assert names_of("x/s.yaml", "y/s.yaml") == ["x/s", "y/s"]
    assert names_of("x/s.yaml", "line.yaml") == ["s", "line"]


def test_a_broken_file_is_found_in_either_order_whatever_its_neighbours_are_called() -> None:
    for words in (["x/s.yaml", "z/s.yaml"], ["z/s.yaml", "x/s.yaml"]):
        for on in ([], ["--on", "line.yaml"], ["--on", "line.yaml", "--on", "line50.yaml"]):
            done = landbridge("check", *words, *on)
            assert done.returncode == 2, (words, on)
            assert done.stderr.startswith("z/s.yaml:9: facilities.b.terminal.servers: "), done.stderr


def test_a_broken_base_does_not_hide_the_findings_of_another() -> None:
    done = landbridge("check", "line.yaml", "--on", "z/s.yaml", "--on", "nothing.yaml")
    assert done.returncode == 2
    assert "z/s.yaml:9" in done.stderr
    assert "nothing.yaml" in done.stderr


def test_two_files_of_one_name_are_compared_and_written_apart(tmp_path: Path) -> None:
    words = ["x/s.yaml", "y/s.yaml", "--engine", "reference", "--jobs", "1", "--json", "--out", tmp_path]
    done = landbridge("compare", *words)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert [run["scenario"] for run in document["runs"]] == ["x/s", "y/s"]
    delivered = {row["scenario"]: row["estimate"] for row in document["rows"]
                 if row["measure"] == "delivered" and row["corridor"] == "c" and row["direction"] == "all"}  # fmt: skip
    assert delivered["y/s"] > 1.3 * delivered["x/s"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x-s", "y-s"]
    assert json.loads((tmp_path / "y-s" / "manifest.json").read_text())["scenario"] == "y/s"


def test_what_is_set_is_in_the_name_and_what_only_says_how_it_is_run_is_not() -> None:
    assert names_of("line.yaml", "--set", "flows.f.volume=30 TEU/day") == ["line + flows.f.volume=30 TEU/day"]
    quiet = ["seed=5", "replications=3", "title=Another", "period.warm_up=5 d"]
    assert names_of("line.yaml", *(word for text in quiet for word in ("--set", text))) == ["line"]
    assert names_of("line.yaml", "--seed", "7") == ["line"]


def test_what_is_laid_over_another_base_is_called_so() -> None:
    assert names_of("rare-closed.yaml", "--on", "rare.yaml") == ["rare-closed@rare"]
    assert names_of("rare.yaml", "--on", "rare.yaml") == ["rare"]


def test_a_name_of_ones_own_takes_the_place_of_the_others() -> None:
    assert names_of("x/s.yaml", "y/s.yaml", "--name", "low", "--name", "high") == ["low", "high"]
    for words, said in (
        (["x/s.yaml", "y/s.yaml", "--name", "low"], "1 names for 2 scenarios"),
        (["x/s.yaml", "y/s.yaml", "--name", "low", "--name", "low"], "two scenarios are called 'low'"),
        (["x/s.yaml", "line.yaml", "--name", "line", "--name", " "], "empty"),
    ):
        done = landbridge("check", *words)
        assert done.returncode == 2, done.stderr
        assert said in done.stderr


def test_one_file_that_is_changed_is_compared_with_itself() -> None:
    words = [
        "compare",
        "line.yaml",
        "--engine",
        "reference",
        "--jobs",
        "1",
        "--json",
        "--set",
        "period.length=40 d",
    ]
    change = ["--set", "flows.f.volume=30 TEU/day"]
    done = landbridge(*words, *change)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert [run["scenario"] for run in document["runs"]] == ["line", "line + flows.f.volume=30 TEU/day"]
    assert document["differences"]
    done = landbridge(*words, *change, "--name", "more")
    assert [run["scenario"] for run in json.loads(done.stdout)["runs"]] == ["line", "more"]
    done = landbridge(*words)
    assert [run["scenario"] for run in json.loads(done.stdout)["runs"]] == ["line"]


def test_several_changes_are_told_as_far_as_they_are_short() -> None:
    long = "disruptions.flood={at: {leg: a-b}, from: 2025-02-01, lasts: 20 d, effect: closed}"
    assert called(Path("a/line.yaml"), [long]) == "line + disruptions.flood=…"
    many = [f"facilities.b.terminal.servers={n}" for n in range(9)]
    assert (
        called(Path("line.yaml"), many)
        == "line + facilities.b.terminal.servers=0, facilities.b.terminal.servers=1 and 7 more"
    )
    assert called(Path(os.fsdecode(b"s\xff.yaml"))) == "s\\xff"


def test_the_front_door_tells_scenarios_apart_too(tmp_path: Path) -> None:
    one, two = (load_scenario(CASES / folder / "s.yaml") for folder in "xy")
    assert told_apart([one, two]) == ["x/s", "y/s"]
    changed = load_scenario(CASES / "x" / "s.yaml", sets=["flows.f.volume=30 TEU/day"])
    mine = load_scenario(CASES / "x" / "s.yaml", name="mine")
    assert told_apart([one, changed, mine, one]) == ["s", "s + flows.f.volume=30 TEU/day", "mine", "s (2)"]
    with pytest.raises(LandbridgeError, match="two scenarios are called 'mine'"):
        told_apart([mine, mine])
    with pytest.raises(LandbridgeError, match="empty"):
        load_scenario(CASES / "x" / "s.yaml", name=" ")


def test_an_experiment_refuses_two_scenarios_of_one_name() -> None:
    world = load_scenario(CASES / "line.yaml", sets=["period.length=5 d"]).scenario
    with pytest.raises(LandbridgeError, match="two scenarios are called 'a'"):
        run_cases([Case("a", world), Case("a", world)], workers=Workers(engine="reference"))
    (outcome,) = run_cases([Case("a", world)], workers=Workers(engine="reference"))
    with pytest.raises(LandbridgeError, match="two scenarios are called 'a'"):
        compare_outcomes([outcome, outcome])


NAMES = st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=30), min_size=1, max_size=8)


@given(NAMES)
def test_folders_have_names_that_every_system_takes_and_no_two_the_same(names: list[str]) -> None:
    taken: list[str] = []
    for name in names:
        taken.append(folder_name(name, taken))
    assert len({name.lower() for name in taken}) == len(names)
    for name in taken:
        assert name and name not in (".", "..") and not name.startswith((".", "-"))
        assert not set(name) & set('/\\:*?"<>| \n\t\0')
        assert len(name.encode()) <= 250 or not name.isascii()


@given(
    st.lists(
        st.tuples(st.lists(st.sampled_from("abc"), min_size=1, max_size=4), st.sampled_from(["s", "t"])),
        max_size=7,
    )
)
def test_names_are_told_apart_whatever_folders_the_files_are_in(files: list[tuple[list[str], str]]) -> None:
    class Fake:
        name_given = False

        def __init__(self, path: Path) -> None:
            self.path, self.name = path, path.stem

    loaded = [Fake(Path("/", *folders, f"{stem}.yaml")) for folders, stem in files]
    names = told_apart(loaded)
    assert len(set(names)) == len(names)
    for one, name in zip(loaded, names, strict=True):
        assert one.name in name


def test_every_public_name_is_in_the_listing_of_the_package() -> None:
    assert set(sim.__all__) <= set(dir(sim))
    assert all(getattr(sim, name) is not None for name in sim.__all__)
