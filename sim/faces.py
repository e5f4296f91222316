"""How a room with heavy files is entered: its `__init__` names what there is, and a file is loaded when something of it is asked for.

    if TYPE_CHECKING:
        from sim.views.drawing import draw
    else:
        __getattr__ = opened(__name__)

Type checkers and editors read the imports as they stand; at run time they say where each name is found (PEP 562).
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast


def opened(room: str) -> Callable[[str], Any]:
    """The `__getattr__` of a room: whatever its `__init__` imports under `if TYPE_CHECKING:`, once it is asked for."""

    def found(name: str) -> Any:
        """A name of the room; AttributeError when it shows none such."""
        if name not in homes(room):
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        file, own_name = homes(room)[name]
        thing = getattr(import_module(file), own_name)
        setattr(import_module(room), name, thing)
        return thing

    return found


@cache
def homes(room: str) -> dict[str, tuple[str, str]]:
    """Module and name there of everything that a room imports under `if TYPE_CHECKING:`."""
    spec = find_spec(room)
    assert spec is not None and spec.loader is not None
    source = cast("str", spec.loader.get_source(room))  # type: ignore[attr-defined]
    blocks = [node for node in ast.parse(source).body if isinstance(node, ast.If)]
    return {
        one.asname or one.name: (line.module, one.name)
        for block in blocks
        if ast.unparse(block.test) == "TYPE_CHECKING"
        for line in block.body
        if isinstance(line, ast.ImportFrom) and line.module
        for one in line.names
    }
