"""The command `landbridge` itself: each command is a file of this folder, read when it is asked for."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import cast

import click

from sim.cli.outcome import Guarded, print_version

COMMANDS = (
    "init",
    "check",
    "preview",
    "run",
    "compare",
    "lanes",
    "resilience",
    "criticality",
    "plot",
    "verify",
    "export",
    "cache",
    "paths",
    "network",
    "sources",
    "schema",
    "headlines",
    "calibrate",
)
"""In the order of the help. The command `switch-point` is the function `switch_point` of the file switch_point.py."""


class Program(Guarded):
    """The group of all commands, none of which is imported before it is named, or listed by the help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        return cast("click.Command", getattr(import_module(f"sim.cli.{name}"), name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is named. Raises UsageError with the nearest name when there is none."""
        near = get_close_matches(args[0][:80], COMMANDS, 1, 0.5)
        if near and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f"No such command '{args[0]}'. Did you mean '{near[0]}'?")
        return super().resolve_command(ctx, args)


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=print_version,
    help="Show versions.",
)
def main() -> None:
    """China-Europe freight by Russia, by the China-Kyrgyzstan-Uzbekistan railway or by sea, simulated.

    \b
    Example:
      landbridge compare scenarios/baseline.yaml scenarios/cku-open.yaml --replications 5

    Exit codes: 0 done, 1 failed, 2 wrong use or wrong scenario, 130 interrupted (143 by SIGTERM, 129 by SIGHUP).
    """
