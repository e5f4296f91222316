"""From the files named on the command line to cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from sim.errors import Finding, LandbridgeError, ScenarioError

if TYPE_CHECKING:
    from sim.cli.options import Which
    from sim.experiment import Case
    from sim.model import Scenario
    from sim.scenario_file import Loaded


@dataclass(frozen=True)
class Chosen:
    """A scenario as it was asked for: how it is called in tables, and what was loaded."""

    label: str
    loaded: Loaded

    @property
    def scenario(self) -> Scenario:
        """The checked scenario."""
        return self.loaded.scenario


class _Asked(NamedTuple):
    """A file, the base below it (None: what it extends), and whether what is set holds for it."""

    file: Path
    base: Path | None
    changed: bool


def load_all(which: Which, *, with_itself: bool = False) -> list[Chosen]:
    """Load every file (over every base, if any), collecting the findings of all of them; no two are called the same.

    Names are for the scenarios in their order. With `with_itself` one file that is changed, by `--set` or by a base, comes
    first as it is, and then changed; one name is then that of the changed one. Raises UsageError when there are not as
    many names as scenarios. Warnings go to stderr, each once; `--strict` makes findings of them.
    """
    from sim.scenario_file import load_scenario, told_apart, what_changes

    findings: list[Finding] = []
    asked = _each_once(_asked(which.files, which.on, findings))
    if len(set(map(_resolved, which.files))) < len(which.files):
        click.echo("a file that is named twice is one scenario", err=True)
    changes = what_changes(which.sets) or any(one.base for one in asked)
    if with_itself and len(which.files) == 1 and changes:
        asked.insert(0, _Asked(which.files[0], None, False))
    how_often = [f"replications={which.replications}"] if which.replications is not None else []
    how_often += [f"seed={which.seed}"] if which.seed is not None else []
    loaded: list[Loaded] = []
    for one, name in zip(asked, _names(which.names, asked), strict=True):
        sets = [text for text in which.sets if one.changed or not what_changes([text])] + how_often
        try:
            loaded.append(load_scenario(one.file, sets=sets, on=one.base, name=name))
        except ScenarioError as error:
            findings += error.findings
    _warn(loaded, findings, which.strict)
    try:
        labels = told_apart(loaded)
    except LandbridgeError as error:
        raise click.UsageError(str(error)) from None
    return [Chosen(label, one) for label, one in zip(labels, loaded, strict=True)]


def load_one(which: Which) -> Chosen:
    """Load the file of a command that takes one. Raises UsageError for several bases, else as `load_all`."""
    if len(which.on) > 1:
        raise click.UsageError("one base at a time: give --on once")
    (chosen,) = load_all(which)
    return chosen


def _names(names: Sequence[str], asked: Sequence[_Asked]) -> Sequence[str | None]:
    """The name of each scenario, None where none is given. Raises UsageError when there are too many or too few."""
    if len(names) == 1 and len(asked) == 2 and not asked[0].changed:
        return [None, *names]
    if names and len(names) != len(asked):
        raise click.UsageError(
            f"{len(names)} names for {len(asked)} scenarios: give --name once for each of them, in their order"
        )
    return [*names] or [None] * len(asked)


def _warn(loaded: Sequence[Loaded], findings: Sequence[Finding], strict: bool) -> None:
    """Print each warning once. Raises ScenarioError when there are findings, of which `strict` makes the warnings some."""
    warnings = list(dict.fromkeys(warning for one in loaded for warning in one.warnings))
    if findings or (strict and warnings):
        raise ScenarioError([*findings, *(warnings if strict else ())])
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)


def _asked(files: Sequence[Path], on: Sequence[Path], findings: list[Finding]) -> Iterator[_Asked]:
    """Yield every file over every base. The base itself, and what it rests on, cannot be laid over it: they run as they are."""
    bases: Sequence[Path | None] = on or [None]
    for base in bases:
        try:
            below = _read_by(base) if base is not None else []
        except ScenarioError as error:
            findings += error.findings
            continue
        for file in files:
            plain = base is None or any(_same(file, other) for other in below)
            yield _Asked(file, None if plain else base, True)


def _each_once(asked: Iterator[_Asked]) -> list[_Asked]:
    """The same file over the same base is one scenario, however often and by whatever path it was named."""
    found: list[_Asked] = []
    for one in asked:
        if not any(_same(one.file, other.file) and one.base == other.base for other in found):
            found.append(one)
    return found


def _read_by(base: Path) -> list[Path]:
    """The base and every file that it extends; rule files that it includes can be laid over it again."""
    from sim.scenario_file import RULES, load_scenario

    read = [Path(file.path) for file in load_scenario(base).files]
    return [base, *(path for path in read if path.parent.name != RULES)]


def _same(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file."""
    return _resolved(one) == _resolved(other)


def _resolved(path: Path) -> Path:
    """A path without links; one that leads in a loop as it is, since loading it says so."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path


def cases_of(chosen: Sequence[Chosen]) -> list[Case]:
    """Cases for an experiment."""
    return [case_of(one) for one in chosen]


def case_of(chosen: Chosen) -> Case:
    """A case for an experiment; the merged text has no part of the built-in network, which the manifest's version names."""
    from sim.experiment import Case
    from sim.scenario_file import dump

    one = chosen.loaded
    return Case(chosen.label, one.scenario, dump(one.own), one.files, one.notes, one.warnings)
