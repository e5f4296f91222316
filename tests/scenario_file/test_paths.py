"""What can be set is listed, and whatever is listed can be set; shells complete it."""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from where import CASES, ROOT, SCENARIOS

from sim.errors import ScenarioError
from sim.scenario_file import load_scenario
from sim.scenario_file.overrides import Override, check
from sim.scenario_file.paths import completions, matching, names_of, paths_of, tree_of
from sim.scenario_file.tree import Mark

BASELINE = SCENARIOS / "baseline.yaml"


def landbridge(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "sim", *map(str, words)]
    with_us = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(program, capture_output=True, text=True, cwd=ROOT, env=with_us, check=False)


@pytest.mark.parametrize(
    "file", [None, BASELINE, CASES / "hostile" / "small.yaml"], ids=["eurasia", "baseline", "small"]
)
def test_no_listed_path_is_unknown_whether_it_is_given_or_not(file: Path | None) -> None:
    tree = tree_of(file)
    rows = list(paths_of(tree, unset=True))
    assert len({row.path for row in rows}) == len(rows)
    wrong = [finding for row in rows
             for finding in check(tree, Override(tuple(row.path.split(".")), row.value, Mark("--set", 0)))]  # fmt: skip
    assert wrong == []


@pytest.mark.parametrize(
    "file", [CASES / "line.yaml", CASES / "hostile" / "small.yaml", BASELINE], ids=lambda path: path.stem
)
def test_what_is_listed_can_be_set_as_it_is_listed_and_changes_nothing(file: Path) -> None:
    loaded = load_scenario(file)
    rows = [row for row in paths_of(loaded.tree) if row.value]
    chosen = random.Random(7).sample(rows, min(len(rows), 120))
    again = load_scenario(file, sets=[f"{row.path}={row.value}" for row in chosen])
    # Ranges, grades and sources go when a plain value takes the place of a record; values stay.
    assert [row.value for row in paths_of(again.tree) if row.value] == [row.value for row in rows]


def test_every_figure_of_the_network_is_listed_with_its_value_range_and_grade() -> None:
    from sim.scenario_file import network_figures

    rows = {row.path: row for row in paths_of(tree_of(None))}
    figures = network_figures()
    assert len(figures) > 400
    assert {(one.path, one.value, one.range, one.grade) for one in figures} <= {
        (row.path, row.value, row.range, row.grade) for row in rows.values()
    }


def test_a_row_says_unit_and_what_it_is() -> None:
    rows = {row.path: row for row in paths_of(tree_of(BASELINE), unset=True)}
    makmal = rows["facilities.makmal.gauge_change.capacity"]
    assert makmal.unit == "trains/day"
    assert makmal.takes.startswith("capacity") and makmal.takes.endswith('for example "8 trains/day"')
    assert makmal.title.endswith(": trains a day in each direction")
    assert rows["choice.lag"].unit == "h"
    assert rows["choice.bulletin"].unit == "d"
    assert rows["choice.routing"].takes == "fixed or adaptive"
    assert rows["replications"].unit == ""
    assert rows["cargo.machinery.hs"].value.startswith('["84"')
    not_given = [row for row in rows.values() if row.path.endswith(".charge") and not row.value]
    assert not_given
    assert {row.unit for row in not_given} == {"USD/FEU"}
    assert rows["services.xian-makmal.class"].value == "container"


def test_tags_flows_fleets_services_and_cargo_are_listed_with_what_they_are() -> None:
    found = names_of(tree_of(None))
    assert {"tags", "flows", "fleets", "services", "cargo", "corridors", "chains"} <= set(found)
    assert found["flows"]["xian-lodz"] == "xian to lodz"
    assert "leg kashgar-torugart" in found["tags"]["cku"]
    assert all(found[table] for table in ("tags", "flows", "fleets", "services", "cargo"))


def test_a_pattern_is_a_part_or_has_stars() -> None:
    rows = list(paths_of(tree_of(None)))
    volumes = matching(iter(rows), "flows.*.volume")
    assert volumes
    assert all(row.path.startswith("flows.") and row.path.endswith(".volume") for row in volumes)
    assert matching(iter(rows), "MAKMAL") == matching(iter(rows), "makmal")
    assert {row.path.split(".")[0] for row in matching(iter(rows), "makmal")} >= {
        "facilities",
        "legs",
        "services",
    }


