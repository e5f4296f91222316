"""What is proposed for a key that lacks is something that the key takes."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from pydantic import BaseModel, TypeAdapter

from sim.model import Scenario
from sim.scenario_file.examples import example_at
from sim.scenario_file.shape import is_model, keys_of, kinds_at, options
from sim.scenario_file.text import parse


def paths(
    kind: type[BaseModel] = Scenario, path: tuple[str | int, ...] = (), depth: int = 0
) -> list[tuple[str | int, ...]]:
    """Paths of every key of the model, named things called "x" and items 0."""
    found: list[tuple[str | int, ...]] = []
    for key, annotation in keys_of(kind).items():
        found.append((*path, key))
        for option in options(annotation):
            origin = getattr(option, "__origin__", None)
            below = (
                options(get_args(option)[-1 if origin is dict else 0])
                if origin in (dict, tuple)
                else [option]
            )
            step: tuple[str | int, ...] = ("x",) if origin is dict else (0,) if origin is tuple else ()
            for one in below:
                if is_model(one) and depth < 5 and "Figure" not in one.__name__:
                    found += paths(one, (*path, key, *step), depth + 1)
    return found


EVERY = [path for path in paths() if path[-1] not in ("schema", "when")]


def test_nearly_every_key_has_an_example() -> None:
    without = {".".join(map(str, path)) for path in EVERY if example_at(path) is None}
    assert len(EVERY) > 100
    too_long = """
        announced border choice facilities fallbacks fleets flows gauge_change legs policies port railways random services terminal
        weathers disruptions cargo chains corridors before empty_return inspected linked revisions openings routing detained
    """
    assert {path.rpartition(".")[2] for path in without} <= {*too_long.split()}, without


@pytest.mark.parametrize(
    "path",
    [path for path in EVERY if example_at(path) is not None],
    ids=lambda path: ".".join(map(str, path)),
)
def test_an_example_of_a_key_is_taken_by_it(path: tuple[str | int, ...]) -> None:
    value, findings = parse(str(example_at(path)), "example")
    assert not findings
    for kind in kinds_at(path[:-1]):
        if is_model(kind):
            for name, field in kind.model_fields.items():
                if path[-1] in (name, field.alias):
                    adapter: TypeAdapter[Any] = TypeAdapter(field.rebuild_annotation())
                    adapter.validate_python(_plain(value))


def _plain(value: Any) -> Any:
    return (
        {k: _plain(v) for k, v in value.items()}
        if isinstance(value, dict)
        else [_plain(v) for v in value]
        if isinstance(value, list)
        else value
    )
