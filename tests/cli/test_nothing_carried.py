"""Runs that carry nothing: every command and every picture works, and says so."""

import re
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from where import CASES

from sim.cli import main
from sim.results import read_run
from sim.stats import nothing_carried
from sim.views import PLOTS, draw, save

NONE, REFUSED = "none was released in the measured period", "was refused"
WHY = {"zerovol": NONE, "demand0": NONE, "second": NONE, "barred": REFUSED, "notopen": REFUSED}


def command(*words: str | Path) -> Result:
    done = CliRunner().invoke(main, [*map(str, words)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def fine(*words: str | Path) -> str:
    done = command(*words)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cases, and one of a period of a second, in a folder of their own."""
    there = tmp_path_factory.mktemp("nothing")
    for name in ("line", "zerovol", "demand0", "barred", "notopen"):
        (there / f"{name}.yaml").write_text((CASES / f"{name}.yaml").read_text())
    (there / "second.yaml").write_text(
        "schema: 1\ntitle: one second\nextends: line.yaml\nperiod: {length: 1 s}\n"
    )
    return there


@pytest.mark.parametrize("name", WHY)
def test_a_run_that_carries_nothing_writes_its_folder_with_all_pictures_and_says_why(
    folder: Path, name: str
) -> None:
    out = folder / "runs" / name
    said = fine("run", folder / f"{name}.yaml", "--jobs", 1, "--out", out)
    assert f"{name} carried no measured freight: " in said
    assert WHY[name] in said
    assert sorted(path.stem for path in (out / "plots").glob("*.svg")) == sorted(PLOTS)
    run = read_run(out)
    teu = run.kpis().set_index(["corridor", "direction", "measure"])["estimate"]
    assert teu["all", "all", "delivered"] == 0
    assert (teu["all", "all", "refused"] > 0) == (WHY[name] == REFUSED)
    again = fine("run", folder / f"{name}.yaml", "--jobs", 1, "--out", out, "--resume")
    assert WHY[name] in again
    assert "same" in fine("verify", out, "--jobs", 1)


@pytest.mark.parametrize("kind", PLOTS)
def test_every_kind_of_picture_is_drawn_of_nothing_alone_and_beside_a_run_that_carries_freight(
    folder: Path, kind: str, tmp_path: Path
) -> None:
    for name in ("line", "zerovol", "barred"):
        if not (folder / "drawn" / name).exists():
            fine("run", folder / f"{name}.yaml", "--jobs", 1, "--no-plots", "--out", folder / "drawn" / name)
    line, zero, barred = (read_run(folder / "drawn" / name) for name in ("line", "zerovol", "barred"))
    for runs in ([zero], [barred], [zero, barred], [line, zero], [barred, line]):
        for path in save(draw(kind, runs), tmp_path / "picture"):
            assert path.stat().st_size > 1_000
    words = " ".join(text.get_text() for text in draw(kind, [zero]).texts)
    assert re.search("[Nn]o (measured |train or vessel carried measured )?freight|[Nn]othing", words), words


@pytest.mark.parametrize("name", WHY)
def test_a_comparison_with_a_run_that_carries_nothing_gives_tables_and_verdicts(
    folder: Path, name: str
) -> None:
    for files in (("line", name), (name, "line"), (name, "zerovol")):
        said = fine("compare", *(folder / f"{one}.yaml" for one in files), "--jobs", 1)
        assert f"{name} carried no measured freight: " in said
        assert WHY[name] in said


@pytest.mark.parametrize("name", WHY)
def test_a_preview_of_what_carries_nothing_is_made(folder: Path, name: str) -> None:
    assert "Free flow" in fine("preview", folder / f"{name}.yaml")


@pytest.mark.parametrize("name", ["zerovol", "barred", "notopen", "demand0"])
def test_criticality_of_what_carries_nothing_says_that_no_closure_delays_freight(
    folder: Path, name: str
) -> None:
    said = fine("criticality", folder / f"{name}.yaml", "--jobs", 1)
    assert "No single closure of 14 days delays freight" in said


def test_a_shock_that_leaves_nothing_is_looked_at(folder: Path) -> None:
    said = fine(
        "resilience", folder / "demand0.yaml", "--jobs", 1, "--replications", 2, "--out", folder / "weeks"
    )
    assert "in both runs, so there is nothing to compare" in said
    assert (folder / "weeks.png").stat().st_size > 1_000


def test_a_shock_in_a_world_without_freight_is_looked_at(folder: Path) -> None:
    (folder / "both.yaml").write_text(
        "schema: 1\ntitle: no freight, and a shock\nextends: zerovol.yaml\n"
        "disruptions: {d: {at: {id: b}, from: 2025-02-01, lasts: 3 d, effect: closed}}\n"
    )
    said = fine("resilience", folder / "both.yaml", "--jobs", 1, "--replications", 2)
    assert "nothing to compare" in said


def test_the_page_of_headlines_says_which_scenarios_carry_nothing(folder: Path, tmp_path: Path) -> None:
    for name in ("line", "zerovol", "barred"):
        (tmp_path / f"{name}.yaml").write_text((folder / f"{name}.yaml").read_text())
    said = fine("headlines", "--scenarios", tmp_path, "--replications", 2, "--jobs", 1)
    assert f"- zerovol carried no measured freight: {NONE}." in said
    assert "| nan" not in said


def test_only_scenarios_without_any_freight_are_said_to_carry_nothing() -> None:
    rows = [
        (name, corridor, "all", "all", "all", measure, value)
        for name, corridor, delivered, under_way, refused in [
            ("late", "all", 0.0, 5.0, 0.0),
            ("none", "all", 0.0, 0.0, 0.0),
            ("shut", "all", 0.0, 0.0, 7.0),
            ("some", "all", 3.0, 0.0, 1.0),
            ("some", "cku", 0.0, 0.0, 0.0),
        ]
        for measure, value in (("delivered", delivered), ("under_way", under_way), ("refused", refused))
    ]
    columns = ["scenario", "corridor", "direction", "chain", "cargo", "measure", "estimate"]
    assert nothing_carried(pd.DataFrame(rows, columns=columns)) == [
        "none carried no measured freight: none was released in the measured period.",
        "shut carried no measured freight: all of it, 7 TEU, was refused.",
    ]
