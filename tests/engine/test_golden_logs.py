"""Logs that are kept as files are told again, row by row."""

import pytest
from golden_worlds import GOLDEN, as_csv, golden
from worlds import run

from sim.engine import ENGINES

each_engine = pytest.mark.parametrize("engine", ENGINES)


@each_engine
@pytest.mark.parametrize("name", GOLDEN)
def test_a_golden_log_is_told_again(name: str, engine: str) -> None:
    expected = golden(name).read_text(encoding="utf-8").splitlines()
    found = as_csv(run(GOLDEN[name](), engine)).splitlines()
    assert found == expected, "if the change is meant: python tests/golden_worlds.py, and read the difference"
