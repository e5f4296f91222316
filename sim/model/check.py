"""Cross-checks of a scenario: what the schema cannot see because it joins several places."""

from __future__ import annotations

from collections.abc import Iterator

from sim.model.check_classes import check_classes
from sim.model.check_demand import check_cargo_and_flows
from sim.model.check_disruptions import check_disruptions
from sim.model.check_names import check_names
from sim.model.check_network import check_network
from sim.model.check_policies import check_policies
from sim.model.check_size import check_size
from sim.model.faults import Fault
from sim.model.scenario import Scenario
from sim.units import YEAR_S, show_duration

LENGTH_MAX_S = 20 * YEAR_S


def cross_check(scenario: Scenario) -> list[Fault]:
    """Return every fault that joins several places of the scenario: (path of the key, message); empty if none."""
    return [
        *check_period(scenario),
        *check_names(scenario),
        *check_network(scenario),
        *check_classes(scenario),
        *check_cargo_and_flows(scenario),
        *check_policies(scenario),
        *check_disruptions(scenario),
        *check_size(scenario),
    ]


def check_period(scenario: Scenario) -> Iterator[Fault]:
    """Yield faults of the period: too long, or nothing left to measure."""
    period = scenario.period
    if period.length > LENGTH_MAX_S:
        yield (
            ("period", "length"),
            f"expected at most {show_duration(LENGTH_MAX_S)} (20 years), got {show_duration(period.length)}. "
            "Shorten it: several years are told by several scenarios.",
        )
    cut = (period.warm_up or 0) + (period.cool_down or 0)
    if cut >= period.length:
        key = "warm_up" if period.warm_up else "cool_down"
        yield (
            ("period", key),
            f"warm_up and cool_down take {show_duration(cut)} of {show_duration(period.length)}: "
            "nothing is left to measure. Shorten them, or lengthen the period.",
        )
