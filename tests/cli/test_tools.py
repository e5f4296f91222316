"""The tools network, init and verify."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from in_process import ended, fine
from where import ROOT, SCENARIOS
from worlds import BASE

from sim.cli import main
from sim.cli.init import MODELINE, SCHEMA_FILE
from sim.preview import geojson
from sim.scenario_file import (
    check_files,
    json_schema,
    network_scenario,
    shipped_files,
)

HEAVY = ("pandas", "matplotlib", "scipy", "joblib", "pyarrow", "simpy", "numpy", "rich")


def test_network_lists_everything_of_the_built_in_network_by_default() -> None:
    text = fine("network")
    world = network_scenario()
    names = [*world.facilities, *world.legs, *world.services, *world.chains]
    found = {line.split()[0] for line in text.splitlines() if line}
    assert set(names) <= found
    assert f"{len(world.facilities)} facilities" in text and "corridor northern" in text


def test_a_chain_is_printed_step_by_step_to_its_end() -> None:
    text = fine("network", "scenarios/cku-open.yaml", "--chain", "north-dostyk-xian-lodz")
    lines = text.splitlines()
    assert lines[3].split()[:3] == ["xian-dostyk", "running", "baoji"]
    assert lines[-1].split()[:2] == ["terminal", "lodz"]
    preview = json.loads(fine("preview", "scenarios/cku-open.yaml", "--json"))[0]["chains"]
    row = next(row for row in preview if row["chain"] == "north-dostyk-xian-lodz")
    assert lines[-1].split()[-2] == f"{row['free_flow_days']:.2f}"


def test_an_unknown_chain_has_a_proposal() -> None:
    done = ended("network", "--chain", "north-dostyk-xian-loz", code=1)
    assert "did you mean 'north-dostyk-xian-lodz'?" in done.stderr


def test_a_chain_given_as_a_file_is_told_apart() -> None:
    done = ended("network", "north-dostyk-xian-lodz", code=2)
    assert "is a chain, not a file. Write: landbridge network --chain north-dostyk-xian-lodz" in done.stderr


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("mine/base", "no such file; did you mean mine/base.yaml?"),
        ("mine/bse.yaml", "no such file; did you mean mine/base.yaml?"),
        ("mine/other.yaml", "no such file. Name one that is there: mine/base.yaml"),
        ("mine", "a folder, not a scenario file. Name the files in it: mine/base.yaml."),
        ("empty", "a folder, not a scenario file. There is no .yaml file in it: name another one."),
    ],
)
def test_a_file_that_is_not_there_has_a_proposal(
    tmp_path: Path, given: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "base.yaml").write_text("schema: 1\n")
    (tmp_path / "mine" / ".pre-commit-config.yaml").write_text("repos: []\n")  # hidden: nobody's scenario
    assert words in ended("preview", given, code=2).stderr


def test_geojson_is_valid_and_longitude_comes_first() -> None:
    collection = json.loads(fine("network", "--geojson"))
    world = network_scenario()
    assert collection["type"] == "FeatureCollection"
    kinds = [feature["geometry"]["type"] for feature in collection["features"]]
    assert kinds == ["Point"] * len(world.facilities) + ["LineString"] * len(world.legs)
    for feature in collection["features"]:
        assert set(feature) == {"type", "id", "geometry", "properties"} and feature["type"] == "Feature"
        spots = feature["geometry"]["coordinates"]
        for longitude, latitude in [spots] if feature["geometry"]["type"] == "Point" else spots:
            assert -180 <= longitude <= 180 and -90 <= latitude <= 90
    xian = next(feature for feature in collection["features"] if feature["id"] == "xian")
    assert 105 < xian["geometry"]["coordinates"][0] < 112
    assert xian["properties"]["country"] == "CN" and "northern" in xian["properties"]["corridor"]
    lines = [
        feature["properties"]
        for feature in collection["features"]
        if feature["geometry"]["type"] == "LineString"
    ]
    assert all({"id", "country", "mode", "gauge", "capacity", "corridor"} <= set(line) for line in lines)


def test_geojson_of_one_chain_has_only_that_chain() -> None:
    collection = geojson(network_scenario(), "north-dostyk-xian-lodz")
    names = {feature["id"] for feature in collection["features"]}
    assert {"xian", "dostyk", "lodz"} <= names and "shanghai" not in names
    assert all(feature["properties"]["corridor"] == ["northern"] for feature in collection["features"])


def test_a_line_over_the_antimeridian_is_cut_in_two() -> None:
    world = network_scenario()
    places = world.facilities | {
        "fiji": world.facilities["xian"].model_copy(update={"position": (-18.0, 178.0)}),
        "samoa": world.facilities["xian"].model_copy(update={"position": (-14.0, -172.0)}),
    }
    leg = next(iter(world.legs.values())).model_copy(update={"between": ("fiji", "samoa")})
    pacific = world.model_copy(update={"facilities": places, "legs": {"pacific": leg}, "chains": {}})
    line = geojson(pacific)["features"][-1]["geometry"]
    assert line["type"] == "MultiLineString"
    west, east = line["coordinates"]
    assert west[0] == [178.0, -18.0] and west[1][0] == 180.0
    assert east[0][0] == -180.0 and east[1] == [-172.0, -14.0]
    assert west[1][1] == east[0][1] == pytest.approx(-17.2)


def test_init_copies_every_scenario_with_the_modeline_and_they_run(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    fine("init", folder)
    names = {path.name for path in SCENARIOS.glob("*.yaml")}
    rules = {path.name for path in (SCENARIOS / "policies").glob("*.yaml")}
    assert {path.name for path in folder.iterdir()} == names | {SCHEMA_FILE, "policies"}
    assert {path.name for path in (folder / "policies").iterdir()} == rules and rules
    line, below = MODELINE.format(SCHEMA_FILE), MODELINE.format(f"../{SCHEMA_FILE}")
    assert all((folder / name).read_text("utf-8").startswith(line) for name in names)
    assert all((folder / "policies" / name).read_text("utf-8").startswith(below) for name in rules)
    assert json.loads((folder / "landbridge.schema.json").read_text("utf-8")) == json_schema()
    assert check_files(sorted(folder.glob("*.yaml"))) == []


def test_init_leaves_a_folder_with_something_in_it_alone(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("mine")
    done = ended("init", tmp_path, code=1)
    assert "--force" in done.stderr and list(tmp_path.iterdir()) == [note]
    fine("init", tmp_path, "--force")
    assert note.read_text() == "mine" and (tmp_path / "baseline.yaml").is_file()
    assert "in the way" in ended("init", note, code=1).stderr


def test_scenarios_are_found_in_an_installed_package_first(tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "only.yaml").write_text("schema: 1\n")
    assert shipped_files(tmp_path) == {"only.yaml": "schema: 1\n"}
    (tmp_path / "scenarios" / "policies").mkdir()
    (tmp_path / "scenarios" / "policies" / "rule.yaml").write_text("schema: 1\n")
    assert list(shipped_files(tmp_path)) == ["only.yaml", "policies/rule.yaml"]
    assert {"baseline.yaml", "policies/ru-decree-1374.yaml"} <= shipped_files(
        tmp_path / "nothing-here"
    ).keys()


def test_scenarios_that_are_nowhere_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.scenario_file.shipped.FOLDER", "nothing")
    done = CliRunner().invoke(main, ["init", str(tmp_path / "mine")])
    assert done.exit_code == 1 and "Install landbridge again" in done.stderr
    assert not (tmp_path / "mine").exists()


@pytest.mark.slow
def test_the_wheel_holds_the_scenarios(tmp_path: Path) -> None:
    # Slow, because pip fetches the build backend into an environment of its own: it needs a package index.
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(tmp_path),
        str(ROOT),
    ]
    subprocess.run(build, check=True, capture_output=True, timeout=300)
    (wheel,) = tmp_path.glob("landbridge-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "site")
    files = {path.relative_to(SCENARIOS).as_posix() for path in SCENARIOS.rglob("*.yaml")}
    assert {f"sim/scenarios/{name}" for name in files} <= names and "policies/ru-decree-1374.yaml" in files
    program = "from sim.cli import main; main()"
    made = subprocess.run(
        [sys.executable, "-c", program, "init", "mine"], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    assert check_files((tmp_path / "mine").glob("*.yaml")) == []
    # A scenario that lies elsewhere includes the rules of the installed package.
    (tmp_path / "elsewhere").mkdir()
    shutil.copy(SCENARIOS / "baseline.yaml", tmp_path / "elsewhere")
    alone = "schema: 1\ntitle: alone\nextends: baseline.yaml\ninclude: [ru-decree-1374]\n"
    (tmp_path / "elsewhere" / "alone.yaml").write_text(alone, encoding="utf-8")
    checked = subprocess.run(
        [sys.executable, "-c", program, "check", "elsewhere/alone.yaml"], cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site")}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr
    assert "1 policies" in checked.stdout


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder of the tiny world."""
    folder = tmp_path_factory.mktemp("verify")
    (folder / "tiny.yaml").write_text(BASE, encoding="utf-8")
    words = ["--replications", "2", "--seed", "5", "--jobs", "1", "--no-plots"]
    fine("run", folder / "tiny.yaml", *words, "--out", folder / "run")
    return folder / "run"


