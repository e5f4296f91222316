import copy
import pickle
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import Finding, ScenarioError
from sim.model import Constant, Quantiles
from sim.scenario_file import (
    Loaded,
    check_files,
    dump,
    figures,
    json_schema,
    load_scenario,
    network_document,
    text,
)
from sim.scenario_file.text import parse, parse_mapping, resolve
from sim.scenario_file.tree import plain

MALFORMED = Path(__file__).parent / "malformed"
SMALL = MALFORMED / "valid" / "small.yaml"
SCENARIOS = Path(__file__).parent.parent / "scenarios"
SHIPPED = sorted(SCENARIOS.glob("*.yaml"))


def findings_of(file: Path | str, **options: Any) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file, **options)
    return [str(finding) for finding in caught.value.findings]


def write(folder: Path, name: str, body: str) -> Path:
    """Write a scenario that is laid over the small world."""
    if not (folder / "small.yaml").exists():
        shutil.copy(SMALL, folder / "small.yaml")
    (folder / name).write_text(f"schema: 1\nextends: small.yaml\n{body}", encoding="utf-8")
    return folder / name


def over_small(folder: Path, body: str = "", *, sets: tuple[str, ...] = ()) -> Loaded:
    return load_scenario(write(folder, "over.yaml", body), sets=sets)


# Malformed files


def test_at_least_thirty_malformed_files_are_kept() -> None:
    assert len(list(MALFORMED.glob("*.yaml"))) >= 30


@pytest.mark.parametrize("file", sorted(MALFORMED.glob("*.yaml")), ids=lambda file: file.stem)
def test_a_malformed_file_gives_the_findings_on_its_first_lines(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(MALFORMED)
    mark = "# expect "
    expected = [
        line.removeprefix(mark)
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.startswith(mark)
    ]
    assert expected
    assert findings_of(file.name) == expected


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 1, "the file is empty"),
        (b"# only a comment\n", 1, "the file is empty"),
        (b"- schema\n- 1\n", 1, "expected keys with values, got a list"),
        (b"schema: 1\ntitle: \x00\n", 2, "not a text: it holds the control character"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", 1, "not a text in UTF-8"),
        (b"schema: 1\ntitle: Khorgos \xff\n", 2, "not a text in UTF-8"),
        ("schema: 1\n".encode("utf-16"), 1, "not a text in UTF-8"),
        (b"a: " + b"[" * 100_000, 1, "nested more than 40 deep"),
        (b"a: " + b"{a: " * 100_000, 1, "nested more than 40 deep"),
        (b"? " * 100_000, 1, "nested more than 40 deep"),
        (b"- " * 100_000, 1, "nested more than 40 deep"),
        (b"".join(b" " * i + b"a:\n" for i in range(200)), 42, "nested more than 40 deep"),
        (b"schema: 1\nseed: " + b"9" * 10_000, 2, "at most 40 digits"),
        (b"schema: 1\nseed: 1e999\n", 2, "expected a finite number"),
        (b"schema: 1\ntitle: !secret x\n", 2, 'the tag "!secret" is not read'),
        (b"schema: 1\ntitle: !!int x\n", 2, 'does not fit "x"'),
        (b"%TAG ! tag:yaml.org,2002:python/\n---\ntitle: !name:os.system x\n", 3, "is not read"),
        (b"schema: 1\n? [a, b]\n: 1\n", 2, "a key must be text, got a list"),
    ],
)
def test_a_file_that_is_no_scenario_gives_a_finding(
    tmp_path: Path, content: bytes, line: int, words: str
) -> None:
    file = tmp_path / "file.yaml"
    file.write_bytes(content)
    found = check_files([file])
    assert [finding.line for finding in found] == [line]
    assert words in found[0].message
    assert len(str(found[0])) < 700


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "huge.yaml"
    with file.open("wb") as stream:
        stream.truncate(text.SIZE_MAX + 1)
    assert findings_of(file) == [f"{file}: larger than 2 MB, which no scenario needs. Is it another file?"]


