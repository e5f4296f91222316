"""The page of calibration: what counts as what, what is counted once, and what is told of a miss."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from docs_programs import docs_program
from where import ROOT

from sim.experiment import Judged, Standing, judged, misses, page_of, pages_behind, score_of
from sim.model import Observation
from sim.scenario_file import network_figures, observations
from sim.stats import Interval, Spread, spread_of_one

page = docs_program("write_calibration").page
NAN = float("nan")
FREE = {"transit": None, "free_flow": {"chain": "c"}}


def observation(**changes: object) -> Observation:
    given: dict[str, object] = {
        "what": "China–Poland", "period": "2024", "scenario": "baseline", "low": 13.0, "high": 15.0, "kind": "observed",
        "transit": {"corridor": "northern", "origins": ["xian"], "destinations": ["lodz"]},
        "scope": "terminal to terminal", "grade": "B", "source": "https://example.org/a", "statistic": "range",
    }  # fmt: skip
    return Observation.model_validate(given | changes)


def spread(p50: float, mean: float = 0.0) -> Spread:
    return Spread(
        p50 - 2,
        Interval(p50, p50 - 0.1, p50 + 0.1, 10),
        p50 + 2,
        Interval(mean, mean - 0.1, mean + 0.1, 10),
        100,
    )


def counted(
    *found: tuple[Observation, Spread], pages: Mapping[str, tuple[str, ...]] | None = None
) -> list[Judged]:
    """Observations of the baseline, of whose numbers some rest on pages."""
    return judged(found, {"baseline": pages or {}})


@dataclass(frozen=True)
class Row:
    """A number of a network, and its source."""

    path: str
    source: str


# --- what counts as what ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "standing"),
    [
        ({}, Standing.OBSERVED),
        (FREE, Standing.BEST_RUN),
        ({"kind": "announced"}, Standing.ANNOUNCED),
        ({"kind": "announced", **FREE}, Standing.ANNOUNCED),
        ({"kind": "estimate"}, Standing.ESTIMATE),
        ({"kind": "input", "typical": 14.0}, Standing.INPUT),
        ({"behind": ("railways.r.speed",)}, Standing.FITTED),
        ({"kind": "announced", "behind": ("railways.r.speed",)}, Standing.FITTED),
        ({**FREE, "behind": ("railways.r.speed",)}, Standing.FITTED),
        ({"kind": "estimate", "behind": ("railways.r.speed",)}, Standing.ESTIMATE),
    ],
)
def test_a_figure_counts_as_what_it_is(changes: dict[str, object], standing: Standing) -> None:
    (one,) = counted((observation(**changes), spread(14)))
    assert one.standing is standing


def test_a_page_behind_a_number_is_found_however_its_address_is_written() -> None:
    rows = [
        Row("railways.r.speed", "so many km a day (http://www.Example.org/a/; 1,200 in motion)"),
        Row("legs.x.time", "half of it; https://example.org/a, and https://example.org/b."),
        Row("chains.c.quoted", "https://example.org/c"),
        Row("flows.f.deadline", "https://example.org/c"),
        Row("legs.y.time", "a guess"),
    ]
    pages = pages_behind(rows)
    assert pages == {
        "example.org/a": ("railways.r.speed", "legs.x.time"),
        "example.org/b": ("legs.x.time",),
    }
    (one,) = counted((observation(behind=("legs.z.time",)), spread(14)), pages=pages)
    assert one.behind == ("legs.z.time", "railways.r.speed", "legs.x.time")
    # Another page of the same host is another page, also where only the query differs.
    assert page_of("https://example.org/?p=1") != page_of("https://example.org/?p=2")
    (other,) = counted((observation(source="https://example.org/a/b"), spread(14)), pages=pages)
    assert other.behind == () and other.standing is Standing.OBSERVED


def test_only_numbers_of_the_scenario_of_a_figure_stand_before_it() -> None:
    found = [(observation(), spread(14)), (observation(scenario="other"), spread(14))]
    here, there = judged(found, {"baseline": {}, "other": {"example.org/a": ("disruptions.d.rate",)}})
    assert (here.behind, there.behind) == ((), ("disruptions.d.rate",))


def test_many_numbers_that_rest_on_a_page_are_named_in_short() -> None:
    (few, many) = (
        counted((observation(behind=tuple(f"legs.{n}.time" for n in range(size))), spread(14)))[0]
        for size in (2, 5)
    )
    assert few.named == "`legs.0.time`, `legs.1.time`"
    assert many.named == "`legs.0.time`, `legs.1.time`, `legs.2.time` and 2 more"


# --- what is counted -------------------------------------------------------------------------------------------------


def test_figures_of_one_page_count_once_and_are_met_when_all_are() -> None:
    met, missed = spread(14), spread(20)
    found = counted(
        *((observation(what=f"place {n}"), met) for n in range(4)),
        (observation(source="https://example.org/b"), met),
        (observation(source="https://www.example.org/b/"), missed),
        (observation(source="https://example.org/c"), missed),
        (observation(kind="announced"), met),
    )
    score = score_of(found, Standing.OBSERVED)
    assert score == (Standing.OBSERVED, 3, 1, 1, 7, 5)
    assert score.words == "observed: of 3 independent sources 1 is met and 1 in part (5 of 7 figures)"
    assert (
        score_of(found, Standing.ANNOUNCED).words
        == "announced: of 1 independent source 1 is met (1 of 1 figure)"
    )
    assert score_of(found, Standing.FITTED).sources == 0
    assert len(misses(found)) == 2


def test_a_mean_is_counted_by_the_mean() -> None:
    one = observation(statistic="mean", low=None, high=None, typical=7.31)
    (by_mean,) = counted((one, spread(6.0, mean=7.0)))
    (by_median,) = counted((one, spread(7.3, mean=6.0)))
    assert (by_mean.met, by_median.verdict) == (True, "1.31 d below")


# --- the page --------------------------------------------------------------------------------------------------------


def part(text: str, title: str) -> str:
    return text.split(f"\n## {title}")[1].split("\n## ")[0]


def test_every_standing_has_its_part_and_its_line_in_short() -> None:
    found = counted(
        (observation(), spread(14)),
        (observation(kind="announced", what="promised"), spread(20)),
        (observation(**FREE, what="record"), spread_of_one(12.5, 13.5)),
        (observation(**FREE, what="calm week", statistic="mean"), spread_of_one(12.5, 13.5)),
        (observation(what="leaned on", behind=("railways.r.speed",)), spread(14)),
        (observation(what="reckoned", kind="estimate"), spread(16)),
        (observation(what="in all", statistic="mean"), spread(10, mean=14.5)),
    )
    text = page(found, [], 10, 1)
    short = text.split("How it is counted")[0]
    assert "- observed: of 1 independent source 1 is met (2 of 2 figures)" in short
    assert "- announced: of 1 independent source none is met (0 of 1 figure)" in short
    assert "beside free flow: of 1 independent source none is met and 1 in part (1 of 2 figures)" in short
    assert "- behind a number of the network: of 1 source 1 is met (1 of 1 figure)" in short
    assert "| range | 13 – 15 d | 12 – **14** (13.9 to 14.1) – 16 d | within |" in part(
        text, "Observed, and predicted"
    )
    assert "| mean | 13 – 15 d | **14.5** (14.4 to 14.6) d, of 8 – 12 | within |" in part(
        text, "Observed, and predicted"
    )
    best = part(text, "Observed best runs")
    assert "| range | 13 – 15 d | **12.5** d in free flow | 0.5 d below |" in best
    assert "| mean | 13 – 15 d | **13.5** d in free flow | within |" in best
    assert "| promised |" in part(text, "Announced")
    assert "| B: <https://example.org/a> | `railways.r.speed` |" in part(text, "Behind a number of the model")
    assert "| reckoned |" in part(text, "Estimated by the evidence")
    assert "- **reckoned** (2024): 1 d above. Not explained." in part(text, "Misses")
    assert "reckoned" not in short and "estimates:" not in short


def test_what_is_apart_is_listed_with_its_reason_and_is_no_miss() -> None:
    left_aside = observation(
        kind="apart", transit=None, statistic=None, unit="wagons", comment="not simulated"
    )
    text = page(counted((left_aside, spread_of_one(NAN, NAN))), [], 10, 1)
    assert "| 13 – 15 wagons | not simulated |" in part(text, "Observed, without a counterpart")
    assert text.endswith("## Misses\n\nNone.\n")


def test_an_input_is_shown_with_its_deviation_and_not_judged() -> None:
    given = observation(
        kind="input", transit=None, low=None, high=None, typical=1000.0, statistic="single",
        volume={"corridor": "northern", "direction": "westbound"},
    )  # fmt: skip
    text = page(counted((given, spread(990.0))), [], 10, 1)
    assert "| -1.0 % |" in part(text, "Given to the model")
    assert text.endswith("## Misses\n\nNone.\n")


def test_what_is_not_simulated_is_said_and_listed_among_the_misses() -> None:
    empty = Spread(NAN, Interval(NAN, NAN, NAN, 0), NAN, Interval(NAN, NAN, NAN, 0), 0)
    text = page(counted((observation(comment="no such freight"), empty)), [], 10, 1)
    assert "- **China–Poland** (2024): not simulated. no such freight" in part(text, "Misses")


def test_fitted_numbers_are_named() -> None:
    found = counted((observation(), spread(14)))
    assert "Fitted to figures of this page: `railways.ktz.speed`." in page(
        found, ["railways.ktz.speed"], 10, 1
    )
    assert "No number of the network was fitted" in page(found, [], 10, 1)


# --- what is shipped -------------------------------------------------------------------------------------------------


def test_every_number_that_is_said_to_rest_on_a_figure_is_one_of_the_network() -> None:
    paths = {row.path for row in network_figures()}
    named = {path for one in observations() for path in one.behind}
    assert named
    assert named - paths == set()


def test_what_was_fitted_stands_before_a_figure_of_the_page() -> None:
    pages = pages_behind(network_figures())
    behind = {path for one in observations() for path in (*one.behind, *pages.get(page_of(one.source), ()))}
    fitted = {row.path for row in network_figures() if row.fitted}
    assert fitted
    assert fitted - behind == set()


def test_the_page_in_the_docs_shows_every_observation() -> None:
    text = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8")
    missing = [one.what for one in observations() if f"| {one.what} | {one.period} |" not in text]
    assert missing == [], "run: make calibration"
