"""How a command ends: findings and errors without a traceback, documented exit codes."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click

from sim.errors import LandbridgeError, ScenarioError

FAILED, WRONG = 1, 2
ASKED = 128
"""Exit code of a command that a signal ended, less the signal's number: 130 for Ctrl-C."""


class AskedToEnd(KeyboardInterrupt):
    """The system, or who looks after jobs, asks the command to end: it ends as it does at Ctrl-C."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(number)


class Guarded(click.Group):
    """A group whose commands turn mistakes into messages: findings with exit 2, failures with exit 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; see the class."""
        try:
            with _as_ctrl_c():
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
def _as_ctrl_c() -> Iterator[None]:
    """Have SIGTERM (and SIGHUP, when a terminal goes) end the command as Ctrl-C does: with its workers, and with what is done kept.

    What is ignored (as SIGHUP is under nohup), or somebody else's business, stays so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, _: object) -> None:
        raise AskedToEnd(number)

    mine = [
        number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is signal.SIG_DFL
    ]
    for number in mine:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in mine:
            signal.signal(number, signal.SIG_DFL)


def _fail(error: LandbridgeError, code: int, findings: list[dict[str, object]]) -> NoReturn:
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