@pytest.mark.parametrize("name", ["none.yaml", "", "folder", "a\0b.yaml", "x" * 5000 + ".yaml"])
def test_a_path_without_a_file_gives_a_finding(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (finding,) = check_files([tmp_path / name])
    assert finding.message == "no such file" or finding.message.startswith("cannot be read")


def test_aliases_are_counted_once_written_out(tmp_path: Path) -> None:
    long = "x" * 200_000
    body = f"sources:\n  - &a {long}\n" + "  - *a\n" * 1000
    assert "too much content" in findings_of(write(tmp_path, "over.yaml", body))[0]


def test_a_link_to_a_file_outside_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    shutil.copy(SMALL, tmp_path / "secret.yaml")
    (tmp_path / "inside" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    file = tmp_path / "inside" / "over.yaml"
    file.write_text("schema: 1\nextends: link.yaml\n")
    assert "expected a file in the scenario's own folder" in findings_of(file)[0]


def test_all_findings_come_at_once_sorted_by_line(tmp_path: Path) -> None:
    body = "seed: -1\ntitle: one\ntitle: two\nset: {period.lenght: 3 d}\nperiod: {warm_up: 36}\nflows: {cn-ru: {volume: 3}}\n"
    found = findings_of(write(tmp_path, "over.yaml", body), sets=["sed=3"])
    places = [line.removeprefix(str(tmp_path / "over.yaml:")).split(" ")[0] for line in found]
    assert places == ["--set", "3:", "5:", "6:", "7:", "8:"]


def test_a_finding_in_an_extended_file_names_that_file(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL.read_text().replace("52000 TEU/year", "52000 TEU"))
    (finding,) = findings_of(write(tmp_path, "over.yaml", "title: fine\n"))
    assert finding.startswith(f"{tmp_path}/small.yaml:52: flows.cn-ru.volume: expected a volume")


def test_paths_are_shown_as_the_user_gave_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(MALFORMED.parent)
    (finding,) = check_files(["malformed/circle-a.yaml"])
    assert finding.file == "malformed/circle-b.yaml"


def test_two_files_with_the_same_fault_below_give_it_once(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL.read_text().replace("36", "36").replace("30 h", "30"))
    files = [write(tmp_path, name, "seed: 3\n") for name in ("one.yaml", "two.yaml")]
    assert len(check_files(files)) == 1


# Layers


def test_the_small_world_loads() -> None:
    loaded = load_scenario(SMALL)
    assert loaded.name == "small"
    assert loaded.scenario.network == "none"
    assert loaded.scenario.flows["cn-ru"].consignment.value == 20
    assert loaded.scenario.flows["cn-az"].routing.ranks() == ({"by-caspian": 1.0}, {"by-caspian": 1.0})
    assert [file.path for file in loaded.files] == [str(SMALL)]
    assert loaded.notes == ()


def test_a_file_over_another_changes_only_what_it_says(tmp_path: Path) -> None:
    loaded = over_small(tmp_path, "flows: {cn-ru: {volume: 73000 TEU/year}}\ndisruptions: {closure: null}\n")
    assert loaded.scenario.flows["cn-ru"].volume.value == 200
    assert loaded.scenario.flows["cn-ru"].origin == "xian"
    assert list(loaded.scenario.disruptions) == ["slow"]
    assert loaded.scenario.title == "A small world with a break of gauge"
    assert [Path(file.path).name for file in loaded.files] == ["over.yaml", "small.yaml"]


def test_a_plain_value_replaces_a_record_with_its_evidence(tmp_path: Path) -> None:
    loaded = over_small(tmp_path, "legs: {altynkol-moscow: {length: 5000 km}}\n")
    length = loaded.scenario.legs["altynkol-moscow"].length
    assert (length.value, length.grade, length.range) == (5_000_000, None, None)


def test_one_number_of_a_distribution_can_be_changed(tmp_path: Path) -> None:
    loaded = over_small(tmp_path, "set: {weathers.winter.spell.p90: 80 h}\n")
    assert loaded.scenario.weathers["winter"].spell.value == Quantiles(p50=72_000, p90=288_000)


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("weathers: {winter: {spell: {low: 1 h, mode: 2 h, high: 9 h}}}", "another kind of distribution"),
        ("weathers: {winter: {spell: {sample: [4 h, 9 h]}}}", "an observed sample"),
        ("weathers: {winter: {spell: {kind: gamma, mean: 9 h, sd: 3 h}}}", "a named distribution"),
        ("services: {russia-train: {dispatch: {when: full}}}", "another dispatch rule"),
        ("disruptions: {closure: {at: {id: altynkol}}}", "another target"),
        ("disruptions: {slow: {effect: closed}}", "a word over a mapping"),
        ("disruptions: {closure: {effect: {rate: 30 %}}}", "a mapping over a word"),
    ],
)
def test_another_way_to_say_it_replaces_the_old_way(tmp_path: Path, body: str, what: str) -> None:
    assert over_small(tmp_path, body + "\n").scenario, what


