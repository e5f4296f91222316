"""`landbridge check`."""

from __future__ import annotations

import click

from sim.cli.loading import load_all
from sim.cli.options import WHICH, Which


@click.command()
@WHICH
def check(which: Which) -> None:
    """Check scenario files: every finding at once, with file, line, key and what to write.

    Warnings of what can have no effect, or hardly the one meant, go to stderr; with --strict they are findings.

    \b
    Example:
      landbridge check scenarios/baseline.yaml
    """
    for one in load_all(which):
        size, number = one.scenario, len(one.loaded.warnings)
        warned = f", with {number} warning{'s' if number > 1 else ''}" if number else ""
        click.echo(
            f"{one.label}: fine{warned} ({len(size.facilities)} facilities, {len(size.services)} services, "
            f"{len(size.chains)} chains, {len(size.flows)} flows, {len(size.policies)} policies, "
            f"{len(size.disruptions)} disruptions)"
        )
