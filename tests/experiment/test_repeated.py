"""A run repeated: the same digests once more, and every log asked whether it keeps the rules."""

import pytest
from worlds import changed, scenario

import sim.engine
from sim.contract import EventKind, EventLog, SampledPlan
from sim.experiment import Case, Workers, repeat, run_cases

RULES = """
period: {length: 20 d}
replications: 3
policies: {p: {territory: [RU], inspected: {share: 30 %, handling: {p50: 9 h, p90: 40 h}}}}
"""
CASE = Case("ruled", scenario(RULES))


@pytest.mark.parametrize("rules", [False, True])
@pytest.mark.parametrize("workers", [Workers(1), Workers(2)])
def test_a_run_repeated_has_the_digests_of_the_run_and_keeps_all_rules(rules: bool, workers: Workers) -> None:
    (outcome,) = run_cases([CASE])
    found = repeat(CASE, rules=rules, workers=workers)
    assert (found.plan_digest, found.log_digest) == (outcome.plan_digest, outcome.log_digest)
    assert (found.replications, found.broken) == (3, ())


def test_another_seed_has_other_digests() -> None:
    other = repeat(Case("ruled", scenario(RULES, "seed: 9")))
    assert other.plan_digest != repeat(CASE).plan_digest
    assert other.log_digest != repeat(CASE).log_digest


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that delivers freight of replication 1 a second too late."""
    simulate = sim.engine.simulate

    def wrong(plan: SampledPlan, *, engine: str) -> EventLog:
        log = simulate(plan, engine=engine)
        if plan.replication != 1:
            return log
        row = int((log.rows["kind"] == EventKind.DELIVERED).argmax())
        return changed(log, row, time_s=int(log.rows["time_s"][row]) + 1)

    monkeypatch.setattr("sim.engine.simulate", wrong)


@pytest.mark.usefixtures("broken")
def test_a_log_that_breaks_a_rule_is_told_with_its_replication() -> None:
    found = repeat(CASE, rules=True)
    assert found.broken
    assert {replication for replication, _ in found.broken} == {1}


@pytest.mark.usefixtures("broken")
def test_rules_that_nobody_asks_for_are_not_looked_at_and_digests_tell_the_difference() -> None:
    found = repeat(CASE)
    assert found.broken == ()
    (outcome,) = run_cases([CASE])
    assert found.log_digest == outcome.log_digest != ""


def test_progress_hears_of_every_replication() -> None:
    told: list[tuple[int, int]] = []
    repeat(CASE, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
