"""A scenario file to a checked scenario, or to findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.errors import Finding, ScenarioError, readable
from sim.model import Scenario, cross_check, warnings_of
from sim.scenario_file import includes, overrides
from sim.scenario_file.findings import from_faults, from_pydantic
from sim.scenario_file.layers import Layer, layers_of
from sim.scenario_file.naming import called, given_name
from sim.scenario_file.overrides import Override
from sim.scenario_file.own_network import read_own_network
from sim.scenario_file.reading import NETWORK_NAME, FileRead, Reading, network
from sim.scenario_file.tree import Branch, Mark, at, lay, mark_of, nested, nulls, plain


@dataclass(frozen=True)
class Loaded:
    """A checked scenario and what it was made from.

    `name` is what tables and pictures call it: the file's stem and what changed it, unless a name was given (`name_given`);
    `path` is the file. `document` is everything merged, the network too (so its `network` is `none`): it loads to the same
    scenario. `own` is what lies over the built-in network: the files and what was set (the whole document in the rare case
    that one file removes what the next gives again); it loads to the same scenario too. `notes` say what `--set` and `on`
    changed, and which old names were read. `own_flows` are the measured flows that its files add to those of its
    network. `tree` is the merged document with the mark of every key.
    """

    scenario: Scenario
    name: str
    document: dict[str, Any]
    own: dict[str, Any]
    notes: tuple[str, ...]
    files: tuple[FileRead, ...]
    tree: Branch = field(repr=False)
    own_flows: tuple[str, ...] = field(default=(), kw_only=True)
    path: Path = field(default=Path(), kw_only=True)
    name_given: bool = field(default=False, kw_only=True)

    @cached_property
    def warnings(self) -> tuple[Finding, ...]:
        """What can have no effect, or hardly the one that was meant, sorted by file and line; it runs all the same.

        The built-in network is there to choose from: entries of it that this scenario leaves unused are no warning.
        """
        found = warnings_of(self.scenario, lambda path: mark_of(self.tree, path).file != NETWORK_NAME)
        return tuple(sorted(set(from_faults(self.tree, found))))


def load_scenario(
    file: Path | str,
    *,
    sets: Sequence[str] = (),
    on: Path | str | None = None,
    name: str | None = None,
    strict: bool = False,
) -> Loaded:
    """Load and check a scenario file.

    Layers, each over the one before: the built-in network (if `network: eurasia`), a network file (if `network` names
    one, which says what it is laid over), the files extended, the rule files included, in their order, the file, its
    `set`, and `sets`: texts "path=value". A file that is extended brings what it includes. `on` is laid below the file in
    place of what it extends; it is ignored when it is the file itself. `name` is what tables and pictures call it; if not
    given, the file's stem, with the base's when it was laid over one and with what `sets` change. Raises ScenarioError with
    all findings; with `strict` also with all warnings, which else are `Loaded.warnings`.
    """
    path, base, shown = Path(file), None if on is None else Path(on), readable(file)
    if base is not None and _same(path, base):
        base = None
    reading = Reading()
    layers, last = _layers(reading, path, base, sets)
    layers.append(Layer(Branch(Mark(shown, 1)), last))
    own = _own(layers)
    network_file = read_own_network(reading, own, path)
    if reading.broken:
        raise ScenarioError(reading.findings)
    if network_file is not None:
        layers.insert(0, network_file)
        own = _own(layers)
        own["network"] = network_file.tree.get("network", "eurasia")
    below = Branch(Mark(shown, 1))
    # Also for a network that does not exist: one finding, and not one for every key that is missing then.
    if own.get("network") != "none":
        below, source = network()
        reading.files.insert(0, source)
    tree, notes, findings = _stack(below, layers, shown)
    if network_file is not None:
        tree["network"] = own["network"]
    reading.findings += findings
    whole = plain(tree)
    scenario = _checked(tree, whole, reading.findings)
    if base is not None:
        notes.insert(0, f"extends: {readable(base)} in place of what {readable(path.name)} extends")
    alone = whole | {"network": "none"}
    loaded = Loaded(
        scenario,
        called(path, sets, base) if name is None else given_name(name),
        alone,
        _over(below, own, tree, alone),
        (*reading.notices, *notes),
        tuple(reading.files),
        tree,
        own_flows=_own_flows(scenario, below, network_file),
        path=path,
        name_given=name is not None,
    )
    if strict and loaded.warnings:
        raise ScenarioError(loaded.warnings)
    return loaded


def _own_flows(scenario: Scenario, below: Branch, network_file: Layer | None) -> tuple[str, ...]:
    """The measured flows that no network has; none where the scenario is its own network."""
    of_network = {*below.get("flows", ()), *(network_file.tree.get("flows", ()) if network_file else ())}
    measured = (name for name, flow in scenario.flows.items() if flow.measured)
    return tuple(name for name in measured if name not in of_network) if of_network else ()


def check_files(
    files: Iterable[Path | str], *, sets: Sequence[str] = (), on: Path | str | None = None
) -> list[Finding]:
    """Return the findings of several files, each once, sorted by file and line; empty when all are fine."""
    found: set[Finding] = set()
    for file in files:
        try:
            load_scenario(file, sets=sets, on=on)
        except ScenarioError as error:
            found |= set(error.findings)
    return sorted(found)


def _layers(
    reading: Reading, path: Path, base: Path | None, sets: Sequence[str]
) -> tuple[list[Layer], list[Override]]:
    """The files that are laid on one another, the lowest first, and what `sets` say. Raises ScenarioError."""
    layers = layers_of(reading, path, base)
    last, findings = overrides.from_command_line(sets)
    reading.findings += findings
    if reading.broken:
        raise ScenarioError(reading.findings)
    dated = any(override.path[0] == "period" for override in (*layers[0].overrides, *last))
    if len(layers) == 1 and not dated and includes.is_alone(layers[0].tree):
        raise ScenarioError([*reading.findings, includes.alone(path)])
    return layers, last


def _same(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file."""
    try:
        return one.resolve() == other.resolve()
    except (OSError, RuntimeError, ValueError):
        return one == other


