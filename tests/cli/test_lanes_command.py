"""`landbridge lanes`: a table that a terminal holds, its document, and the table of the README."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from docs_programs import docs_program
from in_process import document, printed, refused, written
from where import ROOT
from worlds import BASE

from sim.cli.options import How, Which

writing = docs_program("write_lanes")
ONE = BASE.replace("length: 30 d}", "length: 40 d, warm_up: 3 d, cool_down: 17 d}\nreplications: 5").replace(
    "volume: 200 TEU/day", "volume: 60 TEU/day"
)
TWO = "schema: 1\ntitle: Slower\nextends: one.yaml\nlegs: {r-d: {running_time: 80 h}}\n"
THREE = """schema: 1
title: And by a timetable
extends: one.yaml
facilities: {a: {name: "A (north)"}}
corridors: {north: {title: "North: by K and R"}}
services: {fast: {route: [k, r, d], gauge: 1520, class: timetabled, capacity: 40 TEU, dispatch: {when: timetable, every: 2 d}}}
chains: {express: {corridor: north, services: [west, fast]}}
flows:
  rush: {origin: a, destination: d, volume: 2 TEU/day, consignment: 2 TEU, cargo: {toys: 100 %}, mass: 15 t/FEU, deadline: 12 d,
         routing: {shares: {express: 100 %}}}
"""


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return written(tmp_path, one=ONE, two=TWO, three=THREE)


def test_every_way_has_a_line_with_free_flow_price_and_a_median_in_each_scenario(files: list[Path]) -> None:
    one, two, _ = files
    head, _, north, road, poland, *notes = printed(
        "lanes", one, two, "--od", "a:d", "--od", "a:p", "--jobs", "1"
    )
    assert head.split("  ")[0] == "lane" and head.split()[1:] == [
        "by", "free", "flow", "d", "USD/FEU", "one", "d", "two", "d"
    ]  # fmt: skip
    (found, idle, _) = document("lanes", one, two, "--od", "a:d", "--od", "a:p", "--jobs", "1")
    shown = [figure["median_days"] for figure in found["simulated"]]
    cells = [f"{one['estimate']:.1f} ({one['low']:.1f} to {one['high']:.1f})" for one in shown]
    about = [f"{found['free_flow_days']:.1f}", f"{found['price_usd_per_feu']:,.0f}"]
    assert north.split("  ")[0] == "A–D"
    assert " ".join(north.split()) == " ".join(["A–D", "North", *about, *cells])
    # The lane is named once; a way without freight has a free flow, and says that nobody took it.
    assert road.startswith("      Road ") and road.count("nobody went") == 2
    assert idle["simulated"][0] == {
        "scenario": "one", "median_days": {"estimate": None, "low": None, "high": None}, "consignments": 0,
        "lower_bound": False, "pooled": False, "why_not": "nobody went",
    }  # fmt: skip
    assert idle["free_flow_days"] > 14 and idle["probability"] is None
    assert poland.startswith("A–P")
    assert all(len(line) <= 120 for line in (head, north, road, poland, *notes))
    assert any("not in this table" in line for line in notes)


def test_places_and_corridors_are_called_in_short_and_timetabled_trains_by_name(files: list[Path]) -> None:
    one, _, three = files
    lines = printed("lanes", one, three, "--od", "a:d", "--jobs", "1")
    assert [line[:24].rstrip() for line in lines[2:5]] == [
        "A–D   North",
        "      North, timetabled",
        "      Road",
    ]


def test_a_cell_of_too_few_consignments_has_none_and_says_how_many(files: list[Path]) -> None:
    words = ["lanes", files[2], "--set", "flows.rush.volume=0.2 TEU/day", "--od", "a:d", "--jobs", "1"]
    few = printed(*words)
    line = next(line for line in few if "timetabled" in line)
    (rush,) = (way for way in document(*words) if way["timetabled"])
    n = rush["simulated"][0]["consignments"]
    assert 0 < n < 40 and line.endswith(f"- ({n})")
    assert rush["simulated"][0]["median_days"]["estimate"] is None
    assert any(text.startswith("- (n): n consignments in all are too few") for text in few)


def test_an_unknown_lane_is_said_before_anything_is_run(files: list[Path]) -> None:
    said = refused("lanes", files[0], "--od", "a:x")
    assert (
        'one: --od: expected ORIGIN:DESTINATION of a flow of these scenarios, got "a:x"; did you mean a:p or a:d?'
        in said
    )
    assert "--od" in refused("lanes", files[0])


def test_the_program_of_the_readme_writes_between_its_marks_and_nowhere_else(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = files[0].parent
    page = folder / "README.md"
    monkeypatch.setattr(writing, "SCENARIOS", folder)
    monkeypatch.setattr(writing, "PAGE", page)
    monkeypatch.setattr(writing, "WITHOUT", "one")
    monkeypatch.setattr(writing, "WITH", "two")
    monkeypatch.setattr(writing, "LANES", ("a:d",))
    page.write_text("No place\n", encoding="utf-8")
    done = CliRunner().invoke(writing.main, ["--replications", "2", "--jobs", "1"])
    assert done.exit_code == 2 and "has no place for the table" in done.output
    page.write_text(f"Above\n{writing.BEGIN}\nold\n{writing.END}\nBelow\n", encoding="utf-8")
    done = CliRunner().invoke(writing.main, ["--replications", "2", "--jobs", "1"])
    assert done.exit_code == 0, done.output
    text = page.read_text(encoding="utf-8")
    assert text.startswith(
        f"Above\n{writing.BEGIN}\n| lane | by | free flow d | USD/FEU | one d | two d |\n|---|---|---:|"
    )
    assert text.endswith(f"{writing.END}\nBelow\n") and "old" not in text
    assert "\n| A–D | North | " in text and "\n|  | Road | " in text
    assert ", `one.yaml` 2 times, `two.yaml` 2 times, seed" in text


def test_marks_of_the_table_are_shown_and_timetabled_trains_are_explained(files: list[Path]) -> None:
    which = Which((files[2],), sets=("flows.rush.volume=0.2 TEU/day", "replications=5"))
    cases, found = writing.ways_between(which, ["a:d"], How(1, None, None, "fast", True, False))
    text = writing.as_markdown(cases, found)
    assert "\n- \\- (n): n consignments in all are too few" in text
    assert "\n- Freight that is booked on a timetabled train" in text
    plain = [way for way in found if not way.timetabled]
    assert "booked" not in writing.as_markdown(cases, plain)


def test_the_readme_has_a_place_for_the_table() -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    assert page.count(writing.BEGIN) == page.count(writing.END) == 1
    assert page.index(writing.BEGIN) < page.index("## Two commands")


def test_the_readme_has_every_lane_with_a_time_for_some_way() -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    table = page.split(writing.BEGIN)[1].split(writing.END)[0]
    head, _, *lines = [line for line in table.splitlines() if line.startswith("|")]
    assert [f"{name} d" in head for name in (writing.WITHOUT, writing.WITH)] == [True, True], (
        "run: make lanes"
    )
    parts: dict[str, list[str]] = {}
    for line in lines:
        lane, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        parts.setdefault(lane or list(parts)[-1], []).append(" ".join(cells))
    assert list(parts) == [
        "Xi'an–Duisburg", "Chongqing–Lodz", "Xi'an–Tashkent", "Xi'an–Andijan", "Xi'an–Tehran", "Xi'an–Istanbul", "Xi'an–Baku",
        "Kashgar–Tashkent",
    ]  # fmt: skip
    assert len(parts) == len(writing.LANES)
    assert all(any(" to " in way for way in ways) for ways in parts.values())
