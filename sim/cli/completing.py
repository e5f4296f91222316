"""What a shell may complete: paths for `--set`, and ids, of the scenario that is named on the line."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import click
from click.shell_completion import CompletionItem, split_arg_string

Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def paths_to_set(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Paths of the scenario on the line, else of the built-in network."""
    from sim.scenario_file import completions

    return [CompletionItem(text) for text in completions(begun, _file_of(ctx))]


def ids_of(*tables: str) -> Completer:
    """Completes the ids of some tables of the scenario on the line, else of the built-in network, with their titles."""

    def complete(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
        """Names of the file's own things that begin so."""
        from sim.scenario_file import readable_tree, title_of

        tree = readable_tree(_file_of(ctx))
        return [
            CompletionItem(name, help=title_of(thing))
            for table in tables
            for name, thing in (tree.get(table) or {}).items()
            if name.startswith(begun)
        ]

    return complete


def places_of_runs(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Facilities of the run folders that the line names, with their names; of the built-in network when it names none."""
    from sim.errors import LandbridgeError
    from sim.results import read_run

    words = ctx.params.get("runs") or map(Path, split_arg_string(os.environ.get("COMP_WORDS", "")))
    found: dict[str, str] = {}
    for folder in [word for word in words if (word / "network.json").is_file()]:
        with suppress(
            LandbridgeError
        ):  # a folder that cannot be read completes nothing; `plot` says what is wrong with it
            found |= {name: place.name for name, place in read_run(folder).network.facilities.items()}
    if not found:
        return ids_of("facilities")(ctx, _, begun)
    return [CompletionItem(name, help=title) for name, title in found.items() if name.startswith(begun)]


def _file_of(ctx: click.Context) -> Path | None:
    """The first scenario that the line names; None when it names none.

    An option that still lacks its value keeps Click from giving the arguments: then the words of the line are looked at.
    """
    given = ctx.params.get("files") or ctx.params.get("file")
    if given:
        return Path(given[0] if isinstance(given, (tuple, list)) else given)
    words = map(Path, split_arg_string(os.environ.get("COMP_WORDS", "")))
    return next((word for word in words if word.suffix in (".yaml", ".yml") and word.is_file()), None)
