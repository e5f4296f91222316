"""A user's own network, whole or laid over the built-in one."""

import re
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from programs import fine
from where import ROOT, SCENARIOS
from worlds import BASE, run

from sim.errors import ScenarioError
from sim.sampling import Sampler
from sim.scenario_file import check_files, json_schema, load_scenario, network_document
from sim.scenario_file.writing import dump

OWN_NETWORK = (ROOT / "docs" / "own-network.md").read_text(encoding="utf-8")


def examples() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", OWN_NETWORK, re.DOTALL)


@pytest.fixture
def sweden(tmp_path: Path) -> Path:
    """The example of docs/own-network.md, beside the baseline."""
    network, scenario = examples()
    (tmp_path / "baltic.yaml").write_text(network, encoding="utf-8")
    (tmp_path / "sweden.yaml").write_text(scenario, encoding="utf-8")
    shutil.copy(SCENARIOS / "baseline.yaml", tmp_path)
    return tmp_path / "sweden.yaml"


def test_the_example_of_the_docs_checks_and_carries_freight_to_its_end(sweden: Path) -> None:
    loaded = load_scenario(
        sweden, sets=["period.length=80 d", "period.warm_up=10 d", "period.cool_down=10 d"]
    )
    scenario = loaded.scenario
    assert (
        scenario.network == "eurasia" and "klaipeda" in scenario.facilities and "xian" in scenario.facilities
    )
    # Only the new flow, for speed; the whole period of everything is the business of other tests.
    alone = scenario.model_copy(update={"flows": {"xian-karlshamn": scenario.flows["xian-karlshamn"]}})
    sampler = Sampler(alone)
    from sim.results import tabulate

    plan = sampler.plan(0)
    table = tabulate(plan, run(plan), sampler.legend).consignments
    delivered = table[table["status"] == "delivered"]
    assert len(delivered) > 5 and set(delivered["chain"]) == {"baltic-xian-karlshamn"}


def test_the_commands_of_the_docs_work_on_the_example(sweden: Path) -> None:
    program = re.search(r"```sh\n(.*?)```", OWN_NETWORK, re.DOTALL)
    assert program is not None
    for line in program[1].splitlines():
        words = line.split("#")[0].split(">")[0].split()
        assert words[0] == "landbridge"
        if words[1] != "run":
            assert fine(*words[1:], cwd=sweden.parent)


def test_the_example_is_about_sixty_lines_and_fits_the_schema(sweden: Path) -> None:
    assert 50 <= len(examples()[0].splitlines()) <= 70
    for file in (sweden, sweden.parent / "baltic.yaml"):
        jsonschema.Draft202012Validator(json_schema()).validate(yaml.safe_load(file.read_text("utf-8")))


def own(folder: Path, network: str, scenario: str = "network: mine.yaml") -> Path:
    (folder / "mine.yaml").write_text(network, encoding="utf-8")
    file = folder / "scenario.yaml"
    file.write_text(
        f"schema: 1\ntitle: own\nperiod: {{start: 2025-01-01, length: 30 d}}\n{scenario}\n", encoding="utf-8"
    )
    return file


def tiny() -> dict[str, Any]:
    world = yaml.safe_load(BASE)
    return {key: value for key, value in world.items() if key not in ("title", "period")}


def test_a_whole_network_has_nothing_of_the_built_in_one(tmp_path: Path) -> None:
    loaded = load_scenario(own(tmp_path, dump(tiny())))
    assert list(loaded.scenario.facilities) == ["a", "k", "r", "d", "p"]
    assert [Path(file.path).name for file in loaded.files] == ["mine.yaml", "scenario.yaml"]


def test_the_own_document_holds_the_network_file_so_that_a_run_can_be_repeated(tmp_path: Path) -> None:
    loaded = load_scenario(own(tmp_path, dump(tiny())))
    (tmp_path / "again").mkdir()
    again = tmp_path / "again" / "again.yaml"
    again.write_text(dump(loaded.own), encoding="utf-8")
    assert load_scenario(again).document == loaded.document


