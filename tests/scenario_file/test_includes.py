"""Rule files that scenarios include by name: where they are found, how they are laid, what is found wrong."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from where import ROOT, SCENARIOS, SMALL

from sim.errors import ScenarioError
from sim.scenario_file import dump, json_schema, load_scenario

BAN = "schema: 1\ntitle: A ban\npurpose: To see.\nsources: [a book]\npolicies:\n  ban: {territory: [RU], barred: true, from: 2025-02-01}\n"
TOLL = "schema: 1\ntitle: A toll\npolicies:\n  toll: {territory: [RU], surcharge: 90 USD/FEU}\n"
STOP = "schema: 1\ntitle: A stop\ndisruptions:\n  stop: {at: {id: ferry}, from: 2025-02-01, lasts: 3 d, effect: closed}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the small world and three rule files."""
    shutil.copy(SMALL, tmp_path / "small.yaml")
    (tmp_path / "policies").mkdir()
    for name, text in {"ban": BAN, "toll": TOLL, "stop": STOP}.items():
        (tmp_path / "policies" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def write(folder: Path, body: str, name: str = "over", extends: str = "small") -> Path:
    file = folder / f"{name}.yaml"
    file.write_text(f"schema: 1\nextends: {extends}.yaml\n{body}\n", encoding="utf-8")
    return file


def findings_of(file: Path, **options: Any) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file, **options)
    return [str(finding).removeprefix(f"{file.parent}/") for finding in caught.value.findings]


# Layers


def test_a_scenario_has_what_it_includes_and_keeps_its_own_title_and_sources(folder: Path) -> None:
    loaded = load_scenario(write(folder, "include: [ban, stop]"))
    assert list(loaded.scenario.policies) == ["inspections", "ban"]
    assert list(loaded.scenario.disruptions) == ["closure", "slow", "stop"]
    assert loaded.scenario.title == "A small world with a break of gauge"
    assert (loaded.scenario.purpose, loaded.scenario.sources) == ("", ())
    names = [Path(file.path).relative_to(folder).as_posix() for file in loaded.files]
    assert names == ["over.yaml", "small.yaml", "policies/ban.yaml", "policies/stop.yaml"]


def test_the_file_itself_lies_over_what_it_includes_and_can_change_a_date(folder: Path) -> None:
    body = "include: [ban, stop]\npolicies: {ban: {from: 2025-03-01}}\ndisruptions: {stop: null}"
    scenario = load_scenario(write(folder, body)).scenario
    assert scenario.policies["ban"].from_.isoformat() == "2025-03-01T00:00:00+00:00"
    assert scenario.policies["ban"].barred
    assert "stop" not in scenario.disruptions


def test_an_include_lies_over_what_the_file_extends(folder: Path) -> None:
    write(folder, "include: [ban]\npolicies: {ban: {from: 2025-03-01}, inspections: null}", "below")
    once = load_scenario(write(folder, "title: once", extends="below")).scenario
    again = load_scenario(write(folder, "include: [ban]", extends="below")).scenario
    assert "inspections" not in once.policies
    assert once.policies["ban"].from_.month == 3
    assert again.policies["ban"].from_.month == 2


def test_a_later_include_lies_over_an_earlier_one(folder: Path) -> None:
    later = BAN.replace("2025-02-01", "2025-03-11")
    (folder / "policies" / "later.yaml").write_text(later, encoding="utf-8")
    first = load_scenario(write(folder, "include: [ban, later]")).scenario
    last = load_scenario(write(folder, "include: [later, ban]")).scenario
    assert (first.policies["ban"].from_.month, last.policies["ban"].from_.month) == (3, 2)


def test_the_base_of_on_replaces_what_the_file_extends_and_not_what_it_includes(folder: Path) -> None:
    shock = write(folder, "title: shock\ninclude: [ban]", "shock")
    other = write(folder, "title: other\ninclude: [toll]", "other")
    assert list(load_scenario(shock, on=other).scenario.policies) == ["inspections", "toll", "ban"]


def test_a_set_changes_what_was_included(folder: Path) -> None:
    sets = ["policies.ban.from=2025-03-05"]
    loaded = load_scenario(write(folder, "include: [ban]"), sets=sets)
    assert loaded.scenario.policies["ban"].from_.day == 5
    assert loaded.notes == ("policies.ban.from: 2025-02-01 -> 2025-03-05",)


