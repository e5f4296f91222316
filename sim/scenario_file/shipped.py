"""Where the shipped scenarios and rule files lie: in an installed package, or in the checkout beside it."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

FOLDER = "scenarios"
RULES = "policies"
"""Folder of rule files, beside the scenarios that include them."""


_ROOT = Path(__file__).parents[2]


def folders(package: Traversable | None = None) -> tuple[Traversable, Traversable]:
    """The folders that may hold the shipped scenarios, the installed one first."""
    return (package or resources.files("sim")).joinpath(FOLDER), _ROOT / FOLDER


def shipped_files(package: Traversable | None = None) -> dict[str, str]:
    """Names ("baseline.yaml", "policies/ru-decree-1374.yaml") and texts of what is shipped; empty when there is nothing."""
    for folder in folders(package):
        found = _texts(folder, "")
        if found:
            return found | _texts(folder.joinpath(RULES), f"{RULES}/")
    return {}


def rule_files(folder: Path) -> dict[str, Path]:
    """Rule files that a scenario in a folder can include, by name: those beside it, then the shipped ones."""
    found: dict[str, Path] = {}
    for place in (folder, *(Path(str(shipped)) for shipped in folders())):
        for file in sorted((place / RULES).glob("*.yaml")):
            found.setdefault(file.stem, file)
    return found


def _texts(folder: Traversable, prefix: str) -> dict[str, str]:
    """Names and texts of the files of a folder."""
    if not folder.is_dir():
        return {}
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return {prefix + file.name: file.read_text("utf-8") for file in files if file.name.endswith(".yaml")}
