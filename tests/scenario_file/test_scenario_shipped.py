import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from where import MALFORMED, SCENARIOS, SHIPPED, SMALL

from sim.scenario_file import (
    dump,
    figures,
    json_schema,
    load_scenario,
    network_document,
)
from sim.scenario_file.text import parse_mapping
from sim.scenario_file.tree import plain


def validator() -> Any:
    return jsonschema.Draft202012Validator(json_schema())


def test_the_json_schema_is_one() -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["title"] == "Landbridge scenario"
    assert schema["required"] == ["schema"]
    assert {"extends", "set", "flows"} <= schema["properties"].keys()


@pytest.mark.parametrize("file", [SMALL, *SHIPPED], ids=lambda file: file.stem)
def test_a_scenario_fits_the_json_schema(file: Path) -> None:
    tree, _ = parse_mapping(file.read_text(encoding="utf-8"), str(file))
    assert [error.message for error in validator().iter_errors(plain(tree))] == []


def test_the_network_fits_the_json_schema() -> None:
    assert list(validator().iter_errors({"schema": 1} | network_document())) == []


@pytest.mark.parametrize(
    "name", ["unknown-key", "missing-unit", "missing-unit-in-a-distribution", "wrong-unit", "wrong-type", "missing-schema", "no-such-word"]
)  # fmt: skip
def test_an_editor_sees_a_fault_of_the_form(name: str) -> None:
    tree, _ = parse_mapping((MALFORMED / f"{name}.yaml").read_text(encoding="utf-8"), name)
    assert list(validator().iter_errors(plain(tree)))


# What is shipped


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_shipped_scenario_loads(file: Path) -> None:
    loaded = load_scenario(file)
    assert loaded.scenario.purpose
    assert loaded.scenario.sources
    assert loaded.files[0].path.endswith("eurasia.yaml")


@pytest.mark.parametrize("name", ["brest-closure", "russia-transit-ban", "russia-inspections"])
def test_a_shipped_shock_can_be_laid_over_the_cku_railway(name: str) -> None:
    assert load_scenario(SCENARIOS / f"{name}.yaml", on=SCENARIOS / "cku-open.yaml").scenario


def test_every_number_of_the_network_has_a_range_a_grade_and_a_source() -> None:
    rows = figures(load_scenario(SCENARIOS / "baseline.yaml"))
    assert len(rows) > 300
    assert [row.path for row in rows if not row.range] == []
    assert [row.path for row in rows if not row.grade or row.source.startswith("set by")] == []


def test_every_chain_has_a_way_back_by_the_same_variant() -> None:
    scenario = load_scenario(SCENARIOS / "baseline.yaml").scenario
    ways = set()
    for name, chain in scenario.chains.items():
        origin = scenario.services[chain.services[0]].route[0]
        destination = scenario.services[chain.services[-1]].route[-1]
        assert name.endswith(f"-{origin}-{destination}"), name
        ways.add((name.removesuffix(f"-{origin}-{destination}"), origin, destination))
    # Ore goes one way only.
    one_way = {("bulk", "moyynty", "alashankou"), ("bulk", "almaty", "khorgos")}
    assert {way for way in ways if (way[0], way[2], way[1]) not in ways} == one_way


def test_the_merged_document_of_a_shipped_scenario_loads_to_the_same_scenario(tmp_path: Path) -> None:
    loaded = load_scenario(SCENARIOS / "cku-open.yaml")
    (tmp_path / "merged.yaml").write_text(dump(loaded.document), encoding="utf-8")
    again = load_scenario(tmp_path / "merged.yaml").scenario
    assert again.model_copy(update={"network": "eurasia"}) == loaded.scenario


def test_a_scenario_can_be_sent_to_another_process() -> None:
    scenario = load_scenario(SMALL).scenario
    assert pickle.loads(pickle.dumps(scenario)) == scenario


def test_checking_loads_no_heavy_library() -> None:
    code = (
        "import sys; from sim.scenario_file import check_files; "
        f"assert check_files([{str(SCENARIOS / 'baseline.yaml')!r}]) == []; "
        "print([m for m in ('numpy', 'pandas', 'scipy', 'pyarrow', 'matplotlib', 'simpy', 'joblib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_own_document_loads_over_the_network_to_the_same_scenario(tmp_path: Path) -> None:
    leg = next(iter(network_document()["legs"]))
    (tmp_path / "one.yaml").write_text(
        "schema: 1\ntitle: one\nperiod: {start: 2025-01-01, length: 90 d}\n"
        "policies: {p: {territory: [RU], barred: true}}\n"
        f"legs: {{{leg}: {{opening: null}}}}\n"
    )
    (tmp_path / "two.yaml").write_text("schema: 1\nextends: one.yaml\npolicies: {p: null}\n")
    loaded = load_scenario(tmp_path / "two.yaml")
    assert len(dump(loaded.own)) < 300
    (tmp_path / "own.yaml").write_text(dump(loaded.own))
    assert load_scenario(tmp_path / "own.yaml").document == loaded.document


def test_what_one_file_removes_the_next_may_give_again(tmp_path: Path) -> None:
    name, flow = next(iter(network_document()["flows"].items()))
    period = "period: {start: 2025-01-01, length: 90 d}"
    (tmp_path / "one.yaml").write_text(f"schema: 1\ntitle: one\n{period}\nflows: {{{name}: null}}\n")
    again = {key: value for key, value in flow.items() if key != "season"}
    (tmp_path / "two.yaml").write_text("schema: 1\nextends: one.yaml\n" + dump({"flows": {name: again}}))
    loaded = load_scenario(tmp_path / "two.yaml")
    assert loaded.scenario.flows[name].season is None
    (tmp_path / "own.yaml").write_text(dump(loaded.own))
    assert load_scenario(tmp_path / "own.yaml").document == loaded.document
