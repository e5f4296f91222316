"""`landbridge init`: a folder of scenarios to begin with."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from sim.errors import LandbridgeError

SCHEMA_FILE = "landbridge.schema.json"
MODELINE = "# yaml-language-server: $schema={}\n"


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Write into a folder that is not empty.")
def init(folder: Path, force: bool) -> None:
    """Copy the shipped scenarios into DIR, with the JSON Schema by which editors complete and check them.

    \b
    Example:
      landbridge init my-scenarios
    """
    from sim.scenario_file import folders, json_schema, shipped_files

    if os.path.lexists(folder) and not folder.is_dir():
        raise LandbridgeError(f"{folder}: a file is in the way. Give another folder.")
    if folder.is_dir() and any(folder.iterdir()) and not force:
        raise LandbridgeError(
            f"{folder}: is not empty. Give another folder, or --force to write into this one."
        )
    found = shipped_files()
    if not found:
        raise LandbridgeError(
            f"the shipped scenarios are missing, in {' and in '.join(map(str, folders()))}. Install landbridge again."
        )
    texts = {name: _with_modeline(name, text) for name, text in found.items()}
    texts[SCHEMA_FILE] = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
        click.echo(str(folder / name))
    click.echo(f"try: landbridge run {folder / 'baseline.yaml'} --replications 5", err=True)


def _with_modeline(name: str, text: str) -> str:
    """A file's text, with the line that leads editors to the schema first."""
    line = MODELINE.format("../" * name.count("/") + SCHEMA_FILE)
    return text if text.startswith(line) else line + text
