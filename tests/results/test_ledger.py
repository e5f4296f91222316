"""The ledger: the measured consignments of every replication, kept whole and opened one replication at a time."""

from pathlib import Path

import pandas as pd
import pytest
from reckonings import cohort_of
from worlds import BASE

from sim.engine import simulate
from sim.errors import RunFolderError
from sim.experiment import Case, Workers, run_cases, run_to_folder
from sim.results import LEDGER, Ledger, pack_ledger, read_run, tabulate
from sim.sampling import Sampler
from sim.scenario_file import load_scenario

N = 3


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    file = tmp_path_factory.mktemp("ledger") / "tiny.yaml"
    file.write_text(BASE, encoding="utf-8")
    return Case(
        "tiny",
        load_scenario(
            file, sets=[f"replications={N}", "period.warm_up=5 d", "period.cool_down=5 d"]
        ).scenario,
    )


def consignments(case: Case, replication: int) -> pd.DataFrame:
    sampler = Sampler(case.scenario, name=case.name)
    plan = sampler.plan(replication)
    return tabulate(plan, simulate(plan), sampler.legend).consignments


def plain(table: pd.DataFrame) -> pd.DataFrame:
    texts = [column.name for column in LEDGER if column.kind == "text" and column.name in table]
    return table.astype(dict.fromkeys(texts, object))


def test_the_ledger_has_every_measured_consignment_with_its_number_within_its_flow(case: Case) -> None:
    (outcome,) = run_cases([case])
    for r in range(N):
        table = consignments(case, r)
        kept = plain(outcome.ledger.open(r).arrow().to_pandas())
        assert list(kept) == [column.name for column in LEDGER]
        mine = table[table["measured"]].reset_index(drop=True)
        assert len(mine) and not table["measured"].all()
        shared = [name for name in kept if name != "number"]
        pd.testing.assert_frame_equal(kept[shared], plain(mine[shared]))
        for flow, of_flow in table.groupby("flow", observed=True):
            numbers = [i for i, counts in enumerate(of_flow["measured"]) if counts]
            assert kept.loc[kept["flow"] == flow, "number"].to_list() == numbers


def test_from_a_folder_from_memory_and_after_an_interruption_it_is_the_same(
    case: Case, tmp_path: Path
) -> None:
    (without,) = run_cases([case], workers=Workers(2))
    (with_folder,) = run_to_folder([case], [tmp_path / "out"])

    def stop(done: int, _: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_to_folder([case], [tmp_path / "again"], progress=stop)
    (resumed,) = run_to_folder([case], [tmp_path / "again"], resume=True)
    (found,) = run_to_folder([case], [tmp_path / "again"], resume=True)
    kept = [with_folder.ledger, resumed.ledger, found.ledger, read_run(tmp_path / "out").ledger]
    for r in range(N):
        expected = without.ledger.open(r).arrow()
        for ledger in kept:
            assert ledger.open(r).arrow() == expected


def test_a_replication_that_measures_nothing_keeps_its_place(case: Case, tmp_path: Path) -> None:
    from sim.results import gather_ledger

    table = consignments(case, 0)
    rows = table[table["measured"].to_numpy()]
    parts = []
    for r, some in enumerate([rows, rows.iloc[:0], rows.iloc[:1]]):
        parts.append(tmp_path / f"{r}.parquet")
        parts[-1].write_bytes(pack_ledger(cohort_of(some)))
    gather_ledger(parts, tmp_path / "ledger.parquet")
    ledger = Ledger(tmp_path / "ledger.parquet")
    assert [len(ledger.open(r)) for r in range(3)] == [len(rows), 0, 1]


def test_a_ledger_that_is_missing_or_damaged_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match=r"ledger\.parquet: is missing"):
        Ledger(tmp_path / "ledger.parquet").open(0)
    (tmp_path / "ledger.parquet").write_bytes(b"not parquet at all")
    with pytest.raises(RunFolderError, match=r"ledger\.parquet: cannot be read"):
        Ledger(tmp_path / "ledger.parquet").open(0)
