"""Options that several commands share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

FILE = click.argument("file", type=click.Path(path_type=Path))
JOBS = click.option(
    "--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, show_default="all cores",
    help="Processes; the result does not depend on it.",
)  # fmt: skip
ENGINE = click.option(
    "--engine", type=click.Choice(["fast", "reference"]), default="fast", show_default=True,
    help="Compiled, or in SimPy: the same result, the second is the specification and far slower.",
)  # fmt: skip
FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")


def sharing(command: Any) -> Any:
    """Options that say what is run: `--set`, `--on`, `--replications`, `--seed`."""
    for option in (
        click.option("--seed", type=click.IntRange(min=0), help="Seed, instead of the scenario's."),
        click.option("--replications", type=click.IntRange(1, 100_000), help="Replications, instead of the scenario's."),
        click.option("--on", type=click.Path(path_type=Path), multiple=True, metavar="BASE",
                     help="Lay each FILE over BASE instead of what it extends; several times: over each. BASE itself, and what "
                          "it extends, run as they are."),
        click.option("--set", "sets", multiple=True, metavar="PATH=VALUE",
                     help="Change one entry: --set facilities.makmal.gauge_change.capacity='12 trains/day'."),
    ):  # fmt: skip
        command = option(command)
    return command


def running(command: Any) -> Any:
    """Options that say how it is run: `--engine`, `--jobs`, `--out`, `--force`."""
    for option in (
        ENGINE,
        JOBS,
        click.option("--force", is_flag=True, help="Replace a run folder that exists."),
        click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Where run folders go."),
    ):  # fmt: skip
        command = option(command)
    return command
