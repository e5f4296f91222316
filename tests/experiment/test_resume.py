"""Long runs: what an interrupted run keeps, and that it ends as if nothing had happened."""

import errno
import inspect
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from small_runs import case_of, command, contents, digests, run_words, tiny

import sim
from sim.cli.progress import progress_of
from sim.cli.run import run as run_command
from sim.errors import RunFolderError
from sim.experiment import Case, Workers, run_cases, run_to_folder
from sim.experiment.folders import KEPT
from sim.results import TABLES, Record, part_of, read_run, unfinished_run, write_parts
from sim.stats.intervals import LEAST_REPLICATIONS

IDENTITY = {"seed": 7, "engine": "fast"}


def stop_after(n: int, fault: BaseException) -> object:
    def progress(done: int, total: int) -> None:
        if done == n:
            raise fault

    return progress


def interrupted(case: Case, out: Path, after: int, fault: BaseException | None = None) -> str:
    """Run, and be interrupted after so many replications; what is said of it."""
    fault = fault or KeyboardInterrupt()
    with pytest.raises(type(fault)) as stopped:
        run_to_folder([case], [out], progress=stop_after(after, fault))  # type: ignore[arg-type]
    return "\n".join(getattr(stopped.value, "__notes__", []))


# --- interrupted and resumed -----------------------------------------------------------------------------------------


def test_an_interrupted_run_goes_on_and_ends_as_if_nothing_had_happened(tmp_path: Path) -> None:
    case = case_of(tmp_path, 4)
    run_to_folder([case], [tmp_path / "whole"])
    said = interrupted(case, tmp_path / "out", 2)
    assert said == (
        f"2 of 4 replications are kept in {tmp_path / 'out.part'}. The same command with --resume goes on."
    )
    assert not (tmp_path / "out").exists()
    counted: list[tuple[int, int]] = []
    run_to_folder([case], [tmp_path / "out"], resume=True, progress=lambda *one: counted.append(one))
    assert counted == [(2, 4), (3, 4), (4, 4)]
    assert digests(tmp_path / "out") == digests(tmp_path / "whole")
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")
    assert not (tmp_path / "out.part").exists()


def test_with_and_without_a_folder_the_outcome_is_the_same(tmp_path: Path) -> None:
    case = case_of(tmp_path, 2)
    (with_folder,), (without,) = (
        run_to_folder([case], [tmp_path / "out"], by="chain"),
        run_cases([case], by="chain"),
    )
    assert (with_folder.plan_digest, with_folder.log_digest) == (without.plan_digest, without.log_digest)
    pd.testing.assert_frame_equal(with_folder.values, without.values)
    run = read_run(tmp_path / "out")
    pd.testing.assert_frame_equal(run.values(), without.values)
    assert len(run.policy_values()) == len(without.policies)


def test_tables_are_of_the_first_replications_and_measures_of_all(tmp_path: Path) -> None:
    case = case_of(tmp_path, 3)
    (all_of_it,) = run_to_folder([case], [tmp_path / "all"], tables=None)
    (some,) = run_to_folder([case], [tmp_path / "some"], tables=2)
    assert (some.plan_digest, some.log_digest) == (all_of_it.plan_digest, all_of_it.log_digest)
    pd.testing.assert_frame_equal(some.values, all_of_it.values)
    pd.testing.assert_frame_equal(some.policies, all_of_it.policies)
    every, kept = read_run(tmp_path / "all"), read_run(tmp_path / "some")
    assert (every.manifest.tables, kept.manifest.tables) == (3, 2)
    pd.testing.assert_frame_equal(kept.kpis(), every.kpis())
    for name in TABLES:
        whole = every.table(name)
        first = whole[whole["replication"] < 2].reset_index(drop=True)
        pd.testing.assert_frame_equal(kept.table(name), first, check_categorical=False)
    assert every.consignments["replication"].max() == 2


