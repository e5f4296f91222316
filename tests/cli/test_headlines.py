"""The page of scenarios has every scenario, and its words are those that the generator would write."""

import math
from pathlib import Path

import pytest
from click.testing import CliRunner
from where import SCENARIOS

from sim.cli import main
from sim.cli.headlines import BEGIN, END, _change, base_of, load_folder, page, without_numbers
from sim.stats import Finding

PAGE = (SCENARIOS / "README.md").read_text(encoding="utf-8")
SHORT = "period: {start: 2025-08-01, length: 60 d, warm_up: 15 d, cool_down: 25 d}\n"


def test_every_scenario_file_is_on_the_page_with_a_headline() -> None:
    for path in SCENARIOS.glob("*.yaml"):
        section = PAGE.split(f"\n## {path.stem}\n")[1].split("\n## ")[0]
        numbers = section.split(BEGIN)[1].split(END)[0]
        assert "| all | 100.0 " in numbers, f"{path.name}: run make headlines"


def test_the_words_of_the_page_are_current() -> None:
    assert without_numbers(PAGE) == without_numbers(page(load_folder(SCENARIOS), {})), "run: make headlines"


def test_a_base_comes_before_what_extends_it() -> None:
    chosen = load_folder(SCENARIOS)
    names = [one.label for one in chosen]
    assert names[:2] == ["baseline", "cku-open"]
    assert base_of(chosen[0]) == ""
    assert all(names.index(base_of(one)) < names.index(one.label) for one in chosen[1:])


def test_the_command_pairs_each_scenario_with_its_base(tmp_path: Path) -> None:
    first = (SCENARIOS / "baseline.yaml").read_text(encoding="utf-8")
    period = next(line for line in first.splitlines(keepends=True) if line.startswith("period:"))
    (tmp_path / "one.yaml").write_text(first.replace(period, SHORT), encoding="utf-8")
    (tmp_path / "two.yaml").write_text(
        "schema: 1\ntitle: All by sea\npurpose: To see.\nextends: one.yaml\n"
        "policies: {ban: {territory: [RU], barred: true}}\n",
        encoding="utf-8",
    )
    out = tmp_path / "page.md"
    command = ["headlines", "--scenarios", str(tmp_path), "--replications", "2", "--jobs", "1", "--write", str(out)]  # fmt: skip
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.output
    text = out.read_text(encoding="utf-8")
    northern = next(
        line for line in text.split("## two\n")[1].splitlines() if line.startswith("| northern |")
    )
    assert northern.startswith("| northern | 0.0 | - | - | ")
    assert "two against one, all freight (" in text
    assert "| two | 2 | 2025 | `" in text


def test_a_folder_without_scenarios_is_wrong_use(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["headlines", "--scenarios", str(tmp_path)])
    assert done.exit_code == 2


@pytest.mark.parametrize(
    ("estimate", "low", "high", "found", "cell"),
    [
        (2.3, 2.1, 2.4, Finding.DIFFERENCE, "+2.3 (2.1 to 2.4)"),
        (-2.3, math.nan, -2.1, Finding.DIFFERENCE, "-2.3 (at most -2.1)"),
        (0.3, 0.1, 0.5, Finding.NOT_SHOWN, "none shown (0.1 to 0.5)"),
        (0.1, 0.1, 0.2, Finding.TOO_SMALL, "too small (0.1 to 0.2)"),
        (2.3, math.nan, math.nan, Finding.NO_INTERVAL, "+2.3, without an interval"),
        (0.0, 0.0, 0.0, Finding.UNCHANGED, "none"),
        (math.nan, math.nan, math.nan, Finding.TOO_FEW, "-"),
    ],
)
def test_a_change_is_called_what_all_changes_of_the_page_together_show(
    estimate: float, low: float, high: float, found: Finding, cell: str
) -> None:
    assert _change({"estimate": estimate, "low": low, "high": high, "finding": found.value}, 1) == cell