def test_what_lies_over_the_built_in_network_is_small_in_the_own_document(
    sweden: Path, tmp_path: Path
) -> None:
    loaded = load_scenario(sweden)
    assert len(dump(loaded.own)) < 12_000
    (tmp_path / "alone").mkdir()
    alone = tmp_path / "alone" / "alone.yaml"
    alone.write_text(dump(loaded.own), encoding="utf-8")
    assert load_scenario(alone).document == loaded.document


def test_the_scenario_and_what_it_extends_lie_over_the_network_file(tmp_path: Path) -> None:
    (tmp_path / "below.yaml").write_text(
        "schema: 1\ntitle: below\nnetwork: none\nlegs: {a-k: {length: 900 km}}\nfleets: {sets: {vehicles: 9}}\n"
    )
    file = own(
        tmp_path, dump(tiny()), "extends: below.yaml\nnetwork: mine.yaml\nlegs: {a-k: {length: 800 km}}"
    )
    scenario = load_scenario(file).scenario
    assert scenario.legs["a-k"].length.value == 800_000
    vehicles = scenario.fleets["sets"].vehicles
    assert vehicles is not None and vehicles.value == 9


def test_a_network_file_may_set_and_remove_parts_of_the_built_in_network(tmp_path: Path) -> None:
    name = next(iter(network_document()["flows"]))
    text = f"schema: 1\nflows: {{{name}: null}}\nset: {{legs.gebze-halkali.capacity: 7 trains/day}}\n"
    scenario = load_scenario(own(tmp_path, text)).scenario
    capacity = scenario.legs["gebze-halkali"].capacity
    assert capacity is not None and capacity.value == 7
    assert name not in scenario.flows and scenario.network == "eurasia"


def test_the_network_can_be_chosen_on_the_command_line(tmp_path: Path) -> None:
    file = own(tmp_path, dump(tiny()), "")
    loaded = load_scenario(file, sets=["network=mine.yaml"])
    assert "a" in loaded.scenario.facilities and "network: none -> mine.yaml" in loaded.notes


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        ("schema: 1\nfacilities:\n  x: {name: X}\n", "mine.yaml:3: facilities.x.country: missing key"),
        ("schema: 1\nlegs: {gebze-halkali: {lenght: 5 km}}\n", "mine.yaml:2: legs.gebze-halkali.lenght: unknown key"),
        ("schema: 1\nlegs: {gebze-halkali: {between: [gebze, nowhere]}}\n", "mine.yaml:2: legs.gebze-halkali.between.1: unknown"),
        ("schema: 1\n\ntitle: mine\n", "mine.yaml:3: title: is not part of a network"),
        ("schema: 1\nset: {period.length: 9 d}\n", "mine.yaml:2: period: is not part of a network"),
        ("schema: 1\nnetwork: mine.yaml\n", "mine.yaml:2: network: expected what the network is laid over, eurasia or none"),
        ("network: none\n", "mine.yaml:1: schema: missing key 'schema'"),
        ("schema: 2\n", "mine.yaml:1: schema: the file is written for schema 2"),
        ("schema: 1\nservices: {nothing-like-it: null}\n", "mine.yaml:2: services.nothing-like-it: nothing to remove"),
        ("- a\n", "mine.yaml:1"),
    ],
)  # fmt: skip
def test_a_finding_points_to_the_line_of_the_network_file(
    tmp_path: Path, network: str, expected: str
) -> None:
    findings = [str(finding) for finding in check_files([own(tmp_path, network)])]
    assert any(f"{tmp_path}/{expected}" in finding for finding in findings), findings


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("network: other.yaml", "scenario.yaml:4: network: no such file"),
        ("network: ../other.yaml", "scenario.yaml:4: network: expected a file in the scenario's own folder"),
        (
            "network: /etc/other.yaml",
            "scenario.yaml:4: network: expected a file in the scenario's own folder",
        ),
        ("network: other", "scenario.yaml:4: network: expected 'eurasia' or 'none', got \"other\""),
    ],
)
def test_a_network_file_lies_beside_the_scenario(tmp_path: Path, named: str, expected: str) -> None:
    with pytest.raises(ScenarioError, match=re.escape(f"{tmp_path}/{expected}")):
        load_scenario(own(tmp_path, "schema: 1\n", named))