def test_the_command_and_python_keep_as_many_tables() -> None:
    (option,) = [one for one in run_command.params if one.name == "tables"]
    assert option.default == inspect.signature(sim.run_to_folder).parameters["tables"].default == KEPT
    assert KEPT == LEAST_REPLICATIONS, "pictures have intervals with as few"


def test_an_interrupted_run_goes_on_with_as_many_tables_only(tmp_path: Path) -> None:
    case = case_of(tmp_path, 4)
    with pytest.raises(KeyboardInterrupt):
        run_to_folder([case], [tmp_path / "out"], tables=1, progress=stop_after(2, KeyboardInterrupt()))  # type: ignore[arg-type]
    with pytest.raises(RunFolderError, match="tables: 1 there, 4 here"):
        run_to_folder([case], [tmp_path / "out"], resume=True)
    run_to_folder([case], [tmp_path / "out"], resume=True, tables=1)
    run_to_folder([case], [tmp_path / "whole"], tables=1)
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_where_no_replication_is_done_nothing_stays(tmp_path: Path) -> None:
    case = case_of(tmp_path, 2)
    assert interrupted(case, tmp_path / "runs" / "out", 0) == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tiny.yaml"]


def test_an_unfinished_run_is_not_overwritten_by_mistake(tmp_path: Path) -> None:
    case = case_of(tmp_path, 3)
    interrupted(case, tmp_path / "out", 1)
    with pytest.raises(
        RunFolderError,
        match=r"out\.part: an unfinished run is there, with 1 replications done\. Add --resume",
    ):
        run_to_folder([case], [tmp_path / "out"])
    run_to_folder([case], [tmp_path / "out"], force=True)
    assert digests(tmp_path / "out")[1] == run_cases([case])[0].log_digest


def test_another_run_is_not_resumed_and_what_differs_is_said(tmp_path: Path) -> None:
    interrupted(case_of(tmp_path, 3), tmp_path / "out", 1)
    other = case_of(tmp_path, 5, seed=8)
    with pytest.raises(RunFolderError, match="of another run") as error:
        run_to_folder(
            [other], [tmp_path / "out"], resume=True, workers=Workers(engine="reference"), by="chain"
        )
    lines = [line.split(":")[0].strip() for line in str(error.value).splitlines()[1:-1]]
    assert lines == ["scenario_digest", "seed", "replications", "tables", "engine", "breakdown"]
    assert "  seed: 7 there, 8 here" in str(error.value)
    assert part_of(tmp_path / "out").exists()


