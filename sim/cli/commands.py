"""Commands and their options."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from sim.cli.completing import ids_of, paths_to_set, places_of_runs
from sim.cli.options import FILES, MATTERS, NAME, STRICT, How, matters_of, picture_stem
from sim.cli.options import running as _running
from sim.cli.options import sharing as _sharing
from sim.cli.outcome import Guarded, print_version
from sim.cli.shock_commands import criticality, resilience

# The plots' kinds; `sim.views` would take matplotlib along.
_OF_TRANSIT = ("transit-cdf", "transit-box", "where-time-went", "queues")
_OF_NETWORK = ("map", "time-distance", "corridor-share", "train-graph")


@click.group(cls=Guarded, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
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


@main.command()
@FILES
@_sharing
def check(
    files: tuple[Path, ...],
    sets: tuple[str, ...],
    on: tuple[Path, ...],
    replications: int | None,
    seed: int | None,
    names: tuple[str, ...],
    strict: bool,
) -> None:
    """Check scenario files: every finding at once, with file, line, key and what to write.

    Warnings of what can have no effect, or hardly the one meant, go to stderr; with --strict they are findings.

    \b
    Example:
      landbridge check scenarios/baseline.yaml
    """
    from sim.cli.loading import load_all

    loaded = load_all(files, sets, on, replications, seed, names, strict=strict)
    for one in loaded:
        size, number = one.scenario, len(one.loaded.warnings)
        warned = f", with {number} warning{'s' if number > 1 else ''}" if number else ""
        click.echo(
            f"{one.label}: fine{warned} ({len(size.facilities)} facilities, {len(size.services)} services, "
            f"{len(size.chains)} chains, {len(size.flows)} flows, {len(size.policies)} policies, "
            f"{len(size.disruptions)} disruptions)"
        )


@main.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for completion in editors.

    \b
    Example:
      landbridge schema > landbridge.schema.json
    """
    import json

    from sim.scenario_file import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@main.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--grade", type=click.Choice(["A", "B", "C", "E"]), help="Only figures of this grade.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def sources(file: Path | None, grade: str | None, as_json: bool) -> None:
    """List every number with its value, range, grade and source: of the built-in network, or of a scenario FILE.

    Grades: A statistic, B operator or forwarder, C press or claim, E reasoned estimate.

    \b
    Example:
      landbridge sources --grade A
    """
    from sim.cli.evidence import print_sources

    print_sources(file, grade, as_json)


@main.command()
@FILES
@_sharing
@_running
@click.option("--plots/--no-plots", default=True, show_default=True, help="Draw the plots.")
def run(
    files: tuple[Path, ...], sets: tuple[str, ...], on: tuple[Path, ...], replications: int | None, seed: int | None,
    names: tuple[str, ...], strict: bool, plots: bool, **how: Any,
) -> None:  # fmt: skip
    """Run scenarios and write a run folder for each.

    With one FILE, --out is its run folder; with several, each has a folder in it (default: runs/NAME).
    A run that is interrupted keeps its replications in DIR.part: the same command with --resume goes on.
    A run folder holds manifest.json, scenario.yaml (merged), kpis, tables (Parquet and CSV) and plots (PNG and SVG).

    \b
    Example:
      landbridge run scenarios/brest-closure.yaml --on scenarios/cku-open.yaml --replications 5 --out runs/closure
    """
    from sim.cli.running import run_files

    run_files(files, sets, on, replications, seed, names, strict, How(**how), plots)


@main.command()
@FILES
@_sharing
@_running
@click.option("--by", type=click.Choice(["corridor", "chain", "direction", "cargo", "flow"]), default="corridor", show_default=True,
              help="Break the measures down.")  # fmt: skip
@MATTERS
@click.option("--all", "everything", is_flag=True, help="All verdicts, not the eight most important ones.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document: rows, differences and verdicts.")
def compare(
    files: tuple[Path, ...], sets: tuple[str, ...], on: tuple[Path, ...], replications: int | None, seed: int | None,
    names: tuple[str, ...], strict: bool, by: str, matters: tuple[str, ...], everything: bool, as_json: bool, **how: Any,
) -> None:  # fmt: skip
    """Compare scenarios on the same random numbers: differences with 95 % intervals, and verdicts in words.

    The first scenario is the one that the others are compared with. One FILE with --set or --on is compared with itself so
    changed; of several, --set changes all. Times, prices and emissions are compared over the same consignments in both, so that
    no difference comes from another mix. Verdicts are corrected for being many (Holm). Run folders are written only with --out.

    \b
    Example:
      landbridge compare scenarios/baseline.yaml scenarios/russia-transit-ban.yaml --replications 5
      landbridge compare scenarios/baseline.yaml --set flows.xian-lodz.volume='60000 TEU/year' --replications 5
    """
    from sim.cli.comparing import compare_files

    compare_files(
        files,
        sets,
        on,
        replications,
        seed,
        names,
        strict,
        How(**how),
        by,
        matters_of(matters),
        everything,
        as_json,
    )


