"""Commands called in this process: what they print, and how they end."""

import json
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner, Result

from sim.cli import main


def command_of(name: str) -> click.Command:
    """A command by its name."""
    found = main.get_command(click.Context(main), name)
    assert found is not None, name
    return found


def ended(*words: object, code: int = 0) -> Result:
    """A command that ends with this exit code; a fault of the program is raised."""
    done = CliRunner().invoke(main, [str(word) for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done


def fine(*words: object) -> str:
    """What a command prints that succeeds."""
    return ended(*words).stdout


def printed(*words: object) -> list[str]:
    """The lines on stdout of a command that succeeds."""
    return ended(*words).stdout.splitlines()


def document(*words: object) -> Any:
    """The JSON document on stdout of a command that succeeds."""
    return json.loads(ended(*words, "--json").stdout)


def refused(*words: object, code: int = 2) -> str:
    """What a command says on stderr that ends with a message; it has printed nothing on stdout, and no traceback."""
    done = ended(*words, code=code)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr


def written(folder: Path, **files: str) -> list[Path]:
    """Scenario files of a folder, by name."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return [folder / f"{name}.yaml" for name in files]