def test_the_command_prints_a_table_or_one_document_and_says_when_nothing_fits() -> None:
    done = landbridge("paths", "flows.xian-lodz.*", "--file", BASELINE)
    assert done.returncode == 0, done.stderr
    assert "flows.xian-lodz.volume" in done.stdout
    document = json.loads(landbridge("paths", "xian-lodz", "--json").stdout)
    assert set(document["flows"]) == {"xian-lodz"}
    assert any(
        row["path"] == "flows.xian-lodz.volume" and row["unit"] == "TEU/year" for row in document["paths"]
    )
    done = landbridge("paths", "no-such-thing")
    assert done.returncode == 1
    assert "nothing is like 'no-such-thing'" in done.stderr


def test_an_unknown_path_names_the_near_ones_and_what_is_there() -> None:
    for text, said in (
        ("flows.f.volme=1 TEU/day", "did you mean 'volume'? There is origin, destination, volume, "),
        ("sede=3", "did you mean 'seed'? There is schema, title, "),
        ("legs.x.length=1 km", "legs has no 'x'. There is a-b."),
        ("fleets.x.vehicles=1", "fleets has no 'x'. There is none yet."),
    ):
        with pytest.raises(ScenarioError) as caught:
            load_scenario(CASES / "line.yaml", sets=[text])
        assert said in str(caught.value)


def test_the_rest_of_a_long_level_is_listed_by_the_command_that_is_named() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(BASELINE, sets=["facilities.nowhere.kind=port"])
    message = str(caught.value)
    assert " more: landbridge paths facilities lists them." in message
    done = landbridge("paths", "facilities", "--json")
    listed = {
        row["path"].split(".")[1]
        for row in json.loads(done.stdout)["paths"]
        if row["path"].startswith("facilities.")
    }
    assert {"brest", "malaszewicze"} <= listed


def test_a_begun_path_goes_on_to_whole_paths_or_to_the_next_step() -> None:
    assert "facilities." in completions("", None)
    assert completions("facilities.makmal.gauge_change.cap", None) == [
        "facilities.makmal.gauge_change.capacity="
    ]
    assert completions("cho", BASELINE)[0].startswith("choice.")
    (value,) = completions("flows.f.volume=", CASES / "line.yaml")
    assert value == "flows.f.volume=20 TEU/day"
    assert completions("flows.f.vol", CASES / "x" / "s.yaml") == ["flows.f.volume="]
    # A broken file has no paths of its own, and completion does not complain.
    assert completions("flows.xian-lodz.vol", CASES / "z" / "s.yaml") == ["flows.xian-lodz.volume="]
    tree = tree_of(None)
    for begun in ("", "f", "facilities.", "flows.", "services.x"):
        for one in completions(begun, None):
            assert one.startswith(begun)
            assert any(row.path.startswith(one.rstrip("=")) for row in paths_of(tree, unset=True))


def completed(line: str, shell: str = "bash") -> list[str]:
    """What a shell is told to complete at the end of a line."""
    words = line.split(" ")
    ask = {"_LANDBRIDGE_COMPLETE": f"{shell}_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    program = "import sys; sys.argv[0] = 'landbridge'; from sim.cli import main; main(prog_name='landbridge')"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), **ask},
    )  # fmt: skip
    assert done.stderr == ""
    return [row.partition(",")[2] for row in done.stdout.splitlines()]


def test_a_shell_completes_commands_options_files_paths_and_ids() -> None:
    assert "compare" in completed("landbridge com")
    assert "--set" in completed("landbridge run scenarios/baseline.yaml --s")
    assert [*completed("landbridge run scen")] == ["scen"]  # a file: the shell looks for it
    assert completed("landbridge run tests/cases/line.yaml --set flows.f.vol") == ["flows.f.volume="]
    assert completed("landbridge run --set flows.xian-lodz.vol") == ["flows.xian-lodz.volume="]
    assert "north-dostyk-xian-lodz" in completed("landbridge network --chain north-dostyk-xian")
    assert completed("landbridge criticality scenarios/baseline.yaml --place makm") == [
        "makmal",
        "makmal-jalal-abad",
    ]
    assert "pl-by-closure" in completed("landbridge resilience scenarios/brest-closure.yaml --shock pl")


def test_completion_of_a_path_takes_less_than_a_second() -> None:
    spent = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        completed("landbridge run scenarios/cku-open.yaml --set facilities.")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    # Of the processor: other tests share the machine.
    assert min(spent) < 1.0


def test_the_readme_says_how_to_switch_completion_on() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for shell in ("bash", "zsh", "fish"):
        assert f"_LANDBRIDGE_COMPLETE={shell}_source landbridge" in text
