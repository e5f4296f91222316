"""`verify` says which files of a run folder are not as the run wrote them, and still runs the scenario again."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from small_runs import tiny

from sim.cli import main
from sim.errors import RunFolderError
from sim.results import CONTENTS, changes, plain, read_run, seal


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder with all that a run writes."""
    folder = tmp_path_factory.mktemp("verify")
    words = ["run", str(tiny(folder)), "--replications", "2", "--jobs", "1", "--out", str(folder / "run")]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    return folder / "run"


@pytest.fixture
def run_folder(finished: Path, tmp_path: Path) -> Path:
    """A copy to tamper with."""
    return Path(shutil.copytree(finished, tmp_path / "run"))


def verified(folder: Path) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["verify", str(folder), "--jobs", "1"])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.output


def files_of(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_the_manifest_has_the_hash_of_every_file_of_the_folder(run_folder: Path) -> None:
    assert sorted(read_run(run_folder).manifest.contents or ()) == files_of(run_folder)
    assert len(files_of(run_folder)) > 30
    assert verified(run_folder)[0] == 0


def test_each_file_that_is_altered_missing_or_added_is_named(run_folder: Path) -> None:
    for name in [*files_of(run_folder)]:
        if name in ("manifest.json", "scenario.yaml"):
            continue
        before = (run_folder / name).read_bytes()
        (run_folder / name).write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
        assert list(changes(read_run(run_folder))) == [f"{name}: was altered"]
        (run_folder / name).unlink()
        assert list(changes(read_run(run_folder))) == [f"{name}: is missing"]
        (run_folder / name).write_bytes(before)
    (run_folder / "tables" / "more.csv").write_text("more")
    assert list(changes(read_run(run_folder))) == ["tables/more.csv: was added"]


def test_all_that_differs_is_said_and_the_scenario_is_run_again_all_the_same(run_folder: Path) -> None:
    with (run_folder / "kpis.parquet").open("a", encoding="utf-8") as file:
        file.write("one more line\n")
    (run_folder / "plots" / "map.svg").unlink()
    (run_folder / "notes.txt").write_text("mine")
    code, said = verified(run_folder)
    assert code == 1
    lines = said.splitlines()
    assert lines[:3] == [
        f"{run_folder}: kpis.parquet: was altered",
        f"{run_folder}: notes.txt: was added",
        f"{run_folder}: plots/map.svg: is missing",
    ]
    assert lines[-1].startswith(
        f"{run_folder}: 3 files not as the run wrote them. The scenario still gives the same digests (2 rep"
    )


def test_an_altered_manifest_is_named(run_folder: Path) -> None:
    entries = json.loads((run_folder / "manifest.json").read_text())
    (run_folder / "manifest.json").write_text(json.dumps(entries | {"title": "another"}))
    code, said = verified(run_folder)
    assert code == 1 and f"{run_folder}: manifest.json: was altered" in said
    assert "1 file not as the run wrote it." in said


def test_another_layout_of_the_manifest_is_the_same_manifest(run_folder: Path) -> None:
    entries = json.loads((run_folder / "manifest.json").read_text())
    (run_folder / "manifest.json").write_text(json.dumps(entries))
    assert verified(run_folder)[0] == 0


def test_a_folder_without_hashes_is_compared_by_its_digests_and_that_is_said(run_folder: Path) -> None:
    entries = json.loads((run_folder / "manifest.json").read_text())
    del entries[CONTENTS]
    (run_folder / "manifest.json").write_text(json.dumps(entries))
    (run_folder / "kpis.parquet").unlink()
    code, said = verified(run_folder)
    assert code == 0 and ": same (2 replications" in said
    assert "only the digests were compared: an older version wrote the folder" in said


def test_a_folder_is_sealed_again_as_it_was(run_folder: Path) -> None:
    before = (run_folder / "manifest.json").read_bytes()
    seal(run_folder)
    assert (run_folder / "manifest.json").read_bytes() == before


def test_an_engine_that_there_is_not_is_said_and_nothing_of_that_name_is_imported(run_folder: Path) -> None:
    entries = json.loads((run_folder / "manifest.json").read_text())
    (run_folder / "manifest.json").write_text(json.dumps(entries | {"engine": "../../evil"}))
    code, said = verified(run_folder)
    assert code == 1
    assert "manifest.json: engine: expected one of fast, reference, found '../../evil'" in said


def test_what_a_run_writes_into_its_documents_is_all_declared_and_read_as_it_was_written(
    run_folder: Path,
) -> None:
    run = read_run(run_folder)
    for name, record in (("manifest.json", run.manifest), ("network.json", run.network)):
        written = json.loads((run_folder / name).read_text())
        assert record.as_written() == written
        assert set(written) <= {field.alias or key for key, field in type(record).model_fields.items()}


@pytest.mark.parametrize(
    "name", ["../run/manifest.json", "tables/../kpis.parquet", "/etc/passwd", "tables", "."]
)
def test_only_plain_files_below_the_folder_are_opened(run_folder: Path, name: str) -> None:
    with pytest.raises(RunFolderError, match="plain"):
        plain(run_folder, name)
