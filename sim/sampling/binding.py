"""Which policy binds what: by chain, flow, cargo class and date."""

from __future__ import annotations

from functools import cache

from sim.contract import NEVER, Cause
from sim.model import Policy, Scenario, binds, crosses
from sim.sampling.unrolling import Spell


class Bindings:
    """Answers for one scenario, in the numbers of its policies, flows, cargo classes and chains."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.policies = list(scenario.policies.values())
        self.policy_names = list(scenario.policies)
        self.flows = list(scenario.flows)
        self.cargos = list(scenario.cargo)
        self.chains = list(scenario.chains)
        self.binds = cache(self._binds)
        self.crosses = cache(self._crosses)

    def _binds(self, policy: int, flow: int, cargo: int) -> bool:
        """Whether a policy binds a flow's goods of a cargo class, on chains that cross its territory."""
        return binds(self.scenario, self.policies[policy], self.flows[flow], self.cargos[cargo])

    def _crosses(self, policy: int, chain: int) -> bool:
        """Whether a chain crosses the territory of a policy."""
        return crosses(self.scenario, self.policies[policy], self.chains[chain])

    def window(self, policy: int) -> tuple[int, int]:
        """Seconds from and until which a policy is in force."""
        rule, period = self.policies[policy], self.scenario.period
        from_s = 0 if rule.from_ is None else period.second(rule.from_)
        until_s = NEVER if rule.until is None else period.second(rule.until)
        return max(from_s, 0), until_s

    def closures(self, flow: int, cargo: int, avoided: tuple[int, ...], chain: int) -> list[Spell]:
        """Spells in which policies close a chain to consignments; `avoided` are the policies whose territory they shun."""
        spells = []
        for p, rule in enumerate(self.policies):
            shut = rule.barred or p in avoided
            if shut and self.crosses(p, chain) and self.binds(p, flow, cargo):
                from_s, until_s = self.window(p)
                spells.append(Spell(from_s, until_s, 0, Cause.POLICY, p))
        return spells

    def charges(self, flow: int, cargo: int, chain: int) -> list[Spell]:
        """Surcharges on a flow's goods of a cargo class on a chain, as spells of cents an FEU."""
        return [
            Spell(*self.window(p), round(100 * rule.surcharge))
            for p, rule in enumerate(self.policies)
            if rule.surcharge and self.crosses(p, chain) and self.binds(p, flow, cargo)
        ]

    def surcharges(self) -> list[tuple[int, int, int, int, int, int]]:
        """(policy, flow, cargo, chain, from_s, until_s) of those that pay a policy's surcharge."""
        return [
            (p, f, c, chain, *self.window(p))
            for p, rule in enumerate(self.policies)
            if rule.surcharge
            for f in range(len(self.flows))
            for c in range(len(self.cargos))
            if self.binds(p, f, c)
            for chain in range(len(self.chains))
            if self.crosses(p, chain)
        ]


def policies_with(scenario: Scenario, act: str) -> list[tuple[int, str, Policy]]:
    """(number, name, policy) of the policies that have an act."""
    return [(p, name, rule) for p, (name, rule) in enumerate(scenario.policies.items()) if getattr(rule, act)]
