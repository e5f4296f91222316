"""The shape of a scenario file, read from the model's types: which keys stand where."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from sim.model import BY_CLASS, FOR_ALL, ByClass, Figure, Scenario

CREATABLE = ("policies", "disruptions", "openings")
"""Mappings to which dotted paths may add new entries key by key."""


def options(annotation: Any) -> list[Any]:
    """Return the types that a field takes, without None and annotations."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return options(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return [option for member in get_args(annotation) for option in options(member)]
    return [] if annotation is NoneType else [annotation]


def is_model(kind: Any) -> bool:
    """Say whether a type is one of the model's classes."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def keys_of(model: type[BaseModel]) -> dict[str, Any]:
    """Return the keys of a class as people write them, with the type of each."""
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def inside(kinds: list[Any], part: str | int) -> list[Any]:
    """Return the types of the entry `part` of something that has one of the types `kinds`."""
    found: list[Any] = []
    for kind in kinds:
        origin, args = get_origin(kind), get_args(kind)
        if is_model(kind):
            keys = keys_of(kind)
            if part in keys:
                found += options(keys[str(part)])
            elif issubclass(kind, Figure):
                found += inside(options(keys["value"]), part)
        elif origin is dict:
            found += options(args[1])
        elif origin is tuple:
            found += options(args[0])
    return found


def kinds_at(path: Iterable[str | int]) -> list[Any]:
    """Return the types of what stands at a path of a scenario, empty when there is no such place.

    The path may hold the labels that pydantic puts in for the options of a union (`held`).
    """
    kinds: list[Any] = [Scenario]
    for part in path:
        labelled = [kind for kind in kinds if is_model(kind) and part in _labels(kind)]
        kinds = labelled if len(kinds) > 1 and labelled else inside(kinds, part)
    return kinds


def _labels(model: type[BaseModel]) -> tuple[Any, ...]:
    """What pydantic calls one of several shapes: what `when` may say, or whether a figure is by class."""
    if issubclass(model, (ByClass, Figure)):
        return (BY_CLASS if issubclass(model, ByClass) else FOR_ALL,)
    when = model.model_fields.get("when")
    return get_args(when.annotation) if when is not None and get_origin(when.annotation) is Literal else ()


def names_at(path: Iterable[str | int]) -> list[str]:
    """Return the keys that may stand in the mapping at a path; empty where names are free."""
    return list(dict.fromkeys(key for kind in kinds_at(path) if is_model(kind) for key in keys_of(kind)))


def is_open(path: Iterable[str | int]) -> bool:
    """Say whether the mapping at a path has names of the user's choice."""
    return any(get_origin(kind) is dict for kind in kinds_at(path))


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the name most like a wrong one, None when nothing is."""
    return next(iter(get_close_matches(name[:80], list(names), 1, 0.6)), None)
