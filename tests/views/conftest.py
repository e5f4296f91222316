"""What several tests of pictures look at: it is made once."""

import pytest
from shown_runs import MONTH, run_of
from where import SCENARIOS

from sim.results import Run


@pytest.fixture(scope="session")
def shut(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Two months of the closed border, twice."""
    out = tmp_path_factory.mktemp("shut") / "brest-closure"
    return run_of(SCENARIOS / "brest-closure.yaml", out, *MONTH)
