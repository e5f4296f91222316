"""`landbridge sources`."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.documents import echo_json
from sim.cli.options import AS_JSON


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--grade", type=click.Choice(["A", "B", "C", "E"]), help="Only figures of this grade.")
@AS_JSON
def sources(file: Path | None, grade: str | None, as_json: bool) -> None:
    """List every number with its value, range, grade and source: of the built-in network, or of a scenario FILE.

    Grades: A statistic, B operator or forwarder, C press or claim, E reasoned estimate.

    \b
    Example:
      landbridge sources --grade A
    """
    from sim.scenario_file import figures, load_scenario, network_figures

    rows = network_figures() if file is None else figures(load_scenario(file))
    wanted = [row for row in rows if grade in (None, row.grade)]
    if as_json:
        echo_json([vars(row) for row in wanted])
        return
    for row in wanted:
        spread = f"  [{row.range}]" if row.range else ""
        click.echo(f"{row.path} = {row.value}{spread}  grade {row.grade or '-'}\n    {row.source}")
    click.echo(f"{len(wanted)} figures", err=True)
