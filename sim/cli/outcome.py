"""How a command ends: findings and errors without a traceback, documented exit codes."""

from __future__ import annotations

import codecs
import gc
import io
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click

from sim.cli.interrupting import AskedToEnd, heard
from sim.errors import LandbridgeError, ScenarioError, readable

FAILED, WRONG = 1, 2
ASKED = 128
"""Exit code of a command that a signal ended, less the signal's number: 130 for Ctrl-C."""


class Guarded(click.Group):
    """A group whose commands turn mistakes into messages: findings with exit 2, failures with exit 1."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the program. A path may have bytes that are not UTF-8: they are printed as escapes."""
        codecs.register_error("escaped", _as_escapes)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="escaped")
        with _seldom_tidied():
            return super().main(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; see the class."""
        try:
            with heard():
                return super().invoke(ctx)
        except ScenarioError as error:
            _fail(error, WRONG, [vars(finding) for finding in error.findings])
        except LandbridgeError as error:
            _fail(error, FAILED, [])
        except KeyboardInterrupt as stop:
            notes = getattr(stop, "__notes__", None) or ["Nothing was written."]
            number = stop.number if isinstance(stop, AskedToEnd) else signal.SIGINT
            by = f" by {signal.Signals(number).name}" if number != signal.SIGINT else ""
            click.echo("\n".join([f"landbridge: interrupted{by}.", *notes]), err=True)
            sys.exit(ASKED + number)
        except MemoryError as error:
            click.echo(
                "landbridge: there is not enough memory. Give fewer --jobs, fewer --tables or fewer replications.",
                err=True,
            )
            _echo_notes(error)
            sys.exit(FAILED)
        except BrokenPipeError:
            # The reader has gone (`| head`): no more output, and no complaint at exit either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except OSError as error:
            click.echo(
                f"landbridge: {error.strerror or error}{f': {error.filename}' if error.filename else ''}",
                err=True,
            )
            _echo_notes(error)
            sys.exit(FAILED)


@contextmanager
def _seldom_tidied() -> Iterator[None]:
    """Let Python look for garbage in circles seldom: packages and a scenario are some hundred thousand objects that stay.

    A short run takes a sixth less; what is in no circle is freed at once all the same.
    """
    usual = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _as_escapes(error: UnicodeError) -> tuple[str, int]:
    """What is printed in place of what an encoding has not: "\\xff" for a byte of a path, else the letter's number."""
    assert isinstance(error, UnicodeEncodeError)
    part = error.object[error.start : error.end]
    return readable(part).encode("ascii", "backslashreplace").decode("ascii"), error.end


def _fail(error: LandbridgeError, code: int, findings: list[dict[str, object]]) -> NoReturn:
    """Say what is wrong, and end with an exit code."""
    if "--json" in sys.argv:
        click.echo(json.dumps({"error": str(error), "findings": findings}, indent=2, ensure_ascii=False))
    click.echo(str(error), err=True)
    _echo_notes(error)
    if findings:
        count = len(findings)
        click.echo(f"landbridge: {count} finding{'s' if count > 1 else ''}; nothing was written.", err=True)
    sys.exit(code)


def _echo_notes(error: BaseException) -> None:
    """Say what an unfinished run keeps, and how to go on."""
    for note in getattr(error, "__notes__", ()):
        click.echo(note, err=True)


def print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Print versions of the program, Python and the engine."""
    if not wanted or ctx.resilient_parsing:
        return
    from importlib.metadata import version

    click.echo(
        f"landbridge {version('landbridge')} (Python {sys.version.split()[0]}, engines: fast with numba {version('numba')}, "
        f"reference with simpy {version('simpy')})"
    )
    ctx.exit()