def test_the_files_set_beats_the_file_and_the_command_line_beats_both(tmp_path: Path) -> None:
    body = "seed: 1\nset: {seed: 2}\n"
    assert over_small(tmp_path, body).scenario.seed == 2
    loaded = over_small(tmp_path, body, sets=("seed=3", "period.length=80 d", "title=x"))
    assert loaded.scenario.seed == 3
    assert loaded.notes == (
        "seed: 2 -> 3",
        "period.length: 90 d -> 80 d",
        "title: A small world with a break of gauge -> x",
    )


def test_set_takes_mappings_lists_and_null(tmp_path: Path) -> None:
    sets = (
        "legs.caspian.running_time={p50: 30 h, p90: 40 h}",
        "policies.inspections.territory=[KZ, RU]",
        "disruptions.slow=null",
        "policies.ban.territory=[RU]",
        "policies.ban.barred=true",
        "facilities.baku.tags=[sea]",
    )
    scenario = over_small(tmp_path, sets=sets).scenario
    assert scenario.legs["caspian"].running_time is not None
    assert scenario.legs["caspian"].running_time.value == Quantiles(p50=108_000, p90=144_000)
    assert scenario.policies["inspections"].territory == ("KZ", "RU")
    assert list(scenario.disruptions) == ["closure"]
    assert scenario.policies["ban"].barred
    assert scenario.facilities["baku"].tags == ("sea",)


@pytest.mark.parametrize(
    ("given", "finding"),
    [
        ("seed", "--set seed: expected path=value. Write for example --set seed=7."),
        ("seed=", "--set seed=: expected path=value. Write for example --set seed=7."),
        ("=3", "--set =3: expected path=value. Write for example --set seed=7."),
        ("sede=3", "--set sede=3: sede: unknown path: a scenario has no 'sede'; did you mean 'seed'?"),
        ("seed=x", '--set seed=x: seed: expected a whole number, got "x".'),
        ("seed=!!python/name:os x", "is not read: a scenario is plain text and numbers. Remove it."),
        ("seed=[1", "--set seed=[1: not YAML"),
        (
            "legs.caspain.length=3 km",
            "legs.caspain.length: unknown path: legs has no 'caspain'; did you mean 'caspian'?",
        ),
        (
            "legs.caspian.lenght=3 km",
            "legs.caspian.lenght: unknown path: legs.caspian has no 'lenght'; did you mean 'length'?",
        ),
        (
            "legs.caspian.length.valeu=3 km",
            "legs.caspian.length.valeu: unknown path: legs.caspian.length has no 'valeu'; did you mean 'value'?",
        ),
        ("legs.caspian.length=3", 'legs.caspian.length: expected a length with a unit, got 3. Write "3 km".'),
        (
            "policies.inspektions=null",
            "nothing to remove: policies has no 'inspektions'; did you mean 'inspections'?",
        ),
        ("extends=small.yaml", "unknown path: a scenario has no 'extends'."),
        ("schema=2", "expected 1, got 2."),
    ],
)
def test_a_wrong_set_is_a_finding_of_the_command_line(given: str, finding: str) -> None:
    (found,) = findings_of(SMALL, sets=[given])
    assert found.startswith("--set ")
    assert finding in found


def test_a_shock_is_laid_over_another_scenario_in_place_of_what_it_extends(tmp_path: Path) -> None:
    shock = write(tmp_path, "shock.yaml", "title: shock\npolicies: {ban: {territory: [RU], barred: true}}\n")
    other = write(tmp_path, "other.yaml", "title: other\nseed: 8\n")
    loaded = load_scenario(shock, on=other)
    assert (loaded.scenario.seed, loaded.scenario.title, loaded.name) == (8, "shock", "shock")
    assert "ban" in loaded.scenario.policies
    assert loaded.notes == (f"extends: {other} in place of what shock.yaml extends",)
    assert load_scenario(other, on=other).scenario == load_scenario(other).scenario


def test_a_scenario_is_not_laid_over_one_that_extends_it(tmp_path: Path) -> None:
    other = write(tmp_path, "other.yaml", "")
    (finding,) = findings_of(tmp_path / "small.yaml", on=other)
    assert finding.endswith("in a circle: small.yaml -> other.yaml -> small.yaml.")


