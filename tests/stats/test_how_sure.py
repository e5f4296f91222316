"""Differences are corrected for being many, and pooled where one replication has too few."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from worlds import BASE

from sim.experiment import Case, compare_outcomes, run_cases
from sim.results import Ledger
from sim.scenario_file import load_scenario
from sim.stats import Finding, Matters
from sim.stats.judging import corrected, finding
from sim.stats.significance import holm, independent_difference, paired_difference

NAN = math.nan


def test_a_paired_difference_by_hand() -> None:
    found = paired_difference(np.array([20.0, 22, 27, 25, 21]), np.array([19.0, 20, 24, 24, 18]))
    # differences -1 -2 -3 -1 -3: mean -2, standard deviation 1, t(0.975; 4) = 2.776445
    half = 2.776445 / math.sqrt(5)
    assert found[:4] == pytest.approx((-2, -2 - half, -2 + half, 5), rel=1e-6)
    # t = -2 sqrt(5) with 4 degrees of freedom
    assert found.p == pytest.approx(0.011057, rel=1e-3)
    same = paired_difference(np.ones(5), np.ones(5))
    assert (same.low, same.high, same.p) == (0, 0, 1)
    assert paired_difference(np.ones(5), np.full(5, 2.0)).p == 0


def test_welchs_interval_against_scipy() -> None:
    from scipy.stats import ttest_ind

    rng = np.random.default_rng(4)
    a, b = rng.normal(10, 1, 6), rng.normal(11, 3, 9)
    expected = ttest_ind(b, a, equal_var=False)
    low, high = expected.confidence_interval(0.95)
    found = independent_difference([*a, NAN], b)
    assert found == pytest.approx((b.mean() - a.mean(), low, high, 6, expected.pvalue))


@pytest.mark.parametrize("n", [5, 8, 20])
@pytest.mark.parametrize("paired", [True, False])
def test_the_interval_of_a_difference_covers_it_in_95_of_100_samples(n: int, paired: bool) -> None:
    rng = np.random.default_rng(n)
    a, b = rng.normal(15, 3, (4_000, n)), rng.normal(16, 2, (4_000, n + (not paired)))
    tested = paired_difference if paired else independent_difference
    covered = np.mean([low <= 1 <= high for _, low, high, *_ in map(tested, a, b)])
    assert 0.93 <= covered <= 0.97


def test_holms_correction_by_hand() -> None:
    assert holm([0.01, 0.04, NAN, 0.03, 0.005]) == pytest.approx([0.03, 0.06, NAN, 0.06, 0.02], nan_ok=True)
    assert holm([0.9, 0.8]).tolist() == [1.0, 1.0]
    assert holm([]).tolist() == []


def test_of_forty_experiments_on_nothing_hardly_any_calls_a_difference(tmp_path: Path) -> None:
    n, experiments = 5, 40
    (tmp_path / "tiny.yaml").write_text(BASE, encoding="utf-8")
    one = load_scenario(tmp_path / "tiny.yaml", sets=[f"replications={2 * n * experiments}"]).scenario
    (every,) = run_cases([Case("a", one)])
    assert not isinstance(every.ledger.packed, Path)
    called, plain = 0, 0
    for first in range(0, 2 * n * experiments, 2 * n):
        pair = []
        for name, seed, begin in (("a", 1, first), ("b", 2, first + n)):
            mine = every.values[every.values["replication"].between(begin, begin + n - 1)]
            mine = mine.assign(scenario=name, replication=mine["replication"] - begin)
            pair.append(
                replace(
                    every,
                    case=Case(name, one.model_copy(update={"seed": seed})),
                    values=mine,
                    replications=n,
                    ledger=Ledger(every.ledger.packed[begin : begin + n]),
                )
            )
        # Nothing is too small to matter here: it is chance that is tested.
        found = compare_outcomes(pair, by="direction", matters=Matters(1e-9, 1e-9, 1e-9)).differences
        spoken = found[found["finding"].notna()]
        called += bool((spoken["finding"] == Finding.DIFFERENCE.value).any())
        plain += bool((spoken["p"] < 0.05).any())
    assert called <= 0.07 * experiments
    assert plain > called


def test_a_family_of_thirty_measures_of_nothing_calls_a_difference_in_one_of_twenty_experiments() -> None:
    rng, experiments, wrong, plain = np.random.default_rng(11), 400, 0, 0
    for _ in range(experiments):
        noise = rng.normal(0, 1, (30, 8)) + rng.normal(0, 1, 8)
        table = pd.DataFrame([paired_difference(np.zeros(8), one)._asdict() for one in noise])
        (judged_table,) = corrected([table.assign(too_few=False, lower_bound=False)])
        plain += bool((judged_table["p"] < 0.05).any())
        wrong += any(
            finding(one, 1e-9) is Finding.DIFFERENCE
            for one in judged_table.to_dict("records")  # type: ignore[arg-type]
        )
    assert wrong <= 0.07 * experiments
    # Without the correction half of them would be wrong.
    assert plain >= 0.4 * experiments
