"""Warnings: what of a scenario can have no effect, or hardly the one that was meant. It runs all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sim.model.faults import Fault, Path
from sim.model.scenario import Scenario
from sim.model.stranding import stranding_fleets
from sim.model.warn_demand import warn_demand
from sim.model.warn_disruptions import warn_disruptions
from sim.model.warn_network import warn_network
from sim.model.warn_policies import warn_policies
from sim.model.warn_services import warn_services
from sim.model.worked_places import closures_without_effect


def warn_stranding(scenario: Scenario) -> list[Fault]:
    """Warnings of fleets that can leave freight standing for ever."""
    return [(tuple(path.split(".")), message) for path, message in stranding_fleets(scenario)]


def warn_closures(scenario: Scenario) -> list[Fault]:
    """Warnings of closures and slow-downs of places that do not keep what waited from going on all at once."""
    return [(tuple(path.split(".")), message) for path, message in closures_without_effect(scenario)]


Warner = Callable[[Scenario], Iterable[Fault]]
"""A function of a scenario that has passed its checks: (path of the key, message that says what to write) of each warning."""

OF_ENTRIES: tuple[Warner, ...] = (
    warn_network,
    warn_services,
    warn_demand,
    warn_policies,
    warn_disruptions,
    warn_closures,
)
"""Of an entry that has no effect. One more kind is one name more."""
OF_THE_WORLD: tuple[Warner, ...] = (warn_stranding,)
"""Of what comes about when all entries meet, whoever wrote the one where it shows."""


def warnings_of(scenario: Scenario, written: Callable[[Path], bool] = lambda _: True) -> list[Fault]:
    """Return every warning of a checked scenario, (path of the key, message that says what to write); empty if none.

    `written` says whether the author wrote the entry at a path: a network to choose from has entries that a scenario does
    not need, of which nobody wants to be warned.
    """
    told = [fault for warn in OF_ENTRIES for fault in warn(scenario) if written(fault[0])]
    return told + [fault for warn in OF_THE_WORLD for fault in warn(scenario)]
