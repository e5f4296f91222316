"""Unlike things are compared as far as they can be, and it is said what is not."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from compared_worlds import freight, row, side
from where import CASES
from worlds import BASE

from sim.cli import main
from sim.cli.options import matters_of
from sim.errors import LandbridgeError
from sim.experiment import Case, Comparison, compare_outcomes, run_cases
from sim.scenario_file import load_scenario
from sim.stats import (
    Matters,
    differences,
)
from sim.stats.compare import DIFFERENCES, MOVED

DAY_S = 86_400


def compared(tmp_path: Path, first: list[str], second: list[str]) -> Comparison:
    (tmp_path / "tiny.yaml").write_text(BASE, encoding="utf-8")
    cases = [
        Case(name, load_scenario(tmp_path / "tiny.yaml", sets=sets).scenario)
        for name, sets in (("a", first), ("b", second))
    ]
    return compare_outcomes(run_cases(cases))


def test_scenarios_that_are_alike_have_nothing_to_note_and_no_difference(tmp_path: Path) -> None:
    found = compared(tmp_path, ["replications=5"], ["replications=5"])
    assert found.notes == []
    assert set(found.differences["estimate"].dropna()) == {0}
    assert not any(
        "longer" in text or "shorter" in text for text in found.verdicts if text.startswith("b against a")
    )


def test_other_seeds_are_said_and_nothing_is_paired(tmp_path: Path) -> None:
    found = compared(tmp_path, ["replications=5", "seed=1"], ["replications=5", "seed=2"])
    (told,) = found.notes
    assert told.startswith("b and a have other seeds (2, 1), so nothing pairs them: like freight is compared")
    assert not found.differences["paired"].any()
    assert found.differences["correlation"].isna().all()
    assert set(found.differences["compared"]) == {"like freight", "volumes"}
    assert "like freight: flow, cargo and haste weighted alike, not paired" in found.verdicts[0]


def test_other_dates_are_said_and_nothing_is_paired(tmp_path: Path) -> None:
    found = compared(tmp_path, ["replications=5"], ["replications=5", "period.start=2025-02-01"])
    assert "b and a begin on other dates (2025-02-01, 2025-01-01), so nothing pairs them" in found.notes[0]
    assert not found.differences["paired"].any()


def test_a_longer_period_gives_rates_a_year_and_the_same_consignments(tmp_path: Path) -> None:
    found = compared(tmp_path, ["replications=5"], ["replications=5", "period.length=45 d"])
    (told,) = found.notes
    assert told == (
        "b and a measure other times (days 0 to 45, days 0 to 30 of the period): volumes are compared as rates a year, "
        "times of the consignments that both measure"
    )
    delivered = row(found.differences, "delivered")
    volumes = {str(one["scenario"]): one["estimate"] for _, one in found.rows.iterrows()
               if (one["corridor"], one["direction"], one["measure"]) == ("all", "all", "delivered")}  # fmt: skip
    assert delivered["unit"] == "TEU/year"
    assert delivered["estimate"] == pytest.approx(365 * (volumes["b"] / 45 - volumes["a"] / 30))
    time = row(found.differences, "transit_time.p50")
    assert time["compared"] == "same consignments"
    assert time["teu_only_b"] > 0.3 * time["teu"] > 0.01 * time["teu"] >= time["teu_only_a"]


def test_of_unequal_replications_the_first_ones_are_paired_and_that_is_said(tmp_path: Path) -> None:
    found = compared(tmp_path, ["replications=5"], ["replications=8"])
    assert found.notes == ["b and a have 8 and 5 replications: the first 5 of both are paired"]
    assert set(found.differences["estimate"].dropna()) == {0}
    assert found.differences["replications"].max() == 5


def test_two_scenarios_of_one_name_are_not_taken_for_one() -> None:
    one = side(freight(("f", "north", 10.0)))
    with pytest.raises(LandbridgeError, match="two scenarios are called a"):
        differences(one, one)
    mixed = replace(one, values=pd.concat([one.values, one.values.assign(scenario="b")]))
    with pytest.raises(LandbridgeError, match="the values of one scenario"):
        differences(mixed, one)


def command(*words: str) -> tuple[str, str]:
    done = CliRunner().invoke(main, ["compare", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout, done.stderr


def test_a_hundred_days_against_fifty_is_not_a_thousand_teu_less_without_a_word() -> None:
    out, err = command(str(CASES / "line.yaml"), str(CASES / "line50.yaml"), "--jobs", "1")
    assert "note: line50 and line measure other times (days 0 to 50, days 0 to 100 of the period)" in err
    assert "TEU/year" in out
    assert " TEU  " not in out.split("difference  ")[1].split("\n- ")[0].replace("TEU\n", "")


def test_other_seeds_are_no_common_random_numbers() -> None:
    out, err = command(str(CASES / "line.yaml"), str(CASES / "line-seed5.yaml"), "--jobs", "1")
    assert "note: line-seed5 and line have other seeds (5, 0)" in err
    assert "same consignments" not in out
    document = json.loads(
        command(str(CASES / "line.yaml"), str(CASES / "line-seed5.yaml"), "--jobs", "1", "--json")[0]
    )
    assert len(document["notes"]) == 2
    assert list(document["differences"][0]) == [*DIFFERENCES, "matters", "p_holm", "finding"]
    assert {one["paired"] for one in document["differences"]} == {False}


def test_a_rare_chain_that_one_scenario_has_alone_is_in_the_differences() -> None:
    words = [
        str(CASES / "rare.yaml"),
        str(CASES / "rare-closed.yaml"),
        "--by",
        "chain",
        "--jobs",
        "1",
        "--json",
    ]
    document = json.loads(command(*words)[0])
    mine = {(one["chain"], one["measure"]): one for one in document["differences"] if one["chain"] != "all"}
    assert mine["rare", "delivered"]["estimate"] == pytest.approx(-20 / 6)
    assert mine["rare", "delivered"]["replications"] == 6
    assert mine["main", "corridor.share"]["estimate"] == pytest.approx(
        -mine["rare", "corridor.share"]["estimate"]
    )
    assert list(document["moved"][0] if document["moved"] else dict.fromkeys([*MOVED, "matters", "p_holm", "finding"])) == [
        *MOVED, "matters", "p_holm", "finding"
    ]  # fmt: skip


def test_eight_verdicts_are_printed_and_all_when_asked() -> None:
    words = [str(CASES / f"{name}.yaml") for name in ("line", "barred", "notopen", "demand0", "zerovol")]
    short, long = (command(*words, "--jobs", "1", *more)[0] for more in ([], ["--all"]))
    every = json.loads(command(*words, "--jobs", "1", "--json")[0])["verdicts"]
    assert len(every) > 8
    assert [text for text in every if f"- {text}\n" in short] == every[:8]
    assert f"and {len(every) - 8} more, of less weight or without a difference (--all)" in short
    assert all(f"- {text}\n" in long for text in every)
    assert every[0].startswith("barred against line, all freight")


@pytest.mark.parametrize(
    ("amounts", "least"),
    [
        (["0.25 d", "0.5 pp", "1 %"], Matters()),
        (["12 h"], Matters(days=0.5)),
        (["2pp", "3%"], Matters(points=2, percent=3)),
    ],
)
def test_what_matters_is_told_by_its_unit(amounts: list[str], least: Matters) -> None:
    assert matters_of(amounts) == least


@pytest.mark.parametrize("amount", ["5", "0 d", "-1 %", "nan pp", "inf %", "much"])
def test_an_amount_that_cannot_matter_is_refused_with_what_to_write(amount: str) -> None:
    done = CliRunner().invoke(main, ["compare", str(CASES / "line.yaml"), "--matters", amount])
    assert done.exit_code == 2
    assert f'got "{amount}". Write "0.5 d", "1 pp" or "2 %"' in done.stderr
