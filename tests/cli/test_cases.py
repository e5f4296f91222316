"""Small inputs that showed a fault, run as their author would: what tests of single subjects do not cover already."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from where import CASES

from sim.cli import main

QUARTER = ("period.start=2025-08-01", "period.length=110 d", "period.warm_up=20 d", "period.cool_down=35 d")


def said(*words: str | Path) -> str:
    result = CliRunner().invoke(main, [*map(str, words)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """The shipped scenarios in a folder of one's own, with those of a user beside them."""
    said("init", tmp_path / "mine")
    for name in ("my-flow", "central-asia"):
        (tmp_path / "mine" / f"{name}.yaml").write_bytes((CASES / f"{name}.yaml").read_bytes())
    return tmp_path / "mine"


def changes() -> list[str]:
    return [word for change in QUARTER for word in ("--set", change)]


def test_a_shock_to_a_flow_that_some_replications_lack_is_told_without_an_interval() -> None:
    text = said("resilience", CASES / "resil-sparse.yaml", "--jobs", "1")
    assert "All freight: delay of 2 TEU-days in 4 replications, which have no interval." in text
    assert "a usual week has fewer than 40 consignments" in text
    table = text.partition("TEU from")[0]
    assert " to " not in table.partition("corridor")[2], "an interval out of almost nothing"


def test_a_flow_of_ones_own_has_its_rows_and_its_verdict(mine: Path) -> None:
    words = [
        "compare",
        mine / "my-flow.yaml",
        mine / "brest-closure.yaml",
        "--on",
        mine / "my-flow.yaml",
        "--by",
        "flow",
    ]
    text = said(*words, "--replications", "5", "--jobs", "2", "--all", *changes())
    rows = [line.split() for line in text.splitlines() if line.startswith("mine ")]
    assert ["mine", "all", "my-flow"] in [row[:3] for row in rows]
    assert ["mine", "all", "brest-closure@my-flow"] in [row[:3] for row in rows]
    # Once among all flows, and once by itself: it is the user's own.
    verdict, _ = [
        line
        for line in text.splitlines()
        if line.startswith("- mine (Chongqing–Duisburg) in brest-closure@my-flow, beside my-flow")
    ]
    assert "n = 5" in verdict


def test_whether_the_cku_saves_time_to_central_asia_has_rows_by_flow(mine: Path) -> None:
    words = ["compare", mine / "cku-open.yaml", mine / "central-asia.yaml", "--by", "flow"]
    text = said(*words, "--replications", "1", "--jobs", "1", *changes())
    for flow in ("xian-tashkent", "xian-andijan-osh", "xian-tehran", "xian-halkali"):
        rows = [
            line for line in text.splitlines() if line.startswith(f"{flow} ") and " central-asia " in line
        ]
        assert rows and any(" cku " in line for line in rows), flow
