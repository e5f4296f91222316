"""`verify --rules` asks every row of a run's logs, and says which rule was broken, by whom and when."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from small_runs import tiny

from sim.audit import RULES
from sim.cli import main
from sim.contract import EventKind, EventLog, SampledPlan


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rules")
    words = ["run", str(tiny(folder)), "--replications", "2", "--jobs", "1", "--no-plots", "--out", str(folder / "run")]  # fmt: skip
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    return folder / "run"


def verified(folder: Path, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["verify", str(folder), "--jobs", "1", *words])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.stdout, done.stderr


Simulate = Callable[..., EventLog]


def spoilt(monkeypatch: pytest.MonkeyPatch, kind: EventKind, column: str, more: int) -> None:
    """From now on the engine writes something else in the first row of a kind, in replication 1 only."""
    from sim import engine

    right: Simulate = engine.simulate

    def simulate(plan: SampledPlan, engine: str = "fast") -> EventLog:
        log = right(plan, engine=engine)
        if plan.replication != 1:
            return log
        rows = log.rows.copy()
        first = int(np.flatnonzero(rows["kind"] == kind)[0])
        rows[column][first] += more
        return EventLog(rows)

    monkeypatch.setattr(engine, "simulate", simulate)


def test_logs_that_keep_the_rules_are_said_to_with_every_rule_by_name(run_folder: Path) -> None:
    code, said, _ = verified(run_folder, "--rules")
    assert code == 0
    same, rules = said.splitlines()
    assert same.startswith(f"{run_folder}: same (2 replications, seed 0, log ")
    assert rules == f"{run_folder}: every row of the logs keeps the rules ({', '.join(RULES)})"


def test_without_the_option_the_rules_are_not_asked(
    run_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt(monkeypatch, EventKind.FINISHED, "span_s", 1)
    code, said, why = verified(run_folder)
    assert (code, said) == (1, "")
    assert "the event logs differ" in why and "break rules" not in why


@pytest.mark.parametrize(
    ("kind", "column", "more", "rule"),
    [
        (EventKind.FINISHED, "span_s", 1, "causes"),
        (EventKind.DEPARTED, "time_s", 7, "dispatch"),
        (EventKind.RELEASED, "consignment", 10_000, "form"),
    ],
    ids=lambda value: str(value),
)
def test_a_broken_rule_is_named_with_its_replication_and_the_figures_are_refused(
    run_folder: Path, monkeypatch: pytest.MonkeyPatch, kind: EventKind, column: str, more: int, rule: str
) -> None:
    spoilt(monkeypatch, kind, column, more)
    code, said, why = verified(run_folder, "--rules")
    assert (code, said) == (1, "")
    assert (
        f"{run_folder}: the event logs break rules that every log must keep, so no figure of the run holds."
        in why
    )
    broken = [line for line in why.splitlines() if line.startswith("replication ")]
    assert broken and all(line.startswith("replication 1: ") for line in broken)

    assert broken[0].startswith(f"replication 1: {rule}: "), broken
    assert why.rstrip().endswith("report it with scenario.yaml.")
