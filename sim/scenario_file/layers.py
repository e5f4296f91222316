"""The files of a scenario: what it extends, lowest first, what it includes, the file itself; and the built-in network."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from sim.errors import Finding, ScenarioError, readable
from sim.scenario_file.files import is_inside, read_file, what_is_there
from sim.scenario_file.includes import included
from sim.scenario_file.overrides import Override, from_mapping
from sim.scenario_file.renamed import rename
from sim.scenario_file.text import parse_mapping
from sim.scenario_file.tree import Branch, Mark, plain
from sim.scenario_file.writing import brief

SCHEMA = 1
"""Version of the scenario format that this version reads."""
NETWORK_NAME = "sim/model/eurasia.yaml"
YAML = (".yaml", ".yml")
CHAIN_MAX = 50
"""Files that extend one another, one after the other."""


class FileRead(NamedTuple):
    """A file that a scenario rests on: its path as shown, and the SHA-256 of its bytes."""

    path: str
    sha256: str


@dataclass(frozen=True)
class Layer:
    """One file's content, without `extends`, `include` and `set`, and the values that it sets by path."""

    tree: Branch
    overrides: list[Override]


@dataclass
class Reading:
    """What has been read so far, what was wrong, and what was read though it is old; `broken` when the layers are not complete."""

    files: list[FileRead] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    broken: bool = False

    def refuse(self, file: str, line: int, key: str, message: str) -> None:
        """Note a fault without which the scenario cannot be put together."""
        self.findings.append(Finding(file, line, key, message))
        self.broken = True

    def layers(self, file: Path, on: Path | None, seen: tuple[Path, ...] = ()) -> list[Layer]:
        """Return the layers of a file, lowest first; `on` replaces what the file itself extends."""
        tree = self.document(file)
        if tree is None:
            return []
        own = tree.without("extends", "include", "set")
        overrides: list[Override] = []
        if "set" in tree:
            overrides, findings = from_mapping(tree["set"], tree.marks["set"])
            self.findings += findings
        below = on if on is not None else self._extended(file, tree)
        lower = self._below(below, file, tree, seen)
        return [*lower, *(Layer(rules, []) for rules in included(self, file, tree)), Layer(own, overrides)]

    def document(self, file: Path) -> Branch | None:
        """Read a file of our format and note it; None with findings when it cannot be used at all."""
        shown = readable(file)
        content, text, findings = read_file(file, shown)
        tree = None
        if not findings:
            read = FileRead(shown, sha256(content).hexdigest())
            self.files += [read] if read not in self.files else []
            tree, findings = parse_mapping(text, shown)
        self.findings += findings
        if tree is None or not self.schema_fits(tree, shown):
            self.broken = True
            return None
        self.notices += rename(tree)
        return tree

    def _below(self, below: Path | None, file: Path, tree: Branch, seen: tuple[Path, ...]) -> list[Layer]:
        """The files that a file extends, the lowest first; none where they go round in a circle or are too many."""
        if below is None:
            return []
        seen = (*seen, file)
        if len(seen) >= CHAIN_MAX:
            line = tree.marks["extends"].line if "extends" in tree else 0
            message = f"more than {CHAIN_MAX} files extend one another. Write in one file what several of them change."
            self.refuse(str(file), line, "extends", message)
            return []
        if _resolved(below) in map(_resolved, seen):
            circle = " -> ".join(path.name for path in (*seen, below))
            line = tree.marks["extends"].line if "extends" in tree else 0
            self.refuse(
                str(file),
                line,
                "extends",
                f"the files extend one another in a circle: {circle}. Remove one extends.",
            )
            return []
        return self.layers(below, None, seen)

    def _extended(self, file: Path, tree: Branch) -> Path | None:
        """Return the file that a scenario extends: a YAML file in its own folder, or below."""
        if "extends" not in tree:
            return None
        return self.file_beside(file, "extends", tree["extends"], tree.marks["extends"])

    def file_beside(self, file: Path, key: str, name: object, mark: Mark) -> Path | None:
        """Return the YAML file that a key of a scenario names, in the scenario's own folder or below; None with a finding."""
        folder = file.parent

        def refuse(message: str) -> None:
            """Say what is wrong with the key."""
            self.refuse(mark.file, mark.line, key, message)

        if not isinstance(name, str) or not name.isprintable() or not name.strip():
            refuse(
                f"expected the name of a scenario file, got {brief(name)}. Write for example baseline.yaml."
            )
            return None
        target = folder / name
        if Path(name).is_absolute() or not is_inside(target, folder):
            refuse(
                f"expected a file in the scenario's own folder, got {brief(name)}. Copy it there, or below."
            )
        elif target.suffix not in YAML:
            refuse(f"expected a file that ends in .yaml, got {brief(name)}. Write for example baseline.yaml.")
        elif not _is_file(target):
            refuse(f"no such file: {brief(str(target), 200)}. {what_is_there(target)}")
        else:
            return target
        return None

    def schema_fits(self, tree: Branch, shown: str) -> bool:
        """Say whether the file's `schema` is the one we read; else note a finding."""
        if "schema" not in tree:
            self.findings.append(
                Finding(shown, 1, "schema", f"missing key 'schema'. Write schema: {SCHEMA}.")
            )
            return True
        version, line = tree["schema"], tree.marks["schema"].line
        if type(version) is int and version == SCHEMA:
            return True
        if type(version) is int and version > SCHEMA:
            message = (
                f"the file is written for schema {version}, this version of landbridge reads schema {SCHEMA}. "
                "Update landbridge."
            )
        else:
            message = (
                f"expected the version of the scenario format, got {brief(version)}. Write schema: {SCHEMA}."
            )
        self.findings.append(Finding(shown, line, "schema", message))
        return False


def _resolved(path: Path) -> Path:
    """A path without links; one that leads in a loop as it is, since reading it says so."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path


def _is_file(target: Path) -> bool:
    """Whether there is such a file; False for what cannot be looked up."""
    try:
        return target.is_file()
    except OSError:
        return False


@cache
def network() -> tuple[Branch, FileRead]:
    """Return the built-in network with the marks of its file. It must not be changed.

    Raises ScenarioError when the file that was shipped is not readable YAML.
    """
    content = resources.files("sim.model").joinpath("eurasia.yaml").read_bytes()
    tree, findings = parse_mapping(content.decode("utf-8"), NETWORK_NAME)
    if tree is None or findings:
        raise ScenarioError(findings)
    return tree, FileRead(NETWORK_NAME, sha256(content).hexdigest())


def network_document() -> dict[str, Any]:
    """Return the built-in network as plain mappings, lists, texts and numbers."""
    document: dict[str, Any] = plain(network()[0])
    return document