def test_extending_may_go_several_levels_and_into_folders_below(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    shutil.copy(SMALL, tmp_path / "below" / "small.yaml")
    (tmp_path / "below" / "middle.yaml").write_text(
        "schema: 1\nextends: small.yaml\nseed: 4\nset: {seed: 5}\n"
    )
    (tmp_path / "top.yaml").write_text("schema: 1\nextends: below/middle.yaml\ntitle: top\n")
    loaded = load_scenario(tmp_path / "top.yaml")
    assert (loaded.scenario.seed, loaded.scenario.title) == (5, "top")


# YAML


@pytest.mark.parametrize(
    "word",
    ["NO", "yes", "off", "22:30", "2025-09-12", "010121", "007", "1_000", "<<", "=", "0x", "+", ".", "1.2.3"],
)
def test_a_word_that_other_versions_of_yaml_read_as_something_else_is_text(word: str) -> None:
    assert parse(f"[{word}]", "x")[0] == [word] if word != "=" else True
    assert resolve(word) == word


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("1", 1), ("-1", -1), ("0", 0), ("1.5", 1.5), (".5", 0.5), ("1e3", 1000.0), ("0o17", 15), ("0x1F", 31), ("true", True),
        ("False", False), ("null", None), ("~", None), ("", None), ("'1'", "1"), ('"true"', "true"), ("!!str 1", "1"), ("!!int 1", 1),
    ],
)  # fmt: skip
def test_a_scalar_is_read_as_in_yaml_1_2(word: str, value: object) -> None:
    read, findings = parse(f"key: {word}", "x")
    assert not findings
    assert read == {"key": value}
    assert type(read["key"]) is type(value)


