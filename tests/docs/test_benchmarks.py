"""The benchmark measures what it says: one model on which all agree, and a page that a command writes."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from where import ROOT

from benchmarks import peers, tandem
from benchmarks.__main__ import MEASURED, main, written
from benchmarks.long import _watched, long_table
from benchmarks.scenarios import baseline
from benchmarks.timing import Table, Target, best_s
from sim.audit import check_log
from sim.contract import check_plan
from sim.engine import ENGINES, simulate

PAGE = ROOT / "docs" / "performance.md"
TRAINS, STATIONS = 300, 7
LINE = tandem.drawn_line(TRAINS, STATIONS, 1)
TOTAL_S, TIES = tandem.total_s(LINE)


def test_three_trains_at_one_server_take_what_a_hand_works_out() -> None:
    """Released at 0, 10 and 20, each handled 15 s, then 5 s of travel: 20, 25 and 30 s in the line."""
    line = tandem.Line(np.array([0, 10, 20]), np.array([1]), np.full((3, 1), 15), np.full((3, 1), 5))
    assert tandem.total_s(line) == (75, 0)
    assert peers.landbridge(line, "fast")() == 75


def test_two_servers_take_two_trains_at_once_and_trains_that_come_together_are_counted() -> None:
    line = tandem.Line(np.array([4, 4, 4]), np.array([2]), np.full((3, 1), 15), np.full((3, 1), 5))
    assert tandem.total_s(line) == (20 + 20 + 35, 2)
    # The second one comes when the first one is done.
    line = tandem.Line(np.array([4, 19]), np.array([1]), np.full((2, 1), 15), np.full((2, 1), 5))
    assert tandem.total_s(line) == (20 + 20, 1)


def test_of_a_drawn_line_no_second_is_tied_and_trains_stay_in_order() -> None:
    crowded = tandem.drawn_line(3_000, 20, 5)
    assert tandem.total_s(crowded)[1] == 0
    assert (np.diff(crowded.release_s) > 0).all()


@pytest.mark.parametrize("engine", ENGINES)
def test_the_line_is_a_plan_whose_log_keeps_every_rule(engine: str) -> None:
    plan = tandem.plan_of(LINE)
    check_plan(plan)
    log = simulate(plan, engine=engine)
    check_log(plan, log)
    assert TIES == 0
    assert tandem.told_s(log, LINE) == TOTAL_S


def test_simpy_by_hand_finds_the_same_time_in_the_line() -> None:
    assert peers.simpy_by_hand(LINE)() == TOTAL_S


@pytest.mark.skipif(shutil.which("g++") is None, reason="the C++ program needs g++")
def test_the_program_in_cpp_finds_the_same_time_in_the_line() -> None:
    took, total = peers.cpp_program(LINE, 2)
    assert total == TOTAL_S
    assert 0 < took < 1


@pytest.mark.skipif(shutil.which("g++") is None, reason="the C++ program needs g++")
def test_the_log_of_the_program_in_cpp_is_that_of_both_engines_byte_for_byte(tmp_path: Path) -> None:
    assert peers.cpp_program(LINE, 2, tmp_path / "log")[1] == TOTAL_S
    for engine in ENGINES:
        assert (tmp_path / "log").read_bytes() == simulate(tandem.plan_of(LINE), engine=engine).rows.tobytes()


@pytest.mark.parametrize("key", ["salabim", "ciw", "cimba"])
def test_an_optional_simulator_finds_the_same_or_is_said_to_be_missing(key: str) -> None:
    words = [sys.executable, "-W", "ignore", "-m", "benchmarks.peers", key, "2000", "1"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, timeout=300)
    assert done.returncode == 0, done.stderr
    total_s = tandem.total_s(tandem.drawn_line(2_000, peers.STATIONS, tandem.SEED))[0]
    assert f'"missing": "{key}"' in done.stdout or f'"total_s": {total_s}' in done.stdout


def test_a_simulator_that_is_missing_stands_in_the_table_and_leaves_its_target_unmeasured() -> None:
    found = [peers.Measured("Landbridge, fast engine", 0.5), peers.Measured("Cimba (Python)", None, "cimba")]
    found += [peers.Measured(peers.CPP, 0.2), peers.Measured(peers.CPP_TELLING, 0.25)]
    text = peers._table(LINE, found).as_markdown()
    assert "| Cimba (Python) | **NOT INSTALLED** |  |  |" in text
    assert "**Not installed here: cimba.**" in text
    assert [target.verdict for target in peers._targets(found)] == ["not measured", "met", "**missed**"]


def test_a_simulator_that_finds_another_time_stops_the_benchmark() -> None:
    with pytest.raises(RuntimeError, match="Ciw: 7 train-seconds in the line, expected 8"):
        peers._must_agree("Ciw", 7, 8)


@pytest.mark.parametrize(
    ("target", "verdict"),
    [
        (Target("a", 150.0, least=150), "met"),
        (Target("a", 149.9, least=150), "**missed**"),
        (Target("a", 2.0, most=2), "met"),
        (Target("a", 2.1, most=2), "**missed**"),
        (Target("a", None, most=2), "not measured"),
    ],
)
def test_a_target_is_met_missed_or_not_measured(target: Target, verdict: str) -> None:
    assert target.verdict == verdict


def test_the_fewest_seconds_of_all_runs_count() -> None:
    runs: list[int] = []
    took, found = best_s(lambda: runs.append(1) or len(runs), 4)  # type: ignore[func-returns-value]
    assert (len(runs), found) == (4, 4)
    assert 0 <= took < 0.1


def test_demand_of_the_measured_scenario_is_multiplied() -> None:
    once, twice = baseline(30), baseline(30, demand=2.0)
    assert once.period.length == 30 * 86_400
    assert {name: flow.volume.value for name, flow in twice.flows.items()} == {
        name: 2 * flow.volume.value for name, flow in once.flows.items()
    }


def test_a_long_run_is_timed_with_the_memory_of_all_its_processes() -> None:
    table, targets = long_table(short=True)
    measured = dict(table.rows)
    took = float(measured["time, from the shell"].removesuffix(" s"))
    assert float(measured["replications a second"]) == pytest.approx(4 * 2 / took, abs=0.1)
    if sys.platform == "linux":
        assert 100 < int(measured["peak memory of all processes"].removesuffix(" MiB")) < 4_000
    assert [target.verdict for target in targets] == ["not measured", "not measured"]


def test_a_long_run_that_fails_stops_the_benchmark() -> None:
    with pytest.raises(RuntimeError, match=r"nowhere\.yaml ended with 2: "):
        _watched([sys.executable, "-m", "sim", "run", "nowhere.yaml"])


def test_a_page_gets_its_tables_between_its_markers_and_nowhere_else() -> None:
    page = "a\n<!-- begin measured -->\nold\n<!-- end measured -->\nb\n"
    new = written(page, Table("T", ("x", "y"), [("1", "2")], ["Note."]).as_markdown())
    assert new == (
        "a\n<!-- begin measured -->\n### T\n\n| x | y |\n| --- | ---: |\n| 1 | 2 |\n\nNote.\n<!-- end measured -->\nb\n"
    )
    with pytest.raises(ValueError, match="one pair of markers"):
        written("a page without", "x")


def test_the_page_cannot_be_written_from_a_part_of_the_benchmark(capsys: pytest.CaptureFixture[str]) -> None:
    for part in (["--short"], ["--only", "start"]):
        with pytest.raises(SystemExit):
            main([*part, "--write", str(PAGE)])
        assert "leave out --short and --only" in capsys.readouterr().err


def test_the_page_says_where_and_when_it_was_measured_and_which_targets_were_missed() -> None:
    found = MEASURED.search(PAGE.read_text(encoding="utf-8"))
    assert found is not None
    assert re.match(r"Measured on \d{4}-\d\d-\d\d on \d+ cores of ", found[2])
    assert len(re.findall(r"\| (?:met|\*\*missed\*\*|not measured) \|$", found[2], re.MULTILINE)) == 12


def test_the_short_form_prints_a_part(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--short", "--only", "start"])
    told = capsys.readouterr()
    assert "| `landbridge --help` | " in told.out
    assert "\nMeasured on " in told.out
    assert "| first compilation of the engine | ≤ 16 s |  | not measured |" in told.out
    assert told.err == "measuring: start\n"
