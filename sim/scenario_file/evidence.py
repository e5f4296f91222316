"""What the numbers of a scenario rest on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

from pydantic import BaseModel

from sim.errors import ScenarioError
from sim.model import Figure, Observation, Scenario
from sim.scenario_file.load import Loaded
from sim.scenario_file.reading import network
from sim.scenario_file.text import parse_mapping
from sim.scenario_file.tree import Branch, Mark, Path, at, mark_of, plain
from sim.scenario_file.writing import flow


@dataclass(frozen=True)
class FigureRow:
    """A number of a scenario and its evidence, as written: `value` and `range` carry the user's units.

    `range` and `grade` are empty when not given. `source` is "set by …" when the value was set without evidence.
    """

    path: str
    value: str
    range: str
    grade: str
    source: str
    fitted: bool


def figures(loaded: Loaded) -> list[FigureRow]:
    """Return every number of a scenario that can carry evidence, in the order of the model; what is not given is none."""
    return _rows(loaded.tree, loaded.scenario)


def network_figures() -> list[FigureRow]:
    """Return every number of the built-in network, in the order of the model."""
    tree, _ = network()
    return _rows(tree, network_scenario())


def _rows(tree: Branch, scenario: Scenario) -> list[FigureRow]:
    """A row for every figure that stands in the files."""
    return [
        _row(tree, path, figure) for path, figure in _figures_of(scenario, ()) if at(tree, path) is not None
    ]


def network_scenario() -> Scenario:
    """Return the built-in network as a scenario of one day without shocks."""
    alone = {"schema": 1, "title": "the built-in network", "period": {"start": "2025-01-01", "length": "1 d"}}
    return Scenario.model_validate({**plain(network()[0]), **alone})


def observations() -> list[Observation]:
    """Return the observed and announced figures beside which the model is set, in the order of their file.

    Raises ScenarioError when the file that was shipped is not readable.
    """
    content = resources.files("sim.model").joinpath("observed.yaml").read_text(encoding="utf-8")
    tree, findings = parse_mapping(content, "sim/model/observed.yaml")
    if tree is None or findings:
        raise ScenarioError(findings)
    return [Observation.model_validate(entry) for entry in plain(tree)["observations"]]


def _figures_of(thing: Any, path: Path) -> Iterator[tuple[Path, Figure[Any]]]:
    """Every figure below a thing, with its path."""
    if isinstance(thing, Figure):
        yield path, thing
    elif isinstance(thing, BaseModel):
        for name, info in type(thing).model_fields.items():
            yield from _figures_of(getattr(thing, name), (*path, info.alias or name))
    elif isinstance(thing, dict):
        for name, item in thing.items():
            yield from _figures_of(item, (*path, name))


def _row(tree: Branch, path: Path, figure: Figure[Any]) -> FigureRow:
    """A figure with its evidence; where its value was set by another file than its source, with neither."""
    given = at(tree, path)
    record = given if isinstance(given, Branch) and "value" in given else None
    value = flow(record["value"] if record is not None else given)
    dotted = ".".join(map(str, path))
    mark = mark_of(tree, (*path, "value") if record is not None else path)
    stale = record is not None and "source" in record and record.marks["source"].file != mark.file
    set_by = f"set by {_place(mark)}"
    if stale:
        return FigureRow(dotted, value, "", "", set_by, False)
    spread = " to ".join(map(str, figure.range)) if figure.range else ""
    return FigureRow(dotted, value, spread, figure.grade or "", figure.source or set_by, figure.fitted)


def _place(mark: Mark) -> str:
    """File and line of a mark, or the option that set it."""
    return f"{mark.file}:{mark.line}" if mark.line else "--set"
