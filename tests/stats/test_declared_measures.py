"""A measure is declared once: one that a test declares is in every table, sentence and document without another edit."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from where import CASES

from sim.cli import main
from sim.errors import LandbridgeError
from sim.results import export_run, read_run
from sim.stats import DISRUPTION_MEASURES, KINDS_OF_MEASURES, MEASURES, POLICY_MEASURES, Told
from sim.stats.cells import Cell
from sim.stats.measured import TIME, Figure, Measures, Nature

LONGEST = "transit_time.longest"
FILE = str(CASES / "line.yaml")


@pytest.fixture
def longest(monkeypatch: pytest.MonkeyPatch) -> str:
    """The longest transit time: a row and a function, for the time of a test."""
    monkeypatch.setattr(MEASURES, "_declared", dict(MEASURES._declared))

    @MEASURES.measure(
        LONGEST,
        TIME,
        "longest transit time",
        "days of what arrives last",
        Nature.MEAN,
        noun="longest time",
        heading="longest days",
        place=7,
        told=tuple(Told),
    )
    def _longest(cell: Cell) -> Figure:
        return Figure(float(cell.days.max()) if len(cell) else float("nan"), cell.some_late)

    return LONGEST


def printed(*words: str) -> str:
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_it_is_a_column_of_the_table_of_a_run_and_rows_of_its_files(longest: str, tmp_path: Path) -> None:
    table = printed("run", FILE, "--out", str(tmp_path / "out"), "--jobs", "1", "--no-plots")
    head = next(line for line in table.splitlines() if line.startswith("corridor"))
    assert head.split("  ")[-1].strip() == "kg CO2e/FEU"
    assert "P90 days" in head and head.index("P90 days") < head.index("longest days") < head.index("USD/FEU")
    (text,) = export_run(read_run(tmp_path / "out"), tmp_path / "text", ["kpis"])
    with text.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["measure"] == longest]
    assert {row["unit"] for row in rows} == {"d"}
    assert all(float(row["estimate"]) > 0 for row in rows if row["corridor"] == "all")


def test_it_is_in_the_sentences_tables_and_document_of_a_comparison(longest: str, tmp_path: Path) -> None:
    slow = tmp_path / "slow.yaml"
    fast = Path(FILE).read_text(encoding="utf-8")
    slow.write_text(fast.replace("speed: 1000 km/day", "speed: 500 km/day"), encoding="utf-8")
    words = ("compare", FILE, str(slow), "--jobs", "1", "--replications", "5")
    text, document = printed(*words, "--all"), json.loads(printed(*words, "--json"))
    for part in ("rows", "differences"):
        assert longest in {row["measure"] for row in document[part]}
    assert "longest time at least 1.0 d longer" in document["verdicts"][0]
    assert longest in text.split("difference ")[1] and "longest days" in text


def test_it_is_among_those_of_the_docs_and_its_name_is_its_own(longest: str) -> None:
    assert longest in {one.name for kind in KINDS_OF_MEASURES for one in kind.values()}
    with pytest.raises(LandbridgeError, match=f'"{longest}" is declared already'):
        MEASURES.measure(longest, TIME, "", "", Nature.MEAN)(len)


def test_outside_that_test_there_is_none_of_it() -> None:
    assert LONGEST not in MEASURES


@pytest.mark.parametrize("kind", KINDS_OF_MEASURES, ids=lambda kind: kind.title)
def test_every_measure_says_what_it_is_and_no_two_columns_of_a_table_have_one_heading(kind: Measures) -> None:
    assert all(one.title and one.meaning and one.unit and one.__doc__ for one in kind.values())
    headings = [one.heading for one in kind.headed()]
    assert len(set(headings)) == len(headings)


def test_short_tables_have_the_columns_that_they_had_before_there_was_one_place_for_them() -> None:
    freight = [
        "delivered TEU",
        "under way TEU",
        "refused TEU",
        "share %",
        "P50 days",
        "P90 days",
        "on time %",
        "USD/FEU",
        "kg CO2e/FEU",
    ]
    assert [one.heading for one in MEASURES.headed()] == freight
    assert [one.heading for one in POLICY_MEASURES.headed()] == [
        "TEU bound",
        "share %",
        "h",
        "USD/FEU",
        "USD",
    ]
    bound = ["times struck", "trips met", "TEU met", "share %", "held TEU-d"]
    assert [one.heading for one in DISRUPTION_MEASURES.headed()] == bound
    assert [one.scale.decimals for one in DISRUPTION_MEASURES.headed()] == [1, 0, 0, 2, 0]
