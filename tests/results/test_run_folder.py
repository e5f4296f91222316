"""Run folders: whole or not at all, read back as written, the same bytes for the same run."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from told_by_hand import legend_for, story

from sim.errors import RunFolderError
from sim.results import TABLES, Tables, gather, read_run, tabulate, unfinished_run, write_json, write_tables


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("none", 'found no such folder. Write one with "landbridge run FILE --out'),
        ("mine.yaml", 'found a file. Run it first: "landbridge run'),
        ("runs/one/manifest.json", "found a file of one. Name the folder:"),
        ("runs", "found a folder with one, two in it. Name one of them:"),
        ("empty", 'found no manifest.json in it. Write one with "landbridge run FILE --out DIR".'),
    ],
)
def test_what_is_no_run_folder_is_told_apart(tmp_path: Path, given: str, words: str) -> None:
    for name in ("runs/one", "runs/two", "empty"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("mine.yaml", "runs/one/manifest.json", "runs/two/manifest.json"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(RunFolderError, match="expected a run folder") as error:
        read_run(tmp_path / given)
    assert words in str(error.value)


def tables_of(replication: int, name: str = "story") -> Tables:
    from dataclasses import replace

    plan, log = story()
    plan = replace(plan, replication=replication)
    return tabulate(plan, log, legend_for(plan, scenario=name))


MANIFEST_OF_A_STORY = {
    "scenario": "story",
    "period": {"start": "2025-01-01T00:00:00+00:00", "length_s": 86_400, "warm_up_s": 0, "cool_down_s": 0},
}


def write_run(folder: Path, replications: tuple[int, ...] = (0, 1, 2)) -> None:
    for r in replications:
        write_tables(tables_of(r), folder / "parts", r)
    gather(folder / "parts", folder / "tables")
    write_json(folder / "manifest.json", MANIFEST_OF_A_STORY)


@contextmanager
def new_run_folder(out: Path, force: bool = False) -> Iterator[Path]:
    """Where a run writes what becomes `out`; nothing is recorded as done."""
    with unfinished_run(out, {"seed": 1}, 3, force=force) as run:
        run.result.mkdir()
        yield run.result


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


# --- atomic ----------------------------------------------------------------------------------------------------------


def test_a_run_folder_appears_whole_under_its_name(tmp_path: Path) -> None:
    with new_run_folder(tmp_path / "runs" / "one") as work:
        (work / "a.txt").write_text("a")
        assert not (tmp_path / "runs" / "one").exists()
        assert work.parent == tmp_path / "runs" / "one.part"
    assert everything(tmp_path) == ["runs", "runs/one", "runs/one/a.txt"]


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt, SystemExit])
def test_nothing_stays_when_the_run_fails_or_is_interrupted(
    tmp_path: Path, fault: type[BaseException]
) -> None:
    with pytest.raises(fault), new_run_folder(tmp_path / "new" / "runs" / "one") as work:
        (work / "tables").mkdir()
        (work / "tables" / "half.csv").write_text("half")
        raise fault
    assert everything(tmp_path) == []


def test_a_failed_run_leaves_the_old_one_as_it_was(tmp_path: Path) -> None:
    write_run(tmp_path / "one", (0,))
    before = everything(tmp_path)
    with pytest.raises(ValueError, match="no"), new_run_folder(tmp_path / "one", force=True):
        raise ValueError("no")
    assert everything(tmp_path) == before


def test_an_existing_folder_is_refused_without_force(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "manifest.json").write_text("{}")
    with (
        pytest.raises(RunFolderError, match=r"exists already\. Use another --out, or --force"),
        new_run_folder(tmp_path / "one"),
    ):
        pass
    with new_run_folder(tmp_path / "one", force=True) as work:
        (work / "new.txt").write_text("new")
    assert everything(tmp_path) == ["one", "one/new.txt"]


def test_an_empty_folder_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    with new_run_folder(tmp_path / "one") as work:
        (work / "new.txt").write_text("new")
    assert everything(tmp_path) == ["one", "one/new.txt"]


def test_force_replaces_run_folders_only(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "thesis.txt").write_text("ten years")
    (tmp_path / "file").write_text("a file")
    for name, words in (("precious", "is not a run folder"), ("file", "a file is in the way")):
        with pytest.raises(RunFolderError, match=words), new_run_folder(tmp_path / name, force=True):
            pass
    with pytest.raises(RunFolderError, match="cannot write"), new_run_folder(tmp_path / "file" / "one"):
        pass
    assert everything(tmp_path) == ["file", "precious", "precious/thesis.txt"]


def test_a_folder_that_appears_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="exists already"), new_run_folder(tmp_path / "one"):
        (tmp_path / "one").mkdir()
        (tmp_path / "one" / "other.txt").write_text("other")
    assert everything(tmp_path) == ["one", "one/other.txt"]


WRITER = """
import sys, time
from pathlib import Path
from sim.errors import RunFolderError
from sim.results import unfinished_run
try:
    with unfinished_run(Path(sys.argv[1]), {}, 1) as run:
        run.result.mkdir()
        (run.result / "who.txt").write_text(sys.argv[2])
        print("writing", flush=True)
        sys.stdin.readline()
