"""Which freight may come where: flows, the chains that their shippers may take, and when; queues and disruptions left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cached_property

from sim.model.expected import Expected
from sim.model.routes import legs_of
from sim.model.scenario import Scenario
from sim.units import iso

Window = tuple[float, float]
"""Seconds from the period's start: from, and until before."""


class Reach:
    """Who may go where in one scenario, worked out from volumes, shares, fallbacks and dates.

    A chain may be taken when its share, its part in a fallback, or what shippers try of a new chain is above 0. Whether
    policies close it, or queues make it dear, is not asked: what is never reached here is never reached in a run.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._lives = Expected(scenario).lives

    @property
    def period(self) -> Window:
        """From the first second to the end."""
        return 0, self.scenario.period.length

    @property
    def releases(self) -> Window:
        """From the first measured release to the last."""
        period = self.scenario.period
        return period.warm_up or 0, period.length - (period.cool_down or 0)

    def date(self, second: float) -> str:
        """A second of the period as a date."""
        return iso(self.scenario.period.begin + timedelta(seconds=second))

    @cached_property
    def sending(self) -> list[str]:
        """Flows that send something."""
        return [name for name, flow in self.scenario.flows.items() if flow.volume.value > 0]

    @cached_property
    def measured(self) -> list[str]:
        """Flows that send something that is measured."""
        return [name for name in self.sending if self.scenario.flows[name].measured]

    @cached_property
    def _chains(self) -> dict[str, list[str]]:
        """Chains that each flow may come to take."""
        choice, found = self.scenario.choice, {}
        for name, flow in self.scenario.flows.items():
            if choice.routing == "adaptive":
                pivots = flow.routing.pivots(choice.new_share.value)
                found[name] = [chain for chain, (share, _) in pivots.items() if share > 0]
            else:
                shares = (item for rank in flow.routing.ranks() for item in rank.items())
                found[name] = list(dict.fromkeys(chain for chain, share in shares if share > 0))
        return found

    def chains(self, flows: Iterable[str]) -> list[str]:
        """Chains that the shippers of some flows may take, each once."""
        return list(dict.fromkeys(chain for flow in flows for chain in self._chains[flow]))

    def life(self, chain: str) -> Window:
        """When new freight may take a chain, for its openings and closings."""
        lives = [self._lives[service] for service in self.scenario.chains[chain].services]
        return max(opens_s for opens_s, _ in lives), min(closes_s for _, closes_s in lives)

    def open_in(self, chains: Iterable[str], window: Window) -> list[str]:
        """Those chains that new freight may take at some time of a window."""
        return [chain for chain in chains if meet(self.life(chain), window)]

    @cached_property
    def used(self) -> dict[str, set[str]]:
        """Facilities, legs, services, fleets and flows through which some freight may come within the period."""
        scenario = self.scenario
        taken = self.open_in(self.chains(self.sending), self.period)
        services = {service for chain in taken for service in scenario.chains[chain].services}
        runs = [scenario.services[name] for name in services]
        return {
            "facilities": {place for run in runs for place in run.route},
            "legs": {leg for name in services for leg, _ in legs_of(scenario, name)},
            "services": services,
            "fleets": {run.fleet for run in runs if run.fleet is not None},
            "flows": set(self.sending),
        }


def meet(one: Window, other: Window) -> bool:
    """Whether two windows have a second in common."""
    return max(one[0], other[0]) < min(one[1], other[1])


def listed(names: Iterable[str], most: int = 3) -> str:
    """A few names in words: "a, b, c and 4 more"."""
    every = list(dict.fromkeys(names))
    shown = ", ".join(every[:most])
    return f"{shown} and {len(every) - most} more" if len(every) > most else shown


def in_force(scenario: Scenario, from_s: object, until_s: object) -> Window:
    """The window between two dates; none given is open on that side."""
    period = scenario.period
    begin = float("-inf") if from_s is None else period.second(from_s)  # type: ignore[arg-type]
    end = float("inf") if until_s is None else period.second(until_s)  # type: ignore[arg-type]
    return begin, end


def shares_of(scenario: Scenario) -> Iterator[tuple[str, str, float]]:
    """(flow, chain, share) of every share above 0 that a flow gives a chain, fallbacks left out."""
    for name, flow in scenario.flows.items():
        for chain, share in flow.routing.shares.items():
            if share > 0:
                yield name, chain, share
