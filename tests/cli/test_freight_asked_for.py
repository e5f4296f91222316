"""Freight by market, origin and destination on the command line, some of it alone, and flows of the user's own."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from worlds import BASE

from sim.cli import main
from sim.cli.options import BREAKDOWNS
from sim.stats import BREAKDOWNS as OF_STATS

MINE = """
schema: 1
title: A flow of mine
network: net.yaml
period: {start: "2025-01-01", length: 40 d, warm_up: 3 d, cool_down: 10 d}
replications: 2
flows:
  mine: {origin: a, destination: d, volume: 60 TEU/day, consignment: 2 TEU, cargo: {toys: 100 %}, mass: 15 t/FEU, deadline: 9 d,
         market: west, routing: {shares: {rail: 60 %, truck: 40 %}}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A scenario over a network of the user's own, whose flows have markets."""
    lines = [line for line in BASE.splitlines() if not line.startswith(("title", "network", "period"))]
    text = "\n".join(["network: none", *lines]).replace(
        "origin: a, destination: d, ", "origin: a, destination: d, market: west, "
    )
    text = text.replace("origin: a, destination: p, ", "origin: a, destination: p, market: middle-europe, ")
    (tmp_path / "net.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(MINE, encoding="utf-8")
    (tmp_path / "slow.yaml").write_text(
        "schema: 1\ntitle: Slower\nextends: mine.yaml\nlegs: {r-d: {running_time: 80 h}}\n", encoding="utf-8"
    )
    return tmp_path / "mine.yaml"


def done(*words: str | Path, code: int = 0) -> Result:
    found = CliRunner().invoke(main, [*map(str, words), "--jobs", "1"])
    assert found.exit_code == code, found.output
    return found


def run(file: Path, *words: str) -> str:
    return done("run", file, "--no-plots", "--out", file.parent / "out", "--force", *words).stdout


def test_the_options_name_the_breakdowns_that_there_are() -> None:
    assert BREAKDOWNS == OF_STATS


def test_a_run_is_told_market_by_market_and_only_teu_together(file: Path) -> None:
    lines = run(file).splitlines()
    west, middle = lines.index("West"), lines.index("Middle Europe")
    assert west < middle
    assert sum(line.startswith("all ") for line in lines) == 2, (
        "a line of all freight in each block, none of both"
    )
    (together,) = [line for line in lines if line.startswith("All markets: ")]
    assert " TEU delivered" in together and "d" not in together.split("refused")[1]


def test_a_flow_of_ones_own_has_its_table_and_its_sentences_unasked(file: Path) -> None:
    text = run(file)
    own = text.split("\nmine (A–D)\n")[1]
    head, _, *lines = own.splitlines()
    assert head.startswith("flow") and lines[0].split()[:2] == ["mine", "all"]
    assert "- mine (A–D) in mine: half of it arrives within " in own and "% within the deadline" in own
    assert "- mine (A–D) by Road, in mine: " in own or "- mine (A–D) by North, in mine: " in own


def test_a_network_of_ones_own_has_no_flow_of_ones_own(file: Path) -> None:
    whole = file.parent / "net.yaml"
    text = "title: Whole\nperiod: {start: '2025-01-01', length: 30 d, warm_up: 3 d, cool_down: 8 d}\nreplications: 2\n"
    (file.parent / "whole.yaml").write_text(text + whole.read_text(encoding="utf-8"), encoding="utf-8")
    assert "half of it arrives" not in run(file.parent / "whole.yaml")


def test_some_freight_is_told_and_the_run_folder_has_all_of_it(file: Path) -> None:
    text = run(file, "--od", "a:p")
    table = [line.split()[:2] for line in text.splitlines() if line.startswith("a:")]
    assert table == [["a:p", "all"], ["a:p", "north"]]
    assert "A–P in mine: half of it arrives within" in text and "mine (A–D)" not in text
    from sim.results import read_run

    assert set(read_run(file.parent / "out").table("consignments")["flow"].unique()) == {
        "cn-de",
        "cn-pl",
        "mine",
    }


def test_two_scenarios_are_compared_by_origin_and_destination(file: Path) -> None:
    words = ("compare", file, file.parent / "slow.yaml", "--by", "od")
    text = done(*words, "--all").stdout
    firsts = [line.split()[:3] for line in text.splitlines() if line.startswith("a:d ")][:2]
    assert firsts == [["a:d", "all", "mine"], ["a:d", "all", "slow"]], (
        "the scenarios of one pair lie together"
    )
    assert "- A–D in slow, beside mine (same consignments" in text
    document = json.loads(done(*words, "--json").stdout)
    for kind in ("rows", "differences", "corridors"):
        assert {row["od"] for row in document[kind]} >= {"all", "a:d"}, kind


def test_some_freight_of_two_scenarios_has_sentences_of_it_alone(file: Path) -> None:
    text = done("compare", file, file.parent / "slow.yaml", "--flow", "cn-pl").stdout
    said = [line for line in text.splitlines() if line.startswith("- ")]
    assert said and all(line.startswith("- cn-pl (A–P) ") for line in said)
    assert "cn-de" not in text


def test_unknown_freight_is_said_before_anything_runs(file: Path) -> None:
    found = done("run", file, "--od", "a:dd", "--flow", "cn-de", "--out", file.parent / "out", code=2)
    assert 'got "a:dd"; did you mean a:d' in found.stderr
    assert not (file.parent / "out").exists()
    nothing = done("compare", file, file.parent / "slow.yaml", "--od", "a:p", "--flow", "cn-de", code=2)
    assert "nothing is left" in nothing.stderr


def test_a_shock_is_told_market_by_market_and_of_some_freight(file: Path) -> None:
    shut = "schema: 1\ntitle: Shut\nextends: mine.yaml\n"
    shut += 'disruptions: {shut: {at: {id: k-r}, from: "2025-01-10", lasts: 3 d, effect: closed}}\n'
    (file.parent / "shut.yaml").write_text(shut, encoding="utf-8")
    text = done("resilience", file.parent / "shut.yaml").stdout
    assert text.index("\nWest\n") < text.index("\nMiddle Europe\n")
    assert text.count("All freight: ") == 2
    alone = done("resilience", file.parent / "shut.yaml", "--od", "a:p").stdout
    assert "\nA–P\n" in alone and alone.count("All freight: ") == 1
    document = json.loads(done("resilience", file.parent / "shut.yaml", "--by", "flow", "--json").stdout)
    assert {row["flow"] for row in document["rows"]} == {"cn-de", "cn-pl", "mine"}
    assert any(text.startswith("cn-pl: All freight") for text in document["verdicts"])
