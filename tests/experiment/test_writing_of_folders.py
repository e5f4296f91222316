"""What is told while run folders are written, and what their manifests say of where they come from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pytest
from worlds import scenario

from sim.engine import simulate
from sim.errors import Finding, RunFolderError
from sim.experiment import Case, run_to_folder
from sim.results import TABLES, read_run
from sim.sampling import Sampler

SHORT = "period: {length: 12 d, warm_up: 36 h, cool_down: 2 d}"
DATED = """
disruptions:
  flood: {title: A flood, at: {id: k-r}, from: "2025-01-05", lasts: 2 d, effect: closed}
  drawn: {at: {id: r}, from: "2025-01-05", lasts: {p50: 2 d, p90: 4 d}, effect: closed}
  endless: {at: {id: r}, from: "2025-01-09", effect: {rate: 50 %}}
"""


@dataclass(frozen=True)
class File:
    path: str
    sha256: str


def case(name: str = "mine", replications: int = 2, *changes: str) -> Case:
    made = scenario(SHORT, f"replications: {replications}\nseed: 3", *changes)
    return Case(
        name, made, "title: as it was merged\n", (File("mine.yaml", "a" * 64),), ("seed: 0 -> 3",),
        (Finding("mine.yaml", 4, "flows.cn-de", "is odd. Write another."),),
    )  # fmt: skip


def test_every_part_of_every_table_is_a_step_and_measures_additions_and_hashes_come_after(
    tmp_path: Path,
) -> None:
    told: list[tuple[int, int, str]] = []
    run_to_folder(
        [case()],
        [tmp_path / "run"],
        writing=lambda *one: told.append(one),
        finish={"a picture": lambda _: None},
    )
    tables = [f"table {name} of mine" for name in TABLES for _ in range(2)]
    expected = [*tables, "measures of mine", "a picture of mine", "hashes of mine", ""]
    assert [what for _, _, what in told] == expected
    assert [done for done, _, _ in told] == list(range(len(expected)))
    assert {total for _, total, _ in told} == {len(expected) - 1}


def test_steps_of_several_runs_are_counted_together(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    run_to_folder(
        [case("one"), case("two", 3)],
        [tmp_path / "one", tmp_path / "two"],
        tables=1,
        writing=lambda *one: told.append(one),
    )
    steps = 2 * (len(TABLES) + 2)
    assert [(done, total) for done, total, _ in told] == [(i, steps) for i in range(steps + 1)]
    assert told[len(TABLES)][2] == "measures of one" and told[-2][2] == "hashes of two"


def test_a_run_that_is_there_already_is_written_by_nobody(tmp_path: Path) -> None:
    first = run_to_folder([case()], [tmp_path / "run"])
    before = (tmp_path / "run" / "manifest.json").read_bytes()
    told: list[object] = []
    (again,) = run_to_folder([case()], [tmp_path / "run"], resume=True, writing=lambda *one: told.append(one))
    assert told == []
    assert (tmp_path / "run" / "manifest.json").read_bytes() == before
    assert (again.plan_digest, again.log_digest) == (first[0].plan_digest, first[0].log_digest)
    assert again.values.equals(first[0].values)


def test_a_folder_of_another_run_is_not_taken_for_this_one(tmp_path: Path) -> None:
    run_to_folder([case()], [tmp_path / "run"])
    before = (tmp_path / "run" / "manifest.json").read_bytes()
    for other, by in ((case("mine", 3), None), (case("mine", 2, "title: Another"), None), (case(), "chain")):
        with pytest.raises(RunFolderError, match="exists already"):
            run_to_folder([other], [tmp_path / "run"], by=by, resume=True)
    assert (tmp_path / "run" / "manifest.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_the_manifest_says_from_what_and_by_what_the_run_was_made(tmp_path: Path) -> None:
    (outcome,) = run_to_folder(
        [case()], [tmp_path / "run"], by="chain", tables=1, command=["landbridge", "run"]
    )
    found = read_run(tmp_path / "run").manifest
    assert (found.scenario, found.seed, found.replications, found.tables) == ("mine", 3, 2, 1)
    assert (found.engine, found.breakdown, found.title) == ("fast", "chain", "A tiny world")
    assert (found.plan_digest, found.log_digest) == (outcome.plan_digest, outcome.log_digest)
    assert (found.period.length_s, found.period.warm_up_s, found.period.cool_down_s) == (
        12 * 86_400,
        36 * 3_600,
        2 * 86_400,
    )
    assert [(one.path, one.sha256) for one in found.files] == [("mine.yaml", "a" * 64)]
    assert found.overrides == ("seed: 0 -> 3",) and found.command == ("landbridge", "run")
    (warning,) = found.warnings
    assert (warning.file, warning.line, warning.key) == ("mine.yaml", 4, "flows.cn-de")
    text = case().scenario.model_dump_json().encode()
    assert found.scenario_digest == hashlib.sha256(text).hexdigest()
    assert found.begun is not None and found.ended is not None and found.begun <= found.ended
    assert (tmp_path / "run" / "scenario.yaml").read_text() == "title: as it was merged\n"


def test_pictures_mark_the_disruptions_whose_dates_are_known_before_the_run(tmp_path: Path) -> None:
    run_to_folder([case("mine", 1, DATED)], [tmp_path / "run"])
    (spell,) = read_run(tmp_path / "run").manifest.disruptions
    assert (spell.name, spell.begin.isoformat(), spell.until.isoformat()) == (
        "A flood", "2025-01-05T00:00:00+00:00", "2025-01-07T00:00:00+00:00",
    )  # fmt: skip


def test_digests_over_all_replications_are_over_those_of_each_in_their_order(tmp_path: Path) -> None:
    (outcome,) = run_to_folder([case()], [tmp_path / "run"])
    plans = [Sampler(case().scenario, name="mine").plan(r) for r in range(2)]
    for found, digests in (
        (outcome.plan_digest, [plan.digest() for plan in plans]),
        (outcome.log_digest, [simulate(plan).digest() for plan in plans]),
    ):
        assert found == hashlib.sha256("".join(digests).encode()).hexdigest()


@pytest.mark.parametrize(("tables", "kept"), [(None, [0, 1, 2]), (1, [0]), (2, [0, 1]), (9, [0, 1, 2])])
def test_tables_are_kept_of_the_first_replications_and_measures_of_all(
    tmp_path: Path, tables: int | None, kept: list[int]
) -> None:
    run_to_folder([case("mine", 3)], [tmp_path / "run"], tables=tables)
    run = read_run(tmp_path / "run")
    assert sorted(run.consignments["replication"].unique()) == kept
    assert sorted(run.values()["replication"].unique()) == [0, 1, 2]
    assert [len(run.ledger.open(r)) > 0 for r in range(3)] == [True] * 3
    assert run.manifest.tables == len(kept)
