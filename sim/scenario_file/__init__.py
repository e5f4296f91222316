"""Scenario files: YAML, `extends`, `include`, overrides, line numbers, the JSON Schema, and the list of evidence."""

from __future__ import annotations

from sim.scenario_file.evidence import FigureRow, figures, network_figures, network_scenario, observations
from sim.scenario_file.load import Loaded, check_files, load_scenario
from sim.scenario_file.naming import folder_name, given_name, told_apart, what_changes
from sim.scenario_file.paths import (
    completions,
    matching,
    names_of,
    paths_of,
    readable_tree,
    title_of,
    tree_of,
)
from sim.scenario_file.reading import NETWORK_NAME, FileRead, network_document
from sim.scenario_file.schema import json_schema
from sim.scenario_file.shipped import RULES, folders, shipped_files
from sim.scenario_file.writing import dump

__all__ = [
    "NETWORK_NAME",
    "RULES",
    "FigureRow",
    "FileRead",
    "Loaded",
    "check_files",
    "completions",
    "dump",
    "figures",
    "folder_name",
    "folders",
    "given_name",
    "json_schema",
    "load_scenario",
    "matching",
    "names_of",
    "network_document",
    "network_figures",
    "network_scenario",
    "observations",
    "paths_of",
    "readable_tree",
    "shipped_files",
    "title_of",
    "told_apart",
    "tree_of",
    "what_changes",
]
