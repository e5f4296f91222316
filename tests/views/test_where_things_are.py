"""Where things are: paths with odd bytes, names that end as no picture does, and options that would do nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib.text
import pytest
from drawn_world import NETWORK, FakeRun, all_text, levels
from where import CASES

from sim.errors import LandbridgeError, readable
from sim.stats.waiting import busiest_queues, on_the_way
from sim.views import draw

QUICK = [b"--engine", b"reference", b"--jobs", b"1", b"--set", b"period.length=12 d"]


def landbridge(*words: bytes | str | Path) -> subprocess.CompletedProcess[bytes]:
    program = [sys.executable, "-m", "sim", *map(os.fsencode, words)]
    environment = {**os.environ, "PYTHONPATH": str(CASES.parent.parent)}
    return subprocess.run(program, capture_output=True, env=environment, check=False)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder and a scenario whose names have bytes that are not UTF-8."""
    folder = Path(os.fsdecode(os.fsencode(tmp_path_factory.mktemp("odd")) + b"/f\xff"))
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("this file system takes only UTF-8")
    shutil.copy(CASES / "line.yaml", folder / os.fsdecode(b"l\xfe.yaml"))
    return folder


def test_bytes_of_a_path_that_are_not_utf_8_are_printed_as_escapes(odd: Path) -> None:
    assert readable(os.fsdecode(b"f\xff/\xc3\xa9 \n")) == "f\\xff/é  "
    file = odd / os.fsdecode(b"l\xfe.yaml")
    for words in (
        ["check", file],
        ["preview", file],
        ["network", file],
        ["paths", "--file", file],
        ["sources", file],
    ):
        done = landbridge(*words)
        assert done.returncode == 0, done.stderr
        assert b"Traceback" not in done.stderr
    assert landbridge("check", file).stdout.startswith(b"l\\xfe: fine")
    done = landbridge("check", odd / os.fsdecode(b"no\xfd.yaml"))
    assert done.returncode == 2
    assert b"f\\xff/no\\xfd.yaml: " in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_scenario_runs_is_drawn_and_verified_wherever_it_is(odd: Path) -> None:
    file, out = odd / os.fsdecode(b"l\xfe.yaml"), odd / os.fsdecode(b"out\xfd")
    done = landbridge("run", file, *QUICK, "--no-plots", "--out", out)
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith(b"f\\xff/out\\xfd")
    written = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert written["scenario"] == "l\\xfe"
    assert any(read["path"].endswith("f\\xff/l\\xfe.yaml") for read in written["files"])
    assert any(word.endswith("out\\xfd") for word in written["command"])
    done = landbridge("plot", out, "--kind", "transit-cdf", "--out", odd / os.fsdecode(b"p\xfc.svg"))
    assert done.returncode == 0, done.stderr
    assert (odd / os.fsdecode(b"p\xfc.svg")).is_file()
    done = landbridge("verify", out, "--jobs", "1")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["map.jpg", "a/b.html", "x.PNGS", "data.csv"])
def test_a_picture_in_a_format_that_is_not_written_is_refused_before_anything_is_drawn(
    name: str, tmp_path: Path
) -> None:
    for words in (["plot", tmp_path / "none", "--kind", "map"], ["resilience", CASES / "line.yaml"]):
        done = landbridge(*words, "--out", tmp_path / name)
        assert done.returncode == 2
        said = " ".join(done.stderr.decode().split())
        assert "pictures are written as .png, .svg, .pdf. Write " in said
        assert str((tmp_path / name).with_suffix(".png")) in said.replace(" ", "")
        assert list(tmp_path.iterdir()) == []


def test_a_picture_is_written_as_its_name_ends_whatever_the_capitals_and_a_number_is_no_ending() -> None:
    from sim.cli.outputs import stem_and_formats

    assert stem_and_formats(Path("a/map.pdf")) == (Path("a/map"), ("pdf",))
    assert stem_and_formats(Path("map.PNG")) == (Path("map"), ("png",))
    assert stem_and_formats(Path("runs/v1.2")) == (Path("runs/v1.2"), ("png", "svg"))
    assert stem_and_formats(Path("map")) == (Path("map"), ("png", "svg"))


def test_the_endings_that_are_taken_are_those_that_can_be_written() -> None:
    from sim.cli.outputs import PICTURES
    from sim.views.page import _FORMATS

    assert set(PICTURES) == set(_FORMATS)


def panels(**chosen: str) -> list[str]:
    figure = draw("queues", [FakeRun()], **chosen)
    return [ax.get_title().replace("\n", " ") for ax in figure.axes]


def test_queues_of_a_corridor_are_those_where_its_services_come_by() -> None:
    assert len(panels()) == 3
    assert panels(corridor="northern") == panels()
    figure = draw("queues", [FakeRun()], corridor="ocean")
    assert "Nothing ever waited where its services come by" in all_text(figure)
    titles = [text.get_text() for text in figure.findobj(matplotlib.text.Text)]
    assert "Freight waiting at the busiest places: Ocean" in titles
    with pytest.raises(LandbridgeError, match="no corridor 'ocaen'"):
        draw("queues", [FakeRun()], corridor="ocaen")


def test_queues_of_a_direction_leave_out_the_gates_of_the_other() -> None:
    table = levels(1)
    chosen = on_the_way(table, NETWORK, ["east"])
    assert set(table.loc[chosen, "place"]) == {"khorgos.border westbound", "east"}
    assert set(table.loc[on_the_way(table, NETWORK, ["home"]), "place"]) == set()
    assert set(table.loc[on_the_way(table, NETWORK, ["west"]), "place"]) == {"west"}


def test_choosing_among_places_leaves_the_replications_in_which_nothing_waits_there() -> None:
    table = levels(4)
    lacking = table[(table["replication"] < 2) | (table["place"] != "east")].reset_index(drop=True)
    chosen = on_the_way(lacking, NETWORK, ["east"]) & (lacking["place_kind"] == "yard").to_numpy()
    found = busiest_queues(lacking, chosen=chosen)
    assert set(found["place"]) == {"east"}
    assert set(found["replications"]) == {4}
    assert found["waiting"].mean() == pytest.approx(15)


def test_an_option_that_would_do_nothing_is_refused() -> None:
    with pytest.raises(
        LandbridgeError,
        match=r"'corridor-share' shows no single corridor; transit-cdf, .* and train-graph do",
    ):
        draw("corridor-share", [FakeRun()], corridor="northern")
    done = landbridge("compare", CASES / "line.yaml", "--force")
    assert done.returncode == 2
    assert b"add --out DIR" in done.stderr
