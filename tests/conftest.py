"""Before anything is tested the fast engine is compiled, once: workers and programs started by tests then load it from disk."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples every time, and no deadline: a loaded machine is not a fault.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

# A result that was kept would make a test of equality true by itself. Programs started by tests hear of it, too.
os.environ["LANDBRIDGE_NO_CACHE"] = "1"


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and not config.getoption("collectonly"):
        from sim.engine import prepare
        from sim.results import prepare as prepare_measures
        from sim.sampling import prepare as prepare_draws

        prepare("fast")
        prepare_draws()
        prepare_measures()


@pytest.fixture(scope="session")
def line_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run folder of the case `line`: two replications, tables of both, no plots. It is read and never changed."""
    from in_process import ended
    from where import CASES

    out = tmp_path_factory.mktemp("line") / "run"
    ended("run", CASES / "line.yaml", "--replications", 2, "--jobs", 1, "--no-plots", "--out", out)
    return out
