"""Names: an id means one thing, and no word that results use for something else."""

from __future__ import annotations

from pathlib import Path

import pytest
from where import CASES, SCENARIOS
from worlds import scenario

from sim.errors import ScenarioError
from sim.model import DIRECTIONS, GROUPS, Target, cross_check, hit
from sim.model.check_names import RESERVED, TABLES
from sim.model.targets import KIND_OF, kinds_with_id
from sim.scenario_file import load_scenario
from sim.scenario_file.tree import TARGETS


def findings(file: Path, *sets: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file, sets=list(sets))
    return [str(finding) for finding in caught.value.findings]


def test_an_id_that_a_leg_a_service_and_a_flow_have_is_a_question() -> None:
    (found,) = findings(CASES / "dupid.yaml")
    assert found.endswith(
        "dupid.yaml:6: disruptions.d.at.id: a leg, a service and a flow are called 'train': which one is meant? "
        "Write at: {leg: train} or at: {service: train} or at: {flow: train}."
    )


@pytest.mark.parametrize(("kind", "group"), [("leg", "legs"), ("service", "services"), ("flow", "flows")])
def test_what_the_question_tells_to_write_is_accepted_and_means_that_alone(
    kind: str, group: str, tmp_path: Path
) -> None:
    text = (CASES / "dupid.yaml").read_text(encoding="utf-8").replace("{id: train}", f"{{{kind}: train}}")
    text = text.replace("{rate: 0 %}", "{demand: 50 %}") if kind == "flow" else text
    (tmp_path / "line.yaml").write_text((CASES / "line.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    loaded = load_scenario(tmp_path / "s.yaml").scenario
    at = loaded.disruptions["d"].at
    assert {name: hit(loaded, at, name) for name in GROUPS if hit(loaded, at, name)} == {group: ["train"]}


def test_a_target_of_a_kind_that_has_no_such_id_is_a_finding() -> None:
    (found,) = findings(
        CASES / "line.yaml", "disruptions.d={at: {flow: train}, from: 2025-02-01, effect: {demand: 50 %}}"
    )
    assert "disruptions.d.at.flow: unknown flow 'train'" in found


def test_a_target_laid_over_another_replaces_it_however_both_are_said(tmp_path: Path) -> None:
    assert set(TARGETS) == set(Target.model_fields)
    base = (CASES / "line.yaml").read_text(encoding="utf-8")
    (tmp_path / "line.yaml").write_text(base, encoding="utf-8")
    targets = ["leg: a-b", "id: a-b", "country: CN", "corridor: c", "service: train"]
    for below in targets:
        for above in targets:
            shock = f"disruptions: {{d: {{at: {{{below}}}, from: 2025-02-01, effect: closed}}}}\n"
            (tmp_path / "below.yaml").write_text(f"schema: 1\nextends: line.yaml\n{shock}", encoding="utf-8")
            (tmp_path / "above.yaml").write_text(
                f"schema: 1\nextends: below.yaml\ndisruptions: {{d: {{at: {{{above}}}}}}}\n", encoding="utf-8"
            )
            at = load_scenario(tmp_path / "above.yaml").scenario.disruptions["d"].at
            assert at.model_dump(exclude_none=True) == {above.split(": ")[0]: above.split(": ")[1]}


def test_an_id_that_is_a_word_of_targets_does_not_hide_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "line.yaml").write_text((CASES / "line.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    flow = "{origin: a, destination: b, volume: 20 TEU/day, consignment: 2 TEU, cargo: {g: 100 %}, mass: 15 t/FEU, promise: 9 d, "
    flow += "routing: {shares: {c: 100 %}}}"
    (tmp_path / "one.yaml").write_text(
        f"schema: 1\nextends: line.yaml\nflows: {{flow: {flow}}}\n", encoding="utf-8"
    )
    (tmp_path / "two.yaml").write_text(
        f"schema: 1\nextends: one.yaml\nflows: {{leg: {flow}}}\n", encoding="utf-8"
    )
    assert set(load_scenario(tmp_path / "two.yaml").scenario.flows) == {"f", "flow", "leg"}


@pytest.mark.parametrize("word", RESERVED)
@pytest.mark.parametrize("table", ["corridors", "chains", "cargo", "flows", "services", "facilities"])
def test_no_id_is_a_word_that_results_use_for_something_else(word: str, table: str) -> None:
    world = scenario()
    known = dict(getattr(world, table))
    changed = world.model_copy(update={table: known | {word: next(iter(known.values()))}})
    messages = {path: text for path, text in cross_check(changed) if path == (table, word)}
    assert f"'{word}' is the word of results for {RESERVED[word]}" in messages[table, word]
    assert f"for example {word}-1" in messages[table, word]


def test_the_words_of_results_are_among_those_that_no_id_may_be() -> None:
    from sim.stats.measured import ALL
    from sim.stats.shares import REFUSED

    assert {ALL, REFUSED, *DIRECTIONS} == RESERVED.keys()


def test_every_table_with_ids_is_looked_at() -> None:
    from sim.model import Scenario

    with_ids = {name for name, info in Scenario.model_fields.items() if "dict[" in str(info.annotation)}
    assert with_ids == set(TABLES)


def test_a_policy_and_a_disruption_have_not_the_same_name() -> None:
    (found,) = findings(
        CASES / "line.yaml",
        "policies.ban={territory: [KZ], surcharge: 10 USD/FEU}",
        "disruptions.ban={at: {leg: a-b}, from: 2025-02-01, effect: closed}",
    )
    assert "disruptions.ban: a policy is called 'ban' too" in found


def test_shipped_files_target_nothing_that_is_two_things() -> None:
    world = load_scenario(SCENARIOS / "baseline.yaml").scenario
    assert kinds_with_id(world, "poti-constanta") == ["leg", "service"]
    assert list(KIND_OF) == list(GROUPS)
    assert all(part.at.id is None or len(kinds_with_id(world, part.at.id)) == 1
               for file in sorted(SCENARIOS.glob("*.yaml"))
               for event in load_scenario(file).scenario.disruptions.values() for part in event.parts)  # fmt: skip
