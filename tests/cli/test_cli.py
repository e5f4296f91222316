"""The command as people type it, in processes of its own."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from programs import fine, landbridge
from where import ROOT, SHIPPED

from sim.results import read_run

SHORT = ["--set", "period.length=90 d", "--set", "period.warm_up=20 d", "--set", "period.cool_down=25 d"]
HEAVY = ("pandas", "matplotlib", "scipy", "joblib", "pyarrow", "simpy", "numpy", "rich")


def commands() -> list[str]:
    listing = fine("--help").split("Commands:")[1]
    return re.findall(r"^  ([a-z]+)", listing, re.MULTILINE)


def test_python_m_sim_is_the_same_command() -> None:
    assert fine("--version") == fine("--version", module=True)
    assert "Python" in fine("--version") and "engine" in fine("--version")


@pytest.mark.parametrize(
    "command",
    [
        *("check", "schema", "sources", "run", "compare", "plot", "preview", "network", "init", "verify"),
        *("resilience", "criticality"),
    ],
)
def test_every_help_ends_in_an_example(command: str) -> None:
    assert "Example:" in fine(command, "--help")
    assert command in commands()


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["check", "scenarios/baseline.yaml"],
        ["schema"],
        ["preview", "scenarios/baseline.yaml"],
        ["network"],
    ],
    ids=lambda w: w[0],
)
def test_light_commands_load_nothing_heavy(words: list[str]) -> None:
    program = f"import sys; sys.argv[1:] = {words!r}\nfrom sim.cli import main\ntry: main()\nexcept SystemExit: pass\n"
    program += f"print('LOADED', [name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.rstrip().endswith("LOADED []"), done.stdout[-200:] + done.stderr


@pytest.mark.parametrize(
    ("words", "limit_s"),
    [(["--help"], 0.3), (["check", "scenarios/cku-open.yaml"], 1.5)],
    ids=lambda w: str(w),
)
def test_light_commands_start_fast(words: list[str], limit_s: float) -> None:
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        fine(*words)
        times.append(time.perf_counter() - begun)
    # The best of five: other tests share the machine.
    assert min(times) < limit_s


def test_every_shipped_scenario_checks_fine_on_both_bases() -> None:
    assert len(SHIPPED) >= 5
    assert fine("check", *SHIPPED).count(": fine (") == len(SHIPPED)
    both = ["--on", "scenarios/baseline.yaml", "--on", "scenarios/cku-open.yaml"]
    assert "brest-closure@cku-open: fine" in fine("check", "scenarios/brest-closure.yaml", *both)
    assert "baseline: fine" in fine("check", "scenarios/baseline.yaml", "--on", "scenarios/cku-open.yaml")


def test_schema_is_json_schema_for_editors() -> None:
    schema = json.loads(fine("schema"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert {"extends", "set", "policies", "disruptions"} <= set(schema["properties"])


def test_sources_lists_every_figure_with_range_grade_and_source() -> None:
    rows = json.loads(fine("sources", "--json"))
    assert len(rows) > 400
    lacking = [
        row["path"]
        for row in rows
        if not (row["range"] and row["grade"] in "ABCE" and len(row["source"]) >= 8)
    ]
    assert lacking == []
    assert all(row["grade"] == "A" for row in json.loads(fine("sources", "--json", "--grade", "A")))


def test_sources_of_a_scenario_say_what_it_set() -> None:
    text = fine("sources", "scenarios/cku-open.yaml")
    assert "openings.cku-railway = 2024-01-01" in text


def test_a_wrong_scenario_ends_with_findings_and_writes_nothing(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("schema: 1\ntitle: x\nperiod: {start: 2025-01-01, length: 30}\npolices: {}\n")
    done = landbridge("run", wrong, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert (
        f'{wrong}:3: period.length: expected a duration with a unit, got 30. Write "30 d".' in done.stderr
        or ":3: period.length" in done.stderr
    )
    assert ":4: " in done.stderr and "policies" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert list(tmp_path.iterdir()) == [wrong]


def test_with_json_a_failure_is_one_document_too(tmp_path: Path) -> None:
    done = landbridge("compare", tmp_path / "nothing.yaml", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["findings"][0]["file"].endswith("nothing.yaml")


def test_wrong_use_ends_with_two() -> None:
    assert landbridge("run").returncode == 2
    assert landbridge("plot", "runs/none", "--kind", "pie").returncode == 2
    assert landbridge("run", "scenarios/baseline.yaml", "--set", "seed").returncode == 2
    assert "Traceback" not in landbridge("run", "scenarios/baseline.yaml", "--set", "seed").stderr


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "closure"
    text = fine(
        "run",
        "scenarios/brest-closure.yaml",
        *SHORT,
        "--set",
        "period.start=2025-07-20",
        "--replications",
        "2",
        "--out",
        out,
    )
    assert "northern" in text and "written:" in text
    return out


def test_a_run_folder_holds_everything(run_folder: Path) -> None:
    names = {str(path.relative_to(run_folder)) for path in run_folder.rglob("*") if path.is_file()}
    tables = {f"tables/{name}.parquet" for name in ("consignments", "trips", "visits", "levels", "policies")}
    plots = {
        f"plots/{kind}.{end}"
        for kind in (
            *("transit-cdf", "transit-box", "where-time-went", "queues"),
            *("map", "time-distance", "corridor-share", "train-graph"),
        )
        for end in ("png", "svg")
    }
    assert {
        "manifest.json",
        "network.json",
        "scenario.yaml",
        "kpis.parquet",
        "policies.parquet",
    } | tables | plots <= names
    assert {name.rpartition(".")[2] for name in names} == {"json", "yaml", "parquet", "png", "svg"}
    manifest = json.loads((run_folder / "manifest.json").read_text())
    assert manifest["replications"] == 2
    assert re.fullmatch("[0-9a-f]{64}", manifest["plan_digest"]) and re.fullmatch(
        "[0-9a-f]{64}", manifest["log_digest"]
    )
    assert any(note.startswith("period.length:") for note in manifest["overrides"])


def test_the_merged_scenario_of_a_run_folder_gives_the_same_digests(run_folder: Path, tmp_path: Path) -> None:
    fine("run", run_folder / "scenario.yaml", "--out", tmp_path / "again", "--jobs", "1", "--no-plots")
    first, again = (
        json.loads((folder / "manifest.json").read_text()) for folder in (run_folder, tmp_path / "again")
    )
    assert (first["plan_digest"], first["log_digest"]) == (again["plan_digest"], again["log_digest"])


def test_a_run_says_of_how_many_replications_it_keeps_tables(run_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "few"
    done = landbridge("run", run_folder / "scenario.yaml", "--tables", "1", "--out", out, "--jobs", "1")
    assert done.returncode == 0, done.stderr
    assert "tables and plots are of the first 1 of 2 replications, measures of all (--tables N" in done.stderr
    assert json.loads((out / "manifest.json").read_text())["tables"] == 1
    assert "1 replication." in (out / "plots" / "transit-cdf.svg").read_text()
    few, all_of_it = (read_run(folder).kpis().drop(columns="scenario") for folder in (out, run_folder))
    pd.testing.assert_frame_equal(few, all_of_it)


def test_a_run_folder_is_not_overwritten_without_force(run_folder: Path) -> None:
    done = landbridge(
        "run", "scenarios/baseline.yaml", *SHORT, "--replications", "1", "--out", run_folder, "--no-plots"
    )
    assert done.returncode == 1
    assert "--force" in done.stderr and "Traceback" not in done.stderr


def test_plot_writes_one_file_when_its_name_has_an_ending(run_folder: Path, tmp_path: Path) -> None:
    written = fine("plot", run_folder, "--kind", "transit-cdf", "--out", tmp_path / "curve.svg").split()
    assert written == [str(tmp_path / "curve.svg")]
    assert list(tmp_path.iterdir()) == [tmp_path / "curve.svg"]


def test_plot_draws_a_run_folder(run_folder: Path, tmp_path: Path) -> None:
    written = fine("plot", run_folder, "--kind", "transit-cdf", "--out", tmp_path / "curve").split()
    assert [Path(name).suffix for name in written] == [".png", ".svg"]
    assert all(Path(name).stat().st_size > 5_000 for name in written)


def test_plot_of_a_folder_that_is_no_run_says_so(tmp_path: Path) -> None:
    done = landbridge("plot", tmp_path, "--kind", "queues")
    assert done.returncode == 1
    assert "manifest.json" in done.stderr and "Traceback" not in done.stderr


def compared(jobs: int) -> dict[str, list[dict[str, object]]]:
    words = [
        "scenarios/baseline.yaml",
        "scenarios/russia-transit-ban.yaml",
        *SHORT,
        "--replications",
        "3",
        "--jobs",
        str(jobs),
        "--json",
    ]
    document: dict[str, list[dict[str, object]]] = json.loads(fine("compare", *words))
    return document


def test_compare_prints_one_tidy_document_that_does_not_depend_on_jobs() -> None:
    one, two = compared(1), compared(2)
    assert one == two
    keys = {"scenario", "corridor", "direction", "measure", "unit", "estimate", "low", "high", "replications"}
    assert all(keys <= set(row) for row in one["rows"])
    measures = {row["measure"] for row in one["rows"]}
    transit = {f"transit_time.{name}" for name in ("mean", "p10", "p50", "p90", "p95")}
    others = {
        "on_time.share",
        "delivered",
        "refused",
        "under_way",
        "corridor.share",
        "cost.per_feu",
        "emissions.per_feu",
    }
    assert transit | others <= measures
    assert {row["scenario"] for row in one["rows"]} == {"baseline", "russia-transit-ban"}
    assert {row["direction"] for row in one["rows"]} == {"westbound", "eastbound", "all"}
    share = {
        (row["scenario"], row["corridor"]): row["estimate"]
        for row in one["rows"]
        if row["measure"] == "corridor.share" and row["direction"] == "all" and row["market"] == "europe"
    }
    # Of the freight between China and the EU nearly all goes north.
    assert share["baseline", "northern"] > 90  # type: ignore[operator]
    assert share.get(("russia-transit-ban", "northern"), 0) in (0, None)
    diverted = [row for row in one["policies"] if row["act"] == "diverted" and row["measure"] == "bound"]
    assert {row["scenario"] for row in diverted} == {"russia-transit-ban"}
    to_europe = [
        row for row in one["rows"]
        if row["measure"] == "delivered" and row["market"] == "europe"
        and (row["scenario"], row["corridor"], row["direction"]) == ("baseline", "northern", "all")
    ]  # fmt: skip
    # Shares of what is bound are of all freight, of which that to Europe is a part.
    assert sum(row["estimate"] for row in diverted) > 0.8 * to_europe[0]["estimate"]  # type: ignore[misc]
    assert one["differences"] and one["verdicts"]
    assert one["runs"][0]["log_digest"] != one["runs"][1]["log_digest"]


def test_compare_by_cargo_breaks_the_measures_down() -> None:
    text = fine("compare", "scenarios/baseline.yaml", *SHORT, "--replications", "1", "--by", "cargo")
    assert "electronics" in text


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("seconds", [1.8, 2.4, 8])
def test_ctrl_c_leaves_nothing_behind_but_what_can_go_on(tmp_path: Path, seconds: float) -> None:
    """While it starts, while its workers do, and in the middle."""
    complaint, code = interrupted(tmp_path, seconds, {})
    assert code == 130, complaint
    assert "Traceback" not in complaint and "interrupted" in complaint
    left = [path.name for path in tmp_path.iterdir()]
    assert left == ([] if "Nothing was written." in complaint else ["out.part"])
    assert not left or "--resume" in complaint


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("seconds", [8, 12])
def test_ctrl_c_while_the_engine_is_compiled_ends_the_run_when_it_is(tmp_path: Path, seconds: float) -> None:
    out, cache = tmp_path / "out", tmp_path / "cache"
    out.mkdir()
    complaint, code = interrupted(out, seconds, {"LANDBRIDGE_CACHE": str(cache)})
    assert code == 130, complaint
    assert "compiling the fast engine" in complaint and "interrupted" in complaint
    assert "Traceback" not in complaint and list(out.iterdir()) == []


def interrupted(folder: Path, seconds: float, environment: dict[str, str]) -> tuple[str, int]:
    """What a long run into a folder says when it is interrupted after so long, and its exit code."""
    program = [str(Path(sys.executable).parent / "landbridge"), "run", "scenarios/baseline.yaml"]
    program += ["--replications", "50", "--jobs", "2", "--out", str(folder / "out")]
    with subprocess.Popen(
        program, cwd=ROOT, env=os.environ | environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        start_new_session=True,
        # What starts the tests may ignore Ctrl-C (a shell does for what runs in the background), and children would too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:  # fmt: skip
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGINT)
        try:
            _, complaint = process.communicate(timeout=120)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return complaint, process.returncode
