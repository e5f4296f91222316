"""Commands that run nothing: what they list of a world of one line, every number of which is known."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from in_process import document, ended, printed, refused, written
from where import CASES, SHIPPED, SMALL

LINE = CASES / "line.yaml"
KM, HOURS, USD = 1_000, 24 + 1, 500


# --- preview ---------------------------------------------------------------------------------------------------------


def previewed(*words: object) -> dict[str, Any]:
    (one,) = document("preview", LINE, *words)
    return one  # type: ignore[no-any-return]


def test_the_free_flow_of_a_line_is_its_running_time_and_its_unloading() -> None:
    (chain,) = previewed()["chains"]
    assert chain == {
        "chain": "c", "corridor": "c", "direction": "westbound", "free_flow_days": round(HOURS / 24, 4), "mean_days": round(HOURS / 24, 4),
        "length_km": KM, "price_usd_per_feu": USD, "emissions_kg_per_feu": 0.020 * 15 * KM,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "column", "expected"),
    [
        ("railways.r.speed=500 km/day", "free_flow_days", 49 / 24),
        ("railways.r.tariff=1 USD/FEU-km", "price_usd_per_feu", 1_000),
        ("railways.r.emissions=10 g/t-km", "emissions_kg_per_feu", 150),
        ("legs.a-b.length=2000 km", "price_usd_per_feu", 1_000),
        ("legs.a-b.running_time=3 d", "free_flow_days", 73 / 24),
        ("facilities.b.terminal.time=2 d", "free_flow_days", 3),
        ("services.train.charge=70 USD/FEU", "price_usd_per_feu", 570),
        ("flows.f.mass=20 t/FEU", "emissions_kg_per_feu", 400),
    ],
)
def test_each_number_of_a_line_moves_the_figure_that_it_should(
    change: str, column: str, expected: float
) -> None:
    (before,), (after,) = previewed()["chains"], previewed("--set", change)["chains"]
    assert after[column] == pytest.approx(expected, abs=1e-4)
    times = {"free_flow_days", "mean_days"}
    changed = {name for name in before if before[name] != after[name]}
    assert changed - times - {"length_km", "emissions_kg_per_feu"} <= {column}
    assert (column in times) == (changed & times == times) or "length" in change


def test_the_load_of_a_station_is_the_work_that_comes_over_what_is_there() -> None:
    loads = {load["name"]: load for load in previewed()["loads"]}
    # 10 trains a day of 2 TEU each, an hour of work each.
    assert loads["b.terminal"]["asked"] == pytest.approx(10 / 24, abs=1e-4)
    assert loads["b.terminal"]["load"] == pytest.approx(10 / 24, abs=1e-4)
    assert loads["train"]["asked"] == 20
    assert loads["train"]["note"] == "10.00 departures a day"


@pytest.mark.parametrize(("servers", "percent"), [(1, "42"), (2, "21")])
def test_loads_below_two_fifths_are_counted_and_listed_when_all_are_asked_for(
    servers: int, percent: str
) -> None:
    change = ("--set", f"facilities.b.terminal.servers={servers}")
    short, long = (printed("preview", LINE, *change, *more) for more in ((), ("--all",)))
    assert any(line.startswith("b.terminal") for line in short) == (servers == 1)
    assert ("1 more station is below 40% or without limit; --all lists all." in short) == (servers == 2)
    assert "1 more service is below 40% or without limit; --all lists all." in short
    (row,) = [line.split() for line in long if line.startswith("b.terminal")]
    assert row[3] == percent


def test_a_place_that_cannot_do_what_is_asked_is_warned_of_and_marked() -> None:
    found = previewed("--set", "flows.f.volume=50 TEU/day")
    (station,) = [load for load in found["loads"] if load["name"] == "b.terminal"]
    assert station["load"] == pytest.approx(25 / 24, abs=1e-4)
    assert station["warning"] != ""
    assert previewed()["loads"][0]["warning"] == ""


def test_several_scenarios_are_one_document_in_the_order_given(tmp_path: Path) -> None:
    files = written(tmp_path, second=LINE.read_text().replace("20 TEU/day", "10 TEU/day"))
    found = document("preview", LINE, *files)
    assert [one["scenario"] for one in found] == ["line", "second"]
    assert [one["loads"][1]["asked"] for one in found] == [20, 10]


# --- network ---------------------------------------------------------------------------------------------------------


def test_the_network_of_a_line_is_listed_thing_by_thing() -> None:
    lines = [line.split() for line in printed("network", LINE) if line]
    assert ["a", "A", "CN", "terminal", "terminal"] in lines
    assert ["b", "B", "KZ", "terminal", "terminal", "1", "servers"] in lines
    assert ["a-b", "a", "b", "rail", "1520", "1,000", "-"] in lines
    assert ["train", "rail", "1520", "full", "-", "-", "2", "1"] in lines
    assert ["c", "train"] in lines


@pytest.mark.parametrize(
    ("change", "row"),
    [
        ("capacity: 12 trains/day", ["a-b", "a", "b", "rail", "1520", "1,000", "12"]),
        (
            "capacity: 12 trains/day, background: 2.5 trains/day",
            ["a-b", "a", "b", "rail", "1520", "1,000", "12", "(2.5", "others)"],
        ),
        (
            "capacity: 12 trains/day, accepted: {low: 60 %, mode: 90 %, high: 90 %}, background: 2.5 trains/day",
            ["a-b", "a", "b", "rail", "1520", "1,000", "12", "(80%", "accepted,", "2.5", "others)"],
        ),
    ],
)
def test_what_a_line_lets_through_and_what_others_take_of_it_are_listed(
    tmp_path: Path, change: str, row: list[str]
) -> None:
    (file,) = written(tmp_path, gated=LINE.read_text().replace("railway: r}}", f"railway: r, {change}}}}}"))
    assert row in [line.split() for line in printed("network", file)]


def test_a_chain_is_told_step_by_step_with_what_it_took_so_far() -> None:
    title, _, _, running, terminal = printed("network", LINE, "--chain", "c")
    assert title == "c (c), free flow: no waiting"
    assert running.split() == ["train", "running", "b", "1,000", "24.0", "1,000", "1.00", "500"]
    assert terminal.split() == ["terminal", "b", "-", "1.0", "1,000", "1.04", "500"]


def test_the_map_of_a_line_has_its_places_and_its_line() -> None:
    found = json.loads(ended("network", LINE, "--geojson").stdout)
    shapes = {
        one["id"]: (one["geometry"]["type"], one["geometry"]["coordinates"]) for one in found["features"]
    }
    assert shapes == {
        "a": ("Point", [100, 40]),
        "b": ("Point", [80, 45]),
        "a-b": ("LineString", [[100, 40], [80, 45]]),
    }
    (line,) = [one["properties"] for one in found["features"] if one["id"] == "a-b"]
    assert (line["country"], line["length_km"], line["gauge"]) == (["CN", "KZ"], KM, 1520)


def test_a_chain_that_there_is_not_is_refused_with_the_nearest() -> None:
    assert "unknown chain 'cc'; did you mean 'c'?" in refused("network", LINE, "--chain", "cc", code=1)
    assert "1 chains: landbridge network lists them" in refused("network", LINE, "--chain", "zzz", code=1)


# --- sources and paths -----------------------------------------------------------------------------------------------


def test_every_figure_of_a_file_says_in_which_line_it_is_set() -> None:
    text = LINE.read_text().splitlines()
    for figure in document("sources", LINE):
        file, line = figure["source"].removeprefix("set by ").rsplit(":", 1)
        assert Path(file).name == "line.yaml"
        # `deadline` is written under its former name in this file.
        key = figure["path"].split(".")[-1].replace("deadline", "promise")
        assert key in text[int(line) - 1]


def test_sources_of_a_grade_are_those_of_all_that_have_it() -> None:
    every = document("sources")
    grades = {grade: document("sources", "--grade", grade) for grade in "ABCE"}
    assert {grade: len(rows) for grade, rows in grades.items()} == {
        grade: sum(row["grade"] == grade for row in every) for grade in "ABCE"
    }
    assert all(row["source"] for row in every)


def test_paths_list_what_fits_a_pattern_and_nothing_else() -> None:
    every = {row["path"]: row for row in document("paths", "--file", LINE)["paths"]}
    volumes = document("paths", "*.volume", "--file", LINE)["paths"]
    assert (
        [row["path"] for row in volumes]
        == ["flows.f.volume"]
        == [path for path in every if path.endswith(".volume")]
    )
    assert volumes[0]["value"] == "20 TEU/day"
    assert {row["path"] for row in document("paths", "terminal", "--file", LINE)["paths"]} <= every.keys()


def test_what_paths_list_as_a_value_can_be_set_again() -> None:
    rows = [row for row in document("paths", "--file", LINE)["paths"] if row["value"]]
    sets = [word for row in rows for word in ("--set", f"{row['path']}={row['value']}")]
    assert len(rows) > 40
    ended("check", LINE, *sets)
    assert document("preview", LINE, *sets)[0]["chains"] == previewed()["chains"]


def test_ids_are_listed_with_what_they_are() -> None:
    found = document("paths", "--file", LINE)
    assert found["services"] == {"train": "a to b"}
    assert found["flows"] == {"f": "a to b"}
    assert found["cargo"] == {"g": "goods"}
    assert found["policies"] == {}


# --- check -----------------------------------------------------------------------------------------------------------


def test_a_file_that_is_fine_is_said_so_with_what_it_has() -> None:
    assert printed("check", LINE) == [
        "line: fine (2 facilities, 1 services, 1 chains, 1 flows, 0 policies, 0 disruptions)"
    ]


def test_every_shipped_file_checks_fine_in_one_command() -> None:
    assert [line.split(":")[0] for line in printed("check", *SHIPPED)] == [file.stem for file in SHIPPED]


def test_all_findings_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    files = written(
        tmp_path,
        one=LINE.read_text().replace("2 TEU, dispatch", "2, dispatch").replace("1000 km/day", "1000"),
        two=LINE.read_text().replace("1000 km, railway", "1000, railway"),
    )
    said = refused("check", *files)
    found = [line.removeprefix(f"{tmp_path}/").split(": expected")[0] for line in said.splitlines()]
    assert found == [
        "one.yaml:6: railways.r.speed",
        "one.yaml:11: services.train.capacity",
        "two.yaml:10: legs.a-b.length",
        "landbridge: 3 findings; nothing was written.",
    ]


def test_with_strict_a_warning_is_a_finding(tmp_path: Path) -> None:
    (file,) = written(
        tmp_path, idle=LINE.read_text() + 'policies: {p: {cargo: [g], from: "2030-01-01", barred: true}}\n'
    )
    done = ended("check", file)
    assert "policies.p" in done.stderr
    assert "policies.p" in refused("check", file, "--strict")


def test_the_schema_accepts_what_check_accepts() -> None:
    schema = json.loads(ended("schema").stdout)
    # An editor sees a date as text.
    world = json.loads(json.dumps(yaml.safe_load(SMALL.read_text()), default=str))
    jsonschema.validate(world, schema)
    with pytest.raises(jsonschema.ValidationError, match="'flow' was unexpected"):
        jsonschema.validate(world | {"flow": {}}, schema)
