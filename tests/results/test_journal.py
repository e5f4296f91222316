"""What is done of a run is in its journal, line by line: a line that is damaged or half there is a replication to be run again."""

import json
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import RunFolderError
from sim.results import Record, UnfinishedRun, part_of, remove_leftover, unfinished_run, write_parts

IDENTITY = {"scenario": "line", "seed": 7, "breakdown": None}
N = 4


class Stopped(Exception):
    """A run that ends before its time."""


def content(replication: int) -> bytes:
    return f"what replication {replication} measured".encode()


def record(run: UnfinishedRun, replication: int) -> Record:
    """Put a part file there, and note that its replication is done."""
    checks = write_parts(run.parts, [(f"measures-{replication:06d}.parquet", content(replication))])
    made = Record(replication, f"plan {replication}", f"log {replication}", checks)
    run.record(made)
    return made


def stopped_after(out: Path, replications: list[int]) -> list[Record]:
    """A run that ended when these replications were done."""
    made: list[Record] = []
    with pytest.raises(Stopped), unfinished_run(out, IDENTITY, N) as run:
        made += [record(run, r) for r in replications]
        raise Stopped
    return made


def journal(out: Path) -> Path:
    return part_of(out) / "journal.jsonl"


def taken_over(out: Path, replications: int = N) -> dict[int, Record]:
    """What a run that goes on takes for done; it ends again at once."""
    found: dict[int, Record] = {}
    with pytest.raises(Stopped), unfinished_run(out, IDENTITY, replications, resume=True) as run:
        found |= run.done
        raise Stopped
    return found


def line(entry: object) -> bytes:
    text = json.dumps(entry, sort_keys=True, ensure_ascii=False).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def test_what_was_done_is_taken_over_with_its_digests_and_checks(tmp_path: Path) -> None:
    made = stopped_after(tmp_path / "run", [2, 0])
    assert taken_over(tmp_path / "run") == {one.replication: one for one in made}
    assert made[0].files == {"measures-000002.parquet": (len(content(2)), zlib.crc32(content(2)))}


def test_a_run_of_which_nothing_is_done_leaves_nothing(tmp_path: Path) -> None:
    stopped_after(tmp_path / "below" / "run", [])
    assert list(tmp_path.iterdir()) == []


def test_an_error_says_how_much_is_kept_and_how_it_goes_on(tmp_path: Path) -> None:
    with pytest.raises(Stopped) as error, unfinished_run(tmp_path / "run", IDENTITY, N) as run:
        record(run, 1)
        raise Stopped
    assert error.value.__notes__ == [
        f"1 of 4 replications are kept in {tmp_path / 'run.part'}. The same command with --resume goes on."
    ]


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_a_journal_that_is_cut_anywhere_keeps_the_replications_whose_lines_are_whole(cut: int) -> None:
    with TemporaryDirectory() as name:
        out = Path(name) / "run"
        stopped_after(out, [0, 1, 2])
        whole = journal(out).read_bytes()
        first = whole.index(b"\n") + 1
        cut = first + cut % (len(whole) - first + 1)
        journal(out).write_bytes(whole[:cut])
        # The identity is the first line.
        assert sorted(taken_over(out)) == list(range(whole[:cut].count(b"\n") - 1))


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_byte_that_is_turned_loses_at_most_the_line_that_it_is_in(at: int, turn: int) -> None:
    with TemporaryDirectory() as name:
        out = Path(name) / "run"
        stopped_after(out, [0, 1, 2])
        whole = bytearray(journal(out).read_bytes())
        first = whole.index(b"\n") + 1
        at = first + at % (len(whole) - first)
        hit = whole[:at].count(b"\n") - 1
        was_an_end = whole[at] == 10
        whole[at] ^= turn
        journal(out).write_bytes(whole)
        lost = {hit, hit + 1} if was_an_end else {hit}
        assert {0, 1, 2} - lost <= set(taken_over(out)) <= {0, 1, 2} - {hit}


def test_a_part_file_that_is_missing_or_altered_is_a_replication_to_be_run_again(tmp_path: Path) -> None:
    out = tmp_path / "run"
    stopped_after(out, [0, 1, 2])
    parts = part_of(out) / "parts"
    (parts / "measures-000000.parquet").unlink()
    (parts / "measures-000001.parquet").write_bytes(content(0))
    assert sorted(taken_over(out)) == [2]
    # What belongs to no replication that is done is taken away.
    assert [path.name for path in parts.iterdir()] == ["measures-000002.parquet"]


