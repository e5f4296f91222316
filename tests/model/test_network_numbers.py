"""What must hold among the numbers of the built-in network, whatever each of them is."""

import re
from functools import cache
from typing import Any

from where import SCENARIOS

from sim.model import CLASSES, ByClass, Distribution, Figure, Operation, Scenario
from sim.model.distributions import average, median
from sim.preview import Preview, free_flow, preview
from sim.scenario_file import load_scenario, network_figures

OPERATIONS = ("border", "gauge_change", "port", "terminal")
DAY_S = 86_400
DRAWN = re.compile(r"\.(time|speed|running_time)(\.(timetabled|block|container|wagon))?$")


@cache
def baseline() -> Scenario:
    """The network with the flows of 2025."""
    return load_scenario(SCENARIOS / "baseline.yaml").scenario


@cache
def seen() -> Preview:
    """What can be said of the baseline before a run."""
    return preview(baseline())


def works() -> dict[str, Operation]:
    """Every operation by its path."""
    return {
        f"{place}.{name}": work
        for place, facility in baseline().facilities.items()
        for name in OPERATIONS
        if (work := getattr(facility, name)) is not None
    }


def figures_of(given: Any) -> dict[str, Figure[Distribution]]:
    """The figures of a time or pace by class of train; one for all is every class's."""
    if isinstance(given, ByClass):
        return {name: figure for name in CLASSES if (figure := getattr(given, name)) is not None}
    return {"all": given}


def test_a_published_mean_of_a_statistic_stands_as_a_mean_and_not_in_a_medians_place() -> None:
    rows = [row for row in network_figures() if row.grade == "A" and DRAWN.search(row.path)]
    means = [row for row in rows if re.search(r"\bmeans?\b", row.source)]
    assert len(means) > 10
    assert [row.path for row in means if "mean: " not in row.value] == []


def test_the_faster_class_of_train_is_nowhere_slower() -> None:
    scenario, compared = baseline(), 0
    for name, line in scenario.railways.items():
        paces = [average(figure.value) for figure in figures_of(line.speed).values()]
        assert paces == sorted(paces, reverse=True), name
        compared += len(paces) - 1
    for name, work in works().items():
        if work.time is not None:
            times = [average(figure.value) for figure in figures_of(work.time).values()]
            assert times == sorted(times), name
            compared += len(times) - 1
    assert compared > 15


def test_work_at_a_gate_takes_a_day_at_most_since_its_waits_come_from_the_gate() -> None:
    gated = {
        f"{name}.{train}": median(figure.value)
        for name, work in works().items()
        if work.capacity is not None and work.time is not None
        for train, figure in figures_of(work.time).items()
    }
    assert len(gated) > 15
    assert {name: time_s / 3600 for name, time_s in gated.items() if time_s > DAY_S} == {}


def test_the_path_over_a_border_is_counted_at_its_line_and_not_again_at_the_posts_beside_it() -> None:
    scenario = baseline()
    lines = [
        leg for leg in scenario.legs.values() if leg.capacity and any("border" in tag for tag in leg.tags)
    ]
    assert lines
    posts = {end: post for leg in lines for end in leg.between if (post := scenario.facilities[end].border)}
    assert len(posts) > 5
    assert {end for end, post in posts.items() if post.capacity is not None} == set()


def test_what_is_taken_from_china_by_kazakhstan_russia_and_mongolia_is_drawn_by_week() -> None:
    gates = {
        place: facility.gauge_change
        for place, facility in baseline().facilities.items()
        if {"kz-cn-border", "ru-cn-border", "mn-cn-border"} & set(facility.tags)
        and facility.country in {"KZ", "RU", "MN"}
        and facility.gauge_change is not None
    }
    assert len(gates) == 4
    assert {place for place, gate in gates.items() if gate.accepted is None} == set()


def test_in_the_year_of_the_baseline_nothing_is_asked_for_more_than_there_is() -> None:
    assert seen().loads
    assert {(one.kind, one.name): one.peak for one in seen().loads if one.warning == "over"} == {}


def test_timetabled_trains_are_faster_than_the_ordinary_ones_between_the_same_places() -> None:
    scenario = baseline()

    def timetabled(chain: str) -> bool:
        return all(scenario.services[name].class_ == "timetabled" for name in scenario.chains[chain].services)

    def ends(chain: str) -> tuple[str, str]:
        services = scenario.chains[chain].services
        return scenario.services[services[0]].route[0], scenario.services[services[-1]].route[-1]

    northern = [name for name, chain in scenario.chains.items() if chain.corridor == "northern"]
    first = [chain for chain in northern if timetabled(chain)]
    assert len(first) >= 6
    for chain in first:
        others = [one for one in northern if ends(one) == ends(chain) and not timetabled(one)]
        assert others
        fastest = min(free_flow(scenario, one).mean_s for one in others)
        assert free_flow(scenario, chain).mean_s < 0.95 * fastest, chain


def test_the_yard_of_the_cku_is_neither_better_nor_worse_than_dostyk_by_more_than_half() -> None:
    makmal, dostyk = (baseline().facilities[name].gauge_change for name in ("makmal", "dostyk"))
    assert makmal is not None and dostyk is not None
    mine, theirs = (list(figures_of(work.time).values())[-1] for work in (makmal, dostyk))
    assert 2 / 3 <= median(mine.value) / median(theirs.value) <= 3 / 2