def _own(layers: Iterable[Layer]) -> Branch:
    """Return the layers without the network; nulls stay, because they remove things of the network."""
    own = Branch(Mark("", 1))
    for layer in layers:
        own = lay(own, layer.tree, keep_null=True)
        for override in layer.overrides:
            own = lay(own, nested(override.path, override.value, override.mark), keep_null=True)
    return own


def _over(below: Branch, own: Branch, tree: Branch, alone: dict[str, Any]) -> dict[str, Any]:
    """Return what, laid over the network, gives the tree: the layers, without nulls that remove nothing there.

    `alone` is the tree as a document of its own, for what the layers cannot say.
    """
    for path in list(nulls(own)):
        parent = at(below, path[:-1])
        if not isinstance(parent, dict) or path[-1] not in parent:
            del at(own, path[:-1])[path[-1]]
    # Marks are no part of what is equal. Removed by one file and given again by the next: one file over the network cannot say it.
    return plain(own) if lay(below, own) == tree else alone


def _stack(below: Branch, layers: Sequence[Layer], shown: str) -> tuple[Branch, list[str], list[Finding]]:
    """Lay the layers on one another; return the tree, notes about the last layer's overrides, and findings."""
    tree = below
    notes: list[str] = []
    findings: list[Finding] = []
    for layer in layers:
        findings += overrides.check_nulls(tree, layer.tree)
        tree = lay(tree, layer.tree)
        for override in layer.overrides:
            tree, wrong = _apply(tree, override, notes if layer is layers[-1] else [])
            findings += wrong
    tree.start = Mark(shown, 1)
    return tree, notes, findings


def _apply(tree: Branch, override: Override, notes: list[str]) -> tuple[Branch, list[Finding]]:
    """Set what an override says, and note it; or say what is wrong with it."""
    wrong = list(overrides.check(tree, override))
    if wrong:
        return tree, wrong
    notes.append(overrides.note(tree, override))
    return overrides.apply(tree, override), []


def _checked(tree: Branch, document: dict[str, Any], findings: list[Finding]) -> Scenario:
    """Return the scenario of a tree (without marks: `document`) if neither schema nor cross-checks nor anyone before found a fault."""
    if any(finding.key == "schema" for finding in findings):
        document = document | {"schema": 1}
    try:
        scenario = Scenario.model_validate(document)
    except ValidationError as error:
        raise ScenarioError([*findings, *from_pydantic(tree, error)]) from None
    findings = [*findings, *from_faults(tree, cross_check(scenario))]
    if findings:
        raise ScenarioError(findings)
    return scenario
