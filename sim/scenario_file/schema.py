"""JSON Schema of a scenario file, for completion and checks in editors."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sim.model import CLASSES, ID, ByClass, Effect, Figure, Scenario
from sim.scenario_file.reading import SCHEMA
from sim.scenario_file.shipped import RULES, shipped_files

_NULL = {"type": "null"}
_EXTENDS = {
    "type": "string",
    "description": "scenario file in the same folder, or below, that this one is laid over",
    "examples": ["baseline.yaml"],
}
_INCLUDE = {
    "type": "array",
    "description": "rule files laid over what is extended, by name: policies/NAME.yaml beside the scenario, or a shipped one",
}
_NETWORK = {
    "description": "what lies below the scenario: the built-in network, none, or a network file in the same folder or below",
    "anyOf": [{"enum": ["eurasia", "none"]}, {"type": "string", "pattern": r"\.ya?ml$"}],
    "default": "eurasia",
}
_SET = {
    "type": "object",
    "description": "single values by dotted path, laid over everything else in the file",
    "examples": [{"facilities.makmal.gauge_change.capacity": "8 trains/day"}],
}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a scenario file.

    A file says only what differs from what it extends and from the built-in network, so nothing but `schema` is
    required, and `null` removes a named entry.
    """
    schema = Scenario.model_json_schema()
    definitions = schema.pop("$defs")
    effect, figure = Effect.__name__, Figure.__name__
    del schema["required"]
    for name, definition in definitions.items():
        if re.match(rf"(\w+__)?{figure}_", name):
            definitions[name] = _figure(definition)
        if name == effect:
            definitions[name] = {"anyOf": [{"const": "closed"}, definition]}
    names = _short_names(definitions)
    definitions = {names[name]: definition for name, definition in definitions.items()}
    properties = {"extends": _EXTENDS, "include": _include(), "set": _SET, **schema.pop("properties")}
    properties["schema"] |= {"const": SCHEMA}
    properties["network"] = _NETWORK
    whole = {
        **schema,
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Landbridge scenario",
        "properties": properties,
        "$defs": definitions,
    }
    result: dict[str, Any] = _tidy(whole, {f"#/$defs/{old}": f"#/$defs/{new}" for old, new in names.items()})
    return result | {"required": ["schema"]}


def _include() -> dict[str, Any]:
    """Return the schema of `include`: editors complete the shipped names, others are names too."""
    names = [Path(name).stem for name in shipped_files() if name.startswith(f"{RULES}/")]
    return _INCLUDE | {"items": {"anyOf": [{"enum": names}, {"type": "string", "pattern": ID}]}}


def _figure(record: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a figure: the plain quantity, or the record with its evidence."""
    plain = record["properties"]["value"]
    words = plain.get("x-dimension", "a number") + plain.get("x-limits", "")
    if "examples" in plain:
        words += f', for example "{plain["examples"][0]}"'
    return {"description": words, "anyOf": [plain, record | {"title": "Figure with its evidence"}]}


def _short_names(definitions: dict[str, Any]) -> dict[str, str]:
    """Return short names for definitions: pydantic names a figure, and figures by class, by the whole type."""
    names: dict[str, str] = {}
    for name in definitions:
        short = name
        if "anyOf" in definitions[name] and not re.fullmatch(r"[A-Za-z]+", name):
            plain = definitions[name]["anyOf"][0]
            short = "Figure-" + re.sub(r"\W+", "-", plain.get("x-dimension", plain.get("type", "any")))
        taken = sum(1 for other in names.values() if re.fullmatch(rf"{re.escape(short)}(-\d+)?", other))
        names[name] = f"{short}-{taken + 1}" if taken else short
    for name, definition in definitions.items():
        if re.match(rf"(\w+__)?{ByClass.__name__}_", name):
            figure = definition["properties"][CLASSES[0]]["anyOf"][0]["$ref"].removeprefix("#/$defs/")
            names[name] = names[figure].replace(Figure.__name__, ByClass.__name__)
    return names


def _tidy(node: Any, references: dict[str, str]) -> Any:
    """Return the schema with short references, named entries that may be null, and nothing required."""
    if isinstance(node, list):
        return [_tidy(item, references) for item in node]
    if not isinstance(node, dict):
        return node
    tidy: dict[str, Any] = {}
    for key, value in node.items():
        if key == "discriminator" or (key == "required" and isinstance(value, list)):
            continue
        if key == "$ref":
            tidy[key] = references[value]
        elif key == "oneOf":
            # With `when` left to the file below, a dispatch rule may fit several of its forms.
            tidy["anyOf"] = _tidy(value, references)
        elif key == "patternProperties":
            tidy[key] = {
                pattern: {"anyOf": [_tidy(entry, references), _NULL]} for pattern, entry in value.items()
            }
            tidy["additionalProperties"] = False
        else:
            tidy[key] = _tidy(value, references)
    limits = tidy.get("x-limits", "")
    if isinstance(limits, str) and limits not in tidy.get("description", ""):
        tidy["description"] = f"{tidy.get('description', '')}; {limits.strip()}"
    return tidy
