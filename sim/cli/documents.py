"""Documents that programs read, on stdout."""

from __future__ import annotations

import json

import click


def echo_json(document: object) -> None:
    """Print one JSON document. Raises ValueError for a number that JSON has not: what is not known is None."""
    click.echo(json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False))
