"""The commands that look at shocks: one scenario with and without its own, or with every place closed in turn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sim.cli.completing import ids_of
from sim.cli.options import ADDRESS, BACKEND, ENGINE, FILE, JOBS, picture_stem, sharing

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document.")


@click.command()
@FILE
@sharing
@click.option(
    "--shock",
    "shocks",
    multiple=True,
    metavar="ID",
    shell_complete=ids_of("policies", "disruptions"),
    help="Policy or disruption to look at; several times for several. Default: all that begin within the period.",
)
@ENGINE
@JOBS
@BACKEND
@ADDRESS
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="STEM",
    callback=picture_stem,
    help="Draw the weeks to STEM.png and STEM.svg; only one of them, or a PDF, when STEM has that ending.",
)
@_JSON
def resilience(file: Path, **options: Any) -> None:
    """Say what a shock does: FILE is run with its shocks and without them, on the same random numbers.

    By corridor and direction: peak delay, time to recover, delay area, freight diverted (and to where) and refused, price.

    \b
    Example:
      landbridge resilience scenarios/brest-closure.yaml --replications 5 --out brest
    """  # fmt: skip
    from sim.cli.recovering import look_at_shocks

    look_at_shocks(file, **options)


@click.command()
@FILE
@sharing
@click.option(
    "--days",
    type=click.IntRange(1, 3650),
    default=14,
    show_default=True,
    help="How long each place is closed.",
)
@click.option(
    "--from",
    "begin",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="First day of the closure. Default: the first Monday that is measured.",
)
@click.option(
    "--follow",
    type=click.IntRange(0, 3650),
    default=90,
    show_default=True,
    help="Days after the closure until the period is cut.",
)
@click.option("--only", type=click.Choice(["facilities", "legs"]), help="Close only these.")
@click.option(
    "--place",
    "places",
    multiple=True,
    metavar="ID",
    shell_complete=ids_of("facilities", "legs"),
    help="Close only this facility or leg; several times for several.",
)
@ENGINE
@JOBS
@BACKEND
@ADDRESS
@click.option(
    "--top", type=click.IntRange(min=1), default=20, show_default=True, help="How many places to print."
)
@_JSON
def criticality(file: Path, **options: Any) -> None:
    """Close every facility and leg in turn, and rank them by the delay of all freight (TEU-days).

    To be affordable, the period ends --follow days after the closure: freight under way when it begins, or released until
    28 days after its end, counts, and delays that the cut hides are lower bounds. Unused places are not run.

    \b
    Example:
      landbridge criticality scenarios/cku-open.yaml --place makmal --place brest --replications 5
    """  # fmt: skip
    from sim.cli.closing import close_places

    close_places(file, **options)