def test_of_several_scenarios_those_that_have_their_names_are_not_run_again(tmp_path: Path) -> None:
    first, second = case_of(tmp_path, 2), Case("second", case_of(tmp_path, 2, seed=9).scenario)
    folders = [tmp_path / "a", tmp_path / "b"]
    wanted = run_to_folder([first, second], folders)
    before = (tmp_path / "b" / "manifest.json").read_bytes()
    for path in sorted((tmp_path / "a").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    counted: list[tuple[int, int]] = []
    found = run_to_folder([first, second], folders, resume=True, progress=lambda *one: counted.append(one))
    assert counted == [(0, 2), (1, 2), (2, 2)]
    assert [one.log_digest for one in found] == [one.log_digest for one in wanted]
    assert (tmp_path / "b" / "manifest.json").read_bytes() == before
    pd.testing.assert_frame_equal(found[1].values, wanted[1].values)


# --- the journal -----------------------------------------------------------------------------------------------------


def noted(out: Path, replications: int = 3) -> Path:
    """An unfinished run with records of three replications of one part file each; its journal."""
    with pytest.raises(KeyboardInterrupt), unfinished_run(out, IDENTITY, 5) as run:
        for r in range(replications):
            run.record(Record(r, f"plan{r}", f"log{r}", write_parts(run.parts, [(f"part-{r}", b"x" * 10)])))
        raise KeyboardInterrupt
    return part_of(out) / "journal.jsonl"


def done_in(out: Path) -> list[int]:
    """What a resumed run takes over; it is interrupted again."""
    found: list[int] = []
    with pytest.raises(KeyboardInterrupt), unfinished_run(out, IDENTITY, 5, resume=True) as run:
        found = sorted(run.done)
        raise KeyboardInterrupt
    return found


def test_records_are_taken_over(tmp_path: Path) -> None:
    noted(tmp_path / "out")
    assert done_in(tmp_path / "out") == done_in(tmp_path / "out") == [0, 1, 2]


@pytest.mark.parametrize("cut", [1, 2, 20, 60])
def test_a_half_written_last_record_is_dropped(tmp_path: Path, cut: int) -> None:
    journal = noted(tmp_path / "out")
    journal.write_bytes(journal.read_bytes()[:-cut])
    assert done_in(tmp_path / "out") == [0, 1]
    assert journal.read_bytes().endswith(b"}\n")


def test_a_damaged_record_is_dropped(tmp_path: Path) -> None:
    journal = noted(tmp_path / "out")
    journal.write_bytes(journal.read_bytes().replace(b"log1", b"lag1"))
    assert done_in(tmp_path / "out") == [0, 2]


def test_a_record_without_its_whole_part_files_is_dropped(tmp_path: Path) -> None:
    parts = noted(tmp_path / "out").parent / "parts"
    (parts / "part-0").unlink()
    (parts / "part-2").write_bytes(b"x" * 9)
    assert done_in(tmp_path / "out") == [1]


def test_a_damaged_first_line_is_said_so(tmp_path: Path) -> None:
    journal = noted(tmp_path / "out")
    journal.write_bytes(b"x" + journal.read_bytes())
    with (
        pytest.raises(RunFolderError, match=r"first line is damaged\. Use --force"),
        unfinished_run(tmp_path / "out", IDENTITY, 5, resume=True),
    ):
        pass


def test_a_folder_of_that_name_that_is_no_unfinished_run_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out.part").mkdir()
    (tmp_path / "out.part" / "thesis.txt").write_text("ten years")
    for force in (False, True):
        with (
            pytest.raises(RunFolderError, match=r"out\.part: is in the way"),
            unfinished_run(tmp_path / "out", IDENTITY, 5, force=force),
        ):
            pass
    assert [path.name for path in (tmp_path / "out.part").iterdir()] == ["thesis.txt"]


# --- the disk is full ------------------------------------------------------------------------------------------------


def test_a_full_disk_is_said_so_and_the_run_can_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_of(tmp_path, 3)
    run_to_folder([case], [tmp_path / "whole"])
    fsync = os.fsync

    def full(handle: int) -> None:
        if "trips-000001" in str(Path(f"/proc/self/fd/{handle}").resolve()):
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RunFolderError, match=r"out: No space left on device\. Free some space\.") as error:
        run_to_folder([case], [tmp_path / "out"])
    assert "1 of 3 replications are kept" in error.value.__notes__[0]
    assert not list((tmp_path / "out.part" / "parts").glob(".*"))
    monkeypatch.setattr(os, "fsync", fsync)
    run_to_folder([case], [tmp_path / "out"], resume=True)
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


# --- the command line ------------------------------------------------------------------------------------------------


