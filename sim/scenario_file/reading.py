"""Reading the files that a scenario is put together from: what was read, what was wrong, and the built-in network."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from sim.errors import Finding, ScenarioError, readable
from sim.scenario_file.files import is_inside, read_file, what_is_there
from sim.scenario_file.renamed import rename
from sim.scenario_file.text import parse_mapping
from sim.scenario_file.tree import Branch, Mark, plain
from sim.scenario_file.writing import brief

SCHEMA = 1
"""Version of the scenario format that this version reads."""
NETWORK_NAME = "sim/model/eurasia.yaml"
YAML = (".yaml", ".yml")


class FileRead(NamedTuple):
    """A file that a scenario rests on: its path as shown, and the SHA-256 of its bytes."""

    path: str
    sha256: str


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
