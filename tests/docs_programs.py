"""The programs in docs/ that write its pages and draw its pictures."""

import importlib.util
import sys
from types import ModuleType

from where import ROOT


def docs_program(name: str) -> ModuleType:
    """A program of docs/ as a module: its functions, without its being run."""
    called = f"docs_{name}"
    if called not in sys.modules:
        found = importlib.util.spec_from_file_location(called, ROOT / "docs" / f"{name}.py")
        assert found is not None and found.loader is not None
        module = importlib.util.module_from_spec(found)
        sys.modules[called] = module
        found.loader.exec_module(module)
    return sys.modules[called]
