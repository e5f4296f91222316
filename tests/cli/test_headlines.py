"""What comes out of every scenario of a folder, each beside the one that it extends."""

import json
import math
from pathlib import Path

import pytest
from click.testing import CliRunner
from small_runs import two_scenarios
from where import SCENARIOS

from sim.cli import main
from sim.cli.headlines import base_of, change, load_folder
from sim.stats import Finding


def test_a_base_comes_before_what_extends_it() -> None:
    chosen = load_folder(SCENARIOS)
    names = [one.label for one in chosen]
    assert names[0] == "baseline"
    assert base_of(chosen[0]) == ""
    assert all(names.index(base_of(one)) < names.index(one.label) for one in chosen[1:])


def test_the_command_sets_each_scenario_beside_its_base(tmp_path: Path) -> None:
    two_scenarios(tmp_path)
    command = ["headlines", "--scenarios", str(tmp_path), "--replications", "2", "--jobs", "1"]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.output
    one, two = done.stdout.split("two (beside one): All by sea\n")
    assert one.startswith("one: ") and "of P50" not in one
    head, _, *lines = two.splitlines()
    assert head.split("  ")[0] == "corridor" and head.endswith("of P90")
    northern = next(line for line in lines if line.startswith("Europe: northern"))
    assert northern.split()[1:5] == ["northern", "0.0", "-", "-"]
    assert any(line.startswith("- two against one, Europe (") for line in lines)
    document = json.loads(CliRunner().invoke(main, [*command, "--json"]).stdout)
    assert [(row["scenario"], row["extends"]) for row in document] == [("one", None), ("two", "one")]
    assert document[0]["corridors"][0]["changes"] is None
    by_rail = {(line["market"], line["corridor"]): line for line in document[1]["corridors"]}[
        "Europe", "northern"
    ]
    assert by_rail["measures"]["corridor.share"]["estimate"] == 0.0
    assert by_rail["measures"]["transit_time.p50"]["estimate"] is None
    assert by_rail["changes"]["corridor.share"]["estimate"] < -50


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
    assert change({"estimate": estimate, "low": low, "high": high, "finding": found.value}, 1) == cell