@main.command()
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RUN…")
@click.option(
    "--kind",
    type=click.Choice([*_OF_TRANSIT, *_OF_NETWORK]),
    required=True,
    help="What to draw.",
)
@click.option("--corridor", help="Only this corridor.")
@click.option(
    "--direction",
    type=click.Choice(["westbound", "eastbound"]),
    help="Only this direction; time-distance shows the one with more freight if none is named.",
)
@click.option("--chain", metavar="ID", help="For time-distance and train-graph: this chain, not the busiest.")
@click.option(
    "--place",
    "places",
    metavar="ID",
    multiple=True,
    shell_complete=places_of_runs,
    help="For queues: what waits at this facility, not at the busiest; repeatable.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="STEM",
    callback=picture_stem,
    help="Write STEM.png and STEM.svg (default: ./KIND); only one of them, or a PDF, when STEM has that ending.",
)
def plot(
    runs: tuple[Path, ...],
    kind: str,
    corridor: str | None,
    direction: str | None,
    chain: str | None,
    places: tuple[str, ...],
    out: Path | None,
) -> None:
    """Draw one or several run folders.

    \b
    Example:
      landbridge plot runs/baseline runs/cku-open --kind transit-cdf --out transit
    """
    from sim.cli.plotting import plot_runs

    plot_runs(runs, kind, corridor, direction, chain, places, out)


@main.command()
@click.option(
    "--scenarios",
    type=click.Path(path_type=Path),
    default=Path("scenarios"),
    show_default=True,
    help="Folder of the shipped scenarios.",
)
@click.option(
    "--replications", type=click.IntRange(1, 100_000), help="Replications, instead of the scenarios'."
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 1,
    show_default="all cores",
    help="Processes.",
)
@click.option(
    "--write", type=click.Path(path_type=Path), metavar="FILE", help="Write the page instead of printing it."
)
def calibrate(scenarios: Path, replications: int | None, jobs: int, write: Path | None) -> None:
    """Set simulated figures beside observed ones, with the misses: the page docs/calibration.md.

    \b
    Example:
      landbridge calibrate --replications 5
    """
    from sim.cli.calibrating import calibrate as run

    run(scenarios, replications, jobs, write)


@main.command()
@click.option(
    "--scenarios",
    type=click.Path(path_type=Path),
    default=Path("scenarios"),
    show_default=True,
    help="Folder of the shipped scenarios.",
)
@click.option(
    "--replications", type=click.IntRange(1, 100_000), help="Replications, instead of the scenarios'."
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 1,
    show_default="all cores",
    help="Processes.",
)
@click.option(
    "--write", type=click.Path(path_type=Path), metavar="FILE", help="Write the page instead of printing it."
)
def headlines(scenarios: Path, replications: int | None, jobs: int, write: Path | None) -> None:
    """Run every scenario of a folder and say what each is for and what comes out: the page scenarios/README.md.

    \b
    Example:
      landbridge headlines --replications 5
    """
    from sim.cli.headlining import headlines as run

    run(scenarios, replications, jobs, write)


@main.command()
@FILES
@click.option(
    "--on", type=click.Path(path_type=Path), multiple=True, metavar="BASE", help="Lay each FILE over BASE."
)
@click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="PATH=VALUE",
    shell_complete=paths_to_set,
    help="Change one entry.",
)
@NAME
@STRICT
@click.option("--all", "everything", is_flag=True, help="List low loads too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def preview(
    files: tuple[Path, ...],
    on: tuple[Path, ...],
    sets: tuple[str, ...],
    names: tuple[str, ...],
    strict: bool,
    everything: bool,
    as_json: bool,
) -> None:
    """Compute, without a simulation, free-flow time, price and emissions of every chain and what is asked of every place.

    Loads are means over the period and of the busiest month; disruptions and waiting are left out. Warnings go to stderr.

    \b
    Example:
      landbridge preview scenarios/cku-open.yaml
    """
    from sim.cli.previewing import preview_files

    preview_files(files, sets, on, names, strict, everything, as_json)


@main.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--chain", metavar="ID", shell_complete=ids_of("chains"), help="One chain step by step.")
@click.option("--geojson", is_flag=True, help="A GeoJSON FeatureCollection, for maps.")
def network(file: Path | None, chain: str | None, geojson: bool) -> None:
    """List facilities, legs, services and chains of the built-in network, or of a scenario FILE.

    \b
    Example:
      landbridge network scenarios/cku-open.yaml --chain north-dostyk-xian-lodz
    """
    from sim.cli.networking import print_network

    print_network(file, chain, geojson)


@main.command()
@click.argument("pattern", required=False)
@click.option(
    "--file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Of this scenario, not of the built-in network.",
)
@click.option("--unset", is_flag=True, help="List also what could be given and is not.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document: paths, and names by table.")
def paths(pattern: str | None, file: Path | None, unset: bool, as_json: bool) -> None:
    """List what --set takes: every path with value, unit, range and grade; and all tags, flows, fleets, services, cargo.

    PATTERN is a part of a path, a name or a title, or like one with * and ?: only what fits is listed. A path takes what its value
    is like; --json says it in words.

    \b
    Example:
      landbridge paths makmal
      landbridge paths 'flows.*.volume' --file scenarios/cku-open.yaml
    """
    from sim.cli.listing import print_paths

    print_paths(pattern, file, unset, as_json)


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Write into a folder that is not empty.")
def init(folder: Path, force: bool) -> None:
    """Copy the shipped scenarios into DIR, with the JSON Schema by which editors complete and check them.

    \b
    Example:
      landbridge init my-scenarios
    """
    from sim.cli.starting import start

    start(folder, force)


@main.command()
@click.argument("run_folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 1,
    show_default="all cores",
    help="Processes.",
)
def verify(run_folder: Path, jobs: int) -> None:
    """Run a run folder's scenario again and compare digests: exit code 0 when they are the same, 1 when not.

    \b
    Example:
      landbridge verify runs/baseline
    """
    from sim.cli.verifying import verify_run

    verify_run(run_folder, jobs)


for _command in (resilience, criticality):
    main.add_command(_command)
