"""What a shell completes: commands, options, paths to set, ids of the scenario on the line, choices."""

import os
import shlex
from pathlib import Path
from unittest.mock import patch

import pytest
from click.shell_completion import ShellComplete
from in_process import document
from where import CASES

from sim.cli import main
from sim.cli.program import COMMANDS

LINE = str(CASES / "line.yaml")


def completed(*words: str, begun: str = "") -> list[str]:
    """What may follow the words of a line."""
    complete = ShellComplete(main, {}, "landbridge", "_LANDBRIDGE_COMPLETE")
    with patch.dict(os.environ, {"COMP_WORDS": shlex.join(["landbridge", *words, begun])}):
        return [item.value for item in complete.get_completions(list(words), begun)]


def test_commands_are_completed_by_their_beginning() -> None:
    assert completed(begun="re") == ["resilience"]
    assert completed(begun="c") == [name for name in COMMANDS if name.startswith("c")]
    assert completed(begun="xyz") == []


def test_every_command_of_the_help_is_completed() -> None:
    from in_process import printed

    listing = printed("--help")
    names = [
        line.split()[0]
        for line in listing[listing.index("Commands:") + 1 :]
        if line.startswith("  ") and line[2] != " "
    ]
    assert completed() == names
    assert len(names) >= 15


def test_options_of_a_command_are_completed() -> None:
    assert completed("run", begun="--re") == ["--replications", "--resume"]
    assert "--geojson" in completed("network", begun="--")


@pytest.mark.parametrize(
    ("words", "begun", "expected"),
    [
        (("run", LINE, "--engine"), "", ["fast", "reference"]),
        (("run", LINE, "--engine"), "r", ["reference"]),
        (("compare", LINE, "--by"), "c", ["corridor", "chain", "cargo"]),
        (("sources", "--grade"), "", ["A", "B", "C", "E"]),
    ],
)
def test_choices_are_completed(words: tuple[str, ...], begun: str, expected: list[str]) -> None:
    assert completed(*words, begun=begun) == expected


def test_the_end_of_a_path_is_completed_with_what_follows_it() -> None:
    assert completed("run", LINE, "--set", begun="flows.f.vol") == ["flows.f.volume="]


def test_paths_are_those_of_the_scenario_on_the_line() -> None:
    here = completed("run", LINE, "--set", begun="services.")
    assert any(path.startswith("services.train") for path in here)
    assert not any("dostyk" in path for path in here)


def test_every_completed_path_of_a_line_is_listed_by_paths() -> None:
    listed = {row["path"] for row in document("paths", "--file", LINE, "--unset")["paths"]}
    ends = [
        path.rstrip("=")
        for path in completed("run", LINE, "--set", begun="facilities.b.")
        if path.endswith("=")
    ]
    assert ends
    assert set(ends) <= listed


def test_chains_are_those_of_the_scenario_on_the_line_else_of_the_built_in_network() -> None:
    assert completed("network", LINE, "--chain") == ["c"]
    assert "north-dostyk-xian-lodz" in completed("network", "--chain", begun="north-")
    assert all(name.startswith("north-") for name in completed("network", "--chain", begun="north-"))


def test_shocks_and_places_are_those_of_the_scenario(tmp_path: Path) -> None:
    shocked = tmp_path / "shocked.yaml"
    shocked.write_text(
        Path(LINE).read_text()
        + 'disruptions: {cut: {at: {id: a-b}, from: "2025-02-10", lasts: 3 d, effect: closed}}\n'
        + "policies: {ban: {cargo: [g], barred: true}}\n"
    )
    assert sorted(completed("resilience", str(shocked), "--shock")) == ["ban", "cut"]
    assert sorted(completed("criticality", LINE, "--place")) == ["a", "a-b", "b"]


def test_places_of_a_run_are_those_of_its_network(line_run: Path) -> None:
    assert completed("plot", str(line_run), "--kind", "queues", "--place") == ["a", "b"]


def test_a_file_that_cannot_be_read_completes_as_the_built_in_network(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("flows: [")
    assert completed("run", str(broken), "--set", begun="period.") == completed(
        "run", "--set", begun="period."
    )
