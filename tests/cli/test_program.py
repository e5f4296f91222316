"""A command is a file of its own name, read when it is named; options that several commands have are the same."""

import gc
import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from where import ROOT

import sim.cli
from sim.cli import main
from sim.cli.program import COMMANDS

FOLDER = Path(sim.cli.__file__).parent
CONTEXT = click.Context(main, info_name="landbridge")


def command(name: str) -> click.Command:
    found = main.get_command(CONTEXT, name)
    assert found is not None
    return found


def options(name: str) -> dict[str, click.Parameter]:
    return {one.name or "": one for one in command(name).params}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_a_file_of_its_name_that_says_so(name: str) -> None:
    text = (FOLDER / f"{name.replace('-', '_')}.py").read_text(encoding="utf-8")
    assert text.startswith(f'"""`landbridge {name}`')
    assert command(name).name == name
    assert f"  landbridge {name}" in (command(name).help or "").split("Example:")[1]


def test_every_file_with_a_command_is_listed() -> None:
    files = {
        path.stem for path in FOLDER.glob("*.py") if "@click.command(" in path.read_text(encoding="utf-8")
    }
    assert files == {name.replace("-", "_") for name in COMMANDS}


def test_naming_a_command_reads_its_own_file_and_that_of_no_other() -> None:
    program = (
        "import sys, json\nfrom sim.cli import main\n"
        "try: main(['network', '--help'])\nexcept SystemExit: pass\n"
        "print(json.dumps([name for name in sys.modules if name.startswith('sim.cli.')]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    loaded = {name.removeprefix("sim.cli.") for name in json.loads(done.stdout.splitlines()[-1])}
    assert loaded & set(COMMANDS) == {"network"}


def test_a_command_is_found_by_a_new_line_of_the_list_and_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "switch_point.py").write_text(
        "import click\n@click.command()\ndef switch_point() -> None:\n    '''Where the ranking flips.'''\n    click.echo('here')\n"
    )
    monkeypatch.setattr(sim.cli, "__path__", [*sim.cli.__path__, str(tmp_path)])
    monkeypatch.setattr("sim.cli.program.COMMANDS", (*COMMANDS, "switch-point"))
    monkeypatch.delitem(sys.modules, "sim.cli.switch_point", raising=False)
    assert CliRunner().invoke(main, ["switch-point"]).output == "here\n"
    assert "  switch-point  Where the ranking flips." in CliRunner().invoke(main, ["--help"]).output
    del sys.modules["sim.cli.switch_point"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("verfy", "verify"), ("comapre", "compare"), ("resilence", "resilience"), ("plots", "plot")],
)
def test_a_command_that_there_is_not_has_the_nearest_one_as_advice(typed: str, meant: str) -> None:
    done = CliRunner().invoke(main, [typed])
    assert done.exit_code == 2
    assert done.stderr.endswith(f"Error: No such command '{typed}'. Did you mean '{meant}'?\n")


def test_a_command_that_is_like_none_has_no_advice() -> None:
    done = CliRunner().invoke(main, ["zzz"])
    assert done.exit_code == 2
    assert done.stderr.endswith("Error: No such command 'zzz'.\n")


WHICH = ("sets", "on", "replications", "seed", "names", "strict")
HOW = ("jobs", "backend", "address", "engine")


@pytest.mark.parametrize("name", ["compare", "resilience", "criticality"])
def test_commands_that_run_one_scenario_or_several_ask_for_them_alike(name: str) -> None:
    for option in (*WHICH, *HOW):
        assert options(name)[option].to_info_dict() == options("run")[option].to_info_dict()


@pytest.mark.parametrize("name", ["headlines", "calibrate"])
def test_commands_that_run_what_is_shipped_ask_how_alike(name: str) -> None:
    for option in ("replications", *HOW):
        assert options(name)[option].to_info_dict() == options("run")[option].to_info_dict()


def test_a_command_that_draws_nothing_is_asked_for_no_luck() -> None:
    assert {"sets", "on", "names", "strict"} <= set(options("preview"))
    assert not {"replications", "seed", "jobs", "engine"} & set(options("preview"))


def test_a_command_seldom_looks_for_garbage_and_leaves_the_interpreter_as_it_was() -> None:
    seen: list[tuple[int, int, int]] = []

    @click.command()
    def probe() -> None:
        seen.append(gc.get_threshold())

    class Probing(type(main)):  # type: ignore[misc]
        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
            return probe

        def resolve_command(
            self, ctx: click.Context, args: list[str]
        ) -> tuple[str, click.Command, list[str]]:
            return "probe", probe, args[1:]

    before = gc.get_threshold()
    assert CliRunner().invoke(Probing("landbridge"), ["probe"]).exit_code == 0
    assert seen[0][0] > before[0]
    assert gc.get_threshold() == before
