"""Old names of keys are read, with a notice."""

from pathlib import Path

import pytest
from where import CASES

from sim.errors import ScenarioError
from sim.scenario_file import load_scenario

DAY_S = 86_400


def test_a_promise_of_a_flow_is_read_as_its_deadline_and_said_once() -> None:
    loaded = load_scenario(CASES / "line.yaml")
    assert loaded.scenario.flows["f"].deadline.value == 9 * DAY_S
    (notice,) = [note for note in loaded.notes if "promise" in note]
    assert notice == f"{CASES / 'line.yaml'}:15: flows.f.promise is read as deadline, its name now"


@pytest.mark.parametrize("name", ["promise", "deadline"])
def test_either_name_can_be_set(name: str) -> None:
    scenario = load_scenario(CASES / "line.yaml", sets=[f"flows.f.{name}=12 d"]).scenario
    assert scenario.flows["f"].deadline.value == 12 * DAY_S


def test_both_names_at_once_are_a_finding(tmp_path: Path) -> None:
    text = (
        (CASES / "line.yaml")
        .read_text(encoding="utf-8")
        .replace("promise: 9 d", "promise: 9 d, deadline: 8 d")
    )
    file = tmp_path / "line.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match="promise"):
        load_scenario(file)


def test_the_network_and_the_scenarios_use_the_names_of_now() -> None:
    for file in sorted((CASES.parents[1] / "scenarios").glob("*.yaml")):
        assert not [note for note in load_scenario(file).notes if "its name now" in note], file


def test_every_chain_that_carries_boxes_is_quoted_with_its_source() -> None:
    scenario = load_scenario(CASES.parents[1] / "scenarios" / "baseline.yaml").scenario
    quoted = {name: chain.quoted for name, chain in scenario.chains.items()}
    assert [name for name, figure in quoted.items() if figure is None] == []
    assert all(figure is not None and figure.grade and figure.source for figure in quoted.values())
    # No promise holds for every way: the sea is quoted longer than the railways.
    north, sea = (quoted[f"{way}-xian-duisburg"] for way in ("north-dostyk", "ocean-cape"))
    assert north is not None and sea is not None and sea.value > 1.5 * north.value
