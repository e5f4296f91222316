"""Before anything is tested the fast engine is compiled, once: workers and programs started by tests then load it from disk."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and not config.getoption("collectonly"):
        from sim.engine import prepare

        prepare("fast")
