"""Every message says what is wrong and what to write, or do.

The templates are collected from the code: what is raised, what findings and faults say, and what functions return or
yield for them. Advice is recognised by its verb.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import sim

ROOT = Path(sim.__file__).parent
VERBS = (
    "write use name choose run give remove add keep leave shorten lengthen save indent install update start ask wait look say include "
    "copy convert count correct target set put call rename take lower raise sort move replace spell close divide target join divide"
)
ADVICE = re.compile(
    rf"(?i)(?:^|[.:;,?)]\s+|\bor |\band |, else )(?:{'|'.join(VERBS.split())})\b|\bdid you mean\b|\?"
)
"""By what advice is known: a clause that begins with what to do, or a question that names what may have been meant."""
GIVES_ADVICE = re.compile(
    r"(?i)advice|example|zero|\b_asked|_completed|_again\b|_near\b|_near_literal|_instead|what_is_there|_what_lacks|_why_no_run|\bnamed\b|\bdo\b"
)
"""Expressions inside a template that always bring advice with them."""
RAISED = re.compile(r"(?:Error|UsageError|BadParameter|ClickException)$")
OF_PROGRAMMERS = {
    "EngineError",
    "PlanError",
    "AttributeError",
    "AssertionError",
    "LookupError",
    "KeyError",
    "TypeError",
    "RuntimeError",
    "ModuleNotFoundError",
}
"""Faults of the program or of code that calls it, not of what somebody wrote: the message says where it broke."""
SAYERS = {"Finding", "finding", "refuse", "note", "warn", "stop", "faults", "fail"}
"""Functions whose text is shown to the user."""
TELLERS = (
    *(f"scenario_file/{name}.py" for name in ("files", "findings", "includes", "layers", "overrides", "own_network", "reading")),
    *(f"scenario_file/{name}.py" for name in ("renamed", "scalars", "text")),
    "units/advice.py", "model/check", "model/faults.py", "model/disruptions.py", "model/policies.py",
)  # fmt: skip
"""Where functions return or yield messages."""


class Template(NamedTuple):
    """A message as it stands in the code; expressions are in braces."""

    file: str
    line: int
    text: str


def text_of(node: ast.AST | None) -> str:
    """The text of a literal, an f-string or a sum of them; empty for anything else."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=values):
            return "".join(text_of(v) or "{" + ast.unparse(getattr(v, "value", v)) + "}" for v in values)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return "".join(text_of(side) or "{" + ast.unparse(side) + "}" for side in (left, right))
        case ast.IfExp(body=body, orelse=orelse):
            return text_of(body) or text_of(orelse)
    return ""


def is_message(text: str) -> bool:
    """Whether a text is a sentence, and not a key, a name or a part of one."""
    return len(re.sub(r"\{[^{}]*\}", "x", text).split()) >= 3


def raised(node: ast.Raise, file: str) -> Iterator[ast.AST]:
    """The texts that an exception is raised with; those of ValueError are shown where the model raises it, as findings."""
    if isinstance(node.exc, ast.Call):
        name = ast.unparse(node.exc.func).rpartition(".")[2]
        shown = name != "ValueError" or file.startswith(("model/", "scenario_file/", "units/"))
        if RAISED.search(name) and name not in OF_PROGRAMMERS and shown:
            yield from node.exc.args


def said(tree: ast.Module, file: str) -> Iterator[ast.AST]:
    """Every expression whose text is shown to the user as something wrong."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise):
            yield from raised(node, file)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in SAYERS:
            yield from node.args
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("message", "words"):
            yield node.value
        elif file.startswith(TELLERS) and isinstance(node, ast.Return | ast.Yield):
            yield from (
                node.value.elts if isinstance(node.value, ast.Tuple) else [node.value] if node.value else []
            )
        elif file.startswith(TELLERS) and isinstance(node, ast.Tuple) and len(node.elts) == 2:
            yield node.elts[1]


def templates() -> list[Template]:
    """Every message template of the package, each once."""
    found = set()
    for file in sorted(ROOT.rglob("*.py")):
        name = file.relative_to(ROOT).as_posix()
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in said(tree, name):
            text = text_of(node)
            if is_message(text):
                found.add(Template(name, node.lineno, text))
    return sorted(found)


def says_what_to_do(text: str) -> bool:
    holes = re.findall(r"\{([^{}]*)\}", text)
    return bool(ADVICE.search(re.sub(r"\{[^{}]*\}", "", text))) or any(
        GIVES_ADVICE.search(hole) for hole in holes
    )


EXEMPT = {
    "rail {thing.gauge} mm": "a part of other messages",
    "TEU and FEU": "a part of other messages",
    "its keys are ": "a part of other messages",
    " There is ": "follows the nearest name, and names what there is",
    "nothing is like '{pattern}'": "says which command lists everything",
    "a file or a folder": "a part of other messages",
    "a link that leads nowhere": "a part of other messages",
    "the folder of an unfinished run": "a part of other messages",
    "expected {context['expected_tags']": "followed by the nearest word, or that one of these is to be written",
    "{override.key}: ": "a note that says what was set",
    '"{name}" is no unit here.': "followed by what to write",
    '"{name}" may be ': "followed by what to write",
}
"""Texts that need no advice, by how they begin, and why."""


@pytest.mark.parametrize("template", templates(), ids=lambda one: f"{one.file}:{one.line}")
def test_a_message_says_what_to_write_or_do(template: Template) -> None:
    if not any(template.text.startswith(begin) for begin in EXEMPT):
        assert says_what_to_do(template.text), template


def test_the_messages_are_found() -> None:
    """That a file of messages is moved must not empty the test above."""
    by_file = {template.file for template in templates()}
    assert len(templates()) > 150
    assert by_file >= {
        "cli/init.py", "experiment/workers.py", "model/check_network.py", "model/drawn_quantities.py",
        "model/disruptions.py", "scenario_file/findings.py", "scenario_file/overrides.py",
        "scenario_file/text.py", "units/advice.py", "views/drawing.py",
    }  # fmt: skip


def test_every_exemption_is_needed() -> None:
    texts = [template.text for template in templates() if not says_what_to_do(template.text)]
    assert [begin for begin in EXEMPT if not any(text.startswith(begin) for text in texts)] == []


if __name__ == "__main__":
    for one in templates():
        print("  " if says_what_to_do(one.text) else "##", f"{one.file}:{one.line}", one.text)