def test_aliases_of_a_small_file_are_written_out() -> None:
    read, findings = parse("a: &x {b: [1, 2]}\nc: *x\n", "x")
    assert not findings
    assert read == {"a": {"b": [1, 2]}, "c": {"b": [1, 2]}}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)
    | st.sampled_from(["NO", "22:30", "1e5", "0o17", "0x1F", "~", "<<", "1_000", ".inf", "9" * 50, "- a", "a: b", "#", "2025-01-01"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(st.text(st.characters(codec="ascii", categories=["L", "N"])), VALUES, min_size=1))
def test_what_is_dumped_loads_back_to_the_same(document: dict[str, Any]) -> None:
    read, findings = parse_mapping(dump(document), "x")
    assert not findings
    assert plain(read) == document


def test_the_merged_document_loads_to_the_same_scenario(tmp_path: Path) -> None:
    loaded = over_small(tmp_path, "disruptions: {slow: null}\n", sets=("seed=9",))
    (tmp_path / "merged.yaml").write_text(dump(loaded.document))
    again = load_scenario(tmp_path / "merged.yaml")
    assert again.document == loaded.document
    assert again.scenario == loaded.scenario


def test_the_own_document_keeps_removals(tmp_path: Path) -> None:
    loaded = over_small(tmp_path, "disruptions: {slow: null}\n")
    assert loaded.own["disruptions"]["slow"] is None
    assert "extends" not in loaded.own


# Nothing but findings


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_arbitrary_bytes_give_findings(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "any.yaml"
    file.write_bytes(content)
    found = check_files([file])
    assert found
    assert all(isinstance(finding, Finding) and "\n" not in str(finding) for finding in found)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.text(st.sampled_from("abk:-[]{}&*!<>|?%@#'\"\\,. \n\t\x85\u2028é~1"), max_size=80))
def test_arbitrary_yaml_gives_findings(tmp_path: Path, content: str) -> None:
    file = tmp_path / "any.yaml"
    file.write_text("schema: 1\n" + content, encoding="utf-8", newline="")
    assert check_files([file])


def places(node: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Paths of everything in a document."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, item in items for place in places(item, (*path, key)))]


DOCUMENT = load_scenario(SMALL).document
ODD = [
    None, True, 0, -1, 2.5, 10**25, "", "x", "36", "36 h", "-3 km", "1e40 h", "NO", "closed", "2025-01-01", "moscow", "full", [], {}, [1], [[]],
    {"value": None}, {"p50": "1 h"}, {"p50": "2 h", "p90": "1 h"}, {"kind": "gamma"}, {"kind": []}, {"sample": 3}, {"sample": ["1 h", 2]},
    {"when": "held"}, {"when": []}, {"x": {"y": []}}, {"low": "1 h", "mode": {}, "high": []}, {"value": "3 km", "range": ["1 km", 3]},
    {"value": "450 km", "range": ["9 km", "1 km"], "grade": "Z", "source": "short", "fitted": 1},
]  # fmt: skip


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(
        st.tuples(
            st.sampled_from(places(DOCUMENT)[1:]),
            st.sampled_from(["replace", "remove", "rename"]),
            st.sampled_from(ODD) | st.text(max_size=10),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_an_arbitrary_change_of_a_scenario_gives_findings_or_a_scenario(
    tmp_path: Path, changes: list[Any]
) -> None:
    document = copy.deepcopy(DOCUMENT)
    for path, action, value in changes:
        parent = document
        try:
            for part in path[:-1]:
                parent = parent[part]
            old = parent.pop(path[-1])
        except (KeyError, IndexError, TypeError, AttributeError):
            continue
        if action == "remove":
            continue
        if isinstance(parent, list):
            parent.insert(path[-1], value)
        else:
            parent[str(value) if action == "rename" else path[-1]] = old if action == "rename" else value
    (tmp_path / "any.yaml").write_text(dump(document), encoding="utf-8", newline="")
    found = check_files([tmp_path / "any.yaml"])
    assert all("\n" not in str(finding) and len(str(finding)) < 900 for finding in found)


def test_a_change_of_any_letter_of_a_scenario_gives_findings_or_a_scenario(tmp_path: Path) -> None:
    body, chance = SMALL.read_text(), random.Random(7)
    for i in range(150):
        at, letter = chance.randrange(len(body)), chance.choice("x0-:{}[]'\"\n #&*!\t,")
        (tmp_path / "any.yaml").write_text(body[:at] + letter + body[at + chance.choice([0, 1]) :])
        assert isinstance(check_files([tmp_path / "any.yaml"]), list), i


# The evidence


def test_the_evidence_of_a_number_is_listed_as_written(tmp_path: Path) -> None:
    body = "facilities: {baku: {port: {time: {p50: 9 h, p90: 12 h}}}}\n"
    loaded = over_small(
        tmp_path, body, sets=("legs.caspian.length=460 km", "legs.altynkol-moscow.length.value=4850 km")
    )
    rows = {row.path: row for row in figures(loaded)}
    assert rows["legs.xian-altynkol.length"].value == "3600 km"
    assert rows["legs.xian-altynkol.length"].source == f"set by {tmp_path}/small.yaml:27"
    assert rows["facilities.baku.port.time"].value == "{p50: 9 h, p90: 12 h}"
    assert rows["facilities.baku.port.time"].source == f"set by {tmp_path}/over.yaml:3"
    assert rows["legs.caspian.length"].source == "set by --set"
    assert rows["legs.altynkol-moscow.length"].source == "set by --set"
    assert rows["legs.altynkol-moscow.length"].grade == ""


def test_a_record_is_listed_with_its_range_grade_and_source() -> None:
    (row,) = [row for row in figures(load_scenario(SMALL)) if row.path == "legs.altynkol-moscow.length"]
    assert (row.value, row.range, row.grade) == ("4800 km", "4700 km to 4900 km", "B")
    assert row.source == "a timetable of 2024"


# The JSON Schema


def validator() -> Any:
    jsonschema = pytest.importorskip("jsonschema")
    return jsonschema.Draft202012Validator(json_schema())


def test_the_json_schema_is_one() -> None:
    jsonschema = pytest.importorskip("jsonschema")
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
    assert [path for path, _ in loaded.files][0].endswith("eurasia.yaml")


@pytest.mark.parametrize("name", ["brest-closure", "russia-transit-ban", "russia-inspections"])
def test_a_shipped_shock_can_be_laid_over_the_cku_railway(name: str) -> None:
    assert load_scenario(SCENARIOS / f"{name}.yaml", on=SCENARIOS / "cku-open.yaml").scenario


def test_every_number_of_the_network_has_a_range_a_grade_and_a_source() -> None:
    rows = figures(load_scenario(SCENARIOS / "baseline.yaml"))
    assert len(rows) > 300
    # Shares that sum to 100 % and values by month have no range of their own.
    several = {row.path for row in rows if row.path.endswith(".cargo") or row.value.startswith("[")}
    assert [row.path for row in rows if not row.range and row.path not in several] == []
    assert [row.path for row in rows if not row.grade or row.source.startswith("set by")] == []


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


def test_without_libyaml_the_same_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "_LOADER", yaml.SafeLoader)
    assert load_scenario(SMALL).document == DOCUMENT
    assert load_scenario(SMALL).scenario.legs["caspian"].running_time.value == Constant(constant=108_000)  # type: ignore[union-attr]
    assert findings_of(MALFORMED / "not-yaml-tab.yaml")
