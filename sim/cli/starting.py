"""`landbridge init`: a folder of scenarios to begin with."""

from __future__ import annotations

import json
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import click

import sim
from sim.errors import LandbridgeError

SCHEMA_FILE = "landbridge.schema.json"
MODELINE = f"# yaml-language-server: $schema={SCHEMA_FILE}\n"
FOLDER = "scenarios"


def shipped(package: Traversable | None = None) -> dict[str, str]:
    """Names and texts of the shipped scenarios: from an installed package, or from the checkout beside it.

    Raises LandbridgeError when there are none, so that an incomplete installation says so.
    """
    inside = (package or resources.files("sim")).joinpath(FOLDER)
    beside = Path(sim.__file__).parent.parent / FOLDER
    for folder in (inside, beside):
        if folder.is_dir():
            files = sorted(folder.iterdir(), key=lambda file: file.name)
            found = {file.name: file.read_text("utf-8") for file in files if file.name.endswith(".yaml")}
            if found:
                return found
    raise LandbridgeError(
        f"the shipped scenarios are missing, in {inside} and in {beside}. Install landbridge again."
    )


def start(folder: Path, force: bool) -> None:
    """Write the shipped scenarios and the JSON Schema, to which each of them points editors."""
    from sim.scenario_file import json_schema

    if folder.exists() and not folder.is_dir():
        raise LandbridgeError(f"{folder}: a file is in the way. Give another folder.")
    if folder.is_dir() and any(folder.iterdir()) and not force:
        raise LandbridgeError(
            f"{folder}: is not empty. Give another folder, or --force to write into this one."
        )
    texts = {name: text if text.startswith(MODELINE) else MODELINE + text for name, text in shipped().items()}
    texts[SCHEMA_FILE] = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
        click.echo(str(folder / name))
    click.echo(f"try: landbridge run {folder / 'baseline.yaml'} --replications 2", err=True)
