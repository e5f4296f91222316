"""`landbridge export`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from sim.cli.progress import progress_of

NAMES = (
    "kpis", "policies", "disruptions", "values", "policy-values", "disruption-values",
    "tables/consignments", "tables/trips", "tables/visits", "tables/levels", "tables/policies", "tables/disruptions",
)  # fmt: skip
"""As `results.EXPORTED`, which would take pandas along."""


@click.command()
@click.argument("run_folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option(
    "--table", "names", multiple=True, type=click.Choice(NAMES), help="Only this table; repeatable."
)
@click.option(
    "--format", "kind", type=click.Choice(["csv", "csv.gz"]), default="csv", show_default=True,
    help="Plain, or packed by gzip.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Where files go (default: RUN-csv)."
)
@click.option("--force", is_flag=True, help="Replace files that exist.")
def export(
    run_folder: Path, names: tuple[str, ...], kind: Literal["csv", "csv.gz"], out: Path | None, force: bool
) -> None:
    """Write the tables of a run folder as CSV.

    A text that a spreadsheet would run as a formula gets an apostrophe before it. pandas, R and DuckDB read the Parquet files of the
    run folder themselves, sooner.

    \b
    Example:
      landbridge export runs/baseline --table kpis --table tables/trips
    """
    from sim.results import export_run, read_run

    run = read_run(run_folder)
    wanted = tuple(dict.fromkeys(names or NAMES))
    place = out or run_folder.with_name(f"{run_folder.resolve().name}-csv")
    with progress_of("exporting", "tables") as progress:

        def begin(name: str) -> None:
            """Say that a table is begun."""
            progress(wanted.index(name), len(wanted), name)

        files = export_run(run, place, wanted, kind, force=force, begin=begin)
        progress(len(wanted), len(wanted))
    for file in files:
        click.echo(str(file))
