"""Options that several commands share: which scenarios, how they are run, where run folders go."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from sim.cli.completing import ids_of, paths_to_set

if TYPE_CHECKING:
    from sim.experiment import Cache, Cluster, Workers
    from sim.stats import Matters

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


@dataclass(frozen=True)
class Which:
    """Which scenarios are run, as the options of `WHICH` say it."""

    files: tuple[Path, ...]
    sets: tuple[str, ...] = ()
    on: tuple[Path, ...] = ()
    replications: int | None = None
    seed: int | None = None
    names: tuple[str, ...] = ()
    strict: bool = False


@dataclass(frozen=True)
class How:
    """How scenarios are run, as the options of `HOW` say it: the result does not depend on it."""

    jobs: int
    backend: Literal["threads", "processes", "dask", "ray"] | None
    address: str | None
    engine: str
    no_cache: bool
    resume: bool

    @property
    def workers(self) -> Workers:
        """Who is to do the work. Raises UsageError for a cluster without address, or the reverse."""
        from sim.experiment import Cluster, Workers

        where: Literal["threads", "processes"] | Cluster | None
        if self.backend == "dask" or self.backend == "ray":
            if self.address is None:
                raise click.UsageError(
                    f"--backend {self.backend} is of a cluster: add its --address HOST:PORT"
                )
            where = Cluster(self.backend, self.address)
        elif self.address is not None:
            raise click.UsageError("--address is of a cluster: add --backend dask or --backend ray")
        else:
            where = self.backend
        return Workers(self.jobs, self.engine, where)

    @property
    def cache(self) -> Cache | None:
        """Where results are kept and looked for; None when they are not."""
        from sim.experiment import usual_cache

        return None if self.no_cache else usual_cache()

    @property
    def cache_to_resume(self) -> Cache | None:
        """The same for a command that writes no run folder. Raises UsageError where it is to go on, and nothing was kept."""
        found = self.cache
        if self.resume and found is None:
            raise click.UsageError(
                "--resume goes on with the run in DIR.part (add the --out DIR that it had), or with what is in the cache, and "
                "there is none: leave out --no-cache, or --resume"
            )
        return found


@dataclass(frozen=True)
class Where:
    """Where run folders go and what they keep, as the options of `WHERE` say it."""

    out: Path | None
    force: bool
    tables: int


@dataclass(frozen=True)
class Freight:
    """Of what freight something is told, as the options of `FREIGHT` say it; all of it when none is given."""

    flows: tuple[str, ...] = ()
    ods: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()

    @property
    def wanted(self) -> dict[str, tuple[str, ...]]:
        """The names asked for, by breakdown."""
        every = {"flow": self.flows, "od": self.ods, "market": self.markets}
        return {name: names for name, names in every.items() if names}

    @property
    def told(self) -> str:
        """The same as it was typed: "--od xian:tashkent"."""
        return " ".join(f"--{column} {name}" for column, names in self.wanted.items() for name in names)


def _as_one(kind: type[Any], name: str, *options: Decorator) -> Decorator:
    """A decorator that gives a command some options, and hands their values to its function as one record called `name`."""

    def decorate(body: Callable[..., Any]) -> Callable[..., Any]:
        """Give a command the options."""

        @wraps(body)
        def command(**given: Any) -> Any:
            """The command, with its options in one record."""
            mine = {field.name: given.pop(field.name) for field in fields(kind) if field.name in given}
            return body(**given, **{name: kind(**mine)})

        decorated: Callable[..., Any] = command
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate


# --- which scenarios --------------------------------------------------------------------------------------------------


def _fit_to_print(_: click.Context, __: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    """Names that can be printed; BadParameter for others."""
    if not names:
        return names
    from sim.errors import LandbridgeError
    from sim.scenario_file import given_name

    try:
        return tuple(map(given_name, names))
    except LandbridgeError as error:
        raise click.BadParameter(str(error)) from None


def _as_several(_: click.Context, __: click.Parameter, file: Path) -> tuple[Path, ...]:
    """The one file of a command that takes one, as the files of `Which`."""
    return (file,)


_FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
_FILE = click.argument("files", type=click.Path(path_type=Path), metavar="FILE", callback=_as_several)
_CHANGED = (
    click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", shell_complete=paths_to_set,
                 help="Change one entry of every FILE: --set facilities.makmal.gauge_change.capacity='12 trains/day'. "
                      "`landbridge paths` lists what can be set."),
    click.option("--on", type=click.Path(path_type=Path), multiple=True, metavar="BASE",
                 help="Lay each FILE over BASE instead of what it extends; several times: over each. BASE itself, and what "
                      "it extends, run as they are."),
)  # fmt: skip
REPLICATIONS = click.option(
    "--replications", type=click.IntRange(1, 100_000), help="Replications, instead of the scenario's."
)
_SEED = click.option("--seed", type=click.IntRange(min=0), help="Seed, instead of the scenario's.")
_CALLED = (
    click.option("--name", "names", multiple=True, metavar="NAME", callback=_fit_to_print,
                 help="What tables, pictures and folders call a scenario, instead of its file and what changes it; once for each, "
                      "in order."),
    click.option("--strict", is_flag=True,
                 help="Take warnings for findings: print them, run nothing, and end with exit code 2."),
)  # fmt: skip

WHICH = _as_one(Which, "which", _FILES, *_CHANGED, REPLICATIONS, _SEED, *_CALLED)
"""Files, and what changes them: see `Which`."""
WHICH_ONE = _as_one(Which, "which", _FILE, *_CHANGED, REPLICATIONS, _SEED, *_CALLED)
"""The same for a command that takes one file."""
WHICH_WITHOUT_CHANCE = _as_one(Which, "which", _FILES, *_CHANGED, *_CALLED)
"""The same for a command that draws nothing."""

SCENARIOS = click.option(
    "--scenarios", type=click.Path(path_type=Path), default=Path("scenarios"), show_default=True,
    help="Folder of the shipped scenarios.",
)  # fmt: skip

# --- how, and where to ------------------------------------------------------------------------------------------------

JOBS = click.option(
    "--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, show_default="all cores",
    help="Replications at a time on this machine; the result does not depend on it. A cluster uses all its workers.",
)  # fmt: skip
HOW = _as_one(
    How,
    "how",
    JOBS,
    click.option("--backend", type=click.Choice(["threads", "processes", "dask", "ray"]),
                 show_default="threads; processes with the reference engine",
                 help="Threads of one process, several processes, or a cluster of Dask or Ray (at --address): the same result."),
    click.option("--address", metavar="HOST:PORT", help="Scheduler of the Dask, or head node of the Ray cluster."),
    click.option("--engine", type=click.Choice(["fast", "reference"]), default="fast", show_default=True,
                 help="Compiled, or in SimPy: the same result, the second is the specification and far slower."),
    click.option("--no-cache", is_flag=True,
                 help="Compute every replication, and keep none: neither take results from the cache nor put them there."),
    click.option("--resume", is_flag=True,
                 help="Go on with what was interrupted: with the run in DIR.part, where run folders are written, else from the cache."),
)  # fmt: skip
"""Workers and engine: see `How`."""
WHERE = _as_one(
    Where,
    "where",
    click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Where run folders go."),
    click.option("--force", is_flag=True, help="Replace a run folder that exists."),
    click.option("--tables", type=click.IntRange(min=1), metavar="N", default=5, show_default=True,
                 help="Keep the tables of the first N replications (10 MB each for a year); measures are of all."),
)  # fmt: skip
"""Run folders: see `Where`."""

# --- what is printed and drawn ----------------------------------------------------------------------------------------

BREAKDOWNS = ("corridor", "direction", "chain", "cargo", "flow", "market", "origin", "destination", "od")
BY = click.option(
    "--by", type=click.Choice(BREAKDOWNS), show_default="corridor, and market where there are several",
    help="Break the measures down: od is a pair of origin and destination, market a group of destinations.",
)  # fmt: skip
BY_PLACES = click.option(
    "--by", type=click.Choice(BREAKDOWNS[4:]), show_default="market where there are several",
    help="Tell each flow, market, origin, destination or pair of both (od) by itself.",
)  # fmt: skip
FREIGHT = _as_one(
    Freight,
    "freight",
    click.option("--flow", "flows", multiple=True, metavar="ID", shell_complete=ids_of("flows"),
                 help="Only freight of this flow; several times for several. What is run is the same, and run folders have all of it."),
    click.option("--od", "ods", multiple=True, metavar="ORIGIN:DESTINATION",
                 help="Only freight between these two places: --od xian:tashkent; several times for several."),
    click.option("--market", "markets", multiple=True, metavar="ID", help="Only freight of this market; several times for several."),
)  # fmt: skip
"""Of what freight something is told: see `Freight`."""
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document.")
MATTERS = click.option(
    "--matters", multiple=True, metavar="AMOUNT", default=["0.25 d", "0.5 pp", "1 %"], show_default=True,
    help="What is below is too small to matter: days of time, pp (percentage points) of shares and of all freight, % of a price. "
         "Give those that differ.",
)  # fmt: skip


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
