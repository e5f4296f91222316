"""A path may have bytes that are not UTF-8: it is read, shown and written down."""

import json
import os
import shutil
from pathlib import Path

import pytest
from programs import landbridge
from where import SMALL

from sim.results import read_run
from sim.scenario_file import check_files, load_scenario


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A folder with a name in Latin-1, and a scenario of such a name in it."""
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("this file system takes only UTF-8")
    shutil.copy(SMALL, folder / os.fsdecode(b"kl\xefin.yaml"))
    return folder


def test_a_scenario_in_such_a_path_is_read_and_its_path_is_text(odd: Path) -> None:
    loaded = load_scenario(odd / os.fsdecode(b"kl\xefin.yaml"))
    assert loaded.name == r"kl\xefin"
    json.dumps([loaded.document, loaded.files, loaded.notes], ensure_ascii=False).encode("utf-8")


def test_a_finding_in_such_a_path_is_text(odd: Path) -> None:
    bad = odd / os.fsdecode(b"b\xe4d.yaml")
    bad.write_text("schema: 1\nextends: missing.yaml\n", encoding="utf-8")
    for found in check_files([bad, odd / os.fsdecode(b"n\xf6.yaml")]):
        str(found).encode("utf-8")
        assert "\\x" in str(found)


def test_a_run_of_such_a_file_ends_well_and_its_folder_is_read(odd: Path, tmp_path: Path) -> None:
    done = landbridge(
        "run",
        odd / os.fsdecode(b"kl\xefin.yaml"),
        "--replications",
        "1",
        "--no-plots",
        "--out",
        tmp_path / "out",
    )
    assert done.returncode == 0, done.stderr
    manifest = read_run(tmp_path / "out").manifest
    assert manifest.scenario == r"kl\xefin"
    assert any(r"kl\xefin.yaml" in word for word in manifest.command)


def test_a_run_folder_of_such_a_name_is_written_and_read(odd: Path) -> None:
    out = odd / os.fsdecode(b"\xe9t\xe9")
    done = landbridge("run", SMALL, "--replications", "1", "--no-plots", "--out", out)
    assert done.returncode == 0, done.stderr
    assert len(read_run(out).consignments)
