"""`landbridge paths`: what can be set, and what there is."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.documents import echo_json
from sim.cli.options import AS_JSON
from sim.cli.printed_tables import layout
from sim.errors import LandbridgeError

_WIDTHS = {"value": 40, "range": 30, "title": 60}
_HEAD = ("path", "value", "unit", "range", "grade", "title")


@click.command()
@click.argument("pattern", required=False)
@click.option(
    "--file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Of this scenario, not of the built-in network.",
)
@click.option("--unset", is_flag=True, help="List also what could be given and is not.")
@AS_JSON
def paths(pattern: str | None, file: Path | None, unset: bool, as_json: bool) -> None:
    """List what --set takes: every path with value, unit, range and grade; and all tags, flows, fleets, services, cargo.

    PATTERN is a part of a path, a name or a title, or like one with * and ?: only what fits is listed. A path takes what its value
    is like; --json says it in words.

    \b
    Example:
      landbridge paths makmal
      landbridge paths 'flows.*.volume' --file scenarios/cku-open.yaml
    """
    from sim.scenario_file import matching, names_of, paths_of, tree_of

    tree = tree_of(file)
    rows, names = matching(paths_of(tree, unset=unset), pattern), names_of(tree, pattern)
    if pattern is not None and not rows and not any(names.values()):
        raise LandbridgeError(
            f"nothing is like '{pattern}'. landbridge paths lists everything; * stands for any letters."
        )
    if as_json:
        document = {"paths": [vars(row) for row in rows], **names}
        echo_json(document)
        return
    for table, found in names.items():
        if found:
            click.echo(f"{len(found)} {table}")
            click.echo(
                layout([table, "what"], [[name, _cut(title, 100)] for name, title in found.items()], 2) + "\n"
            )
    lines = [
        [_cut(str(getattr(row, key)), _WIDTHS[key]) if key in _WIDTHS else getattr(row, key) for key in _HEAD]
        for row in rows
    ]
    click.echo(f"{len(rows)} paths")
    if rows:
        click.echo(layout(list(_HEAD), lines, len(_HEAD)))


def _cut(text: str, width: int) -> str:
    """A text of bearable width."""
    return text if len(text) <= width else text[: width - 1] + "…"
