"""`landbridge plot`."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.completing import places_of_runs
from sim.cli.options import BREAKDOWNS, FREIGHT, Freight
from sim.cli.outputs import check_stem, picture_stem, stem_and_formats
from sim.views import PLOTS, PlotOption, taking


def _kinds_of(option: PlotOption) -> str:
    """The kinds of plot for which something may be chosen, in words."""
    return " and ".join(taking(option))


BY_PLACES_DRAWN = click.option(
    "--by",
    type=click.Choice(BREAKDOWNS[4:]),
    help=f"For {_kinds_of('breakdown')}: tell flows, markets, origins, destinations or pairs of both (od) apart, in place of corridors.",
)
_KINDS = "\b\nKinds:\n" + "\n".join(f"  {plot.kind:16}{plot.help}" for plot in PLOTS.values())


@click.command(epilog=_KINDS)
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RUN…")
@click.option(
    "--kind",
    type=click.Choice(list(PLOTS)),
    required=True,
    help="What to draw.",
)
@click.option("--corridor", help="Only this corridor.")
@click.option(
    "--direction",
    type=click.Choice(["westbound", "eastbound"]),
    help="Only this direction; time-distance shows the one with more freight if none is named.",
)
@click.option("--chain", metavar="ID", help=f"For {_kinds_of('chain')}: this chain, not the busiest.")
@click.option(
    "--place",
    "places",
    metavar="ID",
    multiple=True,
    shell_complete=places_of_runs,
    help=f"For {_kinds_of('places')}: what waits at this facility, not at the busiest; repeatable.",
)
@BY_PLACES_DRAWN
@FREIGHT
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
    by: str | None,
    freight: Freight,
    out: Path | None,
) -> None:
    """Draw one or several run folders.

    \b
    Example:
      landbridge plot runs/baseline runs/cku-open --kind transit-cdf --out transit
    """
    check_stem(out)
    from sim.results import read_run
    from sim.views import draw, save

    opened = [read_run(folder) for folder in runs]
    figure = draw(
        kind, opened, corridor=corridor, direction=direction, chain=chain, places=places,
        freight=freight.wanted, by=by,
    )  # fmt: skip
    stem, formats = stem_and_formats(out or Path(kind))
    for path in save(figure, stem, formats):
        click.echo(str(path))
