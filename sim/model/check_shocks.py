"""Cross-checks of policies."""

from __future__ import annotations

from collections.abc import Iterator

from sim.model.countries import EU, EU_MEMBERS
from sim.model.faults import Fault, Path, unknown, unknown_items
from sim.model.scenario import Scenario
from sim.model.shocks import Policy


def check_policies(scenario: Scenario) -> Iterator[Fault]:
    """Yield faults of policies: names that nothing in the scenario has."""
    countries = {facility.country for facility in scenario.facilities.values()}
    ends = countries | ({EU} if countries & EU_MEMBERS else set())
    for name, policy in scenario.policies.items():
        path = ("policies", name)
        yield from _check_territory(path, policy, countries)
        for key in ("origin", "destination"):
            yield from unknown_items("country", (*path, key), getattr(policy, key), ends)
        yield from unknown_items("cargo", (*path, "cargo"), policy.cargo, scenario.cargo)
        yield from unknown_items("flow", (*path, "flows"), policy.flows, scenario.flows)
        if policy.inspected is not None:
            at = policy.inspected.at
            yield from unknown("facility", (*path, "inspected", "at"), at, scenario.facilities)


def _check_territory(path: Path, policy: Policy, countries: set[str]) -> Iterator[Fault]:
    for i, code in enumerate(policy.territory):
        where = (*path, "territory", i)
        if code == EU:
            yield where, "EU is no territory that is crossed. Name the member states, for example [PL, DE]."
        else:
            yield from unknown("territory", where, code, countries)
