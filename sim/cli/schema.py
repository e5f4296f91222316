"""`landbridge schema`."""

from __future__ import annotations

import json

import click


@click.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for completion in editors.

    \b
    Example:
      landbridge schema > landbridge.schema.json
    """
    from sim.scenario_file import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
