"""Every path that can be set: what it is, what it takes, what stands there; and the names that a scenario has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path as File
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import WithJsonSchema
from pydantic.fields import FieldInfo

from sim.errors import ScenarioError
from sim.model import GROUPS, KIND_OF, ByClass, Figure, Scenario
from sim.scenario_file.load import load_scenario
from sim.scenario_file.reading import network
from sim.scenario_file.shape import is_model, options
from sim.scenario_file.tree import Branch, by_class
from sim.scenario_file.writing import flow, written

NAMED = ("corridors", "flows", "fleets", "services", "chains", "cargo", "openings", "policies", "disruptions")
"""Tables whose names are listed beside the paths."""
_NUMBER = re.compile(r"^[-+]?[0-9.,]+ ?")
_EXAMPLE = re.compile(r'for example "([^"]+)"')
_ALWAYS = ("period", "replications", "seed", "title", "choice")
"""Entries of a scenario that are listed although they are not given."""


@dataclass(frozen=True)
class PathRow:
    """A path that `--set` takes: `value` and `range` as written (empty: not given), the `unit` that it may be written in,
    the evidence's `grade`, and in words what it `takes` and what it is (`title`).
    """

    path: str
    value: str
    unit: str
    range: str
    grade: str
    takes: str
    title: str


def tree_of(file: File | None) -> Branch:
    """The merged document of a scenario file, or the built-in network. Raises ScenarioError with all findings."""
    return network()[0] if file is None else load_scenario(file).tree


def readable_tree(file: File | None) -> Branch:
    """The same; the built-in network when the file has mistakes, of which a completion cannot speak."""
    try:
        return tree_of(file)
    except ScenarioError:
        return tree_of(None)


def paths_of(tree: Branch, *, unset: bool = False) -> Iterator[PathRow]:
    """Yield every path that can be set, in the order of the model; with `unset` also those that are not given."""
    for key, field in _fields(Scenario):
        if key != "schema" and (key in tree or unset or key in _ALWAYS):
            yield from _under((key,), field, tree.get(key), "", unset or key in _ALWAYS)


def matching(rows: Iterator[PathRow], pattern: str | None) -> list[PathRow]:
    """Rows whose path has the pattern in it (with * or ?: is like it), or whose title has, whatever the capitals."""
    return [row for row in rows if _fits(pattern, row.path, row.title)]


def names_of(tree: Branch, pattern: str | None = None) -> dict[str, dict[str, str]]:
    """Names with what each is: tags (and what has them), then the names of every table of `NAMED`."""
    tags: dict[str, list[str]] = {}
    for group in GROUPS:
        for name, thing in (tree.get(group) or {}).items():
            for tag in thing.get("tags", ()):
                tags.setdefault(tag, []).append(f"{KIND_OF[group]} {name}")
    found = {"tags": {tag: _few(things) for tag, things in sorted(tags.items())}}
    for table in NAMED:
        found[table] = {name: title_of(thing) for name, thing in (tree.get(table) or {}).items()}
    return {
        # Chains tell every place that they come by: only their own names are looked at.
        table: {
            name: title
            for name, title in names.items()
            if _fits(pattern, name, *([title] if table != "chains" else []))
        }
        for table, names in found.items()
    }


def completions(begun: str, file: File | None) -> list[str]:
    """What a path that was begun may go on to: whole paths with "=", or the next step where there are very many."""
    tree = readable_tree(file)
    found = [row for row in paths_of(tree, unset=True) if row.path.startswith(begun.partition("=")[0])]
    if "=" in begun:
        return [f"{row.path}={row.value}" for row in found if f"{row.path}={row.value}".startswith(begun)]
    paths = [row.path for row in found]
    while len(paths) > _FEW:
        steps = {path[: _step(path, len(begun))] for path in paths}
        if len(steps) > 1:
            return sorted(step if step.endswith(".") else f"{step}=" for step in steps)
        begun = steps.pop()
    return [f"{path}=" for path in paths]


_FEW = 60
"""As many paths are a help; of more only the next step."""


def _step(path: str, begun: int) -> int:
    """End of the first step of a path that ends beyond what was begun, its dot included."""
    dot = path.find(".", begun)
    return dot + 1 if dot >= 0 else len(path)


def _fits(pattern: str | None, *texts: str) -> bool:
    """Whether a text has what a pattern asks for, in any case; "*" and "?" stand for any letters."""
    if pattern is None:
        return True
    wanted = pattern.lower()
    if "*" in wanted or "?" in wanted:
        return any(fnmatchcase(text.lower(), wanted) for text in texts)
    return any(wanted in text.lower() for text in texts)


def _few(things: list[str], most: int = 6) -> str:
    """The first of some things, and how many more there are."""
    more = f" and {len(things) - most} more" if len(things) > most else ""
    return ", ".join(things[:most]) + more


def title_of(thing: Any) -> str:
    """What something is, from what it says of itself: its title or name, else its ends or its services."""
    if not isinstance(thing, dict):
        return flow(thing)
    for key in ("title", "name"):
        if key in thing:
            return str(thing[key])
    if "origin" in thing and "destination" in thing:
        return f"{thing['origin']} to {thing['destination']}"
    if "between" in thing:
        return " and ".join(map(str, thing["between"]))
    if "route" in thing:
        return f"{thing['route'][0]} to {thing['route'][-1]}"
    if "services" in thing:
        return " + ".join(map(str, thing["services"]))
    return flow(thing["value"]) if "value" in thing else ""


# --- a walk over the model's types, beside what is given ------------------------------------------------------------


def _fields(model: Any) -> Iterator[tuple[str, FieldInfo]]:
    """Keys of a class as people write them, with what is declared of each."""
    return ((field.alias or name, field) for name, field in model.model_fields.items())


def _under(path: tuple[str, ...], field: FieldInfo, node: Any, owner: str, unset: bool) -> Iterator[PathRow]:
    """Yield what can be set at a path and below it; `owner` is the title of the thing that it belongs to."""
    kinds = options(field.annotation)
    open_to = next((get_args(kind)[1] for kind in kinds if get_origin(kind) is dict), None)
    if open_to is not None and any(is_model(kind) for kind in options(open_to)):
        for name, thing in (node or {}).items():
            yield from _thing((*path, name), options(open_to), thing, unset)
        return
    models = [kind for kind in kinds if is_model(kind)]
    classed = next((kind for kind in models if issubclass(kind, ByClass)), None)
    if classed is not None and by_class(node):
        yield from _keys(path, classed, node, owner, unset)
        return
    figure = next((kind for kind in models if issubclass(kind, Figure)), None)
    a_list = any(get_origin(kind) is tuple for kind in kinds)
    if figure is None and models and not a_list and isinstance(node or {}, dict):
        yield from _keys(path, _form(models, node), node or {}, owner, unset)
        return
    yield _row(path, field, figure, node, owner)


def _thing(path: tuple[str, ...], kinds: list[Any], node: Any, unset: bool) -> Iterator[PathRow]:
    """Yield what can be set of a named thing."""
    figure = next((kind for kind in kinds if is_model(kind) and issubclass(kind, Figure)), None)
    if figure is not None or not isinstance(node, dict):
        yield _row(path, None, figure, node, "")
        return
    yield from _keys(
        path, _form([kind for kind in kinds if is_model(kind)], node), node, title_of(node), unset
    )


def _form(models: list[Any], node: Any) -> Any:
    """Of several classes the one that is given: dispatch rules say `when`."""
    for model in models:
        when = model.model_fields.get("when")
        if when is not None and isinstance(node, dict) and node.get("when") in get_args(when.annotation):
            return model
    return models[0]


def _keys(
    path: tuple[str, ...], model: Any, node: dict[str, Any], owner: str, unset: bool
) -> Iterator[PathRow]:
    """The paths below a part of the model that are set, and those that could be."""
    for key, field in _fields(model):
        nested = [
            kind
            for kind in options(field.annotation)
            if is_model(kind) and not issubclass(kind, (ByClass, Figure))
        ]
        if key in node:
            yield from _under((*path, key), field, node[key], owner, unset)
        elif unset and not nested:
            yield from _under((*path, key), field, None, owner, unset)


def _row(path: tuple[str, ...], field: FieldInfo | None, figure: Any, node: Any, owner: str) -> PathRow:
    """What stands at a path, and what it takes."""
    record = node if isinstance(node, dict) and figure is not None and "value" in node else {}
    given = record["value"] if record else node
    value = "" if given is None else written(given)
    if given is None and field is not None and isinstance(field.default, (str, int, float)):
        value = written(field.default)
    taken = figure.model_fields["value"] if figure is not None else field
    takes = _takes(taken)
    words = (field.description if field is not None else None) or path[-1].replace("_", " ")
    spread = " to ".join(map(str, record.get("range", ())))
    title = f"{owner}: {words}" if owner else words
    return PathRow(
        ".".join(path), value, _unit(value, takes), spread, str(record.get("grade", "")), takes, title
    )


def _unit(value: str, takes: str) -> str:
    """The unit of a quantity: as it is written, else of the example; empty where numbers and words have none."""
    example = _EXAMPLE.search(takes)
    if example is None or takes.startswith("date"):
        return ""
    numbers = [text for text in (value, example.group(1)) if _NUMBER.match(text)]
    return _NUMBER.sub("", numbers[0]) if numbers else ""


def _takes(field: Any) -> str:
    """In words what can be written."""
    if field is None:
        return ""
    schemas = [part for part in field.metadata if isinstance(part, WithJsonSchema)]
    found = _of_schema(schemas[0]) if schemas else ""
    return found or _of_type(field.annotation)


def _of_schema(schema: WithJsonSchema) -> str:
    """What a quantity takes, in the words of its schema."""
    content = schema.json_schema or {}
    words = str(content.get("description", ""))
    inner: dict[str, Any] = next((one for one in content.get("anyOf", ()) if "examples" in one), {})
    return f'{words}, for example "{inner["examples"][0]}"' if inner and "example" not in words else words


def _of_type(annotation: Any) -> str:
    """What a type takes, in words."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        schemas = [part for part in args[1:] if isinstance(part, WithJsonSchema)]
        return (_of_schema(schemas[0]) if schemas else "") or _of_type(args[0])
    if origin is Literal:
        return " or ".join(map(str, args))
    if origin is tuple:
        return f"list: {_of_type(args[0])}"
    if origin is dict:
        return f"names with {_of_type(args[1])}"
    if args:
        return " or ".join(
            dict.fromkeys(word for one in args if one is not NoneType and (word := _of_type(one)))
        )
    return {str: "text", bool: "true or false", int: "whole number", float: "number"}.get(annotation, "")
