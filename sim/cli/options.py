"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from sim.cli.completing import paths_to_set

if TYPE_CHECKING:
    from sim.experiment import Cache, Cluster, Workers
    from sim.stats import Matters

FILE = click.argument("file", type=click.Path(path_type=Path))
JOBS = click.option(
    "--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, show_default="all cores",
    help="Replications at a time on this machine; the result does not depend on it. A cluster uses all its workers.",
)  # fmt: skip
BACKEND = click.option(
    "--backend", type=click.Choice(["threads", "processes", "dask", "ray"]),
    show_default="threads; processes with the reference engine",
    help="Threads of one process, processes on this machine, or a cluster of Dask or Ray (at --address): the same result.",
)  # fmt: skip
ADDRESS = click.option(
    "--address", metavar="HOST:PORT", help="Scheduler of the Dask, or head node of the Ray cluster."
)
ENGINE = click.option(
    "--engine", type=click.Choice(["fast", "reference"]), default="fast", show_default=True,
    help="Compiled, or in SimPy: the same result, the second is the specification and far slower.",
)  # fmt: skip
MATTERS = click.option(
    "--matters", multiple=True, metavar="AMOUNT", default=["0.25 d", "0.5 pp", "1 %"], show_default=True,
    help="What is below is too small to matter: days of time, pp (percentage points) of shares and of all freight, % of a price. "
         "Give those that differ.",
)  # fmt: skip


def _fit_to_print(_: click.Context, __: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    if not names:
        return names
    from sim.errors import LandbridgeError
    from sim.scenario_file import given_name

    try:
        return tuple(map(given_name, names))
    except LandbridgeError as error:
        raise click.BadParameter(str(error)) from None


NAME = click.option(
    "--name", "names", multiple=True, metavar="NAME", callback=_fit_to_print,
    help="What tables, pictures and folders call a scenario, instead of its file and what changes it; once for each, in order.",
)  # fmt: skip
STRICT = click.option(
    "--strict", is_flag=True,
    help="Take warnings for findings: print them, run nothing, and end with exit code 2.",
)  # fmt: skip
FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")


def sharing(command: Any) -> Any:
    """Options that say what is run: `--set`, `--on`, `--name`, `--replications`, `--seed`, `--strict`."""
    for option in (
        STRICT,
        NAME,
        click.option("--seed", type=click.IntRange(min=0), help="Seed, instead of the scenario's."),
        click.option("--replications", type=click.IntRange(1, 100_000), help="Replications, instead of the scenario's."),
        click.option("--on", type=click.Path(path_type=Path), multiple=True, metavar="BASE",
                     help="Lay each FILE over BASE instead of what it extends; several times: over each. BASE itself, and what "
                          "it extends, run as they are."),
        click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", shell_complete=paths_to_set,
                     help="Change one entry of every FILE: --set facilities.makmal.gauge_change.capacity='12 trains/day'. "
                          "`landbridge paths` lists what can be set."),
    ):  # fmt: skip
        command = option(command)
    return command


def running(command: Any) -> Any:
    """Options that say how it is run: see `How`."""
    for option in (
        ENGINE,
        ADDRESS,
        BACKEND,
        JOBS,
        click.option("--resume", is_flag=True, help="Go on with the interrupted run that is in DIR.part."),
        click.option("--tables", type=click.IntRange(min=1), metavar="N", default=10, show_default=True,
                     help="Keep the tables of the first N replications (30 MB each for a year); measures are of all."),
        click.option("--force", is_flag=True, help="Replace a run folder that exists."),
        click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Where run folders go."),
    ):  # fmt: skip
        command = option(command)
    return command


def matters_of(amounts: Sequence[str]) -> Matters:
    """The least differences that matter, of `--matters`. Raises UsageError for an amount that is none."""
    from sim.errors import UnitError
    from sim.stats import Matters
    from sim.units import DAY_S, DURATION, parse

    found: dict[str, float] = {}
    for text in amounts:
        name, number = "days", text.strip()
        for unit, what in (("pp", "points"), ("%", "percent")):
            if number.endswith(unit):
                name, number = what, number.removesuffix(unit).strip()
        try:
            found[name] = parse(number, DURATION) / DAY_S if name == "days" else float(number)
        except (UnitError, ValueError):
            found[name] = 0.0
        if not 0 < found[name] < inf:
            raise click.UsageError(
                f'--matters: expected an amount above 0, of time, percentage points or percent, got "{text}". '
                'Write "0.5 d", "1 pp" or "2 %"'
            )
    return Matters(**found)


PICTURES = ("png", "svg", "pdf")
"""Endings of pictures that can be written."""


def picture_stem(_: click.Context, param: click.Parameter, out: Path | None) -> Path | None:
    """Refuse a STEM that ends as a file does which cannot be written: a picture "map.jpg" would be map.jpg.png."""
    ending = "" if out is None else out.suffix[1:]
    # An ending with a digit, as in "runs/v1.2", is part of a name.
    if out is not None and ending.isalpha() and ending.lower() not in PICTURES:
        shown = ", ".join(f".{one}" for one in PICTURES)
        raise click.BadParameter(
            f"'{out}' ends in .{ending}, and pictures are written as {shown}. Write {out.with_suffix('.png')}, or "
            f"{out.with_suffix('')} for a PNG and an SVG."
        )
    return out


def stem_and_formats(out: Path) -> tuple[Path, tuple[str, ...]]:
    """Name without ending, and what is written under it: what it ends in, else a PNG and an SVG."""
    ending = out.suffix[1:].lower()
    return (out.with_suffix(""), (ending,)) if ending in PICTURES else (out, ("png", "svg"))


@dataclass(frozen=True)
class How:
    """How scenarios are run, as the options of `running` say it."""

    out: Path | None
    tables: int
    force: bool
    resume: bool
    jobs: int
    backend: Literal["threads", "processes", "dask", "ray"] | None
    address: str | None
    engine: str

    @property
    def workers(self) -> Workers:
        """Who is to do the work."""
        from sim.experiment import Workers

        return Workers(self.jobs, self.engine, where_of(self.backend, self.address))

    @property
    def cache(self) -> Cache | None:
        """Where results are kept."""
        from sim.experiment import usual_cache

        return usual_cache()


def where_of(
    backend: Literal["threads", "processes", "dask", "ray"] | None, address: str | None
) -> Literal["threads", "processes"] | Cluster | None:
    """Where the work is done by `--backend` and `--address`; None as suits the engine. Raises UsageError for half a cluster."""
    from sim.experiment import Cluster

    if backend == "dask" or backend == "ray":
        if address is None:
            raise click.UsageError(f"--backend {backend} is of a cluster: add its --address HOST:PORT")
        return Cluster(backend, address)
    if address is not None:
        raise click.UsageError("--address is of a cluster: add --backend dask or --backend ray")
    return backend
