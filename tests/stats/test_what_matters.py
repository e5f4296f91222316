"""A difference is called one when it is shown and matters."""

import math

import pytest
from compared_worlds import freight, luck, row, said, side

from sim.stats import (
    Finding,
    Matters,
    Side,
    differences,
)
from sim.stats.alike import measure_of
from sim.stats.compare import needed
from sim.stats.judging import finding

DAY_S = 86_400
NAN = math.nan


def test_what_matters_has_the_unit_of_the_measure() -> None:
    least = Matters(days=0.5, points=2.0, percent=1.0)
    limits = {
        "transit_time.p50": 0.5, "later.p90": 0.5, "on_time.share": 2, "cost.per_feu": 50, "emissions.per_feu": 50, "delivered": 20,
    }  # fmt: skip
    assert {name: least.of(measure_of(name), 5_000, 1_000) for name in limits} == limits


@pytest.mark.parametrize(
    ("low", "high", "p", "found"),
    [
        (0.3, 0.7, 0.01, Finding.DIFFERENCE),
        (0.1, 0.7, 0.01, Finding.DIFFERENCE),
        (0.1, 0.7, 0.06, Finding.NOT_SHOWN),
        (-0.1, 0.7, 0.06, Finding.NOT_SHOWN),
        (0.01, 0.24, 0.001, Finding.TOO_SMALL),
        (-0.2, 0.2, 0.9, Finding.TOO_SMALL),
        (0.0, 0.0, 1.0, Finding.UNCHANGED),
        (NAN, NAN, NAN, Finding.NO_INTERVAL),
        (0.3, NAN, 0.01, Finding.DIFFERENCE),
        (-0.1, NAN, 0.01, Finding.NOT_SHOWN),
        (NAN, -0.1, 0.01, Finding.DIFFERENCE),
    ],
)
def test_what_is_found_of_a_difference(low: float, high: float, p: float, found: Finding) -> None:
    about = {"estimate": 0.5, "low": low, "high": high, "p_holm": p, "too_few": False}
    bound = math.isnan(low) != math.isnan(high)
    assert finding({**about, "lower_bound": bound}, 0.25) is found
    assert finding({**about, "lower_bound": bound, "too_few": True}, 0.25) is Finding.TOO_FEW


def test_a_lower_bound_is_never_too_small_to_matter() -> None:
    about = {"estimate": 0.1, "low": 0.05, "high": 0.2, "p_holm": 0.5, "too_few": False}
    assert finding({**about, "lower_bound": True}, 0.25) is Finding.NOT_SHOWN


def test_a_difference_below_what_matters_is_called_too_small_and_an_option_moves_the_line() -> None:
    a = side(*(freight(*[("f", "north", 10 + x) for x in luck(60, r)]) for r in range(5)))
    b = side(*(freight(*[("f", "north", 10.1 + x) for x in luck(60, r)]) for r in range(5)), name="b")
    assert "mean transit time: too small to matter (0.1000 to 0.1000 d)" in said(a, b)[0]
    assert "mean transit time 0.1000 d longer (0.1000 to 0.1000)" in said(a, b, Matters(days=0.05))[0]


def test_a_group_with_too_few_consignments_has_no_quantile_and_no_verdict() -> None:
    wanted = ("transit_time.p50", "transit_time.p90", "transit_time.p95", "later.p10", "transit_time.mean")
    assert [needed(measure_of(name)) for name in wanted] == [40, 200, 400, 200, 10]

    def pair(n: int) -> tuple[Side, Side]:
        a, b = (
            side(*(freight(*[("f", "north", days + x) for x in luck(n, r)]) for r in range(5)), name=name)
            for name, days in (("a", 10.0), ("b", 15.0))
        )
        return a, b

    found, _ = differences(*pair(39))
    median, mean = row(found, "transit_time.p50"), row(found, "transit_time.mean")
    assert math.isnan(median["estimate"])
    assert (median["too_few"], median["consignments"], mean["too_few"]) == (True, 39, False)
    words = said(*pair(39))[0]
    assert "mean transit time 5.0 d longer" in words
    assert "too few consignments for P50 and P90 (39 in a replication)" in words
    assert "longer" not in said(*pair(9))[0]
    assert (
        "too few consignments for mean transit time, P50, P90, on-time share and cost (9" in said(*pair(9))[0]
    )