def test_replications_that_are_not_asked_for_any_more_are_left_out(tmp_path: Path) -> None:
    stopped_after(tmp_path / "run", [0, 1, 3])
    assert sorted(taken_over(tmp_path / "run", replications=2)) == [0, 1]


@pytest.mark.parametrize(
    "entry",
    [
        ["a list"], "a text", {}, {"replication": 3},
        {"replication": "3", "plan_digest": "p", "log_digest": "l", "files": {}},
        {"replication": True, "plan_digest": "p", "log_digest": "l", "files": {}},
        {"replication": 3, "plan_digest": 1, "log_digest": "l", "files": {}},
        {"replication": 3, "plan_digest": "p", "log_digest": "l", "files": []},
        {"replication": 3, "plan_digest": "p", "log_digest": "l", "files": {"../../out": [1, 2]}},
        {"replication": 3, "plan_digest": "p", "log_digest": "l", "files": {".hidden": [1, 2]}},
        {"replication": 3, "plan_digest": "p", "log_digest": "l", "files": {"a": [1, 2, 3]}},
        {"replication": 3, "plan_digest": "p", "log_digest": "l", "files": {}, "more": 1},
    ],
)  # fmt: skip
def test_an_entry_that_no_run_writes_is_passed_over_also_with_its_check_sum(
    tmp_path: Path, entry: object
) -> None:
    out = tmp_path / "run"
    stopped_after(out, [0])
    with journal(out).open("ab") as file:
        file.write(line(entry))
    assert sorted(taken_over(out)) == [0]


def test_another_run_is_refused_with_all_that_differs(tmp_path: Path) -> None:
    stopped_after(tmp_path / "run", [0])
    other = {**IDENTITY, "seed": 8, "breakdown": "chain"}
    with (
        pytest.raises(RunFolderError, match="is of another run") as error,
        unfinished_run(tmp_path / "run", other, N, resume=True),
    ):
        pass
    assert "  seed: 7 there, 8 here\n  breakdown: None there, chain here\n" in str(error.value)
    assert sorted(taken_over(tmp_path / "run")) == [0]


def test_a_damaged_first_line_is_refused_and_force_begins_again(tmp_path: Path) -> None:
    out = tmp_path / "run"
    stopped_after(out, [0])
    journal(out).write_bytes(b"0" + journal(out).read_bytes()[1:].replace(b"line", b"lime"))
    with (
        pytest.raises(RunFolderError, match=r"its first line is damaged\. Use --force to begin again"),
        unfinished_run(out, IDENTITY, N, resume=True),
    ):
        pass
    with pytest.raises(Stopped), unfinished_run(out, IDENTITY, N, force=True) as run:
        assert run.done == {}
        raise Stopped


def test_an_unfinished_run_is_neither_overwritten_nor_taken_over_unasked(tmp_path: Path) -> None:
    out = tmp_path / "run"
    stopped_after(out, [0, 3])
    with (
        pytest.raises(RunFolderError, match=r"with 2 replications done\. Add --resume to go on with it"),
        unfinished_run(out, IDENTITY, N),
    ):
        pass
    assert sorted(taken_over(out)) == [0, 3]


# --- where it is -----------------------------------------------------------------------------------------------------


def test_an_unfinished_run_is_beside_what_it_will_be(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    assert part_of(tmp_path / "run") == part_of(tmp_path / "link" / "run") == tmp_path / "run.part"


def test_a_folder_without_a_name_and_a_loop_of_links_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="needs a name of its own"):
        part_of(Path("/"))
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(RunFolderError, match="leads in a loop of links"):
        part_of(tmp_path / "a")


def test_what_a_killed_run_left_beside_its_folder_is_taken_away(tmp_path: Path) -> None:
    stopped_after(tmp_path / "run", [0])
    remove_leftover(tmp_path / "run")
    assert list(tmp_path.iterdir()) == []
    remove_leftover(tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_a_leftover_that_another_run_is_at_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(Stopped), unfinished_run(tmp_path / "run", IDENTITY, N) as run:
        record(run, 0)
        with pytest.raises(RunFolderError, match="another run is writing it"):
            remove_leftover(tmp_path / "run")
        raise Stopped
    assert sorted(taken_over(tmp_path / "run")) == [0]
