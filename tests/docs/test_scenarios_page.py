"""The page of scenarios has every scenario, and its words are those that its program would write."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from docs_programs import docs_program
from small_runs import two_scenarios
from where import SCENARIOS

from sim.cli.headlines import load_folder

PAGE = (SCENARIOS / "README.md").read_text(encoding="utf-8")
writing = docs_program("write_scenarios")


def test_every_scenario_file_is_on_the_page_with_a_headline() -> None:
    for path in SCENARIOS.glob("*.yaml"):
        section = PAGE.split(f"\n## {path.stem}\n")[1].split("\n## ")[0]
        numbers = section.split(writing.BEGIN)[1].split(writing.END)[0]
        assert "| Europe: all | 100.0 " in numbers, f"{path.name}: run make headlines"


def test_the_words_of_the_page_are_current() -> None:
    assert writing.without_numbers(PAGE) == writing.without_numbers(
        writing.page(load_folder(SCENARIOS), [])
    ), "run: make headlines"


def test_the_program_writes_numbers_words_and_how_they_were_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_scenarios(tmp_path)
    monkeypatch.setattr(writing, "SCENARIOS", tmp_path)
    monkeypatch.setattr(writing, "PAGE", tmp_path / "README.md")
    done = CliRunner().invoke(writing.main, ["--replications", "2", "--jobs", "1"])
    assert done.exit_code == 0, done.output
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    lines = text.split("## two\n")[1].splitlines()
    assert "| corridor | share % | P50 | P90 | change of share | of P50 | of P90 |" in lines
    assert next(line for line in lines if line.startswith("| Europe: northern |")).startswith(
        "| Europe: northern | 0.0 | - | - | "
    )
    assert "two against one, Europe (" in text
    assert "| two | 2 | 2025 | `" in text
