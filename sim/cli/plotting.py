"""`landbridge plot`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from sim.cli.options import stem_and_formats
from sim.cli.outputs import check_stem


def plot_runs(
    folders: Sequence[Path],
    kind: str,
    corridor: str | None,
    direction: str | None,
    chain: str | None,
    places: Sequence[str],
    out: Path | None,
) -> None:
    """Draw run folders and say where the files are: one, when `out` ends in .png, .svg or .pdf."""
    check_stem(out)
    from sim.results import read_run
    from sim.views import draw, save

    runs = [read_run(folder) for folder in folders]
    figure = draw(kind, runs, corridor=corridor, direction=direction, chain=chain, places=places)
    stem, formats = stem_and_formats(out or Path(kind))
    for path in save(figure, stem, formats):
        click.echo(str(path))
