"""Expected demand in closed form: how many TEU a day take each chain and each service at a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product
from math import prod

from sim.model.demand import Flow
from sim.model.policies import Policy
from sim.model.routes import life_of
from sim.model.rules import binds, crosses
from sim.model.scenario import Scenario
from sim.model.size import sent_teu_per_day


@dataclass
class Arrivals:
    """TEU a day that come to each service, of them by the service before, and that no chain takes; usual consignments in TEU."""

    teu: dict[str, float]
    handed_on: dict[tuple[str, str], float]
    usual: dict[str, int]
    refused: float = 0.0


class Expected:
    """Expected demand of one scenario: volumes, seasons, shares, fallbacks, openings, and policies that close chains.

    Disruptions and queues are left out.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.lives = {name: life_of(scenario, name) for name in scenario.services}
        self.closing = {
            name: rule for name, rule in scenario.policies.items() if rule.barred or rule.avoided is not None
        }
        self._crosses = cache(lambda policy, chain: crosses(scenario, self.closing[policy], chain))

    def runs(self, service: str, at_s: float) -> bool:
        """Whether a service exists at a second."""
        opens_s, closes_s = self.lives[service]
        return opens_s <= at_s < closes_s

    def arrivals(self, at_s: float, month: int) -> Arrivals:
        """What comes to every service at a second, in a month (1 to 12)."""
        found = Arrivals(defaultdict(float), defaultdict(float), {})
        daily: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        for name, flow in self.scenario.flows.items():
            volume = sent_teu_per_day(
                self.scenario, flow, flow.season.value[month - 1] if flow.season else 1.0
            )
            if flow.booked is not None and not self.runs(flow.booked.service, at_s):
                continue
            left = 1.0
            for chain, share in self.shares(name, at_s).items():
                left -= share
                services = self.scenario.chains[chain].services
                for service in services:
                    found.teu[service] += volume * share
                    daily[service][flow.consignment.value] += volume * share / flow.consignment.value
                for pair in pairwise(services):
                    found.handed_on[pair] += volume * share
            found.refused += volume * max(left, 0.0)
        found.usual |= {service: _median(numbers) for service, numbers in daily.items()}
        return found

    def shares(self, name: str, at_s: float) -> dict[str, float]:
        """Share of a flow that takes each chain at a second; what is missing to 1 is refused."""
        flow = self.scenario.flows[name]
        chains = {chain for shares in flow.routing.ranks() for chain in shares}
        there = {c for c in chains if all(self.runs(s, at_s) for s in self.scenario.chains[c].services)}
        taken: dict[str, float] = defaultdict(float)
        adaptive = self.scenario.choice.routing == "adaptive"
        for weight, closing in self._kinds(name, flow, at_s):
            shut = {chain for chain in there if any(self._crosses(policy, chain) for policy in closing)}
            if adaptive:
                self._weigh(flow, there - shut, weight, taken)
            else:
                _take(flow, there - shut, weight, taken)
        return taken

    def _weigh(self, flow: Flow, there: set[str], weight: float, taken: dict[str, float]) -> None:
        """Spread a share of a flow over the open chains in proportion to what they have at usual waits and prices.

        A chain taken for another one counts only while that one is not open.
        """
        pivots = flow.routing.pivots(self.scenario.choice.new_share.value)
        odds = {
            chain: share
            for chain, (share, pivot) in pivots.items()
            if chain in there and (pivot == chain or pivot not in there)
        }
        for chain, share in odds.items():
            taken[chain] += weight * share / sum(odds.values())

    def _kinds(self, name: str, flow: Flow, at_s: float) -> Iterator[tuple[float, list[str]]]:
        """(share of the flow, policies that close chains to it) by cargo class and by what its shippers avoid."""
        active = {policy: rule for policy, rule in self.closing.items() if self._in_force(rule, at_s)}
        if not active:
            yield 1.0, []
            return
        for cargo, part in flow.cargo.value.items():
            bound = {p: rule for p, rule in active.items() if binds(self.scenario, rule, name, cargo)}
            barred = [p for p, rule in bound.items() if rule.barred]
            shunned = [(p, rule.avoided.share) for p, rule in bound.items() if rule.avoided is not None]
            for choice in product((True, False), repeat=len(shunned)):
                odds = (
                    share if avoids else 1 - share for (_, share), avoids in zip(shunned, choice, strict=True)
                )
                more = [p for (p, _), avoids in zip(shunned, choice, strict=True) if avoids]
                yield part * prod(odds), barred + more

    def _in_force(self, rule: Policy, at_s: float) -> bool:
        """Whether a policy is in force at a second."""
        period = self.scenario.period
        begun = rule.from_ is None or period.second(rule.from_) <= at_s
        return begun and (rule.until is None or at_s < period.second(rule.until))


def _median(numbers: dict[int, float]) -> int:
    """The size that the middle one of so many consignments by size has: a flow that hardly ever comes does not move it."""
    half, seen = sum(numbers.values()) / 2, 0.0
    for size, number in sorted(numbers.items()):
        seen += number
        if seen >= half:
            return size
    return max(numbers)


def _take(flow: Flow, there: set[str], weight: float, taken: dict[str, float]) -> None:
    """Spread a share of a flow over chains: by the shares, and what finds its chain not open by each fallback in turn."""
    left = weight
    for shares in flow.routing.ranks():
        total = sum(shares.values()) or 1.0
        for chain in there & shares.keys():
            taken[chain] += left * shares[chain] / total
        left *= sum(share for chain, share in shares.items() if chain not in there) / total
        if left <= 0:
            return
