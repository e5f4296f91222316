import shutil
from pathlib import Path
from typing import Any

import pytest
from where import MALFORMED, SMALL

from sim.errors import ScenarioError
from sim.model import Quantiles
from sim.scenario_file import (
    Loaded,
    check_files,
    dump,
    figures,
    load_scenario,
)
from sim.scenario_file.files import SIZE_MAX


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
        (b"".join(b" " * i + b"a:\n" for i in range(200)), 41, "nested more than 40 deep"),
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
        stream.truncate(SIZE_MAX + 1)
    assert findings_of(file) == [f"{file}: larger than 2 MB, which no scenario needs. Is it another file?"]


@pytest.mark.parametrize("name", ["none.yaml", "", "folder", "a\0b.yaml", "x" * 5000 + ".yaml"])
def test_a_path_without_a_file_gives_a_finding(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (finding,) = check_files([tmp_path / name])
    assert finding.message.startswith(("no such file", "a folder, not a scenario file", "cannot be read"))


def test_aliases_are_counted_once_written_out(tmp_path: Path) -> None:
    long = "x" * 200_000
    body = f"sources:\n  - &a {long}\n" + "  - *a\n" * 1000
    assert "more than 200,000 values" in findings_of(write(tmp_path, "over.yaml", body))[0]


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
    assert finding.startswith(f"{tmp_path}/small.yaml:56: flows.cn-ru.volume: expected a volume")
    assert finding.endswith('got "52000 TEU", which is a size. Write for example "272157 TEU/year".')


def test_paths_are_shown_as_the_user_gave_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(MALFORMED.parent)
    (finding,) = check_files(["malformed/circle-a.yaml"])
    assert finding.file == "malformed/circle-b.yaml"


def test_a_file_sets_at_most_a_thousand_values_by_path(tmp_path: Path) -> None:
    body = "set:\n" + "".join(f"  policies.p{i}.barred: true\n" for i in range(1001))
    (finding,) = findings_of(write(tmp_path, "over.yaml", body))
    assert "set: more than 1,000 values are set by path." in finding


def test_wrong_items_of_a_list_are_one_finding_each(tmp_path: Path) -> None:
    found = findings_of(
        write(tmp_path, "over.yaml", "weathers: {winter: {closed: [101 %, " + "1 %, " * 10 + "5]}}\n")
    )
    assert [line.split(": ")[1] for line in found] == [
        "weathers.winter.closed.0",
        "weathers.winter.closed.11",
    ]


def test_two_files_with_the_same_fault_below_give_it_once(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL.read_text().replace("30 h", "30"))
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
    assert (loaded.scenario.seed, loaded.scenario.title, loaded.name) == (8, "shock", "shock@other")
    assert "ban" in loaded.scenario.policies
    assert loaded.notes == (f"extends: {other} in place of what shock.yaml extends",)
    assert load_scenario(other, on=other).scenario == load_scenario(other).scenario


def test_a_scenario_is_not_laid_over_one_that_extends_it(tmp_path: Path) -> None:
    other = write(tmp_path, "other.yaml", "")
    (finding,) = findings_of(tmp_path / "small.yaml", on=other)
    assert finding.endswith("in a circle: small.yaml -> other.yaml -> small.yaml. Remove one extends.")


def test_extending_may_go_several_levels_and_into_folders_below(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    shutil.copy(SMALL, tmp_path / "below" / "small.yaml")
    (tmp_path / "below" / "middle.yaml").write_text(
        "schema: 1\nextends: small.yaml\nseed: 4\nset: {seed: 5}\n"
    )
    (tmp_path / "top.yaml").write_text("schema: 1\nextends: below/middle.yaml\ntitle: top\n")
    loaded = load_scenario(tmp_path / "top.yaml")
    assert (loaded.scenario.seed, loaded.scenario.title) == (5, "top")


def test_the_merged_document_loads_to_the_same_scenario(tmp_path: Path) -> None:
    loaded = over_small(tmp_path, "disruptions: {slow: null}\n", sets=("seed=9",))
    (tmp_path / "merged.yaml").write_text(dump(loaded.document))
    again = load_scenario(tmp_path / "merged.yaml")
    assert again.document == loaded.document
    assert again.scenario == loaded.scenario


def test_the_own_document_of_a_world_without_a_network_is_all_of_it(tmp_path: Path) -> None:
    loaded = over_small(tmp_path, "disruptions: {slow: null}\n", sets=("seed=4",))
    assert loaded.own == loaded.document


def test_a_network_that_does_not_exist_is_one_finding(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(
        "schema: 1\ntitle: x\nnetwork: asia\nperiod: {start: 2025-01-01, length: 9 d}\n"
    )
    assert findings_of(tmp_path / "small.yaml") == [
        f"{tmp_path}/small.yaml:3: network: expected 'eurasia' or 'none', got \"asia\". Did you mean eurasia?"
    ]


# The evidence


def test_the_evidence_of_a_number_is_listed_as_written(tmp_path: Path) -> None:
    body = "facilities: {baku: {port: {time: {p50: 9 h, p90: 12 h}}}}\n"
    loaded = over_small(
        tmp_path, body, sets=("legs.caspian.length=460 km", "legs.altynkol-moscow.length.value=4850 km")
    )
    rows = {row.path: row for row in figures(loaded)}
    assert rows["legs.xian-altynkol.length"].value == "3600 km"
    assert rows["legs.xian-altynkol.length"].source == f"set by {tmp_path}/small.yaml:24"
    assert rows["facilities.baku.port.time"].value == "{p50: 9 h, p90: 12 h}"
    assert rows["facilities.baku.port.time"].source == f"set by {tmp_path}/over.yaml:3"
    assert rows["legs.caspian.length"].source == "set by --set"
    assert rows["legs.altynkol-moscow.length"].source == "set by --set"
    assert rows["legs.altynkol-moscow.length"].grade == ""


def test_a_record_is_listed_with_its_range_grade_and_source() -> None:
    (row,) = [row for row in figures(load_scenario(SMALL)) if row.path == "legs.altynkol-moscow.length"]
    assert (row.value, row.range, row.grade) == ("4800 km", "4700 km to 4900 km", "B")
    assert row.source == "a timetable of 2024"
