"""Distributions as people write them: which is meant, what is wrong with it, and that no spread is a spread too."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from sim.model import Constant, MeanAndP90, Named, Quantiles, Sample, Triangular
from sim.model.drawn_quantities import Durations, Shares, Speeds

HOUR_S = 3_600


def read(given: object, kind: Any = Durations) -> Any:
    return TypeAdapter(kind).validate_python(given)


def wrong(given: object, kind: Any = Durations) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as caught:
        read(given, kind)
    found: list[tuple[str, str]] = []
    for error in caught.value.errors():
        found += (
            error["ctx"]["faults"]
            if error["type"] == "faults"
            else [("", error["msg"].removeprefix("Value error, "))]
        )
    return found


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("6 h", Constant(constant=6 * HOUR_S)),
        ({"p50": "2 h", "p90": "6 h"}, Quantiles(p50=2 * HOUR_S, p90=6 * HOUR_S)),
        ({"low": "1 h", "p50": "2 h", "p90": "6 h"}, Quantiles(low=HOUR_S, p50=2 * HOUR_S, p90=6 * HOUR_S)),
        ({"mean": "2 h", "p90": "4 h"}, MeanAndP90(mean=2 * HOUR_S, p90=4 * HOUR_S)),
        (
            {"low": "1 h", "mean": "2 h", "p90": "3 h"},
            MeanAndP90(low=HOUR_S, mean=2 * HOUR_S, p90=3 * HOUR_S),
        ),
        (
            {"low": "1 h", "mode": "2 h", "high": "6 h"},
            Triangular(low=HOUR_S, mode=2 * HOUR_S, high=6 * HOUR_S),
        ),
        (
            {"kind": "uniform", "low": "1 h", "high": "2 h"},
            Named(kind="uniform", low=HOUR_S, high=2 * HOUR_S),
        ),
        ({"kind": "gamma", "mean": "2 h", "sd": "1 h"}, Named(kind="gamma", mean=2 * HOUR_S, sd=HOUR_S)),
        ({"kind": "exponential", "mean": "2 h"}, Named(kind="exponential", mean=2 * HOUR_S)),
        ({"sample": ["1 h", "90 min"]}, Sample(sample=(HOUR_S, 1.5 * HOUR_S))),
    ],
)
def test_the_keys_say_which_distribution_is_meant(given: object, found: object) -> None:
    assert read(given) == found


@pytest.mark.parametrize(
    "given",
    [
        {"p50": "2 h", "p90": "2 h"},
        {"low": "1 h", "p50": "2 h", "p90": "2 h"},
        {"mean": "2 h", "p90": "2 h"},
        {"low": "2 h", "mode": "2 h", "high": "2 h"},
        {"kind": "uniform", "low": "2 h", "high": "2 h"},
        {"kind": "gamma", "mean": "2 h", "sd": "0 h"},
    ],
)
def test_a_spread_of_nothing_is_one_value_and_in_every_unit(given: object) -> None:
    assert read(given) == Constant(constant=2 * HOUR_S)


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({"p50": "2 h"}, [("", "the distribution lacks p90. Give it too.")]),
        ({"p90": "2 h"}, [("", "the distribution lacks p50. Give it too.")]),
        ({"mean": "2 h"}, [("", "the distribution lacks p90. Give it too.")]),
        ({"mean": "14 h", "p09": "30 h"}, [("p09", "unknown key 'p09' in a distribution; did you mean 'p90'?")]),
        ({"mode": "2 h"}, [("", "the distribution lacks low and high. Give it too.")]),
        ({"p50": "2 h", "p09": "6 h"}, [("p09", "unknown key 'p09' in a distribution; did you mean 'p90'?")]),
        (
            {"p50": "2 h", "p90": "6 h", "zzz": 1},
            [("zzz", "unknown key 'zzz' in a distribution; it takes low, p50, p90.")],
        ),
        ({"sample": []}, [("sample", "expected a list of observed values. Write for example [4 h, 6 h].")]),
        ({"sample": "4 h"}, [("sample", "expected a list of observed values. Write for example [4 h, 6 h].")]),
        (
            {"kind": "normal", "mean": "2 h"},
            [("kind", "expected exponential, uniform or gamma, got 'normal'. Write for example {kind: gamma, mean: 8 h, sd: 3 h}.")],
        ),
    ],
)  # fmt: skip
def test_what_lacks_or_is_unknown_is_told_at_its_key(given: object, faults: list[tuple[str, str]]) -> None:
    assert wrong(given) == faults


def test_all_that_is_wrong_with_a_distribution_is_told_at_once() -> None:
    assert sorted(key for key, _ in wrong({"p50": "2", "p90": "6 km", "lw": "1 h"})) == ["lw", "p50", "p90"]


def test_a_mapping_that_is_no_distribution_shows_those_that_there_are() -> None:
    ((_, words),) = wrong({"median": "2 h"})
    assert words.startswith("expected a value or a distribution, got the keys median. Write ")
    assert wrong({})[0][1].startswith("expected a value or a distribution, got the keys of nothing.")


def test_a_speed_is_above_0_and_its_shift_and_its_spread_need_not_be() -> None:
    assert read({"low": "0 km/day", "p50": "500 km/day", "p90": "600 km/day"}, Speeds) == Quantiles(
        p50=500, p90=600
    )
    assert read({"kind": "gamma", "mean": "500 km/day", "sd": "0 km/day"}, Speeds) == Constant(constant=500)
    for given in (
        "0 km/day",
        {"p50": "0 km/day", "p90": "600 km/day"},
        {"sample": ["500 km/day", "0 km/day"]},
    ):
        assert "above 0" in wrong(given, Speeds)[0][1]


def test_a_tail_that_would_be_cut_often_is_refused_where_values_have_limits() -> None:
    ((_, words),) = wrong({"p50": "10 km/day", "p90": "2000 km/day"}, Speeds)
    assert words.startswith("so wide a distribution that one draw in 10,000 lies ")
    assert words.endswith("Write a p90 nearer to the p50, or {low: …, mode: …, high: …}.")
    # A share beyond all is cut without a word.
    assert read({"p50": "50 %", "p90": "90 %"}, Shares) == Quantiles(p50=0.5, p90=0.9)
