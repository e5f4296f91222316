"""One change said in four ways (in the file, over a file, under `set`, on the command line) is the same scenario."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from where import SMALL

from sim.errors import ScenarioError
from sim.scenario_file import load_scenario

few = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
DOCUMENT: dict[str, Any] = yaml.safe_load(SMALL.read_text(encoding="utf-8"))
USUAL = load_scenario(SMALL).scenario
WAYS = ("in the file", "over a file", "under set", "on the command line")

VALUES = {
    "seed": st.integers(1, 10**6),
    "replications": st.integers(2, 900),
    "period.length": st.integers(30, 300).map(lambda days: f"{days} d"),
    "title": st.sampled_from(["One", "Another title", "Seven, of nine"]),
}


def set_in(tree: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """The document with another value at a dotted path."""
    head, _, rest = path.partition(".")
    return {**tree, head: set_in(tree.get(head) or {}, rest, value) if rest else value}


def loaded(folder: Path, way: str, path: str, value: object) -> object:
    base, file = folder / "base.yaml", folder / "mine.yaml"
    base.write_text(yaml.safe_dump(DOCUMENT, allow_unicode=True), encoding="utf-8")
    if way == "in the file":
        base.write_text(yaml.safe_dump(set_in(DOCUMENT, path, value), allow_unicode=True), encoding="utf-8")
        return load_scenario(base).scenario
    if way == "over a file":
        over = {"schema": 1, "title": DOCUMENT["title"], "extends": "base.yaml"} | set_in({}, path, value)
        file.write_text(yaml.safe_dump(over), encoding="utf-8")
        return load_scenario(file).scenario
    if way == "under set":
        given = {"schema": 1, "title": DOCUMENT["title"], "extends": "base.yaml", "set": {path: value}}
        file.write_text(yaml.safe_dump(given), encoding="utf-8")
        return load_scenario(file).scenario
    return load_scenario(base, sets=[f"{path}={value}"]).scenario


@given(st.sampled_from(sorted(VALUES)).flatmap(lambda path: st.tuples(st.just(path), VALUES[path])))
@few
def test_a_change_is_the_same_however_it_is_said(tmp_path: Path, change: tuple[str, object]) -> None:
    path, value = change
    found = [loaded(tmp_path, way, path, value) for way in WAYS]
    assert all(one == found[0] for one in found[1:]), path
    assert found[0] != USUAL or value == DOCUMENT["period"]["length"]


@given(st.integers(0, 99), st.integers(100, 199), st.integers(200, 299))
@few
def test_the_command_line_beats_the_file_and_the_file_what_it_extends(
    tmp_path: Path, low: int, middle: int, high: int
) -> None:
    (tmp_path / "base.yaml").write_text(yaml.safe_dump(DOCUMENT | {"seed": low}), encoding="utf-8")
    mine = tmp_path / "mine.yaml"
    mine.write_text(yaml.safe_dump({"schema": 1, "title": "Mine", "extends": "base.yaml"}), encoding="utf-8")
    assert load_scenario(mine).scenario.seed == low
    mine.write_text(
        yaml.safe_dump({"schema": 1, "title": "Mine", "extends": "base.yaml", "seed": middle}),
        encoding="utf-8",
    )
    assert load_scenario(mine).scenario.seed == middle
    assert load_scenario(mine, sets=[f"seed={high}"]).scenario.seed == high
    assert load_scenario(mine, sets=[f"seed={high}", f"seed={low}"]).scenario.seed == low


@pytest.mark.parametrize("group", ["services", "chains", "flows", "policies", "disruptions"])
def test_a_thing_that_is_set_to_nothing_is_gone_and_others_stay(group: str) -> None:
    scenario = load_scenario(SMALL).scenario
    for name in getattr(scenario, group):
        try:
            after = load_scenario(SMALL, sets=[f"{group}.{name}=null"]).scenario
        except ScenarioError as error:
            # What others name cannot go: the finding says who does.
            assert name in str(error)
            continue
        assert set(getattr(after, group)) == set(getattr(scenario, group)) - {name}


def test_a_scenario_written_out_is_read_as_the_same(tmp_path: Path) -> None:
    first = load_scenario(SMALL)
    file = tmp_path / "again.yaml"
    file.write_text(yaml.safe_dump(yaml.safe_load(yaml.safe_dump(first.document))), encoding="utf-8")
    assert load_scenario(file).scenario == first.scenario


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_files_may_extend_one_another(tmp_path: Path, depth: int) -> None:
    (tmp_path / "f0.yaml").write_text(yaml.safe_dump(DOCUMENT), encoding="utf-8")
    for i in range(1, depth + 1):
        over = {"schema": 1, "title": f"Number {i}", "extends": f"f{i - 1}.yaml", "seed": i}
        (tmp_path / f"f{i}.yaml").write_text(yaml.safe_dump(over), encoding="utf-8")
    found = load_scenario(tmp_path / f"f{depth}.yaml").scenario
    assert (found.seed, found.title) == (depth, f"Number {depth}")
    assert found.flows == load_scenario(SMALL).scenario.flows


def test_a_file_that_extends_itself_is_a_finding(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{name}.yaml").write_text(
            yaml.safe_dump({"schema": 1, "title": name, "extends": f"{other}.yaml"})
        )
    with pytest.raises(ScenarioError, match="extends"):
        load_scenario(tmp_path / "a.yaml")
