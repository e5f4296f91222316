"""CONTRIBUTING.md and the pages for developers say what is true of the code: rooms, lists of files, commands, steps."""

import ast
import inspect
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from in_process import document, ended, written
from where import ROOT, TESTS

from sim.cli.program import COMMANDS
from sim.contract import EventKind
from sim.results import ACTS
from sim.stats import MEASURES
from sim.views import PLOTS

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
DEVELOPMENT = (ROOT / "docs" / "development.md").read_text(encoding="utf-8")
EXTENDING = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PAGES = pytest.mark.parametrize(
    "page", [PAGE, DEVELOPMENT, EXTENDING], ids=["CONTRIBUTING", "development", "extending"]
)


def section(title: str) -> str:
    """The text below a heading of CONTRIBUTING.md."""
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None, title
    return found[1]


def listed(title: str) -> list[str]:
    """The files that the list of a section names; NAME where each has one of its own."""
    return [
        path
        for line in section(title).splitlines()
        if line.startswith("- ")
        for path in re.findall(r"`(sim/\S+?)`", line)
    ]


def files_with(*words: str) -> set[str]:
    """Files of the package in whose code all of these words stand."""
    return {
        str(path.relative_to(ROOT))
        for path in (ROOT / "sim").rglob("*.py")
        if all(re.search(word, path.read_text(encoding="utf-8")) for word in words)
    }


# --- what is named is there ------------------------------------------------------------------------------------------


@PAGES
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    named = set(re.findall(r"`((?:sim|tests|docs)/[\w./-]+|[\w-]+\.(?:toml|txt|md|yaml))`", page))
    missing = [
        name
        for name in named
        if "NAME" not in name and not (ROOT / name).exists() and not (ROOT / "sim/contract" / name).exists()
    ]
    helpers = {name for name in missing if (TESTS / name).exists()}
    assert sorted(set(missing) - helpers) == []
    assert len(named) > 5


@PAGES
def test_every_command_of_make_that_a_page_names_is_one(page: str) -> None:
    named = set(re.findall(r"`make ([a-z-]+)`", page))
    assert named
    assert all(re.search(rf"^[a-z -]*\b{name}\b[a-z -]*:", MAKEFILE, re.MULTILINE) for name in named), named


def test_the_help_of_make_lists_what_the_page_lists() -> None:
    for name in re.findall(r"^\| `make ([a-z-]+)` \|", PAGE, re.MULTILINE):
        assert re.search(rf'@echo "make {name}\b', MAKEFILE), name