def test_ctrl_c_says_how_to_go_on(tmp_path: Path) -> None:
    # So many that it cannot be done before it hears of the interruption.
    file, out = tiny(tmp_path), tmp_path / "out"
    journal = tmp_path / "out.part" / "journal.jsonl"
    with subprocess.Popen(
        run_words(file, out, 5_000),
        stderr=subprocess.PIPE,
        text=True,
        # What starts the tests in the background makes them, and what they start, deaf to Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as running:
        while not journal.exists() or journal.read_bytes().count(b"\n") < 3:
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "landbridge: interrupted." in said and "--resume goes on" in said and "Traceback" not in said
    second = subprocess.run(run_words(file, out, 5_000), capture_output=True, text=True, timeout=60)
    assert second.returncode == 1 and "Add --resume to go on with it" in second.stderr


def test_killed_five_times_at_random_it_ends_in_the_same_bytes(tmp_path: Path) -> None:
    file, n, chance = tiny(tmp_path), 120, random.Random(20250901)
    subprocess.run(run_words(file, tmp_path / "whole", n), check=True, capture_output=True, timeout=120)
    out, journal, killed, seen = tmp_path / "out", tmp_path / "out.part" / "journal.jsonl", 0, []
    while killed < 5:
        words = [*run_words(file, out, n, jobs=1 + killed % 2), "--resume"]
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
            before = journal.read_bytes().count(b"\n") if journal.exists() else 0
            while running.poll() is None and (
                not journal.exists() or journal.read_bytes().count(b"\n") <= before
            ):
                time.sleep(0.005)
            time.sleep(chance.uniform(0, 0.15))
            running.kill()
        assert running.returncode == -9, "it ended before it could be killed: more replications"
        killed += 1
        seen.append(journal.read_bytes().count(b"\n"))
    assert seen == sorted(seen) and seen[-1] < n
    last = subprocess.run([*words, "--jobs", "1"], capture_output=True, text=True, timeout=120)
    assert last.returncode == 0, last.stderr
    assert digests(out) == digests(tmp_path / "whole")
    assert contents(out) == contents(tmp_path / "whole")
    assert not (tmp_path / "out.part").exists()


def test_resume_needs_the_folder_and_says_when_there_is_nothing_to_resume(tmp_path: Path) -> None:
    file = tiny(tmp_path)
    found = subprocess.run(command("compare", file, "--resume"), capture_output=True, text=True, timeout=60)
    assert (
        found.returncode == 2
        and "--resume goes on with the run in DIR.part (add the --out DIR" in found.stderr
    )
    words = [*run_words(file, tmp_path / "out", 1), "--resume"]
    found = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert found.returncode == 0 and "nothing to resume; beginning at the first" in found.stderr


def test_progress_counts_only_what_is_new_for_its_rate(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([100.0, 130.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    with progress_of("running") as progress:
        progress(90, 100)
        progress(95, 100)
    assert capsys.readouterr().err.splitlines() == [
        "running: 90 of 100 replications were done before",
        "running: 95 of 100 replications, 10/min, 30 s, about 30 s left",
    ]


# --- memory ----------------------------------------------------------------------------------------------------------

PEAK = """
import resource, sys
from pathlib import Path
from sim.experiment import Case, run_to_folder
from sim.scenario_file import load_scenario
from sim.stats.intervals import LEAST_REPLICATIONS
n = int(sys.argv[2])
loaded = load_scenario(Path(sys.argv[1]), sets=[f"replications={n}", "period.length=360 d"])
run_to_folder([Case("tiny", loaded.scenario)], [Path(sys.argv[3])])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_memory_does_not_grow_with_replications(tmp_path: Path) -> None:
    file, peak_mib = tiny(tmp_path), {}
    for n in (4, 40):
        words = [sys.executable, "-c", PEAK, str(file), str(n), str(tmp_path / str(n))]
        peak_mib[n] = int(
            subprocess.run(words, check=True, capture_output=True, text=True, timeout=200).stdout
        )
    # Tables of 36 replications more are some 60 MiB; an allocator's whims are not.
    assert peak_mib[40] - peak_mib[4] < 25, peak_mib


def test_without_a_folder_no_more_tables_are_made_than_measures_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("visits and levels are not needed")

    monkeypatch.setattr("sim.results.tables.visits_table", never)
    monkeypatch.setattr("sim.results.tables.levels_table", never)
    case = case_of(tmp_path, 1)
    assert len(run_cases([case])[0].values)
    with pytest.raises(AssertionError, match="not needed"):
        run_to_folder([case], [tmp_path / "out"])