except RunFolderError as error:
    print(error, flush=True)
"""


def test_of_two_processes_that_write_the_same_folder_one_refuses(tmp_path: Path) -> None:
    out = tmp_path / "one"
    command = [sys.executable, "-c", WRITER, str(out)]
    with subprocess.Popen(
        [*command, "first"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdin is not None
        assert first.stdout is not None
        assert first.stdout.readline() == "writing\n"
        second = subprocess.run([*command, "second"], input="\n", capture_output=True, text=True, check=True)
        assert "another run is writing it" in second.stdout
        first.stdin.write("\n")
        first.stdin.flush()
        assert first.wait() == 0
    assert everything(tmp_path) == ["one", "one/who.txt"]
    assert (out / "who.txt").read_text() == "first"


# --- tables in files -------------------------------------------------------------------------------------------------


def test_gathered_tables_read_back_as_they_were_in_order_of_replication(tmp_path: Path) -> None:
    write_run(tmp_path, (2, 0, 1))
    run = read_run(tmp_path)
    assert run.manifest.scenario == "story"
    for name, columns in TABLES.items():
        expected = pd.concat([getattr(tables_of(r), name) for r in range(3)], ignore_index=True)
        found = run.table(name)
        assert list(found) == [column.name for column in columns]
        pd.testing.assert_frame_equal(found.astype(object), expected.astype(object))
    assert list(run.consignments["transit_s"][:2]) == [3_850, 8_490]
    assert len(run.trips) == len(run.visits.query("place == 'first'")) == 9
    assert run.levels["teu"].max() == 4


def test_the_same_parts_give_the_same_bytes(tmp_path: Path) -> None:
    for name, order in (("a", (0, 1, 2)), ("b", (1, 2, 0))):
        write_run(tmp_path / name, order)
    for file in (f"{name}.parquet" for name in TABLES):
        assert (tmp_path / "a" / "tables" / file).read_bytes() == (
            tmp_path / "b" / "tables" / file
        ).read_bytes()


def test_some_columns_only(tmp_path: Path) -> None:
    write_run(tmp_path, (0,))
    assert list(read_run(tmp_path).table("trips", ["trip", "fill"])) == ["trip", "fill"]


def test_json_is_the_same_for_the_same_content(tmp_path: Path) -> None:
    write_json(tmp_path / "m.json", {"b": [1, 2], "a": "Małaszewicze"})
    assert (tmp_path / "m.json").read_text(
        encoding="utf-8"
    ) == '{\n  "a": "Małaszewicze",\n  "b": [\n    1,\n    2\n  ]\n}\n'


# --- errors ----------------------------------------------------------------------------------------------------------


def test_what_is_no_run_folder_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="found no such folder"):
        read_run(tmp_path / "none")
    with pytest.raises(RunFolderError, match=r"found no manifest\.json in it"):
        read_run(tmp_path)
    for text, words in (
        ("{", "cannot be read"),
        ("[]", "expected an object, found list"),
        ("\xff", "cannot be read"),
    ):
        (tmp_path / "manifest.json").write_bytes(text.encode("latin-1"))
        with pytest.raises(RunFolderError, match=words):
            read_run(tmp_path)


def test_a_wrong_name_a_missing_and_a_damaged_table_are_said_so(tmp_path: Path) -> None:
    write_run(tmp_path, (0,))
    run = read_run(tmp_path)
    with pytest.raises(RunFolderError, match=r'no table "trip"\. Did you mean "trips"\?'):
        run.table("trip")
    with pytest.raises(RunFolderError, match='no column of trips "transit"'):
        run.table("trips", ["transit"])
    with pytest.raises(RunFolderError, match=r"kpis\.parquet: is missing"):
        run.kpis()
    (tmp_path / "values.parquet").write_bytes(b"not parquet at all")
    with pytest.raises(RunFolderError, match="cannot be read"):
        run.values()


def test_nothing_to_gather_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="found none"):
        gather(tmp_path, tmp_path / "tables")