def test_the_quick_tests_are_there() -> None:
    quick = re.search(r"^QUICK := (.*?)\n\n", MAKEFILE, re.MULTILINE | re.DOTALL)
    assert quick is not None
    paths = [word for word in quick[1].split() if word != "\\"]
    assert len(paths) > 10
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_pre_commit_checks_what_make_lint_checks_and_fetches_nothing() -> None:
    (repo,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert repo["repo"] == "local"
    entries = [hook["entry"].replace(".venv/bin/", "$(BIN)/") for hook in repo["hooks"]]
    lint = MAKEFILE.split("\nlint:")[1].split("\n\n")[0]
    assert len(entries) == lint.count("$(BIN)/")
    assert all(entry in lint for entry in entries)


# --- the map of rooms ------------------------------------------------------------------------------------------------


def arrows() -> dict[str, set[str]]:
    """The arrows that the test of imports allows."""
    tree = ast.parse((TESTS / "house" / "test_rooms.py").read_text(encoding="utf-8"))
    (value,) = [
        node.value for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "ARROWS"
    ]  # fmt: skip
    found: dict[str, set[str]] = eval(compile(ast.Expression(value), "ARROWS", "eval"))
    return found


def test_the_map_has_every_room_with_its_arrows() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|$", section("The map of rooms"), re.MULTILINE)
    found = {room: set() if may.strip() == "–" else set(may.strip().split(", ")) for room, _, may in rows}
    assert found == arrows()
    assert all(about.strip() for _, about, _ in rows)
    rooms = {path.name for path in (ROOT / "sim").iterdir() if (path / "__init__.py").exists()}
    assert rooms <= found.keys()


# --- adding ----------------------------------------------------------------------------------------------------------


def test_measures_of_freight_are_declared_in_the_file_that_is_named() -> None:
    homes = {str(Path(inspect.getsourcefile(one.made) or "").relative_to(ROOT)) for one in MEASURES.values()}
    assert sorted(homes) == listed("A measure")


def test_every_plot_has_its_row_and_its_file_and_no_other_file_knows_it() -> None:
    table, page = listed("A plot")
    assert "PLOTS" in (ROOT / table).read_text(encoding="utf-8")
    for plot in PLOTS.values():
        file = plot.file.replace(".", "/") + ".py"
        assert re.fullmatch(page.replace("NAME", r"\w+"), file)
        assert (ROOT / file).is_file()
        # A word such as "map" is used for other things, too; a name of two words is not.
        if "-" in plot.kind:
            assert files_with(rf'"{plot.kind}"') == {table}, plot.kind


def test_every_command_has_its_name_and_its_file() -> None:
    program, command = listed("A command")
    for name in COMMANDS:
        assert (ROOT / command.replace("NAME", name.replace("-", "_"))).is_file()
    assert files_with(r"^COMMANDS = \(") | files_with(r"\nCOMMANDS = \(") == {program}


def test_an_event_kind_that_only_tells_is_known_where_the_page_says() -> None:
    tables, reference, story, events, rules = listed("An event kind")
    assert files_with(r"\bLAPSED\b") == {tables, reference, story, events}
    assert Path(rules).parent == Path(events).parent
    assert (ROOT / rules).is_file()


def test_a_policy_act_is_known_where_the_page_says() -> None:
    files = listed("A policy act")
    assert len(files) <= 5
    assert "delayed" in ACTS
    known = files_with(r"\.delayed\b|\"delayed\"")
    # A consignment that waits for its licence is in a state of that name, whatever policy holds it.
    assert known - {"sim/audit/consignments.py"} <= set(files)
    assert files_with(r"\bACTS\b") - {"sim/results/__init__.py"} <= {*files, "sim/stats/policies.py"}


def test_a_corridor_takes_a_scenario_file_and_no_code(tmp_path: Path) -> None:
    assert listed("A corridor") == []
    (text,) = re.findall(r"```yaml\n(.*?)```", section("A corridor"), re.DOTALL)
    (file,) = written(tmp_path, two=text)
    chains = {one["chain"]: one["corridor"] for one in document("preview", file)[0]["chains"]}
    assert chains == {"by-rail": "steppe", "by-road": "road"}
    out = ended("run", file, "--jobs", 1, "--no-plots", "--out", tmp_path / "out").stdout
    assert {line.split()[0] for line in out.splitlines() if "westbound" in line} == {"all", "steppe", "road"}


# --- extending -------------------------------------------------------------------------------------------------------

STEP = re.compile(
    r"^In `(sim/\S+)`, (after|before):\n\n```python\n(.*?)```\n\nadd:\n\n```python\n(.*?)```",
    re.MULTILINE | re.DOTALL,
)


def extended(folder: Path) -> Path:
    """A copy of the package with the steps of the page applied."""
    shutil.copytree(ROOT / "sim", folder / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    for file, where, there, new in STEP.findall(EXTENDING):
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert text.count(there) == 1, f"{file}: stands {text.count(there)} times: {there}"
        path.write_text(
            text.replace(there, there + new if where == "after" else new + there), encoding="utf-8"
        )
    return folder


TELL = """
import sys
from generated import numbered_plan
from sim.audit import violations
from sim.contract import EventKind
from sim.engine import simulate
told = 0
for number in range({plans}):
    plan = numbered_plan(number)
    logs = [simulate(plan, engine=engine) for engine in {engines}]
    assert all(log == logs[0] for log in logs), number
    assert violations(plan, logs[0]) == [], violations(plan, logs[0])
    kinds = logs[0].column("kind").tolist()
    assert kinds.count(EventKind.LOOKED_OVER) == kinds.count(EventKind.FREED)
    told += kinds.count(EventKind.LOOKED_OVER)
print(told)
"""


def told_by(folder: Path, engines: tuple[str, ...], plans: int) -> int:
    """How often the extended package tells the new kind, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", TELL.format(engines=engines, plans=plans)],
        env={"PYTHONPATH": f"{folder}:{TESTS}", "HOME": str(folder), "PATH": ""}, capture_output=True, text=True, cwd=folder, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return int(done.stdout.splitlines()[-1])


def test_the_extension_of_the_page_is_told_by_the_specification_and_keeps_its_rule(tmp_path: Path) -> None:
    assert [file for file, *_ in STEP.findall(EXTENDING)] == listed("An event kind")
    assert not hasattr(EventKind, "LOOKED_OVER")
    assert told_by(extended(tmp_path), ("reference",), 120) > 10


@pytest.mark.slow
def test_the_extension_of_the_page_is_told_by_both_engines(tmp_path: Path) -> None:
    assert told_by(extended(tmp_path), ("reference", "fast"), 300) > 30


def test_the_rule_of_the_extension_finds_a_row_of_another_fleet(tmp_path: Path) -> None:
    folder = extended(tmp_path)
    program = """
import numpy as np
from generated import numbered_plan
from sim.audit import violations
from sim.contract import EventKind, EventLog
from sim.engine import simulate
for number in range(120):
    plan = numbered_plan(number)
    log = simulate(plan, engine="reference")
    rows = np.flatnonzero(log.column("kind") == EventKind.LOOKED_OVER)
    if len(rows):
        moved = log.rows.copy()
        moved["place"][rows[0]] += 1
        gone = np.delete(log.rows, rows[0] - 1)
        print({one.rule for one in violations(plan, EventLog(moved))} & {"fleet", "form"} != set(),
              len(violations(plan, EventLog(gone))) > 0)
        break
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": f"{folder}:{TESTS}", "HOME": str(folder), "PATH": ""}, capture_output=True, text=True, cwd=folder, check=False,
    )  # fmt: skip
    assert done.stdout.split() == ["True", "True"], done.stderr
