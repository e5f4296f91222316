"""A study: the same results whoever does the work, nothing computed twice, and nothing left behind."""

import re
import threading
from collections.abc import Callable, Iterable
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_runs import tiny

import sim.engine
from sim.contract import EventLog, SampledPlan
from sim.errors import LandbridgeError
from sim.experiment import (
    Cache,
    Case,
    Kept,
    Outcome,
    Replication,
    Study,
    Task,
    Workers,
    run_cases,
    run_to_folder,
)
from sim.experiment.criticality import close_each, closure_of, first_monday, places_of
from sim.experiment.shock import run_shock
from sim.experiment.threads import NAMED
from sim.experiment.workers import spread
from sim.scenario_file import load_scenario

SHUT = "disruptions={shut: {at: {id: r}, from: 2025-01-10, lasts: 3 d, effect: closed}}"


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The replications that are simulated, as they are."""
    found: list[int] = []
    simulate = sim.engine.simulate

    def noted(plan: SampledPlan, *, engine: str) -> EventLog:
        found.append(plan.replication)
        return simulate(plan, engine=engine)

    monkeypatch.setattr("sim.engine.simulate", noted)
    return found


def case_of(tmp_path: Path, n: int = 3, name: str = "tiny", sets: list[str] | None = None) -> Case:
    loaded = load_scenario(tiny(tmp_path), sets=["seed=7", *(sets or []), f"replications={n}"])
    return Case(name, loaded.scenario)


def rows(replication: Replication) -> tuple[str, int, int]:
    return replication.case.name, replication.number, len(replication.log)


def at_work() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith(NAMED)]


def same(a: Outcome, b: Outcome) -> bool:
    tables = ((a.values, b.values), (a.policies, b.policies), (a.disruptions, b.disruptions))
    for one, other in tables:
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    ledgers = [[kept.ledger.open(r) for r in range(kept.replications)] for kept in (a, b)]
    assert all(one.arrow() == other.arrow() for one, other in zip(*ledgers, strict=True))
    return (a.plan_digest, a.log_digest, a.engine) == (b.plan_digest, b.log_digest, b.engine)


# --- cases x replications x measure ----------------------------------------------------------------------------------


def test_a_measure_is_a_function_of_a_replication_and_its_results_come_in_the_order_of_the_tasks(
    tmp_path: Path,
) -> None:
    cases = [case_of(tmp_path, 2), case_of(tmp_path, 3, "other", ["flows.cn-de.volume=100 TEU/day"])]
    done = Study(cases, rows).run(Workers(2))
    assert [one.value[:2] for one in done] == [
        ("tiny", 0),
        ("tiny", 1),
        ("other", 0),
        ("other", 1),
        ("other", 2),
    ]
    assert [one.value for one in done] == [
        rows(Replication(cases[one.task.case], one.task.replication)) for one in done
    ]
    assert done[0].value[2] != done[2].value[2]


def test_only_the_tasks_asked_for_are_done_and_each_is_given_its_own(tmp_path: Path) -> None:
    tasks = [Task(0, 2, b"two"), Task(0, 0, b"none")]
    study = Study([case_of(tmp_path)], lambda one: (one.number, one.given), tasks)
    for workers in (Workers(), Workers(2), Workers(2, where="processes")):
        assert [one.value for one in study.run(workers)] == [(2, b"two"), (0, b"none")]


def test_what_a_measure_does_not_ask_for_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("nobody asked for it")

    monkeypatch.setattr("sim.results.tables.consignments_table", never)
    assert all(one.value[2] > 0 for one in Study([case_of(tmp_path)], rows).run())
    monkeypatch.setattr("sim.engine.simulate", never)
    plans = Study([case_of(tmp_path)], lambda one: one.plan.n_consignments, digests=False).run()
    assert all(one.value > 0 for one in plans)
    with pytest.raises(AssertionError, match="nobody asked"):
        Study([case_of(tmp_path)], rows).run()


def test_the_digests_are_those_of_plan_and_log_or_not_there(tmp_path: Path) -> None:
    case = case_of(tmp_path)
    for done in Study([case], rows).run():
        alone = Replication(case, done.task.replication)
        assert (done.plan_digest, done.log_digest) == (alone.plan.digest(), alone.log.digest())
    assert {one.log_digest for one in Study([case], rows, digests=False).run()} == {""}


def test_a_replication_beside_another_scenario_has_the_same_luck(tmp_path: Path) -> None:
    case, fewer = case_of(tmp_path), case_of(tmp_path, sets=["flows.cn-de.volume=100 TEU/day"])
    one = Replication(case, 1)
    beside = one.beside(fewer.scenario)
    assert beside.plan.digest() == Replication(fewer, 1).plan.digest() != one.plan.digest()
    assert (beside.case.name, beside.number) == ("tiny", 1)


def test_two_cases_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LandbridgeError, match="two scenarios are called 'tiny'"):
        Study([case_of(tmp_path), case_of(tmp_path)], rows)


# --- who does the work -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "workers", [Workers(2), Workers(2, where="processes"), Workers(3, "reference", "threads")]
)
def test_the_outcome_is_the_same_whoever_does_the_work(tmp_path: Path, workers: Workers) -> None:
    case = case_of(tmp_path, 5, sets=[SHUT])
    (alone,) = run_cases([case], workers=Workers(engine=workers.engine))
    (together,) = run_cases([case], workers=workers)
    assert same(alone, together)


def test_threads_are_this_process_and_the_reference_engine_has_processes(tmp_path: Path) -> None:
    assert Workers(4).here
    assert Workers(1, "reference").here
    assert not Workers(4, "reference").here
    assert not Workers(4, where="processes").here


@pytest.mark.parametrize(
    ("given_words", "said"),
    [
        ({"engine": "fats"}, "engine: expected one of fast, reference, found 'fats'"),
        ({"jobs": 0}, "jobs: expected 1 or more, got 0"),
        ({"where": "loky"}, 'where: expected "threads", "processes" or a Cluster, got \'loky\''),
    ],
)
def test_workers_that_there_are_not_are_refused(given_words: dict[str, Any], said: str) -> None:
    with pytest.raises(LandbridgeError, match=re.escape(said)):
        Workers(**given_words)


def test_a_fault_of_a_measure_comes_out_and_no_thread_is_left(tmp_path: Path) -> None:
    def faulty(replication: Replication) -> int:
        if replication.number == 3:
            raise ZeroDivisionError("of replication 3")
        return replication.number

    for jobs in (1, 2):
        with pytest.raises(ZeroDivisionError, match="of replication 3"):
            Study([case_of(tmp_path, 40)], faulty).run(Workers(jobs))
    assert at_work() == []


def test_memory_that_runs_out_in_a_thread_is_said_with_the_replication(tmp_path: Path) -> None:
    def large(replication: Replication) -> int:
        return len(bytearray(2**60)) if replication.number == 0 else 0

    with pytest.raises(LandbridgeError, match="not enough memory, and replication 0 of tiny is not done"):
        Study([case_of(tmp_path, 2)], large).run(Workers(2))


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interruption_ends_the_threads_after_what_they_are_at(
    tmp_path: Path, jobs: int, simulated: list[int]
) -> None:

    def stop(done: int, _: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_cases([case_of(tmp_path, 200)], workers=Workers(jobs), progress=stop)
    assert at_work() == []
    # One being made and one waiting for each thread, and what was done.
    assert len(simulated) <= 2 + 3 * jobs


def test_no_thread_is_far_ahead_of_who_takes_the_results(tmp_path: Path, simulated: list[int]) -> None:
    study = Study([case_of(tmp_path, 60)], rows)
    results = study.results(Workers(2))
    next(results)
    threading.Event().wait(0.5)
    ahead = len(simulated)
    results.close()
    assert ahead <= 9


# --- nothing is computed twice ---------------------------------------------------------------------------------------


def test_a_study_that_was_interrupted_goes_on_where_it_was(tmp_path: Path, simulated: list[int]) -> None:
    cache, case = Cache(tmp_path / "cache"), case_of(tmp_path, 6)

    def stop(done: int, _: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_cases([case], cache=cache, progress=stop)
    simulated.clear()
    told: list[tuple[int, int]] = []
    (found,) = run_cases([case], cache=cache, progress=lambda *one: told.append(one))
    assert simulated == [3, 4, 5]
    assert told == [(3, 6), (4, 6), (5, 6), (6, 6)]
    assert same(found, run_cases([case])[0])


def test_what_was_run_into_a_folder_is_compared_without_another_simulation(
    tmp_path: Path, simulated: list[int]
) -> None:
    cache, case = Cache(tmp_path / "cache"), case_of(tmp_path, 4)
    run_to_folder([case], [tmp_path / "run"], cache=cache, tables=2)
    assert sorted(simulated) == [0, 1, 2, 3]
    simulated.clear()
    (found,) = run_cases([case], cache=cache)
    assert simulated == []
    assert same(found, run_cases([case])[0])


def test_what_was_compared_is_run_for_its_tables_only(tmp_path: Path, simulated: list[int]) -> None:
    cache, case = Cache(tmp_path / "cache"), case_of(tmp_path, 4)
    run_cases([case], cache=cache)
    simulated.clear()
    run_to_folder([case], [tmp_path / "kept"], cache=cache, tables=1)
    assert simulated == [0]
    run_to_folder([case], [tmp_path / "plain"], tables=1)
    files = [sorted(path for path in (tmp_path / one).rglob("*.parquet")) for one in ("kept", "plain")]
    assert len(files[0]) > 6
    for one, other in zip(*files, strict=True):
        assert (one.name, one.read_bytes()) == (other.name, other.read_bytes())


def test_more_replications_are_those_that_are_new(tmp_path: Path, simulated: list[int]) -> None:
    cache = Cache(tmp_path / "cache")
    run_cases([case_of(tmp_path, 2)], cache=cache)
    run_cases([case_of(tmp_path, 5)], cache=cache)
    assert simulated == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "run",
    [
        lambda path, cache: run_cases([case_of(path, 1, sets=["seed=8"])], cache=cache),
        lambda path, cache: run_cases(
            [case_of(path, 1, sets=["flows.cn-de.volume=100 TEU/day"])], cache=cache
        ),
        lambda path, cache: run_cases([case_of(path, 1, "another")], cache=cache),
        lambda path, cache: run_cases([case_of(path, 1)], cache=cache, by="chain"),
        lambda path, cache: run_cases([case_of(path, 1)], cache=cache, workers=Workers(engine="reference")),
    ],
    ids=["seed", "scenario", "name", "breakdown", "engine"],
)
def test_another_thing_is_not_taken_for_what_is_kept(
    tmp_path: Path, simulated: list[int], run: Callable[[Path, Cache], object]
) -> None:
    cache = Cache(tmp_path / "cache")
    run_cases([case_of(tmp_path, 1)], cache=cache)
    run(tmp_path, cache)
    assert simulated == [0, 0]


def test_another_state_of_the_code_is_not_taken_for_this_one(
    tmp_path: Path, simulated: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Cache(tmp_path / "cache")
    run_cases([case_of(tmp_path, 1)], cache=cache)
    monkeypatch.setattr("sim.experiment.study.code_state", lambda: "0123456789ab")
    run_cases([case_of(tmp_path, 1)], cache=cache)
    assert simulated == [0, 0]


def test_a_measure_of_ones_own_is_kept_under_the_name_that_it_is_given(
    tmp_path: Path, simulated: list[int]
) -> None:
    cache, case = Cache(tmp_path / "cache"), case_of(tmp_path, 2)
    for kept in (None, None, Kept("rows, 1"), Kept("rows, 1"), Kept("rows, 2")):
        Study([case], rows, kept=kept).run(cache=cache)
    assert simulated == [0, 1] * 4
    tasks = [Task(0, 0, b"this"), Task(0, 0, b"that")]
    given = [one.value for one in Study([case], lambda one: one.given, tasks, Kept("given")).run(cache=cache)]
    assert given == [b"this", b"that"]


def test_a_shock_that_was_looked_at_is_not_simulated_again(tmp_path: Path, simulated: list[int]) -> None:
    cache, case = Cache(tmp_path / "cache"), case_of(tmp_path, 2, sets=[SHUT])
    first = run_shock(case, ["shut"], cache=cache)
    assert sorted(simulated) == [0, 0, 1, 1]
    simulated.clear()
    again = run_shock(case, ["shut"], cache=cache)
    assert simulated == []
    for name in ("values", "moves", "weeks", "delays"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(again, name), check_exact=True)


def test_a_place_that_was_closed_is_not_simulated_again_and_another_one_is(
    tmp_path: Path, simulated: list[int]
) -> None:
    cache, case = Cache(tmp_path / "cache"), case_of(tmp_path, 2)
    closure = closure_of(case.scenario, first_monday(case.scenario), 3, 20)
    few, more = (places_of(case.scenario, None, names) for names in (["k"], ["k", "r"]))
    close_each(case, closure, few, cache=cache)
    simulated.clear()
    found = close_each(case, closure, more, cache=cache)
    assert simulated == [0, 1]
    plain = close_each(case, closure, more)
    pd.testing.assert_frame_equal(found.values, plain.values, check_exact=True)
    pd.testing.assert_frame_equal(found.moves, plain.moves, check_exact=True)
    assert (found.unused, found.runs) == (plain.unused, plain.runs)


# --- properties ------------------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(
    numbers=st.lists(st.integers(0, 30), min_size=1, max_size=12, unique=True),
    before=st.sets(st.integers(0, 30)),
    jobs=st.integers(1, 4),
    long_s=st.sampled_from([0.0, 1.0]),
)
def test_whatever_was_kept_each_other_task_is_done_once_and_all_come_in_their_order(
    numbers: list[int], before: set[int], jobs: int, long_s: float, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any")
    cache, case, made = Cache(folder / "cache"), case_of(folder, 31), list[int]()

    def number(replication: Replication) -> int:
        made.append(replication.number)
        return replication.number**2

    def study(tasks: Iterable[int]) -> Study[int]:
        return Study([case], number, [Task(0, r) for r in tasks], Kept("squares"), digests=False)

    with pytest.MonkeyPatch.context() as patch:
        # Results that are held back, and results that are not.
        patch.setattr("sim.experiment.threads.LONG_S", long_s)
        study(before).run(cache=cache)
        made.clear()
        told: list[tuple[int, int]] = []
        done = study(numbers).run(Workers(jobs), cache, lambda *one: told.append(one))
    assert [one.value for one in done] == [r**2 for r in numbers]
    assert sorted(made) == sorted(set(numbers) - before)
    kept = len(before.intersection(numbers))
    assert told == [(n, len(numbers)) for n in range(kept, len(numbers) + 1)]


@settings(max_examples=30)
@given(n=st.integers(1, 30), jobs=st.integers(2, 5), fails=st.integers(0, 40))
def test_results_that_come_out_are_right_also_when_a_task_fails(n: int, jobs: int, fails: int) -> None:
    def work(number: int) -> int:
        if number == fails:
            raise ArithmeticError(str(number))
        return -number

    found: dict[int, int] = {}
    tasks = [(number,) for number in range(n)]
    with suppress(ArithmeticError) if fails < n else nullcontext():
        for one in spread(work, tasks, Workers(jobs), end=lambda result: result * 2):
            found.update([one])
    assert found == {number: -2 * number for number in found}
    assert (len(found) == n) == (fails >= n)
    assert fails not in found
    assert at_work() == []