def test_a_rule_file_beside_the_scenario_comes_before_the_shipped_one_of_its_name(tmp_path: Path) -> None:
    shutil.copy(SCENARIOS / "baseline.yaml", tmp_path)
    file = write(tmp_path, "title: mine\ninclude: [ru-decree-1374]", extends="baseline")
    shipped = load_scenario(file)
    assert shipped.scenario.policies["ru-decree-1374"].inspected is not None
    assert Path(shipped.files[-1].path) == SCENARIOS / "policies" / "ru-decree-1374.yaml"
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "ru-decree-1374.yaml").write_text(BAN, encoding="utf-8")
    assert list(load_scenario(file).scenario.policies) == ["ban"]


def test_the_own_document_holds_what_was_included_so_that_a_run_repeats_without_it(tmp_path: Path) -> None:
    loaded = load_scenario(SCENARIOS / "iran-closed.yaml")
    (tmp_path / "own.yaml").write_text(dump(loaded.own), encoding="utf-8")
    assert "include" not in loaded.own
    assert loaded.own["policies"]["iran-transit-westbound"]["from"] == "2025-06-13"
    again = load_scenario(tmp_path / "own.yaml")
    assert again.document == loaded.document
    assert again.scenario == loaded.scenario


# Findings


@pytest.mark.parametrize(
    ("include", "expected"),
    [
        ("include: ban", "over.yaml:3: include: expected a list of names of rule files, got \"ban\". Write include: [ban]."),
        ("include: {ban: true}", "over.yaml:3: include: expected a list of names of rule files, got a mapping."),
        ("include: [ban, tolls]", "over.yaml:3: include.1: no rule file policies/tolls.yaml beside the scenario, and none of that "
                                  "name is shipped; did you mean 'toll'"),
        ("include:\n  - ban\n  - un-snapback-irn", "over.yaml:5: include.1: no rule file policies/un-snapback-irn.yaml beside the "
                                                   "scenario, and none of that name is shipped; did you mean 'un-snapback-iran'"),
        ("include: [zzzzzzzz]", "over.yaml:3: include.0: no rule file policies/zzzzzzzz.yaml beside the scenario, and none of that "
                                "name is shipped; known: ban, stop, toll, cn-loading-stops,"),
        ("include: [ban, toll, ban]", "over.yaml:3: include.2: 'ban' is included twice. Keep one of the two."),
        ("include: [ban.yaml]", "over.yaml:3: include.0: expected the name of a rule file, got \"ban.yaml\". "
                                "Write ban, without folder and ending."),
        ("include: [../policies/ban]", "over.yaml:3: include.0: expected the name of a rule file, got \"../policies/ban\". Write ban,"),
        ("include: [7]", "over.yaml:3: include.0: expected the name of a rule file, got 7. Write ru-decree-1374,"),
    ],
)  # fmt: skip
def test_a_wrong_include_is_a_finding_at_its_line(folder: Path, include: str, expected: str) -> None:
    (found,) = findings_of(write(folder, include))
    assert found.startswith(expected), found


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("schema: 1\ntitle: x\npolicies:\n  a: {territory: [RU]}\n", "policies/mine.yaml:4: policies.a: the policy does nothing."),
        ("schema: 1\ntitle: x\npolicies:\n  a: {barred: true, hs: [\"8\"]}\n",
         "policies/mine.yaml:4: policies.a.hs.0: expected an HS code of 2, 4 or 6 digits in quotes"),
        ("schema: 1\ntitle: x\npolicies:\n  a: {teritory: [RU], barred: true}\n",
         "policies/mine.yaml:4: policies.a.teritory: unknown key 'teritory'; did you mean 'territory'?"),
        ("schema: 1\ntitle: x\npolicies:\n  a: {territory: [FR], barred: true}\n",
         "policies/mine.yaml:4: policies.a.territory.0: unknown territory 'FR'"),
        ("schema: 1\ntitle: x\ndisruptions:\n  a: {at: {tag: nowhere}, from: 2025-02-01, effect: closed}\n",
         "policies/mine.yaml:4: disruptions.a.at.tag: unknown tag 'nowhere'"),
        ("schema: 1\npolicies:\n  a: {barred: true}\n", "policies/mine.yaml:1: title: missing key 'title'."),
        ("title: x\npolicies:\n  a: {barred: true}\n", "policies/mine.yaml:1: schema: missing key 'schema'. Write schema: 1."),
        ("schema: 1\ntitle: x\n\nperiod: {length: 9 d}\npolicies: {a: {barred: true}}\n",
         "policies/mine.yaml:4: period: is not part of a rule file, which has schema, "
         "title, purpose, sources, policies, disruptions. Say it in the scenario."),
        ("schema: 1\ntitle: x\ninclude: [ban]\npolicies: {a: {barred: true}}\n",
         "policies/mine.yaml:3: include: is not part of a rule file"),
        ("schema: 1\ntitle: x\n", "policies/mine.yaml:1: no rule here: expected policies or disruptions."),
        ("schema: 1\ntitle: x\npolicies: {a: null}\n", "policies/mine.yaml:3: policies.a: "),
        ("- a\n", "policies/mine.yaml:1: expected keys with values, got a list."),
    ],
)  # fmt: skip
def test_a_finding_points_to_the_line_of_the_included_file(folder: Path, rules: str, expected: str) -> None:
    (folder / "policies" / "mine.yaml").write_text(rules, encoding="utf-8")
    found = findings_of(write(folder, "include: [mine]"))
    assert any(line.startswith(expected) for line in found), found
    assert len(found) <= 2