@pytest.fixture
def run_folder(finished: Path, tmp_path: Path) -> Path:
    """A copy to tamper with."""
    return Path(shutil.copytree(finished, tmp_path / "run"))


def test_a_run_verifies(run_folder: Path) -> None:
    text = fine("verify", run_folder, "--jobs", "1")
    assert f"{run_folder}: same (2 replications, seed 5" in text


def tampered(folder: Path, **changes: object) -> str:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | changes), encoding="utf-8")
    done = ended("verify", folder, "--jobs", "1", code=1)
    return done.stderr


def test_a_tampered_digest_is_found(run_folder: Path) -> None:
    complaint = tampered(run_folder, log_digest="0" * 64)
    assert "the event logs differ" in complaint and "was changed after the run" in complaint


def test_another_seed_in_the_manifest_is_found(run_folder: Path) -> None:
    assert "the draws and the event logs differ" in tampered(run_folder, seed=6)


def test_a_tampered_scenario_is_found(run_folder: Path) -> None:
    text = (run_folder / "scenario.yaml").read_text("utf-8")
    assert "1000 km" in text
    (run_folder / "scenario.yaml").write_text(
        text.replace("1000 km\n", "1001 km\n").replace("1000 km,", "1001 km,")
    )
    assert "differ" in tampered(run_folder)


