"""What `check` accepts runs: hostile cases end in findings or in words, and so do scenarios with extreme values."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from extremes import ADDED, altered, end_of, kinds, without_evidence
from hypothesis import given, settings
from hypothesis import strategies as st
from where import CASES, SCENARIOS
from worlds import DAY_S

from sim.errors import LandbridgeError, ScenarioError
from sim.model import limits
from sim.model.distributions import Named, Quantiles, Triangular
from sim.model.drawn_quantities import Durations, Speeds
from sim.model.frozen import Frozen
from sim.sampling import Sampler
from sim.sampling.quantiles import Intensity, invert, paces, whole
from sim.sampling.streams import Streams
from sim.scenario_file import json_schema, load_scenario

SMALL = CASES / "hostile" / "small.yaml"
SHORT = (
    "period.length=40 d", "period.warm_up=2 d", "replications=1", "disruptions.closure.from=2025-01-20",
)  # fmt: skip
SHIPPED = ("cku-earthquake", "caspian-storms", "self-sanctioning", "brest-closure")
YEAR_SHORT = ("period.length=30 d", "period.warm_up=2 d", "period.cool_down=2 d", "replications=1")


def findings(file: Path, *sets: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file, sets=sets)
    return [f"{finding.key}: {finding.message}" for finding in caught.value.findings]


@pytest.mark.parametrize(
    ("case", "key", "words"),
    [
        ("facility-math", "facilities.altynkol.name", "expected one line of text, found the character U+000C. Remove it"),
        ("lasts-9999-year", "disruptions.closure.lasts", 'at most 18250 d, got "9999 year". Write "18250 d" or less.'),
        ("rate-huge", "disruptions.slow.random.rate", 'at most 24 /day, got "1e6 /h". Write "24 /day" or less.'),
        ("recovery-linear-huge", "disruptions.closure.recovery.over", 'Write "18250 d" or less.'),
        ("spell-zero", "weathers.winter.spell", "expected spells above 0"),
        ("timetable-1s", "services.ferry.dispatch.every", 'Write "1 min" or more.'),
        ("volume-huge", "flows.cn-ru.volume", "a replication would have about 54,794,520,822 consignments"),
        ("wide-distribution", "legs.caspian.running_time.p90", 'Write "18250 d" or less.'),
        ("../hugevol", "flows.f.volume", "a replication would have about 5e+13 consignments"),
    ],
)  # fmt: skip
def test_a_hostile_case_is_a_finding_that_says_what_to_write(case: str, key: str, words: str) -> None:
    (found,) = findings(CASES / "hostile" / f"{case}.yaml")
    assert found.startswith(f"{key}: ")
    assert words in found


@pytest.mark.parametrize("case", ["title-math", "empty-return-zero"])
@pytest.mark.parametrize("kind", ["queues", "map"])
def test_a_hostile_case_that_means_something_runs(case: str, kind: str) -> None:
    document = load_scenario(CASES / "hostile" / f"{case}.yaml").document
    assert end_of(document, kind) == "run"


@pytest.mark.parametrize(
    ("sets", "words"),
    [
        (["replications=100000", "flows.cn-az.volume=3e7 TEU/year"], "replications: 100,000 replications of about"),
        (["services.russia-train.dispatch.at_least=1 TEU", "flows.cn-ru.volume=6e8 TEU/year"],
         "services.russia-train.dispatch: a replication"),
        (["disruptions.slow.random.rate=24 /day", "disruptions.slow.lasts=100 d", "period.length=365 d"], "of them at once"),
        (["disruptions.slow.random.rate=24 /day", "disruptions.slow.recovery={shape: linear, over: 300 d}"], "recovery"),
        (["disruptions.slow.random.rate=24 /day", "period.length=7300 d", "disruptions.slow.lasts=1 s", "choice.routing=adaptive",
          "disruptions.slow.effect=closed"], "would be told to shippers"),
        (["weathers.winter.spell=1 s", "period.length=7300 d"], "it would close about"),
        (["disruptions.slow.at={id: cn-ru}", "disruptions.slow.effect={rate: null, demand: 10000 %}", "disruptions.slow.lasts=50 year",
          "disruptions.slow.random.rate=24 /day"], "a replication would have about"),
        (["legs.caspian.running_time={p50: 1 s, p90: 30 d}"], "so wide a distribution that one draw in 10,000 lies above 18250 d"),
        (["railways.west.speed={p50: 2 km/day, p90: 4 km/day}"], "one draw in 10,000 lies below 1 km/day"),
        (["facilities.altynkol.border.background=19.9999 trains/day"], "no path is left"),
        (["legs.caspian.running_time={kind: gamma, mean: 1 h, sd: 11 h}"], "expected an sd of at most 10 times the mean"),
        (["choice.bulletin=1 min"], 'Write "1 h" or more.'),
    ],
)  # fmt: skip
def test_what_would_not_fit_into_memory_or_time_is_found_before_anything_is_drawn(
    sets: list[str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Streams, "by_day", None)
    found = findings(SMALL, *sets)
    assert any(words in one for one in found), found
    assert all("Write" in one or "Give" in one or "path is left" in one for one in found)


def test_more_policies_than_bits_that_shippers_avoid_are_a_finding(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL.read_text())
    rules = "".join(
        f"  a{i}: {{territory: [RU], avoided: {{share: 1 %}}}}\n" for i in range(limits.AVOIDED_MAX + 1)
    )
    (tmp_path / "many.yaml").write_text(f"schema: 1\nextends: small.yaml\npolicies:\n{rules}")
    (found,) = findings(tmp_path / "many.yaml")
    assert f"expected at most {limits.AVOIDED_MAX} policies with avoided" in found


def test_demand_that_multiplies_beyond_memory_ends_in_words_and_not_in_an_attempt() -> None:
    surge = Intensity([0], [limits.CONSIGNMENTS_MAX * 6 / DAY_S], DAY_S)
    with pytest.raises(LandbridgeError, match=r"more than memory holds\. Write a lower"):
        surge.arrivals(Streams(0, 0), "release", "flow:f")


class _Times(Frozen):
    time: Durations
    speed: Speeds


_SHAPES = st.sampled_from([Quantiles(p50=1, p90=3e5), Quantiles(p50=3_600, p90=1e9), Triangular(low=0, mode=1, high=limits.LONGEST_S),
                           Named(kind="exponential", mean=limits.LONGEST_S), Named(kind="gamma", mean=1e6, sd=1e7)])  # fmt: skip
_EDGES = st.sampled_from([2.0**-54, 1e-12, 0.5, 1 - 1e-12, 1 - 2.0**-53])


@given(_SHAPES, st.lists(_EDGES, min_size=1))
def test_whatever_is_drawn_stays_within_the_limits(spread: Any, uniforms: list[float]) -> None:
    seconds = whole(invert(spread, np.array(uniforms)))
    assert ((seconds >= 0) & (seconds <= limits.LONGEST_S)).all()
    speeds = paces(spread, np.array(uniforms))
    assert ((speeds >= limits.SPEED_MIN) & (speeds <= limits.SPEED_MAX)).all()


def test_the_schema_says_the_limits_of_every_field() -> None:
    definitions = json_schema()["$defs"]
    texts = str(definitions)
    for words in (
        "duration of at most 18250 d", "length of at most 50000 km", "size of at most 1000000 TEU", "speed from 1 km/day to 20000 km/day",
        "capacity from 0.001 trains/day to 86400 trains/day", "; of at most 24 /day", "duration from 1 min to 18250 d",
        "duration from 1 h to 18250 d", "draws beyond are cut there: at most one in 10,000",
    ):  # fmt: skip
        assert words in texts, words


def test_the_limits_that_a_finding_advises_are_accepted() -> None:
    for key, wrong in (
        ("railways.east.emissions", "1e9 g/t-km"), ("railways.east.tariff", "1e9 USD/FEU-km"), ("railways.east.speed", "1e9 km/day"),
        ("railways.east.speed", "0.1 km/day"), ("legs.caspian.length", "1e9 km"), ("flows.cn-ru.mass", "1e9 t/FEU"),
        ("services.ferry.capacity", "1e9 TEU"), ("services.ferry.charge", "1e9 USD/FEU"), ("services.ferry.charge", "-1e9 USD/FEU"),
        ("cargo.other.time_value", "1e9 USD/FEU-day"), ("facilities.altynkol.border.capacity", "1e9 trains/day"),
        ("facilities.altynkol.border.capacity", "1e-9 trains/day"), ("legs.caspian.running_time", "1e9 h"),
        ("choice.reliability", "1e9 %"), ("flows.cn-ru.express", "1e9 %"), ("disruptions.slow.random.rate", "1e9 /day"),
    ):  # fmt: skip
        (found,) = findings(SMALL, f"{key}={wrong}")
        advised = found.split('Write "')[1].split('"')[0]
        try:
            load_scenario(SMALL, sets=[f"{key}={advised}"])
        except ScenarioError as error:  # that no path is left, or no such consignment fits, is another matter
            assert not [finding for finding in error.findings if finding.key == key], (key, advised)


def test_what_the_largest_quantities_cost_fits_into_sixty_four_bits() -> None:
    sets = [
        "choice.routing=adaptive", "choice.express_time_value=10000 %", "choice.reliability=10000 %", "flows.cn-ru.express=50 %",
        "cargo.other.time_value=10000 USD/FEU-day", "legs.caspian.tariff=1000 USD/FEU-km", "services.ferry.charge=1e7 USD/FEU",
        "disruptions.slow={at: {id: ferry}, random: {rate: 1 /day}, lasts: 20 d, effect: {price: 10000 %}}",
        "disruptions.slow.effect.rate=null",
        "legs.caspian.running_time=18250 d", *SHORT,
    ]  # fmt: skip
    document = load_scenario(SMALL, sets=sets).document
    assert end_of(document, "time-distance") == "run"
    plan = Sampler(load_scenario(SMALL, sets=sets).scenario).plan(0)
    assert 0 < plan.calendar_value.max() <= 10**15


@pytest.mark.parametrize(
    ("dispatch", "before"),
    [
        ("{when: timetable, every: 1 min}", "0 s"),
        ("{when: timetable, every: 1 h, runs: 1e-9 %}", "1 d"),
        ("{when: timetable, every: 1 d, runs: 50 %}", "50 year"),
        ("{when: timetable, every: 50 year}", "1 s"),
        ("{when: timetable, every: 1 d, first: 50 year}", "1 d"),
        ("{when: timetable, every: 7 d, at_least: 110 TEU}", "{kind: exponential, mean: 30 d}"),
    ],
)
def test_freight_that_is_booked_on_the_oddest_timetables_runs(dispatch: str, before: str) -> None:
    booked = [
        f"services.china-train.dispatch={dispatch}",
        f"flows.cn-ru.booked={{service: china-train, before: {before}}}",
    ]
    document = load_scenario(SMALL, sets=[*booked, *SHORT]).document
    assert end_of(document, "time-distance") == "run"


@pytest.fixture(scope="module")
def small() -> dict[str, Any]:
    return load_scenario(SMALL, sets=SHORT).document


@settings(derandomize=True, deadline=None, max_examples=30)
@given(st.integers(0, 2**32), st.sampled_from(kinds()))
def test_a_small_world_with_extreme_values_is_refused_or_runs(
    small: dict[str, Any], seed: int, kind: str
) -> None:
    document, _ = altered(small, Random(seed).randint)
    end_of(document, kind)


@pytest.mark.parametrize("add", ADDED, ids=lambda add: ".".join(map(str, add[0])))
def test_every_thing_that_a_world_can_be_given_is_refused_or_runs(small: dict[str, Any], add: Any) -> None:
    path, values = add
    for number in range(len(values)):
        picks = iter([1, 0, 0, number])
        document, ((changed, _),) = altered(small, lambda _low, _high, picks=picks: next(picks), [add])
        assert changed == path
        end_of(document, kinds()[number % len(kinds())])


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_many_small_worlds_with_extreme_values_are_refused_or_run(small: dict[str, Any], part: int) -> None:
    ends = Counter()
    for seed in range(1_000_000 + 400 * part, 1_000_000 + 400 * (part + 1)):
        document, _ = altered(small, Random(seed).randint)
        ends[end_of(document, kinds()[seed % len(kinds())])] += 1
    assert ends["run"] > 50, ends


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenarios_with_extreme_values_are_refused_or_run(name: str) -> None:
    document = without_evidence(load_scenario(SCENARIOS / f"{name}.yaml", sets=YEAR_SHORT).document)
    ends = Counter()
    for seed in range(40):
        found, _ = altered(document, Random(seed).randint, ())
        ends[end_of(found, kinds()[seed % len(kinds())])] += 1
    assert ends["run"] > 5, ends
