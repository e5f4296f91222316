"""Rule files that a scenario includes by name: `include: [ru-decree-1374]`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from pydantic import ValidationError

from sim.errors import Finding
from sim.model import ID, RuleFile
from sim.scenario_file.files import is_inside
from sim.scenario_file.findings import from_pydantic
from sim.scenario_file.reading import Reading
from sim.scenario_file.shape import keys_of
from sim.scenario_file.shipped import RULES, rule_files
from sim.scenario_file.tree import Branch, Items, plain
from sim.scenario_file.writing import brief

KEYS = tuple(keys_of(RuleFile))
ACTING = ("policies", "disruptions")
"""Keys of a rule file that go into the scenario; the others are about the file itself."""


def included(reading: Reading, file: Path, tree: Branch) -> list[Branch]:
    """Return the policies and disruptions of the files that a scenario includes, in its order.

    `tree` is the scenario's own document, `file` its path. Findings go to `reading`.
    """
    if "include" not in tree:
        return []
    names, mark = tree["include"], tree.marks["include"]
    if not isinstance(names, Items):
        word = names if isinstance(names, str) and re.fullmatch(ID, names) else "ru-decree-1374"
        reading.refuse(
            mark.file, mark.line, "include",
            f"expected a list of names of rule files, got {brief(names)}. Write include: [{word}].",
        )  # fmt: skip
        return []
    known = rule_files(file.parent)
    trees = []
    for i, name in enumerate(names):
        wrong = _wrong_name(name, known, names[:i])
        if wrong is not None:
            reading.refuse(names.marks[i].file, names.marks[i].line, f"include.{i}", wrong)
            continue
        rules = reading.document(known[name])
        if rules is not None and _is_rule_file(reading, rules):
            trees.append(rules.without(*(key for key in rules if key not in ACTING)))
    return trees


def is_alone(tree: Branch) -> bool:
    """Say whether a document is rules without anything that they could be laid over."""
    return all(key in KEYS for key in tree) and any(key in tree for key in ACTING)


def alone(file: Path) -> Finding:
    """Return the finding that a rule file is no scenario."""
    message = (
        "policies and disruptions alone cannot be run: there is no period, and nothing that they are laid over. "
        f"Include them in a scenario (include: [{file.stem}]), lay them over one (--on baseline.yaml), "
        "or write extends: baseline.yaml."
    )
    return Finding(str(file), 1, "", message)


def _wrong_name(name: object, known: Mapping[str, Path], before: list[object]) -> str | None:
    """Return what is wrong with a name, or None."""
    if not isinstance(name, str) or not re.fullmatch(ID, name):
        stem = Path(name).stem if isinstance(name, str) else ""
        word = stem if re.fullmatch(ID, stem) else "ru-decree-1374"
        return (
            f"expected the name of a rule file, got {brief(name)}. Write {word}, without folder and ending."
        )
    if name in before:
        return f"'{name}' is included twice. Keep one of the two."
    if name not in known:
        near = get_close_matches(name[:80], list(known), 3, 0.4)
        advice = f"did you mean {' or '.join(map(repr, near))}?" if near else f"known: {', '.join(known)}."
        return f"no rule file {RULES}/{name}.yaml beside the scenario, and none of that name is shipped; {advice}"
    if not is_inside(known[name], known[name].parent.parent):
        return f"{known[name]} is a link that leads out of its folder, which is not followed. Copy the file."
    return None


def _is_rule_file(reading: Reading, tree: Branch) -> bool:
    """Say whether an included document is one of rules; else note findings."""
    others = [key for key in tree if key not in KEYS]
    for key in others:
        reading.refuse(
            tree.marks[key].file, tree.marks[key].line, key,
            f"is not part of a rule file, which has {', '.join(KEYS)}. Say it in the scenario.",
        )  # fmt: skip
    if not any(key in tree for key in ACTING):
        reading.refuse(
            tree.start.file,
            tree.start.line,
            "",
            "no rule here: expected policies or disruptions. Add one of them.",
        )
        return False
    try:
        RuleFile.model_validate(plain(tree.without(*others)) | {"schema": 1})
    except ValidationError as error:
        reading.findings += from_pydantic(tree, error)
    return not others
