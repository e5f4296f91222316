"""The README's table has every command, and no option that there is not."""

import re

import click
import pytest
from where import ROOT

from sim.cli import main
from sim.cli.program import COMMANDS

TABLE = (ROOT / "README.md").read_text(encoding="utf-8").split("## Commands")[1].split("\n## ")[0]
ROWS = {match[1]: match[0] for match in re.finditer(r"^\| `([a-z-]+)[^|]*?\|.*\|$", TABLE, re.MULTILINE)}


def test_every_command_has_its_row() -> None:
    assert set(ROWS) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_row_is_one_of_the_command(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    there = {text for one in command.params for text in (*one.opts, *one.secondary_opts)}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", ROWS[name]))
    # `paths` lists what --set of other commands takes.
    assert named - {"--set"} <= there
    assert name == "paths" or named <= there
