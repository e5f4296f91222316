"""What to write for a key that lacks, or has something of another kind: an example that the model takes."""

from __future__ import annotations

from collections.abc import Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, WithJsonSchema
from pydantic.fields import FieldInfo

from sim.model import COUNTRY, HS_CODE, ID, Figure
from sim.scenario_file.shape import is_model, kinds_at

_DEEPEST = 2
_BY_PATTERN = {ID: "some-name", COUNTRY: "KZ", HS_CODE: '"84"'}
_BY_KEY = {
    ("Disruption", "at"): "{id: some-name}",
    ("Disruption", "effect"): "closed",
    ("Facility", "position"): "[43.35, 77.02]",
    ("Flow", "cargo"): "{some-cargo: 100 %}",
    ("Linked", "at"): "{id: some-name}",
    ("Linked", "effect"): "closed",
    ("Routing", "shares"): "{some-chain: 100 %}",
}
"""Keys of a class of which the type alone does not say what is taken."""
_PLAIN = {bool: "true", int: "1", float: "1.5", str: "some text"}


def example_at(path: Sequence[str | int]) -> str | None:
    """Return what could be written after the key at a path of a scenario; None where that is too long to show."""
    *parents, key = path
    for kind in kinds_at(parents):
        if is_model(kind):
            for name, field in kind.model_fields.items():
                if key in (field.alias, name):
                    return _of_field(kind, str(key), field)
    return next((_example(kind, ()) for kind in kinds_at(path)), None)


def _of_field(kind: type[BaseModel], key: str, field: FieldInfo, depth: int = 0) -> str | None:
    """An example of what may stand at a field, if one can be given."""
    return _BY_KEY.get((kind.__name__, key)) or _example(field.annotation, field.metadata, depth)


def _example(kind: Any, marks: Sequence[Any], depth: int = 0) -> str | None:
    """Return an example of a type; `marks` are what its annotation says."""
    marks = [one for mark in marks for one in (mark, *getattr(mark, "metadata", ()))]
    for mark in marks:
        schema = mark.json_schema if isinstance(mark, WithJsonSchema) else None
        if schema is not None:
            found = schema.get("examples") or schema.get("anyOf", [{}])[0].get("examples")
            return str(found[0]) if found else None
        if getattr(mark, "pattern", None) in _BY_PATTERN:
            return _BY_PATTERN[mark.pattern]
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _example(arguments[0], arguments[1:], depth)
    if origin in (Union, UnionType):
        return next((_example(one, marks, depth) for one in arguments if one is not NoneType), None)
    if origin is Literal:
        return str(arguments[0])
    if origin in (dict, tuple):
        return _several(origin, arguments, marks, depth)
    if is_model(kind):
        return _of_model(kind, depth)
    return _PLAIN.get(kind)


def _several(origin: Any, arguments: tuple[Any, ...], marks: Sequence[Any], depth: int) -> str | None:
    """Return an example of a list or a mapping of quantities and names; things with keys of their own are too long."""
    if any(is_model(one) and not issubclass(one, Figure) for one in arguments):
        return None
    each = [_example(one, (), depth) for one in arguments if one is not Ellipsis]
    if None in each:
        return None
    if origin is dict:
        return f"{{{each[0]}: {each[1]}}}"
    if Ellipsis in arguments:
        each *= max((getattr(mark, "min_length", None) or 1 for mark in marks), default=1)
    return f"[{', '.join(map(str, each))}]"


def _of_model(kind: type[BaseModel], depth: int) -> str | None:
    """Return the keys that a mapping must have, each with an example; None if they do not fit on a line."""
    if issubclass(kind, Figure):
        return _of_field(kind, "value", kind.model_fields["value"], depth)
    if depth >= _DEEPEST:
        return None
    needed = {field.alias or name: field for name, field in kind.model_fields.items() if field.is_required()}
    parts = {key: _of_field(kind, key, field, depth + 1) for key, field in needed.items()}
    if not parts or None in parts.values() or len(parts) > 4:
        return None
    return "{" + ", ".join(f"{key}: {value}" for key, value in parts.items()) + "}"
