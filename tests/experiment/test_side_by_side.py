"""Threads work side by side: no replication waits for another one to be drawn or simulated."""

import threading
from pathlib import Path
from typing import Any

import pytest
from small_runs import case_of

from sim.contract import SampledPlan
from sim.experiment import Replication, Study, Workers
from sim.sampling import Sampler


def test_two_replications_are_drawn_at_the_same_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both, drawn = threading.Barrier(2, timeout=20), Sampler.plan

    def when_both_are_here(sampler: Sampler, replication: int) -> SampledPlan:
        both.wait()  # broken where one begins only when the other has ended
        return drawn(sampler, replication)

    monkeypatch.setattr(Sampler, "plan", when_both_are_here)
    study: Study[Any] = Study([case_of(tmp_path, 2)], lambda replication: len(replication.log))
    assert all(done.value for done in study.run(Workers(jobs=2)))


def test_what_a_replication_has_is_made_once(tmp_path: Path) -> None:
    replication = Replication(case_of(tmp_path, 1), 0)
    assert replication.plan is replication.plan
    assert replication.log is replication.log
    assert Replication.log.__doc__ == "All that happened."
