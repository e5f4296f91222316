"""A user's own network: a file beside the scenario, whole (`network: none`) or laid over the built-in one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sim.scenario_file.layers import Layer
from sim.scenario_file.overrides import from_mapping
from sim.scenario_file.reading import YAML, Reading
from sim.scenario_file.tree import Branch, Mark
from sim.scenario_file.writing import brief

TABLES = (
    "openings", "railways", "facilities", "legs", "weathers", "fleets", "services", "chains", "corridors", "cargo", "flows",
)  # fmt: skip
"""What a network is made of, as keys of a scenario."""
BUILT_IN = ("eurasia", "none")


def read_own_network(reading: Reading, own: Branch, file: Path) -> Layer | None:
    """Return the layer that a scenario's `network: FILE.yaml` names; None when it names no file.

    `own` is the scenario's layers laid on one another, `file` the scenario on the command line. The layer's `network`
    says what it is laid over. Findings go to `reading`.
    """
    name = own.get("network")
    if not isinstance(name, str) or not name.endswith(YAML):
        return None
    mark = own.marks["network"]
    target = reading.file_beside(Path(mark.file) if mark.line else file, "network", name, mark)
    if target is None:
        return None
    scenario_files = reading.files
    reading.files = []
    tree = reading.document(target)
    reading.files += scenario_files
    return None if tree is None else _layer(reading, tree)


def _layer(reading: Reading, tree: Branch) -> Layer:
    """Return the layer of a network file, with a finding for everything in it that is not of a network."""
    below = tree.get("network", "eurasia")
    if below not in BUILT_IN:
        mark = tree.marks["network"]
        reading.refuse(
            mark.file, mark.line, "network",
            f"expected what the network is laid over, eurasia or none, got {brief(below)}. Write network: none if it is whole.",
        )  # fmt: skip
    _refuse_others(
        reading, ((key, tree.marks[key]) for key in tree if key not in ("schema", "network", "set"))
    )
    overrides, findings = from_mapping(tree["set"], tree.marks["set"]) if "set" in tree else ([], [])
    reading.findings += findings
    _refuse_others(reading, ((override.path[0], override.mark) for override in overrides))
    return Layer(tree.without("set"), overrides)


def _refuse_others(reading: Reading, keys: Iterable[tuple[str, Mark]]) -> None:
    """A network file has its tables and nothing else."""
    for key, mark in keys:
        if key not in TABLES:
            reading.refuse(
                mark.file, mark.line, key,
                f"is not part of a network, which has {', '.join(TABLES)}. Say it in the scenario.",
            )  # fmt: skip