def test_another_version_is_named_as_the_likely_reason(run_folder: Path) -> None:
    packages = json.loads((run_folder / "manifest.json").read_text("utf-8"))["packages"] | {"numpy": "0.9"}
    complaint = tampered(run_folder, plan_digest="0" * 64, packages=packages, landbridge="0.0.1")
    assert "landbridge was 0.0.1, is" in complaint and "numpy was 0.9, is" in complaint
    assert "changed after the run" not in complaint


def test_a_changed_network_is_named_as_the_likely_reason(run_folder: Path) -> None:
    files = [{"path": str(run_folder / "scenario.yaml"), "sha256": "0" * 64}]
    assert "scenario.yaml is not what it was" in tampered(run_folder, log_digest="0" * 64, files=files)


def test_what_is_no_run_folder_cannot_be_verified(run_folder: Path, tmp_path: Path) -> None:
    assert "expected a run folder" in ended("verify", tmp_path / "nothing", code=1).stderr
    (run_folder / "scenario.yaml").unlink()
    done = ended("verify", run_folder, code=1)
    assert "scenario.yaml: is missing" in done.stderr


@pytest.mark.parametrize(
    "words",
    [["network", "--geojson"], ["init", "mine"], ["verify", "--help"]],
    ids=" ".join,
)
def test_the_light_tools_load_nothing_heavy(words: list[str], tmp_path: Path) -> None:
    program = f"import sys; sys.argv[1:] = {words!r}\nfrom sim.cli import main\ntry: main()\nexcept SystemExit: pass\n"
    program += f"print('LOADED', [name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout.rstrip().endswith("LOADED []"), done.stdout[-200:] + done.stderr