def test_a_link_out_of_the_folder_is_not_followed(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.yaml"
    secret.write_text(BAN, encoding="utf-8")
    (folder / "policies" / "link.yaml").symlink_to(secret)
    (found,) = findings_of(write(folder, "include: [link]"))
    assert found.startswith("over.yaml:3: include.0: ") and "is a link that leads out of its folder" in found


def test_a_network_file_includes_nothing(folder: Path) -> None:
    (folder / "net.yaml").write_text("schema: 1\ninclude: [ban]\n", encoding="utf-8")
    file = folder / "scenario.yaml"
    file.write_text("schema: 1\ntitle: x\nperiod: {start: 2025-01-01, length: 9 d}\nnetwork: net.yaml\n")
    (found,) = findings_of(file)
    assert found.startswith("net.yaml:2: include: is not part of a network")


# A rule file by itself


def test_a_rule_file_alone_is_one_finding_that_says_what_to_do(folder: Path) -> None:
    (found,) = findings_of(folder / "policies" / "ban.yaml")
    assert found == (
        "ban.yaml:1: policies and disruptions alone cannot be run: there is no period, and nothing that they are laid over. "
        "Include them in a scenario (include: [ban]), lay them over one (--on baseline.yaml), or write extends: baseline.yaml."
    )


def test_a_period_given_by_path_makes_a_scenario_of_a_rule_file(folder: Path) -> None:
    file = folder / "policies" / "ban.yaml"
    file.write_text(BAN.replace("RU", "KZ"), encoding="utf-8")
    sets = ["period.start=2025-01-01", "period.length=90 d"]
    assert list(load_scenario(file, sets=sets).scenario.policies) == ["ban"]
    assert findings_of(file, sets=["seed=3"])[0].startswith("ban.yaml:1: policies and disruptions alone")


def test_a_rule_file_is_checked_and_run_over_a_base(folder: Path) -> None:
    loaded = load_scenario(folder / "policies" / "ban.yaml", on=folder / "small.yaml")
    assert (loaded.scenario.title, loaded.name) == ("A ban", "ban@small")
    assert list(loaded.scenario.policies) == ["inspections", "ban"]


def test_check_lays_rule_files_over_a_base_that_includes_them(folder: Path) -> None:
    base = write(folder, "include: [ban]", "base")
    words = ["check", str(folder / "policies" / "ban.yaml"), str(base), "--on", str(base)]
    program = [str(Path(sys.executable).parent / "landbridge"), *words]
    done = subprocess.run(program, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "ban@base: fine" in done.stdout and "base: fine" in done.stdout


# The JSON Schema


def test_the_json_schema_knows_include_and_proposes_the_shipped_names() -> None:
    schema = json_schema()
    named, free = schema["properties"]["include"]["items"]["anyOf"]
    assert {"ru-decree-1374", "pl-by-closure"} <= set(named["enum"])
    assert free["type"] == "string"
    fits = jsonschema.Draft202012Validator(schema).is_valid
    assert fits({"schema": 1, "include": ["ru-decree-1374", "mine"]})
    assert not fits({"schema": 1, "include": "ru-decree-1374"})
    assert not fits({"schema": 1, "include": ["Mine.yaml"]})
