"""Intervals and tests beside the formulas in other hands: SciPy's, and equations that their ends must solve."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.stats import mean_interval
from sim.stats.intervals import (
    Interval,
    amount_interval,
    band_of,
    interval_of,
    pooled_quantile,
    positive_interval,
    share_interval,
    student_factor,
)
from sim.stats.measured import Nature
from sim.stats.significance import holm, independent_difference, paired_difference

some = settings(max_examples=40)
whole = st.integers(-50, 50).map(float)
amounts = st.lists(st.integers(0, 90).map(float), min_size=5, max_size=12)
samples = st.lists(whole, min_size=5, max_size=12)


def differ(values: list[float]) -> bool:
    return len(set(values)) > 1


# --- one sample ------------------------------------------------------------------------------------------------------


@given(samples.filter(differ))
@some
def test_the_interval_of_a_mean_is_students(values: list[float]) -> None:
    found = mean_interval(values)
    low, high = stats.t.interval(0.95, len(values) - 1, np.mean(values), stats.sem(values))
    assert found == pytest.approx((np.mean(values), low, high, len(values)))


@given(samples)
@some
def test_values_that_are_no_numbers_are_left_out_wherever_they_stand(values: list[float]) -> None:
    with_gaps = [math.nan, *values[:2], math.nan, *values[2:], math.nan]
    assert mean_interval(with_gaps) == mean_interval(values)
    assert amount_interval(with_gaps) == amount_interval(values)


@given(amounts.filter(differ))
@some
def test_the_interval_of_an_amount_is_as_many_times_less_as_more(values: list[float]) -> None:
    mean, low, high, _ = amount_interval(values)
    assert low * high == pytest.approx(mean**2)
    assert math.log(high / mean) == pytest.approx(student_factor(len(values)) * stats.sem(values) / mean)


@given(amounts.filter(differ))
@some
def test_the_interval_of_times_holds_that_of_an_amount_and_is_never_below_0(values: list[float]) -> None:
    times, plain = positive_interval(values), amount_interval(values)
    assert times.estimate == plain.estimate
    assert 0 <= times.low <= plain.low
    assert times.high >= plain.high


def test_values_skewed_to_the_right_have_an_interval_that_reaches_farther_up() -> None:
    skewed = positive_interval([1, 1, 1, 1, 1, 1, 2, 12])
    even = amount_interval([1, 1, 1, 1, 1, 1, 2, 12])
    assert skewed.high > even.high


@given(amounts.filter(differ), st.sampled_from([0.5, 2.0, 86_400.0]))
@some
def test_another_unit_is_another_scale_and_nothing_else(values: list[float], factor: float) -> None:
    for interval in (amount_interval, positive_interval, mean_interval):
        here, there = interval(values), interval([factor * value for value in values])
        assert there[:3] == pytest.approx([factor * part for part in here[:3]])


@given(
    st.lists(st.integers(1, 99).map(float), min_size=5, max_size=12).filter(differ), st.integers(10, 5_000)
)
@some
def test_the_ends_of_the_interval_of_a_share_solve_wilsons_equation(
    values: list[float], consignments: int
) -> None:
    found = share_interval(values, consignments)
    share, error = np.mean(values) / 100, stats.sem(values) / 100
    independent = share * (1 - share) / error**2
    for end in (found.low / 100, found.high / 100):
        # An end is a share from which the estimate is as far as Student's factor allows.
        distance = student_factor(len(values)) * math.sqrt(end * (1 - end) / independent)
        assert abs(share - end) == pytest.approx(distance)


@pytest.mark.parametrize("share", [0.0, 40.0, 100.0])
def test_equal_shares_are_taken_for_independent_consignments(share: float) -> None:
    found = share_interval([share] * 5, 60)
    factor = student_factor(5)
    middle = (share / 100 + factor**2 / 120) / (1 + factor**2 / 60)
    assert (found.low + found.high) / 200 == pytest.approx(middle)
    assert 0 <= found.low <= share <= found.high <= 100
    assert share_interval([share] * 5, math.nan) == Interval(share, share, share, 5)


@pytest.mark.parametrize("interval", [mean_interval, amount_interval, positive_interval])
def test_equal_values_have_an_interval_without_width_and_four_have_none(interval) -> None:
    assert interval([0.1] * 5) == pytest.approx((0.1, 0.1, 0.1, 5))
    assert math.isnan(interval([1.0, 2.0, 3.0, 4.0]).low)
    assert interval([1.0, 2.0, 3.0, 4.0]).estimate == 2.5
    assert math.isnan(interval([]).estimate)


@pytest.mark.parametrize(
    ("nature", "interval"),
    [
        (Nature.AMOUNT, amount_interval),
        (Nature.MEAN, positive_interval),
        (Nature.QUANTILE, positive_interval),
        (Nature.CHANGE, mean_interval),
        (Nature.SHIFT, mean_interval),
        (Nature.SHARE, lambda values: share_interval(values, 50)),
        (Nature.PORTION, lambda values: share_interval(values, 50)),
    ],
)
def test_every_nature_has_the_interval_that_its_values_allow(nature: Nature, interval) -> None:
    values = [10.0, 20.0, 20.0, 35.0, 70.0]
    assert interval_of(nature, values, 50) == interval(values)


def test_a_band_has_the_interval_of_every_point() -> None:
    values = np.array([[0.0, 50.0], [10.0, 60.0], [20.0, 55.0], [5.0, 70.0], [15.0, 80.0]])
    mean, low, high = band_of(Nature.SHARE, values, [30, 90])
    for i, behind in enumerate((30, 90)):
        assert (mean[i], low[i], high[i]) == share_interval(values[:, i], behind)[:3]


@given(st.lists(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), min_size=1, max_size=8), min_size=5, max_size=8),
       st.sampled_from([0.1, 0.5, 0.9]))  # fmt: skip
@some
def test_a_pooled_quantile_is_that_of_all_boxes_and_its_ends_are_values_that_occurred(
    replications: list[list[tuple[int, int]]], share: float
) -> None:
    days, weights = zip(
        *(tuple(np.array(part, float) for part in zip(*one, strict=True)) for one in replications),
        strict=True,
    )
    found = pooled_quantile(days, weights, share)
    boxes = sorted(day for one in replications for day, teu in one for _ in range(teu))
    assert found.estimate == boxes[math.ceil(round(share * len(boxes), 9)) - 1]
    assert {found.low, found.high} <= set(boxes)
    assert found.low <= found.estimate <= found.high


# --- two samples -----------------------------------------------------------------------------------------------------


@given(samples, st.data())
@some
def test_paired_differences_are_tested_as_one_sample(a: list[float], data: st.DataObject) -> None:
    b = data.draw(st.lists(whole, min_size=len(a), max_size=len(a)))
    gaps = np.subtract(b, a)
    found = paired_difference(np.array(a), np.array(b))
    assert found.estimate == pytest.approx(gaps.mean())
    if np.ptp(gaps) > 0:
        there = stats.ttest_1samp(gaps, 0)
        assert found.p == pytest.approx(there.pvalue)
        assert (found.low, found.high) == pytest.approx(tuple(there.confidence_interval()))
    else:
        assert found.p == (1 if gaps[0] == 0 else 0)


@given(samples.filter(differ), samples.filter(differ))
@some
def test_independent_differences_are_tested_as_welch_does(a: list[float], b: list[float]) -> None:
    found = independent_difference(a, b)
    there = stats.ttest_ind(b, a, equal_var=False)
    interval = there.confidence_interval()
    assert found == pytest.approx(
        (np.mean(b) - np.mean(a), interval.low, interval.high, min(len(a), len(b)), there.pvalue)
    )


def test_a_pair_with_a_gap_is_no_pair() -> None:
    a, b = np.array([1.0, math.nan, 3, 4, 5, 6, 7]), np.array([2.0, 2, math.nan, 6, 5, 8, 8])
    assert paired_difference(a, b) == paired_difference(
        np.array([1.0, 4, 5, 6, 7]), np.array([2.0, 6, 5, 8, 8])
    )
    assert paired_difference(a, b).replications == 5


def test_too_few_of_either_side_have_a_difference_and_no_test() -> None:
    found = independent_difference([1.0, 2, 3, 4], [5.0] * 9)
    assert (found.estimate, found.replications) == (2.5, 4)
    assert math.isnan(found.p)
    assert math.isnan(found.low)
    assert independent_difference([], [1.0]).replications == 0
    assert math.isnan(independent_difference([], [1.0]).estimate)


@given(st.lists(st.one_of(st.just(math.nan), st.floats(0, 1)), max_size=9))
@some
def test_holms_values_are_those_of_his_procedure_step_by_step(p: list[float]) -> None:
    found = holm(p)
    known = sorted((value, i) for i, value in enumerate(p) if not math.isnan(value))
    least = 0.0
    for rank, (value, i) in enumerate(known):
        least = max(least, (len(known) - rank) * value)
        assert found[i] == pytest.approx(min(least, 1))
    assert [math.isnan(value) for value in found] == [math.isnan(value) for value in p]


def test_one_comparison_is_its_own_family() -> None:
    assert holm([0.04]).tolist() == [0.04]
    assert holm([0.04, 0.04]).tolist() == [0.08, 0.08]
